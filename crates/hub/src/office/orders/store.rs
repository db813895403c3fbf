//! What the journey of an order needs from tables of several slices, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use const_format::formatcp;
use wire::id::{AccountId, ClientId, ConnectionId, CustomerId, EventId, OrderId};

use crate::db::{self, Tx};
use crate::events::envelope::{JOIN_ZONE, StoredEvent, Subscriber};
use crate::events::store::{self as events, Dispatch};
use crate::office::dispatches::MAX_PAGE_BODY_BYTES;
use crate::{args, row, statements};

statements! {
    NAMES = formatcp!("SELECT {} FROM connections c JOIN clients k ON k.id = c.client_id
        WHERE c.account_id = $1", ConnectionName::COLUMNS);
    EVENTS = formatcp!("SELECT {} FROM events e {JOIN_ZONE}
        WHERE e.account_id = $1 AND e.order_id = $2
        ORDER BY e.created_at, LENGTH(e.id), e.id LIMIT $3",
        AuthoredEvent::COLUMNS);
    /// Who has private refs in the order or its customer.
    NAMERS = "SELECT DISTINCT r.client_id FROM private_refs r
        WHERE r.account_id = $1 AND r.holder_id IN ($2, $3)
            AND r.client_id IN (SELECT c.client_id FROM connections c WHERE c.account_id = $1)";
    EVENT = formatcp!("SELECT {} FROM events e {JOIN_ZONE}
        WHERE e.account_id = $1 AND e.id = $2 AND e.order_id = $3 AND EXISTS (
            SELECT 1 FROM dispatches d WHERE d.account_id = $1 AND d.event_id = $2
                AND d.connection_id = $4)", StoredEvent::COLUMNS);
    CLIENT = "SELECT client_id FROM connections WHERE account_id = $1 AND id = $2";
    PENDING = "SELECT d.event_id FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        WHERE d.account_id = $1 AND d.event_id = $2 AND e.order_id = $3 AND d.connection_id = $4
            AND d.state = 'pending'";
}

/// Events of an order that are shown at most.
const MAX_SHOWN_EVENTS: u32 = 300;

row! {
    /// How a connection is called.
    #[derive(Clone, Debug)]
    pub(super) struct ConnectionName {
        id: ConnectionId = "c.id",
        pub client: ClientId = "c.client_id",
        pub app: String = "k.name",
        pub is_blocked: bool = "c.blocked_at IS NOT NULL",
        pub is_revoked: bool = "c.revoked_at IS NOT NULL",
    }
}

row! {
    /// An event, and the client that caused it; none if that was no app.
    struct AuthoredEvent {
        event: StoredEvent,
        author: Option<ClientId> = "e.client_id",
    }
}

/// What the hub's database knows of an order's journey.
#[derive(Debug)]
pub(super) struct OrderHistory {
    /// Every connection that the account has or had.
    pub names: BTreeMap<ConnectionId, ConnectionName>,
    /// Oldest first.
    pub events: Vec<StoredEvent>,
    /// Whose change each of them tells, as far as it was an app's.
    authors: BTreeMap<EventId, ClientId>,
    /// Who is told, by event.
    pub deliveries: BTreeMap<EventId, Vec<Dispatch>>,
    /// What each is told, as long as there is room.
    pub bodies: BTreeMap<(EventId, ConnectionId), String>,
}

impl OrderHistory {
    /// The name of the app whose change an event tells; none if it was no app's.
    pub(super) fn author(&self, event: &EventId) -> Option<&str> {
        let client = self.authors.get(event)?;
        let named = self.names.values().find(|it| it.client == *client)?;
        Some(&named.app)
    }

    /// Whether a connection has ended.
    pub(super) fn is_gone(&self, connection: &ConnectionId) -> bool {
        let named = self.names.get(connection);
        named.is_none_or(|named| named.is_revoked)
    }

    /// Whether a connection is blocked.
    pub(super) fn is_blocked(&self, connection: &ConnectionId) -> bool {
        let named = self.names.get(connection);
        named.is_some_and(|named| named.is_blocked)
    }
}

/// Gathers the journey of an order.
pub(super) fn history(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    customer: Option<&CustomerId>,
) -> db::Result<OrderHistory> {
    let names: Vec<ConnectionName> = tx.all(NAMES, args![account])?;
    let names = names.into_iter().map(|name| (name.id.clone(), name));
    let names: BTreeMap<ConnectionId, ConnectionName> = names.collect();
    let found: Vec<AuthoredEvent> = tx.all(EVENTS, args![account, order, MAX_SHOWN_EVENTS])?;
    let mut authors = BTreeMap::new();
    let mut events = Vec::with_capacity(found.len());
    for AuthoredEvent { event, author } in found {
        authors.extend(author.map(|client| (event.id.clone(), client)));
        events.push(event);
    }
    let holder = customer.map_or("", CustomerId::as_str);
    let namers: Vec<(ClientId,)> = tx.all(NAMERS, args![account, order, holder])?;
    let namers: BTreeSet<ClientId> = namers.into_iter().map(|(client,)| client).collect();
    let mut deliveries: BTreeMap<EventId, Vec<Dispatch>> = BTreeMap::new();
    for delivery in events::journey(tx, account, order)? {
        deliveries
            .entry(delivery.event.clone())
            .or_default()
            .push(delivery);
    }
    let mut bodies = BTreeMap::new();
    let mut bytes_left = MAX_PAGE_BODY_BYTES;
    'all: for event in &events {
        for delivery in deliveries.get(&event.id).into_iter().flatten() {
            let Some(named) = names.get(&delivery.connection) else {
                continue;
            };
            let to = Subscriber {
                client: &named.client,
                connection: &delivery.connection,
            };
            let body = if namers.contains(&named.client) {
                event.full(tx, to)?
            } else {
                event.without_refs(to)?
            };
            if body.len() > bytes_left {
                break 'all;
            }
            bytes_left -= body.len();
            bodies.insert((event.id.clone(), delivery.connection.clone()), body);
        }
    }
    Ok(OrderHistory {
        names,
        events,
        authors,
        deliveries,
        bodies,
    })
}

/// What a connection is told of one event of an order, if it is.
pub(super) fn body(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    event: &EventId,
    connection: &ConnectionId,
) -> db::Result<Option<String>> {
    let found: Option<StoredEvent> = tx.first(EVENT, args![account, event, order, connection])?;
    let client: Option<(ClientId,)> = tx.first(CLIENT, args![account, connection])?;
    match (found, client) {
        (Some(event), Some((client,))) => {
            let client = &client;
            event.full(tx, Subscriber { client, connection }).map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether a connection has not acknowledged an event of an order, and is still to be told of it.
pub(super) fn is_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    event: &EventId,
    connection: &ConnectionId,
) -> db::Result<bool> {
    let found: Option<(EventId,)> = tx.first(PENDING, args![account, event, order, connection])?;
    Ok(found.is_some())
}
