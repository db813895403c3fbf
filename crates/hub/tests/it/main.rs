//! Everything the hub promises, through its front door.
//!
//! The suite runs on SQLite, and on PostgreSQL when `PASSEPLAT_TEST_POSTGRES` names a server.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on says why and ends"
)]
// A whole order in one json!.
#![recursion_limit = "256"]

mod api;
mod chores;
mod clock;
mod compatibility;
mod contract;
mod db;
mod dispatch;
mod house;
mod journal;
mod network;
mod oauth;
mod office;
mod opening;
mod settings;
mod supervised;
mod support;

/// Counts what is taken, for the one test that asks.
#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
