//! The form of how a location works: preparation time, order acceptance and opening hours. What is right is
//! decided by [`LocationPatch`], as for an app.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use wire::input::{self, Input};
use wire::location::{
    AcceptanceMode, CheckedLocationPatch, Day, Location, LocationPatch, OrderAcceptance, Slot,
};
use wire::problem::FieldError;
use wire::time::{Time, TimeOfDay};

use super::editing::{EditForm, FormValues};
use crate::office::form::FormFields;
use crate::office::frame::Frame;
use crate::office::translations::Translations;
use crate::office::widgets::{Field, SelectOption};

/// The opening hours of a day, as a line of text.
#[derive(Clone, Debug)]
pub struct DayField {
    /// `monday`, as the field is called.
    pub key: &'static str,
    /// What the day is called.
    pub label: &'static str,
    /// `11:45-14:15, 18:30-01:00`.
    pub slots: Field,
}

/// `GET` and `POST /settings/locations/{id}/hours`: fields `preparation_time`, `mode`, `extra_preparation_time`,
/// `resume_at`, `reason`, `cutoff_time`, `monday` to `sunday`, `revision`.
#[derive(Template)]
#[template(path = "settings/hours.html")]
pub struct HoursFormPage {
    /// The common part.
    pub frame: Frame,
    /// The location's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Minutes that preparing an order takes.
    pub preparation_time: Field,
    /// How orders are taken.
    pub modes: Vec<SelectOption>,
    /// Minutes on top, when busy.
    pub extra_preparation_time: Field,
    /// When orders are taken as usual again, in the location's time.
    pub resume_at: Field,
    /// A text for customers, when paused.
    pub reason: Field,
    /// When the business day ends.
    pub cutoff_time: Field,
    /// The opening hours.
    pub days: Vec<DayField>,
    /// Which values the form was filled with.
    pub revision: String,
}

/// The fields of the form.
#[derive(Clone, Debug, Default)]
pub(super) struct HoursForm {
    preparation_time: Field,
    mode: String,
    extra_preparation_time: Field,
    resume_at: Field,
    reason: Field,
    cutoff_time: Field,
    days: Vec<(Day, Field)>,
}

/// A time as a browser's field for date and time has it.
fn local_time(time: Time, zone: &TimeZone) -> String {
    time.at()
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M")
        .to_string()
}

/// The slots of a day as they are written in a line.
pub(in crate::office) fn slots_text(slots: &[Slot]) -> String {
    let texts = slots
        .iter()
        .map(|slot| format!("{}-{}", slot.from, slot.to));
    texts.collect::<Vec<_>>().join(", ")
}

/// Reads `9`, `9h`, `9h30`, `9.30` and `09:30`.
fn parse_time(text: &str) -> Option<TimeOfDay> {
    let text = text.trim().to_ascii_lowercase();
    let (hour, minute) = text
        .split_once([':', 'h', '.'])
        .unwrap_or((text.as_str(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(hour) && digits(minute) && [0, 2].contains(&minute.len())) {
        return None;
    }
    let minute = if minute.is_empty() { "0" } else { minute };
    TimeOfDay::new(hour.parse().ok()?, minute.parse().ok()?)
}

/// Reads the slots of a day: `11:45-14:15, 18:30-01:00`.
fn parse_slots(text: &str) -> Option<Vec<Slot>> {
    let parts = text.split([',', ';']).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (from, to) = part.split_once(['-', '–', '—'])?;
            Some(Slot {
                from: parse_time(from)?,
                to: parse_time(to)?,
            })
        })
        .collect()
}

impl EditForm for HoursForm {
    fn values(&self, words: &Translations) -> FormValues {
        let w = &words.location_settings;
        let mut values = vec![
            (w.preparation_time, self.preparation_time.value.clone()),
            (w.acceptance, self.mode_label(words)),
            (w.extra, self.extra_preparation_time.value.clone()),
            (w.resume_at, self.resume_at.value.clone()),
            (w.reason, self.reason.value.clone()),
            (w.cutoff_time, self.cutoff_time.value.clone()),
        ];
        let days = self.days.iter();
        values.extend(days.map(|(day, slots)| (w.day(*day), slots.value.clone())));
        FormValues(values)
    }
}

