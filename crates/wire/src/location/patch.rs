//! Changing a location.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{AcceptanceMode, Day, Location, OpeningHours, OrderAcceptance, Slot};
use crate::custom_fields::CustomFields;
use crate::input::{Entries, Input};
use crate::patch::Patch;
use crate::problem::{NOT_A_VALID_KEY, Path, Problems};
use crate::schema::{self, Blanks, Schema, SchemaGenerator};
use crate::time::{Time, TimeInput, TimeOfDay};

/// Slots a day may have.
const MAX_SLOTS_PER_DAY: usize = 50;
/// Minutes that preparing may take: a week.
const MAX_PREPARATION_MINUTES: i64 = 7 * 24 * 60;

crate::input_struct! {
    /// A slot as sent.
    pub struct RawSlot {
        /// When it begins.
        from: TimeOfDay = "from",
        /// When it ends.
        to: TimeOfDay = "to",
    }
    needs "from", "to";
    refuses unknown;
}

crate::input_struct! {
    /// Order acceptance as sent.
    pub struct RawAcceptance {
        /// One of the modes.
        mode: AcceptanceMode = "mode",
        /// When orders are taken as usual again. `None` if that is not known.
        resume_at: TimeInput = "resume_at",
        /// Minutes on top of the preparation time.
        extra_preparation_time: i64 = "extra_preparation_time",
        /// A text for customers.
        reason: String = "reason",
    }
    needs "mode";
    refuses unknown;
    shape schema_by_mode;
}

crate::input_struct! {
    /// The body of `PATCH /location`, as sent.
    pub struct LocationPatch {
        /// The time at which the business day ends. It cannot be cleared.
        cutoff_time: TimeOfDay = "cutoff_time",
        /// Replaces all opening hours.
        opening_hours: Entries<Vec<Input<RawSlot>>> = "opening_hours",
        /// Minutes that preparing an order takes.
        preparation_time: i64 = "preparation_time",
        /// Whether orders are taken. It is replaced as a whole.
        order_acceptance: RawAcceptance = "order_acceptance",
        /// Merged into the custom fields that the location has.
        custom_fields: CustomFields = "custom_fields",
    }
    refuses unknown;
    shape by_day;
}

/// Each mode has keys of its own.
fn schema_by_mode(generator: &mut SchemaGenerator, whole: Schema) -> Schema {
    let blanks = Blanks::of::<TimeInput>();
    let of = |name: &str| whole.pointer(&format!("/properties/{name}")).cloned();
    let resume_at = schema::or_blank(generator, of("resume_at").unwrap_or_default(), blanks);
    let busy_minutes = json!({
        "description": "Minutes on top of the preparation time.",
        "type": ["integer", "string"],
        "pattern": r"^[+]?[0-9]+(\.0+)?$",
        "minimum": 0,
        "maximum": MAX_PREPARATION_MINUTES,
    });
    // The words stand in the modes: nothing refers to their list.
    generator.definitions_mut().remove("AcceptanceMode");
    // The key of another mode may be there as long as it says nothing.
    let nothing = json!({ "description": "Not for this mode.", "const": null });
    let nothing = schema::or_blank(generator, nothing, blanks);
    let mode = |mut word: Value| {
        word["description"] = "The mode.".into();
        word["type"] = "string".into();
        word
    };
    let modes = [
        json!({
            "title": "AcceptanceNormalInput",
            "properties": {
                "mode": mode(json!({ "enum": ["normal", "online"] })),
                "resume_at": nothing,
                "extra_preparation_time": nothing,
                "reason": nothing,
            },
            "required": ["mode"],
        }),
        json!({
            "title": "AcceptanceBusyInput",
            "properties": {
                "mode": mode(json!({ "const": "busy" })),
                "resume_at": resume_at,
                "extra_preparation_time": busy_minutes,
                "reason": nothing,
            },
            "required": ["mode", "extra_preparation_time"],
        }),
        json!({
            "title": "AcceptancePausedInput",
            "properties": {
                "mode": mode(json!({ "const": "paused" })),
                "resume_at": resume_at,
                "extra_preparation_time": nothing,
                "reason": of("reason"),
            },
            "required": ["mode"],
        }),
    ];
    let modes: Vec<Value> = modes
        .into_iter()
        .map(|mut mode| {
            mode["type"] = "object".into();
            mode["additionalProperties"] = false.into();
            mode
        })
        .collect();
    schema::of(json!({
        "description": "How the location takes orders: one of three modes. Each has its own members; those of another mode must be missing or `null`.",
        "oneOf": modes,
    }))
}

