//! The two languages of the apps, and the words that every screen about orders has.

use wire::order::{OrderStatus, ServiceType};

/// The language of a visitor: French, unless they choose English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    French,
    English,
}

impl Language {
    /// The language of a code, `fr` or `en`.
    pub(crate) fn from_code(code: &str) -> Option<Language> {
        match code {
            "fr" => Some(Language::French),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// `fr` or `en`, as in the `lang` attribute.
    pub(crate) fn code(self) -> &'static str {
        self.t("fr", "en")
    }

    /// A text in this language. Both are written where it is used, so none can be missing.
    pub(crate) fn t<T>(self, french: T, english: T) -> T {
        match self {
            Language::French => french,
            Language::English => english,
        }
    }

    /// The label of an order status, as the hub's screens have it.
    pub(crate) fn order_status(self, status: OrderStatus) -> &'static str {
        match status {
            OrderStatus::New => self.t("Nouvelle", "New"),
            OrderStatus::Received => self.t("Reçue", "Received"),
            OrderStatus::Accepted => self.t("Acceptée", "Accepted"),
            OrderStatus::InPreparation => self.t("En préparation", "In preparation"),
            OrderStatus::AwaitingShipment => self.t("Attente livraison", "Awaiting shipment"),
            OrderStatus::AwaitingCollection => {
                self.t("Attente récupération", "Awaiting collection")
            }
            OrderStatus::InDelivery => self.t("En livraison", "In delivery"),
            OrderStatus::Completed => self.t("Terminée", "Completed"),
            OrderStatus::Rejected => self.t("Rejetée", "Rejected"),
            OrderStatus::Cancelled => self.t("Annulée", "Cancelled"),
            OrderStatus::DeliveryFailed => self.t("Échec livraison", "Delivery failed"),
        }
    }

    /// The label of a service type.
    pub(crate) fn service_type(self, service_type: Option<ServiceType>) -> &'static str {
        match service_type {
            Some(ServiceType::Delivery) => self.t("Livraison", "Delivery"),
            Some(ServiceType::Collection) => self.t("À emporter", "Collection"),
            Some(ServiceType::EatIn) => self.t("Sur place", "Eat-in"),
            None => self.t("Non précisé", "Not specified"),
        }
    }
}