impl HoursForm {
    /// The form of a location as it is.
    pub(super) fn of(location: &Location, zone: &TimeZone) -> Self {
        let acceptance = &location.order_acceptance;
        let (extra, reason) = match acceptance {
            OrderAcceptance::Normal => (None, None),
            OrderAcceptance::Busy {
                extra_preparation_time,
                ..
            } => (Some(*extra_preparation_time), None),
            OrderAcceptance::Paused { reason, .. } => (None, reason.clone()),
        };
        let number = |it: Option<u32>| Field::of(it.map(|it| it.to_string()).unwrap_or_default());
        let resume_at = acceptance.resume_at().map(|time| local_time(time, zone));
        let hours = location.opening_hours.as_ref();
        let day = |day: &Day| {
            let slots = hours.and_then(|hours| hours.0.get(day));
            let text = slots.map(|slots| slots_text(slots)).unwrap_or_default();
            (*day, Field::of(text))
        };
        Self {
            preparation_time: number(location.preparation_time),
            mode: acceptance.mode().as_str().to_owned(),
            extra_preparation_time: number(extra),
            resume_at: Field::of(resume_at.unwrap_or_default()),
            reason: Field::of(reason.unwrap_or_default()),
            cutoff_time: Field::of(location.cutoff_time.to_string()),
            days: Day::ALL.iter().map(day).collect(),
        }
    }

    /// The form as it was sent. Slots are written as the form shows them, if they can be read.
    pub(super) fn read(posted: &FormFields) -> Self {
        let field = |name: &str| Field::of(posted.text(name).unwrap_or_default());
        let day = |day: &Day| {
            let typed = posted.text(day.as_str()).unwrap_or_default();
            let text = parse_slots(&typed).map_or(typed, |slots| slots_text(&slots));
            (*day, Field::of(text))
        };
        let mut form = Self {
            preparation_time: field("preparation_time"),
            mode: posted.get("mode").to_owned(),
            extra_preparation_time: field("extra_preparation_time"),
            resume_at: field("resume_at"),
            reason: field("reason"),
            cutoff_time: field("cutoff_time"),
            days: Day::ALL.iter().map(day).collect(),
        };
        form.drop_what_the_mode_has_not();
        form
    }

    /// The form has the fields of every mode; those of another one say nothing.
    fn drop_what_the_mode_has_not(&mut self) {
        let mode = self.mode.as_str();
        if mode != AcceptanceMode::Busy.as_str() {
            self.extra_preparation_time = Field::default();
        }
        if mode != AcceptanceMode::Paused.as_str() {
            self.reason = Field::default();
        }
        if mode == AcceptanceMode::Normal.as_str() {
            self.resume_at = Field::default();
        }
    }

    fn mode_label(&self, words: &Translations) -> String {
        let mode = AcceptanceMode::parse(&self.mode);
        mode.map_or_else(
            || self.mode.clone(),
            |mode| mode_label(words, mode).to_owned(),
        )
    }

