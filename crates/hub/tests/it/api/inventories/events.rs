//! Who is told of a change, and what.

use super::{SCOPE, another_catalog, fetch_events, filled, follow, own, sku};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

fn envelope(hub: &TestHub, who: &Caller, event: &Value, kind: &str) -> Value {
    json!({
        "id": event["id"], "resource_type": "inventory", "event_type": kind,
        "created_at": "2026-03-07T19:41:08+01:00", "account_id": hub.account.as_str(),
        "location_id": hub.location.as_str(), "catalog_id": hub.catalog.as_str(),
        "app_instance_id": who.connection.as_str()
    })
}

#[apply(each_engine!)]
fn a_patch_is_told_with_what_has_really_changed(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let screen = hub.client_with("screen", "location[inventory.read]");
    till.put(&own(&hub.catalog), json!([sku("SAV-33", json!("4"))]))
        .ok();
    follow(&screen);
    let change = json!([sku("SAV-33", json!("4.0")), sku("TIRA", json!("0"))]);
    till.patch(&own(&hub.catalog), change).ok();
    let event = &fetch_events(&screen)[0];
    let mut expected = envelope(&hub, &screen, event, "patch");
    expected["state_change"] = json!([sku("TIRA", json!("0"))]);
    assert_eq!(*event, expected);
}

#[apply(each_engine!)]
fn a_put_is_told_without_states(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let screen = hub.client_with("screen", "account[inventory.read]");
    follow(&screen);
    till.put(&own(&hub.catalog), json!([sku("TIRA", json!("4"))]))
        .ok();
    let event = &fetch_events(&screen)[0];
    assert_eq!(*event, envelope(&hub, &screen, event, "update"));
}

#[apply(each_engine!)]
fn what_changes_nothing_is_told_to_nobody(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let screen = hub.client_with("screen", "location[inventory.read]");
    let entries = json!([sku("TIRA", json!("4"))]);
    till.put(&own(&hub.catalog), entries.clone()).ok();
    follow(&screen);
    till.put(&own(&hub.catalog), entries.clone()).ok();
    till.patch(&own(&hub.catalog), entries).ok();
    till.patch(&own(&hub.catalog), json!([sku("SAV-33", json!(null))]))
        .ok();
    till.patch(&own(&hub.catalog), json!([sku("CAFE", json!("1"))]))
        .ok();
    assert_eq!(screen.get("/callback/events").status_and_body(), "200 []");
}

#[apply(each_engine!)]
fn whoever_reaches_the_location_hears_whichever_catalog_it_was_changed_through(hub: TestHub) {
    filled(&hub);
    let chosen = another_catalog(&hub, Some(&hub.location));
    super::fill(&hub, &chosen, &["TIRA"], &[]);
    let till = hub.client_with("till", SCOPE);
    let hearing = [
        hub.client_with("stock", "location[inventory.read]"),
        hub.client_with("chain", "account[inventory.read]"),
        hub.client_with("menu", "location[catalog.read]"),
        hub.client_with("menus", "location[all_catalogs.read]"),
    ];
    let there = hub.connect(
        "there",
        "location[inventory.read]",
        Some(&hub.second_location),
    );
    for who in hearing.iter().chain([&till, &there]) {
        follow(who);
    }
    till.patch(&own(&chosen), json!([sku("TIRA", json!("1"))]))
        .ok();
    for who in &hearing {
        assert_eq!(fetch_events(who).len(), 1, "{}", who.client);
    }
    for who in [&till, &there] {
        assert_eq!(fetch_events(who).len(), 0, "{}", who.client);
    }
}

#[test]
fn inventory_events_need_an_inventory_or_catalog_permission() {
    let hub = TestHub::start();
    let kiosk = hub.client_with("kiosk", "location[orders.write]");
    let refused = kiosk.post("/callback", json!({ "events": { "inventory": ["patch"] } }));
    assert_eq!(
        refused.json()["errors"],
        json!([{ "field": "events.inventory", "message": "inventory scope required" }])
    );
}
