//! Private refs: each client's own name for a thing, which no other client ever sees (API, chapter
//! Private refs).
//!
//! They are kept apart from the documents, which are stored with every `private_ref` null and filled
//! in for each reader. A ref lies on an *object* (an order, one of its items, a customer) inside a
//! *holder* (the order, the customer), so that one question finds all that a document needs.

pub mod store;

/// One client's refs, by the id of the object. No two things of a hub have the same id.
pub(crate) use wire::order::PrivateRefs as Refs;
