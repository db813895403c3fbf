//! Callbacks: which events a connection is told of, and where (API, chapter Callbacks and events).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::event::{EventResource, EventType};
use crate::id::{EventId, LocationId, OrderId, ResendJobId};
use crate::input::{Entries, Input};
use crate::problem::{BLANK, NOT_A_VALID_KEY, NOT_IN_LIST, Path, Problems, too_long};
use crate::schema::{self, Blanks, JsonSchema, Schema, SchemaGenerator};
use crate::time::TimeInput;
use crate::word::words;

/// Characters a callback URL may have.
pub const MAX_CALLBACK_URL_CHARS: usize = 2_000;

/// The events subscribed to, by kind of thing. No list is empty, and each is in order.
pub type Subscriptions = BTreeMap<EventResource, Vec<EventType>>;

/// The callback of a connection. Without a URL it is passive: events wait until they are read. A
/// connection that has set none has a callback without a URL and without events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Callback {
    /// The URL that events are sent to, by POST.
    pub url: Option<String>,
    /// The events subscribed to.
    pub events: Subscriptions,
}

impl Callback {
    /// Whether such events are subscribed to.
    pub fn wants(&self, resource: EventResource, event: EventType) -> bool {
        self.events
            .get(&resource)
            .is_some_and(|types| types.contains(&event))
    }
}

crate::input_struct! {
    /// The body of `POST /callback`, as sent.
    pub struct NewCallback {
        /// The URL to send events to, by POST.
        url: String = "url",
        /// The events wanted.
        events: Entries<Vec<Input<String>>> = "events",
    }
    refuses unknown;
    shape by_resource;
}

/// Each kind of thing has its own event types.
fn by_resource(generator: &mut SchemaGenerator, mut whole: Schema) -> Schema {
    let pairs: Map<String, Value> = EventResource::ALL
        .iter()
        .map(|resource| {
            let mut types: Vec<&str> = resource
                .event_types()
                .iter()
                .map(|it| it.as_str())
                .collect();
            if *resource == EventResource::Catalog {
                types.push("upload");
            }
            let each = json!({ "type": "string", "enum": types });
            let list = json!({
                "description": "The events wanted of this kind of thing.",
                "type": ["array", "null"],
                "items": each,
            });
            let list = schema::or_blank(generator, list, Blanks::of::<Vec<Input<String>>>());
            (resource.as_str().to_owned(), list)
        })
        .collect();
    if let Some(events) = whole.pointer_mut("/properties/events") {
        let map = schema::of(json!({
            "description": "The events wanted, by kind of thing.",
            "type": "object",
            "properties": pairs,
            "additionalProperties": false,
        }));
        let map = schema::or_empty_array(generator, map);
        *events = schema::or_null(map).to_value();
    }
    if let Some(url) = whole.pointer_mut("/properties/url") {
        url["maxLength"] = MAX_CALLBACK_URL_CHARS.into();
        url["pattern"] = r"^\s*$|^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\s][^\s]*$".into();
    }
    whole
}

words! {
    /// Which events a job sends again.
    ResendKind {
        /// Those that were given up.
        Failed = "failed",
        /// Those that the connection would have been sent, had it been connected as it is now.
        Missed = "missed",
        /// Those that the connection was sent, whatever became of them.
        Matching = "matching",
    }
}

words! {
    /// How far a job is that sends events again.
    ResendState {
        /// It sends them.
        Running = "running",
        /// It was stopped before its end.
        Stopped = "stopped",
        /// It has come to its end.
        Finished = "finished",
    }
}

crate::input_struct! {
    /// The body of `POST /callback/events/resend`, as sent.
    pub struct ResendInput {
        /// Only events that were created then or later. Without a zone it is UTC.
        since: TimeInput = "since",
        /// `true` to count the events, and send none.
        dry_run: bool = "dry_run",
        /// Which events a job in the background sends again.
        what: ResendKind = "what",
        /// For a job: only events that were created before. Without a zone it is UTC.
        until: TimeInput = "until",
        /// For a job: only these events.
        events: Entries<Vec<Input<String>>> = "events",
        /// For a job: only events of that location.
        location_id: LocationId = "location_id",
        /// For a job: only events of that order.
        order_id: OrderId = "order_id",
    }
    needs "since";
    refuses unknown;
    shape by_resource;
}

