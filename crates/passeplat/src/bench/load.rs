//! Load: so many connections, each asking again as soon as it was answered.
//!
//! The whole load runs on one thread of its own, so that it takes from the measured hub no more
//! than it must. Latencies are counted in the window after the warm-up; what was acknowledged is
//! remembered from the first request to the last, and can be counted afterwards.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use super::http::{HttpConnection, RawResponse, find, request};
use super::order::{self, OrderKey};
use super::report::BenchRow;

/// One connection's part: what it asks next, and what it makes of the answer.
pub trait LoadWorker: Send + 'static {
    /// The bytes of the next request.
    fn next(&mut self) -> &[u8];
    /// An answer came; an error is counted as one, and the first is shown.
    fn record(&mut self, answer: &RawResponse<'_>) -> Result<(), String>;
}

/// How long a load lasts.
#[derive(Clone, Copy, Debug)]
pub struct LoadDuration {
    /// Load that is not counted: caches fill, connections open.
    pub warm_up: Duration,
    /// Load that is counted.
    pub counted: Duration,
}

impl LoadDuration {
    /// So many seconds, after a warm-up of half a second.
    pub fn seconds(seconds: u64) -> Self {
        Self {
            warm_up: Duration::from_millis(500),
            counted: Duration::from_secs(seconds),
        }
    }
}

/// Runs `works`, a connection each, against `address` (`host:port`), and hands them back.
pub async fn run<W: LoadWorker>(
    name: &str,
    address: &str,
    works: Vec<W>,
    duration: LoadDuration,
) -> anyhow::Result<(BenchRow, Vec<W>)> {
    let connections = works.len();
    let address = address.to_owned();
    let parts = run_on_own_thread(move || async move {
        let start = Instant::now() + duration.warm_up;
        let mut running = JoinSet::new();
        for work in works {
            running.spawn(one_connection(
                address.clone(),
                work,
                start,
                start + duration.counted,
            ));
        }
        running.join_all().await
    })
    .await?;
    let mut sum = LoadResult::new()?;
    let mut works = Vec::with_capacity(connections);
    for part in parts {
        let (part, work) = part?;
        sum.add(&part)?;
        works.push(work);
    }
    let mut row = BenchRow::new(name, connections, &sum.latencies, duration.counted);
    row.errors = sum.errors;
    row.first_error = sum.first_error;
    Ok((row, works))
}

/// Runs a future on a thread with a runtime of its own, away from everything else.
pub async fn run_on_own_thread<F, T>(make: impl FnOnce() -> F + Send + 'static) -> anyhow::Result<T>
where
    F: Future<Output = T>,
    T: Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("bench load".to_owned())
        .spawn(move || {
            let _ = sender.send(runtime.block_on(make()));
        })?;
    receiver.await.context("the load stopped by itself")
}

struct LoadResult {
    latencies: Histogram<u64>,
    errors: u64,
    first_error: Option<String>,
}

impl LoadResult {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            latencies: histogram()?,
            errors: 0,
            first_error: None,
        })
    }

    fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.latencies.add(&other.latencies)?;
        self.errors += other.errors;
        if self.first_error.is_none() {
            self.first_error.clone_from(&other.first_error);
        }
        Ok(())
    }

    fn failed(&mut self, why: String) {
        self.errors += 1;
        self.first_error.get_or_insert(why);
    }
}

/// Microseconds, up to a minute, to three digits.
pub fn histogram() -> anyhow::Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}

/// How many times a broken connection is opened again before its part ends.
const MAX_REOPENINGS: usize = 5;

async fn one_connection<W: LoadWorker>(
    address: String,
    mut work: W,
    start: Instant,
    end: Instant,
) -> anyhow::Result<(LoadResult, W)> {
    let mut part = LoadResult::new()?;
    let open = || async {
        HttpConnection::open(&address)
            .await
            .context("cannot connect to the hub")
    };
    let mut connection = open().await?;
    let mut reopenings = 0;
    loop {
        let sent_at = Instant::now();
        if sent_at >= end {
            return Ok((part, work));
        }
        match connection.exchange(work.next()).await {
            Ok(answer) => {
                let now = Instant::now();
                match work.record(&answer) {
                    Ok(()) if now >= start && now <= end => {
                        let micros = u64::try_from((now - sent_at).as_micros()).unwrap_or(u64::MAX);
                        part.latencies.saturating_record(micros);
                    }
                    Ok(()) => {}
                    Err(why) => part.failed(why),
                }
            }
            Err(error) => {
                part.failed(format!("connection: {error}"));
                reopenings += 1;
                if reopenings > MAX_REOPENINGS {
                    return Ok((part, work));
                }
                connection = open().await?;
            }
        }
    }
}

/// Asks for the same few things over and over.
pub struct ReadLoad {
    requests: Arc<[Vec<u8>]>,
    at: usize,
}

impl ReadLoad {
    /// The parts of so many connections. They ask in turn, each beginning elsewhere in the row,
    /// so that they do not ask for the same at once. There must be one request at least.
    pub fn split(requests: Vec<Vec<u8>>, connections: usize) -> Vec<Self> {
        let requests: Arc<[Vec<u8>]> = requests.into();
        let apart = requests.len() / connections.max(1);
        (0..connections)
            .map(|number| Self {
                requests: requests.clone(),
                at: number * apart,
            })
            .collect()
    }
}

impl LoadWorker for ReadLoad {
    fn next(&mut self) -> &[u8] {
        self.at = (self.at + 1) % self.requests.len();
        &self.requests[self.at]
    }

    fn record(&mut self, answer: &RawResponse<'_>) -> Result<(), String> {
        answer.expect_ok()
    }
}

/// Creates orders, each with a ref of its own, and remembers which were acknowledged.
pub struct CreateLoad {
    run: String,
    /// Which of the connections this is; a part of each ref.
    pub connection: usize,
    number: u32,
    bytes: Vec<u8>,
    ref_at: usize,
    /// The numbers of the orders whose creation was answered with 200.
    pub acknowledged: Vec<u32>,
}

impl CreateLoad {
    /// The part of one connection in a run called `run` (see [`order::run_name`]).
    pub fn new(host: &str, path: &str, token: &str, run: &str, connection: usize) -> Self {
        let reference = order::reference(run, connection, 0);
        let bytes = request("POST", host, path, token, Some(&order::json(&reference)));
        let ref_at = find(&bytes, reference.as_bytes()).unwrap_or_default();
        Self {
            run: run.to_owned(),
            connection,
            number: 0,
            bytes,
            ref_at,
            acknowledged: Vec::new(),
        }
    }

    /// The last order that was acknowledged.
    pub fn last_key(&self) -> Option<OrderKey> {
        Some((self.connection, *self.acknowledged.last()?))
    }

    /// Every order that was acknowledged.
    pub fn keys(&self) -> impl Iterator<Item = OrderKey> + '_ {
        let numbers = self.acknowledged.iter();
        numbers.map(|number| (self.connection, *number))
    }
}

impl LoadWorker for CreateLoad {
    fn next(&mut self) -> &[u8] {
        self.number += 1;
        let reference = order::reference(&self.run, self.connection, self.number);
        self.bytes[self.ref_at..self.ref_at + reference.len()]
            .copy_from_slice(reference.as_bytes());
        &self.bytes
    }

    fn record(&mut self, answer: &RawResponse<'_>) -> Result<(), String> {
        answer.expect_ok()?;
        self.acknowledged.push(self.number);
        Ok(())
    }
}
