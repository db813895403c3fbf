//! When a callback is sent again, and how long a worker may hold it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wire::event::EventResource;

use super::attempt::AttemptResult;
use crate::config::EventSettings;
use crate::entropy::Entropy;

/// What a lease lasts beyond the time a receiver has to answer.
const LEASE_MARGIN: Duration = Duration::from_secs(10);

/// For how long a receiver may ask to be left alone: `Retry-After`.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);

/// Waits of orders are longer or shorter by up to so many thousandths, so that what failed together is
/// not sent again together.
const JITTER_THOUSANDTHS: i64 = 100;

/// The waits before each new attempt to send an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct RetrySchedule<'a> {
    /// In seconds.
    waits: &'a [u32],
    has_jitter: bool,
}

impl<'a> RetrySchedule<'a> {
    /// The schedule for an event: that of its connection, if it has one. Else somebody waits for an order
    /// and what belongs to it.
    pub(super) fn of(events: &'a EventSettings, tried: &'a AttemptResult) -> Self {
        if let Some(waits) = &tried.retry_seconds {
            return Self {
                waits,
                has_jitter: true,
            };
        }
        match tried.resource {
            EventResource::Order | EventResource::Delivery | EventResource::DeliveryQuote => Self {
                waits: &events.order_retry_seconds,
                has_jitter: true,
            },
            _ => Self {
                waits: &events.retry_seconds,
                has_jitter: false,
            },
        }
    }

    /// The seconds before the attempt after `tries` that count and have failed; none when that was the
    /// last of all.
    pub(super) fn wait(self, tries: u32) -> Option<u32> {
        let before = usize::try_from(tries).ok()?.saturating_sub(1);
        self.waits.get(before).copied()
    }

    /// Whether nothing follows after `tries` attempts that count and have failed.
    pub(super) fn is_last(self, tries: u32) -> bool {
        tries > 0 && self.wait(tries).is_none()
    }

    /// When to send again after `tries` attempts that count have failed, the last of them at `now`; none
    /// when that was the last of all. Not before `retry_after`, as the receiver has asked.
    pub(super) fn next(
        self,
        tries: u32,
        now: Timestamp,
        retry_after: Option<Duration>,
        entropy: &Entropy,
    ) -> Option<Timestamp> {
        if tries == 0 {
            return Some(now);
        }
        let mut milliseconds = i64::from(self.wait(tries)?) * 1_000;
        if self.has_jitter {
            let range = 2 * JITTER_THOUSANDTHS + 1;
            let drawn = i64::from(u32::from_be_bytes(entropy.bytes())) % range;
            milliseconds += milliseconds * (drawn - JITTER_THOUSANDTHS) / 1_000;
        }
        let asked = retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
        let asked = i64::try_from(asked.as_millis()).unwrap_or_default();
        Some(now + SignedDuration::from_millis(milliseconds.max(asked)))
    }
}

/// Reads the waits of a connection as they are stored: seconds, separated by commas.
pub(super) fn parse_waits(stored: &str) -> Arc<[u32]> {
    stored
        .split(',')
        .filter_map(|wait| wait.parse().ok())
        .collect()
}

/// The longest waits after one attempt, two, and so on, whatever the event is about: by the waits of a
/// connection, or else by the settings. What a receiver asks for beyond that is not part of it: after a jump
/// of the clock it is called sooner.
pub(super) fn longest_waits(events: &EventSettings, own: Option<&[u32]>) -> Vec<SignedDuration> {
    let with_jitter = |wait: u32| i64::from(wait) * (1_000 + JITTER_THOUSANDTHS) / 1_000;
    let (orders, others) = match own {
        Some(own) => (own, &[][..]),
        None => (&events.order_retry_seconds[..], &events.retry_seconds[..]),
    };
    let wait = |waits: &[u32], tries: usize| waits.get(tries).copied().unwrap_or(0);
    let tries = 0..orders.len().max(others.len());
    tries
        .map(|tries| {
            let orders = with_jitter(wait(orders, tries));
            SignedDuration::from_secs(orders.max(i64::from(wait(others, tries))))
        })
        .collect()
}

/// How long a worker holds what it claims.
pub(super) fn held_for(deadline: Duration) -> SignedDuration {
    let seconds = (deadline + LEASE_MARGIN).as_secs();
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Until when a worker that claims at `now` holds what it claims.
pub(super) fn lease(deadline: Duration, now: Timestamp) -> Timestamp {
    now + held_for(deadline)
}
