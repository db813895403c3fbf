//! Sessions of PostgreSQL after trouble: none is used again whose state nobody knows.

use hub::db::Error;

use super::{kept_of_those, orders_at_once};
use crate::support::{
    Answer, Caller, Cluster, Pooler, TestHub, json, on_postgres_through_a_proxy, on_postgres_with,
    on_postgres_with_options, waiting_for,
};

const SOME: [(&str, &str); 1] = [("database.threads", "6")];

fn place(kiosk: &Caller, number: &str) -> Answer {
    kiosk.post(
        "/location/orders",
        json!({ "status": "new", "ref": number }),
    )
}

fn every_session_works(kiosk: &Caller) {
    for number in 0..30 {
        let answer = place(kiosk, &format!("after {number}"));
        assert_eq!(answer.status, 200, "{number}: {answer:?}");
    }
}

fn count(statuses: &[u16], wanted: u16) -> i64 {
    let found = statuses.iter().filter(|status| **status == wanted).count();
    i64::try_from(found).unwrap_or(i64::MAX)
}

#[test]
fn statements_that_waited_too_long_for_a_lock_leave_no_session_behind_that_refuses_everything() {
    on_postgres_with_options("-cstatement_timeout=300", &SOME, |hub| {
        let kiosk = hub.client("kiosk");
        let locker = hub.session();
        let lock = "BEGIN; LOCK TABLE events";
        hub.wait(locker.batch_execute(lock)).expect("a lock");
        let statuses = hub.wait(orders_at_once(&hub, &kiosk, 12));
        assert!(statuses.iter().all(|status| *status == 503), "{statuses:?}");
        hub.wait(locker.batch_execute("COMMIT")).expect("no lock");
        assert_eq!(kept_of_those(&hub), 0);
        every_session_works(&kiosk);
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
        assert_eq!(kept_of_those(&hub), 12);
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
        assert_eq!(kept_of_those(&hub), 12);
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
fn behind_a_pooler_that_gives_each_connection_a_session_of_its_own_orders_are_placed() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let pooler = Pooler::start(&cluster.url, "session");
    // It lets no options in, so the hub has the whole database.
    let settings = [&[("database.url", pooler.url.as_str())], &SOME[..]].concat();
    let hub = TestHub::start_with(&settings);
    every_session_works(&hub.client("kiosk"));
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
