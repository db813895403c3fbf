//! Writing down what happened, and who must hear of it.

use serde::Serialize;
use serde_json::value::RawValue;
use wire::callback::Subscriptions;
use wire::event::EventResource;
use wire::id::{CatalogId, ClientId, ConnectionId, CustomerListId, EventId, LocationId};
use wire::scope::{Resource, Right, Scope};

use super::{By, Happened};
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

statements! {
    /// Everybody in an account who has a callback.
    FOLLOWERS = "SELECT b.connection_id, c.client_id, c.location_id, c.catalog_id,
            c.customer_list_id, c.scope, b.events, b.url
        FROM callbacks b
        JOIN connections c ON c.account_id = b.account_id AND c.id = b.connection_id
        WHERE b.account_id = $1 AND c.revoked_at IS NULL";
    INSERT = "INSERT INTO events (account_id, id, resource, kind, subject_id, location_id, order_id,
            turn, client_id, request_id, created_at, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OWE = "INSERT INTO event_deliveries (account_id, connection_id, event_id, subject_id, turn,
            state, due_at, lease_until, attempts, created_at, settled_at)
        VALUES ($1, $2, $3, $4, $5, 'pending', $6, NULL, 0, $7, NULL)";
}

/// The part of an event that is the same for everybody.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_list_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_state: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_state: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_change: Option<&'a RawValue>,
}

/// Somebody who follows an account.
struct Follower {
    connection: ConnectionId,
    client: ClientId,
    location: Option<LocationId>,
    catalog: Option<CatalogId>,
    customer_list: Option<CustomerListId>,
    scope: Scope,
    events: Subscriptions,
    is_active: bool,
}

impl FromRow for Follower {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let scope: String = row.get(5)?;
        let events: String = row.get(6)?;
        Ok(Self {
            connection: row.get(0)?,
            client: row.get(1)?,
            location: row.get(2)?,
            catalog: row.get(3)?,
            customer_list: row.get(4)?,
            scope: Scope::parse(&scope).map_err(|_| db::Error::corrupt(5, "not a scope"))?,
            events: serde_json::from_str(&events)
                .map_err(|error| db::Error::corrupt(6, &error.to_string()))?,
            is_active: row.get::<Option<String>>(7)?.is_some(),
        })
    }
}

impl Follower {
    fn hears(&self, happened: &Happened<'_>, by: &By) -> bool {
        let subscribed = self
            .events
            .get(&happened.resource)
            .is_some_and(|kinds| kinds.contains(&happened.kind));
        subscribed
            && by.client.as_ref() != Some(&self.client)
            && self.stands_at(happened)
            && permits(&self.scope, happened.resource)
            && self.holds(happened)
    }

    /// A location connection hears of its location and of what belongs to the whole account.
    fn stands_at(&self, happened: &Happened<'_>) -> bool {
        match (&self.location, happened.location) {
            (Some(own), Some(there)) => own == there,
            (None, _) | (_, None) => true,
        }
    }

    /// With a permission for one chosen catalog or list, only that one is heard of. An inventory
    /// belongs to its location, whichever catalog it was changed through.
    fn holds(&self, happened: &Happened<'_>) -> bool {
        let catalog = happened.catalog.is_none_or(|catalog| {
            happened.resource == EventResource::Inventory
                || self.scope.allows(Resource::AllCatalogs, Right::Read)
                || self.catalog.as_ref() == Some(catalog)
        });
        let list = happened.customer.is_none_or(|(list, _)| {
            self.scope.allows(Resource::AllCustomerLists, Right::Read)
                || self.customer_list.as_ref() == Some(list)
        });
        catalog && list
    }
}

/// Whether a scope permits events of a resource (API, chapter Callbacks and events).
pub(crate) fn permits(scope: &Scope, resource: EventResource) -> bool {
    let any = |resources: &[Resource]| {
        resources
            .iter()
            .any(|resource| scope.allows(*resource, Right::Read))
    };
    match resource {
        EventResource::Order | EventResource::Delivery => any(&[Resource::Orders]),
        EventResource::Customer => any(&[Resource::CustomerList, Resource::AllCustomerLists]),
        EventResource::Catalog => any(&[Resource::Catalog, Resource::AllCatalogs]),
        EventResource::Inventory => any(&[
            Resource::Inventory,
            Resource::Catalog,
            Resource::AllCatalogs,
        ]),
        EventResource::Location | EventResource::CustomerList | EventResource::Account => true,
    }
}

/// Writes the event and a delivery for each receiver into the transaction of the change.
pub(crate) fn record(tx: &mut Tx<'_>, happened: Happened<'_>, by: &By) -> db::Result<()> {
    let id = EventId::from_generated(tx.fresh_id()?);
    let now = tx.now();
    let (account, subject, turn) = (happened.account, happened.subject, happened.turn);
    let followers: Vec<Follower> = tx.all(FOLLOWERS, args![account])?;
    for follower in followers
        .iter()
        .filter(|follower| follower.hears(&happened, by))
    {
        let due_at = follower.is_active.then_some(now);
        tx.write(
            OWE,
            args![
                account,
                &follower.connection,
                &id,
                subject,
                turn,
                due_at,
                now
            ],
        )?;
        if follower.is_active {
            tx.wake_dispatch();
        }
    }
    tx.write(
        INSERT,
        args![
            account,
            &id,
            happened.resource.as_str(),
            happened.kind.as_str(),
            subject,
            happened.location,
            happened.order,
            turn,
            by.client.as_ref(),
            by.request.as_deref(),
            now,
            document(&happened)?
        ],
    )
}

fn document(happened: &Happened<'_>) -> db::Result<String> {
    let broken = |error: serde_json::Error| db::Error::Broken(error.to_string());
    let raw = |text: Option<&str>| {
        text.map(serde_json::from_str::<Box<RawValue>>)
            .transpose()
            .map_err(broken)
    };
    let (previous, new, change) = (
        raw(happened.previous_state)?,
        raw(happened.new_state)?,
        raw(happened.state_change)?,
    );
    serde_json::to_string(&Document {
        catalog_id: happened.catalog.map(CatalogId::as_str),
        customer_id: happened.customer.map(|(_, customer)| customer.as_str()),
        customer_list_id: happened.customer.map(|(list, _)| list.as_str()),
        previous_state: previous.as_deref(),
        new_state: new.as_deref(),
        state_change: change.as_deref(),
    })
    .map_err(broken)
}
