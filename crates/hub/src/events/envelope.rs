//! What one receiver is sent of an event: the API's envelope around the stored states.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;
use wire::event::{Event, EventResource, EventType};
use wire::id::{
    AccountId, CatalogId, ClientId, ConnectionId, CustomerId, CustomerListId, DeliveryId,
    DeliveryQuoteId, EventId, LocationId, OrderId,
};
use wire::time::Time;

use crate::db::{self, Tx, json};
use crate::events::render;
use crate::private_refs::Refs;
use crate::row;

row! {
    /// An event as it is kept.
    #[derive(Clone, Debug)]
    pub(crate) struct StoredEvent {
        pub account: AccountId = "e.account_id",
        pub id: EventId = "e.id",
        pub resource: EventResource = "e.resource",
        pub kind: EventType = "e.kind",
        pub subject: String = "e.subject_id",
        pub location: Option<LocationId> = "e.location_id",
        pub order: Option<OrderId> = "e.order_id",
        pub created_at: Timestamp = "e.created_at",
        document: String = "e.document",
        /// In which the receivers read times: the location's, or the account's.
        zone: TimeZone = "COALESCE(l.timezone, a.timezone)",
    }
}

/// The tables that go with the columns of a [`StoredEvent`], to be joined to `events e`.
pub(crate) const JOIN_ZONE: &str = "JOIN accounts a ON a.id = e.account_id
        LEFT JOIN locations l ON l.account_id = e.account_id AND l.id = e.location_id";

/// Who is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscriber<'a> {
    pub client: &'a ClientId,
    pub connection: &'a ConnectionId,
}

/// What the stored document holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    catalog_id: Option<CatalogId>,
    delivery_id: Option<DeliveryId>,
    delivery_quote_id: Option<DeliveryQuoteId>,
    customer_id: Option<CustomerId>,
    customer_list_id: Option<CustomerListId>,
    previous_state: Option<Box<RawValue>>,
    new_state: Option<Box<RawValue>>,
    state_change: Option<Box<RawValue>>,
}

impl StoredEvent {
    fn document(&self) -> db::Result<Document> {
        json::read(&self.document, format_args!("event {}", self.id))
    }

    /// The whole event, as it is POSTed and as `GET /callback/events/:id` answers it.
    pub(crate) fn full(&self, tx: &mut Tx<'_>, to: Subscriber<'_>) -> db::Result<String> {
        let refs = render::refs(tx, self, to.client)?;
        self.with(&refs, to)
    }

    /// The whole event; none when it cannot be rendered, which must not keep others from being sent.
    pub(crate) fn full_or_none(
        &self,
        tx: &mut Tx<'_>,
        to: Subscriber<'_>,
    ) -> db::Result<Option<String>> {
        let rendered = self.full(tx, to);
        self.or_none(rendered)
    }

    /// The whole event for a receiver who has no private refs in it; none when it cannot be rendered.
    pub(crate) fn without_refs_or_none(&self, to: Subscriber<'_>) -> db::Result<Option<String>> {
        let rendered = self.without_refs(to);
        self.or_none(rendered)
    }

    fn or_none(&self, rendered: db::Result<String>) -> db::Result<Option<String>> {
        match rendered {
            Ok(body) => Ok(Some(body)),
            Err(away @ (db::Error::Unavailable(_) | db::Error::Damaged(_))) => Err(away),
            Err(error) => {
                tracing::error!(%error, event = %self.id, "rendering event failed");
                Ok(None)
            }
        }
    }

    /// The whole event for a receiver who has no private refs in it.
    pub(crate) fn without_refs(&self, to: Subscriber<'_>) -> db::Result<String> {
        self.with(&Refs::new(), to)
    }

    fn with(&self, refs: &Refs, to: Subscriber<'_>) -> db::Result<String> {
        let document = self.document()?;
        let mut event = self.envelope(&document, to);
        event.previous_state = self.state(document.previous_state, refs)?;
        event.new_state = self.state(document.new_state, refs)?;
        event.state_change = document.state_change;
        json::text(&event)
    }

    /// A state with the receiver's own names for things in place of the nulls that are stored.
    fn state(
        &self,
        state: Option<Box<RawValue>>,
        refs: &Refs,
    ) -> db::Result<Option<Box<RawValue>>> {
        let Some(state) = state else { return Ok(None) };
        if refs.is_empty() {
            return Ok(Some(state));
        }
        let text: String = Box::<str>::from(state).into();
        RawValue::from_string(render::state(self, text, refs)?)
            .map(Some)
            .map_err(|error| db::Error::Broken(format!("event {}: {error}", self.id)))
    }

    /// The status in the states before and after, if they have one.
    pub(crate) fn statuses(&self) -> db::Result<(Option<String>, Option<String>)> {
        #[derive(Deserialize)]
        struct StateOfEvent {
            status: Option<String>,
        }
        #[derive(Deserialize)]
        struct States {
            previous_state: Option<StateOfEvent>,
            new_state: Option<StateOfEvent>,
        }
        let states: States = json::read(&self.document, format_args!("event {}", self.id))?;
        let status = |state: Option<StateOfEvent>| state.and_then(|state| state.status);
        Ok((status(states.previous_state), status(states.new_state)))
    }

    /// The event as lists show it: without the states.
    pub(crate) fn listed(&self, to: Subscriber<'_>) -> db::Result<String> {
        json::text(&self.envelope(&self.document()?, to))
    }

    fn envelope(&self, document: &Document, to: Subscriber<'_>) -> Event {
        let created_at = Time::new(self.created_at, &self.zone);
        let mut event = Event::new(self.id.clone(), self.resource, self.kind, created_at);
        let is = |resource: EventResource| self.resource == resource;
        event.account_id = Some(self.account.clone());
        event.location_id = self.location.clone();
        event.order_id = self.order.clone();
        event.catalog_id = document.catalog_id.clone();
        event.delivery_id = document.delivery_id.clone();
        event.delivery_quote_id = document.delivery_quote_id.clone();
        event.customer_id = document.customer_id.clone();
        event.customer_list_id = document.customer_list_id.clone();
        if is(EventResource::CustomerList) && event.customer_list_id.is_none() {
            event.customer_list_id = CustomerListId::parse(&self.subject).ok();
        }
        if is(EventResource::Catalog) && event.catalog_id.is_none() {
            event.catalog_id = CatalogId::parse(&self.subject).ok();
        }
        event.app_instance_id = Some(to.connection.clone());
        event
    }
}
