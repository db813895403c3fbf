//! What the statements of the dispatcher cost does not depend on what waits. SQLite counts the steps of its
//! virtual machine, a few for every row that is visited.

use std::fmt::Write as _;

use hub::db::Track;
use rusqlite::{Connection, StatementStatus, ToSql};

use crate::support::TestHub;

/// Events that wait: of some lanes, ten behind one another.
const FEW: u32 = 4_000;
const MANY: u32 = 50_000;

const CONNECTIONS: u32 = 20;

/// Stands for the account of the hub.
const ACCOUNT: &str = "a";

const NOW: &str = "2026-03-07T18:41:08.000000Z";
const LATER: &str = "2026-03-07T18:42:08.000000Z";

/// Up to eight lanes of connection c1, and the events at their heads.
const SUBJECTS: [&str; 8] = ["s1", "s21", "s41", "s61", "s81", "s1", "s1", "s1"];
const HEADS: [&str; 8] = ["e1", "e21", "e41", "e61", "e81", "e1", "e1", "e1"];
const SEQUENCES: [&str; 8] = ["1", "21", "41", "61", "81", "1", "1", "1"];

fn with(first: &[&'static str], lists: &[[&'static str; 8]]) -> Vec<&'static str> {
    let lists = lists.iter().flatten();
    first.iter().chain(lists).copied().collect()
}

/// Each statement with what it is called with.
fn calls() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let lane = ["a", "s1", "c1"];
    let event = ["a", "c1", "e1"];
    let usual = |slice, name, arguments: &[&'static str]| (slice, name, arguments.to_vec());
    vec![
        usual("dispatch", "WAITING_CONNECTIONS", &[]),
        usual("dispatch", "HEAD", &["c1", NOW, "8"]),
        ("dispatch", "CLAIM", with(&["a", "c1", LATER], &[SUBJECTS])),
        usual("dispatch", "RESUME", &["c1", NOW, "8"]),
        usual("dispatch", "RELEASE", &["a", "s1", "c1", "e1", NOW, LATER]),
        (
            "dispatch::outcomes",
            "LANES",
            with(&["a", "c1"], &[SUBJECTS]),
        ),
        (
            "dispatch::outcomes",
            "ACKNOWLEDGE",
            with(&["a", "c1", NOW], &[HEADS]),
        ),
        (
            "dispatch::outcomes",
            "DELETE_PENDING",
            with(&["a", "c1"], &[SEQUENCES, HEADS]),
        ),
        usual(
            "dispatch::outcomes",
            "RETRY",
            &["a", "s1", "c1", "2", LATER],
        ),
        usual(
            "dispatch::outcomes",
            "COUNT_ATTEMPT",
            &["a", "c1", "e1", "2"],
        ),
        usual("events::lanes", "FIND", &lane),
        (
            "events::lanes",
            "ADVANCE",
            with(&["a", "c1", NOW], &[SUBJECTS]),
        ),
        (
            "events::lanes",
            "DELETE_ENDED",
            with(&["a", "c1"], &[SUBJECTS, HEADS]),
        ),
        usual("events::lanes", "MOVE_FIRE", &["a", "s1", NOW, NOW]),
        usual("events::lanes", "FIRE", &["a", "s1", "c1", "e1", NOW]),
        usual(
            "events::lanes",
            "FILL",
            &["a", "c1", NOW, "0", "", "161", "e161"],
        ),
        (
            "events::lanes",
            "DOUBT_LAST",
            with(&["a", "c1"], &[SUBJECTS]),
        ),
        (
            "events::lanes",
            "RESET",
            with(&["a", "c1", NOW], &[SUBJECTS, HEADS]),
        ),
        usual("events::lanes", "FIRST_LANES", &["a", "c1", "8"]),
        (
            "events::lanes",
            "DELETE_LANES",
            with(&["a", "c1"], &[SUBJECTS]),
        ),
        usual("events::lane_jobs", "NEWEST", &["a", "c1"]),
        usual("events::lane_jobs", "NEXT", &["a", "c1", "0", "", "8"]),
        usual("events::lane_jobs", "CANCELLED", &["a", "c1", "1000", "8"]),
        (
            "events::lane_jobs",
            "SETTLE",
            with(&["a", "c1", "deleted", NOW], &[HEADS]),
        ),
        (
            "events::lane_jobs",
            "DELETE_PENDING",
            with(&["a", "c1"], &[SEQUENCES, HEADS]),
        ),
        usual("events::queue", "PENDING", &["a", "c1", "0", "", "100"]),
        usual("events::queue", "FIRST_PENDING", &["a", "c1", "0", "100"]),
        usual("events::queue", "ONE_PENDING", &event),
        usual("events::queue", "KEY_OF_PENDING", &event),
        usual(
            "events::queue",
            "SETTLE",
            &["a", "c1", "e1", "acknowledged", NOW],
        ),
        usual(
            "events::queue",
            "SETTLE_SENT",
            &["a", "c1", "e1", "acknowledged", NOW, "1"],
        ),
        usual("events::queue", "DELETE_PENDING", &["a", "c1", "1", "e1"]),
        usual("events::resend", "FIND", &event),
        usual("events::resend", "REOPEN", &["a", "c1", "e1", NOW]),
        usual(
            "events::coalesce",
            "OLDER",
            &["a", "location", "update", "s1", "e1", "{}", "200"],
        ),
    ]
}

