//! Letting an app in: from its link to its token.

use hub::args;
use hub::db;
use hub::oauth::clients::{self, AppFields, CallbackOptions, NewClient};
use hub::users::permissions::{Permissions, Role};
use wire::id::ClientId;

use crate::support::{Browser, Page, TestHub, Value};

const BACK: &str = "https://app.example/back?keep=1";
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
const AUTHORIZE: &str = "/oauth2/v1/authorize";

fn app(hub: &TestHub, redirects: &[&str]) {
    let new = NewClient {
        id: Some(ClientId::from_generated("shop.clients.test".to_owned())),
        secret: Some("s3cret".to_owned()),
        name: "Ma boutique".to_owned(),
        owner: None,
        is_listed: false,
        app: AppFields {
            redirect_uris: redirects.iter().map(|uri| (*uri).to_owned()).collect(),
            ..AppFields::default()
        },
        callbacks: CallbackOptions::default(),
    };
    let key = hub.hub.key().clone();
    hub.wait(
        hub.hub
            .write("test.app", move |tx| clients::insert(tx, &key, &new)),
    )
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

fn link(redirect_uri: &str, more: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", "shop.clients.test")
        .append_pair("redirect_uri", redirect_uri)
        .extend_pairs(more)
        .finish();
    format!("{AUTHORIZE}?{query}")
}

const ORDERS: (&str, &str) = ("scope", "location[orders.write]");

fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

/// What is in the address that an answer leads to.
fn redirect_parameter(page: &Page, name: &str) -> Option<String> {
    let (_, query) = page.location()?.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn exchange(hub: &TestHub, code: &str) -> Value {
    let body = format!("client_id=shop.clients.test&client_secret=s3cret&code={code}");
    hub.anybody()
        .send("POST", "/oauth2/v1/token", &[], body)
        .ok()
}

#[test]
fn from_a_link_over_the_log_in_to_a_token() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = Browser::new(&hub);
    let page = browser.open(&link(BACK, &[ORDERS, ("state", "a b")]));
    page.says("pour continuer vers Ma boutique");
    // Signing up instead, and making an account, leads on as well.
    let to_sign_up = page.all("a[href^='/signup']", "href");
    let form = browser.open(&to_sign_up[0]);
    let form = hub.sign_up_on(&browser, &form, "Ana", "ana@example.com", "fourchette");
    let typed = [("account_name", "Chez Ana"), ("location_name", "Lille")];
    let page = browser.fill(&form, "/accounts/new", &typed);
    page.says("Ma boutique souhaite accéder à un point de vente");
    page.says("Voir et modifier les commandes");
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow")]);
    assert_eq!(answer.status(), 302);
    assert!(
        answer
            .location()
            .unwrap()
            .starts_with("https://app.example/back?keep=1&code=")
    );
    assert_eq!(redirect_parameter(&answer, "state").as_deref(), Some("a b"));
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["location_name"], "Lille");
    assert_eq!(token["account_name"], "Chez Ana");
}

#[test]
fn a_refusal_goes_back_to_the_app() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let page = browser.open(&link(BACK, &[ORDERS, ("state", "xyz")]));
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "deny")]);
    let back = "https://app.example/back?keep=1&error=access_denied&state=xyz";
    assert_eq!(answer.location(), Some(back));
}

#[test]
fn an_address_with_letters_that_no_header_carries_is_gone_back_to() {
    let hub = TestHub::start();
    let address = "https://app.example/back?shop=Pizzéria Lumière";
    app(&hub, &[address]);
    let browser = administrator(&hub);
    let page = browser.open(&link(address, &[ORDERS]));
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "deny")]);
    let back = "https://app.example/back?shop=Pizz%C3%A9ria%20Lumi%C3%A8re&error=access_denied";
    assert_eq!(answer.location(), Some(back));
}

#[test]
fn the_chosen_location_is_the_one_that_is_opened() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let page = browser.open(&link(BACK, &[ORDERS]));
    let second = hub.second_location.to_string();
    let typed = [("step", "allow"), ("target", second.as_str())];
    let answer = browser.send_form(&page, AUTHORIZE, &typed);
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["location_id"], second);
}

