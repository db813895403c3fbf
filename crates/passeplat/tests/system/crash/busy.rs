//! Killed while it is busy with all that the dispatcher does, a hub loses no event and mixes up no order's.
//!
//! Four apps follow the orders of one location:
//! - a till that is sent callbacks, and that answers every fifth with 500, so that some wait for another
//!   attempt;
//! - a screen that reads the stream, and acknowledges what has come;
//! - a backlog: an app that never asks for anything;
//! - a latecomer, which subscribes in the middle of the load and asks for what it has missed, so that a job
//!   sends it again when the hub is killed.
//!
//! After the restart every change that was answered is there for each of them: received, or pending. The
//! till and the screen have not seen the past of an order after its present.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::PROGRAM;
use crate::postgres_files;
use crate::random::{SeededRandom, number_from};
use crate::tools::http::{self, HttpConnection, request};
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};
use crate::tools::order;

const SENDERS: usize = 8;

/// Of so many callbacks, the till refuses one.
const REFUSED: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_hub_survives_kill_9_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    run_rounds(&HubFiles::in_folder(folder.path(), None)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_hub_survives_kill_9_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    if let Some(files) = postgres_files::on_postgresql("busy", folder.path()) {
        run_rounds(&files).await;
    }
}

async fn run_rounds(files: &HubFiles) {
    let rounds = number_from("PASSEPLAT_CRASH_ROUNDS").unwrap_or(3);
    let mut random = SeededRandom::from_variable("PASSEPLAT_CRASH_SEED");
    let mut hub = start(files).await;
    let apps = Apps::open(&hub).await;
    for number in 1..=rounds {
        apps.begin(&hub).await;
        let screen = tokio::spawn(read_stream(
            hub.url.clone(),
            apps.screen.clone(),
            apps.screened.clone(),
        ));
        let load = Load::begin(&hub, &apps.sender);
        load.wait_for(random.below(60) + 20).await;
        let job = apps.ask_for_missed(&hub).await;
        load.wait_for(random.below(60)).await;
        tokio::time::sleep(Duration::from_micros(random.below(30_000))).await;
        hub.kill().await.unwrap();
        screen.abort();
        let changes = load.end().await;
        hub = start(files).await;
        apps.await_job(&hub, &job).await;
        let doubles = apps.check(&hub, &changes).await;
        println!(
            "round {number}: {} orders, {doubles} callbacks came twice",
            changes.len()
        );
    }
    hub.kill().await.unwrap();
}

async fn start(files: &HubFiles) -> HubProcess {
    HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap()
}

/// How far each order is for sure: its statuses that were answered, as numbers.
type Changes = BTreeMap<String, usize>;

/// The statuses of an order, one after the other.
const STATUSES: [&str; 4] = ["new", "received", "accepted", "in_preparation"];

/// Asks the hub something over a connection of its own.
async fn ask(
    host: &str,
    line: (&str, &str),
    token: &str,
    body: Option<&Value>,
) -> Option<(u16, Value)> {
    let (method, path) = line;
    let mut connection = HttpConnection::open(host).await.ok()?;
    let body = body.map(Value::to_string);
    let bytes = request(method, host, path, token, body.as_deref());
    let answer = connection.exchange(&bytes).await.ok()?;
    let body = serde_json::from_slice(answer.body).unwrap_or_default();
    Some((answer.status, body))
}

/// Asks something that must be answered with success.
async fn ask_ok(hub: &HubProcess, line: (&str, &str), token: &str, body: Option<&Value>) -> Value {
    let host = http::host(&hub.url).unwrap();
    let (status, answer) = ask(&host, line, token, body).await.expect("an answer");
    assert_eq!(status, 200, "{line:?}: {answer}");
    answer
}

