//! Presence: when each connection was last heard of, and whether its callbacks are acknowledged.
//!
//! A request, an open stream and an answer to a callback are noted in memory, which costs nobody anything. A
//! chore writes down what is new, many connections with one statement, and each at most every ten seconds.
//! Several hubs write to one table: what was heard last wins.

mod store;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, ConnectionId};

pub use store::ALL as STATEMENTS;
pub(crate) use store::{StoredPresence, delete_older, of_account, write};

/// How long what was heard of one connection waits to be written down.
pub const WRITE_INTERVAL: SignedDuration = SignedDuration::from_secs(10);

/// How often it is written down again that the callbacks of a connection still fail: another hub, which they
/// reach, may have written that they do not.
const HEALTH_INTERVAL: SignedDuration = SignedDuration::from_mins(1);

/// For how long a connection that is not heard of is remembered.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);

/// Connections of which something is remembered. Of others, nothing is noted until there is room.
const MAX_REMEMBERED_CONNECTIONS: usize = 200_000;

/// What this process has heard of connections.
#[derive(Debug, Default)]
pub(crate) struct Presence(Mutex<BTreeMap<ConnectionId, ConnectionPresence>>);

/// How the callbacks of a connection go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallbackHealth {
    /// The last one was acknowledged.
    Acknowledged,
    /// They have failed, one after the other, since then.
    FailingSince(Timestamp),
}

#[derive(Debug)]
struct ConnectionPresence {
    account: AccountId,
    heard_at: Option<Timestamp>,
    health: Option<CallbackHealth>,
    /// A callback has ended since the last time that this was written down.
    is_health_new: bool,
    /// One was acknowledged since then.
    is_acknowledged_since: bool,
    written_heard_at: Option<Timestamp>,
    written_health: Option<CallbackHealth>,
    health_written_at: Option<Timestamp>,
}

/// What is to be written down of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PresenceUpdate {
    pub account: AccountId,
    pub connection: ConnectionId,
    pub heard_at: Option<Timestamp>,
    /// None when no callback has ended since the last time.
    pub health: Option<CallbackHealth>,
    /// Whether one was acknowledged since the last time: what failed before that is over.
    pub is_acknowledged_since: bool,
}

impl Presence {
    fn remembered(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, ConnectionPresence>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(
        &self,
        account: &AccountId,
        connection: &ConnectionId,
        note: impl FnOnce(&mut ConnectionPresence),
    ) {
        let mut remembered = self.remembered();
        if let Some(known) = remembered.get_mut(connection) {
            return note(known);
        }
        if remembered.len() >= MAX_REMEMBERED_CONNECTIONS {
            return;
        }
        let mut new = ConnectionPresence {
            account: account.clone(),
            heard_at: None,
            health: None,
            is_health_new: false,
            is_acknowledged_since: false,
            written_heard_at: None,
            written_health: None,
            health_written_at: None,
        };
        note(&mut new);
        remembered.insert(connection.clone(), new);
    }

    /// Notes that a connection was heard of.
    pub(crate) fn hear(&self, account: &AccountId, connection: &ConnectionId, now: Timestamp) {
        self.note(account, connection, |it| {
            it.heard_at = it.heard_at.max(Some(now));
        });
    }

    /// Notes that a connection has acknowledged a callback.
    pub(crate) fn acknowledge(
        &self,
        account: &AccountId,
        connection: &ConnectionId,
        now: Timestamp,
    ) {
        self.note(account, connection, |it| {
            it.heard_at = it.heard_at.max(Some(now));
            it.health = Some(CallbackHealth::Acknowledged);
            it.is_health_new = true;
            it.is_acknowledged_since = true;
        });
    }

    /// Notes that a callback of a connection has failed.
    pub(crate) fn fail(&self, account: &AccountId, connection: &ConnectionId, now: Timestamp) {
        self.note(account, connection, |it| {
            if !matches!(it.health, Some(CallbackHealth::FailingSince(_))) {
                it.health = Some(CallbackHealth::FailingSince(now));
            }
            it.is_health_new = true;
        });
    }

    /// When this process has last heard of a connection.
    pub(crate) fn last_heard(&self, connection: &ConnectionId) -> Option<Timestamp> {
        self.remembered().get(connection)?.heard_at
    }

    /// What is to be written down. Connections that were not heard of for long are forgotten.
    pub(crate) fn updates(&self, now: Timestamp) -> Vec<PresenceUpdate> {
        let mut remembered = self.remembered();
        remembered.retain(|_, it| {
            let is_quiet = it.heard_at.is_none_or(|heard| heard + MEMORY < now);
            let is_failing = matches!(it.health, Some(CallbackHealth::FailingSince(_)));
            !is_quiet || is_failing || it.is_due(now)
        });
        let due = remembered.iter().filter(|(_, it)| it.is_due(now));
        let updates = due.map(|(connection, it)| PresenceUpdate {
            account: it.account.clone(),
            connection: connection.clone(),
            heard_at: it.heard_at,
            health: it.health.filter(|_| it.is_health_new),
            is_acknowledged_since: it.is_acknowledged_since,
        });
        updates.collect()
    }

    /// Notes that updates were written down at `now`.
    pub(crate) fn confirm(&self, updates: &[PresenceUpdate], now: Timestamp) {
        let mut remembered = self.remembered();
        for update in updates {
            let Some(it) = remembered.get_mut(&update.connection) else {
                continue;
            };
            it.written_heard_at = update.heard_at;
            if update.health.is_some() {
                it.written_health = update.health;
                it.health_written_at = Some(now);
                // What has changed since then is new.
                it.is_health_new = it.health != update.health;
                it.is_acknowledged_since = it.is_health_new && it.is_acknowledged_since;
            }
        }
    }
}

impl ConnectionPresence {
    fn is_due(&self, now: Timestamp) -> bool {
        let is_heard = match (self.heard_at, self.written_heard_at) {
            (Some(heard), Some(written)) => heard.duration_since(written) >= WRITE_INTERVAL,
            (heard, _) => heard.is_some() && self.written_heard_at.is_none(),
        };
        let is_old = |written: Timestamp| now.duration_since(written).abs() >= HEALTH_INTERVAL;
        let may_differ = self.health != self.written_health
            || self.is_acknowledged_since
            || self.health_written_at.is_none_or(is_old);
        is_heard || (self.is_health_new && may_differ)
    }
}
