//! `/livez` and `/readyz`.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hub::args;
use hub::db::{self, Error, QueryBuilder, Tx};

use super::{Running, scraped, value};
use crate::engine::{Engine, apply};
use crate::support::{Answer, Anybody, Cluster, TestHub, json, logged};

/// More than the time for which an answer is good.
const LATER: Duration = Duration::from_secs(2);

fn ready(balancer: &Anybody) -> Answer {
    balancer.send("GET", "/readyz", &[], "")
}

/// How often the database was asked whether it takes a change.
fn probes(hub: &TestHub) -> Option<f64> {
    let series = "passeplat_transaction_duration_seconds_count{database=\"hub\",\
                  name=\"operations.probe\",outcome=\"committed\"}";
    value(&scraped(hub), series)
}

fn count_requests(hub: &TestHub) -> i64 {
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let count: db::Result<Option<(i64,)>> =
        hub.wait(hub.hub.journal().db().read("test.count", |tx| {
            tx.first("SELECT COUNT(*) FROM requests", &[])
        }));
    count.expect("a count").map_or(0, |(count,)| count)
}

#[apply(each_engine!)]
fn whoever_asks_how_the_hub_is_needs_no_token_and_leaves_no_trace(engine: Engine) {
    let settings = [("limits.enabled", "true"), ("limits.per_minute", "1")];
    let hub = engine.start_with(&settings);
    let balancer = hub.anybody();
    for _ in 0..5 {
        let alive = balancer.send("GET", "/livez", &[], "");
        assert_eq!(alive.status_and_body(), r#"200 {"status":"alive"}"#);
        let ready = ready(&balancer);
        let checks = json!({
            "running": "ok", "writer": "ok", "schema": "ok", "dispatcher": "ok"
        });
        assert_eq!(ready.status, 200, "{ready:?}");
        assert_eq!(ready.json(), json!({ "status": "ready", "checks": checks }));
        assert_eq!(ready.header("cache-control"), Some("no-store"));
    }
    assert_eq!(count_requests(&hub), 0);
    let text = scraped(&hub);
    assert!(
        !text.contains("/livez") && !text.contains("/readyz"),
        "{text}"
    );
}

#[apply(each_engine!)]
fn a_balancer_names_no_host_of_the_hub(engine: Engine) {
    let settings = [
        ("server.api_public_url", "https://api.hub.test"),
        ("server.oauth_public_url", "https://login.hub.test"),
    ];
    let hub = engine.start_with(&settings);
    let balancer = hub.anybody();
    for path in ["/livez", "/readyz"] {
        let host = [("Host", "10.0.0.7:8080")];
        let answer = balancer.send("GET", path, &host, "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}

#[apply(each_engine!)]
fn however_often_it_is_asked_the_database_is_asked_once_a_second(hub: TestHub) {
    let balancer = hub.anybody();
    for _ in 0..100 {
        assert_eq!(ready(&balancer).status, 200);
    }
    assert_eq!(probes(&hub), Some(1.0));
    hub.pass(LATER);
    for _ in 0..100 {
        assert_eq!(ready(&balancer).status, 200);
    }
    assert_eq!(probes(&hub), Some(2.0));
}

/// Gives the table that the hub changes to see whether it can another name.
fn rename(hub: &TestHub, from: &str, to: &str) {
    let rename = QueryBuilder::new(&format!("ALTER TABLE {from} RENAME TO {to}"), &[]);
    let renamed: Result<u64, Error> =
        hub.wait(hub.hub.write("test.rename", move |tx| rename.execute(tx)));
    renamed.expect("another name");
    hub.pass(LATER);
}

#[apply(each_engine!)]
fn a_hub_whose_database_takes_no_change_is_not_ready_until_it_does_and_says_so_once(hub: TestHub) {
    let balancer = hub.anybody();
    rename(&hub, "hub_settings", "elsewhere");
    let mut answers = Vec::new();
    let lines = logged(|| {
        for _ in 0..3 {
            answers.push(ready(&balancer));
            hub.pass(LATER);
        }
    });
    for refused in answers {
        assert_eq!(refused.status, 503, "{refused:?}");
        assert_eq!(refused.json()["status"], "not ready");
        assert_eq!(refused.json()["checks"]["writer"], "refuses changes");
    }
    let warned: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("WARN"))
        .collect();
    let line = "WARN message=hub not ready check=\"writer\" found=\"refuses changes\"";
    assert_eq!(warned, [line]);

    rename(&hub, "elsewhere", "hub_settings");
    let lines = logged(|| assert_eq!(ready(&balancer).status, 200));
    let again = "INFO message=hub ready again";
    assert!(lines.iter().any(|line| line == again), "{lines:?}");
}

#[test]
fn a_hub_whose_file_another_program_holds_is_not_ready_until_it_lets_go() {
    let hub = TestHub::start();
    let balancer = hub.anybody();
    let file = hub.folder().join("hub.db");
    #[expect(
        clippy::disallowed_methods,
        reason = "another program than the hub opens its file here"
    )]
    let other = rusqlite::Connection::open(file).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let answer = ready(&balancer);
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json()["checks"]["writer"], "does not answer");
    other.execute_batch("ROLLBACK").expect("no lock");
    hub.pass(LATER);
    let answer = ready(&balancer);
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_hub_whose_server_is_read_only_is_not_ready_until_it_writes() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let hub = TestHub::start_at(&cluster.url, &[]);
    let balancer = hub.anybody();
    let writes = |setting: &str| {
        cluster.run(&format!(
            "ALTER SYSTEM SET default_transaction_read_only = {setting}"
        ));
        cluster.reload();
        hub.pass(LATER);
    };
    assert_eq!(ready(&balancer).status, 200);
    writes("on");
    let refused = ready(&balancer);
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.json()["checks"]["writer"], "refuses changes");
    writes("off");
    let answer = ready(&balancer);
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[apply(each_engine!)]
fn tables_that_a_newer_program_has_changed_are_not_this_hubs(hub: TestHub) {
    let balancer = hub.anybody();
    let changed: db::Result<()> = hub.wait(hub.hub.write("test.newer", |tx| {
        let now = tx.now();
        tx.write(
            "INSERT INTO schema_steps (track, name, checksum, ran_at)
                VALUES ('hub', '9999_later', 'abc', $1)",
            args![now],
        )
    }));
    changed.expect("a step");
    let answer = ready(&balancer);
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json()["checks"]["schema"], "is another program's");
}

