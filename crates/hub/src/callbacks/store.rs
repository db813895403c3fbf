//! Callbacks in the database.

use const_format::formatcp;
use wire::callback::{Callback, Subscriptions};
use wire::id::{AccountId, ConnectionId};

use crate::db::{self, Json, Tx, json};
use crate::events;
use crate::events::store::lane_jobs;
use crate::{args, row, statements};

statements! {
    FIND = formatcp!("SELECT {} FROM callbacks WHERE account_id = $1 AND connection_id = $2",
        CallbackRow::COLUMNS);
    REPLACE = "INSERT INTO callbacks (account_id, connection_id, url, events, created_at, fires_orders)
        VALUES ($1, $2, $3, $4, $5, COALESCE((SELECT c.fires_orders FROM connections c
            WHERE c.account_id = $1 AND c.id = $2), FALSE))
        ON CONFLICT (account_id, connection_id)
            DO UPDATE SET url = excluded.url, events = excluded.events,
                created_at = excluded.created_at";
    REMOVE = "DELETE FROM callbacks WHERE account_id = $1 AND connection_id = $2";
}

row! {
    struct CallbackRow {
        url: Option<String> = "url",
        events: Subscriptions as Json = "events",
    }
}

impl From<CallbackRow> for Callback {
    fn from(row: CallbackRow) -> Self {
        let CallbackRow { url, events } = row;
        Self { url, events }
    }
}

/// The callback of a connection.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<Option<Callback>> {
    let row: Option<CallbackRow> = tx.first(FIND, args![account, connection])?;
    Ok(row.map(Callback::from))
}

/// Finds the callback of a connection and locks it until the transaction ends.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<Option<Callback>> {
    let row: Option<CallbackRow> = tx.first_locked(FIND, args![account, connection])?;
    Ok(row.map(Callback::from))
}

/// Makes `callback` the one of the connection. What is pending stays, to be sent or to be fetched; with
/// another URL than before it is due at once, and its tries begin anew. With the same URL nothing is
/// due any sooner: an app that registers at every start must not use up the tries of its events by
/// starting often.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    callback: &Callback,
) -> db::Result<()> {
    let now = tx.now();
    let events = json::text(&callback.events)?;
    let before = lock(tx, account, connection)?.and_then(|callback| callback.url);
    let url = callback.url.as_deref();
    tx.write(REPLACE, args![account, connection, url, events, now])?;
    events::followers::refresh(tx, account.as_str(), connection)?;
    match (before.as_deref(), url) {
        (None, Some(_)) => lane_jobs::open(tx, account, connection),
        (Some(_), None) => lane_jobs::close(tx, account, connection),
        (Some(before), Some(url)) if before != url => lane_jobs::reset(tx, account, connection),
        _ => Ok(()),
    }
}

/// Removes the callback of a connection and discards what is pending.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
) -> db::Result<()> {
    tx.write(REMOVE, args![account, connection])?;
    events::followers::unsubscribe(tx, account.as_str(), connection)?;
    events::store::cancel(tx, account.as_str(), connection)
}
