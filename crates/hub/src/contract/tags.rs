//! The sections of the contract: a tag per slice, one for OAuth and one for events, each with a
//! sentence that says what it is about.

use serde_json::{Value, json};

use super::{events, oauth};

/// Name and meaning of each, in the order of the document. A test fails when an operation has a tag
/// that is not here, and when one is here that no operation has.
const TAGS: [(&str, &str); 14] = [
    (
        "accounts",
        "An account is a business. It has one or more locations.",
    ),
    (
        "callbacks",
        "A callback is the subscription of a connection to events: which ones, and the URL that they are sent to. Without a URL, events wait until they are read and acknowledged here.",
    ),
    (
        "catalogs",
        "A catalog is what a location sells: categories, products, skus, options, deals, discounts and charges.",
    ),
    (
        "customer_lists",
        "A customer list holds customers. It belongs to a location, or to the whole account.",
    ),
    (
        "customers",
        "Customers of a list, with their contact details and addresses.",
    ),
    (
        "deliveries",
        "The delivery of an order, and the quotes of carriers who offer to deliver it.",
    ),
    (
        "images",
        "Images that the products and categories of a catalog show.",
    ),
    (
        "inventories",
        "How much of a sku or an option is left at a location.",
    ),
    (
        "locations",
        "A location is a restaurant or a shop: its opening hours, and whether it takes orders now.",
    ),
    (
        "loyalty",
        "Loyalty cards of customers, and the operations that change their points.",
    ),
    (
        "orders",
        "Orders: what was ordered, for whom, when, and how it was paid.",
    ),
    ("users", "The user who connected the client to the account."),
    (
        oauth::TAG,
        "How a client gets a token (OAuth 2.0, authorization code grant), and how it ends one.",
    ),
    (
        events::TAG,
        "What the hub sends to the URL of a callback when something changes.",
    ),
];

/// The tags of the document.
pub(super) fn all() -> Vec<Value> {
    TAGS.iter()
        .map(|(name, what)| json!({ "name": name, "description": what }))
        .collect()
}
