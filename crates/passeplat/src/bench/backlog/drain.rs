//! Working off a backlog: from the first URL until every healthy app has everything, while others go
//! on sending orders.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::time::{MissedTickBehavior, interval};

use super::report::DrainStats;
use super::tally::CallbackCounts;
use super::{BacklogScene, MEANWHILE_CONNECTION, per_second, set_callback};
use crate::bench::http::HttpConnection;
use crate::bench::load::run_on_own_thread;
use crate::bench::order::OrderKey;
use crate::bench::receivers::{CallbackSink, ReceiverKind, Receivers};
use crate::bench::report::BenchRow;
use crate::bench::steady::{STEADY_SENDERS, SentOrders, SteadyPlan, send_orders};

/// Orders per second that are sent meanwhile.
const MEANWHILE_RATE: u32 = 50;
/// How long nothing may come before it is taken for lost: longer than the first retry waits, and an
/// attempt takes.
const STALL_TIMEOUT: Duration = Duration::from_secs(90);
/// How often is looked what has come.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(25);
/// Samples in the second that is the best.
const SAMPLES_PER_SECOND: usize = 40;
/// Nobody waits longer for a backlog.
const MAX_LENGTH: Duration = Duration::from_secs(24 * 3_600);

/// Works off the backlog, which `acknowledged` lists.
pub async fn measure(
    scene: &BacklogScene<'_>,
    mut acknowledged: Vec<OrderKey>,
) -> anyhow::Result<DrainStats> {
    let kinds = scene.plan.kinds.iter().enumerate();
    let healthy = kinds.filter(|(_, kind)| **kind == ReceiverKind::Healthy);
    let healthy: Vec<usize> = healthy.map(|(number, _)| number).collect();
    let counts = Arc::new(CallbackCounts::new(scene.tokens.len()));
    let sink: CallbackSink = {
        let counts = Arc::clone(&counts);
        Arc::new(move |app, key| counts.add(app, key))
    };
    let receivers = Receivers::start(&scene.run, &scene.plan.kinds, sink)?;

    let stop = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let sending = tokio::spawn(send_meanwhile(scene, Arc::clone(&stop)));
    let watch = Watch {
        counts: &counts,
        healthy: &healthy,
        began,
    };
    let target = acknowledged.len() as u64;
    let (urls_set, backlog) = tokio::try_join!(set_urls(scene, &receivers.urls), async {
        Ok(watch.until(|_, least| least >= target).await)
    })?;
    let url_seconds = urls_set.duration_since(began).as_secs_f64();
    let memory_mb = scene.hub.resident_mb();
    stop.store(true, Ordering::Relaxed);
    let sent = sending.await??;
    acknowledged.extend(sent.at.keys());
    let expected = acknowledged.len() as u64 * healthy.len() as u64;
    watch
        .until(|all, _| all >= expected && counts.missing(&healthy, &acknowledged) == 0)
        .await;

    let mut row = BenchRow::named("callbacks of the backlog", healthy.len());
    row.answered = backlog.callbacks;
    row.per_second = per_second(backlog.callbacks, backlog.took);
    row.lost = Some(counts.missing(&healthy, &acknowledged));
    row.doubled = Some(counts.progress(&healthy).0.doubled);
    Ok(DrainStats {
        seconds: backlog.took.as_secs_f64(),
        best_per_second: backlog.best,
        url_seconds,
        memory_mb,
        orders: meanwhile_row(&sent, backlog.took),
        callbacks: row,
    })
}

/// Sends orders over connections of its own until it is told to stop.
fn send_meanwhile(
    scene: &BacklogScene<'_>,
    stop: Arc<AtomicBool>,
) -> impl Future<Output = anyhow::Result<SentOrders>> + 'static {
    let plan = SteadyPlan {
        orders: vec![scene.orders.clone()],
        run: scene.run.clone(),
        first_connection: MEANWHILE_CONNECTION,
        rate: MEANWHILE_RATE,
        length: MAX_LENGTH,
        stop,
    };
    async move { run_on_own_thread(move || send_orders(plan)).await? }
}

fn meanwhile_row(sent: &SentOrders, took: Duration) -> BenchRow {
    let name = format!("create {MEANWHILE_RATE}/s meanwhile");
    let mut row = BenchRow::new(&name, STEADY_SENDERS as usize, &sent.answers, took);
    row.errors = sent.errors;
    row.first_error.clone_from(&sent.first_error);
    row
}

/// Gives every app its URL; answers when the last had it.
async fn set_urls(scene: &BacklogScene<'_>, urls: &[String]) -> anyhow::Result<Instant> {
    let host = &scene.orders.host;
    let mut connection = HttpConnection::open(host)
        .await
        .context("cannot connect to the hub")?;
    for (token, url) in scene.tokens.iter().zip(urls) {
        set_callback(&mut connection, host, token, Some(url)).await?;
    }
    Ok(Instant::now())
}

/// Watches what comes.
struct Watch<'a> {
    counts: &'a CallbackCounts,
    healthy: &'a [usize],
    began: Instant,
}

/// What came while something was waited for.
struct WatchedCallbacks {
    /// Callbacks in all.
    callbacks: u64,
    /// How long it took since the watch began.
    took: Duration,
    /// The most in one second.
    best: u64,
}

impl Watch<'_> {
    /// Waits until `is_over` says so of the callbacks in all, and of those of the backlog that every
    /// healthy app has at the least; or until nothing comes any more.
    async fn until(&self, is_over: impl Fn(u64, u64) -> bool) -> WatchedCallbacks {
        let mut ticks = interval(SAMPLE_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut samples: VecDeque<(Instant, u64)> = VecDeque::new();
        let mut best = 0.0_f64;
        let mut last_progress = Instant::now();
        let mut last_count = 0;
        loop {
            // Not only a wait: the samples are what is measured.
            ticks.tick().await;
            let (all, least) = self.counts.progress(self.healthy);
            let now = Instant::now();
            if all.orders > last_count {
                (last_count, last_progress) = (all.orders, now);
            }
            samples.push_back((now, all.orders));
            if samples.len() > SAMPLES_PER_SECOND
                && let Some((at, before)) = samples.pop_front()
            {
                best = best.max(per_second(all.orders - before, now - at));
            }
            if is_over(all.orders, least) || now > last_progress + STALL_TIMEOUT {
                let took = now - self.began;
                // All in less than a second has no best one.
                let best = best.max(per_second(all.orders, took));
                return WatchedCallbacks {
                    callbacks: all.orders,
                    took,
                    best: best as u64,
                };
            }
        }
    }
}
