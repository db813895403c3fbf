//! Entries that go by themselves.

use std::time::Duration;

use hub::Hub;
use hub::clock::Clock;
use hub::entropy::Entropy;

use super::{SCOPE, fetch_events, filled, follow, own, sku};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

/// Ten minutes after the test begins, as clocks in Lyon show it.
const SOON: &str = "2026-03-07T19:51:08+01:00";

fn until(text: &str, at: &str) -> Value {
    json!({ "sku_ref": text, "stock": "0", "expires_at": at })
}

fn follower(hub: &TestHub) -> Caller {
    let screen = hub.client_with("screen", "location[inventory.read]");
    follow(&screen);
    screen
}

#[apply(each_engine!)]
fn an_entry_goes_at_its_moment_and_everybody_is_told_once(hub: TestHub) {
    filled(&hub);
    let (till, screen) = (hub.client_with("till", SCOPE), follower(&hub));
    // Whoever made the entry did not make it go.
    let events = json!({ "events": { "inventory": ["patch"] } });
    till.post("/callback", events).ok();
    let entries = json!([until("SAV-33", SOON), until("TIRA", SOON)]);
    assert_eq!(till.put(&own(&hub.catalog), entries.clone()).ok(), entries);
    hub.pass(Duration::from_secs(599));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(till.get(&own(&hub.catalog)).ok(), entries);
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    hub.pass(Duration::from_secs(1));
    assert_eq!(till.get(&own(&hub.catalog)).status_and_body(), "200 []");
    for _ in 0..2 {
        hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    }
    let event = &fetch_events(&till)[0];
    assert_eq!(
        *event,
        json!({
            "id": event["id"], "resource_type": "inventory", "event_type": "patch",
            "created_at": SOON, "account_id": hub.account.as_str(),
            "location_id": hub.location.as_str(),
            "app_instance_id": till.connection.as_str(),
            "state_change": [sku("SAV-33", json!(null)), sku("TIRA", json!(null))]
        })
    );
    let names: Vec<_> = fetch_events(&screen)
        .iter()
        .map(|event| event["event_type"].clone())
        .collect();
    assert_eq!(names, ["update", "patch"]);
}

#[apply(each_engine!)]
fn what_expired_while_the_hub_was_down_is_told_when_it_is_back(hub: TestHub) {
    filled(&hub);
    let (till, screen) = (hub.client_with("till", SCOPE), follower(&hub));
    till.patch(&own(&hub.catalog), json!([until("TIRA", SOON)]))
        .ok();
    hub.pass(Duration::from_secs(86_400));
    let clock = Clock::manual(hub.hub.clock().now());
    let again = Hub::open(hub.hub.config().clone(), clock, Entropy::seeded(8)).unwrap();
    hub.wait(hub::chores::run_due(&again)).unwrap();
    let events = fetch_events(&screen);
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(events[1]["state_change"], json!([sku("TIRA", json!(null))]));
}

#[apply(each_engine!)]
fn each_location_is_told_of_its_own(hub: TestHub) {
    filled(&hub);
    let chain = hub.client_with("chain", "account[inventory.write]");
    let events = json!({ "events": { "inventory": ["patch"] } });
    chain.post("/callback", events).ok();
    for location in [&hub.location, &hub.second_location] {
        let path = format!("/catalogs/{}/locations/{location}/inventory", hub.catalog);
        chain.patch(&path, json!([until("TIRA", SOON)])).ok();
    }
    hub.pass(Duration::from_secs(600));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let mut locations: Vec<_> = fetch_events(&chain)
        .iter()
        .map(|event| event["location_id"].as_str().unwrap().to_owned())
        .collect();
    locations.sort();
    assert_eq!(
        locations,
        [hub.location.as_str(), hub.second_location.as_str()]
    );
}

#[apply(each_engine!)]
fn a_change_after_the_moment_tells_of_the_expiry_first(hub: TestHub) {
    filled(&hub);
    let (till, screen) = (hub.client_with("till", SCOPE), follower(&hub));
    till.patch(&own(&hub.catalog), json!([until("TIRA", SOON)]))
        .ok();
    hub.pass(Duration::from_secs(600));
    let entries = json!([sku("TIRA", json!("5"))]);
    till.patch(&own(&hub.catalog), entries.clone()).ok();
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let events = fetch_events(&screen);
    let mut changes: Vec<_> = events[1..]
        .iter()
        .map(|event| event["state_change"].to_string())
        .collect();
    changes.sort();
    let mut expected = [
        entries.to_string(),
        json!([sku("TIRA", json!(null))]).to_string(),
    ];
    expected.sort();
    assert_eq!(changes, expected);
    assert_eq!(till.get(&own(&hub.catalog)).ok(), entries);
}

#[apply(each_engine!)]
fn a_limit_that_is_removed_may_still_name_a_moment(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let entries = json!([sku("TIRA", json!("5"))]);
    till.patch(&own(&hub.catalog), entries).ok();
    let gone = json!([{ "sku_ref": "TIRA", "stock": null, "expires_at": SOON }]);
    assert_eq!(
        till.patch(&own(&hub.catalog), gone.clone()).ok(),
        json!([sku("TIRA", json!(null))])
    );
    assert_eq!(
        till.put(&own(&hub.catalog), gone).status_and_body(),
        "200 []"
    );
}

#[apply(each_engine!)]
fn an_entry_given_a_new_stock_does_not_go_any_longer(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    till.patch(&own(&hub.catalog), json!([until("TIRA", SOON)]))
        .ok();
    let entries = json!([sku("TIRA", json!("5"))]);
    till.patch(&own(&hub.catalog), entries.clone()).ok();
    hub.pass(Duration::from_secs(600));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(till.get(&own(&hub.catalog)).ok(), entries);
}

#[apply(each_engine!)]
fn a_moment_that_has_passed_removes_the_entry_at_once(hub: TestHub) {
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let entries = json!([sku("TIRA", json!("5")), sku("SAV-33", json!("1"))]);
    till.patch(&own(&hub.catalog), entries).ok();
    let past = "2026-03-07T19:41:08+01:00";
    assert_eq!(
        till.patch(&own(&hub.catalog), json!([until("TIRA", past)]))
            .ok(),
        json!([sku("TIRA", json!(null))])
    );
    assert_eq!(
        till.put(&own(&hub.catalog), json!([until("SAV-33", past)]))
            .ok(),
        json!([])
    );
}

#[test]
fn a_time_without_offset_is_one_of_the_location() {
    let hub = TestHub::start();
    filled(&hub);
    let till = hub.client_with("till", SCOPE);
    let answer = till.patch(
        &own(&hub.catalog),
        json!([until("TIRA", "2026-07-01T12:00:00.5")]),
    );
    assert_eq!(
        answer.ok(),
        json!([until("TIRA", "2026-07-01T12:00:00+02:00")])
    );
}
