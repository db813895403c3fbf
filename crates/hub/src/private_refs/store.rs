//! Private refs in the database.

use const_format::formatcp;
use wire::id::{AccountId, ClientId, OrderId};

use super::Refs;
use crate::db::{self, QueryBuilder, Tx};
use crate::{args, statements};

statements! {
    SET = "INSERT INTO private_refs (account_id, client_id, holder_id, object_id, value)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account_id, client_id, holder_id, object_id)
        DO UPDATE SET value = excluded.value";
    REMOVE = "DELETE FROM private_refs
        WHERE account_id = $1 AND client_id = $2 AND holder_id = $3 AND object_id = $4";
    /// Those on an order, its elements and its customer.
    OF_ORDER = "SELECT object_id, value FROM private_refs
        WHERE account_id = $1 AND client_id = $2 AND holder_id IN ($3,
            (SELECT o.customer_id FROM orders o WHERE o.account_id = $1 AND o.id = $3))";
    /// Any one of a client's. The order keeps PostgreSQL from walking through everybody's, in the
    /// hope to meet one at once.
    ANY = "SELECT holder_id FROM private_refs WHERE account_id = $1 AND client_id = $2
        ORDER BY holder_id LIMIT 1";
    OF_HOLDER = formatcp!("{OF_CLIENT} AND holder_id = $3");
}

const OF_CLIENT: &str = "SELECT holder_id, object_id, value FROM private_refs
        WHERE account_id = $1 AND client_id = $2";

/// Numbers of holders that one question may name.
const SIZES: [usize; 3] = [10, 50, 200];

/// Sets what a client calls an object; none removes it.
pub fn set(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    holder: &str,
    object: &str,
    value: Option<&str>,
) -> db::Result<()> {
    match value {
        Some(value) => tx.write(SET, args![account, client, holder, object, value]),
        None => tx.write(REMOVE, args![account, client, holder, object]),
    }
}

/// Whether a client has refs in an account at all.
pub(crate) fn has_any(tx: &mut Tx<'_>, account: &AccountId, client: &ClientId) -> db::Result<bool> {
    let found: Option<(String,)> = tx.first(ANY, args![account, client])?;
    Ok(found.is_some())
}

/// What a client calls an order, its elements and its customer.
pub(crate) fn of_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    order: &OrderId,
) -> db::Result<Refs> {
    let rows: Vec<(String, String)> = tx.all(OF_ORDER, args![account, client, order])?;
    Ok(rows.into_iter().collect())
}

/// What a client calls the objects in any of these holders, as (holder, object, value).
pub(crate) fn of_holders(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    holders: &[&str],
) -> db::Result<Vec<(String, String, String)>> {
    let mut found = Vec::new();
    for some in holders.chunks(SIZES[2]) {
        if let [one] = some {
            found.extend(tx.all(OF_HOLDER, args![account, client, *one])?);
            continue;
        }
        let rows = of_some(account, client, some).all(tx)?;
        found.extend::<Vec<(String, String, String)>>(rows);
    }
    Ok(found)
}

fn of_some(account: &AccountId, client: &ClientId, holders: &[&str]) -> QueryBuilder {
    let mut query = QueryBuilder::new(OF_CLIENT, args![account, client]);
    query.bind_list(" AND holder_id IN (?)", holders, &SIZES);
    query
}

/// A query for every text that [`of_holders`] can ask.
pub(crate) fn every_query() -> Vec<QueryBuilder> {
    let account = AccountId::from_generated("a".to_owned());
    let client = ClientId::from_generated("c".to_owned());
    let queries = SIZES.map(|size| of_some(&account, &client, &vec!["o"; size]));
    queries.into()
}
