//! An event as one receiver sees it.

use wire::id::{AccountId, ClientId, OrderId};

use crate::db::{self, Tx};
use crate::orders;

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
