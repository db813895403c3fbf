//! What time it is: the real clock, or one that a test moves.
//!
//! Nothing else in the hub reads the time of day (`clippy.toml` forbids it), so a test that owns the
//! clock owns every deadline, window and retry.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// A source of the present moment, in microseconds like everything we store.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// Stands still until [`Clock::advance`] moves it; microseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    /// The present moment, cut to microseconds.
    pub fn now(&self) -> Timestamp {
        let micros = match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one door to the clock"
            )]
            Self::Real => Timestamp::now().as_microsecond(),
            Self::Manual(micros) => micros.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Lets time pass before something is answered. A manual clock is moved instead, so that no test waits.
    pub(crate) async fn wait(&self, time: Duration) {
        match self {
            Self::Real => tokio::time::sleep(time).await,
            Self::Manual(_) => self.advance(time),
        }
    }

    /// Moves a manual clock forward; the real one cannot be moved.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(micros) = self {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}