#[test]
fn an_account_scope_opens_the_account() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let page = browser.open(&link(BACK, &[("scope", "account[catalog.write]")]));
    page.says("souhaite accéder à un compte");
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow")]);
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["account_id"], hub.account.as_str());
    assert_eq!(token["catalog_id"], hub.catalog.as_str());
    assert_eq!(token["location_id"], Value::Null);
}

fn second_list(hub: &TestHub) {
    let account = hub.account.clone();
    hub.wait(hub.hub.write("test.list", move |tx| {
        tx.execute(
            "INSERT INTO customer_lists (account_id, id, location_id, name, created_at)
                VALUES ($1, 'lst22', NULL, 'Grossistes', $2)",
            args![&account, tx.now()],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

#[test]
fn with_several_lists_a_second_page_asks_which() {
    let hub = TestHub::start();
    second_list(&hub);
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let scope = ("scope", "location[orders.write,customer_list.write]");
    let page = browser.open(&link(BACK, &[scope]));
    page.says("Suivant");
    let first = hub.location.to_string();
    let page = browser.fill(&page, AUTHORIZE, &[("step", "next"), ("target", &first)]);
    page.says("Choisissez les données à partager");
    let typed = [("step", "allow"), ("customer_list", "lst22")];
    let answer = browser.send_form(&page, AUTHORIZE, &typed);
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["customer_list_id"], "lst22");
    assert_eq!(token["customer_list_name"], "Grossistes");
}

#[test]
fn the_only_list_is_taken_without_asking() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let scope = ("scope", "location[customer_list.write]");
    let page = browser.open(&link(BACK, &[scope]));
    page.does_not_say("Suivant");
    let first = hub.location.to_string();
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["customer_list_id"], hub.customer_list.as_str());
}

#[test]
fn out_of_band_the_code_is_shown() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let page = browser.open(&link(OUT_OF_BAND, &[ORDERS]));
    let first = hub.location.to_string();
    let page = browser.fill(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
    page.says("Votre code d'autorisation");
    let code = &page.all("#code", "value")[0];
    assert!(
        code.len() == 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{code}"
    );
    assert_eq!(exchange(&hub, code)["location_id"], first);
}

#[test]
fn who_may_not_connect_is_told_why() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = hub.user("Eve", Permissions::VIEW, None);
    let page = browser.open(&link(BACK, &[ORDERS]));
    page.says("il vous manque le droit « Gérer les connexions et ressources »");
    assert!(!page.has("button[value=allow]"));
    // A form of one's own making changes nothing.
    let first = hub.location.to_string();
    let page = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
    assert_eq!(page.location(), None);
}

#[test]
fn another_accounts_location_cannot_be_opened() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let other = hub.another_account();
    let browser = administrator(&hub);
    let page = browser.open(&link(BACK, &[ORDERS]));
    let target = other.location.to_string();
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &target)]);
    assert_eq!((answer.status(), answer.location()), (200, None));
}

#[test]
fn an_address_that_is_not_declared_is_never_gone_to() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    for uri in [
        "https://evil.example/",
        "https://app.example/back",
        "",
        "javascript:alert(1)",
    ] {
        let page = browser.open(&link(uri, &[ORDERS]));
        assert_eq!((page.status(), page.location()), (400, None), "{uri}");
        page.says("Cette demande de connexion n'est pas valable");
    }
}

#[test]
fn an_open_list_shows_where_one_will_be_sent() {
    let hub = TestHub::start();
    app(&hub, &[]);
    let page = administrator(&hub).open(&link("https://anywhere.example/x", &[ORDERS]));
    page.says("anywhere.example");
}

#[test]
fn a_request_that_makes_no_sense_stays_here() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    for scope in ["", "location[nothing.read]", "orders"] {
        let page = browser.open(&link(BACK, &[("scope", scope)]));
        assert_eq!(page.status(), 400, "{scope}");
    }
    let page = browser.open("/oauth2/v1/authorize?client_id=nobody&redirect_uri=https://a.b/");
    assert_eq!(page.status(), 400);
}

/// The connection that Ana makes, and its id.
fn connected(hub: &TestHub, browser: &Browser) -> String {
    let page = browser.open(&link(BACK, &[ORDERS]));
    let first = hub.location.to_string();
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
    let token = exchange(hub, &redirect_parameter(&answer, "code").unwrap());
    token["app_instance_id"].as_str().unwrap().to_owned()
}

