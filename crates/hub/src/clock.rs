//! What time it is: the machine's clock, or one that a test moves, and how far it is to be trusted.
//!
//! Nothing else in the hub reads the time of day (`clippy.toml` forbids it), so a test that owns the
//! clock owns every deadline, window and retry.
//!
//! The time of day can be set, by a person or by a server of time; the time that has passed cannot.
//! Each look compares the two. When they no longer go together (NTP slews both alike; a step, or a
//! machine that slept, moves only the time of day), the clock has *jumped*, and for an hour nobody
//! knows which of the times is right:
//! - nothing is deleted: see [`Clock::is_trusted`];
//! - what may not end too soon is judged by the earliest time that it may be, what may not begin too
//!   soon is stamped with the latest: see [`Moment`];
//! - what waits, waits by what has passed: see [`Clock::jumps`].
//!
//! All of this holds, too, when the database or somebody else has another time: [`Clock::doubt`].

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// By how much the time of day may differ from the time that has passed: leap seconds, small steps.
const TOLERANCE: i64 = 10 * SECOND;

/// How long a jumped clock is not trusted.
const DOUBTED: i64 = 3_600 * SECOND;

/// How long a new time must have stood before it moves what people have set to a time of day.
const SETTLED: i64 = 60 * SECOND;

/// All numbers are microseconds.
const SECOND: i64 = 1_000_000;

/// When something was last done.
#[derive(Debug, Default)]
pub(crate) struct Pulse(Mutex<Option<Duration>>);

impl Pulse {
    fn last(&self) -> MutexGuard<'_, Option<Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is done now.
    pub(crate) fn beat(&self, clock: &Clock) {
        *self.last() = Some(clock.passed());
    }

    /// How long ago that was; none if it has not been done yet.
    pub(crate) fn age(&self, clock: &Clock) -> Option<Duration> {
        let last = *self.last();
        last.map(|last| clock.passed().saturating_sub(last))
    }
}

/// A source of the present moment, in microseconds like everything we store. Cheap to clone; clones
/// are the same clock.
#[derive(Clone, Debug)]
pub struct Clock {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: Source,
    /// The time of day less the time that had passed, when they last went together.
    offset: AtomicI64,
    /// What must have passed before the clock is trusted again.
    doubted_until: AtomicI64,
    /// What had passed at the last jump.
    jumped_at: AtomicI64,
    jumps: AtomicU64,
    /// The offsets that were known since the clock was last trusted, from the lowest to the highest.
    known: Mutex<(i64, i64)>,
}

#[derive(Debug)]
enum Source {
    /// The machine's, since this moment.
    Machine(Instant),
    /// Stands still until a test moves it.
    Manual(Mutex<Reading>),
}

/// One look at both clocks.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// The wall clock: time since 1970.
    wall: i64,
    /// Since the clock was made, by the monotonic clock.
    passed: i64,
}

impl Reading {
    fn offset(self) -> i64 {
        self.wall.saturating_sub(self.passed)
    }
}