/// Orders that are placed and changed until the hub is gone.
struct Load {
    changes: Arc<Mutex<Changes>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Load {
    fn begin(hub: &HubProcess, token: &str) -> Self {
        let changes = Arc::<Mutex<Changes>>::default();
        let run = order::run_name();
        let send = |sender| {
            let host = http::host(&hub.url).unwrap();
            tokio::spawn(send(
                host,
                token.to_owned(),
                (run.clone(), sender),
                changes.clone(),
            ))
        };
        let tasks = (0..SENDERS).map(send).collect();
        Self { changes, tasks }
    }

    /// Waits until so many more orders are there.
    async fn wait_for(&self, more: u64) {
        let count = || self.changes.lock().unwrap().len() as u64;
        let wanted = count() + more;
        while count() < wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn end(self) -> Changes {
        for task in self.tasks {
            task.await.unwrap();
        }
        let changes = self.changes.lock().unwrap();
        changes.clone()
    }
}

async fn send(
    host: String,
    token: String,
    (run, sender): (String, usize),
    changes: Arc<Mutex<Changes>>,
) {
    for number in 1.. {
        let body = order::json(&order::reference(&run, sender, number));
        let body: Value = serde_json::from_str(&body).unwrap();
        let line = ("POST", "/v1/location/orders");
        let Some((200, made)) = ask(&host, line, &token, Some(&body)).await else {
            return;
        };
        let id = made["id"].as_str().unwrap().to_owned();
        changes.lock().unwrap().insert(id.clone(), 0);
        for (step, status) in STATUSES.iter().enumerate().skip(1) {
            let path = format!("/v1/location/orders/{id}");
            let body = json!({ "status": status });
            let Some((200, _)) = ask(&host, ("PATCH", &path), &token, Some(&body)).await else {
                return;
            };
            changes.lock().unwrap().insert(id.clone(), step);
        }
    }
}

/// What an app has seen of each order, in the order in which it came: event and status.
#[derive(Default)]
struct ReceivedChanges(BTreeMap<String, Vec<(String, usize)>>);

impl ReceivedChanges {
    fn add(&mut self, event: &Value) {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let status = text(&event["new_state"]["status"]);
        let step = STATUSES.iter().position(|it| *it == status);
        let of_order = self.0.entry(text(&event["order_id"])).or_default();
        of_order.push((text(&event["id"]), step.expect("a status")));
    }
}

#[derive(Clone, Default)]
struct Till {
    received: Arc<Mutex<ReceivedChanges>>,
    asked: Arc<AtomicU64>,
}

impl Till {
    async fn start() -> (Self, String) {
        let till = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/till", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/till", post(receive))
            .with_state(till.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (till, url)
    }
}

async fn receive(State(till): State<Till>, body: Bytes) -> StatusCode {
    if till.asked.fetch_add(1, Ordering::Relaxed) % REFUSED == 0 {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let event: Value = serde_json::from_slice(&body).unwrap();
    till.received.lock().unwrap().add(&event);
    StatusCode::OK
}

/// Reads the stream of a connection, and acknowledges each event.
async fn read_stream(url: String, token: String, received: Arc<Mutex<ReceivedChanges>>) {
    let (api, oauth) = (format!("{url}/v1"), format!("{url}/oauth2/v1"));
    let api = client::HubClient::new(&api, &oauth).unwrap();
    let screen = api.connection(token);
    let mut feed = screen.event_feed();
    while let Ok(event) = feed.next().await {
        let id = event.head.id.clone();
        let event = serde_json::to_value(&event).unwrap();
        received.lock().unwrap().add(&event);
        if screen.delete_event(&id).await.is_err() {
            return;
        }
    }
}

/// Those who follow the orders, by their tokens.
struct Apps {
    sender: String,
    till: String,
    screen: String,
    backlog: String,
    latecomer: String,
    tilled: Till,
    url: String,
    screened: Arc<Mutex<ReceivedChanges>>,
}

impl Apps {
    async fn open(hub: &HubProcess) -> Self {
        let merchant = Merchant::open(hub).await.unwrap();
        let app = async |name| merchant.new_client(hub, name).await.unwrap();
        let (tilled, url) = Till::start().await;
        let apps = Self {
            till: app("Caisse").await,
            screen: app("Ecran").await,
            backlog: app("Statistiques").await,
            latecomer: app("Fidelite").await,
            sender: merchant.token,
            tilled,
            url,
            screened: Arc::default(),
        };
        subscribe(hub, &apps.till, Some(&apps.url)).await;
        subscribe(hub, &apps.screen, None).await;
        subscribe(hub, &apps.backlog, None).await;
        apps
    }

    /// The latecomer is not there yet.
    async fn begin(&self, hub: &HubProcess) {
        ask_ok(hub, ("DELETE", "/v1/callback"), &self.latecomer, None).await;
    }

    /// The latecomer comes, and asks for everything that it has missed, which a job sends.
    async fn ask_for_missed(&self, hub: &HubProcess) -> Value {
        subscribe(hub, &self.latecomer, None).await;
        let wanted = json!({ "what": "missed", "since": "2020-01-01T00:00:00Z" });
        let line = ("POST", "/v1/callback/events/resend");
        ask_ok(hub, line, &self.latecomer, Some(&wanted)).await
    }

    /// Waits until the job goes on after the restart and comes to its end.
    async fn await_job(&self, hub: &HubProcess, job: &Value) {
        let path = format!("/v1/callback/events/resend/{}", job["id"].as_str().unwrap());
        loop {
            let job = ask_ok(hub, ("GET", &path), &self.latecomer, None).await;
            match job["state"].as_str() {
                Some("running") => tokio::time::sleep(Duration::from_millis(100)).await,
                state => return assert_eq!(state, Some("finished"), "{job}"),
            }
        }
    }

    /// Whether everybody has, or is still owed, each change that was answered. Says how many callbacks came
    /// twice.
    async fn check(&self, hub: &HubProcess, changes: &Changes) -> usize {
        // What is pending first: what is not pending now has come before.
        let mut held = BTreeMap::new();
        for token in [&self.till, &self.screen, &self.backlog, &self.latecomer] {
            held.insert(token, pending(hub, token).await);
        }
        let mut doubles = 0;
        for (token, received) in [
            (&self.till, &self.tilled.received),
            (&self.screen, &self.screened),
        ] {
            for (order, events) in &received.lock().unwrap().0 {
                let steps: Vec<usize> = events.iter().map(|event| event.1).collect();
                assert!(steps.is_sorted(), "{order} came as {steps:?}");
                let ids: BTreeSet<String> = events.iter().map(|event| event.0.clone()).collect();
                doubles += events.len() - ids.len();
                held.get_mut(token)
                    .unwrap()
                    .entry(order.clone())
                    .or_default()
                    .extend(ids);
            }
        }
        for (order, step) in changes {
            for (token, events) in &held {
                let ids = events.get(order).map_or(0, BTreeSet::len);
                // One more may have been on its way to be answered.
                assert!(
                    (step + 1..=step + 2).contains(&ids),
                    "{order} {step} {ids} {token}"
                );
            }
        }
        doubles
    }
}

async fn subscribe(hub: &HubProcess, token: &str, url: Option<&str>) {
    let wanted = json!({ "url": url, "events": { "order": ["create", "update"] } });
    ask_ok(hub, ("POST", "/v1/callback"), token, Some(&wanted)).await;
}

/// The events of each order that a connection has not acknowledged.
async fn pending(hub: &HubProcess, token: &str) -> BTreeMap<String, BTreeSet<String>> {
    let host = http::host(&hub.url).unwrap();
    let mut line = HttpConnection::open(&host).await.unwrap();
    let mut events = BTreeMap::<String, BTreeSet<String>>::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/callback/events?count=100{cursor}");
        let bytes = request("GET", &host, &path, token, None);
        let answer = line.exchange(&bytes).await.unwrap();
        answer.expect_ok().unwrap();
        let page: Vec<super::receiver::Event> = serde_json::from_slice(answer.body).unwrap();
        for event in page {
            events.entry(event.order_id).or_default().insert(event.id);
        }
        match answer.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return events,
        }
    }
}