#[test]
fn who_may_open_an_instance_goes_back_at_once() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let id = connected(&hub, &browser);
    let answer = browser.get(&link(BACK, &[("app_instance_id", &id), ("state", "s")]));
    assert_eq!(answer.status(), 302);
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["app_instance_id"], id);
    assert_eq!(redirect_parameter(&answer, "state").as_deref(), Some("s"));
}

#[test]
fn who_may_not_open_an_instance_is_denied() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let id = connected(&hub, &administrator(&hub));
    let other = hub.another_account();
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other.account, "Zoe", held, None);
    let answer = stranger.get(&link(BACK, &[("app_instance_id", &id)]));
    assert_eq!(
        redirect_parameter(&answer, "error").as_deref(),
        Some("access_denied")
    );
    let answer = stranger.get(&link(BACK, &[("app_instance_id", "nothing")]));
    assert_eq!(
        redirect_parameter(&answer, "error").as_deref(),
        Some("access_denied")
    );
}

#[test]
fn a_code_asked_for_with_a_challenge_needs_its_verifier() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let challenge = hub::oauth::codes::pkce_challenge("verifier");
    let more = [
        ORDERS,
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let page = browser.open(&link(BACK, &more));
    let first = hub.location.to_string();
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
    let code = redirect_parameter(&answer, "code").unwrap();
    let body = format!("client_id=shop.clients.test&client_secret=s3cret&code={code}");
    let without = hub
        .anybody()
        .send("POST", "/oauth2/v1/token", &[], body.clone());
    assert_eq!(without.status, 400);
    let with = format!("{body}&code_verifier=verifier");
    hub.anybody()
        .send("POST", "/oauth2/v1/token", &[], with)
        .ok();
}

#[test]
fn the_page_speaks_english_to_those_who_do() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let page = browser.open(&link(BACK, &[ORDERS]));
    let page = browser.fill(&page, "/language", &[("locale", "en-GB")]);
    page.says("Ma boutique would like to access a location");
    page.says("View and modify orders");
}

#[test]
fn opening_an_app_changes_nothing_about_its_connection() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let id = connected(&hub, &browser);
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    let page = browser.open("/connections");
    browser.fill(&page, &format!("/connections/{id}/block"), &[]);
    let answer = viewer.get(&link(BACK, &[("app_instance_id", &id)]));
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["app_instance_id"], id);
    browser.open("/connections").says("Bloquée");
}

#[test]
fn allowing_again_lifts_a_block() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let id = connected(&hub, &browser);
    let page = browser.open("/connections");
    browser.fill(&page, &format!("/connections/{id}/block"), &[]);
    assert_eq!(connected(&hub, &browser), id);
    browser.open("/connections").does_not_say("Bloquée");
}

#[test]
fn an_instance_is_not_handed_to_an_undeclared_address_without_asking() {
    let hub = TestHub::start();
    app(&hub, &[]);
    let browser = administrator(&hub);
    let id = connected(&hub, &browser);
    let elsewhere = "https://elsewhere.example/x";
    let page = browser.open(&link(elsewhere, &[("app_instance_id", &id)]));
    assert_eq!((page.status(), page.location()), (200, None));
    page.says("elsewhere.example");
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow")]);
    assert!(redirect_parameter(&answer, "code").is_some());
    let page = browser.open(&link(elsewhere, &[("app_instance_id", "nothing")]));
    assert_eq!((page.status(), page.location()), (400, None));
}

#[test]
fn the_state_comes_back_byte_for_byte() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let asked = format!("{}&state=a%20b+c%2Fd==", link(BACK, &[ORDERS]));
    let page = browser.open(&asked);
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "deny")]);
    let location = answer.location().unwrap_or_default();
    assert!(location.ends_with("&state=a%20b+c%2Fd=="), "{location}");
}

#[test]
fn who_opens_an_instance_is_not_told_to_be_the_user_who_granted_it() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let held = Role::FullAdministrator.permissions(true);
    let (ana, browser) = hub.user_of(&hub.account, "Ana", held, None);
    let scope = ("scope", "location[orders.write],profile");
    let page = browser.open(&link(BACK, &[scope]));
    let first = hub.location.to_string();
    let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
    let token = exchange(&hub, &redirect_parameter(&answer, "code").unwrap());
    assert_eq!(token["user_id"], ana.as_str());
    let id = token["app_instance_id"].as_str().unwrap();
    let opened = |browser: &Browser| {
        let answer = browser.get(&link(BACK, &[("app_instance_id", id)]));
        exchange(&hub, &redirect_parameter(&answer, "code").unwrap())
    };
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    let other = opened(&viewer);
    assert_eq!(other["access_token"], token["access_token"]);
    assert_eq!(other["user_id"], Value::Null);
    assert_eq!(opened(&browser)["user_id"], ana.as_str());
}

