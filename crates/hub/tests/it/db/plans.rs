//! Plans that PostgreSQL makes while tables are still small, and then keeps.

use crate::support::{TestHub, on_postgres_with};

/// The steps of the plan that serves every argument.
fn generic_plan(hub: &TestHub, sql: &str, arguments: &str) -> String {
    let session = hub.session();
    let question = format!(
        "SET plan_cache_mode = force_generic_plan; PREPARE looked AS {sql};
        EXPLAIN EXECUTE looked({arguments})"
    );
    let answer = hub.wait(session.simple_query(&question)).expect("a plan");
    let lines = answer.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same for a statement of the hub.
fn plan(hub: &TestHub, slice: &str, name: &str, arguments: &str) -> String {
    let statements = hub::statements();
    let (_, _, of_slice) = statements.iter().find(|it| it.0 == slice).expect("a slice");
    let (_, sql) = of_slice
        .iter()
        .find(|it| it.0 == name)
        .expect("a statement");
    generic_plan(hub, sql, arguments)
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
