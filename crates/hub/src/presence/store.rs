//! The table of presence.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId};

use super::{CallbackHealth, PresenceUpdate};
use crate::db::{self, Tx, Value};
use crate::{args, row, statements};

/// Connections that one statement writes.
const ROWS_PER_STATEMENT: usize = 8;

statements! {
    /// A shorter list is filled with its last row: none may be there twice.
    WRITE = "INSERT INTO connection_presence (account_id, connection_id, heard_at, failing_since)
        SELECT DISTINCT v.column1, v.column2, v.column3, v.column4
        FROM (VALUES ($1, $2, $3, $4), ($5, $6, $7, $8), ($9, $10, $11, $12), ($13, $14, $15, $16),
            ($17, $18, $19, $20), ($21, $22, $23, $24), ($25, $26, $27, $28), ($29, $30, $31, $32)) v
        WHERE v.column1 IS NOT NULL
        ON CONFLICT (account_id, connection_id) DO UPDATE SET
            heard_at = CASE WHEN connection_presence.heard_at >= excluded.heard_at
                    OR excluded.heard_at IS NULL
                THEN connection_presence.heard_at ELSE excluded.heard_at END,
            failing_since = CASE WHEN excluded.failing_since IS NULL
                    OR (excluded.failing_since > '' AND connection_presence.failing_since > '')
                THEN connection_presence.failing_since ELSE excluded.failing_since END";
    OF_ACCOUNT = formatcp!("SELECT {} FROM connection_presence WHERE account_id = $1",
        StoredPresence::COLUMNS);
    OLDER = "SELECT account_id, connection_id FROM connection_presence
        WHERE heard_at IS NOT NULL AND heard_at < $1 ORDER BY heard_at LIMIT $2";
    /// Unless it was heard of meanwhile.
    DELETE = "DELETE FROM connection_presence
        WHERE account_id = $1 AND connection_id = $2 AND heard_at < $3";
}

row! {
    /// What is known of a connection.
    #[derive(Clone, Debug)]
    pub(crate) struct StoredPresence {
        pub connection: ConnectionId = "connection_id",
        pub heard_at: Option<Timestamp> = "heard_at",
        /// Since when its callbacks fail, if they do.
        pub failing_since: Option<Timestamp> = "CASE WHEN failing_since > '' THEN failing_since END",
    }
}

fn columns(update: &PresenceUpdate) -> [Value; 4] {
    let failing_since = update.health.map(|health| match health {
        CallbackHealth::Acknowledged => String::new(),
        CallbackHealth::FailingSince(since) => wire::time::stored(since),
    });
    [
        Value::from(&update.account),
        Value::from(&update.connection),
        Value::from(update.heard_at),
        Value::from(failing_since),
    ]
}

/// Writes down what was heard. Who has acknowledged something since the last time and fails again does not
/// fail since what is stored: that is ended first.
pub(crate) fn write(tx: &mut Tx<'_>, updates: &[PresenceUpdate]) -> db::Result<()> {
    let is_failing = |health| matches!(health, Some(CallbackHealth::FailingSince(_)));
    let again = updates.iter();
    let again = again.filter(|it| it.is_acknowledged_since && is_failing(it.health));
    let ended: Vec<PresenceUpdate> = again
        .map(|it| PresenceUpdate {
            health: Some(CallbackHealth::Acknowledged),
            ..it.clone()
        })
        .collect();
    write_rows(tx, &ended)?;
    write_rows(tx, updates)
}

fn write_rows(tx: &mut Tx<'_>, updates: &[PresenceUpdate]) -> db::Result<()> {
    for some in updates.chunks(ROWS_PER_STATEMENT) {
        let mut values: Vec<Value> = some.iter().flat_map(columns).collect();
        if let Some(last) = some.last() {
            let missing = std::iter::repeat_n(last, ROWS_PER_STATEMENT - some.len());
            values.extend(missing.flat_map(columns));
        }
        tx.write(WRITE, &values)?;
    }
    Ok(())
}

/// What is known of the connections of an account.
pub(crate) fn of_account(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Vec<StoredPresence>> {
    tx.all(OF_ACCOUNT, args![account])
}

/// Deletes what is known of connections that were last heard of before `until`, up to `most` of them.
pub(crate) fn delete_older(tx: &mut Tx<'_>, until: Timestamp, most: u32) -> db::Result<usize> {
    let older: Vec<(AccountId, ConnectionId)> = tx.all(OLDER, args![until, most])?;
    for (account, connection) in &older {
        tx.write(DELETE, args![account, connection, until])?;
    }
    Ok(older.len())
}
