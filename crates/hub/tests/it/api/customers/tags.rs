//! Changing only what has been seen, and sending again.

use super::{ada, add, cards, customers, path};
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, Value, json};

fn tag(who: &Caller, path: &str) -> String {
    let answer = who.get(path);
    answer.header("etag").expect("a tag").to_owned()
}

fn change(who: &Caller, method: &str, path: &str, tag: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json"), ("If-Match", tag)];
    let body = match method {
        "DELETE" => String::new(),
        _ => body.to_string(),
    };
    who.send(method, path, &headers, body)
}

#[apply(each_engine!)]
fn only_what_has_been_seen_is_changed(hub: TestHub) {
    let till = hub.client_with("till", "account[all_customer_lists.write]");
    let customer = add(&hub, &till, ada());
    let card = till
        .post(&cards(&hub), json!({ "customer_id": customer["id"] }))
        .ok();
    let card = format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    let list = format!("/customer_lists/{}", hub.customer_list);
    for (method, path, body) in [
        ("PATCH", path(&customer), json!({ "city": "Oullins" })),
        ("PUT", path(&customer), json!({ "city": "Lyon" })),
        ("PATCH", card, json!({ "name": "Club" })),
        ("PATCH", list, json!({ "name": "Regulars" })),
    ] {
        let before = tag(&till, &path);
        let answer = change(&till, method, &path, &before, &body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
        let now = tag(&till, &path);
        assert_eq!(answer.header("etag"), Some(&*now), "{method} {path}");
        let late = change(&till, method, &path, &before, &body);
        assert_eq!(late.status, 412, "{method} {path}: {}", late.text);
        assert_eq!(tag(&till, &path), now, "{method} {path}");
    }
}

#[apply(each_engine!)]
fn only_a_list_that_has_been_seen_is_deleted(hub: TestHub) {
    let till = hub.client_with("till", "account[all_customer_lists.write]");
    add(&hub, &till, ada());
    let list = format!("/customer_lists/{}", hub.customer_list);
    let before = tag(&till, &list);
    till.patch(&list, json!({ "name": "Regulars" })).ok();
    let nothing = json!(null);
    assert_eq!(
        change(&till, "DELETE", &list, &before, &nothing).status,
        412
    );
    assert_eq!(till.get(&customers(&hub)).ok()[0]["first_name"], "Ada");
    let now = tag(&till, &list);
    let gone = change(&till, "DELETE", &list, &now, &nothing);
    assert_eq!(gone.ok(), json!({}));
    assert_eq!(till.get(&list).status, 404);
}

#[apply(each_engine!)]
fn only_a_customer_that_has_been_seen_is_anonymised(hub: TestHub) {
    let till = hub.client_with("till", "account[all_customer_lists.write]");
    let customer = path(&add(&hub, &till, ada()));
    let before = tag(&till, &customer);
    till.patch(&customer, json!({ "city": "Oullins" })).ok();
    let now = tag(&till, &customer);
    let anonymise = |tag: &str| {
        let nothing = json!({});
        change(
            &till,
            "POST",
            &format!("{customer}/anonymise"),
            tag,
            &nothing,
        )
    };
    let late = anonymise(&before);
    assert_eq!(late.status, 412, "{}", late.text);
    assert_eq!(tag(&till, &customer), now);
    assert!(anonymise(&now).ok()["anonymised"].as_bool().unwrap());
}

#[apply(each_engine!)]
fn points_that_are_sent_twice_are_added_once(hub: TestHub) {
    let till = hub.client("till");
    let customer = add(&hub, &till, ada());
    let card = till
        .post(&cards(&hub), json!({ "customer_id": customer["id"] }))
        .ok();
    let card = format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "op-1"),
    ];
    let send = || {
        let body = json!({ "delta": "2.5" }).to_string();
        till.send("POST", &format!("{card}/operations"), &headers, body)
    };
    let (first, second) = (send().ok(), send().ok());
    assert_eq!(first, second);
    assert_eq!(till.get(&card).ok()["balance"], "2.5");
}
