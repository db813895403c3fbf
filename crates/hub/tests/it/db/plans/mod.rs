//! Plans that the engines make while tables are still small, or know nothing of them.

mod every_statement;
mod office;
mod queue;
mod statistics;

use hub::db::{Error, QueryBuilder, Tx, Value};

use crate::support::TestHub;

/// The steps of the plan that serves every argument, or of the one for these.
fn explained(hub: &TestHub, sql: &str, arguments: &str, kind: &str) -> String {
    let session = hub.session();
    let arguments = match arguments {
        "" => String::new(),
        some => format!("({some})"),
    };
    let question = format!(
        "SET plan_cache_mode = {kind}; PREPARE looked AS {sql};
        EXPLAIN EXECUTE looked{arguments}"
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

/// How many arguments a statement takes.
fn arguments(sql: &str) -> usize {
    let named = (1..=999).take_while(|n| sql.contains(&format!("${n}")));
    named.count()
}

/// The plan of any statement that serves every argument.
fn generic_plan(hub: &TestHub, sql: &str) -> String {
    let nothing = vec!["NULL"; arguments(sql)].join(", ");
    explained(hub, sql, &nothing, "force_generic_plan")
}

/// The tables that grow with every order and every customer.
const LARGE: [&str; 21] = [
    "alarms",
    "audit_entries",
    "catalog_parts",
    "customer_pieces",
    "customers",
    "deliveries",
    "dispatch_attempts",
    "delivery_quotes",
    "dispatches",
    "events",
    "idempotency_keys",
    "inventory_entries",
    "lanes",
    "loyalty_cards",
    "loyalty_operations",
    "order_search",
    "orders",
    "pending_dispatches",
    "private_refs",
    "sales",
    "sales_days",
];

/// Rows in each of them, and in the others.
const ROWS: (usize, usize) = (10_000, 10);

/// The shop of one account: most columns say the same in every row, as planners find out.
fn column(name: &str, kind: &str, is_unique: bool) -> String {
    let text = match name {
        "account_id" => "'a'",
        "location_id" | "customer_list_id" | "order_location_id" => "'l'",
        "client_id" | "created_by" => "'c' || n % 5",
        "connection_id" => "'k' || n % 5",
        "catalog_id" => "'g' || n % 2",
        "state" => "CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'acknowledged' END",
        "status" => "CASE WHEN n % 50 = 0 THEN 'new' ELSE 'completed' END",
        "resource" => "'order'",
        "kind" => "'create'",
        "document" => "repeat('x', 500)",
        _ if name.ends_with("_at") || name == "kept_from" => "lpad(n::text, 27, '0')",
        _ if is_unique => "'x' || n",
        _ => "'x' || n % 1000",
    };
    match kind {
        "bigint" => "n".to_owned(),
        "boolean" => "n % 2 = 0".to_owned(),
        "bytea" => "'x'::bytea".to_owned(),
        _ => text.to_owned(),
    }
}

/// Fills every table but the journal's, of which nobody else gathers statistics meanwhile. Keys that are there
/// already are left as they are.
fn fill(hub: &TestHub) {
    let session = hub.session();
    let question = "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT),
            CAST(c.data_type AS TEXT), k.column_name IS NOT NULL
        FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema
            AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
        LEFT JOIN information_schema.key_column_usage k ON k.table_schema = c.table_schema
            AND k.table_name = c.table_name AND k.column_name = c.column_name
            AND k.constraint_name LIKE '%pkey'
        WHERE c.table_schema = CURRENT_SCHEMA() AND c.table_name NOT LIKE 'request%'
        ORDER BY c.table_name, c.ordinal_position";
    let rows = hub.wait(session.query(question, &[])).expect("the columns");
    let mut tables = std::collections::BTreeMap::<String, Vec<(String, String)>>::new();
    for row in &rows {
        let (table, name, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let value = column(&name, &kind, row.get(3));
        tables.entry(table).or_default().push((name, value));
    }
    let mut script = "SET session_replication_role = replica;".to_owned();
    for (table, columns) in tables {
        let (names, values): (Vec<String>, Vec<String>) = columns.into_iter().unzip();
        let (many, few) = ROWS;
        let rows = if LARGE.contains(&table.as_str()) {
            many
        } else {
            few
        };
        script += &format!(
            "ALTER TABLE {table} SET (autovacuum_enabled = false);
            INSERT INTO {table} ({}) SELECT {} FROM generate_series(1, {rows}) AS n
            ORDER BY md5(n::text) ON CONFLICT DO NOTHING;",
            names.join(", "),
            values.join(", "),
        );
    }
    let filled = hub.wait(session.batch_execute(&script));
    filled.expect("a shop");
}

/// Fills the shop, and has PostgreSQL look at what has grown.
fn grow(hub: &TestHub) {
    fill(hub);
    let gathered = hub.wait(hub.hub.db().gather_statistics());
    gathered.expect("statistics");
}

/// How SQLite goes about a statement.
fn explained_by_sqlite(hub: &TestHub, sql: &str) -> String {
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let nothing = vec![Value::Text(None); arguments(sql)];
    let query = QueryBuilder::new(&explain, &nothing);
    let look = move |tx: &mut Tx<'_>| query.all(tx);
    let steps: Result<Vec<(i64, i64, i64, String)>, Error> =
        hub.wait(hub.hub.read("test.plan", look));
    let steps = steps.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let steps: Vec<String> = steps.into_iter().map(|(.., step)| step).collect();
    steps.join("\n")
}
