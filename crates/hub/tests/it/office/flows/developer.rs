//! A developer's clients.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};

use crate::engine::{Engine, apply};
use crate::support::{Answer, Browser, Page, TestHub};

fn developer(hub: &TestHub, name: &str) -> Browser {
    hub.user(name, Role::TechnicalPartner.permissions(true), None)
}

/// Makes a client: its page with the secret, and its id.
fn create(browser: &Browser, name: &str) -> (Page, String) {
    let form = browser.open("/developer/clients/new");
    let page = browser.fill(&form, "/developer/clients/new", &[("name", name)]);
    let id = page.all("#client_id", "value")[0].clone();
    (page, id)
}

fn revoke(hub: &TestHub, id: &str, secret: &str) -> Answer {
    let body = format!("client_id={id}&client_secret={secret}&token=0123");
    hub.anybody().send("POST", "/oauth2/v1/revoke", &[], body)
}

#[apply(each_engine!)]
fn a_clients_secret_is_shown_once_and_works(hub: TestHub) {
    let browser = developer(&hub, "Ana");
    let (page, id) = create(&browser, "Ma caisse");
    assert_eq!(page.answer.header("cache-control"), Some("no-store"));
    let secret = page.all("#client_secret", "value")[0].clone();
    assert_eq!(revoke(&hub, &id, &secret).status, 200);
    let file = &page.all("a[download]", "href")[0];
    assert!(file.starts_with("data:application/json") && file.contains(&secret));
    let page = browser.open(&format!("/developer/clients/{id}"));
    assert!(!page.answer.text.contains(&secret));
    browser.open("/developer").says("Ma caisse");
}

#[test]
fn a_renewed_secret_replaces_the_old_one() {
    let hub = TestHub::start();
    let browser = developer(&hub, "Ana");
    let (page, id) = create(&browser, "Ma caisse");
    let old = page.all("#client_secret", "value")[0].clone();
    let path = format!("/developer/clients/{id}/rotate");
    let asked = browser.open(&path);
    asked.says("Renouveler le secret de Ma caisse ?");
    assert_eq!(
        revoke(&hub, &id, &old).status,
        200,
        "asking changes nothing"
    );
    let page = browser.fill(&asked, &path, &[]);
    let new = page.all("#client_secret", "value")[0].clone();
    assert_eq!(revoke(&hub, &id, &new).status, 200);
    assert_eq!(revoke(&hub, &id, &old).status, 200, "for a day");
    let shown = browser.open(&format!("/developer/clients/{id}"));
    shown.says("L'ancien secret fonctionne encore jusqu'au 08/03/2026");
    hub.pass(Duration::from_secs(86_400));
    assert_eq!(revoke(&hub, &id, &old).status, 401);
    assert_eq!(revoke(&hub, &id, &new).status, 200);
    let shown = browser.open(&format!("/developer/clients/{id}"));
    shown.does_not_say("L'ancien secret");
}

#[apply(each_engine!)]
fn a_secret_that_others_know_is_disabled_at_once(hub: TestHub) {
    let browser = developer(&hub, "Ana");
    let (page, id) = create(&browser, "Ma caisse");
    let old = page.all("#client_secret", "value")[0].clone();
    let path = format!("/developer/clients/{id}/rotate");
    let page = browser.fill(&browser.open(&path), &path, &[]);
    let new = page.all("#client_secret", "value")[0].clone();
    let path = format!("/developer/clients/{id}/end_rotation");
    let page = browser.fill(&browser.open(&path), &path, &[]);
    page.says("L'ancien secret est désactivé.");
    assert_eq!(revoke(&hub, &id, &old).status, 401);
    assert_eq!(revoke(&hub, &id, &new).status, 200);
}

