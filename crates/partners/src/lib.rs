//! Partner apps that reach the hub over HTTP only, as anybody's app would. Read them to write your own:
//!
//! - [`developer_tools`] is a web app that the hub can reach: it is connected by redirect, receives
//!   callbacks, verifies their signatures, and places orders;
//! - [`kezia`] is a program that the hub cannot reach, a till: it is connected by a code that is copied by
//!   hand, and fetches its events;
//! - [`pos_helper`] is a till on the web with a production board for the kitchen;
//! - [`printer`] prints each new order as text: the smallest app, and the worked example of `docs/apps.md`;
//! - [`kit`] is what all share: connecting, events, what waits to be sent, the store, pages;
//! - [`zelty_bridge`] carries orders between a hub and the till Zelty, whose API [`zelty_api`] speaks;
//!   [`zelty_service`] stands in for Zelty in tests.
//!
//! Each begins with its story: which file does which step. Nothing here knows the hub's own crate:
//! [`client`] and HTTP are the only way in.

#![cfg_attr(not(test), warn(clippy::too_many_lines))]

pub mod developer_tools;
pub mod kezia;
pub mod kit;
pub mod pos_helper;
pub mod printer;
pub mod zelty_api;
pub mod zelty_bridge;
pub mod zelty_service;

pub use kit::AppError;
pub use kit::settings::AppSettings;
