//! How it stands with one connection: known to its task, to what reads and writes over it, and to whoever
//! looks for one to close.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;

use super::{MIN_BYTES_PER_SECOND, Timeouts};
use crate::clock::Clock;

/// Never, and not at all.
const NEVER: u64 = u64::MAX;

/// How it stands with a connection. All times are what has passed on the hub's clock.
pub(super) struct ConnectionState {
    clock: Clock,
    timeouts: Timeouts,
    state: Mutex<TransferState>,
    /// Since when no request is under way and every answer is taken, in microseconds.
    idle_since: AtomicU64,
    /// When the task must look at the time.
    due: AlarmClock,
    /// When somebody who waits for a part of a body must.
    body_due: AlarmClock,
    is_closed: AtomicBool,
    is_stopping: AtomicBool,
}

#[derive(Clone, Copy)]
struct TransferState {
    stage: Stage,
    /// What is written and not taken.
    unsent: Option<Pace>,
    /// Whether nothing was written that belongs to a request.
    is_silent: bool,
}

#[derive(Clone, Copy)]
enum Stage {
    /// For the header of a request.
    Waits {
        since: Duration,
        is_first: bool,
        /// When its first byte came.
        begun: Option<Duration>,
    },
    /// A request is answered.
    Answers,
}

/// How a body comes, or an answer is taken.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    since: Duration,
    last: Duration,
    bytes: u64,
}

impl Pace {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            since: now,
            last: now,
            bytes: 0,
        }
    }

    pub(super) fn record_progress(&mut self, now: Duration, bytes: usize) {
        self.last = now;
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// When it is too slow unless it goes on before.
    fn deadline(&self, timeouts: &Timeouts) -> Duration {
        let at_rate = timeouts.slow + Duration::from_secs(self.bytes / MIN_BYTES_PER_SECOND);
        let in_all = self.since + timeouts.whole.min(at_rate);
        in_all.min(self.last + timeouts.gap)
    }
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    End,
    /// It ends since it sent what cannot be read, perhaps more than was looked at.
    Unread,
    /// It ends within a header, and its caller is told so.
    TooLate,
}

/// Somebody to be woken at a time.
struct AlarmClock {
    at: AtomicU64,
    waker: AtomicWaker,
}

impl AlarmClock {
    fn new() -> Self {
        Self {
            at: AtomicU64::new(NEVER),
            waker: AtomicWaker::new(),
        }
    }

    fn set(&self, at: Option<Duration>) {
        self.at.store(at.map_or(NEVER, micros), Ordering::SeqCst);
    }