/// Which events are sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResendRequest {
    /// Those that were created then or later.
    pub since: Timestamp,
    /// They are counted, and none is sent.
    pub dry_run: bool,
    /// What a job in the background sends; without one, what was given up is sent at once.
    pub job: Option<ResendJobRequest>,
}

/// Which events a job sends again, beside the time since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResendJobRequest {
    /// Which events.
    pub what: ResendKind,
    /// Only those that were created before.
    pub until: Option<Timestamp>,
    /// Only these; empty for all of them.
    pub events: Subscriptions,
    /// Only those of this location.
    pub location: Option<LocationId>,
    /// Only those of this order.
    pub order: Option<OrderId>,
}

impl ResendInput {
    /// What is asked for, or everything that is wrong with it.
    pub fn check(self) -> Result<ResendRequest, Problems> {
        let mut problems = Problems::new();
        let root = Path::ROOT;
        problems.refuse_keys(&root, &self.unknown);
        let in_utc = |time: TimeInput| {
            time.resolve(&TimeZone::UTC)
                .map_err(|refusal| refusal.to_string())
        };
        let since = self
            .since
            .and_then(in_utc)
            .required(&root.key("since"), &mut problems);
        let dry_run = self.dry_run.optional(&root.key("dry_run"), &mut problems);
        let what = self.what.optional(&root.key("what"), &mut problems);
        let until = self
            .until
            .and_then(in_utc)
            .optional(&root.key("until"), &mut problems);
        if since
            .zip(until)
            .is_some_and(|(since, until)| until <= since)
        {
            problems.add(&root.key("until"), "must be after since");
        }
        let events = self.events.optional(&root.key("events"), &mut problems);
        let location = self
            .location_id
            .optional(&root.key("location_id"), &mut problems);
        let order = self.order_id.optional(&root.key("order_id"), &mut problems);
        let is_job = what.is_some()
            || until.is_some()
            || events.is_some()
            || location.is_some()
            || order.is_some();
        let events = checked_events(events, &root.key("events"), &mut problems);
        let job = is_job.then(|| ResendJobRequest {
            what: what.unwrap_or(ResendKind::Failed),
            until,
            events,
            location,
            order,
        });
        problems.unless_any(since.map(|since| ResendRequest {
            since,
            dry_run: dry_run.unwrap_or_default(),
            job,
        }))
    }
}

/// What sending events again did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResentEvents {
    /// Events that were found, 1,000 at most; those of a job, 10,000 at most.
    pub found: u32,
    /// Events that are sent again.
    pub resent: u32,
    /// Whether there are more than were found: the same call sends them, and a job sends all.
    pub has_more: bool,
    /// The job in the background that sends them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<ResendJobId>,
    /// How far the job is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<ResendState>,
}

crate::input_struct! {
    /// The body of `POST /callback/events/acknowledge`, as sent.
    pub struct AcknowledgeInput {
        /// The ids of events, 1,000 at most.
        event_ids: Vec<Input<String>> = "event_ids",
    }
    needs "event_ids";
    refuses unknown;
}

/// Events that are acknowledged by one request at most: orders do not wait for more.
pub const MAX_ACKNOWLEDGED_EVENTS: usize = 1_000;

impl AcknowledgeInput {
    /// The ids, or everything that is wrong with them. What is no id of an event is left out.
    pub fn check(self) -> Result<Vec<EventId>, Problems> {
        let mut problems = Problems::new();
        let root = Path::ROOT;
        problems.refuse_keys(&root, &self.unknown);
        let path = root.key("event_ids");
        if self.event_ids.is_absent() {
            problems.add(&path, BLANK);
        }
        let most = MAX_ACKNOWLEDGED_EVENTS;
        let ids = self.event_ids.each(&path, most, &mut problems, |id, _, _| {
            EventId::parse(&id).ok()
        });
        problems.unless_any(Some(ids))
    }
}

/// What an acknowledgement of several events did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AcknowledgedEvents {
    /// Events that are acknowledged by it.
    pub acknowledged: u32,
}

