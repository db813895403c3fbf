//! When a callback is tried again, and how long a worker may hold it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// What a lease lasts beyond the time a receiver has to answer.
const MARGIN: Duration = Duration::from_secs(10);

/// When to try again after `tries` attempts that count have failed, the last of them at `now`; none
/// when that was the last of all. `waits` are the seconds before each new attempt.
pub(super) fn next(waits: &[u32], tries: u32, now: Timestamp) -> Option<Timestamp> {
    if tries == 0 {
        return Some(now);
    }
    let wait = wait(waits, tries)?;
    Some(now + SignedDuration::from_secs(i64::from(wait)))
}

/// The seconds before the attempt after `tries` that count and have failed; none when that was the last of
/// all.
pub(super) fn wait(waits: &[u32], tries: u32) -> Option<u32> {
    let before = usize::try_from(tries).ok()?.saturating_sub(1);
    waits.get(before).copied()
}

/// Whether nothing follows after `tries` attempts that count and have failed.
pub(super) fn is_last(waits: &[u32], tries: u32) -> bool {
    tries > 0 && wait(waits, tries).is_none()
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
