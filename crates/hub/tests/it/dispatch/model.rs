//! Random lives of a queue: changes, answers, losses, restarts and waits in any order. Whatever happens,
//! each receiver hears of an order's changes in their order, and of every one of them.
//!
//! `PASSEPLAT_TEST_MODEL_SEEDS=1000` runs so many of them, and `PASSEPLAT_TEST_MODEL_SEED=7` only that one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use hub::dispatch::ManualDispatcher;
use hub::events::store::{self, DispatchState};

use super::log;
use crate::engine::{Engine, apply};
use crate::support::{Caller, Receiver, Reply, TestHub, Value, json};

const RECEIVERS: usize = 3;
const STEPS: usize = 60;

/// What an app was told, in this order: the order, and the number of its change.
type ReceivedEvents = Vec<(String, u64)>;

/// An app with a callback, and what became of what it was told.
struct App {
    caller: Caller,
    server: Receiver,
    is_active: bool,
    /// The next callback is never answered.
    hangs: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<BTreeSet<(String, u64)>>>,
    /// By fetching, and not by its server.
    fetched: ReceivedEvents,
}

impl App {
    fn start(hub: &TestHub, number: usize, seed: u64) -> Self {
        let server = Receiver::start(hub);
        let hangs = Arc::new(AtomicBool::new(false));
        let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
        let (hangs_now, heard) = (Arc::clone(&hangs), Arc::clone(&acknowledged));
        let random = Mutex::new(Rng::with_seed(seed ^ number as u64));
        server.answers_by(move |request| {
            if hangs_now.load(Ordering::Relaxed) {
                return Reply::Hang;
            }
            let reply = match random.lock().unwrap().u32(0..100) {
                0..60 => Reply::Status(200),
                60..65 => Reply::Status(404),
                65..80 => Reply::Status(500),
                80..95 => Reply::Status(503),
                _ => Reply::Drop,
            };
            if let Reply::Status(200 | 404) = reply {
                heard.lock().unwrap().insert(change_of(&request.event()));
            }
            reply
        });
        let app = Self {
            caller: hub.client(&format!("app{number}")),
            server,
            is_active: true,
            hangs,
            acknowledged,
            fetched: Vec::new(),
        };
        app.register("/0");
        app
    }

    fn register(&self, path: &str) {
        let url = self.is_active.then(|| self.server.url(path));
        let events = json!({ "order": ["create", "update"] });
        let callback = json!({ "url": url, "events": events });
        self.caller.post("/callback", callback).ok();
    }

    /// Fetches what waits, and acknowledges some of it from the beginning.
    fn fetch(&mut self, some: usize) {
        let waiting = self.caller.get("/callback/events").ok();
        for event in waiting.as_array().unwrap().iter().take(some) {
            let path = format!("/callback/events/{}", event["id"].as_str().unwrap());
            let change = change_of(&self.caller.get(&path).ok());
            self.caller.delete(&path).ok();
            self.acknowledged.lock().unwrap().insert(change.clone());
            self.fetched.push(change);
        }
    }
}

fn change_of(event: &Value) -> (String, u64) {
    let notes = event["new_state"]["seller_notes"].as_str().unwrap();
    let order = event["order_id"].as_str().unwrap().to_owned();
    (order, notes.parse().unwrap())
}

struct Model {
    hub: TestHub,
    random: Rng,
    kiosk: Caller,
    apps: Vec<App>,
    /// The orders, and the number of the last change of each.
    orders: Vec<(String, u64)>,
    dispatcher: ManualDispatcher,
    /// What was taken away by hand.
    cancelled: BTreeSet<(usize, String, u64)>,
}

impl Model {
    fn start(hub: TestHub, seed: u64) -> Self {
        let apps = (0..RECEIVERS).map(|number| App::start(&hub, number, seed));
        Self {
            apps: apps.collect(),
            kiosk: hub.client("kiosk"),
            dispatcher: ManualDispatcher::new(&hub.hub),
            random: Rng::with_seed(seed),
            orders: Vec::new(),
            cancelled: BTreeSet::new(),
            hub,
        }
    }

    fn step(&mut self) {
        let app = self.random.usize(0..RECEIVERS);
        match self.random.u32(0..20) {
            0..4 => self.create(),
            4..9 => self.change(),
            9..12 => self.run(),
            12 => self.lose(app),
            13 => self.dispatcher = ManualDispatcher::new(&self.hub.hub),
            14 => self.do_chores(),
            15..17 => {
                let most = [10, 100, 7_200][self.random.usize(0..3)];
                let seconds = self.random.u64(1..most);
                self.hub.pass(Duration::from_secs(seconds));
            }
            17 => {
                self.apps[app].is_active = self.random.bool();
                let path = format!("/{}", self.random.u32(0..3));
                self.apps[app].register(&path);
            }
            18 => {
                let some = self.random.usize(0..4);
                self.apps[app].fetch(some);
            }
            _ => self.cancel(app),
        }
    }

    fn create(&mut self) {
        let order = json!({ "status": "new", "seller_notes": "0" });
        let order = self.kiosk.post("/location/orders", order).ok();
        let id = order["id"].as_str().unwrap().to_owned();
        self.orders.push((id, 0));
    }

    fn change(&mut self) {
        let Some((order, last)) = self.random.choice(&mut self.orders) else {
            return;
        };
        *last += 1;
        let change = json!({ "seller_notes": last.to_string() });
        let path = format!("/location/orders/{order}");
        self.kiosk.patch(&path, change).ok();
    }

    fn run(&mut self) {
        let run = self.dispatcher.run_due();
        self.hub.wait(run).expect("rounds");
    }

