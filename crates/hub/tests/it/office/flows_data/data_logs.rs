//! The logs of the data: the requests of all apps, filtered, page by page, and who sees which.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};

use crate::engine::apply;
use crate::support::{Browser, Caller, Page, TestHub, json};

fn viewer(hub: &TestHub) -> Browser {
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    hub.user("Vic", Role::BackOfficeViewer.permissions(true), None)
}

fn order(from: &Caller) -> String {
    let body = json!({ "status": "new", "items": [
        { "product_name": "Reine", "price": "9.80 EUR", "quantity": "1" }] });
    let made = from.post("/location/orders", body).ok();
    made["id"].as_str().unwrap_or_default().to_owned()
}

/// The requests of a page, in its order.
fn urls(page: &Page) -> Vec<String> {
    let ids = page.all(".log > .line", "id");
    assert!(!ids.is_empty() || page.has(".nothing"));
    ids
}

#[apply(each_engine!)]
fn requests_of_all_apps_are_in_one_list_with_their_origin(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    let id = order(&shop);
    till.get(&format!("/location/orders/{id}")).ok();
    till.patch("/location", json!({ "preparation_time": 20 }))
        .ok();
    let page = viewer(&hub).open("/data/logs");
    page.says("Logs de données");
    page.says("shop Order POST /v1/location/orders 200");
    page.says(&format!("till Order GET /v1/location/orders/{id} 200"));
    page.says("till Location PATCH /v1/location 200");
    page.says("Les requêtes sont conservées 30 jours.");
    assert_eq!(urls(&page).len(), 3);
    // Both bodies are files.
    let files = page.all(".bodies a[download]", "href");
    let file = files.iter().find(|it| it.ends_with("/response"));
    assert!(file.is_some(), "{files:?}");
}

#[apply(each_engine!)]
fn the_list_is_filtered_by_resource_method_and_day(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    let id = order(&shop);
    till.get(&format!("/location/orders/{id}")).ok();
    till.patch("/location", json!({ "preparation_time": 20 }))
        .ok();
    let vic = viewer(&hub);
    let count = |query: &str| urls(&vic.open(&format!("/data/logs{query}"))).len();
    assert_eq!(count("?resource=order"), 2);
    assert_eq!(count("?resource=order&resource=location"), 3);
    assert_eq!(count("?method=PATCH"), 1);
    assert_eq!(count("?resource=order&method=PATCH"), 0);
    assert_eq!(count("?resource=customer"), 0);
    // The clock of the test stands on 7 March 2026.
    assert_eq!(count("?from=2026-03-07&to=2026-03-07"), 3);
    assert_eq!(count("?from=2026-03-08"), 0);
    assert_eq!(count("?to=2026-03-06"), 0);
    let empty = vic.open("/data/logs?resource=customer");
    empty.says("Customer");
    assert!(empty.has("a[href='/data/logs']"), "Réinitialiser");
}

#[apply(each_engine!)]
fn the_list_is_filtered_by_hour_and_minute(hub: TestHub) {
    // The clock of the test stands at 19:41 in the zone of the location.
    order(&hub.client("shop"));
    let vic = viewer(&hub);
    let count = |query: &str| urls(&vic.open(&format!("/data/logs{query}"))).len();
    assert_eq!(count("?from=2026-03-07T19:41"), 1);
    assert_eq!(count("?from=2026-03-07T19:42"), 0);
    assert_eq!(count("?to=2026-03-07T19:41"), 1);
    assert_eq!(count("?to=2026-03-07T19:40"), 0);
    assert_eq!(count("?from=2026-03-07T20:00&to=2026-03-07T19:00"), 1);
}

#[apply(each_engine!)]
fn a_location_shows_what_apps_of_the_account_asked_of_it(hub: TestHub) {
    let chain = hub.connect_in(&hub.account, "chain", "account[orders.read]", None);
    let (here, there) = (&hub.location, &hub.second_location);
    chain.get(&format!("/locations/{here}/orders")).ok();
    chain.get(&format!("/locations/{there}/orders")).ok();
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let held = Role::BackOfficeViewer.permissions(false);
    let page = hub.user("Vic", held, Some(here)).open("/data/logs");
    page.says(&format!("/v1/locations/{here}/orders"));
    page.does_not_say(&format!("/v1/locations/{there}/orders"));
}

#[apply(each_engine!)]
fn pages_follow_each_other_without_gap_or_repetition(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    for number in 0..60 {
        shop.get("/location").ok();
        if number % 2 == 0 {
            till.get("/account/customer_lists").status_and_body();
        }
    }
    let vic = viewer(&hub);
    for start in ["/data/logs", "/data/logs?method=GET"] {
        let (mut path, mut all) = (start.to_owned(), Vec::new());
        for _ in 0..5 {
            let page = vic.open(&path);
            all.extend(urls(&page));
            match page.all("a[rel=next]", "href").first() {
                Some(next) => path.clone_from(next),
                None => break,
            }
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!((count, all.len()), (90, 90), "{start}");
    }
}

#[apply(each_engine!)]
fn what_hardly_ever_matches_is_looked_for_page_by_page(hub: TestHub) {
    let shop = hub.client("shop");
    shop.patch("/location", json!({ "preparation_time": 20 }))
        .ok();
    hub.pass(Duration::from_secs(60));
    for _ in 0..520 {
        shop.get("/location").ok();
    }
    let vic = viewer(&hub);
    let first = vic.open("/data/logs?method=PATCH");
    first.says("Rien ne correspond parmi les dernières requêtes.");
    let next = &first.all("a[rel=next]", "href")[0];
    vic.open(next).says("shop Location PATCH /v1/location 200");
}

#[apply(each_engine!)]
fn a_location_has_the_requests_of_its_own_connections(hub: TestHub) {
    let (here, chain) = (
        hub.client("here"),
        hub.connect("chain", "account[orders.read]", None),
    );
    here.get("/location").ok();
    chain.get("/account/orders").status_and_body();
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let held = Role::BackOfficeViewer.permissions(false);
    let own = hub.user("Own", held, Some(&hub.location));
    let page = own.open("/data/logs");
    page.says("here Location GET /v1/location 200");
    page.does_not_say("chain");
    let next = hub.user("Next", held, Some(&hub.second_location));
    let page = next.open("/data/logs");
    assert_eq!(urls(&page), Vec::<String>::new());
    page.says("Aucune requête n'a encore été reçue.");
    let (other, none) = (hub.another_account().account, Permissions::ORDER_LINE);
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other, "Sam", held, None);
    assert_eq!(urls(&stranger.open("/data/logs")), Vec::<String>::new());
    let operator = hub.user("Op", none, None);
    assert_eq!(operator.open("/data/logs").status(), 403);
}

#[test]
fn every_data_page_leads_to_its_logs() {
    let hub = TestHub::start();
    let vic = viewer(&hub);
    for (path, resource) in [
        ("/orders", "resource=order"),
        ("/customers", "resource=customer"),
        ("/catalogs", "resource=catalog"),
        ("/inventory", "resource=inventory"),
    ] {
        let page = vic.open(path);
        page.says("Voir les logs");
        let link = &page.all("a[href^='/data/logs']", "href")[0];
        assert!(link.contains(resource), "{link}");
        assert_eq!(vic.open(link).status(), 200);
    }
}
