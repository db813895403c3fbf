//! How a program speaks to a hub.
//!
//! Three things are needed: a [`Hub`] (where it is), an [`App`] (who the program is) and a
//! [`Connection`] (what a merchant allowed it to do). The rest is calls.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use client::order::{Money, NewItem, NewOrder, Order, OrderStatus};
//! use client::{Authorize, Hub, OUT_OF_BAND};
//!
//! let hub = Hub::new("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/oauth2/v1")?;
//! let app = hub.app("312.clients.example", "secret");
//! let page = app.authorize_url(&Authorize::new("location[orders.write]", OUT_OF_BAND));
//! // … the merchant opens `page`, allows, and brings a code back …
//! let token = app.exchange("the code").await?;
//! let connection = hub.connection(token.access_token);
//! let new = NewOrder::new(OrderStatus::New)
//!     .item(NewItem::new("Margherita", Money::parse("9.50 EUR")?, 1));
//! let order: Order = connection.create_order(&new).await?;
//! # Ok(()) }
//! ```
//!
//! Promises:
//! - orders and catalogs are built with the types of [`order`] and [`catalog`]; any call takes
//!   whatever becomes the JSON, too;
//! - answers are read as the type the caller asks for: `serde_json::Value`, a type of `wire`, or
//!   one's own;
//! - `429` is waited out by `Retry-After`, within the bounds of [`Patience`];
//! - a broken connection is tried again. Each POST and PATCH carries an `Idempotency-Key`, so that a
//!   hub that knows keys makes it once however often it comes. Until a hub has shown in an answer that
//!   it does, a POST or PATCH that may have reached it is not sent again: [`Error::is_uncertain`].
//!   [`Patience::repeat_changes`] is for those who know more;
//! - redirects are not followed, answers are bounded in size and time;
//! - secrets and tokens never appear in `Debug` output or errors.

pub mod callbacks;
mod calls;
mod catalogs;
mod connection;
mod customers;
mod error;
mod events;
mod images;
mod inventories;
mod key;
mod oauth;
pub mod order;
mod pages;
mod patience;
mod secret;
mod transport;

pub use calls::OrderFilter;
pub use connection::Connection;
pub use customers::{CustomerFilter, LoyaltyCardFilter};
pub use error::{Error, FieldError, Refusal};
pub use events::{Callback, Event, EventHead};
pub use key::IdempotencyKey;
pub use oauth::{App, Authorize, Hub, OUT_OF_BAND, Token};
pub use pages::Pages;
pub use patience::{Patience, Repeat};
pub use secret::Secret;
/// What catalogs are made of, with builders for uploads.
pub use wire::catalog;
pub use wire::event::{EventResource, EventType};
pub use wire::image::ImageType;
