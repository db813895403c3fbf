//! Orders at a steady rate, whatever the answers do.
//!
//! The clock of an order starts when its request is written, or when it was due if its connection was
//! still busy: a hub that stops for a second is seen to have done so.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use super::counting::OrderList;
use super::http::HttpConnection;
use super::load::{CreateLoad, LoadWorker, histogram};
use super::order::OrderKey;

/// Connections that share the sending; each is free again long before its next turn.
pub const STEADY_SENDERS: u32 = 16;

/// How late an order may leave without its lateness being counted: the timer's own grain.
const TIMER_RESOLUTION: Duration = Duration::from_millis(2);

/// What is sent, how fast, and until when.
#[derive(Clone)]
pub struct SteadyPlan {
    /// The location and the token that creates.
    pub orders: OrderList,
    /// The run's name, with which each ref begins.
    pub run: String,
    /// The number of the first connection in the refs.
    pub first_connection: usize,
    /// Orders per second.
    pub rate: u32,
    /// How long at most.
    pub length: Duration,
    /// Ends the sending before that.
    pub stop: Arc<AtomicBool>,
}

/// What became of the orders.
pub struct SentOrders {
    /// When each acknowledged order left.
    pub at: BTreeMap<OrderKey, Instant>,
    /// How long the answers took, in microseconds.
    pub answers: Histogram<u64>,
    /// Answers other than 200.
    pub errors: u64,
    /// The first of them.
    pub first_error: Option<String>,
}

impl SentOrders {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            at: BTreeMap::new(),
            answers: histogram()?,
            errors: 0,
            first_error: None,
        })
    }

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

/// Sends the orders, and waits until the last is answered.
pub async fn send_orders(plan: SteadyPlan) -> anyhow::Result<SentOrders> {
    let start = Instant::now() + Duration::from_millis(100);
    let mut senders = JoinSet::new();
    for sender in 0..STEADY_SENDERS {
        senders.spawn(send(plan.clone(), sender, start));
    }
    let mut sent = SentOrders::new()?;
    for part in senders.join_all().await {
        sent.add(part?)?;
    }
    Ok(sent)
}

/// Every sixteenth order, on one connection, each at its time.
async fn send(plan: SteadyPlan, sender: u32, start: Instant) -> anyhow::Result<SentOrders> {
    let OrderList { host, path, token } = &plan.orders;
    let mut connection = HttpConnection::open(host)
        .await
        .context("cannot connect to the hub")?;
    let number = plan.first_connection + sender as usize;
    let mut work = CreateLoad::new(host, path, token, &plan.run, number);
    let mut sent = SentOrders::new()?;
    let gap = Duration::from_secs(1) / plan.rate.max(1);
    let mut due = start + gap * sender;
    while due < start + plan.length && !plan.stop.load(Ordering::Relaxed) {
        // Not a wait for something to happen: this is the rate.
        tokio::time::sleep_until(due.into()).await;
        let now = Instant::now();
        let left = if now < due + TIMER_RESOLUTION {
            now
        } else {
            due
        };
        let answer = connection.exchange(work.next()).await?;
        match work.record(&answer) {
            Ok(()) => {
                sent.answers.saturating_record(micros(left.elapsed()));
                sent.at.extend(work.last_key().map(|key| (key, left)));
            }
            Err(why) => {
                sent.errors += 1;
                sent.first_error.get_or_insert(why);
            }
        }
        due += gap * STEADY_SENDERS;
    }
    Ok(sent)
}

/// A length in microseconds, as histograms count it.
pub fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}
