//! What the app keeps in its file.

use std::collections::{BTreeMap, VecDeque};

use client::order::{Currency, Order, Time};
use client::{Event, TokenResponse};
use serde::{Deserialize, Serialize};

/// Orders that are kept for each installation.
const MAX_ORDERS: usize = 200;

/// Events that are kept for each installation.
const MAX_EVENTS: usize = 200;

/// Everything that the app keeps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ToolsState {
    /// Installations by `app_instance_id`.
    pub installations: BTreeMap<String, Installation>,
}

/// The app at one place: its connection, and what it has seen there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Installation {
    pub token: TokenResponse,
    pub connected_at: Time,
    /// The IANA name of the location's time zone; `UTC` if it could not be read.
    pub timezone: String,
    pub currency: Currency,
    /// Why no callback is registered, if none is.
    #[serde(default)]
    pub callback_error: Option<String>,
    /// Orders placed from here, oldest first, in their latest known state.
    #[serde(default)]
    pub orders: Vec<Order>,
    /// The id of the order that each form has placed, by the nonce of the form.
    #[serde(default)]
    pub orders_by_nonce: BTreeMap<String, String>,
    /// The nonces of forms whose order may have been placed although no answer came.
    #[serde(default)]
    pub unconfirmed_nonces: Vec<String>,
    /// The latest events, newest first.
    #[serde(default)]
    pub events: VecDeque<StoredEvent>,
}

/// An event, and when it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredEvent {
    pub received_at: Time,
    pub event: Event,
}

impl StoredEvent {
    /// The order after the change, if the event is about an order.
    pub(crate) fn order(&self) -> Option<Order> {
        let state = self.event.new_state.as_ref()?;
        (self.event.head.resource_type == "order")
            .then(|| serde_json::from_value(state.clone()).ok())?
    }
}

impl Installation {
    /// What people call the place.
    pub(crate) fn name(&self) -> String {
        let token = &self.token;
        let name = token.location_name.as_ref().or(token.account_name.as_ref());
        name.cloned().unwrap_or_else(|| "–".into())
    }

    /// Keeps an order, or its new state.
    pub(crate) fn save_order(&mut self, order: Order) {
        match self.orders.iter_mut().find(|known| known.id == order.id) {
            Some(known) => *known = order,
            None => self.orders.push(order),
        }
        if self.orders.len() > MAX_ORDERS {
            self.orders.remove(0);
        }
    }

    /// Keeps an event unless it came before, and what it says about an order placed from here.
    pub(crate) fn save_event(&mut self, received_at: Time, event: Event) {
        // The hub may send an event twice. The file outlives a restart, the receiver's memory does not.
        let mut known = self.events.iter().map(|known| &known.event.head.id);
        if known.any(|id| *id == event.head.id) {
            return;
        }
        let event = StoredEvent { received_at, event };
        if let Some(order) = event.order()
            && self.orders.iter().any(|known| known.id == order.id)
        {
            self.save_order(order);
        }
        self.events.push_front(event);
        self.events.truncate(MAX_EVENTS);
    }
}
