//! Bounds on how often: requests of a connection ([`budgets`]), guesses at secrets ([`guesses`]).
//!
//! A hub that is alone counts in memory. Several hubs on one PostgreSQL count together in the table
//! `counts`, which the path of a request does not touch but for a few times in a window: see
//! [`budgets`] for how exact that is.

mod budgets;
mod guesses;
mod store;

pub(crate) use budgets::{Limits, settle};
pub(crate) use guesses::{Attempts, Guess};
pub use store::ALL as STATEMENTS;
pub(crate) use store::forget;
