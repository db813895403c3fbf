//! Who is owed which event, and what became of the attempts to tell them.
//!
//! A dispatch is *pending* until it is *acknowledged* (by the receiver's answer or by
//! `DELETE /callback/events/:id`), *expired* (given up, or past its retention), *deleted* (the
//! callback is gone, or somebody in the back office wished so) or *superseded* (by a newer update).

mod coalesce;
mod history;
pub(crate) mod lane_jobs;
pub(crate) mod lanes;
mod queue;
mod resend;
mod retire;

pub use coalesce::ALL as COALESCE;
pub(crate) use coalesce::{RecordedEvent, coalesce};
pub use history::{ALL as HISTORY, Attempt, Dispatch, journey, recent};
pub(crate) use history::{OF_NEW_ORDER, attempt};
pub use lane_jobs::ALL as LANE_JOBS;
pub(crate) use lane_jobs::cancel;
pub(crate) use lanes::move_held_orders;
pub use lanes::{ALL as LANES, fire};
pub use queue::{ALL as QUEUE, count_pending, delete};
pub(crate) use queue::{
    PendingId, PendingKey, acknowledge, acknowledge_all, find_pending, find_pending_event,
    first_pending, list_pending, settle, settle_sent,
};
pub(crate) use resend::enqueue;
pub use resend::{ALL as RESEND, resend, resend_failed};
pub use retire::ALL as RETIRE;
pub(crate) use retire::retire;

use crate::db::Scalar;

/// How a dispatch ended, or that it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DispatchState {
    /// Not told yet.
    Pending,
    /// Told.
    Acknowledged,
    /// Given up.
    Expired,
    /// Not wanted any longer.
    Deleted,
    /// A newer event of the same subject says all that it said.
    Superseded,
}

impl DispatchState {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Acknowledged => "acknowledged",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Superseded => "superseded",
        }
    }
}

impl Scalar for DispatchState {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        let states = [
            Self::Pending,
            Self::Acknowledged,
            Self::Expired,
            Self::Deleted,
            Self::Superseded,
        ];
        let state = states.into_iter().find(|state| state.as_str() == word);
        state.ok_or_else(|| "not a state".to_owned())
    }
}