    /// Among them: what a change of a callback has left to be done.
    fn do_chores(&mut self) {
        let done = hub::chores::run_due(&self.hub.hub);
        self.hub.wait(done).expect("chores");
    }

    /// The process is lost while callbacks are in flight.
    fn lose(&mut self, app: usize) {
        let App { server, hangs, .. } = &self.apps[app];
        hangs.store(true, Ordering::Relaxed);
        let before = server.count();
        let run = self.dispatcher.run_due();
        self.hub.wait(async {
            tokio::select! {
                done = run => done.expect("nothing was due"),
                () = server.has(before + 1) => {}
            }
        });
        hangs.store(false, Ordering::Relaxed);
        self.dispatcher = ManualDispatcher::new(&self.hub.hub);
    }

    fn cancel(&mut self, number: usize) {
        let app = &self.apps[number];
        let waiting = app.caller.get("/callback/events").ok();
        let waiting = waiting.as_array().unwrap();
        let Some(event) = self.random.choice(waiting) else {
            return;
        };
        let id = event["id"].as_str().unwrap();
        let whole = app.caller.get(&format!("/callback/events/{id}")).ok();
        let (order, change) = change_of(&whole);
        let pending = log(&self.hub, &app.caller).into_iter();
        let Some(event) = pending.map(|it| it.event).find(|it| it.as_str() == id) else {
            return;
        };
        let (account, connection) = (self.hub.account.clone(), app.caller.connection.clone());
        let taken: Result<bool, hub::db::Error> =
            self.hub.wait(self.hub.hub.write("test.take", move |tx| {
                store::delete(tx, &account, &connection, &event)
            }));
        assert!(taken.unwrap());
        self.cancelled.insert((number, order, change));
    }

    /// Every lane begins with the first event that waits for it, and active callbacks have all of them.
    fn assert_lanes(&self) {
        let lanes: Vec<(String, String, String)> = self.rows(
            "SELECT connection_id, subject_id, event_id FROM lanes
                ORDER BY connection_id, subject_id",
        );
        let heads: Vec<(String, String, String)> = self.rows(
            "SELECT p.connection_id, p.subject_id, p.event_id FROM pending_dispatches p
                JOIN callbacks b ON b.account_id = p.account_id
                    AND b.connection_id = p.connection_id AND b.url IS NOT NULL
                WHERE NOT EXISTS (SELECT 1 FROM pending_dispatches e
                    WHERE e.account_id = p.account_id AND e.subject_id = p.subject_id
                        AND e.connection_id = p.connection_id AND e.turn < p.turn)
                ORDER BY p.connection_id, p.subject_id",
        );
        assert_eq!(lanes, heads);
    }

    fn rows(&self, sql: &'static str) -> Vec<(String, String, String)> {
        let rows: Result<_, hub::db::Error> = self
            .hub
            .wait(self.hub.hub.read("test.rows", move |tx| tx.all(sql, &[])));
        rows.unwrap()
    }

    /// Everybody is well, and enough time passes for everything to be sent or given up.
    fn end(&mut self) {
        for app in &mut self.apps {
            app.is_active = true;
            app.register("/end");
        }
        for _ in 0..40 {
            self.do_chores();
            self.run();
            self.hub.pass(Duration::from_secs(7_200));
        }
    }

    fn assert_order(&self) {
        for (number, app) in self.apps.iter().enumerate() {
            let mut last = BTreeMap::new();
            for (order, change) in app.server.events().iter().map(change_of) {
                let before = last.insert(order.clone(), change).unwrap_or_default();
                assert!(before <= change, "app {number}: {order} {before} {change}");
            }
            let mut last = BTreeMap::new();
            for (order, change) in &app.fetched {
                let before = last.insert(order, *change).unwrap_or_default();
                assert!(before <= *change, "app {number} fetched {order} {change}");
            }
        }
    }

    fn assert_nothing_lost(&self) {
        for (number, app) in self.apps.iter().enumerate() {
            let acknowledged = app.acknowledged.lock().unwrap();
            let dispatches = log(&self.hub, &app.caller);
            let expired = dispatches
                .iter()
                .filter(|it| it.state == DispatchState::Expired);
            let mut missing = 0;
            for (order, last) in &self.orders {
                for change in 0..=*last {
                    let key = (order.clone(), change);
                    let cancelled = (number, order.clone(), change);
                    let is_known = acknowledged.contains(&key);
                    missing += usize::from(!is_known && !self.cancelled.contains(&cancelled));
                }
            }
            // What was answered just before the process was lost may be given up later all the same.
            let given_up = expired.count();
            let changes: u64 = self.orders.iter().map(|it| it.1 + 1).sum();
            assert!(
                missing <= given_up,
                "app {number}: {missing} missing, {given_up} given up"
            );
            assert_eq!(dispatches.len() as u64, changes, "app {number}");
        }
        let pending = "SELECT connection_id, subject_id, event_id FROM pending_dispatches";
        let lanes = "SELECT connection_id, subject_id, event_id FROM lanes";
        assert_eq!((self.rows(pending), self.rows(lanes)), (vec![], vec![]));
    }
}

fn seeds(usual: Range<u64>) -> Range<u64> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    match number("PASSEPLAT_TEST_MODEL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PASSEPLAT_TEST_MODEL_SEEDS").unwrap_or(usual.end),
    }
}

#[apply(each_engine!)]
fn whatever_happens_every_change_is_heard_of_in_its_order(engine: Engine) {
    for seed in seeds(0..15) {
        eprintln!("PASSEPLAT_TEST_MODEL_SEED={seed}");
        let mut model = Model::start(engine.start(), seed);
        for _ in 0..STEPS {
            model.step();
            model.assert_lanes();
        }
        model.end();
        model.assert_order();
        model.assert_nothing_lost();
    }
}
