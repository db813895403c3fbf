//! Orders (API, chapter Orders).
//!
//! Whoever may write orders of a location creates them; whoever may read them sees all of them, of
//! all clients. There is no way to delete one, and no status that may not follow another.
//!
//! - The hub computes: total and discrepancies, new keys for deals, ids of elements, the channel (the
//!   sender's name unless said otherwise), and who created it.
//! - Refs and prices are free: nothing is compared with a catalog.
//! - The customer is copied into the order as of just before it; later changes do not show.
//! - Items, discounts, charges and payments are never edited: they are marked as deleted, for ever,
//!   and others are added.
//! - Private refs are kept apart ([`crate::private_refs`]) and filled in for each reader ([`client_view`]).
//!   A change of nothing but private refs is told to nobody, since nobody else can see it; neither is
//!   a change of nothing.
//!
//! Stored documents are passed on as they are unless the reader has private refs in them.
//!
//! What a request makes of an order is in [`wire::order`], without any I/O.

pub mod browse;
mod changes;
pub(crate) mod client_view;
mod filter;
mod fire_time;
pub(crate) mod http;
pub(crate) mod recent_refs;
pub(crate) mod sales;
pub(crate) mod sales_days;
pub(crate) mod search_keys;
pub mod store;

pub use fire_time::ALL as FIRE_TIME;
pub use sales::ALL as SALES;
pub use sales_days::ALL as SALES_DAYS;
pub use search_keys::ALL as SEARCH_KEYS;

use wire::order::{Order, OrderStatus, RawOrder, RawOrderPatch};
use wire::scope::{Resource, Right};
use wire::time::TimeInput;

use crate::http::routes::{Needs, Paths, Routes, needs};

const ORDERS: Paths = Paths::of_location("/locations/{location_id}/orders", "/location/orders");
const ORDER: Paths = Paths::of_location(
    "/locations/{location_id}/orders/{order_id}",
    "/location/orders/{order_id}",
);
const ORDERS_OF_ACCOUNT: Paths =
    Paths::of_account("/accounts/{account_id}/orders", "/account/orders");

const READ: Needs = needs(Resource::Orders, Right::Read);
const WRITE: Needs = needs(Resource::Orders, Right::Write);

/// The endpoints of orders.
pub fn routes() -> Routes {
    let routes = Routes::new()
        .post(ORDERS, WRITE, http::create)
        .operation_id("orders.create")
        .summary("Create an order")
        .note("Only `status` is required. Amounts are in the currency of the account.")
        .request::<RawOrder>()
        .example(include_str!("example.json"))
        .response::<Order>()
        .get(ORDERS, READ, http::list)
        .operation_id("orders.list")
        .paginated()
        .heavy()
        .summary("List the orders of a location, oldest first")
        .response::<Vec<Order>>();
    let routes = filters(routes)
        .get(ORDERS_OF_ACCOUNT, READ, http::list_of_account)
        .operation_id("orders.list_of_account")
        .paginated()
        .heavy()
        .summary("List the orders of all locations, oldest first")
        .response::<Vec<Order>>();
    filters(routes).and(order_routes())
}

fn order_routes() -> Routes {
    Routes::new()
        .get(ORDER, READ, http::find)
        .operation_id("orders.find")
        .summary("Read an order")
        .response::<Order>()
        .patch(ORDER, WRITE, http::update)
        .operation_id("orders.update")
        .summary("Change an order")
        .note("Items, discounts, charges and payments cannot be edited: mark one as deleted and add another.")
        .request::<RawOrderPatch>()
        .example(r#"{ "status": "accepted", "confirmed_time": "2026-03-07T20:40:00+01:00" }"#)
        .response::<Order>()
        .put(ORDER, WRITE, http::update_as_put)
        .operation_id("orders.update_as_put")
        .summary("Change an order, for older programs")
        .note("The same as PATCH, except that it also changes `customer_notes`.")
        .request::<RawOrderPatch>()
        .response::<Order>()
}

/// What a list of orders may be narrowed down to.
fn filters(list: Routes) -> Routes {
    list.filter::<String>(
        "private_ref",
        "Only what has this private ref, set by the same client",
    )
    .filter_unless_empty::<OrderStatus>("status", "Only orders with this status")
    .filter::<String>(
        "created_by",
        "Only orders that a client of this name has sent",
    )
    .filter_unless_empty::<TimeInput>("after", "Only orders created at this time or later")
    .filter_unless_empty::<TimeInput>("before", "Only orders created before this time")
    .filter::<String>("customer_id", "Only orders of this customer")
}
