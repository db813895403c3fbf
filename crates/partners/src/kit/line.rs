//! The line to the hub: what is wrong with it, since when, and what a person can do.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use client::Error;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::MutexGuard;

use super::clock::hour_minute;
use super::error_text::{connection_lost_text, error_text};
use super::language::Language;

/// A call that takes longer is shown as a slow line.
const MAX_CALL_DURATION: Duration = Duration::from_secs(5);

/// How long a busy hub is left alone when it does not say how long.
const DEFAULT_BUSY_WAIT: Duration = Duration::from_secs(60);

/// The longest time that is announced on screen.
const MAX_SHOWN_WAIT: Duration = Duration::from_secs(86_400);

/// What is wrong with the line of a connection.
#[derive(Clone, Debug)]
pub(crate) struct LineProblem {
    pub since: Timestamp,
    pub cause: LineFault,
}

/// Why calls of a connection fail.
#[derive(Clone, Debug)]
pub(crate) enum LineFault {
    /// The hub does not answer.
    Unreachable,
    /// The hub answered 401, with this message: blocked, suspended, or disconnected.
    Refused(String),
    /// The hub asks to wait.
    BusyUntil(Timestamp),
    /// Answers come late.
    Slow,
    /// The hub answers with something else, in French and in English.
    Failing { french: String, english: String },
}

/// The lines of an app's connections.
#[derive(Default)]
pub(crate) struct HubLine {
    problems: Mutex<BTreeMap<String, LineProblem>>,
    exchange: tokio::sync::Mutex<()>,
}

impl HubLine {
    /// Waits for the right to read something of the hub, or to change it, and to store the result: one
    /// after the other, so that the older of two states is never stored last.
    pub(crate) async fn exchange(&self) -> MutexGuard<'_, ()> {
        self.exchange.lock().await
    }

    /// What is wrong with the line of a connection.
    pub(crate) fn problem(&self, connection: &str) -> Option<LineProblem> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.get(connection).cloned()
    }

    /// Forgets what was wrong with the line of a connection.
    pub(crate) fn clear(&self, connection: &str) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.remove(connection);
    }

    /// Notes what came of a call. While a problem lasts, its beginning stays the same.
    pub(crate) fn record(
        &self,
        connection: &str,
        error: Option<&Error>,
        elapsed: Duration,
        (now, hub_name): (Timestamp, &str),
    ) {
        let cause = match error {
            None if elapsed > MAX_CALL_DURATION => Some(LineFault::Slow),
            None => None,
            Some(error) => fault(error, now, hub_name),
        };
        let Some(cause) = cause else {
            return self.clear(connection);
        };
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let old = problems.get(connection);
        let same = old.filter(|old| discriminant(&old.cause) == discriminant(&cause));
        let since = same.map_or(now, |old| old.since);
        problems.insert(connection.into(), LineProblem { since, cause });
    }
}

/// What a failed call says about the line; none if only the call was wrong.
fn fault(error: &Error, now: Timestamp, hub_name: &str) -> Option<LineFault> {
    let Some(refused) = error.api_error() else {
        return Some(if error.is_outage() {
            LineFault::Unreachable
        } else {
            failing(error, hub_name)
        });
    };
    match refused.status {
        401 => Some(LineFault::Refused(
            refused.message.clone().unwrap_or_default(),
        )),
        429 => {
            let shown = SignedDuration::try_from(busy_wait(error).min(MAX_SHOWN_WAIT));
            Some(LineFault::BusyUntil(now + shown.unwrap_or_default()))
        }
        500.. => Some(failing(error, hub_name)),
        _ => None,
    }
}

fn failing(error: &Error, hub_name: &str) -> LineFault {
    LineFault::Failing {
        french: error_text(Language::French, hub_name, error),
        english: error_text(Language::English, hub_name, error),
    }
}

/// How long a busy hub asks to be left alone.
pub(crate) fn busy_wait(error: &Error) -> Duration {
    let asked = error.api_error().and_then(|refused| refused.retry_after);
    asked.unwrap_or(DEFAULT_BUSY_WAIT)
}

impl LineProblem {
    /// The sentence above every page.
    pub(crate) fn text(&self, language: Language, hub_name: &str, zone: &TimeZone) -> String {
        let since = hour_minute(self.since, zone);
        match &self.cause {
            LineFault::Unreachable => language.t(
                format!("Hub injoignable depuis {since}. Les commandes arriveront dès son retour."),
                format!("Hub unreachable since {since}. Orders will come in once it is back."),
            ),
            LineFault::Refused(message) => refused_line_text(language, hub_name, message, &since),
            LineFault::BusyUntil(until) => {
                let until = hour_minute(*until, zone);
                language.t(
                    format!("{hub_name} demande de patienter : reprise à {until}."),
                    format!("{hub_name} asks to wait: going on at {until}."),
                )
            }
            LineFault::Slow => language.t(
                format!("{hub_name} répond lentement depuis {since}."),
                format!("{hub_name} has been answering slowly since {since}."),
            ),
            LineFault::Failing { french, english } => {
                let text = language.t(french.clone(), english.clone());
                language.t(
                    format!("{text} (depuis {since})"),
                    format!("{text} (since {since})"),
                )
            }
        }
    }
}

/// That the hub refuses a connection, with its own words.
pub(crate) fn refused_line_text(
    language: Language,
    hub_name: &str,
    message: &str,
    since: &str,
) -> String {
    let text = connection_lost_text(language, hub_name, message);
    let since = language.t(format!("depuis {since}"), format!("since {since}"));
    if message.is_empty() {
        format!("{text} ({since})")
    } else {
        format!("{text} ({message}, {since})")
    }
}
