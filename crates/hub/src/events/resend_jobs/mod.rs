//! Jobs that send many events again, in the background and a few at a time, so that orders do not wait.
//!
//! - What is sent again: what was given up, what was *missed* (the connection would have been sent it, had it
//!   been connected as it is now), or everything of some kinds. Never what its scope, its place and its
//!   subscriptions do not permit at that moment, and never its own changes.
//! - The cursor of a job changes in the transaction that makes its events pending: whatever breaks off, none is
//!   left out and none comes twice. Any hub goes on with any job; its row is locked meanwhile.
//! - Events of one thing are sent in their order, before newer ones that still wait. When a newer one has
//!   already arrived, it is sent once more at the end, so that nobody is left with an old state. Of an
//!   inventory, whose events may hold some entries only, all newer ones are; where those are too many, its older
//!   events are skipped instead.
//!   A job that is stopped in between may leave a receiver with an older state of some things.
//! - A connection has one job at a time, and the last few that have ended are kept.

mod batch;
mod candidates;
mod store;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wire::callback::{ResendKind, ResendState, Subscriptions};
use wire::id::{ConnectionId, LocationId, OrderId, ResendJobId};

pub use batch::{ALL as BATCH, work, work_on};
pub use candidates::{ALL as CANDIDATES, count};
pub use store::{ALL as STATEMENTS, create, find, has_due, recent, stop};

use crate::audit::AuditFields;
use crate::db::Json;
use crate::row;

/// Events that are made pending in one transaction at most, and events that are looked at for that.
pub const MAX_BATCH_EVENTS: u32 = 200;

/// Events that are counted before a job begins, at most.
pub const MAX_COUNTED_EVENTS: u32 = 10_000;

/// Jobs of a connection that are kept after their end.
const MAX_KEPT_JOBS: u32 = 20;

/// Which events a job sends again.
#[derive(Clone, Debug)]
pub struct ResendFilter {
    /// What is sent.
    pub what: ResendKind,
    /// From when on.
    pub since: Timestamp,
    /// Until before when.
    pub until: Timestamp,
    /// Only these; empty for all of them.
    pub events: Subscriptions,
    /// Only at this location.
    pub location: Option<LocationId>,
    /// Only of this order.
    pub order: Option<OrderId>,
}

/// Until when a job sends that sends everything until now: what happens at this moment, too, and nothing later.
pub fn until_now(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_micros(1)
}

/// How many events a filter finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventCount {
    /// Events that were counted.
    pub found: u32,
    /// Whether there may be more.
    pub has_more: bool,
}

/// Why no job is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResendRefusal {
    /// The connection has no callback: nobody would take the events.
    NoCallback,
    /// Another job of the connection runs, with this id.
    JobRuns(ResendJobId),
}

row! {
    /// A job, and how far it is.
    #[derive(Clone, Debug)]
    pub struct ResendJob {
        /// Its id.
        pub id: ResendJobId = "id",
        /// The connection that is sent the events.
        pub connection: ConnectionId = "connection_id",
        /// What is sent.
        pub what: ResendKind = "what",
        /// From when on.
        pub since: Timestamp = "since",
        /// Until before when.
        pub until: Timestamp = "until",
        /// Only these; empty for all of them.
        pub events: Subscriptions as Json = "events",
        /// Only at this location.
        pub location: Option<LocationId> = "location_id",
        /// Only of this order.
        pub order: Option<OrderId> = "order_id",
        /// Events that were counted when it began.
        pub total: u32 = "total",
        /// Whether there were more.
        pub has_more: bool = "has_more = 1",
        /// Events that it has made pending.
        pub done: u32 = "done",
        /// Newer events that had arrived already, and were made pending after older ones.
        pub repeated: u32 = "repeated",
        /// Events that it was to send and did not: the connection may not be sent them any longer, or waits
        /// for them already.
        pub skipped: u32 = "skipped",
        /// How far it is.
        pub state: ResendState = "state",
        /// Who began it: the id of a user, or the way it came.
        pub created_by: String = "created_by",
        /// When it began.
        pub created_at: Timestamp = "created_at",
        /// When it ended.
        pub ended_at: Option<Timestamp> = "ended_at",
        cursor_at: String = "cursor_at",
        cursor_id: String = "cursor_id",
        waits: u32 = "waits",
    }
}

impl ResendJob {
    /// Whether it waits for a callback in flight: its next part is due in a moment.
    pub fn is_waiting(&self) -> bool {
        self.waits > 0
    }

    /// What the audit log says of it.
    pub fn audit_fields(&self) -> AuditFields {
        AuditFields::of_new(json!({
            "job": &self.id,
            "what": self.what.as_str(),
            "since": self.since.to_string(),
            "until": self.until.to_string(),
            "events": self.total,
            "order": &self.order,
        }))
    }

    /// Which events it sends.
    pub fn filter(&self) -> ResendFilter {
        ResendFilter {
            what: self.what,
            since: self.since,
            until: self.until,
            events: self.events.clone(),
            location: self.location.clone(),
            order: self.order.clone(),
        }
    }
}
