//! What is done from time to time: what is old goes, and is not looked at more often than need be.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where the world is not as it must be"
)]

use std::time::Duration;

use hub::db;
use hub::users::permissions::Permissions;

use crate::engine::apply;
use crate::support::{TestHub, json};

fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

fn count(hub: &TestHub, sql: &'static str) -> i64 {
    let found: db::Result<Option<(i64,)>> =
        hub.wait(hub.hub.read("test.count", move |tx| tx.first(sql, &[])));
    found.unwrap().map_or(0, |(count,)| count)
}

/// Four changes that one app has not fetched.
fn never_fetched(hub: &TestHub) {
    let (till, office) = (hub.client("till"), hub.client("office"));
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    for minutes in 21..25 {
        office
            .patch("/location", json!({ "preparation_time": minutes }))
            .ok();
    }
}

#[apply(each_engine!)]
fn what_was_given_up_is_not_looked_at_again_until_it_may_be_forgotten(hub: TestHub) {
    never_fetched(&hub);
    let old = "SELECT COUNT(*) FROM events WHERE kept_from < '2026-04-01'";
    assert_eq!(count(&hub, old), 4);
    hub.pass(days(31));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(count(&hub, old), 0);
    assert_eq!(count(&hub, "SELECT COUNT(*) FROM events"), 4);
}

#[apply(each_engine!)]
fn what_was_given_up_is_forgotten_when_that_is_long_ago(hub: TestHub) {
    never_fetched(&hub);
    hub.pass(days(31));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    hub.pass(days(31));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(count(&hub, "SELECT COUNT(*) FROM events"), 0);
    assert_eq!(count(&hub, "SELECT COUNT(*) FROM dispatches"), 0);
}

#[apply(each_engine!)]
fn links_that_work_no_longer_are_forgotten(hub: TestHub) {
    let _user = hub.user("Eve", Permissions::VIEW, None);
    let made: db::Result<()> = hub.wait(hub.hub.write("test.links", |tx| {
        tx.write(
            "INSERT INTO password_resets (hash, user_id, expires_at)
                 SELECT 'h', MIN(id), '2026-03-08T00:00:00.000000Z' FROM users",
            &[],
        )?;
        tx.write(
            "INSERT INTO invitations (account_id, email, location_id, hash, permissions,
                    expires_at, created_at)
                 SELECT MIN(id), 'e@test', '', 'h', 1, '2026-03-08T00:00:00.000000Z', '2026'
                 FROM accounts",
            &[],
        )
    }));
    made.unwrap();
    let resets = "SELECT COUNT(*) FROM password_resets";
    let invitations = "SELECT COUNT(*) FROM invitations";
    let both = || (count(&hub, resets), count(&hub, invitations));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(both(), (1, 1));
    hub.pass(days(2));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(both(), (0, 1));
    hub.pass(days(30));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(both(), (0, 0));
}
