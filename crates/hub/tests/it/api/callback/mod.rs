//! /callback and /callback/events.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

mod events;
mod stream;
mod subscribe;
