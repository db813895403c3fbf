//! What the API and the pages of the back office read.

use hub::db::QueryBuilder;

use super::{LARGE, explained_by_sqlite, generic_plan, grow, plan, statement};
use crate::support::{TestHub, on_postgres_with};

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
fn refused_orders_are_read_from_an_index_of_their_own() {
    on_postgres_with(&[], |hub| {
        hub.client("till").get("/location").ok();
        hub.wait(hub.hub.journal().flush()).expect("a journal");
        let plan = plan(&hub, "journal", "REFUSED_ORDERS", "'a', '0', '9', 200");
        // The day's own index has the name of its columns, as that of every account's requests has.
        assert!(plan.contains("Index Cond"), "{plan}");
        assert!(!plan.contains("Sort  ("), "{plan}");
        assert!(
            !plan.contains("Filter"),
            "nothing is left to compare:\n{plan}"
        );
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
        grow(&hub);
        for (slice, name, index) in DATA_PAGES {
            let sql = statement(slice, name);
            let plan = generic_plan(&hub, sql);
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
        grow(&hub);
        for (slice, name, [_, index]) in OFFICE {
            let sql = statement(slice, name);
            let plan = generic_plan(&hub, sql);
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
        grow(&hub);
        for query in &queries {
            let plan = generic_plan(&hub, query.sql());
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
                grow(&hub);
            }
            for (slice, name, index) in AUDIT {
                let sql = statement(slice, name);
                let plan = generic_plan(&hub, sql);
                let reads_all = plan.contains("Seq Scan on audit_entries");
                assert!(plan.contains(index) && !reads_all, "{name}:\n{plan}");
            }
        }
    });
}
