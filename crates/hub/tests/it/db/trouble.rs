//! When the disk is full or the file is locked: a clear refusal, nothing acknowledged, and
//! everything as before once the trouble is over.

use hub::args;
use hub::db::{Error, QueryBuilder};

use crate::support::{TestHub, json};

/// Lets the database file grow to so many pages at most; 0 lifts the limit.
fn limit_pages(hub: &TestHub, pages: i64) {
    let sql = match pages {
        0 => "PRAGMA max_page_count = 4294967294".to_owned(),
        pages => format!("PRAGMA max_page_count = {pages}"),
    };
    let query = QueryBuilder::new(&sql, &[]);
    let _limit: Vec<(i64,)> = hub
        .wait(hub.hub.write("test.limit", move |tx| query.all(tx)))
        .unwrap_or_else(|error: Error| panic!("{error}"));
}

fn orders(hub: &TestHub) -> i64 {
    let count: Option<(i64,)> = hub
        .wait(hub.hub.read("test.count", |tx| {
            tx.first("SELECT COUNT(*) FROM orders", &[])
        }))
        .unwrap_or_else(|error: Error| panic!("{error}"));
    count.map_or(0, |(count,)| count)
}

#[test]
fn a_full_disk_is_a_503_and_no_order_is_half_kept() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    limit_pages(&hub, 1);
    let notes = "x".repeat(9_000);
    let refused = kiosk.post(
        "/location/orders",
        json!({ "status": "new", "seller_notes": notes }),
    );
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(refused.json()["error_type"], "internal_error");
    assert_eq!(orders(&hub), 1);

    limit_pages(&hub, 0);
    kiosk
        .post(
            "/location/orders",
            json!({ "status": "new", "seller_notes": notes }),
        )
        .ok();
    assert_eq!(orders(&hub), 2);
}

#[test]
fn one_change_that_fills_the_disk_does_not_answer_yes_for_its_neighbours() {
    let hub = TestHub::start();
    limit_pages(&hub, 1);
    let writes = (0..20).map(|number: i64| {
        hub.hub.write("test.fill", move |tx| {
            let (name, value) = (format!("n{number}"), "x".repeat(20_000));
            tx.execute(
                "INSERT INTO hub_settings (name, value) VALUES ($1, $2)",
                args![name, value],
            )
        })
    });
    let outcomes: Vec<Result<u64, Error>> = hub.wait(futures_util::future::join_all(writes));
    let yes = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    limit_pages(&hub, 0);
    let count: Option<(i64,)> = hub
        .wait(hub.hub.read("test.count", |tx| {
            tx.first(
                "SELECT COUNT(*) FROM hub_settings WHERE name LIKE 'n%'",
                &[],
            )
        }))
        .unwrap_or_else(|error: Error| panic!("{error}"));
    assert_eq!(count, Some((i64::try_from(yes).unwrap_or(-1),)));
    assert!(
        outcomes
            .iter()
            .any(|outcome| matches!(outcome, Err(Error::Unavailable(_)))),
        "{outcomes:?}"
    );
}

#[test]
fn a_refusal_that_rests_on_a_neighbour_does_not_outlive_it() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let (account, connection) = (hub.account.clone(), kiosk.connection.clone());
    let guarded: Result<bool, Error> = hub.wait(hub.hub.write("test.guard", move |tx| {
        hub::oauth::connections::set_ref_window(tx, &account, &connection, Some(10))
    }));
    assert!(guarded.unwrap());
    limit_pages(&hub, 1);
    // The first and the second go into one group with something that fills the disk, or do not.
    let router = hub::router(&hub.hub);
    let order = |length: usize| {
        let body = json!({ "status": "new", "ref": "A", "seller_notes": "x".repeat(length) });
        let request = axum::http::Request::post("/v1/location/orders")
            .header("X-Access-Token", &kiosk.token)
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        tower::ServiceExt::oneshot(router.clone(), request)
    };
    let calls = [order(1), order(1), order(9_000), order(1)];
    let answers = hub.wait(futures_util::future::join_all(calls));
    let statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.as_ref().unwrap().status().as_u16())
        .collect();
    limit_pages(&hub, 0);
    if statuses.contains(&422) {
        assert_eq!(
            orders(&hub),
            1,
            "refused for an order that is not there: {statuses:?}"
        );
    }
}

#[test]
fn a_file_that_another_program_locks_is_a_503_until_it_lets_go() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let path = hub.folder().join("hub.db");
    #[expect(clippy::disallowed_methods, reason = "this is the other program")]
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = kiosk.post("/location/orders", json!({ "status": "new" }));
    assert_eq!(refused.status, 503, "{refused:?}");
    other.execute_batch("ROLLBACK").unwrap();
    kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
}