#[expect(
    clippy::disallowed_methods,
    reason = "the hub does not count its steps"
)]
fn open(hub: &TestHub) -> Connection {
    Connection::open(hub.folder().join("hub.db")).expect("the database")
}

/// Rows as the hub would have written them, in a database of one account.
fn fill(database: &Connection, account: &str, events: u32) {
    let mut script = String::from("PRAGMA foreign_keys = OFF; BEGIN;");
    let lanes = events / 10;
    let number = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {events})"
    );
    // Event i is about subject i modulo the lanes, for one connection: the same for all of a subject.
    let names = format!(
        "'s' || ((i - 1) % {lanes} + 1) AS subject, 'c' || ((i - 1) % {lanes} % {CONNECTIONS} + 1) AS connection"
    );
    let _ = write!(
        script,
        "INSERT INTO events (account_id, id, resource, kind, subject_id, turn, created_at, kept_from, document)
        {number} SELECT '{account}', 'e' || i, 'location', 'update', subject, i, '{NOW}', '{NOW}', '{{}}'
            FROM (SELECT i, {names} FROM n);
        INSERT INTO dispatches (account_id, connection_id, event_id, subject_id, turn, state, attempts, created_at)
        {number} SELECT '{account}', connection, 'e' || i, subject, i, 'pending', 0, '{NOW}'
            FROM (SELECT i, {names} FROM n);
        INSERT INTO pending_dispatches (account_id, connection_id, turn, event_id, subject_id, created_at)
            SELECT account_id, connection_id, turn, event_id, subject_id, created_at FROM dispatches;
        INSERT INTO lanes (account_id, subject_id, connection_id, event_id, turn, last_event_id, due_at,
                attempts, uncounted, is_replay)
            SELECT account_id, subject_id, connection_id, event_id, turn, 'e' || (turn + 9 * {lanes}), '{NOW}',
                0, 0, 0 FROM dispatches WHERE turn <= {lanes};
        INSERT INTO clients (id, name, secret, is_listed, document, created_at, coalesces_updates)
            VALUES ('k', 'Till', x'00', FALSE, '{{}}', '{NOW}', TRUE);
        INSERT INTO connections (account_id, id, client_id, device_id, scope, token_hash, created_at)
            SELECT DISTINCT account_id, connection_id, 'k', '', '', connection_id, '{NOW}' FROM lanes;
        INSERT INTO callbacks (account_id, connection_id, url, events, created_at)
            SELECT account_id, id, 'https://till.example', '{{}}', '{NOW}' FROM connections
            WHERE account_id = '{account}';
        INSERT INTO followers (account_id, resource, kind, connection_id, client_id)
            SELECT account_id, 'location', 'update', id, 'k' FROM connections
            WHERE account_id = '{account}';
        COMMIT; ANALYZE;"
    );
    database.execute_batch(&script).expect("rows");
}

/// The steps of each call, with the database as it was before it.
fn steps(events: u32) -> Vec<(&'static str, i32)> {
    let hub = TestHub::start();
    hub.wait(hub.hub.close());
    let database = open(&hub);
    let account = hub.account.to_string();
    fill(&database, &account, events);
    let statements = hub::statements();
    let calls = calls().into_iter();
    calls
        .map(|(slice, name, arguments)| {
            let of_slice = statements
                .iter()
                .find(|it| it.0 == slice && it.1 == Track::Hub);
            let found = of_slice.and_then(|it| it.2.iter().find(|it| it.0 == name));
            let sql = found.unwrap_or_else(|| panic!("no {slice}::{name}")).1;
            database.execute_batch("BEGIN").expect("a transaction");
            let mut statement = database.prepare(sql).expect("a statement");
            let arguments = arguments.into_iter().enumerate();
            let arguments = arguments.map(|(index, it)| match it {
                ACCOUNT => (index, account.as_str()),
                other => (index, other),
            });
            let arguments: Vec<(usize, &str)> = arguments.collect();
            let arguments = arguments.iter();
            let named: Vec<(String, &dyn ToSql)> = arguments
                .map(|(index, argument)| (format!("${}", index + 1), argument as &dyn ToSql))
                .collect();
            let named: Vec<(&str, &dyn ToSql)> = named
                .iter()
                .map(|(name, argument)| (name.as_str(), *argument))
                .collect();
            let mut rows = statement.query(named.as_slice()).expect("an answer");
            while rows.next().expect("a row").is_some() {}
            drop(rows);
            let steps = statement.get_status(StatementStatus::VmStep);
            drop(statement);
            database.execute_batch("ROLLBACK").expect("the end");
            (name, steps)
        })
        .collect()
}

#[test]
fn a_statement_of_the_dispatcher_takes_as_many_steps_however_much_waits() {
    let (few, many) = (steps(FEW), steps(MANY));
    let mut table = format!("| Statement | steps at {FEW} | at {MANY} |\n|---|---|---|\n");
    for ((name, few), (_, many)) in few.iter().zip(&many) {
        let _ = writeln!(table, "| {name} | {few} | {many} |");
    }
    eprintln!("{table}");
    for ((name, few), (_, many)) in few.iter().zip(&many) {
        assert!(*many <= few + few / 10 + 20, "{name}\n{table}");
    }
}
