//! The text that Prometheus reads: what the rooms have counted, and what is looked up at this moment.
//! `docs/operations.md` explains every metric; a test holds the two together.

use std::fmt;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::Operations;
use crate::alarms::{self, AlarmKind};
use crate::dispatch::backlog::{self, Backlog};
use crate::hub::Hub;

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
struct QueueLabels {
    database: &'static str,
    queue: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
struct AlarmLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
struct WorkerLabels {
    worker: String,
}

type Gauges = Family<QueueLabels, Gauge<u64, AtomicU64>>;

/// All metrics of a hub at this moment.
pub(super) async fn text(operations: &Operations) -> Result<String, fmt::Error> {
    let hub = &operations.hub;
    let mut registry = Registry::with_prefix("passeplat");
    let version = env!("CARGO_PKG_VERSION");
    registry.register(
        "build",
        "The program that runs",
        Info::new(vec![("version", version)]),
    );
    requests(hub, &mut registry);
    databases(hub, &mut registry);
    callbacks(operations, &mut registry).await;
    open_alarms(operations, &mut registry).await;
    journal(hub, &mut registry);
    workers(hub, &mut registry);
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry)?;
    Ok(text)
}

fn requests(hub: &Hub, registry: &mut Registry) {
    let metrics = hub.metrics();
    registry.register(
        "http_requests",
        "Requests that were answered",
        metrics.requests.answers.clone(),
    );
    registry.register(
        "http_request_duration_seconds",
        "From the head of a request until its answer begins",
        metrics.requests.durations.clone(),
    );
    registry.register(
        "limit_refusals",
        "What a limit has refused",
        metrics.refusals.0.clone(),
    );
}

fn databases(hub: &Hub, registry: &mut Registry) {
    let measured = &hub.metrics().databases;
    registry.register(
        "transaction_duration_seconds",
        "From when somebody begins to wait for a transaction until its end is known",
        measured.transactions.clone(),
    );
    registry.register(
        "commit_group_transactions",
        "Transactions that were committed together",
        measured.groups.clone(),
    );
    let (waiting, workers, busy) = (Gauges::default(), Gauges::default(), Gauges::default());
    for (database, db) in [("hub", hub.db().clone()), ("journal", hub.journal().db())] {
        for (queue, load) in db.loads() {
            let labels = QueueLabels { database, queue };
            waiting.get_or_create(&labels).set(number(load.waiting));
            workers.get_or_create(&labels).set(number(load.workers));
            busy.get_or_create(&labels).set(number(load.busy));
        }
    }
    registry.register(
        "database_queue_length",
        "Transactions that wait for a connection with the database",
        waiting,
    );
    registry.register(
        "database_connections",
        "Connections with the database",
        workers,
    );
    registry.register(
        "database_connections_busy",
        "Connections with the database that have a transaction in hand",
        busy,
    );
}

async fn callbacks(operations: &Operations, registry: &mut Registry) {
    let hub = &operations.hub;
    let callbacks = &hub.metrics().callbacks;
    registry.register(
        "callback_attempt_duration_seconds",
        "From the beginning of a callback's attempt until its outcome is known",
        callbacks.attempts.clone(),
    );
    registry.register(
        "callbacks_given_up",
        "Callbacks that will not be tried again",
        callbacks.given_up.clone(),
    );
    registry.register(
        "callbacks_in_flight",
        "Callbacks that are being sent",
        callbacks.in_flight.clone(),
    );
    if let Some(age) = hub.dispatch_pulse().age(hub.clock()) {
        registry.register(
            "dispatcher_round_age_seconds",
            "Since the dispatcher has last looked for callbacks to send",
            ConstGauge::new(age.as_secs_f64()),
        );
    }
    // Without an answer there is no number either.
    if let Some(behind) = dispatch_backlog(operations).await {
        let now = hub.clock().now();
        let age = behind.since.map_or(0.0, |since| {
            now.duration_since(since).as_secs_f64().max(0.0)
        });
        registry.register(
            "callback_backlog_connections",
            "Connections that have callbacks due",
            ConstGauge::new(behind.connections),
        );
        registry.register(
            "callback_backlog_age_seconds",
            "For how long the oldest callback has been due",
            ConstGauge::new(age),
        );
    }
}

/// What is due; none when the database does not say so in time.
async fn dispatch_backlog(operations: &Operations) -> Option<Backlog> {
    let Operations { hub, readiness } = operations;
    let ask = || {
        let hub = hub.clone();
        async move { hub.read("operations.backlog", backlog::look).await.ok() }
    };
    readiness.backlog.get(hub.clock(), ask).await?
}

/// The alarms that are open; none when the database does not say so in time.
async fn open_alarms(operations: &Operations, registry: &mut Registry) {
    let Operations { hub, readiness } = operations;
    let ask = || {
        let hub = hub.clone();
        async move {
            let counted = hub.read("operations.alarms", alarms::count_open_by_kind);
            counted.await.ok()
        }
    };
    let Some(Some(counts)) = readiness.alarms.get(hub.clock(), ask).await else {
        return;
    };
    let gauges = Family::<AlarmLabels, Gauge>::default();
    for kind in AlarmKind::ALL {
        let found = counts.iter().find(|(of, _)| *of == kind);
        let count = found.map_or(0, |(_, count)| *count);
        let labels = AlarmLabels {
            kind: kind.as_str(),
        };
        gauges.get_or_create(&labels).set(count);
    }
    registry.register("alarms_open", "Alarms that are open", gauges);
}

fn journal(hub: &Hub, registry: &mut Registry) {
    let load = hub.journal().load();
    registry.register(
        "journal_queue_entries",
        "Entries of the journal that wait to be written",
        ConstGauge::new(number(load.entries)),
    );
    registry.register(
        "journal_queue_bytes",
        "Bytes of the bodies of these entries",
        ConstGauge::new(number(load.bytes)),
    );
    registry.register(
        "journal_lag_seconds",
        "For how long the oldest entry has waited",
        ConstGauge::new(load.lag.as_secs_f64()),
    );
    registry.register(
        "journal_entries_lost",
        "Entries that the journal does not have",
        hub.journal().lost_entries().0.clone(),
    );
}

fn workers(hub: &Hub, registry: &mut Registry) {
    let restarts = Family::<WorkerLabels, Counter>::default();
    for worker in hub.supervisor().workers() {
        let labels = WorkerLabels {
            worker: worker.name,
        };
        restarts.get_or_create(&labels).inc_by(worker.restarts);
    }
    registry.register(
        "worker_restarts",
        "Threads and tasks that ended by a fault and were started again",
        restarts,
    );
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
