//! Deliveries in plain words, from what the database says.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::{Attempt, Delivery, Outcome, State};
use crate::events::store::{self as events, State as Stage};
use crate::office::exchange::Body;
use crate::office::format;
use crate::office::words::Words;

/// Bytes of bodies on one page at most; what lies beyond is for download.
pub(crate) const MOST_BYTES: usize = 512 * 1024;

/// In which words, in which zone and at what moment something is told.
#[derive(Clone, Copy)]
pub(crate) struct Voice<'a> {
    pub words: &'static Words,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

impl Voice<'_> {
    pub(crate) fn at(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }

    pub(crate) fn in_full(&self, time: Timestamp) -> String {
        format::date_time_seconds(self.words.language, &self.at(time))
    }

    /// The time of day, with its date unless that is the date of `near`.
    fn time(&self, time: Timestamp, near: Timestamp) -> String {
        if self.at(time).date() == self.at(near).date() {
            format::time_of_day(&self.at(time))
        } else {
            self.in_full(time)
        }
    }

    pub(crate) fn took(&self, microseconds: i64) -> String {
        let milliseconds = u64::try_from(microseconds).unwrap_or_default() / 1_000;
        format::duration(self.words.language, milliseconds)
    }

    /// A body in what room a page has left.
    pub(crate) fn body(&self, text: &str, room: &mut usize, download: Option<String>) -> Body {
        if text.len() > *room {
            return self.too_long(download);
        }
        *room -= text.len();
        Body::of(text, download)
    }

    pub(crate) fn too_long(&self, download: Option<String>) -> Body {
        Body {
            text: String::new(),
            note: Some(self.words.journey.too_long.to_owned()),
            download,
        }
    }

    /// A delivery with its attempts; the caller says what is shown of the event and of each answer.
    pub(crate) fn delivery(
        &self,
        delivery: &events::Delivery,
        is_blocked: bool,
        event: Body,
        answer: impl Fn(&events::Attempt) -> Body,
    ) -> Delivery {
        let (words, app) = (self.words, delivery.client_name.as_str());
        let (state, said) = self.fate(delivery, is_blocked);
        let attempts = delivery.attempts.iter().map(|attempt| {
            let outcome = outcome(attempt);
            Attempt {
                number: words.journey.number(u64::from(attempt.number)),
                time: self.time(attempt.started_at, delivery.created_at),
                took: self.took(attempt.duration),
                badge: outcome.badge(),
                said: outcome.in_words(words, app),
                answer: answer(attempt),
            }
        });
        Delivery {
            app: app.to_owned(),
            badge: state.badge(words),
            said,
            next: self.next(state, delivery),
            attempts: attempts.collect(),
            event,
            discard: None,
        }
    }

    /// When it is tried again.
    pub(crate) fn next(&self, state: State, delivery: &events::Delivery) -> Option<String> {
        let due = delivery.due_at.filter(|_| state == State::Retrying)?;
        let words = &self.words.journey;
        (due > self.now).then(|| words.next_at(&self.time(due, self.now)))
    }

    /// How far a delivery got, and that in words.
    pub(crate) fn fate(&self, delivery: &events::Delivery, is_blocked: bool) -> (State, String) {
        let j = &self.words.journey;
        let app = delivery.client_name.as_str();
        let last = delivery.attempts.last().map(outcome);
        let in_words = |outcome: &Outcome| outcome.in_words(self.words, app);
        match delivery.state {
            Stage::Pending if is_blocked => (State::Blocked, j.paused.to_owned()),
            Stage::Pending => match (&last, delivery.due_at) {
                (Some(last), Some(_)) => (State::Retrying, in_words(last)),
                (_, None) => (State::Waiting, j.not_fetched(app)),
                (None, Some(due)) if due > self.now => (State::Waiting, j.in_line.to_owned()),
                (None, Some(_)) => (State::Waiting, j.under_way.to_owned()),
            },
            Stage::Acknowledged => match &last {
                Some(answered @ Outcome::Answered(200..400)) => {
                    (State::Acknowledged, in_words(answered))
                }
                Some(answered @ Outcome::Answered(400..500)) => {
                    (State::AcknowledgedAnyway, in_words(answered))
                }
                _ => {
                    let at = delivery.settled_at.unwrap_or(delivery.created_at);
                    let time = self.time(at, delivery.created_at);
                    (State::Acknowledged, j.fetched(app, &time))
                }
            },
            Stage::Expired if delivery.attempts.is_empty() => {
                (State::Expired, j.never_fetched(app))
            }
            Stage::Expired => {
                let tries = u64::from(delivery.tries);
                (State::Expired, j.gave_up(app, tries))
            }
            Stage::Deleted => (State::Discarded, j.not_sent_again.to_owned()),
        }
    }
}

/// How an attempt ended.
pub(crate) fn outcome(attempt: &events::Attempt) -> Outcome {
    Outcome::of(attempt.status, attempt.failure.as_deref(), &attempt.url)
}
