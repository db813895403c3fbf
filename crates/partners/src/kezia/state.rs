//! What the till keeps in its file.

use std::collections::{BTreeMap, BTreeSet};

use client::TokenResponse;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub web: WebOrders,
    pub linked: Option<Linked>,
    /// Orders by the hub's id.
    pub orders: BTreeMap<String, TillOrder>,
}

/// The window **Commandes Web**.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WebOrders {
    /// **Actif** under the hub's name.
    pub active: bool,
    /// **Libellé du champ** by field, such as `MCU 1`.
    pub labels: BTreeMap<String, String>,
    /// **Désactiver la fenêtre popup**.
    pub quiet: bool,
}

/// The connection, once saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Linked {
    pub token: TokenResponse,
    /// Of the location.
    pub timezone: String,
    /// Whether the hub keeps events for us.
    #[serde(default)]
    pub subscribed: bool,
    /// Refs of the catalog, to tell known articles.
    #[serde(default)]
    pub known_refs: BTreeSet<String>,
}

/// A web order at the till.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TillOrder {
    pub order: Value,
    /// When the till fetched it, in UTC.
    pub arrived_at: String,
    /// Whether a cashier has looked at it.
    #[serde(default)]
    pub opened: bool,
}

/// How many orders are kept; the oldest finished ones leave first.
const KEPT: usize = 500;

impl State {
    /// Remembers an order, or its newest state.
    pub(crate) fn remember(&mut self, order: Value, arrived_at: &str) {
        let Some(id) = order["id"].as_str().map(str::to_owned) else {
            return;
        };
        match self.orders.get_mut(&id) {
            Some(known) => known.order = order,
            None => {
                let arrived_at = arrived_at.to_owned();
                self.orders.insert(
                    id,
                    TillOrder {
                        order,
                        arrived_at,
                        opened: false,
                    },
                );
            }
        }
        while self.orders.len() > KEPT {
            let over = self.orders.iter().filter(|(_, o)| !o.is_pending());
            let oldest = over.min_by(|a, b| a.1.arrived_at.cmp(&b.1.arrived_at));
            let Some(id) = oldest.map(|(id, _)| id.clone()) else {
                break;
            };
            self.orders.remove(&id);
        }
    }

    /// How many orders wait for the cashier.
    pub(crate) fn pending(&self) -> usize {
        self.orders
            .values()
            .filter(|order| order.is_pending())
            .count()
    }
}

impl TillOrder {
    pub(crate) fn status(&self) -> &str {
        self.order["status"].as_str().unwrap_or_default()
    }

    /// **En attente**: neither validated nor rejected.
    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.status(), "new" | "received")
    }
}
