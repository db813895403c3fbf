//! The connection to PostgreSQL is cut at each step of a change: what was acknowledged is there once,
//! and the next request works.

use hub::args;
use hub::db::Error;

use crate::support::{
    Answer, Caller, ClientStep, Cut, CutMoment, Proxy, Rule, TestHub, json,
    on_postgres_through_a_proxy,
};

/// Enough connections for changes to be gathered.
const GATHERED: [(&str, &str); 1] = [("database.threads", "4")];
/// Every change runs alone.
const ALONE: [(&str, &str); 1] = [("database.threads", "1")];

const CUTS: [Cut; 2] = [Cut::Close, Cut::Reset];
const MOMENTS: [CutMoment; 2] = [CutMoment::Before, CutMoment::After];

fn place_order(kiosk: &Caller, number: &str) -> Answer {
    kiosk.post(
        "/location/orders",
        json!({ "status": "new", "ref": number, "private_ref": number }),
    )
}

fn orders_called(hub: &TestHub, number: &str) -> i64 {
    let session = hub.session();
    let count = "SELECT COUNT(*) FROM orders WHERE ref = $1";
    let row = hub.wait(session.query_one(count, &[&number]));
    row.expect("a count").get(0)
}

/// Places an order while the connection is cut there, and another one afterwards.
fn placed_at(hub: &TestHub, proxy: &Proxy, kiosk: &Caller, rule: Rule) {
    let before = proxy.cuts();
    let number = format!("number {before}");
    proxy.cut(rule);
    let answer = place_order(kiosk, &number);
    assert_eq!(proxy.cuts(), before + 1, "{rule:?}: nothing was cut");
    let count = orders_called(hub, &number);
    match answer.status {
        200 => assert_eq!(count, 1, "{rule:?}: acknowledged"),
        503 => assert!(count <= 1, "{rule:?}: kept {count} times"),
        _ => panic!("{rule:?}: {answer:?}"),
    }
    if rule.cut != Cut::Silence && matches!(rule.step, ClientStep::Prepare | ClientStep::Begin) {
        assert_eq!(answer.status, 200, "{rule:?}: it was safe to run it again");
    }
    let next = format!("next after {number}");
    let answer = place_order(kiosk, &next);
    assert_eq!(answer.status, 200, "after {rule:?}: {answer:?}");
    assert_eq!(orders_called(hub, &next), 1, "after {rule:?}");
}

/// Cuts at a step, after so many others of its kind, in all ways.
fn cut_at(settings: &[(&str, &str)], step: ClientStep, skips: &[usize]) {
    on_postgres_through_a_proxy(settings, |hub, proxy| {
        let kiosk = hub.client("kiosk");
        place_order(&kiosk, "first").ok();
        let ways = || CUTS.iter().flat_map(|cut| MOMENTS.map(|it| (*cut, it)));
        for (skip, (cut, moment)) in skips.iter().flat_map(|skip| ways().map(|it| (*skip, it))) {
            if step == ClientStep::Prepare {
                // A connection that knows no statement yet.
                proxy.close_all();
            }
            let rule = Rule {
                step,
                skip,
                moment,
                cut,
            };
            placed_at(&hub, &proxy, &kiosk, rule);
        }
    });
}

#[test]
fn a_gathered_order_is_placed_though_the_connection_is_cut_when_a_statement_is_prepared() {
    cut_at(&GATHERED, ClientStep::Prepare, &[0, 2]);
}

#[test]
fn a_gathered_order_is_placed_though_the_connection_is_cut_at_begin() {
    cut_at(&GATHERED, ClientStep::Begin, &[0]);
}

#[test]
fn a_gathered_order_is_kept_once_or_not_at_all_when_the_connection_is_cut_at_a_write() {
    cut_at(&GATHERED, ClientStep::Run, &[1, 2]);
}

#[test]
fn a_gathered_order_is_kept_once_or_not_at_all_when_the_connection_is_cut_at_commit() {
    cut_at(&GATHERED, ClientStep::Commit, &[0]);
}

#[test]
fn an_order_that_runs_alone_is_placed_though_the_connection_is_cut_before_its_commit() {
    cut_at(&ALONE, ClientStep::Prepare, &[0, 2]);
    cut_at(&ALONE, ClientStep::Begin, &[0]);
}

#[test]
fn an_order_that_runs_alone_is_kept_once_or_not_at_all_when_the_connection_is_cut_later() {
    cut_at(&ALONE, ClientStep::Run, &[1, 2]);
    cut_at(&ALONE, ClientStep::Commit, &[0]);
}

#[test]
fn a_refusal_stands_though_the_connection_is_cut_at_rollback() {
    on_postgres_through_a_proxy(&ALONE, |hub, proxy| {
        for (cut, moment) in CUTS.iter().flat_map(|cut| MOMENTS.map(|it| (*cut, it))) {
            let rule = Rule {
                step: ClientStep::Rollback,
                skip: 0,
                moment,
                cut,
            };
            let before = proxy.cuts();
            proxy.cut(rule);
            let refused: Result<(), Error> = hub.wait(hub.hub.write("test.refuse", |tx| {
                tx.execute(
                    "INSERT INTO hub_settings (name, value) VALUES ('a', 'b') ON CONFLICT (name)
                        DO UPDATE SET value = excluded.value",
                    &[],
                )?;
                Err(Error::Broken("refused".to_owned()))
            }));
            assert_eq!(proxy.cuts(), before + 1, "{rule:?}: nothing was cut");
            let refused = refused.expect_err("a refusal").to_string();
            assert!(refused.ends_with("refused"), "{rule:?}: {refused}");
            let made: Result<u64, Error> = hub.wait(hub.hub.write("test.go_on", |tx| {
                tx.execute(
                    "INSERT INTO hub_settings (name, value) VALUES ('a', $1) ON CONFLICT (name)
                        DO UPDATE SET value = excluded.value WHERE hub_settings.value = $1",
                    args!["c"],
                )
            }));
            assert_eq!(made.expect("a change"), 1, "after {rule:?}");
        }
    });
}