    fn check_deadlines(&self, passed: Duration) {
        if micros(passed) >= self.at.load(Ordering::SeqCst) {
            self.waker.wake();
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(NEVER - 1)
}

/// A request that is being answered, until it is dropped.
pub(super) struct RequestGuard(Arc<ConnectionState>);

impl Drop for RequestGuard {
    fn drop(&mut self) {
        let now = self.0.clock.passed();
        let mut state = self.0.state();
        state.stage = Stage::Waits {
            since: now,
            is_first: false,
            begun: None,
        };
        // What is made is perhaps not taken yet.
        if state.unsent.is_none() {
            self.0.idle_since.store(micros(now), Ordering::SeqCst);
        }
    }
}

impl ConnectionState {
    pub(super) fn new(clock: Clock, timeouts: Timeouts) -> Self {
        let now = clock.passed();
        Self {
            clock,
            timeouts,
            state: Mutex::new(TransferState {
                stage: Stage::Waits {
                    since: now,
                    is_first: true,
                    begun: None,
                },
                unsent: None,
                is_silent: true,
            }),
            idle_since: AtomicU64::new(micros(now)),
            due: AlarmClock::new(),
            body_due: AlarmClock::new(),
            is_closed: AtomicBool::new(false),
            is_stopping: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, TransferState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // For whoever has all connections.

    /// Since when no request is under way and every answer is taken; none before.
    pub(super) fn idle_since(&self) -> Option<u64> {
        Some(self.idle_since.load(Ordering::SeqCst)).filter(|since| *since != NEVER)
    }

    /// Ends it; a request that began in this moment is answered.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.due.waker.wake();
    }

    /// Ends it once nothing is under way, half a header included.
    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.due.waker.wake();
    }

    /// Wakes those whose time has come.
    pub(super) fn check_deadlines(&self, passed: Duration) {
        self.due.check_deadlines(passed);
        self.body_due.check_deadlines(passed);
    }

    // For its task.

    pub(super) fn wake_later(&self, task: &Waker) {
        self.due.waker.register(task);
    }

    pub(super) fn is_told_to_end(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst) || self.is_stopping.load(Ordering::SeqCst)
    }

    /// What becomes of it now; if it goes on, its task is woken when that must be asked again.
    pub(super) fn verdict(&self) -> Verdict {
        let state = *self.state();
        let is_taken = state.unsent.is_none();
        let waits = match state.stage {
            Stage::Waits {
                since,
                is_first,
                begun,
            } => Some((since, is_first, begun)),
            Stage::Answers => None,
        };
        if let Some((_, _, begun)) = waits
            && is_taken
            && (self.is_closed.load(Ordering::SeqCst)
                || self.is_stopping.load(Ordering::SeqCst) && begun.is_none())
        {
            return Verdict::End;
        }
        // The time for the next header begins when an answer is taken.
        let awaits = waits.filter(|_| is_taken);
        let header = awaits.map(|(since, is_first, begun)| match (begun, is_first) {
            (_, true) => since + self.timeouts.header,
            (Some(begun), false) => begun + self.timeouts.header,
            (None, false) => since + self.timeouts.idle,
        });
        let taking = state.unsent.map(|pace| pace.deadline(&self.timeouts));
        let now = self.clock.passed();
        if taking.is_some_and(|due| due <= now) {
            return Verdict::End;
        }
        if header.is_some_and(|due| due <= now) {
            let has_begun = waits.is_some_and(|(_, _, begun)| begun.is_some());
            return match has_begun {
                true => Verdict::TooLate,
                false => Verdict::End,
            };
        }
        self.due.set([header, taking].into_iter().flatten().min());
        Verdict::GoOn
    }

    /// A request begins.
    pub(super) fn begin(self: &Arc<Self>) -> RequestGuard {
        let mut state = self.state();
        state.stage = Stage::Answers;
        state.is_silent = false;
        drop(state);
        self.idle_since.store(NEVER, Ordering::SeqCst);
        RequestGuard(Arc::clone(self))
    }

    // For what reads and writes.

    /// Notes that bytes have come from the client.
    pub(super) fn note_read(&self) {
        if let Stage::Waits { begun, .. } = &mut self.state().stage {
            begun.get_or_insert_with(|| self.clock.passed());
        }
    }

    /// Whether what is written now answers no request.
    pub(super) fn is_silent(&self) -> bool {
        self.state().is_silent
    }

    /// So many bytes were taken; none: they wait.
    pub(super) fn note_written_bytes(&self, bytes: Option<usize>) {
        let now = self.clock.passed();
        let mut state = self.state();
        match (&mut state.unsent, bytes) {
            (Some(pace), Some(bytes)) => pace.record_progress(now, bytes),
            (unsent @ None, None) => {
                *unsent = Some(Pace::new(now));
                self.idle_since.store(NEVER, Ordering::SeqCst);
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
    }

    /// All that was written was taken.
    pub(super) fn has_sent(&self) {
        let now = self.clock.passed();
        let mut state = self.state();
        let was_slow = state.unsent.take().is_some();
        state.is_silent = matches!(state.stage, Stage::Waits { .. });
        if was_slow && let Stage::Waits { since, begun, .. } = &mut state.stage {
            *since = now;
            *begun = begun.map(|_| now);
            self.idle_since.store(micros(now), Ordering::SeqCst);
        }
    }

    // For who waits for a body.

    pub(super) fn passed(&self) -> Duration {
        self.clock.passed()
    }

    /// Whether a body comes too slowly; if not, whoever waits is woken when that must be asked again.
    pub(super) fn is_too_slow(&self, pace: &Pace, waiting: &Waker) -> bool {
        self.body_due.waker.register(waiting);
        let due = pace.deadline(&self.timeouts);
        self.body_due.set(Some(due));
        due <= self.clock.passed()
    }

    /// Nobody waits for a body any more.
    pub(super) fn body_is_there(&self) {
        self.body_due.set(None);
    }
}
