//! From POST to callback: how long until another program knows of an order.
//!
//! Orders are sent at a steady rate, whatever the answers do. Every subscriber has a server of
//! its own in this process. The clock starts when the request is written, or when it was due if
//! its connection was still busy, and stops when a subscriber has the whole callback.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use hdrhistogram::Histogram;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::counting::Orders;
use super::http::{Connection, request};
use super::load::{Creating, Work, histogram, on_own_thread};
use super::order;
use super::report::{Callbacks, Row};

/// How orders are sent and who is told.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The location and the token that creates.
    pub orders: Orders,
    /// A token per subscriber; each of a client of its own, or it would not hear of the orders.
    pub subscribers: Vec<String>,
    /// Orders per second.
    pub rate: u32,
    /// How long.
    pub length: Duration,
}

/// Connections that share the sending; each is free again long before its next turn.
const SENDERS: u32 = 16;

/// How late an order may leave without its lateness being counted: the timer's own grain.
const GRAIN: Duration = Duration::from_millis(2);

/// How long callbacks may still come after the last order.
const LAST_CALLBACKS: Duration = Duration::from_secs(30);

type Key = (usize, u32);

#[derive(Debug)]
struct Received {
    subscriber: usize,
    key: Key,
    at: Instant,
}

/// Sends the orders, waits for their callbacks, and takes the subscriptions away again.
pub async fn measure(plan: Plan) -> anyhow::Result<Callbacks> {
    on_own_thread(move || async move {
        let measured = measure_here(&plan).await;
        for token in &plan.subscribers {
            let _ = call(&plan.orders.host, "DELETE", token, None).await;
        }
        measured
    })
    .await?
}

async fn measure_here(plan: &Plan) -> anyhow::Result<Callbacks> {
    let run = order::run_name();
    let (tell, told) = unbounded_channel();
    for (subscriber, token) in plan.subscribers.iter().enumerate() {
        let url = receiver(subscriber, run.clone(), tell.clone()).await?;
        let wanted = json!({ "url": url, "events": { "order": ["create"] } }).to_string();
        call(&plan.orders.host, "POST", token, Some(&wanted)).await?;
    }
    drop(tell);

    let start = Instant::now() + Duration::from_millis(100);
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        senders.spawn(send(plan.clone(), run.clone(), sender, start));
    }
    let mut sent = Sent {
        at: BTreeMap::new(),
        answers: histogram()?,
        errors: 0,
        first_error: None,
    };
    for part in senders.join_all().await {
        sent.add(part?)?;
    }
    if sent.at.is_empty() {
        let why = sent.first_error.as_deref().unwrap_or("no reason");
        bail!("no order was accepted: {why}");
    }
    let heard = hear(told, &sent.at, plan.subscribers.len()).await?;

    let mut posts = Row::new("create at a steady rate", 16, &sent.answers, plan.length);
    posts.errors = sent.errors;
    posts.first_error = sent.first_error;
    let owed = sent.at.len() as u64 * plan.subscribers.len() as u64;
    let mut callbacks = Row::new(
        "POST to callback",
        plan.subscribers.len(),
        &heard.latencies,
        plan.length,
    );
    callbacks.lost = Some(owed - heard.distinct);
    callbacks.doubled = Some(heard.doubled);
    Ok(Callbacks {
        rate: plan.rate,
        posts,
        callbacks,
    })
}

struct Sent {
    /// When each acknowledged order left.
    at: BTreeMap<Key, Instant>,
    answers: Histogram<u64>,
    errors: u64,
    first_error: Option<String>,
}

impl Sent {
    fn add(&mut self, other: Self) -> anyhow::Result<()> {
        self.at.extend(other.at);
        self.answers.add(&other.answers)?;
        self.errors += other.errors;
        if self.first_error.is_none() {
            self.first_error = other.first_error;
        }
        Ok(())
    }
}

