//! Budgets of a connection that calls several hubs on one database.

use std::time::Duration;

use crate::support::{Caller, TestHub, on_postgres_with};

const ENABLED: (&str, &str) = ("limits.enabled", "true");

/// How many of so many calls pass.
fn passed(caller: &Caller, calls: usize) -> usize {
    (0..calls)
        .filter(|_| caller.get("/location").status == 200)
        .count()
}

/// A client at two hubs on one database; each hub does its chores when told.
fn at_two_hubs(hub: &TestHub) -> (Caller, Caller, impl Fn()) {
    let other = hub.another_hub();
    let here = hub.client("till");
    let there = here.at(&other);
    let chores = move || {
        for one in [&hub.hub, &other] {
            hub.wait(hub::chores::run_due(one)).expect("the chores");
        }
    };
    (here, there, chores)
}

#[test]
fn hubs_on_one_database_share_a_small_budget_to_the_last_call() {
    on_postgres_with(&[ENABLED, ("limits.per_minute", "20")], |hub| {
        let (here, there, _) = at_two_hubs(&hub);
        let each: usize = (0..15).map(|_| passed(&here, 1) + passed(&there, 1)).sum();
        assert_eq!(each, 20);
        assert_eq!(there.get("/location").header("retry-after"), Some("52"));
        hub.pass(Duration::from_secs(52));
        assert_eq!(passed(&here, 5) + passed(&there, 20), 20);
    });
}

#[test]
fn calls_in_turn_use_a_large_budget_to_the_last_call() {
    on_postgres_with(&[ENABLED], |hub| {
        let (here, there, chores) = at_two_hubs(&hub);
        let mut passed_in_all = 0;
        for _ in 0..5 {
            passed_in_all += (0..50)
                .map(|_| passed(&here, 1) + passed(&there, 1))
                .sum::<usize>();
            chores();
        }
        assert_eq!(passed_in_all, 500);
        assert_eq!((passed(&here, 1), passed(&there, 1)), (0, 0));
    });
}

#[test]
fn what_a_hub_used_without_asking_is_counted_when_little_is_left() {
    on_postgres_with(&[ENABLED], |hub| {
        let (here, there, chores) = at_two_hubs(&hub);
        assert_eq!((passed(&here, 5), passed(&there, 400)), (5, 400));
        chores();
        assert_eq!(passed(&there, 200), 95);
    });
}

#[test]
fn a_share_that_lies_idle_goes_to_the_hub_that_needs_it() {
    on_postgres_with(&[ENABLED], |hub| {
        let (here, there, chores) = at_two_hubs(&hub);
        assert_eq!(passed(&here, 7), 7);
        let most = passed(&there, 500);
        assert!((460..493).contains(&most), "{most}");
        for _ in 0..2 {
            chores();
        }
        hub.pass(Duration::from_secs(1));
        assert_eq!(most + passed(&there, 100), 493);
    });
}

#[test]
fn a_call_that_comes_alone_costs_no_commit() {
    on_postgres_with(&[ENABLED], |hub| {
        let (here, there, _) = at_two_hubs(&hub);
        assert_eq!((passed(&here, 5), passed(&there, 5)), (5, 5));
        let counted: Result<Option<(i64,)>, hub::db::Error> =
            hub.wait(hub.hub.read("test.count", |tx| {
                tx.first("SELECT COUNT(*) FROM counts", &[])
            }));
        assert_eq!(counted.expect("a count"), Some((0,)));
    });
}
