//! Private refs: each client's own name for a thing, which no other client ever sees (API, chapter
//! Private refs).
//!
//! They are kept apart from the documents, which are stored with every `private_ref` null and filled
//! in for each reader. A ref lies on an *object* (an order, one of its items, a customer) inside a
//! *holder* (the order, the customer), so that one question finds all that a document needs.

pub mod store;

use wire::order::Order;

use crate::db::{self, json};

/// One client's refs, by the id of the object. No two things of a hub have the same id.
pub(crate) use wire::order::PrivateRefs as Refs;

/// The stored document of an order with these private refs in it. One that has none is passed on as it
/// is, without being read.
pub(crate) fn fill_order(document: String, refs: &Refs) -> db::Result<String> {
    if refs.is_empty() {
        return Ok(document);
    }
    let mut order: Order = json::read(&document, "an order")?;
    // A large one is not kept beside what is made of it.
    drop(document);
    order.fill_private_refs(refs);
    json::text(&order)
}
