//! The two languages, and the words that every screen about orders uses.

use serde::{Deserialize, Serialize};

/// The language of a visitor; French unless they choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// Français.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// By its code, `fr` or `en`.
    pub(crate) fn of(code: &str) -> Option<Lang> {
        match code {
            "fr" => Some(Lang::Fr),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// `fr` or `en`, as in the `lang` attribute.
    pub(crate) fn code(self) -> &'static str {
        self.t("fr", "en")
    }

    /// A text in this language. Both are given where it is used, so none can be missing.
    pub(crate) fn t<T>(self, fr: T, en: T) -> T {
        match self {
            Lang::Fr => fr,
            Lang::En => en,
        }
    }

    /// An order status as the hub's screens name it.
    pub(crate) fn status(self, status: &str) -> String {
        let (fr, en) = match status {
            "new" => ("Nouvelle", "New"),
            "received" => ("Reçue", "ReceivedEvent"),
            "accepted" => ("Acceptée", "Accepted"),
            "in_preparation" => ("En préparation", "In preparation"),
            "awaiting_shipment" => ("Attente livraison", "Awaiting shipment"),
            "awaiting_collection" => ("Attente récupération", "Awaiting collection"),
            "in_delivery" => ("En livraison", "In delivery"),
            "completed" => ("Terminée", "Completed"),
            "rejected" => ("Rejetée", "Rejected"),
            "cancelled" => ("Annulée", "Cancelled"),
            "delivery_failed" => ("Échec livraison", "Delivery failed"),
            other => (other, other),
        };
        self.t(fr, en).into()
    }

    /// A service type.
    pub(crate) fn service(self, service: &str) -> String {
        let (fr, en) = match service {
            "delivery" => ("Livraison", "Delivery"),
            "collection" => ("À emporter", "Collection"),
            "eat_in" => ("Sur place", "Eat-in"),
            "" => ("Non précisé", "Not specified"),
            other => (other, other),
        };
        self.t(fr, en).into()
    }
}

/// All order statuses, in the order an order usually meets them.
pub(crate) const STATUSES: [&str; 11] = [
    "new",
    "received",
    "accepted",
    "in_preparation",
    "awaiting_shipment",
    "awaiting_collection",
    "in_delivery",
    "completed",
    "rejected",
    "cancelled",
    "delivery_failed",
];

/// Whether an order with this status is over.
pub(crate) fn is_over(status: &str) -> bool {
    matches!(
        status,
        "completed" | "rejected" | "cancelled" | "delivery_failed"
    )
}