/// Opening hours have a key for each day at most; what cannot be cleared cannot be `null`.
fn by_day(generator: &mut SchemaGenerator, mut whole: Schema) -> Schema {
    let slots = schema::or_null(schema::request_schema::<Vec<Input<RawSlot>>>(generator));
    let blanks = Blanks::of::<Vec<Input<RawSlot>>>();
    let slots = schema::of(schema::or_blank(generator, slots.to_value(), blanks));
    let days: Vec<&str> = Day::ALL.iter().map(|day| day.as_str()).collect();
    let mut hours = schema::map_of(&days, &slots);
    hours["description"] =
        "Replaces all opening hours; a day that is not mentioned is a day off.".into();
    if let Some(property) = whole.pointer_mut("/properties/opening_hours") {
        *property = hours;
    }
    let own_keys = [
        (
            "cutoff_time",
            schema::request_schema::<TimeOfDay>(generator),
        ),
        (
            "order_acceptance",
            schema::request_schema::<RawAcceptance>(generator),
        ),
    ];
    for (key, schema) in own_keys {
        if let Some(property) = whole.pointer_mut(&format!("/properties/{key}")) {
            let description = property["description"].take();
            *property = schema.to_value();
            property["description"] = description;
        }
    }
    if let Some(property) = whole.pointer_mut("/properties/preparation_time") {
        property["minimum"] = 0.into();
        property["maximum"] = MAX_PREPARATION_MINUTES.into();
    }
    whole
}

/// A good change of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedLocationPatch {
    /// The end of the business day.
    pub cutoff_time: Option<TimeOfDay>,
    /// New opening hours, or none any more.
    pub opening_hours: Patch<OpeningHours>,
    /// Minutes.
    pub preparation_time: Patch<u32>,
    /// New order acceptance, as sent: a time to resume may have passed already.
    pub order_acceptance: Option<OrderAcceptance>,
    /// All custom fields after the merge.
    pub custom_fields: Option<CustomFields>,
}

impl LocationPatch {
    /// The change asked for, or everything that is wrong with it. Times without offset are read in
    /// the zone. Opening hours, also those that stay, must fit the cut-off time after the change.
    pub fn check(
        self,
        location: &Location,
        zone: &TimeZone,
    ) -> Result<CheckedLocationPatch, Problems> {
        let mut problems = Problems::new();
        let root = Path::ROOT;
        problems.refuse_keys(&root, &self.unknown);
        let path = root.key("cutoff_time");
        let cutoff_time = not_null(self.cutoff_time, &path, &mut problems);
        let path = root.key("opening_hours");
        let before = problems.errors().len();
        let opening_hours = match self.opening_hours.patch(&path, &mut problems) {
            Patch::Value(days) => Patch::Value(opening_hours(days, &path, &mut problems)),
            Patch::Null => Patch::Null,
            Patch::Absent => Patch::Absent,
        };
        let hours = match &opening_hours {
            Patch::Value(hours) => Some(hours),
            Patch::Absent if cutoff_time.is_some() => location.opening_hours.as_ref(),
            Patch::Absent | Patch::Null => None,
        };
        // Of a week that cannot be read it is not known whether it is empty.
        let is_read = problems.errors().len() == before;
        if let Some(hours) = hours.filter(|_| is_read) {
            hours.check(
                cutoff_time.unwrap_or(location.cutoff_time),
                &path,
                &mut problems,
            );
        }
        let path = root.key("preparation_time");
        let preparation_time = self
            .preparation_time
            .and_then(minutes)
            .patch(&path, &mut problems);
        let path = root.key("order_acceptance");
        let order_acceptance = not_null(self.order_acceptance, &path, &mut problems)
            .and_then(|raw| raw.check(zone, &path, &mut problems));
        let path = root.key("custom_fields");
        let custom_fields = self
            .custom_fields
            .and_then(|change| {
                location
                    .custom_fields
                    .merged(&change)
                    .map_err(|e| e.to_string())
            })
            .optional(&path, &mut problems);
        problems.unless_any(Some(CheckedLocationPatch {
            cutoff_time,
            opening_hours,
            preparation_time,
            order_acceptance,
            custom_fields,
        }))
    }
}

