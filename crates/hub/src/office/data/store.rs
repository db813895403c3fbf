//! What the pages of an order need from tables of several slices.

use std::collections::BTreeMap;

use wire::id::{AccountId, ConnectionId};

use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    NAMES = "SELECT c.id, k.name, c.blocked_at
        FROM connections c JOIN clients k ON k.id = c.client_id WHERE c.account_id = $1";
}

/// How a connection is called.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub app: String,
    pub is_blocked: bool,
}

/// Every connection that an account has or had.
pub(super) fn names(
    tx: &mut Tx<'_>,
    account: &AccountId,
) -> db::Result<BTreeMap<ConnectionId, Named>> {
    let rows: Vec<(ConnectionId, String, Option<String>)> = tx.all(NAMES, args![account])?;
    let named = |app, blocked: Option<String>| Named {
        app,
        is_blocked: blocked.is_some(),
    };
    Ok(rows
        .into_iter()
        .map(|(id, app, blocked)| (id, named(app, blocked)))
        .collect())
}
