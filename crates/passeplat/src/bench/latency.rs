//! From POST to callback: how long until another program knows of an order.
//!
//! Orders are sent at a steady rate, whatever the answers do. Every subscriber has a port of its own in
//! this process. The clock stops when a subscriber has the whole callback.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::counting::OrderList;
use super::http::{HttpConnection, request};
use super::load::{histogram, run_on_own_thread};
use super::order::{self, OrderKey};
use super::receivers::{CallbackSink, ReceiverKind, Receivers};
use super::report::{BenchRow, CallbackStats};
use super::steady::{STEADY_SENDERS, SteadyPlan, micros, send_orders};

/// How orders are sent, and who is notified of them.
#[derive(Clone)]
pub struct CallbackPlan {
    /// The locations, and the token that creates at each.
    pub orders: Vec<OrderList>,
    /// Whoever is told. With several locations, the number of a subscriber's is the rest of the division of its own
    /// number by their count.
    pub subscribers: Vec<Subscriber>,
    /// Orders per second.
    pub rate: u32,
    /// How long.
    pub length: Duration,
}

/// A program that is told of orders.
#[derive(Clone)]
pub struct Subscriber {
    /// The token of a client of its own, or it would not hear of the orders.
    pub token: String,
    /// What its server does.
    pub kind: ReceiverKind,
}

impl Subscriber {
    /// One that takes whatever it is sent.
    pub fn healthy(token: &str) -> Self {
        Self {
            token: token.to_owned(),
            kind: ReceiverKind::Healthy,
        }
    }
}

impl CallbackPlan {
    /// Where the hub is.
    fn host(&self) -> anyhow::Result<&str> {
        let first = self.orders.first().context("no location to send to")?;
        Ok(&first.host)
    }

    /// Callbacks of these orders to subscribers that take them.
    fn expected(&self, sent: &BTreeMap<OrderKey, Instant>) -> u64 {
        let locations = self.orders.len();
        let mut healthy = vec![0; locations];
        for (number, subscriber) in self.subscribers.iter().enumerate() {
            healthy[number % locations] += u64::from(subscriber.kind == ReceiverKind::Healthy);
        }
        let keys = sent.keys();
        keys.map(|(connection, _)| healthy[connection % locations])
            .sum()
    }
}

/// How long the next callback is waited for after the last order.
const NEXT_CALLBACK_TIMEOUT: Duration = Duration::from_secs(30);

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
        for subscriber in &plan.subscribers {
            let _ = call(plan.host()?, "DELETE", &subscriber.token, None).await;
        }
        measured
    })
    .await?
}

async fn measure_here(plan: &CallbackPlan) -> anyhow::Result<CallbackStats> {
    let run = order::run_name();
    let (sender, received) = unbounded_channel();
    let sink: CallbackSink = Arc::new(move |subscriber, key| {
        let at = Instant::now();
        let _nobody_waits = sender.send(ReceivedCallback {
            subscriber,
            key,
            at,
        });
    });
    let kinds: Vec<ReceiverKind> = plan.subscribers.iter().map(|it| it.kind).collect();
    let receivers = Receivers::start(&run, &kinds, sink)?;
    for (subscriber, url) in plan.subscribers.iter().zip(&receivers.urls) {
        let wanted = json!({ "url": url, "events": { "order": ["create"] } }).to_string();
        call(plan.host()?, "POST", &subscriber.token, Some(&wanted)).await?;
    }

    let began = Instant::now();
    let sent = send_orders(SteadyPlan {
        orders: plan.orders.clone(),
        run,
        first_connection: 0,
        rate: plan.rate,
        length: plan.length,
        stop: Arc::default(),
    })
    .await?;
    let end = Instant::now();
    if sent.at.is_empty() {
        let why = sent.first_error.as_deref().unwrap_or("no reason");
        bail!("no order was accepted: {why}");
    }
    let expected = plan.expected(&sent.at);
    let tally = collect_callbacks(received, &sent.at, expected, end).await?;

    let senders = STEADY_SENDERS as usize;
    let name = "create at a steady rate";
    let mut posts = BenchRow::new(name, senders, &sent.answers, plan.length);
    posts.errors = sent.errors;
    posts.first_error = sent.first_error;
    let mut callbacks = BenchRow::new(
        "POST to callback",
        plan.subscribers.len(),
        &tally.latencies,
        // What piled up came later than the orders: its rate is the hub's, not that of the orders.
        if tally.in_time == expected {
            plan.length
        } else {
            tally.last_at.duration_since(began)
        },
    );
    callbacks.lost = Some(expected - tally.distinct);
    callbacks.doubled = Some(tally.doubled);
    Ok(CallbackStats {
        rate: plan.rate,
        posts,
        callbacks,
        pending_at_end: expected.saturating_sub(tally.in_time),
    })
}

struct CallbackTally {
    latencies: Histogram<u64>,
    distinct: u64,
    /// Those that came while orders were still sent.
    in_time: u64,
    /// When the last came, or `end`.
    last_at: Instant,
    doubled: u64,
}

/// Takes callbacks until every one that is expected has come, or none can be hoped for.
async fn collect_callbacks(
    mut received: UnboundedReceiver<ReceivedCallback>,
    sent: &BTreeMap<OrderKey, Instant>,
    expected: u64,
    end: Instant,
) -> anyhow::Result<CallbackTally> {
    let mut tally = CallbackTally {
        latencies: histogram()?,
        distinct: 0,
        in_time: 0,
        last_at: end,
        doubled: 0,
    };
    let mut recorded: BTreeMap<(usize, OrderKey), ()> = BTreeMap::new();
    while tally.distinct < expected {
        let next = tokio::time::timeout(NEXT_CALLBACK_TIMEOUT, received.recv());
        let Ok(Some(received)) = next.await else {
            break;
        };
        // An order whose creation was not acknowledged owes nothing.
        let Some(left) = sent.get(&received.key) else {
            continue;
        };
        if recorded
            .insert((received.subscriber, received.key), ())
            .is_some()
        {
            tally.doubled += 1;
            continue;
        }
        tally.distinct += 1;
        tally.last_at = tally.last_at.max(received.at);
        tally.in_time += u64::from(received.at <= end);
        let took = received.at.saturating_duration_since(*left);
        tally.latencies.saturating_record(micros(took));
    }
    Ok(tally)
}

async fn call(host: &str, method: &str, token: &str, body: Option<&str>) -> anyhow::Result<()> {
    let mut connection = HttpConnection::open(host)
        .await
        .context("cannot connect to the hub")?;
    let answer = connection
        .exchange(&request(method, host, "/v1/callback", token, body))
        .await?;
    answer
        .expect_ok()
        .map_err(|why| anyhow::anyhow!("{method} /v1/callback: {why}"))
}