/// Every sixteenth order, on one connection, each at its time.
async fn send(plan: Plan, run: String, sender: u32, start: Instant) -> anyhow::Result<Sent> {
    let Orders { host, path, token } = &plan.orders;
    let mut connection = Connection::open(host)
        .await
        .context("cannot connect to the hub")?;
    let mut work = Creating::new(host, path, token, &run, sender as usize);
    let mut sent = Sent {
        at: BTreeMap::new(),
        answers: histogram()?,
        errors: 0,
        first_error: None,
    };
    let gap = Duration::from_secs(1) / plan.rate.max(1);
    let mut due = start + gap * sender;
    let mut number = 0;
    while due < start + plan.length {
        // Not a wait for something to happen: this is the rate.
        tokio::time::sleep_until(due.into()).await;
        let now = Instant::now();
        let left = if now < due + GRAIN { now } else { due };
        number += 1;
        let answer = connection.exchange(work.next()).await?;
        match work.answered(&answer) {
            Ok(()) => {
                sent.answers.saturating_record(micros(left.elapsed()));
                sent.at.insert((sender as usize, number), left);
            }
            Err(why) => {
                sent.errors += 1;
                sent.first_error.get_or_insert(why);
            }
        }
        due += gap * SENDERS;
    }
    Ok(sent)
}

struct Heard {
    latencies: Histogram<u64>,
    distinct: u64,
    doubled: u64,
}

/// Takes callbacks until every one that is owed has come, or none can be hoped for.
async fn hear(
    mut told: UnboundedReceiver<Received>,
    sent: &BTreeMap<Key, Instant>,
    subscribers: usize,
) -> anyhow::Result<Heard> {
    let mut heard = Heard {
        latencies: histogram()?,
        distinct: 0,
        doubled: 0,
    };
    let mut seen: BTreeMap<(usize, Key), ()> = BTreeMap::new();
    let owed = sent.len() as u64 * subscribers as u64;
    let deadline = tokio::time::Instant::now() + LAST_CALLBACKS;
    while heard.distinct < owed {
        let Ok(Some(received)) = tokio::time::timeout_at(deadline, told.recv()).await else {
            break;
        };
        // An order whose creation was not acknowledged owes nothing.
        let Some(left) = sent.get(&received.key) else {
            continue;
        };
        if seen
            .insert((received.subscriber, received.key), ())
            .is_some()
        {
            heard.doubled += 1;
            continue;
        }
        heard.distinct += 1;
        let took = received.at.saturating_duration_since(*left);
        heard.latencies.saturating_record(micros(took));
    }
    Ok(heard)
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}

#[derive(Deserialize)]
struct Event {
    new_state: NewState,
}

#[derive(Deserialize)]
struct NewState {
    r#ref: String,
}

#[derive(Clone)]
struct Subscriber {
    number: usize,
    run: String,
    tell: UnboundedSender<Received>,
}

/// Starts a subscriber's server; answers its address.
async fn receiver(
    number: usize,
    run: String,
    tell: UnboundedSender<Received>,
) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/callback", listener.local_addr()?);
    let router = Router::new()
        .route("/callback", post(take))
        .with_state(Subscriber { number, run, tell });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn take(State(subscriber): State<Subscriber>, body: Bytes) {
    let at = Instant::now();
    if let Ok(event) = serde_json::from_slice::<Event>(&body)
        && let Some(key) = order::of_run(&subscriber.run, &event.new_state.r#ref)
    {
        let _ = subscriber.tell.send(Received {
            subscriber: subscriber.number,
            key,
            at,
        });
    }
}

async fn call(host: &str, method: &str, token: &str, body: Option<&str>) -> anyhow::Result<()> {
    let mut connection = Connection::open(host)
        .await
        .context("cannot connect to the hub")?;
    let answer = connection
        .exchange(&request(method, host, "/v1/callback", token, body))
        .await?;
    answer
        .expect_ok()
        .map_err(|why| anyhow::anyhow!("{method} /v1/callback: {why}"))
}
