//! Plans that PostgreSQL makes while tables are still small, and then keeps.

use crate::support::on_postgres_with;

/// The steps of the plan that serves every token.
fn generic_plan(name: &str, sql: &str, arguments: &str, hub: &crate::support::TestHub) -> String {
    let session = hub.session();
    let question = format!(
        "SET plan_cache_mode = force_generic_plan; PREPARE {name} AS {sql};
        EXPLAIN EXECUTE {name}({arguments})"
    );
    let answer = hub.wait(session.simple_query(&question)).expect("a plan");
    let lines = answer.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_token_is_found_by_its_own_index_and_not_by_walking_through_all_connections() {
    on_postgres_with(&[], |hub| {
        let looks = [
            ("http::caller", "ADMIT", "'0', NULL"),
            ("oauth::connections", "BY_TOKEN", "'0'"),
        ];
        for (slice, name, arguments) in looks {
            let statements = hub::statements();
            let (_, _, of_slice) = statements.iter().find(|it| it.0 == slice).expect("a slice");
            let (_, sql) = of_slice
                .iter()
                .find(|it| it.0 == name)
                .expect("a statement");
            let plan = generic_plan(&name.to_lowercase(), sql, arguments, &hub);
            assert!(plan.contains("connections_by_token"), "{name}:\n{plan}");
        }
    });
}
