//! What is counted and measured while the hub works, for Prometheus.
//!
//! [`crate::db`] and [`crate::journal`] measure what is their own; the rest stands here, below the rooms
//! that count it. All of it belongs to one hub: a process may have several. What can be looked up at any
//! moment, such as how long a queue is, is not kept but read when somebody asks: see [`crate::operations`].
//!
//! Labels come from the program: a route's template, a transaction's name, the kind of a failure. Nothing
//! that a caller sends, and no id, is one.

mod callbacks;
mod limits;
mod requests;

use crate::db;

pub(crate) use callbacks::Callbacks;
pub(crate) use limits::{Limit, Refusals};
pub(crate) use requests::{Requests, Route};

/// Everything that one hub counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) databases: db::Metrics,
    pub(crate) requests: Requests,
    pub(crate) refusals: Refusals,
    pub(crate) callbacks: Callbacks,
}
