//! Zelty's public API, as a program calls it: typed requests and replies, one request per second for each
//! key, and errors that a person can act on.
//!
//! It speaks version 2.11 unless the settings say otherwise: `POST /orders` answers 404 before that.
//! What the API is like, and what follows from it:
//!
//! | The API | Here |
//! |---|---|
//! | every reply has `errno`; 0 is good | [`ZeltyError`] tells the cases apart |
//! | attributes may be missing or `null` | both are read alike |
//! | money is integer cents, tax rates are hundredths of a percent | the same integers |
//! | lists of an order are empty unless `expand[]` asks for them | every reading of orders asks |
//! | one request per second and key | [`pace`]: a queue in which an order never waits behind a catalog |
//! | a POST may only be repeated with a `remote_id` | [`Resend`] of each [`ZeltyRequest`] |
//! | secrets that are read back are masked | a masked text is no [`ApiKey`] and no [`WebhookSecret`] |
//!
//! A request is a value ([`ZeltyRequest`]) before it is sent, so that tests can check all of them against
//! the shapes that Zelty documents. [`ZeltyClient`] sends them.

mod calls;
mod catalog;
mod client;
mod customer;
mod error;
mod menu;
mod order;
mod order_view;
pub mod pace;
mod payment;
mod reading;
mod request;
mod restaurant;
mod secret;
mod transport;
mod webhook;

pub use catalog::{
    CatalogItem, CatalogItemKind, CatalogItemPart, CatalogMenuPart, CatalogOptionGroup,
    CatalogOptionValue, CatalogPrice, CatalogPriceOverride, CatalogSummary, CatalogTag, CatalogTax,
    OverrideContext, TaxOverride, TaxRules, ZeltyCatalog,
};
pub use client::{RequestObserver, ZeltyClient, ZeltySettings};
pub use customer::{CustomerDraft, DeliveryAddress, ZeltyCustomer};
pub use error::{RestaurantChoice, ZeltyError};
pub use menu::{Dish, DishOption, MenuPart, OptionValue, SetMenu, Tag};
pub use order::{
    AddedTransactions, FulfillmentType, MenuDish, NewEntry, NewEntryTax, NewModifier,
    NewTransaction, NewZeltyOrder, OrderChange, OrderMode, OrderSource, ProductionStart,
};
pub use order_view::{
    EntryKind, EntryPrice, EntryTax, OrderDiscountLine, OrderEntry, OrderEntryModifier, OrderPrice,
    OrderTransaction, StatusWord, ZeltyOrder,
};
pub use payment::{Coupon, TransactionMethod};
pub use request::{HttpMethod, OrdersFilter, Resend, ZeltyRequest};
pub use restaurant::{
    ClosingPeriod, DishAvailability, OptionValueAvailability, Restaurant, StockAvailability,
    Timetable,
};
pub use secret::{ApiKey, SecretError, WebhookSecret};
pub use webhook::{
    SIGNATURE_HEADER, WebhookData, WebhookError, WebhookEvent, WebhookRegistration, read_webhook,
};
