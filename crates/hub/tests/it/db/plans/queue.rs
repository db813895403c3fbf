//! What the dispatcher, jobs and alarms ask.

use super::{explained, explained_by_sqlite, generic_plan, grow, plan, statement};
use crate::support::{TestHub, on_postgres_with};

#[test]
fn what_is_due_is_found_by_hopping_from_connection_to_connection() {
    on_postgres_with(&[], |hub| {
        let plan = plan(&hub, "dispatch", "WAITING_CONNECTIONS", "");
        assert!(!plan.contains("lanes_pkey"), "{plan}");
        assert!(plan.contains("lanes_due"), "{plan}");
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

/// The indexes that the statements of the queue may use.
const QUEUE: [(&str, &str, &[&str]); 48] = [
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
    ("events::lanes", "FIRST_LANES", &["lanes_due"]),
    ("events::lanes", "DELETE_LANES", &["lanes"]),
    ("events::lanes", "DOUBT_LAST", &["lanes", "of_subject"]),
    ("events::lanes", "RESET", &["lanes"]),
    ("events::lane_jobs", "NEWEST", &["pending"]),
    ("events::lane_jobs", "NEXT", &["pending"]),
    ("events::lane_jobs", "CANCELLED", &["pending"]),
    ("events::lane_jobs", "SETTLE", &["dispatches"]),
    ("events::lane_jobs", "DELETE_PENDING", &["pending"]),
    ("events::queue", "PENDING", &["pending"]),
    ("events::queue", "ONE_PENDING", &["dispatches"]),
    ("events::queue", "KEY_OF_PENDING", &["dispatches"]),
    ("events::queue", "SETTLE", &["dispatches"]),
    ("events::queue", "SETTLE_SENT", &["dispatches"]),
    ("events::queue", "DELETE_PENDING", &["pending"]),
    ("events::queue", "FIRST_PENDING", &["pending"]),
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
                grow(&hub);
            }
            for (slice, name, allowed) in QUEUE {
                let sql = statement(slice, name);
                let plan = generic_plan(&hub, sql);
                assert_goes_by(&format!("{name}, grown: {is_grown}"), &plan, allowed);
                let asks_by_key = ["FILL", "ADVANCE", "DOUBT_LAST", "RESET"].contains(&name);
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
        grow(&hub);
        for (slice, name, index) in RESEND {
            // A handful of jobs is read as it lies.
            if index == "resend_jobs_due" {
                continue;
            }
            let sql = statement(slice, name);
            let plan = generic_plan(&hub, sql);
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
            let plan = generic_plan(&hub, sql);
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
        grow(&hub);
        let plan = plan(&hub, "alarms::looks", "ORDERS", "'0', '1', 3, 500");
        assert!(plan.contains("orders_new"), "{plan}");
    });
}
