//! What others are told of customers and their cards.

use super::{ada, add, cards, fetch_events, follow, names, path};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

fn follower(hub: &TestHub) -> Caller {
    let web = hub.client("web");
    follow(&web, json!({ "customer": ["create", "update"] }));
    web
}

#[apply(each_engine!)]
fn a_new_customer_and_a_change_are_told_with_their_states(hub: TestHub) {
    let (till, web) = (hub.client("till"), follower(&hub));
    follow(&till, json!({ "customer": ["create", "update"] }));
    let made = add(
        &hub,
        &till,
        json!({ "first_name": "Ada", "private_ref": "T1" }),
    );
    let change = json!({ "city": "Lyon", "custom_fields": { "vip": true } });
    let changed = till.patch(&path(&made), change).ok();
    let events = fetch_events(&web);
    let of_web = |state: &Value| {
        let mut state = state.clone();
        state["private_ref"] = json!(null);
        state
    };
    let envelope = |event: &Value, kind: &str| {
        json!({
            "id": event["id"], "resource_type": "customer", "event_type": kind,
            "created_at": "2026-03-07T19:41:08+01:00", "account_id": hub.account.as_str(),
            "customer_id": made["id"], "customer_list_id": hub.customer_list.as_str(),
            "app_instance_id": web.connection.as_str()
        })
    };
    let mut create = envelope(&events[0], "create");
    create["new_state"] = of_web(&made);
    let mut update = envelope(&events[1], "update");
    update["previous_state"] = of_web(&made);
    update["new_state"] = of_web(&changed);
    assert_eq!(events, [create, update]);
    assert_eq!(
        fetch_events(&till),
        [json!(null); 0],
        "no client hears of its own change"
    );
}

#[apply(each_engine!)]
fn a_receiver_finds_its_own_name_in_the_states(hub: TestHub) {
    let (till, web) = (hub.client("till"), follower(&hub));
    let made = add(&hub, &till, ada());
    web.patch(&path(&made), json!({ "private_ref": "W1" })).ok();
    till.patch(&path(&made), json!({ "city": "Paris" })).ok();
    let events = fetch_events(&web);
    assert_eq!(events[1]["previous_state"]["private_ref"], "W1");
    assert_eq!(events[1]["new_state"]["private_ref"], "W1");
}

#[apply(each_engine!)]
fn a_change_of_nothing_or_of_private_refs_is_told_to_nobody(hub: TestHub) {
    let (till, web) = (hub.client("till"), follower(&hub));
    let made = add(&hub, &till, ada());
    for body in [
        json!({}),
        json!({ "city": "Lyon", "country": "FR", "latitude": "45.757", "email_marketing": null }),
        json!({ "custom_fields": { "epos": { "number": 118 }, "x": null } }),
        json!({ "private_ref": "T1" }),
        json!({ "private_ref": null }),
    ] {
        till.patch(&path(&made), body).ok();
    }
    assert_eq!(names(&fetch_events(&web)), ["customer.create"]);
}

#[apply(each_engine!)]
fn everybody_who_can_reach_the_list_hears_of_its_customers(hub: TestHub) {
    let till = hub.client("till");
    let pair = || json!({ "customer": ["create"] });
    let hears = |name: &str, scope: &str, at: &wire::id::LocationId| {
        let who = hub.connect(name, scope, Some(at));
        follow(&who, pair());
        who
    };
    let (here, there) = (&hub.location, &hub.second_location);
    let who = [
        hears("same-list", "location[customer_list.read]", there),
        hears("all-lists", "location[all_customer_lists.read]", there),
        hears("chain", "account[all_customer_lists.read]", here),
    ];
    add(&hub, &till, json!({}));
    for one in &who {
        assert_eq!(
            names(&fetch_events(one)),
            ["customer.create"],
            "{}",
            one.client
        );
    }
    let shop = hub.client_with("shop", "location[all_customer_lists.write]");
    let list = shop
        .post("/location/customer_lists", json!({ "name": "Comptoir" }))
        .ok();
    let path = format!("/customer_lists/{}/customers", list["id"].as_str().unwrap());
    shop.post(&path, json!({})).ok();
    let counts = who.each_ref().map(|one| fetch_events(one).len());
    assert_eq!(counts, [1, 1, 2], "a list of the other location");
    let deaf = hub.client_with("deaf", "location[orders.read]");
    let refused = deaf.post("/callback", json!({ "events": pair() }));
    assert_eq!(
        super::complaints(&refused),
        ["events.customer customer_list scope required"]
    );
}

#[apply(each_engine!)]
fn a_card_and_what_happens_to_it_are_told_as_a_changed_customer(hub: TestHub) {
    let (till, web) = (hub.client("till"), follower(&hub));
    let made = add(&hub, &till, json!({}));
    let new = json!({ "customer_id": made["id"], "ref": "FID" });
    let card = till.post(&cards(&hub), new).ok();
    let path = format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    till.patch(&path, json!({ "name": "Club" })).ok();
    till.patch(&path, json!({ "name": "Club", "balance": "7" }))
        .ok();
    till.post(&format!("{path}/operations"), json!({ "delta": 2 }))
        .ok();
    let events = fetch_events(&web);
    assert_eq!(
        names(&events),
        [
            "customer.create",
            "customer.update",
            "customer.update",
            "customer.update"
        ]
    );
    let cards = |event: &Value, state: &str| event[state]["loyalty_cards"].clone();
    let card = |name: Value, balance: &str| json!([{ "id": card["id"], "ref": "FID", "name": name, "balance": balance }]);
    assert_eq!(cards(&events[1], "previous_state"), json!([]));
    assert_eq!(cards(&events[1], "new_state"), card(json!(null), "0.0"));
    assert_eq!(cards(&events[2], "new_state"), card(json!("Club"), "0.0"));
    assert_eq!(
        cards(&events[3], "previous_state"),
        card(json!("Club"), "0.0")
    );
    assert_eq!(cards(&events[3], "new_state"), card(json!("Club"), "2.0"));
}

#[test]
fn lists_are_made_and_renamed_in_silence() {
    let hub = TestHub::start();
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let web = hub.client_with("web", "account[all_customer_lists.write]");
    follow(
        &web,
        json!({ "customer": ["create", "update"], "customer_list": ["update"] }),
    );
    let list = chain
        .post("/account/customer_lists", json!({ "name": "VIP" }))
        .ok();
    let path = format!("/customer_lists/{}", list["id"].as_str().unwrap());
    chain.patch(&path, json!({ "name": "Habitués" })).ok();
    chain.delete(&path).ok();
    assert_eq!(fetch_events(&web), [json!(null); 0]);
}