#[apply(each_engine!)]
fn how_callbacks_are_sent_is_kept(hub: TestHub) {
    let browser = developer(&hub, "Ana");
    let (_, id) = create(&browser, "Ma caisse");
    let path = format!("/developer/clients/{id}");
    let names = ["strict", "standard_webhooks", "coalesce"];
    let ticked = |page: &Page| {
        let is_ticked = |name: &&&str| page.has(&format!("input[name={name}][checked]"));
        names.iter().filter(is_ticked).count()
    };
    let page = browser.open(&path);
    assert_eq!(ticked(&page), 0);
    let fields = names.map(|name| (name, "yes"));
    let page = browser.fill(&page, &path, &fields);
    assert_eq!(ticked(&page), 3);
}

/// The secret of a client whose secret was renewed, and what sends the same form again.
fn renewed(browser: &Browser) -> (String, impl Fn() -> Page) {
    let (_, id) = create(browser, "Ma caisse");
    let path = format!("/developer/clients/{id}/rotate");
    let fields = browser.open(&path).fields(&path);
    let send = move || {
        let fields = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        browser.post(&path, &fields.collect::<Vec<_>>())
    };
    (send().all("#client_secret", "value")[0].clone(), send)
}

#[apply(each_engine!)]
fn a_form_that_is_sent_again_after_the_session_ended_shows_no_secret(hub: TestHub) {
    let browser = developer(&hub, "Ana");
    let (secret, send_again) = renewed(&browser);
    assert_eq!(
        send_again().all("#client_secret", "value"),
        [secret.as_str()]
    );
    let elsewhere = Browser::new(&hub);
    elsewhere.keep("passeplat_session", "session-of-Ana");
    let everywhere = "/profile/log_out_everywhere";
    elsewhere.fill(&elsewhere.open(everywhere), everywhere, &[]);
    let late = send_again();
    assert!(!late.answer.text.contains(&secret));
    let led = late.location().unwrap_or_default();
    assert!(led.starts_with("/login"), "{} {led}", late.status());
}

