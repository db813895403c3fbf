//! The search box: what a caller says leads to the order, and to nothing that the reader may not see.

use std::time::Duration;

use hub::users::permissions::Role;

use super::connections::administrator;
use crate::engine::apply;
use crate::support::{Browser, Caller, TestHub, Value, json};

/// What an order says of a guest.
fn guest() -> Value {
    json!({"first_name": "Zoé", "last_name": "de la Tour", "phone": "+33 (0)6 12 34 56 78",
        "email": "Zoe@clients.example"})
}

/// Places an order; answers its page.
fn order(shop: &Caller, reference: &str, customer: &Value) -> String {
    let body = json!({"status": "new", "ref": reference, "collection_code": "K7",
        "customer": customer, "items": [
            {"product_name": "Reine", "price": "9.80 EUR", "quantity": "1"}]});
    let answer = shop.post("/location/orders", body).ok();
    format!("/orders/{}", answer["id"].as_str().expect("an id"))
}

/// Tries to place an order with a price that is none.
fn refuse(shop: &Caller, reference: &str) {
    let item = json!({"product_name": "Reine", "price": "dix", "quantity": "1"});
    let body = json!({"status": "new", "ref": reference, "items": [item]});
    assert_eq!(shop.post("/location/orders", body).status, 422);
}

/// Where a search leads: the address of the only hit, or none.
fn leads_to(browser: &Browser, text: &str) -> Option<String> {
    let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let page = browser.get(&format!("/search?q={query}"));
    page.location().map(str::to_owned)
}

#[apply(each_engine!)]
fn a_phone_number_is_found_in_any_spelling(hub: TestHub) {
    let found = order(&hub.client("shop"), "A1", &guest());
    let browser = administrator(&hub);
    let spellings = [
        "+33612345678",
        "0612345678",
        "06 12 34 56 78",
        "0033 6 12.34.56.78",
        "+33 (0)6-12-34-56-78",
        "345678",
    ];
    for text in spellings {
        assert_eq!(leads_to(&browser, text).as_ref(), Some(&found), "{text}");
    }
    assert_eq!(leads_to(&browser, "0612345679"), None);
}

#[apply(each_engine!)]
fn an_order_that_was_refused_is_found_by_its_ref_with_the_cause(hub: TestHub) {
    refuse(&hub.client("shop"), "LUM-7");
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let browser = administrator(&hub);
    let page = browser.open("/search?q=lum-7");
    assert!(page.path.contains("/logs?cursor="), "{}", page.path);
    page.says("Refusée : ce qui a été envoyé n'est pas valable.");
    assert_eq!(leads_to(&browser, "LUM-8"), None);
}

#[apply(each_engine!)]
fn a_refused_order_is_found_however_often_an_app_asks_for_what_is_not_there(hub: TestHub) {
    let shop = hub.client("shop");
    refuse(&shop, "LUM-7");
    for _ in 0..201 {
        assert_eq!(shop.get("/location/orders/zzzzz").status, 404);
    }
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    assert!(leads_to(&administrator(&hub), "LUM-7").is_some());
}

#[apply(each_engine!)]
fn nobody_finds_an_order_that_was_refused_elsewhere(hub: TestHub) {
    refuse(&hub.client("shop"), "LUM-7");
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let second = Some(&hub.second_location);
    let viewer = hub.user("Bob", Role::BackOfficeViewer.permissions(false), second);
    assert_eq!(leads_to(&viewer, "LUM-7"), None);
}

#[apply(each_engine!)]
fn a_request_for_an_order_that_is_not_there_is_found_in_the_logs(hub: TestHub) {
    let answer = hub.client("shop").get("/location/orders/zzzzz");
    let request = answer.header("x-request-id").expect("an id").to_owned();
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let found = leads_to(&administrator(&hub), &request).expect("one hit");
    assert!(found.contains("/logs?cursor="), "{found}");
}

