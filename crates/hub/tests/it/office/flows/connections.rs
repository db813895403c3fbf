//! Cards, block, disconnect, logs, activity, apps.

use std::time::Duration;

use hub::db;
use hub::oauth::clients::{self, AppFields, CallbackOptions, Client, NewClient};
use hub::users::permissions::{Permissions, Role};
use wire::id::{ClientId, LocationId};

use crate::engine::apply;
use crate::support::{Browser, Caller, Receiver, Reply, TestHub, json};

pub(super) fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

/// Makes an app of a connected client.
fn describe(hub: &TestHub, till: &Caller, change: impl Fn(&mut AppFields) + Send + 'static) {
    let id = till.client.clone();
    hub.wait(hub.hub.write("test.describe", move |tx| {
        let mut client: Client = clients::find(tx, &id)?.unwrap();
        change(&mut client.app);
        clients::update(tx, &client)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

fn listed(hub: &TestHub, name: &str, app: AppFields) {
    let new = NewClient {
        id: Some(ClientId::from_generated(format!("{name}.clients.test"))),
        secret: None,
        name: name.to_owned(),
        owner: None,
        is_listed: true,
        app,
        callbacks: CallbackOptions::default(),
    };
    let key = hub.hub.key().clone();
    hub.wait(
        hub.hub
            .write("test.listed", move |tx| clients::insert(tx, &key, &new)),
    )
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

fn stand(browser: &Browser, location: Option<&LocationId>) {
    browser.choose_location(&browser.open("/connections"), location);
}

#[apply(each_engine!)]
fn every_connection_has_a_card_under_its_place(hub: TestHub) {
    hub.connect(
        "till",
        "location[orders.write,catalog.read]",
        Some(&hub.location),
    );
    hub.connect("menu", "account[catalog.write]", None);
    let page = administrator(&hub).open("/connections");
    page.says(&format!("Compte Pizzeria Lumière - {}", hub.account));
    page.says(&format!("Point de vente Lyon Bellecour - {}", hub.location));
    page.says("Connectée le 07/03/2026");
    page.says("Catalogue : Pizzeria Lumière");
}

#[apply(each_engine!)]
fn an_order_that_comes_twice_is_refused_as_the_merchant_wishes(hub: TestHub) {
    let till = hub.client("till");
    let order = || json!({ "status": "new", "ref": "A" });
    let browser = administrator(&hub);
    let path = format!("/connections/{}/repeats", till.connection);
    assert!(
        browser
            .open("/connections")
            .all("a.entry", "href")
            .contains(&path)
    );
    let form = browser.open(&path);
    form.says("Commandes en double : till");
    for wrong in ["dix", "-1", "10081"] {
        let again = browser.send_form(&form, &path, &[("minutes", wrong)]);
        again.says("Indiquez un nombre entier de minutes");
        assert_eq!(again.status(), 422, "{wrong}");
        assert!(again.has("#minutes[aria-invalid=true]"), "{wrong}");
    }
    let page = browser.fill(&form, &path, &[("minutes", "10")]);
    page.says("Même référence refusée pendant 10 minutes");
    page.says("réglage enregistré");
    till.post("/location/orders", order()).ok();
    assert_eq!(till.post("/location/orders", order()).status, 422);
    let page = browser.fill(&browser.open(&path), &path, &[("minutes", "")]);
    page.does_not_say("Même référence refusée");
    till.post("/location/orders", order()).ok();
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    assert_eq!(viewer.open(&path).status(), 403);
}

#[apply(each_engine!)]
fn how_events_are_sent_to_an_app_is_the_merchants_to_set(hub: TestHub) {
    let till = hub.client("till");
    let browser = administrator(&hub);
    let path = format!("/connections/{}/sending", till.connection);
    let form = browser.open(&path);
    form.says("Envoi des callbacks");
    form.says("vient chercher ses événements elle-même");
    for wrong in ["bientôt", "0 s", "25 h", "5 s,,1 min", "99999999999 h"] {
        let again = browser.send_form(&form, &path, &[("waits", wrong)]);
        again.says("Indiquez jusqu'à 60 attentes");
        assert_eq!(again.status(), 422, "{wrong}");
        assert_eq!(again.all("#waits", "value"), [wrong]);
    }
    let fields = [("waits", "5, 90 s,2min, 1 H"), ("fires_orders", "yes")];
    let page = browser.fill(&form, &path, &fields);
    page.says("réglage enregistré");
    page.says("Attentes particulières après un échec");
    page.says("Commandes programmées envoyées à l'heure de leur préparation");
    let form = browser.open(&path);
    assert_eq!(form.all("#waits", "value"), ["5 s, 90 s, 2 min, 1 h"]);
    assert!(form.has("input[name=fires_orders][checked]"));
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    assert_eq!(viewer.open(&path).status(), 403);
}

#[test]
fn with_one_location_chosen_only_its_cards_are_shown() {
    let hub = TestHub::start();
    hub.connect("till", "location[orders.write]", Some(&hub.location));
    hub.connect(
        "screen",
        "location[orders.write]",
        Some(&hub.second_location),
    );
    let browser = administrator(&hub);
    stand(&browser, Some(&hub.second_location));
    let page = browser.open("/connections");
    page.says("screen");
    page.does_not_say("till");
    stand(&browser, None);
    browser.open("/connections").says("till");
}

#[apply(each_engine!)]
fn a_blocked_app_is_refused_until_it_is_unblocked_with_the_same_token(hub: TestHub) {
    let till = hub.client("till");
    let browser = administrator(&hub);
    let page = browser.open("/connections");
    let page = browser.fill(
        &page,
        &format!("/connections/{}/block", till.connection),
        &[],
    );
    page.says("till est bloquée : ses requêtes sont refusées.");
    page.says("Bloquée");
    let refused = till.get("/location");
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains("block"), "{}", refused.text);
    let page = browser.fill(
        &page,
        &format!("/connections/{}/unblock", till.connection),
        &[],
    );
    page.says("till est débloquée.");
    till.get("/location").ok();
}

#[apply(each_engine!)]
fn a_disconnected_app_is_gone_for_good(hub: TestHub) {
    let till = hub.client("till");
    let browser = administrator(&hub);
    let path = format!("/connections/{}/disconnect", till.connection);
    let page = browser.open("/connections");
    assert!(page.all("a", "href").contains(&path));
    let page = browser.open(&path);
    page.says("Déconnecter till ?");
    till.get("/location").ok();
    let page = browser.fill(&page, &path, &[]);
    page.says("till est déconnectée.");
    assert!(!page.has(".connection"));
    let refused = till.get("/location");
    assert_eq!(refused.status, 401);
    assert!(!refused.text.contains("block"), "{}", refused.text);
    assert_eq!(browser.open(&path).status(), 404);
}

#[test]
fn open_and_reconnect_lead_to_the_app() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let browser = administrator(&hub);
    let page = browser.open("/connections");
    assert!(!page.has("a[target=_blank]"));
    describe(&hub, &till, |app| {
        app.open_url = Some("https://till.example/open?a=1".to_owned());
        app.connect_url = Some("https://till.example/connect".to_owned());
    });
    let links = browser.open("/connections").all("a[target=_blank]", "href");
    assert_eq!(links.len(), 2);
    let open = format!(
        "https://till.example/open?a=1&app_instance_id={}",
        till.connection
    );
    assert!(links.contains(&open), "{links:?}");
    let again = links.iter().find(|link| link.starts_with('/')).unwrap();
    browser
        .open(again)
        .says("till souhaite accéder à un point de vente");
}

#[test]
fn a_connection_that_has_nothing_to_choose_is_not_reconnected() {
    let hub = TestHub::start();
    let till = hub.client_with("till", "location[orders.write]");
    describe(&hub, &till, |app| {
        app.connect_url = Some("https://till.example/connect".to_owned());
    });
    administrator(&hub)
        .open("/connections")
        .does_not_say("Reconnecter");
}

fn flush(hub: &TestHub) {
    hub.wait(hub.hub.journal().flush()).unwrap();
}

#[apply(each_engine!)]
fn the_logs_show_what_was_said_and_hide_the_token(hub: TestHub) {
    let till = hub.client("till");
    till.get("/location").ok();
    till.post("/location/orders", json!({"status": "nonsense"}));
    flush(&hub);
    let browser = administrator(&hub);
    let path = format!("/connections/{}/logs", till.connection);
    let page = browser.open(&path);
    page.says("Logs de connexion : till");
    page.says("07/03/2026 19:41:08");
    page.says("/v1/location/orders");
    page.says("nonsense");
    page.says("UTC+01:00");
    assert!(!page.answer.text.contains(&till.token));
    let page = browser.fill(&page, &path, &[("token", "show")]);
    page.says(&till.token);
}

#[apply(each_engine!)]
fn the_logs_can_be_narrowed_down(hub: TestHub) {
    let till = hub.client("till");
    till.get("/location").ok();
    till.post("/location/orders", json!({"status": "nonsense"}));
    flush(&hub);
    let browser = administrator(&hub);
    let lines = |query: &str| {
        let path = format!("/connections/{}/logs{query}", till.connection);
        browser.open(&path).all("details.line", "id").len()
    };
    assert_eq!(lines(""), 2);
    assert_eq!(lines("?method=POST"), 1);
    assert_eq!(lines("?resource=order&resource=location"), 2);
    assert_eq!(lines("?resource=order&method=GET"), 0);
    assert_eq!(lines("?method=DELETE&method=GET"), 1);
    assert_eq!(lines("?method=%27&cursor=nonsense"), 2);
}

#[test]
fn older_logs_are_a_page_away() {
    let hub = TestHub::start();
    let till = hub.client("till");
    for _ in 0..60 {
        hub.pass(Duration::from_secs(1));
        till.get("/location").ok();
    }
    flush(&hub);
    let browser = administrator(&hub);
    let page = browser.open(&format!("/connections/{}/logs?method=GET", till.connection));
    let newer = page.all("details.line", "id");
    let older = browser.open(&page.all("a[rel=next]", "href")[0]);
    let rest = older.all("details.line", "id");
    assert_eq!((newer.len(), rest.len()), (50, 10));
    assert!(newer.iter().all(|id| !rest.contains(id)));
    assert!(!older.has("a[rel=next]"));
}

#[apply(each_engine!)]
fn the_activity_counts_each_day(hub: TestHub) {
    let till = hub.client("till");
    till.get("/location").ok();
    hub.pass(Duration::from_secs(2 * 86_400));
    till.get("/location").ok();
    till.get("/location").ok();
    flush(&hub);
    let page = administrator(&hub).open(&format!("/connections/{}/activity", till.connection));
    page.says("3 requêtes en 30 jours");
    page.says("07/03/2026 1 08/03/2026 0 09/03/2026 2");
    assert_eq!(page.all("svg.chart rect", "height").len(), 30);
}

#[test]
fn an_app_is_offered_and_connected_from_its_sheet() {
    let hub = TestHub::start();
    listed(
        &hub,
        "zelty",
        AppFields {
            location_scope: Some("location[orders.write]".to_owned()),
            connect_url: Some("https://zelty.example/connect".to_owned()),
            category: Some("pos".to_owned()),
            // The connect URL need not be declared twice.
            redirect_uris: vec!["https://zelty.example/other".to_owned()],
            ..AppFields::default()
        },
    );
    let browser = administrator(&hub);
    let page = browser.open("/apps");
    page.says("Logiciels de caisse");
    let sheet = page.all("a.app", "href")[0].clone();
    let page = browser.open(&sheet);
    page.says("choisissez-en un en haut de la page");
    page.does_not_say("Déjà connectée");
    stand(&browser, Some(&hub.location));
    let page = browser.open(&sheet);
    page.says("Voir et modifier les commandes");
    let link = page.all("a[target=_blank]", "href")[0].clone();
    let page = browser.open(&link);
    page.says("zelty souhaite accéder à un point de vente");
    let answer = browser.send_form(&page, "/oauth2/v1/authorize", &[("step", "allow")]);
    assert!(
        answer
            .location()
            .unwrap()
            .starts_with("https://zelty.example/connect?code=")
    );
}

#[test]
fn an_account_app_is_greyed_at_a_location() {
    let hub = TestHub::start();
    listed(
        &hub,
        "menu",
        AppFields {
            account_scope: Some("account[catalog.write]".to_owned()),
            connect_url: Some("https://menu.example/connect".to_owned()),
            ..AppFields::default()
        },
    );
    let browser = administrator(&hub);
    assert!(
        browser
            .open("/apps/menu.clients.test")
            .has("a[target=_blank]")
    );
    stand(&browser, Some(&hub.location));
    let page = browser.open("/apps/menu.clients.test");
    page.says("choisissez « Tous les points de vente »");
    assert!(!page.has("a[target=_blank]"));
}

#[test]
fn an_app_that_starts_on_its_own_screen_says_how() {
    let hub = TestHub::start();
    let steps = ("Ouvrez Fichier.\nCliquez sur Configurer.", "Open File.");
    listed(
        &hub,
        "kezia",
        AppFields {
            instructions: Some((steps.0.to_owned(), steps.1.to_owned())),
            ..AppFields::default()
        },
    );
    let browser = administrator(&hub);
    let sheet = browser.open("/apps").all("a.app", "href")[0].clone();
    let page = browser.open(&sheet);
    page.says("La connexion se lance depuis l'application : Ouvrez Fichier. Cliquez sur");
    assert_eq!(browser.open("/apps/nothing").status(), 404);
}

#[test]
fn a_viewer_sees_an_app_but_cannot_connect_it() {
    let hub = TestHub::start();
    listed(
        &hub,
        "menu",
        AppFields {
            account_scope: Some("account[catalog.write]".to_owned()),
            connect_url: Some("https://menu.example/connect".to_owned()),
            ..AppFields::default()
        },
    );
    let page = hub
        .user("Eve", Permissions::VIEW, None)
        .open("/apps/menu.clients.test");
    page.says("Il vous manque le droit « Gérer les connexions et ressources ».");
    assert!(!page.has("a[target=_blank]"));
}

#[test]
fn an_app_hears_that_it_was_disconnected_once_its_token_is_dead() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let app = Receiver::start(&hub);
    app.answers(Reply::Status(500));
    let url = app.url("/bye?shop=1");
    describe(&hub, &till, move |it| it.disconnect_url = Some(url.clone()));
    let browser = administrator(&hub);
    let path = format!("/connections/{}/disconnect", till.connection);
    let asked = browser.open(&path);
    browser
        .fill(&asked, &path, &[])
        .says("till est déconnectée.");
    hub.wait(app.has(1));
    let heard = &app.received()[0];
    let expected = format!("/bye?shop=1&app_instance_id={}", till.connection);
    assert_eq!(
        (heard.method.as_str(), heard.path.as_str()),
        ("GET", expected.as_str())
    );
    assert_eq!(till.get("/location").status, 401);
}

#[test]
fn each_body_of_the_logs_can_be_kept_as_a_file() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let refused = till.post("/location/orders", json!({"status": "nonsense"}));
    flush(&hub);
    let browser = administrator(&hub);
    let page = browser.open(&format!("/connections/{}/logs", till.connection));
    let links: Vec<String> = page
        .all("a[href]", "href")
        .into_iter()
        .filter(|href| href.contains("/requests/"))
        .collect();
    assert_eq!(links.len(), 2, "{links:?}");
    let page = browser.get(&links[1]);
    assert_eq!((page.status(), &page.answer.text), (200, &refused.text));
    let header = page
        .answer
        .header("content-disposition")
        .unwrap_or_default();
    assert!(header.starts_with("attachment"), "{header}");

    // Somebody of another account finds nothing there.
    let other = hub.another_account();
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other.account, "Zoe", held, None);
    assert_eq!(stranger.get(&links[1]).status(), 404);
}