#[apply(each_engine!)]
fn a_form_that_is_sent_again_after_the_right_was_taken_shows_no_secret(hub: TestHub) {
    let browser = developer(&hub, "Ana");
    let (secret, send_again) = renewed(&browser);
    hub.wait(hub.hub.write("test.right", |tx| {
        tx.write("UPDATE memberships SET permissions = 0", &[])
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let late = send_again();
    assert!(!late.answer.text.contains(&secret));
    assert_eq!(late.status(), 403);
}

#[test]
fn what_makes_a_client_an_app_is_kept() {
    let hub = TestHub::start();
    let browser = developer(&hub, "Ana");
    let (_, id) = create(&browser, "Ma caisse");
    let path = format!("/developer/clients/{id}");
    let page = browser.open(&path);
    page.says("La liste des adresses de retour est ouverte");
    let typed = [
        ("name", "Ma caisse 2"),
        (
            "redirects",
            " https://caisse.example/retour \r\n\r\nmacaisse://retour",
        ),
        ("location_scope", "location[orders.write]"),
        ("connect_url", "https://caisse.example/connect"),
        ("category", "pos"),
    ];
    let page = browser.fill(&page, &path, &typed);
    page.says("Les modifications sont enregistrées.");
    page.does_not_say("La liste des adresses de retour est ouverte");
    assert_eq!(
        page.all("#connect_url", "value"),
        ["https://caisse.example/connect"]
    );
    assert!(
        page.answer
            .text
            .contains("https://caisse.example/retour\nmacaisse://retour</textarea>")
    );
    // Its maker finds it among the apps; nobody else does.
    browser.open("/apps").says("Ma caisse 2");
    developer(&hub, "Bob")
        .open("/apps")
        .does_not_say("Ma caisse");
}

#[test]
fn what_is_wrong_is_said_field_by_field_and_nothing_is_kept() {
    let hub = TestHub::start();
    let browser = developer(&hub, "Ana");
    let (_, id) = create(&browser, "Ma caisse");
    let path = format!("/developer/clients/{id}");
    let page = browser.open(&path);
    let typed = [
        ("name", "Autre"),
        ("redirects", "https://good.example/\njavascript:alert(1)"),
        ("location_scope", "account[catalog.write]"),
        ("open_url", "ftp://x.example/"),
        ("disconnect_url", "nowhere"),
    ];
    let page = browser.fill(&page, &path, &typed);
    assert_eq!(page.status(), 422);
    for field in ["location_scope", "open_url", "disconnect_url"] {
        assert!(page.has(&format!("#{field}[aria-invalid]")), "{field}");
    }
    page.says("Cette adresse n'est pas valable. javascript:alert(1)");
    assert!(!page.has("#connect_url[aria-invalid]"));
    browser.open("/developer").does_not_say("Autre");
}

#[test]
fn a_deleted_client_takes_its_connections_along() {
    let hub = TestHub::start();
    let browser = developer(&hub, "Ana");
    let (page, id) = create(&browser, "Ma caisse");
    let secret = page.all("#client_secret", "value")[0].clone();
    let link = format!(
        "/oauth2/v1/authorize?client_id={id}&redirect_uri=https://a.example/&scope=account[catalog.read]"
    );
    let page = browser.open(&link.replace('[', "%5B").replace(']', "%5D"));
    let answer = browser.send_form(&page, "/oauth2/v1/authorize", &[("step", "allow")]);
    let code = answer
        .location()
        .unwrap()
        .split_once("code=")
        .unwrap()
        .1
        .to_owned();
    let body = format!("client_id={id}&client_secret={secret}&code={code}");
    let token = hub
        .anybody()
        .send("POST", "/oauth2/v1/token", &[], body)
        .ok();
    let token = token["access_token"].as_str().unwrap().to_owned();
    let status = || {
        let headers = [("X-Access-Token", token.as_str())];
        hub.anybody()
            .send("GET", "/v1/account", &headers, "")
            .status
    };
    assert_eq!(status(), 200);
    browser.open("/developer").says("1 connexion");
    let path = format!("/developer/clients/{id}/delete");
    let asked = browser.open(&path);
    let page = browser.fill(&asked, &path, &[]);
    page.says("Le client est supprimé.");
    page.says("Vous n'avez pas encore de client OAuth.");
    assert_eq!(status(), 401);
    assert_eq!(revoke(&hub, &id, &secret).status, 401);
}

#[test]
fn another_developers_client_does_not_exist() {
    let hub = TestHub::start();
    let (_, id) = create(&developer(&hub, "Ana"), "Ma caisse");
    let bob = developer(&hub, "Bob");
    for action in ["", "/rotate", "/delete"] {
        let path = format!("/developer/clients/{id}{action}");
        assert_eq!(bob.open(&path).status(), 404, "{path}");
        let typed = [("name", "volé")];
        assert_eq!(bob.forge(&path, &typed).status(), 404, "{path}");
    }
    bob.open("/developer").does_not_say("Ma caisse");
}

#[test]
fn who_sees_no_back_office_makes_no_client() {
    let hub = TestHub::start();
    let browser = hub.user("Eve", Permissions::ORDER_LINE, None);
    let page = browser.open("/developer");
    assert_eq!(page.status(), 403);
    page.says("Droit manquant : « Voir le back-office ».");
    assert_eq!(
        browser
            .forge("/developer/clients/new", &[("name", "x")])
            .status(),
        403
    );
}

#[apply(each_engine!)]
fn what_merchants_read_of_an_app_is_written_by_its_maker(engine: Engine) {
    let hub = engine.start_with(&[("developers.may_publish", "true")]);
    let ana = developer(&hub, "Ana");
    let (_, id) = create(&ana, "Ma caisse");
    let path = format!("/developer/clients/{id}");
    let page = ana.open(&path);
    let listed = ("listed", "yes");
    let page = ana.fill(&page, &path, &[listed]);
    assert_eq!(page.status(), 422);
    page.says("Indiquez d'abord comment la connecter");
    let typed = [
        listed,
        ("description_fr", "Encaisse et imprime."),
        (
            "instructions_fr",
            "Ouvrez la caisse.\r\nCliquez sur Connecter.",
        ),
        ("instructions_en", "Open the till."),
    ];
    let page = ana.fill(&page, &path, &typed);
    page.says("Les modifications sont enregistrées.");
    assert!(page.has("input[name=listed][checked]"));
    let bob = developer(&hub, "Bob");
    bob.open("/apps").says("Ma caisse");
    let sheet = format!("/apps/{id}");
    let page = bob.open(&sheet);
    page.says("Encaisse et imprime.");
    page.says("Ouvrez la caisse. Cliquez sur Connecter.");
    let page = bob.fill(&page, "/language", &[("locale", "en-GB")]);
    page.says("Encaisse et imprime.");
    page.says("Open the till.");
    let page = ana.open(&path);
    ana.fill(&page, &path, &[("listed", "")]);
    assert_eq!(bob.open(&sheet).status(), 404);
}

#[test]
fn where_the_operator_lists_apps_their_makers_do_not() {
    let hub = TestHub::start();
    let ana = developer(&hub, "Ana");
    let (_, id) = create(&ana, "Ma caisse");
    let path = format!("/developer/clients/{id}");
    let page = ana.open(&path);
    assert!(!page.has("input[name=listed]"));
    let typed = [("listed", "yes"), ("instructions_fr", "Ouvrez la caisse.")];
    ana.fill(&page, &path, &typed)
        .says("Vous seul voyez cette application.");
    developer(&hub, "Bob")
        .open("/apps")
        .does_not_say("Ma caisse");
}

/// A client of this developer, offered to every merchant if that may be.
fn listed(browser: &Browser, name: &str) -> Page {
    let (_, id) = create(browser, name);
    let path = format!("/developer/clients/{id}");
    let typed = [("listed", "yes"), ("instructions_fr", "Ouvrez la caisse.")];
    browser.fill(&browser.open(&path), &path, &typed)
}

#[apply(each_engine!)]
fn no_two_apps_are_offered_whose_names_look_alike(engine: Engine) {
    let hub = engine.start_with(&[("developers.may_publish", "true")]);
    let (ana, bob) = (developer(&hub, "Ana"), developer(&hub, "Bob"));
    listed(&ana, "Kézia II").says("Les modifications sont enregistrées.");
    let alike = [
        "kezia ii",
        "KEZIA-ll",
        " Kezia\u{a0}II",
        "Kеzіa I\u{200b}I",
        "K\u{ff45}zia 11",
    ];
    for name in alike {
        let page = listed(&bob, name);
        assert_eq!(page.status(), 422, "{name}");
        page.says("porte déjà ce nom, ou un nom qui lui ressemble.");
    }
    listed(&bob, "Kezia III").says("Les modifications sont enregistrées.");
}

#[test]
fn an_app_that_takes_another_name_is_offered_no_longer() {
    let hub = TestHub::start();
    let ana = developer(&hub, "Ana");
    let (_, id) = create(&ana, "Ma caisse");
    let client = id.clone();
    hub.wait(hub.hub.write("test.list", move |tx| {
        let id = wire::id::ClientId::parse(&client).expect("an id");
        let mut client = hub::oauth::clients::find(tx, &id)?.expect("the client");
        client.is_listed = true;
        hub::oauth::clients::update(tx, &client)
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let bob = developer(&hub, "Bob");
    let path = format!("/developer/clients/{id}");
    ana.fill(&ana.open(&path), &path, &[]);
    bob.open("/apps").says("Ma caisse");
    ana.fill(&ana.open(&path), &path, &[("name", "Ma banque")]);
    bob.open("/apps").does_not_say("Ma banque");
    ana.open(&path).says("Vous seul voyez cette application.");
}
