//! One request per second for each key, kept by a queue in which urgent requests go first.
//!
//! Zelty counts requests per key and address and answers 429 to the next. So every request of a key takes a
//! turn here first. Turns are handed out by urgency, and among equals in the order of asking: an order
//! waits at most for the request that has its turn already, never behind the many requests of a catalog.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// How often a key may send: once per second.
pub const REQUEST_INTERVAL: Duration = Duration::from_secs(1);

/// The longest time that Zelty may ask for, whatever its answer says.
const MAX_HOLD: Duration = Duration::from_mins(10);

/// How urgent a request is; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// An order, its payments and its changes: somebody is hungry.
    Order,
    /// Somebody looks at a page and waits.
    Person,
    /// What is sold out, and whether the restaurant is open.
    Availability,
    /// The regular look for new orders.
    Poll,
    /// A catalog and other chores.
    Catalog,
}

/// Tells the time since some moment; a test moves it by hand.
#[derive(Clone, Debug)]
pub enum PaceClock {
    /// The machine's clock, as the time since that moment.
    Real(Instant),
    /// Stands still until a test sets it.
    Manual(watch::Receiver<Duration>),
}

impl PaceClock {
    /// The machine's clock.
    pub fn real() -> PaceClock {
        PaceClock::Real(Instant::now())
    }

    /// A clock that a test moves through the sender.
    pub fn manual() -> (watch::Sender<Duration>, PaceClock) {
        let (sender, receiver) = watch::channel(Duration::ZERO);
        (sender, PaceClock::Manual(receiver))
    }

    fn now(&self) -> Duration {
        match self {
            PaceClock::Real(start) => start.elapsed(),
            PaceClock::Manual(time) => *time.borrow(),
        }
    }

    async fn wait_until(&self, until: Duration) {
        match self {
            PaceClock::Real(start) => tokio::time::sleep_until(*start + until).await,
            PaceClock::Manual(time) => {
                let mut time = time.clone();
                if time.wait_for(|now| *now >= until).await.is_err() {
                    // Nobody can move the clock any more.
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

/// The place of a request in the queue: its urgency, then its number.
type QueuePlace = (Urgency, u64);

/// What the queue answers to one who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TurnAnswer {
    /// It is this one's turn, and was just taken.
    Taken,
    /// It is this one's turn then, unless somebody more urgent comes.
    At(Duration),
    /// Others go first.
    Behind,
}

/// Who waits, and when the next request may be sent.
#[derive(Debug, Default)]
struct PaceQueue {
    waiting: BTreeSet<QueuePlace>,
    next_number: u64,
    free_at: Duration,
}

impl PaceQueue {
    fn enter(&mut self, urgency: Urgency) -> QueuePlace {
        let place = (urgency, self.next_number);
        self.next_number += 1;
        self.waiting.insert(place);
        place
    }

    fn ask(&mut self, place: QueuePlace, now: Duration) -> TurnAnswer {
        if self.waiting.first() != Some(&place) {
            return TurnAnswer::Behind;
        }
        if now < self.free_at {
            return TurnAnswer::At(self.free_at);
        }
        self.waiting.remove(&place);
        self.free_at = now + REQUEST_INTERVAL;
        TurnAnswer::Taken
    }
}

/// The pace of one key. Clones share it; all who use a key must have the same.
#[derive(Clone, Debug)]
pub struct RequestPace(Arc<PaceState>);

#[derive(Debug)]
struct PaceState {
    clock: PaceClock,
    queue: Mutex<PaceQueue>,
    changed: Notify,
}

impl PaceState {
    fn queue(&self) -> MutexGuard<'_, PaceQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves the queue when whoever waits gives up.
struct PlaceGuard<'a> {
    state: &'a PaceState,
    place: QueuePlace,
}

impl Drop for PlaceGuard<'_> {
    fn drop(&mut self) {
        self.state.queue().waiting.remove(&self.place);
        self.state.changed.notify_waiters();
    }
}

impl RequestPace {
    /// A pace at which nothing was sent yet.
    pub fn new(clock: PaceClock) -> RequestPace {
        RequestPace(Arc::new(PaceState {
            clock,
            queue: Mutex::default(),
            changed: Notify::new(),
        }))
    }

    /// Waits until a request of that urgency may be sent.
    pub async fn turn(&self, urgency: Urgency) {
        let state = &*self.0;
        let guard = PlaceGuard {
            state,
            place: state.queue().enter(urgency),
        };
        state.changed.notify_waiters();
        loop {
            // Asked for before looking, so that no change is missed.
            let mut changed = std::pin::pin!(state.changed.notified());
            changed.as_mut().enable();
            let answer = state.queue().ask(guard.place, state.clock.now());
            match answer {
                TurnAnswer::Taken => return,
                TurnAnswer::Behind => changed.await,
                TurnAnswer::At(until) => {
                    tokio::select! {
                        () = state.clock.wait_until(until) => {}
                        () = changed => {}
                    }
                }
            }
        }
    }

    /// Sends nothing for so long, or ten minutes at most: Zelty asked for it.
    pub fn hold(&self, wait: Duration) {
        let until = self.0.clock.now() + wait.min(MAX_HOLD);
        let mut queue = self.0.queue();
        queue.free_at = queue.free_at.max(until);
    }

    /// Waits for so long, for a request that failed and will be repeated.
    pub async fn pause(&self, wait: Duration) {
        let until = self.0.clock.now() + wait.min(MAX_HOLD);
        self.0.clock.wait_until(until).await;
    }

    /// How many requests wait for their turn.
    pub fn waiting(&self) -> usize {
        self.0.queue().waiting.len()
    }
}
