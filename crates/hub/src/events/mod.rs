//! Events: what happened, recorded in the transaction that makes it true, and owed to everybody
//! who follows it (API, chapter Callbacks and events).
//!
//! One row per change carries the states once; one small row per receiver says whether they have
//! heard. Who receives:
//! - a connection with a callback that subscribes to the pair (resource, event type),
//! - whose scope still permits it and whose place includes the location,
//! - and whose *client* did not cause it. What the system or the back office does excludes nobody.
//!
//! `private_ref`s and the `app_instance_id` differ per receiver and are filled in when the event is
//! shown or sent: see `envelope`.

pub(crate) mod envelope;
pub(crate) mod feed;
pub(crate) mod followers;
mod record;
pub(crate) mod redact;
pub mod render;
pub mod resend_jobs;
pub mod store;

use std::sync::Arc;

use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::{
    AccountId, CatalogId, ClientId, CustomerId, CustomerListId, DeliveryId, DeliveryQuoteId,
    LocationId, OrderId,
};

pub use feed::ALL as FEED;
pub use followers::ALL as FOLLOWERS;
pub(crate) use followers::permits;
pub use record::ALL as STATEMENTS;
pub(crate) use record::record;
pub use redact::ALL as REDACT;

/// Who caused a change, and in which request.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The client; none for the system and the back office, which exclude nobody.
    pub client: Option<ClientId>,
    /// The request, as in the journal.
    pub request: Option<Arc<str>>,
}

impl Actor {
    /// The system itself, or somebody in the back office.
    pub fn system() -> Self {
        Self::default()
    }
}

/// A change that others may want to hear of.
#[derive(Clone, Debug)]
pub(crate) struct NewEvent<'a> {
    pub resource: EventResource,
    pub kind: EventType,
    pub account: &'a AccountId,
    pub location: Option<&'a LocationId>,
    pub order: Option<&'a OrderId>,
    pub delivery: Option<&'a DeliveryId>,
    pub quote: Option<&'a DeliveryQuoteId>,
    pub catalog: Option<&'a CatalogId>,
    pub customer: Option<(&'a CustomerListId, &'a CustomerId)>,
    /// The id of the thing that changed, or of the one it belongs to, whose sequence it shares.
    pub subject: &'a str,
    /// The version of that: the order in which its events are told.
    pub sequence: i64,
    pub previous_state: Option<&'a str>,
    pub new_state: Option<&'a str>,
    pub state_change: Option<&'a str>,
    /// When those hear of it who want orders when they are to be prepared.
    pub fire_at: Option<Timestamp>,
}

impl<'a> NewEvent<'a> {
    pub(crate) fn new(resource: EventResource, kind: EventType, account: &'a AccountId) -> Self {
        Self {
            resource,
            kind,
            account,
            location: None,
            order: None,
            delivery: None,
            quote: None,
            catalog: None,
            customer: None,
            subject: "",
            sequence: 0,
            previous_state: None,
            new_state: None,
            state_change: None,
            fire_at: None,
        }
    }

    /// Held back until then, if at all, for those who want orders when they are to be prepared.
    pub(crate) fn fire_at(self, fire_at: Option<Timestamp>) -> Self {
        Self { fire_at, ..self }
    }

    /// At one location of the account.
    pub(crate) fn at(self, location: &'a LocationId) -> Self {
        Self {
            location: Some(location),
            ..self
        }
    }

    /// To the thing with this id, which is now in this version.
    pub(crate) fn subject(self, subject: &'a str, sequence: i64) -> Self {
        Self {
            subject,
            sequence,
            ..self
        }
    }

    /// To an order, or to something that belongs to it.
    pub(crate) fn order(self, order: &'a OrderId) -> Self {
        Self {
            order: Some(order),
            ..self
        }
    }

    /// To a catalog, or to something that belongs to it.
    pub(crate) fn catalog(self, catalog: &'a CatalogId) -> Self {
        Self {
            catalog: Some(catalog),
            ..self
        }
    }

    /// To the delivery of that order.
    pub(crate) fn delivery(self, delivery: &'a DeliveryId) -> Self {
        Self {
            delivery: Some(delivery),
            ..self
        }
    }

    /// To a delivery quote of that order.
    pub(crate) fn quote(self, quote: &'a DeliveryQuoteId) -> Self {
        Self {
            quote: Some(quote),
            ..self
        }
    }

    /// To a customer of a list.
    pub(crate) fn customer(self, list: &'a CustomerListId, customer: &'a CustomerId) -> Self {
        Self {
            customer: Some((list, customer)),
            ..self
        }
    }

    /// With the entries that changed, as a JSON document.
    pub(crate) fn changes(self, changes: &'a str) -> Self {
        Self {
            state_change: Some(changes),
            ..self
        }
    }

    /// With the states before and after, as JSON documents whose private refs are null.
    pub(crate) fn states(self, previous: Option<&'a str>, new: Option<&'a str>) -> Self {
        Self {
            previous_state: previous,
            new_state: new,
            ..self
        }
    }
}
