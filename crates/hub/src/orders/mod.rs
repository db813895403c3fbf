//! Orders (API, chapter Orders).
//!
//! Whoever may write orders of a location creates them; whoever may read them sees all of them, of
//! all clients. There is no way to delete one, and no status that may not follow another.
//!
//! - The hub computes: total and discrepancies, new keys for deals, ids of elements, the channel (the
//!   sender's name unless said otherwise), and who created it.
//! - Refs and prices are free: nothing is compared with a catalog.
//! - The customer is copied into the order as he was before it; later changes of him do not show.
//! - Items, discounts, charges and payments are never edited: they are marked as deleted, for ever,
//!   and others are added.
//! - Private refs are kept apart ([`crate::private_refs`]) and filled in for each reader ([`seen`]).
//!   A change of nothing but private refs is told to nobody, since nobody else can see it; neither is
//!   a change of nothing.
//!
//! Stored documents are passed on as they are unless the reader has private refs in them.

pub mod browse;
mod changes;
mod elements;
mod filter;
pub(crate) mod http;
pub(crate) mod recent_refs;
mod rules;
pub(crate) mod seen;
pub mod store;

use wire::scope::{Resource, Right};

use crate::http::routes::{Needs, Paths, Routes, needs};

const ORDERS: Paths = &["/locations/{location_id}/orders", "/location/orders"];
const ORDER: Paths = &[
    "/locations/{location_id}/orders/{order_id}",
    "/location/orders/{order_id}",
];
const ORDERS_OF_ACCOUNT: Paths = &["/accounts/{account_id}/orders", "/account/orders"];

const READ: Needs = needs(Resource::Orders, Right::Read);
const WRITE: Needs = needs(Resource::Orders, Right::Write);

/// The endpoints of orders.
pub fn routes() -> Routes {
    Routes::new()
        .post(ORDERS, WRITE, http::create)
        .get(ORDERS, READ, http::list)
        .paged()
        .heavy()
        .get(ORDERS_OF_ACCOUNT, READ, http::list_of_account)
        .paged()
        .heavy()
        .get(ORDER, READ, http::find)
        .patch(ORDER, WRITE, http::update)
        .put(ORDER, WRITE, http::update_as_put)
}
