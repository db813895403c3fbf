//! How a hub comes to be, and what keeps it from being made by accident.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where the world is not as it must be"
)]

mod begin;
mod files;
mod journal;
mod modes;
mod refused;
