//! What the app keeps in its file.

use std::collections::{BTreeMap, VecDeque};

use client::{Event, TokenResponse};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Connections by `app_instance_id`.
    pub installations: BTreeMap<String, Installation>,
}

/// One connection, and what was seen through it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Installation {
    pub token: TokenResponse,
    pub connected_at: String,
    /// Of the location; `UTC` until it was read.
    pub timezone: String,
    pub currency: String,
    /// Why no callback is set, when it is not.
    #[serde(default)]
    pub callback_error: Option<String>,
    /// Orders placed from here, oldest first, as last seen.
    #[serde(default)]
    pub orders: Vec<Value>,
    /// Which form made which order.
    #[serde(default)]
    pub sent: BTreeMap<String, String>,
    /// Forms that were sent without an answer: the order may exist.
    #[serde(default)]
    pub uncertain: Vec<String>,
    /// The last events, newest first.
    #[serde(default)]
    pub events: VecDeque<SeenEvent>,
}

/// An event as it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SeenEvent {
    pub received_at: String,
    pub event: Event,
}

/// How many orders and events are kept for each connection.
const KEPT: usize = 200;

impl Installation {
    /// What people call it.
    pub(crate) fn name(&self) -> String {
        let token = &self.token;
        let name = token.location_name.as_ref().or(token.account_name.as_ref());
        name.cloned().unwrap_or_else(|| "–".into())
    }

    /// Remembers an order, or its newest state.
    pub(crate) fn remember(&mut self, order: Value) {
        match self
            .orders
            .iter_mut()
            .find(|known| known["id"] == order["id"])
        {
            Some(known) => *known = order,
            None => self.orders.push(order),
        }
        if self.orders.len() > KEPT {
            self.orders.remove(0);
        }
    }

    /// Remembers an event, and what it says about one of our orders.
    pub(crate) fn take(&mut self, received_at: String, event: Event) {
        if let Some(order) = &event.new_state
            && event.head.resource_type == "order"
            && self.orders.iter().any(|known| known["id"] == order["id"])
        {
            self.remember(order.clone());
        }
        self.events.push_front(SeenEvent { received_at, event });
        self.events.truncate(KEPT);
    }
}
