//! Looks five times a second whether the hub serves, from outside, each time over a new connection.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::books::{ACTIVE, Books};
use super::sender::{Addresses, Sender};
use crate::random::SeededRandom;

/// Between two looks.
const PROBE_INTERVAL: Duration = Duration::from_millis(200);

/// So many looks, one after the other, must end well before the hub is said to serve: one in
/// twenty-six sessions that works is not enough.
const PROBES_TO_SERVE: usize = 10;

/// The lane under which looks stand in the books.
pub const LANE: usize = 9_000;

/// The looks so far.
pub struct Watch {
    looks: Arc<Mutex<Vec<Probe>>>,
    changed: watch::Sender<()>,
    books: Books,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Probe {
    began: Instant,
    ended: Option<Instant>,
    /// The id of the order that was placed.
    order: Option<String>,
}

/// What the hub did after a trouble.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recovery {
    /// Until it took orders again.
    pub time_to_serve: Option<Duration>,
    /// Until every active receiver had heard of such an order.
    pub time_to_notify: Option<Duration>,
}

impl Watch {
    pub fn start(addresses: &Addresses, token: &str, books: &Books) -> Self {
        let looks = Arc::new(Mutex::new(Vec::new()));
        let changed = watch::Sender::default();
        let (addresses, token) = (addresses.clone(), token.to_owned());
        let (probes, probe_done, own_books) = (looks.clone(), changed.clone(), books.clone());
        let task = tokio::spawn(async move {
            let mut ticks = interval(PROBE_INTERVAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut under_way = JoinSet::new();
            for number in 1.. {
                ticks.tick().await;
                let sender = Sender::new(
                    &addresses,
                    &token,
                    &own_books,
                    SeededRandom::from_seed(number.into()),
                );
                under_way.spawn(look(sender, number, probes.clone(), probe_done.clone()));
                while under_way.try_join_next().is_some() {}
            }
        });
        Self {
            looks,
            changed,
            books: books.clone(),
            task,
        }
    }

    /// Waits until the hub serves after `end` of a trouble, or until it took too long.
    pub async fn recovery(&self, end: Instant, limit: Duration) -> Recovery {
        let (mut looked, mut heard) = (self.changed.subscribe(), self.books.subscribe());
        let mut recovery = Recovery::default();
        let wait = async {
            loop {
                recovery = self.since(end);
                if recovery.time_to_notify.is_some() {
                    return;
                }
                tokio::select! {
                    _ = looked.changed() => {}
                    _ = heard.changed() => {}
                }
            }
        };
        // The looks that show that it serves take some time themselves.
        let limit = limit + PROBE_INTERVAL * PROBES_TO_SERVE as u32;
        let _late = timeout(limit.saturating_sub(end.elapsed()), wait).await;
        recovery
    }

    fn since(&self, end: Instant) -> Recovery {
        let looks = self.looks.lock().unwrap();
        let first = looks.partition_point(|look| look.began < end);
        let row = looks[first..].windows(PROBES_TO_SERVE);
        let row = row.filter(|row| row.iter().all(|look| look.order.is_some()));
        let Some(good) = row.map(|row| row[0].clone()).next() else {
            return Recovery::default();
        };
        let after = |moment: Instant| moment.saturating_duration_since(end);
        let first_callbacks = (0..ACTIVE).map(|receiver| {
            self.books
                .first_callback_at(receiver, good.order.as_deref()?)
        });
        let first_callbacks = first_callbacks.collect::<Option<Vec<_>>>();
        Recovery {
            time_to_serve: good.ended.map(after),
            time_to_notify: first_callbacks
                .and_then(|moments| moments.into_iter().max())
                .map(after),
        }
    }

    /// Looks that began and ended in this time, and how many of them in vain.
    pub fn between(&self, from: Instant, until: Instant) -> (usize, usize) {
        let looks = self.looks.lock().unwrap();
        let first = looks.partition_point(|look| look.began < from);
        let ended = looks[first..]
            .iter()
            .filter(|look| look.ended.is_some_and(|ended| ended < until));
        let (mut all, mut failed) = (0, 0);
        for look in ended {
            all += 1;
            failed += usize::from(look.order.is_none());
        }
        (all, failed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn look(
    mut sender: Sender,
    number: u32,
    looks: Arc<Mutex<Vec<Probe>>>,
    tell: watch::Sender<()>,
) {
    let at = {
        let mut looks = looks.lock().unwrap();
        looks.push(Probe {
            began: Instant::now(),
            ended: None,
            order: None,
        });
        looks.len() - 1
    };
    let order = sender.place_order((LANE, number), false).await;
    {
        let mut looks = looks.lock().unwrap();
        looks[at].ended = Some(Instant::now());
        looks[at].order = order;
    }
    tell.send_replace(());
}
