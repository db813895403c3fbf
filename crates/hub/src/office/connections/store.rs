//! What a connection was told, for its logs.

use std::collections::BTreeMap;

use const_format::formatcp;
use wire::id::{AccountId, ConnectionId, EventId};

use crate::alarms::settings::DEFAULT_SILENT_MINUTES;
use crate::db::{self, Tx};
use crate::events::envelope::{JOIN_ZONE, StoredEvent, Subscriber};
use crate::oauth::connections::Connection;
use crate::private_refs;
use crate::{args, row, statements};

statements! {
    EVENTS = formatcp!("{SELECT}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.turn >= 0
            AND (d.created_at, d.event_id) < ($3, $4)
        ORDER BY d.created_at DESC, d.event_id DESC LIMIT $5");
    EVENT = formatcp!("{SELECT}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.event_id = $3");
    /// Connections that fetch the events of orders, with the settings of their place.
    PASSIVE = formatcp!("SELECT {} FROM callbacks b
        JOIN connections c ON c.account_id = b.account_id AND c.id = b.connection_id
        LEFT JOIN alarm_settings s
            ON s.account_id = b.account_id AND s.location_id = COALESCE(c.location_id, '')
        LEFT JOIN alarm_settings g ON g.account_id = b.account_id AND g.location_id = ''
        WHERE b.account_id = $1 AND b.url IS NULL AND EXISTS (SELECT 1 FROM followers f
            WHERE f.account_id = b.account_id AND f.connection_id = b.connection_id
                AND f.resource = 'order')", PassiveConnection::COLUMNS);
}

row! {
    /// A connection that fetches the events of orders.
    pub(crate) struct PassiveConnection {
        pub connection: ConnectionId = "b.connection_id",
        /// After how many minutes it is silent.
        pub silent_minutes: u32 = formatcp!(
            "COALESCE(s.silent_minutes, g.silent_minutes, {DEFAULT_SILENT_MINUTES})"
        ),
    }
}

/// The connections of an account that fetch the events of orders.
pub(crate) fn list_passive(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<Vec<PassiveConnection>> {
    tx.all(PASSIVE, args![account])
}

const SELECT: &str = formatcp!(
    "SELECT {} FROM dispatches d
        JOIN events e ON e.account_id = d.account_id AND e.id = d.event_id
        {JOIN_ZONE}",
    StoredEvent::COLUMNS
);

/// What a connection was told by the newest events before the row (`at`, `id`), up to `most` of
/// them and `bytes` in all: those beyond are left out.
pub(super) fn bodies(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &Connection,
    before: (&str, &str),
    most: u32,
    bytes: usize,
) -> db::Result<BTreeMap<EventId, String>> {
    let (at, id) = before;
    let found: Vec<StoredEvent> = tx.all(EVENTS, args![account, &connection.id, at, id, most])?;
    let to = Subscriber {
        client: &connection.client,
        connection: &connection.id,
    };
    let has_refs = private_refs::store::has_any(tx, account, &connection.client)?;
    let mut bodies = BTreeMap::new();
    let mut room = bytes;
    for event in found {
        let body = match has_refs {
            true => event.full(tx, to)?,
            false => event.without_refs(to)?,
        };
        if body.len() > room {
            break;
        }
        room -= body.len();
        bodies.insert(event.id, body);
    }
    Ok(bodies)
}

/// What a connection was told by one event, if it was owed it.
pub(super) fn body(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &Connection,
    event: &EventId,
) -> db::Result<Option<String>> {
    let found: Option<StoredEvent> = tx.first(EVENT, args![account, &connection.id, event])?;
    let to = Subscriber {
        client: &connection.client,
        connection: &connection.id,
    };
    found.map(|event| event.full(tx, to)).transpose()
}
