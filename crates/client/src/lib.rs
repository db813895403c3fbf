//! How a program speaks to a hub.
//!
//! A program needs three things: a [`HubClient`] (where the hub is), an [`App`] (who the program is)
//! and a [`Connection`] (what a merchant allows the program to do). The rest is calls.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use client::order::{Money, NewItem, NewOrder, Order, OrderStatus};
//! use client::{AuthorizeRequest, HubClient, OUT_OF_BAND};
//!
//! let hub = HubClient::new("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/oauth2/v1")?;
//! let app = hub.app("312.clients.example", "secret");
//! let page = app.authorize_url(&AuthorizeRequest::new("location[orders.write]", OUT_OF_BAND));
//! // … the merchant opens `page`, allows, and brings a code back …
//! let token = app.exchange("the code").await?;
//! let connection = hub.connection(token.access_token);
//! let new = NewOrder::new(OrderStatus::New)
//!     .item(NewItem::new("Margherita", Money::parse("9.50 EUR")?, 1));
//! let order: Order = connection.create_order(&new).await?;
//! # Ok(()) }
//! ```
//!
//! # Errors
//! Every call can fail with an [`Error`]: the hub cannot be reached, does not finish its response,
//! sends what cannot be read, or refuses the call ([`Error::Api`], with the status, a message and the
//! wrong fields). Any call can be refused with `401` (the token is invalid, or the connection was
//! blocked), `403` (the scope does not cover the call) and `429` (too many calls). The `# Errors` of a
//! call name only what is particular to that call.
//!
//! # Promises
//! - Orders and catalogs are built with the types of [`order`] and [`catalog`]; a call takes anything
//!   else that serialises to the right JSON, too.
//! - A response is read as the type that the caller names: `serde_json::Value`, a type of `wire`, or
//!   one of the caller's own.
//! - After a `429` the client waits as long as `Retry-After` says, within the bounds of
//!   [`RetryPolicy`].
//! - A call whose connection breaks is sent again. Each POST and PATCH carries an `Idempotency-Key`,
//!   so that a hub that supports keys applies it once, however often it is sent. A POST or PATCH that
//!   may have reached the hub is not sent again before a response has shown that the hub supports keys
//!   ([`Error::may_have_been_applied`]). [`RetryPolicy::retry_changes`] changes that.
//! - Redirects are not followed, and responses are bounded in size and time.
//! - Secrets and tokens are [`Secret`]s: neither `Debug` output nor an error shows one, and comparing
//!   two takes the same time wherever they differ.

#![cfg_attr(not(test), warn(clippy::too_many_lines))]

pub mod callbacks;
mod calls;
mod connection;
mod error;
mod event_feed;
mod events;
mod hub_client;
mod idempotency;
mod oauth;
pub mod order;
mod pages;
mod retry;
mod secret;
mod transport;

pub use calls::{CustomerFilter, LoyaltyCardFilter, OrderFilter};
pub use connection::Connection;
pub use error::{ApiError, Error, FieldError};
pub use event_feed::EventFeed;
pub use events::{Callback, Event, EventHead};
pub use hub_client::HubClient;
pub use idempotency::IdempotencyKey;
pub use oauth::{App, AuthorizeRequest, OUT_OF_BAND, TokenResponse};
pub use pages::Pages;
pub use retry::{RetryChanges, RetryPolicy};
pub use secret::Secret;
/// What catalogs are made of, with builders for uploads.
pub use wire::catalog;
pub use wire::event::{EventResource, EventType};
pub use wire::image::ImageType;
