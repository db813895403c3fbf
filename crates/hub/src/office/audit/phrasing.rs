//! An entry of the audit log in words.

use jiff::tz::TimeZone;
use serde_json::Value;
use wire::id::LocationId;
use wire::location::OpeningHours;

use super::{AuditLine, FieldChange};
use crate::alarms::AlarmKind;
use crate::audit::{AuditActorKind, AuditEntry};
use crate::office::format;
use crate::office::settings::{role_name, slots_text};
use crate::office::translations::Translations;
use crate::users::permissions::Permissions;

/// Shows entries of the audit log.
pub(crate) struct AuditView<'a> {
    pub words: &'static Translations,
    pub zone: &'a TimeZone,
    /// The locations whose names are known.
    pub locations: &'a [(LocationId, String)],
    /// Where the log can be narrowed; none beside it.
    pub path: Option<&'a str>,
}

/// Who has done something.
pub(crate) fn actor_name(words: &Translations, entry: &AuditEntry) -> String {
    match entry.actor_kind {
        AuditActorKind::Command => words.audit.command.to_owned(),
        AuditActorKind::User | AuditActorKind::App if entry.actor_name.is_empty() => {
            entry.actor_id.clone()
        }
        AuditActorKind::User | AuditActorKind::App => entry.actor_name.clone(),
    }
}

impl AuditView<'_> {
    /// An entry as a line.
    pub fn line(&self, entry: &AuditEntry) -> AuditLine {
        let (w, zoned) = (
            &self.words.audit,
            entry.created_at.to_zoned(self.zone.clone()),
        );
        let action = entry.known_action().map(|action| w.action_label(action));
        let is_name = entry.subject_name == entry.subject_id;
        AuditLine {
            time: format::date_time_seconds(self.words.language, &zoned),
            at: format::machine_time(&zoned),
            actor: actor_name(self.words, entry),
            actor_link: self.narrowed("who", &entry.actor_id),
            origin: self.origin(entry),
            action: action.map_or_else(|| entry.action.clone(), str::to_owned),
            subject: entry.subject_name.clone(),
            subject_id: match is_name {
                true => String::new(),
                false => entry.subject_id.clone(),
            },
            subject_link: self.narrowed("object", &entry.subject_id),
            location: entry.location.as_ref().map(|id| self.location(id)),
            changes: self.changes(entry),
        }
    }

    fn narrowed(&self, name: &str, value: &str) -> Option<String> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish();
        self.path.map(|path| format!("{path}?{query}"))
    }

    fn origin(&self, entry: &AuditEntry) -> String {
        let w = &self.words.audit;
        let origin = match entry.actor_kind {
            AuditActorKind::User => w.from_office,
            AuditActorKind::App => w.from_app,
            AuditActorKind::Command => w.from_command,
        };
        match entry.address.as_str() {
            "" => origin.to_owned(),
            address => format!("{origin} · {address}"),
        }
    }

    fn location(&self, id: &LocationId) -> String {
        let known = self.locations.iter().find(|(known, _)| known == id);
        known.map_or_else(|| id.to_string(), |(_, name)| name.clone())
    }

    /// What differs, in the order of the names of the fields.
    fn changes(&self, entry: &AuditEntry) -> Vec<FieldChange> {
        let fields = &entry.fields;
        let is_account = entry.location.is_none();
        let mut names: Vec<&String> = fields.before.keys().chain(fields.after.keys()).collect();
        names.sort();
        names.dedup();
        let changes = names.into_iter().map(|name| FieldChange {
            label: self
                .words
                .audit
                .field_label(name)
                .map_or_else(|| name.clone(), str::to_owned),
            before: self.value(name, fields.before.get(name), is_account),
            after: self.value(name, fields.after.get(name), is_account),
        });
        changes.collect()
    }

    fn value(&self, name: &str, value: Option<&Value>, is_account: bool) -> Option<String> {
        let words = self.words;
        Some(match value? {
            Value::Null => return None,
            Value::Bool(true) => words.audit.yes.to_owned(),
            Value::Bool(false) => words.audit.no.to_owned(),
            Value::String(text) if name == "opening_hours" => self.opening_hours(text),
            Value::String(text) if name == "order_acceptance" => self.acceptance(text),
            Value::String(text) => text.clone(),
            Value::Array(all) if name == "permissions" => {
                let held = Permissions::of_names(all.iter().filter_map(Value::as_str));
                role_name(words, held, is_account)
            }
            Value::Array(all) if name == "kinds" => {
                let kinds = all.iter().filter_map(Value::as_str);
                let kinds = kinds.filter_map(AlarmKind::parse);
                let labels: Vec<_> = kinds.map(|kind| words.alarms.kind_label(kind)).collect();
                labels.join(", ")
            }
            other => other.to_string(),
        })
    }

    /// The days on which a location opens, with their slots.
    fn opening_hours(&self, json: &str) -> String {
        let Ok(OpeningHours(days)) = serde_json::from_str(json) else {
            return json.to_owned();
        };
        let open = days.iter().filter(|(_, slots)| !slots.is_empty());
        let lines = open.map(|(day, slots)| {
            let day = self.words.location_settings.day(*day);
            format!("{day} {}", slots_text(slots))
        });
        lines.collect::<Vec<_>>().join(" · ")
    }

    /// How a location takes orders.
    fn acceptance(&self, mode: &str) -> String {
        let words = &self.words.location_settings;
        match mode {
            "normal" => words.normal.to_owned(),
            "busy" => words.busy.to_owned(),
            "paused" => words.paused.to_owned(),
            other => other.to_owned(),
        }
    }
}
