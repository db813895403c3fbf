//! Plans that PostgreSQL makes while tables are still small, and then keeps.

use crate::support::{TestHub, on_postgres_with};

/// The steps of the plan that serves every argument, or of the one for these.
fn explained(hub: &TestHub, sql: &str, arguments: &str, kind: &str) -> String {
    let session = hub.session();
    let question = format!(
        "SET plan_cache_mode = {kind}; PREPARE looked AS {sql};
        EXPLAIN EXECUTE looked({arguments})"
    );
    let answer = hub.wait(session.simple_query(&question)).expect("a plan");
    let lines = answer.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A statement of the hub.
fn statement(slice: &str, name: &str) -> &'static str {
    let statements = hub::statements();
    let (_, _, of_slice) = statements.iter().find(|it| it.0 == slice).expect("a slice");
    let found = of_slice.iter().find(|it| it.0 == name);
    found.expect("a statement").1
}

/// The plan of a statement of the hub that serves every argument.
fn plan(hub: &TestHub, slice: &str, name: &str, arguments: &str) -> String {
    explained(hub, statement(slice, name), arguments, "force_generic_plan")
}

#[test]
fn a_connection_is_found_by_its_token_or_id_and_not_by_walking_through_all_of_them() {
    on_postgres_with(&[], |hub| {
        let looks = [
            ("http::caller", "ADMIT", "'0', NULL", "connections_by_token"),
            (
                "oauth::connections",
                "BY_TOKEN",
                "'0'",
                "connections_by_token",
            ),
            ("events::followers", "GRANT", "'0', '0'", "connections_pkey"),
        ];
        for (slice, name, arguments, index) in looks {
            let plan = plan(&hub, slice, name, arguments);
            assert!(plan.contains(index), "{name}:\n{plan}");
        }
    });
}

#[test]
fn what_is_due_is_found_by_hopping_from_connection_to_connection() {
    on_postgres_with(&[], |hub| {
        let plan = plan(&hub, "dispatch", "DUE", "'0'");
        let other = ["event_deliveries_pending", "event_deliveries_in_turn"];
        assert!(!other.iter().any(|index| plan.contains(index)), "{plan}");
        assert!(plan.contains("event_deliveries_due"), "{plan}");
    });
}

#[test]
fn orders_with_a_ref_are_found_by_its_beginning() {
    on_postgres_with(&[], |hub| {
        for name in ["NEWEST_OF_NAME", "NEWER_OF_NAME"] {
            let plan = plan(&hub, "orders::browse", name, "'0', '9', '0', 'A-1', 'A-1'");
            assert!(plan.contains("orders_by_ref"), "{name}:\n{plan}");
        }
    });
}

/// What three receivers were told of 2,000 orders, and a few changes that wait for each of them.
const TOLD: &str = "INSERT INTO event_deliveries (account_id, connection_id, event_id, subject_id,
        turn, state, due_at, lease_until, attempts, uncounted, created_at, settled_at)
    SELECT 'a', 'c' || receiver, 'e' || number, 'o' || number % 2000, number,
        CASE WHEN number % 50 = 0 THEN 'pending' ELSE 'acknowledged' END,
        lpad(number::text, 27, '0'), NULL, 0, 0, lpad(number::text, 27, '0'), NULL
    FROM generate_series(1, 10000) AS number, generate_series(1, 3) AS receiver
    ORDER BY md5(number || 'c' || receiver)";

#[test]
fn what_is_in_turn_is_found_without_reading_all_that_waits() {
    on_postgres_with(&[], |hub| {
        let session = hub.session();
        hub.wait(session.batch_execute(TOLD)).expect("events");
        let next = statement("dispatch", "NEXT");
        for statistics in ["", "ANALYZE event_deliveries"] {
            let gathered = hub.wait(session.batch_execute(statistics));
            gathered.expect("statistics");
            for kind in ["force_custom_plan", "force_generic_plan"] {
                let plan = explained(&hub, next, "'c2', '9', 16", kind);
                let reads_all = ["Sort", "Bitmap", "Seq Scan", "Hash"];
                let reads_all = reads_all.iter().any(|step| plan.contains(step));
                let by_due = plan.contains("event_deliveries_due");
                assert!(by_due && !reads_all, "{kind} {statistics}:\n{plan}");
            }
        }
    });
}
