//! Bounds on how often: requests of a connection ([`windows`]), guesses at secrets ([`login_attempts`]), codes of a
//! second factor ([`wrong_codes`]), mails ([`mails`]).
//!
//! A hub that is alone counts in memory, but for mails. Several hubs on one PostgreSQL count
//! together in the table `counts`, which the path of a request does not touch but for a few times
//! in a window: see [`windows`] for how exact that is.

mod login_attempts;
mod mails;
mod store;
mod windows;
mod wrong_codes;

use std::net::IpAddr;

pub(crate) use login_attempts::{AttemptKey, LoginAttempts};
pub(crate) use mails::{CountedMail, MailLimits as MailBudgets};
pub use store::ALL as STATEMENTS;
pub(crate) use store::delete_expired;
pub(crate) use windows::{RateLimits, settle};
pub(crate) use wrong_codes::{count_wrong_code, may_try_code};

/// The seconds of a minute, which is the window of some limits.
const MINUTE_SECONDS: i64 = 60;

/// The seconds of a day, which is the window of others.
const DAY_SECONDS: i64 = 86_400;

/// The address of whoever calls, behind any trusted proxy; none in tests without a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientIp(pub Option<IpAddr>);