impl CheckedLocationPatch {
    /// The location after this change, which was checked against it, as it is at `now` in its zone:
    /// see [`Location::as_of`].
    pub fn apply_to(self, before: &Location, zone: &TimeZone, now: Timestamp) -> Location {
        let mut location = before.clone();
        if let Some(cutoff_time) = self.cutoff_time {
            location.cutoff_time = cutoff_time;
        }
        self.opening_hours.apply_to(&mut location.opening_hours);
        self.preparation_time
            .apply_to(&mut location.preparation_time);
        if let Some(order_acceptance) = self.order_acceptance {
            location.order_acceptance = order_acceptance;
        }
        if let Some(custom_fields) = self.custom_fields {
            location.custom_fields = custom_fields;
        }
        location.as_of(zone, now)
    }
}

fn not_null<T>(given: Input<T>, path: &Path<'_>, problems: &mut Problems) -> Option<T> {
    if given.is_absent() {
        None
    } else {
        given.required(path, problems)
    }
}

fn minutes(number: i64) -> Result<u32, String> {
    u32::try_from(number)
        .ok()
        .filter(|_| number <= MAX_PREPARATION_MINUTES)
        .ok_or_else(|| format!("must be between 0 and {MAX_PREPARATION_MINUTES}"))
}

fn opening_hours(
    days: Entries<Vec<Input<RawSlot>>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> OpeningHours {
    let mut hours = OpeningHours::default();
    for (name, slots) in days.0 {
        let path = path.key(&name);
        let Some(day) = Day::parse(&name) else {
            problems.add(&path, NOT_A_VALID_KEY);
            continue;
        };
        let slots = slots.each(
            &path,
            MAX_SLOTS_PER_DAY,
            problems,
            |slot, path, problems| {
                problems.refuse_keys(path, &slot.unknown);
                let from = slot.from.required(&path.key("from"), problems);
                let to = slot.to.required(&path.key("to"), problems);
                Some(Slot {
                    from: from?,
                    to: to?,
                })
            },
        );
        hours.0.insert(day, slots);
    }
    hours
}

impl RawAcceptance {
    /// The acceptance asked for. A key that does not belong to the mode is complained about, unless
    /// it is `null`.
    pub fn check(
        self,
        zone: &TimeZone,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<OrderAcceptance> {
        problems.refuse_keys(path, &self.unknown);
        let sent = Self {
            reason: self.reason.unless_blank(),
            ..self
        };
        let filled = sent.filled();
        let mode = sent.mode.required(&path.key("mode"), problems)?;
        let allowed: &[&str] = match mode {
            AcceptanceMode::Normal => &["mode"],
            AcceptanceMode::Busy => &["mode", "resume_at", "extra_preparation_time"],
            AcceptanceMode::Paused => &["mode", "resume_at", "reason"],
        };
        for key in filled {
            if !allowed.contains(&key) {
                problems.add(&path.key(key), NOT_A_VALID_KEY);
            }
        }
        if mode == AcceptanceMode::Normal {
            return Some(OrderAcceptance::Normal);
        }
        let resume_at = sent
            .resume_at
            .and_then(|time| time.resolve(zone).map_err(|refusal| refusal.to_string()))
            .optional(&path.key("resume_at"), problems)
            .map(|at| Time::new(at, zone));
        if mode == AcceptanceMode::Paused {
            let reason = sent.reason.optional(&path.key("reason"), problems);
            return Some(OrderAcceptance::Paused { resume_at, reason });
        }
        let path = path.key("extra_preparation_time");
        let extra_preparation_time = sent
            .extra_preparation_time
            .and_then(minutes)
            .required(&path, problems)?;
        Some(OrderAcceptance::Busy {
            resume_at,
            extra_preparation_time,
        })
    }
}
