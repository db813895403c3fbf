//! Sessions of PostgreSQL after trouble: none is used again whose state nobody knows.

use futures_util::future::join_all;
use hub::db::Error;

use super::{count_stored, orders_at_once};
use crate::support::{
    Answer, Caller, Cluster, TestHub, json, on_postgres_through_a_proxy, on_postgres_with,
    on_postgres_with_options, waiting_for,
};

const SOME: [(&str, &str); 1] = [("database.threads", "6")];

fn place_order(kiosk: &Caller, number: &str) -> Answer {
    kiosk.post(
        "/location/orders",
        json!({ "status": "new", "ref": number }),
    )
}

fn every_session_works(kiosk: &Caller) {
    for number in 0..30 {
        let answer = place_order(kiosk, &format!("after {number}"));
        assert_eq!(answer.status, 200, "{number}: {answer:?}");
    }
}

fn count(statuses: &[u16], wanted: u16) -> i64 {
    let found = statuses.iter().filter(|status| **status == wanted).count();
    i64::try_from(found).unwrap_or(i64::MAX)
}

#[test]
fn statements_that_waited_too_long_for_a_lock_leave_no_session_behind_that_refuses_everything() {
    on_postgres_with_options("-cstatement_timeout=2000", &SOME, |hub| {
        let kiosk = hub.client("kiosk");
        let locker = hub.session();
        let lock = "BEGIN; LOCK TABLE events";
        hub.wait(locker.batch_execute(lock)).expect("a lock");
        let statuses = hub.wait(orders_at_once(&hub, &kiosk, 12));
        assert!(statuses.iter().all(|status| *status == 503), "{statuses:?}");
        hub.wait(locker.batch_execute("COMMIT")).expect("no lock");
        assert_eq!(count_stored(&hub), 0);
        every_session_works(&kiosk);
    });
}

#[test]
fn a_statement_that_could_not_be_prepared_in_a_transaction_leaves_no_session_behind_either() {
    on_postgres_with_options("-cstatement_timeout=2000", &SOME, |hub| {
        let change = || {
            hub.hub.write("test.change", |tx| {
                // With the question begins the transaction; what is written is prepared at its end.
                let _none: Option<(String,)> = tx.first(
                    "UPDATE hub_settings SET value = value WHERE name = 'none' RETURNING value",
                    &[],
                )?;
                tx.write("DELETE FROM events WHERE account_id = 'none'", &[])
            })
        };
        let locker = hub.session();
        let lock = "BEGIN; LOCK TABLE events";
        hub.wait(locker.batch_execute(lock)).expect("a lock");
        let made: Vec<Result<(), Error>> = hub.wait(join_all((0..12).map(|_| change())));
        assert!(made.iter().all(Result::is_err), "{made:?}");
        hub.wait(locker.batch_execute("COMMIT")).expect("no lock");
        for _ in 0..30 {
            hub.wait(change()).expect("a change");
        }
    });
}

#[test]
fn changes_whose_statements_are_cancelled_are_run_again() {
    on_postgres_with(&SOME, |hub| {
        let kiosk = hub.client("kiosk");
        let (locker, onlooker) = (hub.session(), hub.session());
        let me: i32 = hub
            .wait(locker.query_one("SELECT pg_backend_pid()", &[]))
            .expect("a number")
            .get(0);
        let lock = "BEGIN; LOCK TABLE events";
        hub.wait(locker.batch_execute(lock)).expect("a lock");
        let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
            WHERE $1::int = ANY (pg_blocking_pids(pid))";
        let cancelling = async {
            let mut cancelled = 0;
            while cancelled < 5 {
                if waiting_for(&onlooker, me).await > 0 {
                    cancelled += onlooker.query(cancel, &[&me]).await.expect("an end").len();
                }
            }
            locker.batch_execute("COMMIT").await.expect("no lock");
        };
        let orders = orders_at_once(&hub, &kiosk, 12);
        let (statuses, ()) = hub.wait(async { tokio::join!(orders, cancelling) });
        assert_eq!(count(&statuses, 200), 12, "{statuses:?}");
        assert_eq!(count_stored(&hub), 12);
        every_session_works(&kiosk);
    });
}

