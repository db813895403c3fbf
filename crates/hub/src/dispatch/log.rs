//! What the log says of callbacks: every attempt at `debug`; when a receiver begins to fail, and what is
//! given up, as a warning that names the shop and what follows.

use std::time::Duration;

use super::attempt::AttemptResult;
use super::schedule::RetrySchedule;

/// How often the log is told at most that one receiver fails, or no longer does.
const EVERY: Duration = Duration::from_secs(60);

/// What the log was told of a receiver.
#[derive(Debug, Default)]
pub(super) struct ReceiverLog {
    fails: bool,
    /// By what had passed on the clock.
    at: Option<Duration>,
}

impl ReceiverLog {
    /// Tells of an attempt that was made, when so much had passed.
    pub(super) fn tell(
        &mut self,
        tried: &AttemptResult,
        schedule: RetrySchedule<'_>,
        passed: Duration,
    ) {
        tell_of_attempt(tried);
        let fails = !tried.acknowledges();
        let is_soon = |at: Duration| passed.saturating_sub(at) < EVERY;
        if fails == self.fails || self.at.is_some_and(is_soon) {
            return;
        }
        (self.fails, self.at) = (fails, Some(passed));
        let key = &tried.key;
        let (account, connection) = (key.account.as_str(), key.connection.as_str());
        let location = tried.location.as_ref().map(|location| location.as_str());
        if !fails {
            tracing::info!(
                account,
                location,
                connection,
                "callbacks acknowledged again"
            );
        } else if let Some(seconds) = schedule.wait(tried.counted) {
            let (event, outcome) = (key.event.as_str(), tried.outcome_name());
            let status = tried.outcome.status.ok();
            tracing::warn!(
                account,
                location,
                connection,
                event,
                outcome,
                status,
                seconds,
                "callbacks failing, will be retried, later ones wait"
            );
        }
    }
}

fn tell_of_attempt(tried: &AttemptResult) {
    let key = &tried.key;
    let (account, connection) = (key.account.as_str(), key.connection.as_str());
    let (event, outcome) = (key.event.as_str(), tried.outcome_name());
    let (status, tries) = (tried.outcome.status.ok(), tried.number);
    let ms = tried.outcome.duration.as_millis();
    tracing::debug!(
        account,
        connection,
        event,
        tries,
        outcome,
        status,
        ms,
        "callback attempt completed"
    );
}

/// Tells of an event that is not tried again.
pub(super) fn tell_of_end(tried: &AttemptResult) {
    let key = &tried.key;
    let (account, connection) = (key.account.as_str(), key.connection.as_str());
    let location = tried.location.as_ref().map(|location| location.as_str());
    let (event, outcome) = (key.event.as_str(), tried.outcome_name());
    let (status, tries) = (tried.outcome.status.ok(), tried.number);
    tracing::warn!(
        account,
        location,
        connection,
        event,
        tries,
        outcome,
        status,
        "callback given up, the app is not notified of this event"
    );
}