impl NewCallback {
    /// The callback asked for, or everything that is wrong with it. Empty lists are dropped, the
    /// former `catalog.upload` is `catalog.update`. Whether the scope permits the events, and the
    /// hub the URL, is for the hub to say.
    pub fn check(self) -> Result<Callback, Problems> {
        let mut problems = Problems::new();
        let root = Path::ROOT;
        problems.refuse_keys(&root, &self.unknown);
        let path = root.key("url");
        let url = self
            .url
            .unless_blank()
            .and_then(checked_url)
            .optional(&path, &mut problems);
        let path = root.key("events");
        let wanted = self.events.optional(&path, &mut problems);
        let events = checked_events(wanted, &path, &mut problems);
        problems.unless_any(Some(Callback { url, events }))
    }
}

/// The events that were named, without empty lists, and what is wrong with them.
fn checked_events(
    wanted: Option<Entries<Vec<Input<String>>>>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Subscriptions {
    let mut events = Subscriptions::new();
    for (name, types) in wanted.unwrap_or_default().0 {
        let path = path.key(&name);
        let Some(resource) = EventResource::parse(&name) else {
            problems.add(&path, NOT_A_VALID_KEY);
            continue;
        };
        let most = crate::input::MAX_UNKNOWN_KEYS;
        let mut types = types.each(&path, most, problems, |word, path, problems| {
            let found = event_type(resource, &word);
            if found.is_none() {
                problems.add(path, NOT_IN_LIST);
            }
            found
        });
        types.sort_unstable();
        types.dedup();
        if !types.is_empty() {
            events.insert(resource, types);
        }
    }
    events
}

fn event_type(resource: EventResource, word: &str) -> Option<EventType> {
    let event = match (resource, word) {
        (EventResource::Catalog, "upload") => EventType::Update,
        _ => EventType::parse(word)?,
    };
    resource.event_types().contains(&event).then_some(event)
}

fn checked_url(url: String) -> Result<String, String> {
    if url.len() > MAX_CALLBACK_URL_CHARS {
        return Err(too_long(MAX_CALLBACK_URL_CHARS));
    }
    let lower = url.to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let good = host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#']));
    if !good || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("is not a valid URL".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::read;

    fn check(json: &str) -> Result<String, Vec<String>> {
        let body: Input<NewCallback> = read(json.as_bytes()).unwrap();
        let body = body.required(&Path::ROOT, &mut Problems::new()).unwrap();
        body.check()
            .map(|callback| serde_json::to_string(&callback).unwrap())
            .map_err(|problems| {
                problems
                    .errors()
                    .iter()
                    .map(|e| format!("{} {}", e.field, e.message))
                    .collect()
            })
    }

    #[test]
    fn every_event_can_be_subscribed_to() {
        let body = r#"{"url":"https://app.example/cb?app_instance_id=a%20b","events":{"order":["create","update"],"delivery":["create","update"],"delivery_quote":["create","update"],"customer":["create","update"],"catalog":["create","update","delete"],"inventory":["update","patch"],"location":["update"],"customer_list":["update"],"account":["update"]}}"#;
        assert_eq!(check(body).as_deref(), Ok(body));
    }

    #[test]
    fn empty_lists_are_dropped_and_old_names_understood() {
        let body = r#"{"url":null,"events":{"customer":[],"catalog":["upload","update"]}}"#;
        let expected = r#"{"url":null,"events":{"catalog":["update"]}}"#;
        assert_eq!(check(body).as_deref(), Ok(expected));
    }

    #[test]
    fn nothing_at_all_is_an_empty_passive_callback() {
        for body in ["{}", r#"{"events": null}"#, r#"{"events": []}"#] {
            let expected = Ok(r#"{"url":null,"events":{}}"#);
            assert_eq!(check(body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn unknown_pairs_are_refused_by_place() {
        let found = check(
            r#"{"url":"ftp://x","event":1,"events":{"order":["delete","update"],"menu":["update"],"location":"update"}}"#,
        );
        let expected = [
            "event is not a valid key",
            "url is not a valid URL",
            "events.order[0] is not included in the list",
            "events.menu is not a valid key",
            "events.location must be an array",
        ];
        assert_eq!(found.unwrap_err(), expected);
    }
}
