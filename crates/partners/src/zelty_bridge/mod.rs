//! Zelty Bridge: carries orders, catalogs, stock and opening hours between a hub and the till Zelty.
//!
//! `mapping` says what becomes of what, as functions without input or output of their own:
//! `docs/zelty.md` has it as a table, each row with the test that proves it.

pub mod mapping;
