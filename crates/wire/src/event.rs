//! Events: what clients are told of changes (API, chapter Callbacks and events).

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::id::{
    AccountId, CatalogId, ConnectionId, CustomerId, CustomerListId, DeliveryId, DeliveryQuoteId,
    EventId, LocationId, OrderId,
};
use crate::schema::JsonSchema;
use crate::time::Time;
use crate::word::words;

words! {
    /// A kind of thing whose changes are events.
    EventResource {
        /// An order.
        Order = "order",
        /// A delivery of an order.
        Delivery = "delivery",
        /// What a carrier asks for a delivery. An addition of this hub: whoever does not ask for it
        /// hears nothing of quotes.
        DeliveryQuote = "delivery_quote",
        /// A customer.
        Customer = "customer",
        /// A catalog.
        Catalog = "catalog",
        /// The stock of a location.
        Inventory = "inventory",
        /// A location.
        Location = "location",
        /// A customer list.
        CustomerList = "customer_list",
        /// An account.
        Account = "account",
    }
}

words! {
    /// What happened to it.
    EventType {
        /// It was made.
        Create = "create",
        /// It was changed.
        Update = "update",
        /// Some entries of it were changed.
        Patch = "patch",
        /// It was deleted.
        Delete = "delete",
    }
}

impl EventResource {
    /// The event types that can be subscribed to.
    pub const fn event_types(self) -> &'static [EventType] {
        use EventType::{Create, Delete, Patch, Update};
        match self {
            Self::Order | Self::Delivery | Self::DeliveryQuote | Self::Customer => {
                &[Create, Update]
            }
            Self::Catalog => &[Create, Update, Delete],
            Self::Inventory => &[Update, Patch],
            Self::Location | Self::CustomerList | Self::Account => &[Update],
        }
    }
}

/// An event, as it is sent to a callback and read from `GET /callback/events/:id`. Only the ids and
/// states that apply to it are there.
// States are JSON texts that are passed on as they are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// The id of the event. It is the same at every attempt to send it.
    pub id: EventId,
    /// The kind of thing that changed.
    pub resource_type: EventResource,
    /// What happened to it.
    pub event_type: EventType,
    /// When it happened.
    pub created_at: Time,
    /// The account concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The location concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// The catalog that changed, or whose inventory did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<CatalogId>,
    /// The order that changed, or whose delivery or quote did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// The delivery that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<DeliveryId>,
    /// The quote that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_quote_id: Option<DeliveryQuoteId>,
    /// The customer that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// The customer list that changed, or that of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_list_id: Option<CustomerListId>,
    /// The connection that receives the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_instance_id: Option<ConnectionId>,
    /// The whole resource before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub previous_state: Option<Box<RawValue>>,
    /// The whole resource after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub new_state: Option<Box<RawValue>>,
    /// The entries that changed, for `inventory.patch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Map<String, Value>>>")]
    pub state_change: Option<Box<RawValue>>,
}

impl Event {
    /// An event of which only the envelope is known yet.
    pub fn new(
        id: EventId,
        resource_type: EventResource,
        event_type: EventType,
        created_at: Time,
    ) -> Self {
        Self {
            id,
            resource_type,
            event_type,
            created_at,
            account_id: None,
            location_id: None,
            catalog_id: None,
            order_id: None,
            delivery_id: None,
            delivery_quote_id: None,
            customer_id: None,
            customer_list_id: None,
            app_instance_id: None,
            previous_state: None,
            new_state: None,
            state_change: None,
        }
    }

    /// The event as lists show it: without the states.
    #[must_use]
    pub fn without_states(self) -> Self {
        Self {
            previous_state: None,
            new_state: None,
            state_change: None,
            ..self
        }
    }
}