#[test]
fn an_app_whose_open_url_is_declared_goes_back_at_once() {
    let hub = TestHub::start();
    app(&hub, &[]);
    let browser = administrator(&hub);
    let id = connected(&hub, &browser);
    let asked = link(BACK, &[("app_instance_id", &id)]);
    assert_eq!(browser.get(&asked).status(), 200);
    let declared = hub.hub.write("test.declare", |tx| {
        let id = ClientId::from_generated("shop.clients.test".to_owned());
        let mut client = clients::find(tx, &id)?.expect("the app");
        client.app.open_url = Some("https://app.example/open".to_owned());
        clients::update(tx, &client)
    });
    hub.wait(declared)
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let answer = browser.get(&asked);
    assert_eq!(answer.status(), 302);
    assert!(redirect_parameter(&answer, "code").is_some());
}

#[test]
fn devices_are_told_apart_by_the_whole_of_their_ids() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let browser = administrator(&hub);
    let first = hub.location.to_string();
    let token_of = |device: &str| {
        let page = browser.open(&link(BACK, &[ORDERS, ("device_id", device)]));
        let answer = browser.send_form(&page, AUTHORIZE, &[("step", "allow"), ("target", &first)]);
        exchange(&hub, &redirect_parameter(&answer, "code").unwrap())["access_token"].clone()
    };
    let long = "é".repeat(254);
    let one = token_of(&format!("{long}1"));
    assert_ne!(one, token_of(&format!("{long}2")));
    assert_eq!(one, token_of(&format!("{long}1")));
}

#[test]
fn a_device_id_that_is_too_long_is_refused() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let device = "x".repeat(256);
    let page = administrator(&hub).open(&link(BACK, &[ORDERS, ("device_id", &device)]));
    assert_eq!((page.status(), page.location()), (400, None));
    page.says("L'application désigne l'appareil par un identifiant trop long.");
    page.says("device_id: is too long (maximum is 255 characters)");
}

#[test]
fn the_maker_of_an_app_and_where_it_leads_are_always_shown() {
    let hub = TestHub::start();
    app(&hub, &[BACK]);
    let ana = administrator(&hub);
    let page = ana.open(&link(BACK, &[ORDERS]));
    page.says("Application enregistrée par l'équipe de Passeplat.");
    page.says("Vous serez ensuite renvoyé vers app.example.");
    // Bob calls a client like another's.
    let bob = hub.user("Bob", Permissions::VIEW, None);
    let page = bob.open("/developer/clients/new");
    let path = "/developer/clients/new";
    let page = bob.fill(&page, path, &[("name", "Ma boutique")]);
    let id = page.all("#client_id", "value")[0].clone();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &id)
        .append_pair("redirect_uri", OUT_OF_BAND)
        .append_pair("scope", ORDERS.1)
        .finish();
    let page = ana.open(&format!("{AUTHORIZE}?{query}"));
    page.says("Ma boutique souhaite accéder à un point de vente");
    page.says("Éditeur : Bob (bob@example.com)");
    page.says("Un code vous sera affiché, à recopier dans l'application.");
}

#[test]
fn a_connect_url_is_an_address_that_the_app_has_declared() {
    let hub = TestHub::start();
    app(&hub, &[]);
    let connect = "https://app.example/connect";
    hub.wait(hub.hub.write("test.connect_url", move |tx| {
        let id = ClientId::from_generated("shop.clients.test".to_owned());
        let mut client = clients::find(tx, &id)?.expect("the app");
        client.app.connect_url = Some(connect.to_owned());
        clients::update(tx, &client)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let ana = administrator(&hub);
    let page = ana.open(&link(connect, &[ORDERS]));
    page.does_not_say("n'a pas déclaré ses adresses de retour");
    page.says("Vous serez ensuite renvoyé vers app.example.");
    ana.open(&link("https://elsewhere.example/", &[ORDERS]))
        .says("n'a pas déclaré ses adresses de retour");
}
