//! The stages of production: Nouvelle, accepted, in preparation, ready, done.

use client::order::{OrderStatus, ServiceType};

use crate::kit::language::Language;

/// A column of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    New,
    Accepted,
    InPreparation,
    Ready,
}

impl Stage {
    pub(super) const ALL: [Stage; 4] = [
        Stage::New,
        Stage::Accepted,
        Stage::InPreparation,
        Stage::Ready,
    ];

    /// The column of a status; none once the kitchen is done with the order.
    pub(super) fn of(status: OrderStatus) -> Option<Stage> {
        match status {
            OrderStatus::New | OrderStatus::Received => Some(Stage::New),
            OrderStatus::Accepted => Some(Stage::Accepted),
            OrderStatus::InPreparation => Some(Stage::InPreparation),
            OrderStatus::AwaitingCollection | OrderStatus::AwaitingShipment => Some(Stage::Ready),
            _ => None,
        }
    }

    /// The id of the column in the page.
    pub(super) fn id(self) -> &'static str {
        match self {
            Stage::New => "new",
            Stage::Accepted => "accepted",
            Stage::InPreparation => "preparation",
            Stage::Ready => "ready",
        }
    }

    pub(super) fn title(self, language: Language) -> &'static str {
        match self {
            Stage::New => language.t("Nouvelle", "New"),
            Stage::Accepted => language.t("Acceptée", "Accepted"),
            Stage::InPreparation => language.t("En préparation", "In preparation"),
            Stage::Ready => language.t("Prête", "Ready"),
        }
    }

    /// The button that takes a ticket to the next column.
    pub(super) fn next_label(self, language: Language) -> &'static str {
        match self {
            Stage::New => language.t("Accepter", "Accept"),
            Stage::Accepted => language.t("Préparer", "Prepare"),
            Stage::InPreparation => language.t("Prête", "Ready"),
            Stage::Ready => language.t("Terminer", "Complete"),
        }
    }

    /// The status of the next column.
    pub(super) fn next_status(self, service_type: Option<ServiceType>) -> OrderStatus {
        match self {
            Stage::New => OrderStatus::Accepted,
            Stage::Accepted => OrderStatus::InPreparation,
            Stage::InPreparation => ready_status(service_type),
            Stage::Ready => OrderStatus::Completed,
        }
    }

    /// Whether something is still to be cooked.
    pub(super) fn is_to_produce(self) -> bool {
        self != Stage::Ready
    }
}

/// Ready, for whoever fetches the order.
pub(super) fn ready_status(service_type: Option<ServiceType>) -> OrderStatus {
    match service_type {
        Some(ServiceType::Delivery) => OrderStatus::AwaitingShipment,
        _ => OrderStatus::AwaitingCollection,
    }
}

/// Whether nobody has accepted or rejected the order yet.
pub(super) fn waits_for_acceptance(status: OrderStatus) -> bool {
    Stage::of(status) == Some(Stage::New)
}
