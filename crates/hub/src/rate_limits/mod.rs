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

use std::net::IpAddr;

pub(crate) use budgets::{Limits, settle};
pub(crate) use guesses::{Attempts, Guess};
pub(crate) use mails::{Budgets as MailBudgets, Mail as CountedMail};
pub use store::ALL as STATEMENTS;
pub(crate) use store::forget;

/// The address of whoever calls, behind any trusted proxy; none in tests without a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub Option<IpAddr>);
