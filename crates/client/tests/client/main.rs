//! The client against small hubs on the loopback interface.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod callbacks;
mod catalogs;
mod customers;
mod event_feed;
mod failures;
mod hubs;
mod oauth;
mod orders;
