//! Bounds on how often: requests of a connection ([`budgets`]), guesses at secrets ([`guesses`]), mails
//! ([`mails`]).
//!
//! A hub that is alone counts in memory, but for mails. Several hubs on one PostgreSQL count together in the table
//! `counts`, which the path of a request does not touch but for a few times in a window: see
//! [`budgets`] for how exact that is.

mod budgets;
mod guesses;
mod mails;
mod store;

pub(crate) use budgets::{Limits, settle};
pub(crate) use guesses::{Attempts, Guess};
pub(crate) use mails::{Budgets as MailBudgets, Mail as CountedMail};
pub use store::ALL as STATEMENTS;
pub(crate) use store::forget;
