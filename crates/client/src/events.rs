//! Callbacks and events as they travel (API, chapter Callbacks and events).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::event::{EventResource, EventType};

pub use wire::callback::AcknowledgedEvents;

/// The callback of a connection: where its events are sent, and which events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Events are posted here; `None` keeps them until they are fetched.
    #[serde(default)]
    pub url: Option<String>,
    /// Event types by resource, such as `order` → `create`, `update`. They are text, since a hub may
    /// have more than this library knows.
    #[serde(default)]
    pub events: BTreeMap<String, Vec<String>>,
}

impl Callback {
    /// A callback to a URL. Name the events with [`Callback::on`].
    pub fn active(url: impl Into<String>) -> Callback {
        Callback {
            url: Some(url.into()),
            events: BTreeMap::new(),
        }
    }

    /// A callback without a URL: events wait until they are fetched. Name the events with
    /// [`Callback::on`].
    pub fn passive() -> Callback {
        Callback::default()
    }

    /// With these events of a resource, which are among [`EventResource::event_types`].
    #[must_use]
    pub fn on(mut self, resource: EventResource, types: &[EventType]) -> Callback {
        let types = types.iter().map(EventType::to_string).collect();
        self.events.insert(resource.to_string(), types);
        self
    }
}

/// An event as a list of events has it: without the states of the resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventHead {
    /// Stays the same when an event is sent again.
    pub id: String,
    /// `order`, `location`, `catalog` …
    pub resource_type: String,
    /// `create`, `update`, `patch` or `delete`.
    pub event_type: String,
    /// When the change happened.
    #[serde(default)]
    pub created_at: Option<String>,
    /// The order, for events of orders, deliveries and quotes.
    #[serde(default)]
    pub order_id: Option<String>,
    /// The delivery, for events of deliveries.
    #[serde(default)]
    pub delivery_id: Option<String>,
    /// The quote, for events of delivery quotes.
    #[serde(default)]
    pub delivery_quote_id: Option<String>,
    /// The location, where there is one.
    #[serde(default)]
    pub location_id: Option<String>,
    /// The account.
    #[serde(default)]
    pub account_id: Option<String>,
    /// The connection as the hub names it to the app.
    #[serde(default)]
    pub app_instance_id: Option<String>,
}

/// An event with the states of the resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// The ids and types of the event.
    #[serde(flatten)]
    pub head: EventHead,
    /// The whole resource after a `create` or `update`.
    #[serde(default)]
    pub new_state: Option<Value>,
    /// The whole resource before an `update`.
    #[serde(default)]
    pub previous_state: Option<Value>,
    /// The changed entries of an `inventory` `patch`.
    #[serde(default)]
    pub state_change: Option<Value>,
    /// All other fields of the event, such as `catalog_id`.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}