    /// What the form asks for; else the form with what is wrong at each field. What is as `stored` shows it
    /// is not asked for.
    pub(super) fn check(
        mut self,
        words: &Translations,
        location: &Location,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<CheckedLocationPatch, Box<Self>> {
        self.complain_of_what_cannot_be_read(words);
        let stored = Self::of(location, zone);
        let body = Value::Object(self.body(&stored)).to_string();
        let Ok(Input::Good(patch)) = input::read::<LocationPatch>(body.as_bytes()) else {
            return Err(Box::new(self));
        };
        let checked = patch.check(location, zone);
        let checked = match checked {
            Ok(checked) => Some(checked),
            Err(problems) => {
                for problem in problems.errors() {
                    self.complain(words, problem);
                }
                None
            }
        };
        let acceptance = checked.as_ref().and_then(|it| it.order_acceptance.as_ref());
        let resume_at = acceptance.and_then(OrderAcceptance::resume_at);
        if resume_at.is_some_and(|time| time.at() <= now) {
            let field = std::mem::take(&mut self.resume_at);
            self.resume_at = field.wrong(words.location_settings.resume_past);
        }
        match checked {
            Some(checked) if !self.has_errors() => Ok(checked),
            _ => Err(Box::new(self)),
        }
    }

    fn has_errors(&self) -> bool {
        let fields = [
            &self.preparation_time,
            &self.extra_preparation_time,
            &self.resume_at,
            &self.reason,
            &self.cutoff_time,
        ];
        let days = self.days.iter().map(|(_, slots)| slots);
        fields.into_iter().chain(days).any(|it| it.error.is_some())
    }

    fn complain_of_what_cannot_be_read(&mut self, words: &Translations) {
        let w = &words.location_settings;
        for (_, slots) in &mut self.days {
            if parse_slots(&slots.value).is_none() {
                slots.error = Some(w.slot_wrong.to_owned());
            }
        }
        for minutes in [&mut self.preparation_time, &mut self.extra_preparation_time] {
            if !minutes.value.is_empty() && minutes.value.parse::<i64>().is_err() {
                minutes.error = Some(w.minutes_wrong.to_owned());
            }
        }
        match parse_time(&self.cutoff_time.value) {
            Some(time) => self.cutoff_time.value = time.to_string(),
            None => self.cutoff_time.error = Some(w.time_wrong.to_owned()),
        }
    }

    /// The body of the request with which an app would ask for what differs.
    fn body(&self, stored: &Self) -> Map<String, Value> {
        let mut body = Map::new();
        let number = |field: &Field| field.value.parse::<i64>().ok();
        if self.preparation_time.value != stored.preparation_time.value {
            body.insert(
                "preparation_time".to_owned(),
                json!(number(&self.preparation_time)),
            );
        }
        if self.cutoff_time.value != stored.cutoff_time.value && self.cutoff_time.error.is_none() {
            body.insert("cutoff_time".to_owned(), json!(self.cutoff_time.value));
        }
        let acceptance = |form: &Self| {
            let fields = [&form.extra_preparation_time, &form.resume_at, &form.reason];
            (form.mode.clone(), fields.map(|field| field.value.clone()))
        };
        if acceptance(self) != acceptance(stored) {
            let filled = |field: &Field| Some(field.value.clone()).filter(|it| !it.is_empty());
            let wanted = json!({
                "mode": self.mode,
                "extra_preparation_time": number(&self.extra_preparation_time),
                "resume_at": filled(&self.resume_at),
                "reason": filled(&self.reason),
            });
            body.insert("order_acceptance".to_owned(), wanted);
        }
        let texts = |form: &Self| -> Vec<String> {
            form.days.iter().map(|(_, it)| it.value.clone()).collect()
        };
        if texts(self) != texts(stored) {
            body.insert("opening_hours".to_owned(), self.opening_hours());
        }
        body
    }

    /// The opening hours; none when every day is empty.
    fn opening_hours(&self) -> Value {
        let read = |(day, field): &(Day, Field)| {
            let slots = parse_slots(&field.value).unwrap_or_default();
            (day.as_str().to_owned(), json!(slots))
        };
        if self.days.iter().all(|(_, field)| field.value.is_empty()) {
            return Value::Null;
        }
        Value::Object(self.days.iter().map(read).collect())
    }

    /// Says at the field what the rule for apps has found wrong.
    fn complain(&mut self, words: &Translations, problem: &FieldError) {
        let w = &words.location_settings;
        let path = problem.field.as_str();
        let cutoff = self.cutoff_time.value.clone();
        let day = path.strip_prefix("opening_hours.");
        let (field, text) = if path == "opening_hours" {
            // No day has a slot that can be read, and one is not empty.
            let mut typed = self.days.iter_mut().filter(|(_, it)| !it.value.is_empty());
            let Some((_, slots)) = typed.next() else {
                return;
            };
            (slots, w.slot_wrong.to_owned())
        } else if let Some(rest) = day {
            let day = self
                .days
                .iter_mut()
                .find(|(day, _)| rest.starts_with(day.as_str()));
            let Some((_, slots)) = day else { return };
            let text = match problem.message.as_str() {
                "must be after from" => w.slot_order(&cutoff),
                "overlaps another slot" => w.slot_overlap.to_owned(),
                _ => w.slot_many.to_owned(),
            };
            (slots, text)
        } else if path.starts_with("order_acceptance.extra") {
            let text = match self.extra_preparation_time.value.as_str() {
                "" => w.minutes_missing,
                _ => w.minutes_wrong,
            };
            (&mut self.extra_preparation_time, text.to_owned())
        } else if path.starts_with("order_acceptance.resume") {
            (&mut self.resume_at, w.resume_wrong.to_owned())
        } else if path.starts_with("order_acceptance.reason") {
            (&mut self.reason, w.too_long.to_owned())
        } else if path.starts_with("preparation_time") {
            (&mut self.preparation_time, w.minutes_wrong.to_owned())
        } else {
            (&mut self.cutoff_time, w.time_wrong.to_owned())
        };
        field.error.get_or_insert(text);
    }

    /// The page of the form.
    pub(super) fn page(self, frame: Frame, location: &Location, revision: String) -> HoursFormPage {
        let words = frame.words;
        let modes = [
            AcceptanceMode::Normal,
            AcceptanceMode::Busy,
            AcceptanceMode::Paused,
        ];
        let mode = |mode: AcceptanceMode| {
            let is_chosen = mode.as_str() == self.mode;
            SelectOption::new(mode.as_str(), mode_label(words, mode), is_chosen)
        };
        let day = |(day, slots): (Day, Field)| DayField {
            key: day.as_str(),
            label: words.location_settings.day(day),
            slots,
        };
        HoursFormPage {
            frame,
            id: location.id.to_string(),
            name: location.name.clone(),
            preparation_time: self.preparation_time,
            modes: modes.map(mode).to_vec(),
            extra_preparation_time: self.extra_preparation_time,
            resume_at: self.resume_at,
            reason: self.reason,
            cutoff_time: self.cutoff_time,
            days: self.days.into_iter().map(day).collect(),
            revision,
        }
    }
}

/// What a way of taking orders is called.
pub(super) fn mode_label(words: &Translations, mode: AcceptanceMode) -> &'static str {
    let w = &words.location_settings;
    match mode {
        AcceptanceMode::Normal => w.normal,
        AcceptanceMode::Busy => w.busy,
        AcceptanceMode::Paused => w.paused,
    }
}
