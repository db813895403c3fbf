//! What a connection was told, for its logs.

use std::collections::BTreeMap;

use const_format::formatcp;
use wire::id::{AccountId, EventId};

use crate::db::{self, Tx};
use crate::events::envelope::{JOIN_ZONE, StoredEvent, Subscriber};
use crate::oauth::connections::Connection;
use crate::private_refs;
use crate::{args, statements};

statements! {
    EVENTS = formatcp!("{SELECT}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.turn >= 0
            AND (d.created_at, d.event_id) < ($3, $4)
        ORDER BY d.created_at DESC, d.event_id DESC LIMIT $5");
    EVENT = formatcp!("{SELECT}
        WHERE d.account_id = $1 AND d.connection_id = $2 AND d.event_id = $3");
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