#[apply(each_engine!)]
fn a_national_number_is_found_by_the_international_one(hub: TestHub) {
    let found = order(
        &hub.client("shop"),
        "A1",
        &json!({"phone": "06 12 34 56 78"}),
    );
    let browser = administrator(&hub);
    assert_eq!(leads_to(&browser, "+33 6 12 34 56 78"), Some(found));
}

#[apply(each_engine!)]
fn a_customer_is_found_by_name_and_address(hub: TestHub) {
    let found = order(&hub.client("shop"), "A1", &guest());
    let browser = administrator(&hub);
    let texts = [
        "zoe",
        "ZOÉ",
        "de la tour",
        "De La T",
        "Zoé de la Tour",
        "de la Tour Zoé",
        "zoe@clients.example",
        "ZOE@cli",
    ];
    for text in texts {
        assert_eq!(leads_to(&browser, text).as_ref(), Some(&found), "{text}");
    }
    assert_eq!(leads_to(&browser, "Ada de la Tour"), None);
}

#[apply(each_engine!)]
fn accents_of_any_language_need_not_be_typed(hub: TestHub) {
    let guest = json!({ "first_name": "Žofie", "last_name": "Dvořák" });
    let found = order(&hub.client("shop"), "A1", &guest);
    let browser = administrator(&hub);
    for text in ["zofie", "Dvorak", "dvořák", "DVORÁK Zofie"] {
        assert_eq!(leads_to(&browser, text).as_ref(), Some(&found), "{text}");
    }
}

#[apply(each_engine!)]
fn an_order_is_found_by_its_code_its_ref_and_its_id(hub: TestHub) {
    let found = order(&hub.client("shop"), "UE-44712", &json!({}));
    let browser = administrator(&hub);
    let id = found.trim_start_matches("/orders/").to_owned();
    for text in ["k7", "UE-44712", "ue-447", "  UE-44 ", &id] {
        assert_eq!(leads_to(&browser, text).as_ref(), Some(&found), "{text}");
    }
    assert_eq!(leads_to(&browser, "E-447"), None);
}

#[apply(each_engine!)]
fn an_order_is_found_by_the_ref_that_an_app_alone_knows(hub: TestHub) {
    let shop = hub.client("shop");
    let found = order(&shop, "A1", &json!({}));
    let path = found.replace("/orders/", "/location/orders/");
    shop.patch(&path, json!({"private_ref": "K-2211"})).ok();
    assert_eq!(leads_to(&administrator(&hub), "K-2211"), Some(found));
}

#[apply(each_engine!)]
fn a_changed_phone_number_is_found_and_the_old_one_is_not(hub: TestHub) {
    let shop = hub.client("shop");
    let found = order(&shop, "A1", &guest());
    let path = found.replace("/orders/", "/location/orders/");
    shop.patch(&path, json!({"collection_code": "M9"})).ok();
    let browser = administrator(&hub);
    assert_eq!(leads_to(&browser, "m9"), Some(found));
    assert_eq!(leads_to(&browser, "k7"), None);
}

#[apply(each_engine!)]
fn ids_of_events_requests_and_connections_lead_to_them(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    let events = json!({"events": {"order": ["create"]}});
    till.post("/callback", events).ok();
    let body = json!({"status": "new", "items": [
        {"product_name": "Reine", "price": "9.80 EUR", "quantity": "1"}]});
    let answer = shop.post("/location/orders", body);
    let request = answer.header("x-request-id").expect("an id").to_owned();
    let order = answer.ok()["id"].as_str().expect("an id").to_owned();
    hub.wait(hub.hub.journal().flush()).expect("the journal");
    let browser = administrator(&hub);
    let waiting = till.get("/callback/events").ok();
    let event = waiting[0]["id"].as_str().expect("an id");
    let to_event = leads_to(&browser, event);
    assert_eq!(to_event, Some(format!("/orders/{order}#journey")));
    let to_request = leads_to(&browser, &request);
    assert_eq!(to_request, Some(format!("/orders/{order}#r-{request}")));
    let to_connection = leads_to(&browser, till.connection.as_str());
    assert_eq!(
        to_connection,
        Some(format!("/connections/{}/logs", till.connection))
    );
}

