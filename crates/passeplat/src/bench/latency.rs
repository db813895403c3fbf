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

use super::counting::OrderList;
use super::http::{Connection, request};
use super::load::{CreateLoad, LoadWorker, histogram, run_on_own_thread};
use super::order;
use super::report::{BenchRow, CallbackStats};

/// How orders are sent, and who is notified of them.
#[derive(Clone)]
pub struct CallbackPlan {
    /// The location and the token that creates.
    pub orders: OrderList,
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
const TIMER_RESOLUTION: Duration = Duration::from_millis(2);

/// How long callbacks may still come after the last order.
const LAST_CALLBACKS_TIMEOUT: Duration = Duration::from_secs(30);

type OrderKey = (usize, u32);

#[derive(Debug)]
struct ReceivedCallback {
    subscriber: usize,
    key: OrderKey,
    at: Instant,
}

/// Sends the orders, waits for their callbacks, and takes the subscriptions away again.
pub async fn measure(plan: CallbackPlan) -> anyhow::Result<CallbackStats> {
    run_on_own_thread(move || async move {
        let measured = measure_here(&plan).await;
        for token in &plan.subscribers {
            let _ = call(&plan.orders.host, "DELETE", token, None).await;
        }
        measured
    })
    .await?
}

async fn measure_here(plan: &CallbackPlan) -> anyhow::Result<CallbackStats> {
    let run = order::run_name();
    let (sender, received) = unbounded_channel();
    for (subscriber, token) in plan.subscribers.iter().enumerate() {
        let url = start_subscriber(subscriber, run.clone(), sender.clone()).await?;
        let wanted = json!({ "url": url, "events": { "order": ["create"] } }).to_string();
        call(&plan.orders.host, "POST", token, Some(&wanted)).await?;
    }
    drop(sender);

    let start = Instant::now() + Duration::from_millis(100);
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        senders.spawn(send(plan.clone(), run.clone(), sender, start));
    }
    let mut sent = SentOrders {
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
    let tally = collect_callbacks(received, &sent.at, plan.subscribers.len()).await?;

    let mut posts = BenchRow::new("create at a steady rate", 16, &sent.answers, plan.length);
    posts.errors = sent.errors;
    posts.first_error = sent.first_error;
    let expected = sent.at.len() as u64 * plan.subscribers.len() as u64;
    let mut callbacks = BenchRow::new(
        "POST to callback",
        plan.subscribers.len(),
        &tally.latencies,
        plan.length,
    );
    callbacks.lost = Some(expected - tally.distinct);
    callbacks.doubled = Some(tally.doubled);
    Ok(CallbackStats {
        rate: plan.rate,
        posts,
        callbacks,
    })
}

struct SentOrders {
    /// When each acknowledged order left.
    at: BTreeMap<OrderKey, Instant>,
    answers: Histogram<u64>,
    errors: u64,
    first_error: Option<String>,
}

impl SentOrders {
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
async fn send(
    plan: CallbackPlan,
    run: String,
    sender: u32,
    start: Instant,
) -> anyhow::Result<SentOrders> {
    let OrderList { host, path, token } = &plan.orders;
    let mut connection = Connection::open(host)
        .await
        .context("cannot connect to the hub")?;
    let mut work = CreateLoad::new(host, path, token, &run, sender as usize);
    let mut sent = SentOrders {
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
        let left = if now < due + TIMER_RESOLUTION {
            now
        } else {
            due
        };
        number += 1;
        let answer = connection.exchange(work.next()).await?;
        match work.record(&answer) {
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

struct CallbackTally {
    latencies: Histogram<u64>,
    distinct: u64,
    doubled: u64,
}

/// Takes callbacks until every one that is expected has come, or none can be hoped for.
async fn collect_callbacks(
    mut received: UnboundedReceiver<ReceivedCallback>,
    sent: &BTreeMap<OrderKey, Instant>,
    subscribers: usize,
) -> anyhow::Result<CallbackTally> {
    let mut tally = CallbackTally {
        latencies: histogram()?,
        distinct: 0,
        doubled: 0,
    };
    let mut seen: BTreeMap<(usize, OrderKey), ()> = BTreeMap::new();
    let expected = sent.len() as u64 * subscribers as u64;
    let deadline = tokio::time::Instant::now() + LAST_CALLBACKS_TIMEOUT;
    while tally.distinct < expected {
        let Ok(Some(received)) = tokio::time::timeout_at(deadline, received.recv()).await else {
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
            tally.doubled += 1;
            continue;
        }
        tally.distinct += 1;
        let took = received.at.saturating_duration_since(*left);
        tally.latencies.saturating_record(micros(took));
    }
    Ok(tally)
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
    sender: UnboundedSender<ReceivedCallback>,
}

/// Starts a subscriber's server; answers its address.
async fn start_subscriber(
    number: usize,
    run: String,
    sender: UnboundedSender<ReceivedCallback>,
) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/callback", listener.local_addr()?);
    let router = Router::new()
        .route("/callback", post(receive_callback))
        .with_state(Subscriber {
            number,
            run,
            sender,
        });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn receive_callback(State(subscriber): State<Subscriber>, body: Bytes) {
    let at = Instant::now();
    if let Ok(event) = serde_json::from_slice::<Event>(&body)
        && let Some(key) = order::of_run(&subscriber.run, &event.new_state.r#ref)
    {
        let _ = subscriber.sender.send(ReceivedCallback {
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
