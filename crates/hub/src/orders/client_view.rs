//! An order as one client sees it: with that client's private refs, and nobody else's.
//!
//! A document in which the client has no refs is passed on as it is, without being read.

use std::collections::BTreeMap;

use wire::id::{AccountId, ClientId, OrderId};

use super::store::ListedOrder;
use crate::db::page::Page;
use crate::db::{self, Tx};
use crate::private_refs::{self, Refs};

/// The stored document of an order, now or at some time before, as a client sees it.
pub(crate) fn document(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    order: &OrderId,
    document: String,
) -> db::Result<String> {
    let refs = private_refs::store::of_order(tx, account, client, order)?;
    private_refs::fill_order(document, &refs)
}

/// A page of documents as a client sees them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    page: Page<ListedOrder>,
) -> db::Result<Page<String>> {
    let mut holders: Vec<&str> = page.items.iter().flat_map(ListedOrder::holders).collect();
    holders.sort_unstable();
    holders.dedup();
    let found = private_refs::store::of_holders(tx, account, client, &holders)?;
    let mut refs: BTreeMap<String, Refs> = BTreeMap::new();
    for (holder, object, value) in found {
        refs.entry(holder).or_default().insert(object, value);
    }
    let filled = page.items.into_iter().map(|listed| {
        let own: Refs = listed
            .holders()
            .filter_map(|holder| refs.get(holder))
            .flat_map(|own| own.iter().map(|(id, value)| (id.clone(), value.clone())))
            .collect();
        private_refs::fill_order(listed.document, &own)
    });
    Ok(Page {
        items: filled.collect::<db::Result<_>>()?,
        next: page.next,
    })
}
