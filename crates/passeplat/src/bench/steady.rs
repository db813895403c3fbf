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
    /// The locations, and the token that creates at each. They take turns.
    pub orders: Vec<OrderList>,
    /// The run's name, with which each ref begins.
    pub run: String,
    /// The number of the first connection in the refs; behind it, the number of the location is the rest of a
    /// division by the count of locations.
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

/// The orders of one sender, at one location after the other.
fn works_of(plan: &SteadyPlan, sender: usize) -> Vec<CreateLoad> {
    let count = plan.orders.len();
    // Where there are fewer locations than senders, several send to one.
    let numbers = (sender..count.max(sender + 1)).step_by(STEADY_SENDERS as usize);
    let shares = numbers.filter_map(|number| Some((number, plan.orders.get(number % count)?)));
    shares
        .map(|(number, OrderList { host, path, token })| {
            CreateLoad::new(host, path, token, &plan.run, plan.first_connection + number)
        })
        .collect()
}

/// Every sixteenth order, on one connection, each at its time.
async fn send(plan: SteadyPlan, sender: u32, start: Instant) -> anyhow::Result<SentOrders> {
    let mut works = works_of(&plan, sender as usize);
    let host = plan.orders.first().map(|orders| orders.host.as_str());
    let mut connection = HttpConnection::open(host.context("no location to send to")?)
        .await
        .context("cannot connect to the hub")?;
    let mut sent = SentOrders::new()?;
    let mut turn = 0;
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
        let index = turn % works.len();
        turn += 1;
        let work = works.get_mut(index).context("no location to send to")?;
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
