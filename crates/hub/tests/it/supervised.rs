//! Threads and tasks of a running hub that end by a panic, under load: each begins anew, and nothing
//! that was acknowledged is lost or doubled.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use hub::db;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::engine::{Engine, apply};
use crate::support::{Caller, Receiver, TestHub, json};

/// More requests than any worker needs to be called for once.
const ENOUGH: u32 = 10_000;

/// How often the workers of this name were started again.
fn restarts(hub: &TestHub, name: &str) -> u64 {
    let workers = hub.hub.supervisor().workers();
    let found = workers.iter().find(|worker| worker.name == name);
    found.map_or(0, |worker| worker.restarts)
}

/// Places an order as a careful sender does: again with the same key until it is answered.
fn place_order(kiosk: &Caller, name: &str) {
    let body = json!({ "status": "new", "ref": name }).to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", name),
    ];
    for _ in 0..ENOUGH {
        let answer = kiosk.send("POST", "/location/orders", &headers, body.clone());
        match answer.status {
            200 => return,
            409 | 503 => {}
            _ => panic!("{answer:?}"),
        }
    }
    panic!("{name} is never taken");
}

/// Has the log grow, so that the checkpointer is called.
fn write_much(hub: &TestHub) {
    let written: db::Result<u64> = hub.wait(hub.hub.write("test.much", |tx| {
        let name = tx.fresh_id()?;
        tx.execute(
            "INSERT INTO hub_settings (name, value) VALUES ($1, $2)",
            hub::args![name, "x".repeat(9_000_000)],
        )
    }));
    written.expect("a large row");
}

/// Changes something without a question, as an order without a key does: those are gathered. The one
/// that is in hand when the worker ends is not acknowledged.
fn write_little(hub: &TestHub) {
    let _written: db::Result<()> = hub.wait(hub.hub.write("test.little", |tx| {
        tx.write("DELETE FROM hub_settings WHERE name = 'nothing'", &[])
    }));
}

#[apply(each_engine!)]
fn whatever_ends_by_a_panic_begins_anew_and_nothing_is_lost(engine: Engine) {
    let hub = engine.start_with(&[("database.threads", "5")]);
    let receiver = Receiver::start(&hub);
    let till = hub.client("till");
    let wanted = json!({ "url": receiver.url("/"), "events": { "order": ["create"] } });
    till.post("/callback", wanted).ok();
    let kiosk = hub.client("kiosk");
    let (address, stop, running) = hub.wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(hub::serve(hub.hub.clone(), listener, async {
            let _stop = stopped.await;
        }));
        (address, stop, running)
    });
    let engine: &[&str] = if hub.hub.db().is_postgres() {
        &[
            "hub session",
            "hub gatherer",
            "hub notifier",
            "journal session",
        ]
    } else {
        &[
            "hub writer",
            "hub reader",
            "hub checkpointer",
            "journal writer",
        ]
    };
    let tasks = [
        "dispatcher",
        "journal",
        "chores",
        "notices",
        "lane jobs",
        "accept loop",
    ];
    let mut sent = BTreeSet::new();
    for name in engine.iter().chain(&tasks) {
        let before = restarts(&hub, name);
        hub.hub.supervisor().end(name);
        for number in 0..ENOUGH {
            if restarts(&hub, name) > before {
                break;
            }
            let order = format!("{name} {number}");
            place_order(&kiosk, &order);
            sent.insert(order);
            match *name {
                "hub checkpointer" => write_much(&hub),
                "hub gatherer" => write_little(&hub),
                "accept loop" => drop(hub.wait(TcpStream::connect(address))),
                // They look for work every few seconds.
                "chores" | "notices" | "lane jobs" => hub.wait(async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }),
                _ => {}
            }
            // What else runs in the hub gets its turn.
            hub.wait(tokio::task::yield_now());
        }
        assert!(restarts(&hub, name) > before, "{name} did not end");
        let order = format!("{name} at last");
        place_order(&kiosk, &order);
        sent.insert(order);
    }
    hub.wait(receiver.has(sent.len()));

    let answer = hub.wait(async {
        let mut caller = TcpStream::connect(address).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nHost: hub.test\r\nConnection: close\r\n\r\n";
        caller.write_all(request).await.expect("a request");
        let mut answer = String::new();
        caller.read_to_string(&mut answer).await.expect("an answer");
        answer
    });
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    stop.send(()).expect("a running hub");
    hub.wait(running).expect("a good end");

    let stored: db::Result<Vec<(Option<String>,)>> = hub.wait(hub.hub.read("test.refs", |tx| {
        tx.all("SELECT ref FROM orders ORDER BY ref", &[])
    }));
    let stored: Vec<String> = stored
        .expect("the orders")
        .into_iter()
        .filter_map(|(name,)| name)
        .collect();
    assert_eq!(stored, sent.into_iter().collect::<Vec<_>>());
}