#[test]
fn connections_that_the_server_ends_are_made_anew_without_a_refusal() {
    on_postgres_through_a_proxy(&SOME, |hub, proxy| {
        let kiosk = hub.client("kiosk");
        every_session_works(&kiosk);
        proxy.close_all();
        let statuses = hub.wait(orders_at_once(&hub, &kiosk, 12));
        assert_eq!(count(&statuses, 200), 12, "{statuses:?}");
        assert_eq!(count_stored(&hub), 12);
    });
}

#[test]
fn a_table_that_another_hub_has_widened_is_read_by_statements_prepared_anew() {
    on_postgres_with(&[("database.threads", "1")], |hub| {
        let look = || -> Result<Option<(String, String)>, Error> {
            hub.wait(hub.hub.read("test.look", |tx| {
                tx.first("SELECT * FROM hub_settings WHERE name = 'a'", &[])
            }))
        };
        look().expect("a look");
        let session = hub.session();
        let widen = "ALTER TABLE hub_settings ADD COLUMN remark TEXT";
        hub.wait(session.batch_execute(widen)).expect("a column");
        look().expect("a look at the wider table");
    });
}

#[test]
fn a_server_that_became_read_only_is_left_for_the_one_that_can_write() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let hub = TestHub::start_at(&cluster.url, &SOME);
    let kiosk = hub.client("kiosk");
    every_session_works(&kiosk);
    // Connections that are there find themselves on a server that does not write; new ones do not.
    cluster.run("ALTER DATABASE passeplat SET default_transaction_read_only = off");
    cluster.run("ALTER SYSTEM SET default_transaction_read_only = on");
    cluster.reload();
    every_session_works(&kiosk);
}

#[test]
fn of_several_hosts_one_that_does_not_write_is_passed_over() {
    let (Some(reads), Some(writes)) = (Cluster::start(), Cluster::start()) else {
        return;
    };
    reads.run("ALTER SYSTEM SET default_transaction_read_only = on");
    reads.reload();
    let address = |url: &str| {
        let (_, address) = url.split_once('@').expect("a user");
        address.split('/').next().expect("a place").to_owned()
    };
    let both = format!("{},{}", address(&reads.url), address(&writes.url));
    let way = writes.url.replace(&address(&writes.url), &both);
    let hub = TestHub::start_by(&writes.url, &way, &SOME);
    every_session_works(&hub.client("kiosk"));
}

/// What a session of the hub begins with.
fn session_settings(hub: &TestHub) -> Vec<(String, String)> {
    let found: Result<_, Error> = hub.wait(hub.hub.read("test.look", |tx| {
        tx.all(
            "SELECT CAST(name AS TEXT), CAST(setting AS TEXT) FROM pg_settings WHERE name IN
                ('application_name', 'idle_in_transaction_session_timeout', 'statement_timeout')
                ORDER BY name",
            &[],
        )
    }));
    found.expect("settings")
}

#[test]
fn sessions_have_a_name_and_end_by_themselves_what_nobody_waits_for() {
    on_postgres_with(&[("database.timeout_seconds", "7")], |hub| {
        let wanted = [
            ("application_name", "passeplat"),
            ("idle_in_transaction_session_timeout", "7000"),
            ("statement_timeout", "7000"),
        ];
        let wanted = wanted.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(session_settings(&hub), wanted);
    });
}

#[test]
fn a_server_with_shorter_limits_keeps_them() {
    let options = "-cstatement_timeout=300 -cidle_in_transaction_session_timeout=90000";
    on_postgres_with_options(options, &SOME, |hub| {
        let limits: Vec<String> = session_settings(&hub)
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(limits, ["passeplat", "8000", "300"]);
    });
}
