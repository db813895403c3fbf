//! When a callback is tried again, and how long a worker may hold it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// What a lease lasts beyond the time a receiver has to answer.
const MARGIN: Duration = Duration::from_secs(10);

/// When to try again after `tries` attempts that count have failed, the last of them at `now`; none
/// when that was the last of all. `waits` are the seconds before each new attempt.
pub(super) fn next(waits: &[u32], tries: u32, now: Timestamp) -> Option<Timestamp> {
    let Some(before) = tries.checked_sub(1) else {
        return Some(now);
    };
    let wait = waits.get(usize::try_from(before).ok()?)?;
    Some(now + SignedDuration::from_secs(i64::from(*wait)))
}

/// How long a worker holds what it claims.
pub(super) fn held_for(deadline: Duration) -> SignedDuration {
    let seconds = (deadline + MARGIN).as_secs();
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Until when a worker that claims at `now` holds what it claims.
pub(super) fn lease(deadline: Duration, now: Timestamp) -> Timestamp {
    now + held_for(deadline)
}