/// The present moment, and between which times it certainly lies. The three are the same for as long
/// as the clock is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the clock says.
    pub now: Timestamp,
    /// The earliest time that it may be: for what must not end too soon.
    pub earliest: Timestamp,
    /// The latest time that it may be: the stamp of what is kept for a time from now on.
    pub latest: Timestamp,
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Self::new(Source::Machine(Instant::now()))
    }

    /// A clock that stands at `at` until it is moved.
    pub fn manual(at: Timestamp) -> Self {
        let wall = at.as_microsecond();
        Self::new(Source::Manual(Mutex::new(Reading { wall, passed: 0 })))
    }

    fn new(source: Source) -> Self {
        let offset = source.read().offset();
        Self {
            inner: Arc::new(Inner {
                source,
                offset: AtomicI64::new(offset),
                doubted_until: AtomicI64::new(i64::MIN),
                jumped_at: AtomicI64::new(i64::MIN),
                jumps: AtomicU64::new(0),
                known: Mutex::new((offset, offset)),
            }),
        }
    }

    /// The present moment, cut to microseconds.
    pub fn now(&self) -> Timestamp {
        timestamp(self.read().wall)
    }

    /// The present moment, and between which times it lies.
    pub fn moment(&self) -> Moment {
        let reading = self.read();
        let now = timestamp(reading.wall);
        if self.is_plausible(reading) {
            return Moment {
                now,
                earliest: now,
                latest: now,
            };
        }
        let (lowest, highest) = *self.lock_known();
        let at = |offset: i64| timestamp(offset.saturating_add(reading.passed));
        Moment {
            now,
            earliest: at(lowest).min(now),
            latest: at(highest).max(now),
        }
    }

    /// What has passed since the clock was made, whatever became of the time of day.
    pub fn passed(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.inner.source.read().passed).unwrap_or_default())
    }

    /// Whether the clock has gone evenly, and as other clocks do, for an hour or since it was made.
    /// Only then may anything be deleted because it is old.
    pub fn is_trusted(&self) -> bool {
        self.is_plausible(self.read())
    }

    /// Whether the last jump is a minute ago: then the new time holds for what people have set to a
    /// time of day.
    pub fn is_settled(&self) -> bool {
        let passed = self.read().passed;
        let jumped_at = self.inner.jumped_at.load(Ordering::SeqCst);
        jumped_at.saturating_add(SETTLED) <= passed
    }

    /// How often the clock has jumped: whoever keeps what waits until a time looks at it anew then.
    pub fn jumps(&self) -> u64 {
        let _looked = self.read();
        self.inner.jumps.load(Ordering::SeqCst)
    }

    /// Somebody else believes that it is `other`: for an hour it may be that, too.
    pub fn doubt(&self, other: Timestamp) {
        let reading = self.read();
        let other = Reading {
            wall: other.as_microsecond(),
            ..reading
        };
        let mut known = self.lock_known();
        self.widen(&mut known, reading, other.offset());
    }

    /// Lets time pass before something is answered. A manual clock is moved instead, so that no test waits.
    pub(crate) async fn wait(&self, time: Duration) {
        match self.inner.source {
            Source::Machine(_) => tokio::time::sleep(time).await,
            Source::Manual(_) => self.advance(time),
        }
    }

    /// Moves a manual clock forward; the real one cannot be moved.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(reading) = &self.inner.source {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            let mut reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
            reading.wall = reading.wall.saturating_add(by);
            reading.passed = reading.passed.saturating_add(by);
        }
    }

    /// Sets the time of day of a manual clock forward or back, without anything passing.
    pub fn jump(&self, by: SignedDuration) {
        if let Source::Manual(reading) = &self.inner.source {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            let mut reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
            reading.wall = reading.wall.saturating_add(by);
        }
    }

    fn lock_known(&self) -> MutexGuard<'_, (i64, i64)> {
        self.inner
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn is_plausible(&self, reading: Reading) -> bool {
        self.inner.doubted_until.load(Ordering::SeqCst) <= reading.passed
    }

    fn has_jumped(&self, reading: Reading) -> bool {
        let offset = self.inner.offset.load(Ordering::SeqCst);
        reading.offset().abs_diff(offset) >= TOLERANCE.unsigned_abs()
    }

    /// Reads both clocks, and notices a jump.
    fn read(&self) -> Reading {
        let reading = self.inner.source.read();
        if self.has_jumped(reading) {
            self.look_again()
        } else {
            reading
        }
    }

    fn look_again(&self) -> Reading {
        let mut known = self.lock_known();
        // A thread may have been held up between its looks at the two clocks, and another one may
        // have noticed the jump.
        let reading = self.inner.source.read();
        if !self.has_jumped(reading) {
            return reading;
        }
        let before = self.inner.offset.swap(reading.offset(), Ordering::SeqCst);
        self.inner.jumped_at.store(reading.passed, Ordering::SeqCst);
        self.widen(&mut known, reading, before);
        self.inner.jumps.fetch_add(1, Ordering::SeqCst);
        drop(known);
        let seconds = reading.offset().saturating_sub(before) / SECOND;
        tracing::warn!(
            seconds,
            "clock was set or machine slept, deletions paused for an hour"
        );
        reading
    }

    /// For an hour from now on it may be later or earlier, as this other offset says.
    fn widen(&self, known: &mut (i64, i64), reading: Reading, other: i64) {
        let offset = reading.offset();
        let (lowest, highest) = if self.is_plausible(reading) {
            (offset, offset)
        } else {
            *known
        };
        *known = (
            lowest.min(offset).min(other),
            highest.max(offset).max(other),
        );
        let until = reading.passed.saturating_add(DOUBTED);
        self.inner.doubted_until.store(until, Ordering::SeqCst);
    }
}

impl Source {
    fn read(&self) -> Reading {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one door to the clock"
            )]
            Self::Machine(since) => Reading {
                passed: i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX),
                wall: Timestamp::now().as_microsecond(),
            },
            Self::Manual(reading) => *reading.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// What a hub has found out by comparing its clock with what the database knows.
#[derive(Debug, Default)]
pub(crate) struct ClockComparison {
    state: Mutex<ComparisonState>,
}

#[derive(Debug, Default)]
pub(crate) struct ComparisonState {
    /// Whether the time at which a hub last ran has been looked at.
    pub has_begun: bool,
    /// What had passed when the time was last written down.
    pub written_at: Option<Duration>,
    /// Whether the server of the database has another time.
    pub differs: bool,
}

impl ClockComparison {
    pub fn state(&self) -> MutexGuard<'_, ComparisonState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
