//! The hub: its back office.

pub mod office;
