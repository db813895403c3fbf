//! What no statement may do, whatever it asks.

use hub::db::Track;

use super::{LARGE, explained_by_sqlite, generic_plan, grow};
use crate::support::{TestHub, on_postgres_with};

/// Statements that may.
const MAY_READ_ALL: [&str; 16] = [
    // Everything that waits in an account.
    "events::queue::COUNT_PENDING",
    "office::dashboard::WAITING",
    // Beginnings of lists, whose end says in what order and how many.
    "customers::search::PAGE",
    // What is counted no further than to some thousand.
    "customer_lists::owner_changes::COUNT",
    "loyalty::PAGE",
    "orders::PAGE",
    "orders::browse::NEWEST",
    "orders::browse::NEWER",
    // Half of what is there, which one catalog or one location has.
    "catalogs::REMOVE_PARTS",
    "inventories::DUE",
    "inventories::EXPIRE",
    "inventories::LEFT",
    // What a time or a number leaves, which this kind of plan does not know.
    "events::history::RECENT_ATTEMPTS",
    "http::idempotency::DELETE_EXPIRED",
    "office::dashboard::COUNT_AT",
    "office::dashboard::CUSTOMERS",
];

#[test]
fn no_statement_reads_a_table_of_a_grown_shop_from_end_to_end() {
    on_postgres_with(&[], |hub| {
        grow(&hub);
        let mut reading = Vec::new();
        for (name, sql) in written_statements() {
            let plan = generic_plan(&hub, &sql);
            let reads_all = |table: &str| plan.contains(&format!("Seq Scan on {table} "));
            if LARGE.into_iter().any(reads_all) && !MAY_READ_ALL.contains(&name.as_str()) {
                reading.push(format!("{name}:\n{sql}\n{plan}"));
            }
        }
        assert!(reading.is_empty(), "{}", reading.join("\n\n"));
    });
}

/// Statements that go through what an account has of a kind that grows.
const MAY_GO_BY_ACCOUNT: [&str; 3] = [
    // The newest, in the order of an index, up to a limit.
    "events::feed::NEWEST",
    // Everything that waits in an account.
    "events::queue::COUNT_PENDING",
    "office::dashboard::WAITING",
];

fn is_explained(sql: &str) -> bool {
    let beginnings = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    beginnings.iter().any(|it| sql.trim().starts_with(it))
}

/// The statements that are written, each with its name.
fn written_statements() -> Vec<(String, String)> {
    let of_slices = hub::statements().into_iter();
    let of_hub = of_slices.filter(|(_, track, _)| *track == Track::Hub);
    let named = of_hub.flat_map(|(slice, _, statements)| {
        let named =
            move |(name, sql): &(&str, &str)| (format!("{slice}::{name}"), (*sql).to_owned());
        statements.iter().map(named)
    });
    named.filter(|(_, sql)| is_explained(sql)).collect()
}

/// The statements that are built when they are asked, each with its slice.
fn built_statements() -> Vec<(String, String)> {
    let of_slices = hub::built_queries().into_iter();
    let built = of_slices.flat_map(|(slice, queries)| {
        let queries = queries.into_iter();
        queries.map(move |query| (slice.to_owned(), query.sql().to_owned()))
    });
    built.filter(|(_, sql)| is_explained(sql)).collect()
}

/// Whether a step of a plan uses nothing but the account to find rows of a table that grows. An index has open
/// alarms only, each of which is wanted.
fn goes_by_account(plan: &str) -> bool {
    let steps: Vec<&str> = plan.lines().collect();
    let is_large = |step: &str| {
        if step.contains("alarms_open_by_time") {
            return false;
        }
        LARGE.iter().any(|table| {
            [" {}_", "_{}_", "on {} "]
                .iter()
                .any(|name| step.contains(&name.replace("{}", table)))
        }) || step.contains("USING PRIMARY KEY")
    };
    let by_sqlite = steps
        .iter()
        .any(|step| step.contains("(account_id=?)") && is_large(step));
    let by_postgresql = steps.windows(2).any(|pair| {
        let [step, condition] = pair else {
            return false;
        };
        let condition = condition.trim();
        is_large(step)
            && step.contains("Index")
            && condition.starts_with("Index Cond: (account_id = ")
            && !condition.contains(" AND ")
    });
    by_sqlite || by_postgresql
}

/// Panics if a statement goes through what an account has.
fn assert_none_goes_by_account(plan: impl Fn(&str) -> String) {
    let mut going = Vec::new();
    for (name, sql) in written_statements().into_iter().chain(built_statements()) {
        let plan = plan(&sql);
        if goes_by_account(&plan) && !MAY_GO_BY_ACCOUNT.contains(&name.as_str()) {
            going.push(format!("{name}:\n{sql}\n{plan}"));
        }
    }
    assert!(going.is_empty(), "{}", going.join("\n\n"));
}

#[test]
fn sqlite_goes_through_nothing_that_grows_by_its_account_alone() {
    let hub = TestHub::start();
    assert_none_goes_by_account(|sql| explained_by_sqlite(&hub, sql));
}

#[test]
fn postgresql_goes_through_nothing_that_grows_by_its_account_alone() {
    on_postgres_with(&[], |hub| {
        grow(&hub);
        assert_none_goes_by_account(|sql| generic_plan(&hub, sql));
    });
}
