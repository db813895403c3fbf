//! Everything the hub promises, through its front door.
//!
//! The suite runs on SQLite, and on PostgreSQL when `PASSEPLAT_TEST_POSTGRES` names a server. What is
//! tested on both has a name for each: `orders::create::an_order_…::sqlite` and `…::postgresql`.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says why and ends"
)]
// A whole order in one json!.
#![recursion_limit = "256"]

// Before all others: it makes a test for each engine.
#[macro_use]
mod engine;

mod alarms;
mod api;
mod audit;
mod chores;
mod clock;
mod compatibility;
mod contract;
mod contract_rules;
mod contract_served;
mod db;
mod dispatch;
mod documents;
mod house;
mod journal;
mod logging;
mod names;
mod network;
mod oauth;
mod office;
mod opening;
mod operations;
mod rooms;
mod settings;
mod sql;
mod supervised;
mod support;

/// Counts what is taken, for the one test that asks.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
