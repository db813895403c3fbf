//! Plans that the engines make while tables are still small, or know nothing of them.

use hub::db::{Error, QueryBuilder, Track, Tx, Value};

use crate::support::{TestHub, on_postgres_with};

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
fn a_change_is_planned_once_and_not_for_its_values() {
    on_postgres_with(&[], |hub| {
        let mode = |tx: &mut Tx<'_>| -> hub::db::Result<Option<(String,)>> {
            tx.first("SELECT CURRENT_SETTING('plan_cache_mode')", &[])
        };
        let of_change = hub.wait(hub.hub.db().write("test.mode", mode));
        assert_eq!(of_change.unwrap().unwrap().0, "force_generic_plan");
        let of_look = hub.wait(hub.hub.db().read("test.mode", mode));
        assert_eq!(of_look.unwrap().unwrap().0, "auto");
    });
}

#[test]
fn what_is_due_is_found_by_hopping_from_connection_to_connection() {
    on_postgres_with(&[], |hub| {
        let plan = plan(&hub, "dispatch", "WAITING_CONNECTIONS", "");
        assert!(!plan.contains("lanes_pkey"), "{plan}");
        assert!(plan.contains("lanes_due"), "{plan}");
    });
}

#[test]
fn the_logs_of_an_account_are_read_from_an_index_in_their_order() {
    on_postgres_with(&[], |hub| {
        // There is a table for a day once something was asked on it.
        hub.client("till").get("/location").ok();
        hub.wait(hub.hub.journal().flush()).expect("a journal");
        let arguments = "'a', 'order', '0', '9', '9', 100";
        for (name, index) in [
            ("OF_RESOURCE", "resource_at_id"),
            ("OF_SOURCE_CONNECTION", "connection_id_at_id"),
        ] {
            let plan = plan(&hub, "journal::browse", name, arguments);
            assert!(plan.contains(index), "{name}:\n{plan}");
            // Days are merged, by a sort key; nothing is sorted.
            assert!(!plan.contains("Sort  ("), "{name}:\n{plan}");
        }
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

#[test]
fn the_newest_events_of_an_account_are_read_from_an_index_in_their_order() {
    on_postgres_with(&[], |hub| {
        let plan = plan(&hub, "events::feed", "NEWEST", "'a', 200");
        assert!(plan.contains("events_by_time"), "{plan}");
        assert!(!plan.contains("Sort"), "{plan}");
    });
}

/// What waits for three receivers: 10,000 orders, all of which are due.
const LANES: &str = "INSERT INTO lanes (account_id, subject_id, connection_id, event_id, turn,
        last_event_id, due_at, lease_until, attempts, uncounted, is_replay)
    SELECT 'a', 'o' || number, 'c' || receiver, 'e' || number, number, 'e' || number,
        lpad(number::text, 27, '0'), NULL, 0, 0, 0
    FROM generate_series(1, 10000) AS number, generate_series(1, 3) AS receiver
    ORDER BY md5(number || 'c' || receiver)";

#[test]
fn what_is_in_turn_is_found_without_reading_all_that_waits() {
    on_postgres_with(&[], |hub| {
        let session = hub.session();
        hub.wait(session.batch_execute(LANES)).expect("events");
        let head = statement("dispatch", "HEAD");
        for statistics in ["", "ANALYZE lanes"] {
            let gathered = hub.wait(session.batch_execute(statistics));
            gathered.expect("statistics");
            for kind in ["force_custom_plan", "force_generic_plan"] {
                let plan = explained(&hub, head, "'c2', '9', 16", kind);
                let reads_all = ["Sort", "Bitmap", "Seq Scan", "Hash"];
                let reads_all = reads_all.iter().any(|step| plan.contains(step));
                let by_due = plan.contains("lanes_due");
                assert!(by_due && !reads_all, "{kind} {statistics}:\n{plan}");
            }
        }
    });
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
fn a_table_that_has_grown_is_looked_at_once() {
    on_postgres_with(&[], |hub| {
        fill(&hub);
        let gathered = hub
            .wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        let missing = LARGE
            .iter()
            .find(|it| !gathered.iter().any(|table| table == *it));
        assert_eq!(missing, None, "{gathered:?}");
        let again = hub
            .wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        assert_eq!(again, [""; 0]);
    });
}

#[test]
fn nobody_waits_for_a_locked_table_to_look_at_it() {
    on_postgres_with(&[], |hub| {
        fill(&hub);
        let session = hub.session();
        let lock = session.batch_execute("BEGIN; LOCK TABLE orders");
        hub.wait(lock).expect("a lock");
        let gathered = hub.wait(hub.hub.db().gather_statistics());
        assert!(
            matches!(gathered, Err(Error::Unavailable(_))),
            "{gathered:?}"
        );
        hub.wait(session.batch_execute("ROLLBACK"))
            .expect("no lock");
        let gathered = hub
            .wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        assert!(
            gathered.iter().any(|table| table == "orders"),
            "{gathered:?}"
        );
    });
}

/// The indexes that the statements of the queue may use.
const QUEUE: [(&str, &str, &[&str]); 43] = [
    ("dispatch::receiver_state", "LATER", &["lanes_due"]),
    ("dispatch::receiver_state", "FIRST_DUE", &["lanes_due"]),
    ("dispatch", "WAITING_CONNECTIONS", &["lanes_due"]),
    ("dispatch::backlog", "BEHIND", &["lanes_due"]),
    ("dispatch", "HEAD", &["lanes_due"]),
    ("dispatch", "CLAIM", &["lanes"]),
    ("dispatch::outcomes", "RETRY", &["lanes"]),
    ("dispatch", "RELEASE", &["lanes"]),
    ("dispatch::outcomes", "COUNT_ATTEMPT", &["dispatches"]),
    ("dispatch::outcomes", "LANES", &["lanes"]),
    ("dispatch::outcomes", "DELETE_PENDING", &["pending"]),
    ("dispatch::outcomes", "ACKNOWLEDGE", &["dispatches"]),
    ("events::resend", "FIND", &["dispatches"]),
    ("events::resend", "REOPEN", &["dispatches"]),
    ("events::resend", "FAILED", &["of_connection"]),
    ("dispatch::waits", "AHEAD", &["lanes_due"]),
    ("dispatch::waits", "SHORTEN_LEASES", &["lanes_due"]),
    ("dispatch::waits", "SHORTEN_WAITS", &["lanes_due"]),
    ("events::lanes", "FIND", &["lanes"]),
    (
        "events::lanes",
        "ADVANCE",
        &["lanes", "of_subject", "dispatches"],
    ),
    ("events::lanes", "DELETE_ENDED", &["lanes"]),
    ("events::lanes", "MOVE_FIRE", &["lanes"]),
    ("events::lanes", "FIRE", &["lanes"]),
    ("events::lanes", "FIRE_ALL", &["lanes_due"]),
    ("dispatch::waits", "OWN_WAITS", &["lanes_due"]),
    (
        "events::coalesce",
        "OLDER",
        &["pending", "of_subject", "dispatches"],
    ),
    (
        "events::lanes",
        "FILL",
        &["lanes", "pending", "of_subject", "dispatches"],
    ),
    (
        "events::lanes",
        "KEEP_ATTEMPTS",
        &["lanes", "lanes_due", "dispatches"],
    ),
    ("events::lanes", "DELETE_ALL", &["lanes_due"]),
    ("events::lanes", "RESET", &["lanes_due"]),
    ("events::queue", "PENDING", &["pending"]),
    ("events::queue", "ONE_PENDING", &["dispatches"]),
    ("events::queue", "KEY_OF_PENDING", &["dispatches"]),
    ("events::queue", "SETTLE", &["dispatches"]),
    ("events::queue", "SETTLE_SENT", &["dispatches"]),
    ("events::queue", "DELETE_PENDING", &["pending"]),
    ("events::queue", "FIRST_PENDING", &["pending"]),
    ("events::queue", "DELETE_ALL_PENDING", &["pending"]),
    ("events::retire", "RECEIVERS", &["dispatches"]),
    ("events::history", "RECENT", &["of_connection", "lanes"]),
    ("oauth::connections", "PENDING_OF_RESOURCE", &["pending"]),
    ("office::connections", "EVENTS", &["of_connection"]),
    ("office::connections", "EVENT", &["dispatches"]),
];

/// The indexes of the queue in a plan. SQLite's keys are the tables themselves, or have no name.
fn indexes_used(plan: &str) -> Vec<&'static str> {
    let names = [
        ("lanes_due", "lanes_due"),
        ("lanes_pkey", "lanes"),
        (
            "USING PRIMARY KEY (account_id=? AND subject_id=? AND connection_id=?)",
            "lanes",
        ),
        (
            "lanes USING PRIMARY KEY (account_id=? AND subject_id=?)",
            "lanes",
        ),
        ("pending_dispatches_pkey", "pending"),
        ("USING PRIMARY KEY (account_id=?)", "pending"),
        (
            "USING PRIMARY KEY (account_id=? AND connection_id=?",
            "pending",
        ),
        ("pending_dispatches_of_subject", "of_subject"),
        ("dispatches_of_connection", "of_connection"),
        (" dispatches_pkey", "dispatches"),
        ("sqlite_autoindex_dispatches_1", "dispatches"),
    ];
    let used = names.into_iter().filter(|(index, _)| plan.contains(index));
    used.map(|(_, name)| name).collect()
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

/// How many arguments a statement takes.
fn arguments(sql: &str) -> usize {
    let named = (1..=999).take_while(|n| sql.contains(&format!("${n}")));
    named.count()
}

/// Panics if the plan of a statement of the queue reads more of it than it must.
fn assert_goes_by(name: &str, plan: &str, allowed: &[&str]) {
    let names = [
        "SCAN dispatches",
        "SCAN pending_dispatches",
        "SCAN lanes",
        "SCAN d",
        "SCAN e",
        "SCAN l",
        "SCAN p",
        "Seq Scan on dispatches",
        "Seq Scan on pending_dispatches",
        "Seq Scan on lanes",
    ];
    let reads_all = plan
        .lines()
        .any(|step| names.iter().any(|name| step.contains(name)) && !step.contains(" INDEX "));
    let used = indexes_used(plan);
    let others = used.iter().any(|index| !allowed.contains(index));
    assert!(
        !reads_all && !others && !used.is_empty(),
        "{name} {used:?}:\n{plan}"
    );
}

#[test]
fn sqlite_finds_what_a_callback_changes_without_reading_what_waits() {
    let hub = TestHub::start();
    for (slice, name, allowed) in QUEUE {
        let plan = explained_by_sqlite(&hub, statement(slice, name));
        assert_goes_by(name, &plan, allowed);
    }
}

#[test]
fn postgresql_finds_what_a_callback_changes_without_reading_what_waits() {
    on_postgres_with(&[], |hub| {
        for is_grown in [false, true] {
            if is_grown {
                fill(&hub);
                hub.wait(hub.hub.db().gather_statistics())
                    .expect("statistics");
            }
            for (slice, name, allowed) in QUEUE {
                let sql = statement(slice, name);
                let nothing = vec!["NULL"; arguments(sql)].join(", ");
                let plan = explained(&hub, sql, &nothing, "force_generic_plan");
                assert_goes_by(&format!("{name}, grown: {is_grown}"), &plan, allowed);
                let asks_by_key = ["FILL", "ADVANCE"].contains(&name);
                let compares = asks_by_key && plan.contains("Join Filter");
                assert!(!compares, "{name}, grown: {is_grown}:\n{plan}");
            }
        }
    });
}

#[test]
fn what_a_location_holds_back_is_found_among_its_new_orders() {
    let held = statement("events::lanes", "HELD_ORDERS");
    let plan = explained_by_sqlite(&TestHub::start(), held);
    assert!(plan.contains("orders_of_location_by_status"), "{plan}");
}

/// What statements of jobs that send events again go by.
const RESEND: [(&str, &str, &str); 7] = [
    ("events::resend_jobs", "DUE", "resend_jobs_due"),
    ("events::resend_jobs", "NEXT", "resend_jobs_due"),
    (
        "events::resend_jobs::candidates",
        "DISPATCHED",
        "dispatches_of_connection",
    ),
    (
        "events::resend_jobs::candidates",
        "HAPPENED",
        "events_by_time",
    ),
    (
        "events::resend_jobs::candidates",
        "OF_ORDER",
        "events_of_order",
    ),
    (
        "events::resend_jobs::candidates",
        "NEWER_OF_ORDER",
        "events_of_order",
    ),
    (
        "events::resend_jobs::candidates",
        "NEWER",
        "events_of_subject",
    ),
];

#[test]
fn what_is_sent_again_is_found_without_reading_all_that_happened() {
    let hub = TestHub::start();
    for (slice, name, index) in RESEND {
        let plan = explained_by_sqlite(&hub, statement(slice, name));
        assert!(plan.contains(index), "{name}:\n{plan}");
        let reads_all = |step: &str| step.contains("SCAN") && !step.contains("USING INDEX");
        let reads_all = plan.lines().any(|step| {
            reads_all(step) && !step.contains("SCAN x") && !step.contains("CO-ROUTINE")
        });
        assert!(!reads_all, "{name}:\n{plan}");
    }
    on_postgres_with(&[], |hub| {
        fill(&hub);
        hub.wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        for (slice, name, index) in RESEND {
            // A handful of jobs is read as it lies.
            if index == "resend_jobs_due" {
                continue;
            }
            let sql = statement(slice, name);
            let nothing = vec!["NULL"; arguments(sql)].join(", ");
            let plan = explained(&hub, sql, &nothing, "force_generic_plan");
            assert!(
                plan.contains(index) && !plan.contains("Seq Scan on events"),
                "{name}:\n{plan}"
            );
        }
    });
}

#[test]
fn the_queue_is_vacuumed_after_some_thousand_events_however_many_wait() {
    on_postgres_with(&[], |hub| {
        let question = "SELECT array_to_string(reloptions, ' ') FROM pg_class
            WHERE relname = $1 AND relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE)";
        let session = hub.session();
        for table in ["pending_dispatches", "lanes"] {
            let row = hub.wait(session.query_one(question, &[&table]));
            let options: Option<String> = row.expect("a table").get(0);
            let options = options.unwrap_or_default();
            for option in ["scale_factor=0.005", "threshold=5000"] {
                let option = format!("autovacuum_vacuum_{option}");
                assert!(options.contains(&option), "{table}: {options}");
            }
        }
    });
}

#[test]
fn no_statement_reads_a_table_of_a_grown_shop_from_end_to_end() {
    on_postgres_with(&[], |hub| {
        fill(&hub);
        hub.wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        let mut reading = Vec::new();
        for (slice, track, statements) in hub::statements() {
            for (name, sql) in statements {
                let is_explained = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
                let is_explained = is_explained.iter().any(|it| sql.trim().starts_with(it));
                if track != Track::Hub || !is_explained {
                    continue;
                }
                let nothing = vec!["NULL"; arguments(sql)].join(", ");
                let plan = explained(&hub, sql, &nothing, "force_generic_plan");
                let full = format!("{slice}::{name}");
                let reads_all = |table: &str| plan.contains(&format!("Seq Scan on {table} "));
                if LARGE.into_iter().any(reads_all) && !MAY_READ_ALL.contains(&full.as_str()) {
                    reading.push(format!("{full}:\n{sql}\n{plan}"));
                }
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

/// The name of a statement, and its text.
fn explained_statements() -> Vec<(String, String)> {
    let of_slices = hub::statements();
    let named = of_slices
        .into_iter()
        .filter(|(_, track, _)| *track == Track::Hub)
        .flat_map(|(slice, _, statements)| {
            let named = statements
                .iter()
                .map(|(name, sql)| (format!("{slice}::{name}"), (*sql).to_owned()));
            named.collect::<Vec<_>>()
        });
    let built = hub::built_queries()
        .into_iter()
        .flat_map(|(slice, queries)| {
            let named = queries
                .into_iter()
                .map(|query| (slice.to_owned(), query.sql().to_owned()));
            named.collect::<Vec<_>>()
        });
    let is_explained = |sql: &str| {
        let beginnings = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
        beginnings.iter().any(|it| sql.trim().starts_with(it))
    };
    named
        .chain(built)
        .filter(|(_, sql)| is_explained(sql))
        .collect()
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
    for (name, sql) in explained_statements() {
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
        fill(&hub);
        hub.wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        assert_none_goes_by_account(|sql| {
            let nothing = vec!["NULL"; arguments(sql)].join(", ");
            explained(&hub, sql, &nothing, "force_generic_plan")
        });
    });
}

/// What looks for alarms, each statement with the index that it goes by.
const ALARMS: [(&str, &str, &str); 14] = [
    ("alarms::looks", "ORDERS", "orders_new"),
    ("alarms::looks", "FIRED_ORDERS", "orders_fired"),
    ("alarms::looks", "LATE_ORDERS", "alarms_by_end"),
    ("alarms::looks", "FAILING", "connection_presence_failing"),
    ("alarms::looks", "SILENT", "connection_presence_heard"),
    ("alarms::endings", "STANDING", "alarms_to_check"),
    ("alarms::notices", "DUE", "alarm_notices_due"),
    ("alarms::notices", "FIRST_DUE", "alarm_notices_due"),
    ("alarms::notices", "MAILED", "alarms_of_"),
    ("alarms", "ENDED", "alarms_by_end"),
    ("alarms", "COUNT_OPEN_AT", "alarms_"),
    ("alarms", "PAST", "alarms_of_account"),
    ("alarms", "PAST_AT", "alarms_of_"),
    ("presence", "OLDER", "connection_presence_heard"),
];

#[test]
fn alarms_are_found_without_reading_what_is_stored() {
    let hub = TestHub::start();
    for (slice, name, index) in ALARMS {
        let plan = explained_by_sqlite(&hub, statement(slice, name));
        // `p` is what an index has found.
        let reads_all = plan.lines().any(|step| {
            step.contains("SCAN ") && !step.contains(" INDEX ") && !step.ends_with("SCAN p")
        });
        assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
    }
    on_postgres_with(&[], |hub| {
        for (slice, name, index) in ALARMS {
            let sql = statement(slice, name);
            let nothing = vec!["NULL"; arguments(sql)].join(", ");
            let plan = explained(&hub, sql, &nothing, "force_generic_plan");
            let reads_all = ["orders", "alarms", "connection_presence", "alarm_notices"];
            let reads_all = reads_all
                .iter()
                .any(|table| plan.contains(&format!("Seq Scan on {table} ")));
            assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
        }
    });
}

#[test]
fn new_orders_are_found_by_their_own_index_when_there_are_many_others() {
    on_postgres_with(&[], |hub| {
        fill(&hub);
        let gathered = hub.wait(hub.hub.db().gather_statistics());
        gathered.expect("statistics");
        let plan = plan(&hub, "alarms::looks", "ORDERS", "'0', '1', 3, 500");
        assert!(plan.contains("orders_new"), "{plan}");
    });
}

/// What pages of data are read by: in the order of an index, from where the page begins.
const DATA_PAGES: [(&str, &str, &str); 4] = [
    ("customers::browse", "NEWEST", "customers_of_list"),
    ("catalogs::browse", "PARTS", "catalog_parts"),
    ("catalogs::images", "PAGE", "images"),
    ("inventories", "PAGE", "inventory_entries"),
];

#[test]
fn a_page_of_data_is_read_in_the_order_of_an_index() {
    let hub = TestHub::start();
    for (slice, name, index) in DATA_PAGES {
        let plan = explained_by_sqlite(&hub, statement(slice, name));
        let sorts = plan.contains("TEMP B-TREE") || plan.contains("SCAN ");
        assert!(plan.contains(index) && !sorts, "{name}:\n{plan}");
    }
    on_postgres_with(&[], |hub| {
        fill(&hub);
        hub.wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        for (slice, name, index) in DATA_PAGES {
            let sql = statement(slice, name);
            let nothing = vec!["NULL"; arguments(sql)].join(", ");
            let plan = explained(&hub, sql, &nothing, "force_generic_plan");
            // A handful of rows is read as it lies.
            let reads_all = LARGE
                .iter()
                .any(|table| plan.contains(&format!("Seq Scan on {table} ")));
            assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
        }
    });
}

/// What the dashboard and the search box ask, each statement with the indexes of the two engines that it goes by.
const OFFICE: [(&str, &str, [&str; 2]); 19] = [
    (
        "orders::sales_days",
        "FIND",
        ["sqlite_autoindex_sales_days_1", "sales_days_pkey"],
    ),
    (
        "orders::sales_days",
        "SALES",
        ["sales USING PRIMARY KEY", "sales_pkey"],
    ),
    (
        "orders::sales",
        "SUM",
        ["sales USING PRIMARY KEY", "sales_pkey"],
    ),
    (
        "orders::sales",
        "BY_QUARTER",
        ["sales USING PRIMARY KEY", "sales_pkey"],
    ),
    (
        "orders::sales",
        "BY_ORIGIN",
        ["sales USING PRIMARY KEY", "sales_pkey"],
    ),
    (
        "orders::sales",
        "PRODUCTS",
        ["sales USING PRIMARY KEY", "sales_pkey"],
    ),
    (
        "orders::sales",
        "UPDATE",
        ["sales USING PRIMARY KEY", "sales_pkey"],
    ),
    (
        "orders::search_keys",
        "DELETE",
        ["sqlite_autoindex_order_search_1", "order_search_pkey"],
    ),
    (
        "office::dashboard",
        "NEW",
        ["orders_of_location_by_status", "_by_status"],
    ),
    (
        "office::dashboard",
        "ENDED",
        ["orders_of_location_by_status", "_by_status"],
    ),
    (
        "office::search",
        "PHONE",
        ["order_search_by_phone", "order_search_by_phone"],
    ),
    (
        "office::search",
        "EMAIL",
        ["order_search_by_email", "order_search_by_email"],
    ),
    (
        "office::search",
        "FIRST_NAME",
        ["order_search_by_first_name", "order_search_by_first_name"],
    ),
    (
        "office::search",
        "LAST_NAME",
        ["order_search_by_last_name", "order_search_by_last_name"],
    ),
    (
        "office::search",
        "CODE",
        ["order_search_by_code", "order_search_by_code"],
    ),
    ("office::search", "REF", ["orders_by_ref", "orders_by_ref"]),
    (
        "office::search",
        "ORDER",
        ["sqlite_autoindex_orders_1", "orders_pkey"],
    ),
    (
        "office::search",
        "PRIVATE_REF",
        ["private_refs_by_value", "private_refs_by_value"],
    ),
    (
        "office::search",
        "EVENT",
        ["sqlite_autoindex_events_1", "events_pkey"],
    ),
];

#[test]
fn the_dashboard_and_the_search_box_read_ranges_of_indexes() {
    let hub = TestHub::start();
    for (slice, name, [index, _]) in OFFICE {
        let plan = explained_by_sqlite(&hub, statement(slice, name));
        let tables = [
            "SCAN o",
            "SCAN s",
            "SCAN orders",
            "SCAN sales",
            "SCAN order_search",
            "SCAN r",
        ];
        let reads_all = plan
            .lines()
            .any(|step| tables.iter().any(|table| step.contains(table)));
        assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
    }
    on_postgres_with(&[], |hub| {
        fill(&hub);
        let gathered = hub.wait(hub.hub.db().gather_statistics());
        gathered.expect("statistics");
        for (slice, name, [_, index]) in OFFICE {
            let sql = statement(slice, name);
            let nothing = vec!["NULL"; arguments(sql)].join(", ");
            let plan = explained(&hub, sql, &nothing, "force_generic_plan");
            let reads_all = ["orders", "sales", "order_search", "private_refs", "events"];
            let reads_all = reads_all
                .iter()
                .any(|table| plan.contains(&format!("Seq Scan on {table} ")));
            assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
        }
    });
}

#[test]
fn the_orders_of_a_customer_are_found_by_their_own_index() {
    let queries: Vec<QueryBuilder> = hub::built_queries()
        .into_iter()
        .filter(|(slice, _)| *slice == "orders::browse")
        .flat_map(|(_, queries)| queries)
        .filter(|query| query.sql().contains("o.customer_id = "))
        .filter(|query| !query.sql().contains("o.status = ") && !query.sql().contains("r.ref"))
        // Those with many locations are as many times the same.
        .filter(|query| query.args().len() < 9)
        .collect();
    assert!(queries.len() > 15, "{}", queries.len());
    let hub = TestHub::start();
    for query in &queries {
        let plan = explained_by_sqlite(&hub, query.sql());
        assert!(plan.contains("orders_of_customer"), "{plan}");
    }
    on_postgres_with(&[], |hub| {
        fill(&hub);
        hub.wait(hub.hub.db().gather_statistics())
            .expect("statistics");
        for query in &queries {
            let nothing = vec!["NULL"; arguments(query.sql())].join(", ");
            let plan = explained(&hub, query.sql(), &nothing, "force_generic_plan");
            assert!(plan.contains("orders_of_customer"), "{plan}");
        }
    });
}

/// What the audit log and the list of ended connections go by.
const AUDIT: [(&str, &str, &str); 6] = [
    ("audit", "PAGE", "audit_entries_of_account"),
    ("audit", "PAGE_AT", "audit_entries_of_location"),
    ("audit", "PAGE_OF_ACTOR", "audit_entries_of_actor"),
    ("audit", "PAGE_OF_SUBJECT", "audit_entries_of_subject"),
    ("audit", "LAST_OF_SUBJECT", "audit_entries_of_subject"),
    ("audit", "OLDER", "audit_entries_by_age"),
];

#[test]
fn who_did_what_is_found_without_reading_all_that_was_done() {
    let hub = TestHub::start();
    for (slice, name, index) in AUDIT {
        let plan = explained_by_sqlite(&hub, statement(slice, name));
        let reads_all = plan.contains("SCAN ") || plan.contains("TEMP B-TREE");
        assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
    }
    for (name, index) in [
        ("ENDED", "connections_ended"),
        ("ENDED_AT", "connections_ended_at"),
    ] {
        let plan = explained_by_sqlite(&hub, statement("oauth::connections", name));
        let is_sorted = !plan.contains("TEMP B-TREE");
        assert!(
            plan.contains(&format!("INDEX {index} ")) && is_sorted,
            "{plan}"
        );
    }
    on_postgres_with(&[], |hub| {
        for is_grown in [false, true] {
            if is_grown {
                fill(&hub);
                hub.wait(hub.hub.db().gather_statistics())
                    .expect("statistics");
            }
            for (slice, name, index) in AUDIT {
                let sql = statement(slice, name);
                let nothing = vec!["NULL"; arguments(sql)].join(", ");
                let plan = explained(&hub, sql, &nothing, "force_generic_plan");
                let reads_all = plan.contains("Seq Scan on audit_entries");
                assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
            }
        }
    });
}
