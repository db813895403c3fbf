//! What the hub told an app, in the logs of its connection.

use std::time::Duration;

use hub::users::permissions::Role;

use crate::engine::apply;
use crate::support::{Browser, Caller, Receiver, Reply, TestHub, json};

fn follow(who: &Caller, url: Option<&str>) {
    let body = json!({ "url": url, "events": { "order": ["create"] } });
    who.post("/callback", body).ok();
}

fn order(from: &Caller) -> String {
    let body = json!({"status": "new", "ref": "A17", "items": [
        {"product_name": "Reine", "price": "9.80 EUR", "quantity": "1"}]});
    let made = from.post("/location/orders", body).ok();
    made["id"].as_str().unwrap().to_owned()
}

fn support(hub: &TestHub) -> Browser {
    hub.wait(hub.hub.journal().flush()).unwrap();
    hub.user("Ana", Role::TechnicalPartner.permissions(true), None)
}

#[apply(each_engine!)]
fn every_attempt_is_in_the_logs_of_the_connection(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Text(503, "maintenance".to_owned()));
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    follow(&till, Some(&receiver.url("/hub")));
    let id = order(&shop);
    hub.dispatch();
    hub.pass(Duration::from_secs(90));
    receiver.answers(Reply::Status(200));
    hub.dispatch();
    let browser = support(&hub);
    let page = browser.open(&format!("/connections/{}/logs", till.connection));
    page.says("Callback Log POST http://");
    page.says("/hub 200");
    page.says("Essai 1 19:41:08 503");
    page.says("maintenance");
    page.says("Essai 2 19:42:");
    page.says("Transmis till a bien reçu l'événement.");
    let links = page.all("a[href]", "href");
    assert!(
        links.contains(&format!("/orders/{id}#journey")),
        "{links:?}"
    );
    let files: Vec<&String> = links
        .iter()
        .filter(|it| it.contains("/callbacks/"))
        .collect();
    assert_eq!(
        files.len(),
        2,
        "the event and the answer that is not empty: {files:?}"
    );
    let event = files.iter().find(|it| it.ends_with("/event")).unwrap();
    let event = browser.get(event).answer.ok();
    assert_eq!(event["new_state"]["ref"], "A17");
    assert_eq!(event["app_instance_id"], till.connection.as_str());
    let answer = files.iter().find(|it| it.ends_with("/1")).unwrap();
    let answer = browser.get(answer).answer;
    assert_eq!(answer.text, "maintenance");
    let kind = |name| answer.header(name).unwrap();
    assert_eq!(kind("content-type"), "text/plain; charset=utf-8");
    assert!(
        kind("content-disposition").ends_with("-1.txt\""),
        "{answer:?}"
    );
}

#[apply(each_engine!)]
fn an_answer_in_json_is_a_json_file(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Text(503, r#"{"error":"maintenance"}"#.to_owned()));
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    follow(&till, Some(&receiver.url("/hub")));
    order(&shop);
    hub.dispatch();
    let browser = support(&hub);
    let page = browser.open(&format!("/connections/{}/logs", till.connection));
    let links = page.all("a[href]", "href");
    let answer = links.iter().find(|it| it.ends_with("/1")).unwrap();
    let answer = browser.get(answer).answer;
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("application/json; charset=utf-8"));
}

#[apply(each_engine!)]
fn only_a_callback_that_waits_for_an_order_can_be_deleted(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    follow(&till, None);
    let (one, other) = (order(&shop), order(&shop));
    let events = till.get("/callback/events").ok();
    let [first, second] = [0, 1].map(|at| events[at]["id"].as_str().unwrap().to_owned());
    let browser = support(&hub);
    let path = |order: &str, event: &str, connection: &str| {
        format!("/orders/{order}/callbacks/{event}.{connection}/delete")
    };
    let till_id = till.connection.as_str();
    let (waits, next) = (path(&one, &first, till_id), path(&other, &second, till_id));
    let page = browser.open(&waits);
    for wrong in [
        path(&other, &first, till_id),
        path(&one, &first, shop.connection.as_str()),
        path(&one, "nothing", till_id),
    ] {
        assert_eq!(browser.get(&wrong).status(), 404, "{wrong}");
    }
    browser.fill(&page, &waits, &[]);
    assert_eq!(browser.get(&waits).status(), 404, "it was deleted");
    browser.open(&next);
    let event = format!("/callback/events/{second}");
    till.send("DELETE", &event, &[], "").ok();
    assert_eq!(browser.get(&next).status(), 404, "it was acknowledged");
}

#[apply(each_engine!)]
fn the_filter_tells_callbacks_from_requests(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    follow(&till, None);
    order(&shop);
    let browser = support(&hub);
    let lines = |query: &str| {
        let path = format!("/connections/{}/logs{query}", till.connection);
        browser.open(&path).all("details.line", "id")
    };
    assert_eq!(lines("").len(), 2);
    let lines_found = lines("?resource=callback_log");
    assert!(
        lines_found.len() == 1 && lines_found[0].starts_with("e-"),
        "{lines_found:?}"
    );
    assert_eq!(lines("?resource=callback_log&method=GET").len(), 0);
    assert_eq!(lines("?resource=callback").len(), 1);
    assert_eq!(lines("?method=POST").len(), 2);
}

#[apply(each_engine!)]
fn requests_and_callbacks_are_one_list_newest_first_over_pages(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    follow(&till, None);
    for _ in 0..35 {
        hub.pass(Duration::from_secs(1));
        order(&shop);
        hub.pass(Duration::from_secs(1));
        till.get("/location").ok();
    }
    let browser = support(&hub);
    let first = browser.open(&format!("/connections/{}/logs", till.connection));
    let second = browser.open(&first.all("a[rel=next]", "href")[0]);
    let times = |page: &crate::support::Page| page.all("details.line time", "datetime");
    let (newer, older) = (times(&first), times(&second));
    assert_eq!((newer.len(), older.len()), (50, 21));
    let all = [newer, older].concat();
    assert!(all.is_sorted_by(|one, next| one >= next), "{all:?}");
    let ids = [
        first.all("details.line", "id"),
        second.all("details.line", "id"),
    ]
    .concat();
    assert_eq!(ids.iter().filter(|id| id.starts_with("e-")).count(), 35);
    assert!(!second.has("a[rel=next]"));
}

#[test]
fn a_connection_that_said_nothing_has_empty_logs() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let page = support(&hub).open(&format!("/connections/{}/logs", till.connection));
    page.says("Aucune requête pour l'instant.");
    page.says("Les requêtes sont conservées 30 jours, les envois 30 jours après leur fin.");
}

#[apply(each_engine!)]
fn what_another_connection_was_told_is_not_there(hub: TestHub) {
    let (shop, till) = (hub.client("shop"), hub.client("till"));
    follow(&till, None);
    order(&shop);
    let browser = support(&hub);
    let page = browser.open(&format!("/connections/{}/logs", till.connection));
    let links = page.all("a[href]", "href");
    let event = links.iter().find(|it| it.ends_with("/event")).unwrap();
    assert_eq!(browser.get(event).status(), 200);
    let other = event.replace(till.connection.as_str(), shop.connection.as_str());
    assert_eq!(browser.get(&other).status(), 404);
    assert_eq!(browser.get(&event.replace("/event", "/1")).status(), 404);
    assert_eq!(browser.get(&event.replace("/event", "/x")).status(), 404);
}