#[apply(each_engine!)]
fn a_writer_that_does_not_answer_is_told_of_within_seconds_and_asked_once(hub: TestHub) {
    let balancer = hub.anybody();
    let gate = Arc::new(RwLock::new(()));
    let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
    // More than there are connections.
    let held: Vec<_> = (0..4)
        .map(|_| {
            let (gate, own) = (Arc::clone(&gate), hub.hub.clone());
            let wait = move |_: &mut Tx<'_>| -> db::Result<()> {
                drop(gate.read().unwrap_or_else(PoisonError::into_inner));
                Ok(())
            };
            let hold = async move { own.write("test.hold", wait).await };
            let (held,) = hub.wait(async { (tokio::spawn(hold),) });
            held
        })
        .collect();
    let others = [balancer.clone(), balancer.clone()];
    let answers = balancer.send_at_once(&others, "GET", "/readyz", &[], "");
    for answer in answers {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert_eq!(answer.json()["checks"]["writer"], "does not answer");
    }
    drop(closed);
    for held in held {
        let _late = hub.wait(held).expect("an end");
    }
    // What was asked is answered in the end, once for all.
    while ready(&balancer).status != 200 {}
    assert_eq!(probes(&hub), Some(1.0));
    hub.pass(LATER);
    let answer = ready(&balancer);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(probes(&hub), Some(2.0));
}

#[apply(each_engine!)]
fn a_hub_that_was_told_to_stop_is_alive_and_not_ready(hub: TestHub) {
    let balancer = hub.anybody();
    let running = Running::start(&hub);
    // Its dispatcher has begun.
    while !scraped(&hub).contains("\npasseplat_dispatcher_round_age_seconds ") {
        hub.wait(tokio::task::yield_now());
    }
    running.stop(&hub);
    let mut answers = Vec::new();
    let lines = logged(|| answers.push(ready(&balancer)));
    let answer = answers.remove(0);
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(answer.json()["checks"]["running"], "is stopping");
    let is_about_it = |line: &&String| line.contains("hub not ready");
    assert_eq!(lines.iter().find(is_about_it), None, "it was asked to stop");
    assert_eq!(hub.anybody().send("GET", "/livez", &[], "").status, 200);
    // Nobody looks for callbacks any longer.
    assert_eq!(answer.json()["checks"]["dispatcher"], "ok");
    hub.pass(Duration::from_secs(61));
    let later = ready(&balancer);
    assert_eq!(later.json()["checks"]["dispatcher"], "stands still");
}
