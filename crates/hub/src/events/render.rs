//! An event as one receiver sees it.

use serde_json::{Map, Value};
use wire::id::{AccountId, ClientId, OrderId};

use crate::db::{self, Tx};
use crate::{orders, private_refs};

/// The state of an order, as it was stored, with the private refs that a client has on the order, its
/// elements and its customer. Without any, the document is passed on as it is.
pub(crate) fn order_document(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    order: &OrderId,
    document: String,
) -> db::Result<String> {
    orders::seen::document(tx, account, client, order, document)
}

/// The state of a customer, as it was stored, with the private ref that a client has on it.
pub(crate) fn customer_document(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    customer: &str,
    document: String,
) -> db::Result<String> {
    let refs = private_refs::store::of_holders(tx, account, client, &[customer])?;
    let Some((_, _, value)) = refs.into_iter().find(|(_, object, _)| object == customer) else {
        return Ok(document);
    };
    let broken = |error: serde_json::Error| db::Error::Broken(error.to_string());
    let mut state: Map<String, Value> = serde_json::from_str(&document).map_err(broken)?;
    if let Some(slot) = state.get_mut("private_ref") {
        *slot = Value::String(value);
    }
    serde_json::to_string(&state).map_err(broken)
}
