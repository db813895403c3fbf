//! Quotes: what carriers ask for the delivery of an order.
//!
//! An order may have many, of the same carrier too, and several accepted. Accepting is for ever, and
//! doing it again changes nothing. Neither fires `order.update`. Whoever subscribes to
//! `delivery_quote`, which is an addition of this hub, is told of both; a carrier that does not has
//! to look.

mod http;
pub mod store;

use wire::delivery::{DeliveryQuote, RawDeliveryQuote};

use super::{READ, WRITE};
use crate::http::routes::{Paths, Routes};

const QUOTES: Paths = Paths::of_location(
    "/locations/{location_id}/orders/{order_id}/delivery_quotes",
    "/location/orders/{order_id}/delivery_quotes",
);
const QUOTE: Paths = Paths::of_location(
    "/locations/{location_id}/orders/{order_id}/delivery_quotes/{delivery_quote_id}",
    "/location/orders/{order_id}/delivery_quotes/{delivery_quote_id}",
);
const ACCEPT: Paths = Paths::of_location(
    "/locations/{location_id}/orders/{order_id}/delivery_quotes/{delivery_quote_id}/accept",
    "/location/orders/{order_id}/delivery_quotes/{delivery_quote_id}/accept",
);

/// The endpoints of quotes.
pub(super) fn routes() -> Routes {
    Routes::new()
        .post(QUOTES, WRITE, http::create)
        .operation_id("deliveries.quotes_create")
        .summary("Offer to deliver an order")
        .request::<RawDeliveryQuote>()
        .example(r#"{ "carrier": "Vélo Rhône", "ref": "VR-Q-3391", "fee": "5.20 EUR" }"#)
        .response::<DeliveryQuote>()
        .get(QUOTES, READ, http::list)
        .operation_id("deliveries.quotes_list")
        .summary("List the quotes of an order")
        .response::<Vec<DeliveryQuote>>()
        .get(QUOTE, READ, http::find)
        .operation_id("deliveries.quotes_find")
        .summary("Read a quote")
        .response::<DeliveryQuote>()
        .post(ACCEPT, WRITE, http::accept)
        .operation_id("deliveries.quotes_accept")
        .conditional()
        .summary("Accept a quote")
        .note("The request has no body. Accepting a quote a second time changes nothing.")
        .response::<DeliveryQuote>()
}