#[apply(each_engine!)]
fn a_request_about_no_order_is_opened_in_the_logs(hub: TestHub) {
    let till = hub.client("till");
    let answer = till.get("/location");
    let request = answer.header("x-request-id").expect("an id").to_owned();
    hub.wait(hub.hub.journal().flush()).expect("the journal");
    let browser = administrator(&hub);
    let found = leads_to(&browser, &request).expect("a page");
    let (path, line) = found.split_once('#').expect("a line");
    assert_eq!(line, request);
    assert!(
        browser
            .open(path)
            .has(&format!("details.line[id='{request}']"))
    );
}

#[apply(each_engine!)]
fn several_hits_are_shown_with_what_matches(hub: TestHub) {
    let shop = hub.client("shop");
    order(&shop, "A1", &guest());
    hub.pass(Duration::from_secs(1));
    order(&shop, "A2", &guest());
    let page = administrator(&hub).open("/search?q=0612345678");
    page.says("Résultats pour 0612345678");
    page.says("Commandes A2 Téléphone +33 (0)6 12 34 56 78");
    assert_eq!(page.all(".hits a", "href").len(), 2);
}

#[apply(each_engine!)]
fn nobody_finds_what_is_elsewhere(hub: TestHub) {
    order(&hub.client("shop"), "A1", &guest());
    let role = Role::BackOfficeViewer;
    let second = Some(&hub.second_location);
    let viewer = hub.user("Bob", role.permissions(false), second);
    for text in ["0612345678", "zoe", "K7", "A1", "zoe@clients.example"] {
        assert_eq!(leads_to(&viewer, text), None, "{text}");
    }
    let other = hub.another_account();
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other.account, "Eve", held, None);
    assert_eq!(leads_to(&stranger, "0612345678"), None);
}

#[apply(each_engine!)]
fn with_one_location_chosen_only_that_is_searched(hub: TestHub) {
    order(&hub.client("shop"), "A1", &guest());
    let browser = administrator(&hub);
    let page = browser.open("/search");
    browser.choose_location(&page, Some(&hub.second_location));
    let page = browser.open("/search?q=0612345678");
    page.says("Rien ne correspond.");
    page.says("Seul le point de vente choisi en haut de la page est pris en compte.");
}

#[apply(each_engine!)]
fn an_erased_customer_is_not_found_any_longer(hub: TestHub) {
    let shop = hub.client("shop");
    let list = format!("/customer_lists/{}/customers", hub.customer_list);
    let customer = shop.post(&list, guest()).ok()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let body = json!({"status": "new", "customer_id": customer, "items": [
        {"product_name": "Reine", "price": "9.80 EUR", "quantity": "1"}]});
    shop.post("/location/orders", body).ok();
    let browser = administrator(&hub);
    assert!(leads_to(&browser, "0612345678").is_some());
    let anonymise = format!("{list}/{customer}/anonymise");
    shop.post(&anonymise, json!({})).ok();
    hub.wait(hub::chores::run_due(&hub.hub)).expect("chores");
    assert_eq!(leads_to(&browser, "0612345678"), None);
}

#[test]
fn the_box_is_on_every_page_of_whoever_may_look() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    for path in ["/dashboard", "/connections", "/settings", "/profile"] {
        let page = browser.get(path);
        if page.status() == 200 {
            assert!(page.has("form.find input[name=q]"), "{path}");
        }
    }
    let operator = hub.user("Bob", Role::OrderLineOperator.permissions(true), None);
    assert!(!operator.open("/profile").has("form.find"));
    assert_eq!(operator.get("/search?q=zoe").status(), 403);
}
