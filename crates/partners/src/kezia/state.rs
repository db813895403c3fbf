//! What the till keeps in its file.

use std::collections::{BTreeMap, BTreeSet};

use client::TokenResponse;
use client::order::{Order, OrderStatus, Time};
use serde::{Deserialize, Serialize};

/// Orders that are kept; the oldest of those that do not wait leave first.
const MAX_ORDERS: usize = 500;

/// Everything that the till keeps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TillState {
    pub web_orders: WebOrderSettings,
    pub connection: Option<TillConnection>,
    /// Orders by the hub's id.
    pub orders: BTreeMap<String, TillOrder>,
}

/// The window **Commandes Web**.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WebOrderSettings {
    /// **Actif** under the hub's name.
    pub is_active: bool,
    /// **Libellé du champ** by field, such as `MCU 1`.
    pub labels: BTreeMap<String, String>,
    /// **Désactiver la fenêtre popup**.
    pub has_no_popup: bool,
}

/// The till's connection to a location.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TillConnection {
    pub token: TokenResponse,
    /// The IANA name of the location's time zone.
    pub timezone: String,
    /// Whether the hub keeps events for the till.
    #[serde(default)]
    pub has_callback: bool,
    /// The refs of the catalog, which tell known articles from others.
    #[serde(default)]
    pub known_refs: BTreeSet<String>,
}

/// A web order at the till.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TillOrder {
    pub order: Order,
    /// When the till fetched it.
    pub arrived_at: Time,
    /// Whether a cashier has opened it.
    #[serde(default)]
    pub is_opened: bool,
}

impl TillState {
    /// Keeps an order that arrived now, or the new state of one that is known.
    pub(crate) fn save_order(&mut self, order: Order, now: Time) {
        match self.orders.get_mut(order.id.as_str()) {
            Some(known) => known.order = order,
            None => {
                let id = order.id.to_string();
                let order = TillOrder {
                    order,
                    arrived_at: now,
                    is_opened: false,
                };
                self.orders.insert(id, order);
            }
        }
        while self.orders.len() > MAX_ORDERS {
            let done = self.orders.iter().filter(|(_, order)| !order.is_pending());
            let oldest = done.min_by_key(|(_, order)| order.arrived_at);
            let Some(id) = oldest.map(|(id, _)| id.clone()) else {
                break;
            };
            self.orders.remove(&id);
        }
    }

    /// How many orders wait for the cashier.
    pub(crate) fn pending_count(&self) -> usize {
        let orders = self.orders.values();
        orders.filter(|order| order.is_pending()).count()
    }
}

impl TillOrder {
    /// **En attente**: neither accepted nor rejected.
    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.order.status, OrderStatus::New | OrderStatus::Received)
    }
}
