//! GET /locations/:id/orders, /location/orders, /accounts/:id/orders and /account/orders.

use std::time::Duration;

use super::{ada, complaints};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

fn refs(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|order| order["ref"].as_str().unwrap_or("-").to_owned())
        .collect()
}

/// Creates an order called `name`, a minute after the one before.
fn place_order(hub: &TestHub, who: &Caller, name: &str, more: Value) -> Value {
    let mut new = json!({ "status": "new", "ref": name });
    for (key, value) in more.as_object().unwrap() {
        new[key] = value.clone();
    }
    let order = who.post("/location/orders", new).ok();
    hub.pass(Duration::from_secs(60));
    order
}

#[apply(each_engine!)]
fn orders_are_listed_oldest_first_a_page_at_a_time(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    for name in ["a", "b", "c", "d", "e"] {
        place_order(&hub, &kiosk, name, json!({}));
    }
    assert_eq!(
        refs(&kiosk.get("/location/orders").ok()),
        ["a", "b", "c", "d", "e"]
    );
    let mut pages = Vec::new();
    let mut path = "/location/orders?count=2&created_by=kiosk".to_owned();
    loop {
        let answer = kiosk.get(&path);
        let next = answer.header("x-cursor-next").map(str::to_owned);
        pages.push(refs(&answer.ok()).concat());
        match next {
            Some(cursor) => {
                path = format!("/location/orders?count=2&created_by=kiosk&cursor={cursor}");
                // What comes meanwhile is at the end, and moves nothing.
                place_order(&hub, &kiosk, "+", json!({ "status": "accepted" }));
            }
            None => break,
        }
        assert!(pages.len() < 10, "{pages:?}");
    }
    assert_eq!(pages.concat(), "abcde+++++"[..pages.concat().len()]);
    assert!(pages.concat().starts_with("abcde"));
    assert_eq!(pages[..2], ["ab", "cd"]);
}

#[test]
fn the_last_page_has_no_cursor_even_when_it_is_full() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for name in ["a", "b"] {
        place_order(&hub, &kiosk, name, json!({}));
    }
    let page = kiosk.get("/location/orders?count=2");
    assert_eq!(page.header("x-cursor-next"), None);
    assert_eq!(refs(&page.ok()), ["a", "b"]);
    for count in ["0", "-5"] {
        let page = kiosk.get(&format!("/location/orders?count={count}"));
        assert_eq!(refs(&page.ok()), ["a"], "clamped to 1");
    }
    for count in ["many", "1000"] {
        let page = kiosk.get(&format!("/location/orders?count={count}"));
        assert_eq!(refs(&page.ok()), ["a", "b"], "{count}");
    }
}

#[apply(each_engine!)]
fn an_account_lists_the_orders_of_all_its_locations(hub: TestHub) {
    let chain = hub.client_with("chain", "account[orders.write]");
    for (location, name) in [(&hub.location, "a"), (&hub.second_location, "b")] {
        let path = format!("/locations/{location}/orders");
        chain
            .post(&path, json!({ "status": "new", "ref": name }))
            .ok();
        hub.pass(Duration::from_secs(1));
    }
    assert_eq!(refs(&chain.get("/account/orders").ok()), ["a", "b"]);
    let long = format!("/accounts/{}/orders", hub.account);
    assert_eq!(refs(&chain.get(&long).ok()), ["a", "b"]);
    let one = format!("/locations/{}/orders", hub.second_location);
    assert_eq!(refs(&chain.get(&one).ok()), ["b"]);
    // Without offset: the account's clocks, which show 19:41:09 at the second order.
    let late = "/account/orders?after=2026-03-07T19:41:09";
    assert_eq!(refs(&chain.get(late).ok()), ["b"]);
}

#[apply(each_engine!)]
fn filters_narrow_a_list_down_together(hub: TestHub) {
    let (kiosk, till, ada) = (hub.client("kiosk"), hub.client("till"), ada(&hub));
    let customer = json!({ "customer_id": ada.id.as_str() });
    place_order(&hub, &kiosk, "a", json!({ "private_ref": "mine" })); // 19:41:08
    place_order(
        &hub,
        &till,
        "b",
        json!({ "private_ref": "mine", "status": "accepted" }),
    ); // 19:42:08
    place_order(&hub, &kiosk, "c", customer); // 19:43:08
    place_order(
        &hub,
        &kiosk,
        "d",
        json!({ "status": "accepted", "private_ref": "mine" }),
    ); // 19:44:08
    let found =
        |filter: &str| refs(&kiosk.get(&format!("/location/orders?{filter}")).ok()).concat();
    for (filter, expected) in [
        ("", "abcd"),
        ("status=accepted", "bd"),
        ("status=completed", ""),
        ("created_by=till", "b"),
        ("created_by=nobody", ""),
        ("private_ref=mine", "ad"),
        ("private_ref=MINE", ""),
        ("private_ref=", ""),
        ("created_by=", ""),
        ("customer_id=", ""),
        ("status&after&before", "abcd"),
        ("status=&after=&before=&cursor=&count=", "abcd"),
        ("status=accepted&after=&before", "bd"),
        ("private_ref=mine&status=accepted", "d"),
        (&format!("customer_id={}", ada.id), "c"),
        ("customer_id=zzzzz", ""),
        ("customer_id=NOT%20AN%20ID", ""),
        ("after=2026-03-07T19:42:08%2B01:00", "bcd"),
        ("after=2026-03-07T19:42:08+01:00", "bcd"),
        ("after=2026-03-07T18:42:09Z", "cd"),
        ("after=2026-03-07T19:42:08", "bcd"),
        ("after=1772908988000", "cd"),
        ("after=2026-03-07+19:42:08+%2B0100", "bcd"),
        ("after=2026-03-07+19:42:08+0100", "bcd"),
        ("after=2026-03-07%2019:42:08+01:00", "bcd"),
        ("after=2026-03-07%2019:42:08%20+01:00", "bcd"),
        ("after=2026-03-07+18:42:09+UTC", "cd"),
        ("before=2026-03-07T19:42:08", "a"),
        ("after=2026-03-07T19:42:08&before=2026-03-07T19:43:09", "bc"),
        ("colour=red&status=new", "ac"),
    ] {
        assert_eq!(found(filter), expected, "{filter}");
    }
    assert_eq!(
        refs(&till.get("/location/orders?private_ref=mine").ok()),
        ["b"]
    );
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_by_name() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for (filter, expected) in [
        ("status=open", "status is not included in the list"),
        ("status=%20", "status is not included in the list"),
        ("after=yesterday", "after 'yesterday' is not a valid time"),
        (
            "before=2026-03-07",
            "before '2026-03-07' is not a valid time",
        ),
        ("after=12", "after '12' is not a valid time"),
        ("cursor=nonsense", "cursor is not valid"),
    ] {
        let refused = kiosk.get(&format!("/location/orders?{filter}"));
        assert_eq!(complaints(&refused), [expected], "{filter}");
    }
    let both = kiosk.get("/location/orders?status=x&after=y");
    assert_eq!(complaints(&both).len(), 2);
}

#[test]
fn lists_count_as_heavy_queries() {
    let hub = TestHub::start_with(&[("limits.enabled", "true"), ("limits.heavy_per_minute", "2")]);
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    kiosk.get("/location/orders").ok();
    kiosk.get("/location/orders").ok();
    assert_eq!(kiosk.get("/location/orders").status, 429);
    kiosk.get(&super::path(&order)).ok();
}
