//! The words of the API: the types and JSON shapes that a hub and its clients share, and what a good
//! request makes of an order, a delivery, a location. No I/O.
//!
//! In reading order:
//!
//! - small words: [`currency`], [`money`], [`decimal`], [`id`], [`time`], [`dow`], [`scope`];
//! - how requests are read: [`input`] takes anything, [`problem`] says what is wrong with it,
//!   [`patch`] is what a PATCH says about a field, [`free`] data is kept as it is, and
//!   [`custom_fields`] are merged;
//! - what all of it looks like in JSON Schema: [`schema`];
//! - the resources: [`account`], [`user`], [`location`], [`catalog`], [`order`], [`delivery`],
//!   [`customer`], [`loyalty`], [`inventory`], [`image`];
//! - how clients connect and are told: [`token`], [`callback`], [`event`].

#![cfg_attr(not(test), warn(clippy::too_many_lines))]

mod text;
mod word;

pub mod account;
pub mod callback;
pub mod catalog;
pub mod country;
pub mod currency;
pub mod custom_fields;
pub mod customer;
pub mod decimal;
pub mod delivery;
pub mod dow;
pub mod event;
pub mod free;
pub mod id;
pub mod image;
pub mod input;
pub mod inventory;
pub mod location;
pub mod loyalty;
pub mod money;
pub mod order;
pub mod patch;
pub mod problem;
pub mod schema;
pub mod scope;
pub mod time;
pub mod token;
pub mod user;
