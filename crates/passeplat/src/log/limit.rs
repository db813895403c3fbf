//! One line per state: what says the same again and again is counted, and told now and then.
//!
//! The first of several equal lines passes. Those that follow are counted; every ten seconds in which
//! there were some, one line says how many (`repeated=1234`), the last time when there are no more.
//! Lines are equal when the same place in the program says the same with the same `error` of the same
//! part of the hub ([`IDENTIFYING_FIELDS`]). Only warnings and errors are looked at.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::{self, Write as _};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::line::LineFormat;

/// How often a state is told of.
pub(crate) const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// States that are told apart at most. Beyond them all lines of one place are one state, whatever they
/// say, and so no flood of different errors fills the memory or the disk.
const MAX_STATES: usize = 256;

/// Bytes that are kept of a field.
const MAX_FIELD_BYTES: usize = 1_000;

/// The fields by which lines are told apart: what happened, to which part of the hub, and which app's
/// connection it is that does not take its callbacks. Of requests, orders and events there are too many.
const IDENTIFYING_FIELDS: [&str; 8] = [
    "message",
    "error",
    "at",
    "file",
    "setting",
    "change",
    "app",
    "connection",
];

/// The lines that were written lately, and how often each was not.
#[derive(Debug, Default)]
pub(crate) struct RepeatLimit {
    states: Mutex<BTreeMap<u64, RepeatState>>,
}

#[derive(Debug)]
struct RepeatState {
    since: Instant,
    line: RepeatedLine,
}

/// A line that stands for others.
#[derive(Clone, Debug)]
pub(crate) struct RepeatedLine {
    level: Level,
    target: &'static str,
    fields: Vec<(&'static str, String)>,
    times: u64,
}

impl RepeatLimit {
    fn states(&self) -> MutexGuard<'_, BTreeMap<u64, RepeatState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a line is to be written, at this moment.
    fn should_write(&self, event: &Event<'_>, now: Instant) -> bool {
        let callsite = hash(|hasher| event.metadata().callsite().hash(hasher));
        let mut digest = Digest(DefaultHasher::new());
        // Errors are printed here, before anything is locked.
        event.record(&mut digest);
        let mut key = hash(|hasher| (callsite, digest.0.finish()).hash(hasher));
        let mut states = self.states();
        let mut selection = FieldSelection::All;
        if !states.contains_key(&key) && states.len() >= MAX_STATES {
            (key, selection) = (callsite, FieldSelection::Message);
        }
        if let Some(state) = states.get_mut(&key) {
            state.line.times = state.line.times.saturating_add(1);
            return false;
        }
        drop(states);
        let mut fields = FieldTexts(selection, Vec::new());
        event.record(&mut fields);
        let line = RepeatedLine {
            level: *event.metadata().level(),
            target: event.metadata().target(),
            fields: fields.1,
            times: 0,
        };
        match self.states().entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(RepeatState { since: now, line });
                true
            }
            // Somebody else was faster.
            Entry::Occupied(mut entry) => {
                entry.get_mut().line.times += 1;
                false
            }
        }
    }

    /// The lines that tell what was repeated; all of them at the end of the log.
    pub(crate) fn due(&self, now: Instant, is_end: bool) -> Vec<RepeatedLine> {
        let mut due = Vec::new();
        self.states().retain(|_, state| {
            if !is_end && now.saturating_duration_since(state.since) < REPORT_INTERVAL {
                return true;
            }
            if state.line.times == 0 {
                return false;
            }
            due.push(state.line.clone());
            state.line.times = 0;
            state.since = now;
            true
        });
        due
    }

    /// How long until something may be due; none when nothing is.
    pub(crate) fn wait(&self, now: Instant) -> Option<Duration> {
        let states = self.states();
        let first = states
            .values()
            .map(|state| state.since + REPORT_INTERVAL)
            .min()?;
        Some(first.saturating_duration_since(now))
    }
}

impl RepeatedLine {
    pub(crate) fn to_text(&self, form: LineFormat) -> String {
        let mut message = "";
        let mut fields = Vec::new();
        for (name, text) in &self.fields {
            match *name {
                "message" => message = text,
                name => fields.push((name, Value::from(text.as_str()))),
            }
        }
        fields.push(("repeated", self.times.into()));
        form.line(self.level, self.target, message, &fields)
    }
}

/// The limit as a part of the log.
pub(crate) struct RepeatFilter(pub(crate) Arc<RepeatLimit>);

impl<S: Subscriber> Layer<S> for RepeatFilter {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        // Levels are ordered by how much they tell.
        *event.metadata().level() > Level::WARN || self.0.should_write(event, Instant::now())
    }
}

fn hash(what: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut hasher = DefaultHasher::new();
    what(&mut hasher);
    hasher.finish()
}

/// Takes in what an event says, without keeping it.
struct Digest(DefaultHasher);

impl fmt::Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

impl Visit for Digest {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if IDENTIFYING_FIELDS.contains(&field.name()) {
            // An error that cannot be printed says nothing.
            let _printed = write!(self, "{}={value:?};", field.name());
        }
    }
}

/// Which fields a line has that stands for others.
#[derive(Clone, Copy, Eq, PartialEq)]
enum FieldSelection {
    All,
    Message,
}

/// Keeps what an event says.
struct FieldTexts(FieldSelection, Vec<(&'static str, String)>);

impl Visit for FieldTexts {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        let is_told = name == "message"
            || self.0 == FieldSelection::All && IDENTIFYING_FIELDS.contains(&name);
        if is_told {
            let mut text = TruncatedText(String::new());
            let _printed = write!(text, "{value:?}");
            self.1.push((name, text.0));
        }
    }
}

/// The beginning of a text.
struct TruncatedText(String);

impl fmt::Write for TruncatedText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let bytes_left = MAX_FIELD_BYTES.saturating_sub(self.0.len());
        let end = text.floor_char_boundary(bytes_left);
        self.0.push_str(text.get(..end).unwrap_or_default());
        Ok(())
    }
}
