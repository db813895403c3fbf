//! Dispatches in plain words, from what the database says.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::{AttemptOutcome, AttemptView, DispatchProgress, DispatchView};
use crate::events::store::{self as events, DispatchState as Stage};
use crate::office::exchange::BodyView;
use crate::office::format;
use crate::office::translations::Translations;

/// Bytes of bodies on one page at most; what lies beyond is for download.
pub(crate) const MAX_PAGE_BODY_BYTES: usize = 512 * 1024;

/// In which words, in which zone and at what moment something is told.
#[derive(Clone, Copy)]
pub(crate) struct Phrasing<'a> {
    pub words: &'static Translations,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

impl Phrasing<'_> {
    pub(crate) fn at(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }

    pub(crate) fn full_timestamp(&self, time: Timestamp) -> String {
        format::date_time_seconds(self.words.language, &self.at(time))
    }

    /// The time of day, with its date unless that is the date of `near`.
    fn time(&self, time: Timestamp, near: Timestamp) -> String {
        if self.at(time).date() == self.at(near).date() {
            format::time_of_day(&self.at(time))
        } else {
            self.full_timestamp(time)
        }
    }

    pub(crate) fn duration_label(&self, microseconds: i64) -> String {
        let milliseconds = u64::try_from(microseconds).unwrap_or_default() / 1_000;
        format::duration(self.words.language, milliseconds)
    }

    /// A body in what room a page has left.
    pub(crate) fn body(&self, text: &str, room: &mut usize, download: Option<String>) -> BodyView {
        if text.len() > *room {
            return self.too_long(download);
        }
        *room -= text.len();
        BodyView::of(text, download)
    }

    pub(crate) fn too_long(&self, download: Option<String>) -> BodyView {
        BodyView {
            text: String::new(),
            note: Some(self.words.journey.too_long.to_owned()),
            download,
        }
    }

    /// A dispatch with its attempts; the caller says what is shown of the event and of each answer.
    pub(crate) fn dispatch(
        &self,
        dispatch: &events::Dispatch,
        is_blocked: bool,
        event: BodyView,
        answer: impl Fn(&events::Attempt) -> BodyView,
    ) -> DispatchView {
        let (words, app) = (self.words, dispatch.client_name.as_str());
        let (state, text) = self.dispatch_state(dispatch, is_blocked);
        let attempts = dispatch.attempts.iter().map(|attempt| {
            let outcome = outcome(attempt);
            AttemptView {
                number: words.journey.number(u64::from(attempt.number)),
                time: self.time(attempt.started_at, dispatch.created_at),
                took: self.duration_label(attempt.duration),
                badge: outcome.badge(),
                text: outcome.in_words(words, app),
                answer: answer(attempt),
            }
        });
        DispatchView {
            app: app.to_owned(),
            badge: state.badge(words),
            text,
            next: self.next(state, dispatch),
            attempts: attempts.collect(),
            event,
            discard: None,
            resend: None,
            fire: None,
        }
    }

    /// When it is tried again.
    pub(crate) fn next(
        &self,
        state: DispatchProgress,
        dispatch: &events::Dispatch,
    ) -> Option<String> {
        let due = dispatch
            .due_at
            .filter(|_| state == DispatchProgress::Retrying)?;
        let words = &self.words.journey;
        (due > self.now).then(|| words.next_at(&self.time(due, self.now)))
    }

    /// How far a dispatch got, and that in words.
    pub(crate) fn dispatch_state(
        &self,
        dispatch: &events::Dispatch,
        is_blocked: bool,
    ) -> (DispatchProgress, String) {
        let j = &self.words.journey;
        let app = dispatch.client_name.as_str();
        let last = dispatch.attempts.last().map(outcome);
        let in_words = |outcome: &AttemptOutcome| outcome.in_words(self.words, app);
        match dispatch.state {
            Stage::Pending if is_blocked => (DispatchProgress::Blocked, j.paused.to_owned()),
            Stage::Pending if let Some(fire_at) = dispatch.fire_at => {
                let time = self.time(fire_at, self.now);
                (DispatchProgress::Held, j.held_until(&time))
            }
            Stage::Pending => match (&last, dispatch.due_at) {
                (Some(last), Some(_)) => (DispatchProgress::Retrying, in_words(last)),
                (_, None) => (DispatchProgress::Waiting, j.not_fetched(app)),
                (None, Some(due)) if due > self.now => {
                    (DispatchProgress::Waiting, j.in_line.to_owned())
                }
                (None, Some(_)) => (DispatchProgress::Waiting, j.under_way.to_owned()),
            },
            Stage::Acknowledged => match &last {
                Some(answered @ AttemptOutcome::Answered(200..400)) => {
                    (DispatchProgress::Acknowledged, in_words(answered))
                }
                Some(answered @ AttemptOutcome::Answered(400..500)) => {
                    (DispatchProgress::AcknowledgedAnyway, in_words(answered))
                }
                _ => {
                    let at = dispatch.settled_at.unwrap_or(dispatch.created_at);
                    let time = self.time(at, dispatch.created_at);
                    (DispatchProgress::Acknowledged, j.fetched(app, &time))
                }
            },
            Stage::Expired if dispatch.attempts.is_empty() => {
                (DispatchProgress::Expired, j.never_fetched(app))
            }
            Stage::Expired => {
                let tries = u64::from(dispatch.tries);
                (DispatchProgress::Expired, j.gave_up(app, tries))
            }
            Stage::Deleted => (DispatchProgress::Discarded, j.not_sent_again.to_owned()),
            Stage::Superseded => (DispatchProgress::Superseded, j.newer_sent.to_owned()),
        }
    }
}

/// How an attempt ended.
pub(crate) fn outcome(attempt: &events::Attempt) -> AttemptOutcome {
    AttemptOutcome::of(attempt.status, attempt.failure.as_deref(), &attempt.url)
}
