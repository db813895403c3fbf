//! Which events a job comes across, and which of them it sends.

use const_format::formatcp;
use jiff::Timestamp;
use serde::Deserialize;
use wire::callback::ResendKind;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, EventId, LocationId, OrderId};

use super::{EventCount, MAX_COUNTED_EVENTS, ResendFilter};
use crate::db::page::Cursor;
use crate::db::{self, Tx, json};
use crate::events::store::DispatchState;
use crate::{args, row, statements};

/// Events that are looked at to count those of a filter, at most: so many at a time, so often.
const COUNT_STEP: u32 = 1_000;
const MAX_COUNT_STEPS: u32 = 100;

/// What is asked of each event, joined as `e`: whether the connection, with its callback and grant of now,
/// follows it, and what became of its dispatch, if there is one. The same rule as in `record`.
const FOLLOWED: &str = "LEFT JOIN followers f ON f.account_id = e.account_id
            AND f.resource = e.resource AND f.kind = e.kind AND f.connection_id = $2
            AND f.client_id <> COALESCE(e.client_id, '')
            AND COALESCE(f.location_id, e.location_id, '') = COALESCE(e.location_id, f.location_id, '')
        LEFT JOIN dispatches d ON d.account_id = e.account_id AND d.event_id = e.id
            AND d.connection_id = $2";

statements! {
    /// What the connection was to be sent. `turn >= 0` is always so: it names the index.
    DISPATCHED = formatcp!("SELECT {} FROM (SELECT event_id, created_at FROM dispatches
            WHERE account_id = $1 AND connection_id = $2 AND turn >= 0
                AND (created_at, event_id) > ($3, $4) AND created_at < $5
            ORDER BY created_at, event_id LIMIT $6) x
        JOIN events e ON e.account_id = $1 AND e.id = x.event_id
        {FOLLOWED}
        ORDER BY x.created_at, x.event_id", Candidate::COLUMNS);
    /// What happened, whoever was to be sent it. First the keys alone: documents are long. `turn >= 0` as above.
    HAPPENED = formatcp!("SELECT {} FROM (SELECT id, created_at FROM events
            WHERE account_id = $1 AND turn >= 0
                AND (created_at, id) > ($3, $4) AND created_at < $5
            ORDER BY created_at, id LIMIT $6) x
        JOIN events e ON e.account_id = $1 AND e.id = x.id
        {FOLLOWED}
        ORDER BY x.created_at, x.id", Candidate::COLUMNS);
    OF_ORDER = formatcp!("SELECT {} FROM events e
        {FOLLOWED}
        WHERE e.account_id = $1 AND e.order_id = $7
            AND (e.created_at, e.id) > ($3, $4) AND e.created_at < $5
        ORDER BY e.created_at, e.id LIMIT $6", Candidate::COLUMNS);
    /// What happened later to something that belongs to an order, newest first.
    NEWER_OF_ORDER = formatcp!("SELECT {} FROM events e
        {FOLLOWED}
        WHERE e.account_id = $1 AND e.order_id = $3 AND e.resource = $4 AND e.turn > $5
        ORDER BY e.turn DESC, e.id DESC LIMIT $6", Candidate::COLUMNS);
    /// What happened later to anything else, newest first.
    NEWER = formatcp!("SELECT {} FROM events e
        {FOLLOWED}
        WHERE e.account_id = $1 AND e.subject_id = $3 AND e.order_id IS NULL AND e.resource = $4
            AND e.turn > $5
        ORDER BY e.turn DESC, e.id DESC LIMIT $6", Candidate::COLUMNS);
}

row! {
    /// An event that a job comes across.
    #[derive(Clone, Debug)]
    pub(super) struct Candidate {
        pub event: EventId = "e.id",
        pub resource: EventResource = "e.resource",
        kind: EventType = "e.kind",
        pub subject: String = "e.subject_id",
        pub sequence: i64 = "e.turn",
        location: Option<LocationId> = "e.location_id",
        pub order: Option<OrderId> = "e.order_id",
        pub created_at: Timestamp = "e.created_at",
        /// What became of its dispatch to the connection; none without one.
        pub state: Option<DispatchState> = "d.state",
        pub attempts: u32 = "COALESCE(d.attempts, 0)",
        is_followed: bool = "f.connection_id IS NOT NULL",
        /// The only catalog and customer list of which the connection is sent events.
        catalog: Option<String> = "f.catalog_id",
        list: Option<String> = "f.customer_list_id",
        /// With the event's catalog and customer list, where it may have one.
        document: Option<String> = "CASE WHEN f.connection_id IS NOT NULL
            AND e.resource IN ('catalog', 'customer', 'customer_list') THEN e.document END",
    }
}

/// The part of an event's document that decides who is sent it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OwnersInDocument {
    catalog_id: Option<String>,
    customer_list_id: Option<String>,
}

impl Candidate {
    /// Where it is in the walk of a job.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor::of(self.created_at, &self.event)
    }

    /// Whether the connection is sent such events now.
    pub(super) fn is_permitted(&self) -> db::Result<bool> {
        if !self.is_followed {
            return Ok(false);
        }
        let Some(document) = &self.document else {
            return Ok(true);
        };
        let owners: OwnersInDocument = json::read(document, format_args!("event {}", self.event))?;
        let goes_with = |only: &Option<String>, own: &Option<String>| match (only, own) {
            (Some(only), Some(own)) => only == own,
            _ => true,
        };
        Ok(goes_with(&self.catalog, &owners.catalog_id)
            && goes_with(&self.list, &owners.customer_list_id))
    }
}

impl ResendFilter {
    /// Whether it asks for an event, if the connection may be sent it.
    pub(super) fn selects(&self, candidate: &Candidate) -> bool {
        let of_kind = self.events.is_empty()
            || self
                .events
                .get(&candidate.resource)
                .is_some_and(|kinds| kinds.contains(&candidate.kind));
        let at = |wanted: &LocationId| candidate.location.as_ref() == Some(wanted);
        let of = |wanted: &OrderId| candidate.order.as_ref() == Some(wanted);
        of_kind
            && candidate.created_at >= self.since
            && candidate.created_at < self.until
            && self.location.as_ref().is_none_or(at)
            && self.order.as_ref().is_none_or(of)
            && match self.what {
                ResendKind::Failed => candidate.state == Some(DispatchState::Expired),
                ResendKind::Missed => candidate.state.is_none(),
                ResendKind::Matching => candidate
                    .state
                    .is_some_and(|state| state != DispatchState::Pending),
            }
    }
}

/// Where a walk begins: before everything that happened at that time.
pub(super) fn beginning(since: Timestamp) -> Cursor {
    Cursor {
        key: wire::time::stored(since),
        id: String::new(),
    }
}

/// The next events on the walk of a job, up to `most`, whether it sends them or not.
pub(super) fn after(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    filter: &ResendFilter,
    cursor: &Cursor,
    most: u32,
) -> db::Result<Vec<Candidate>> {
    let (key, id, until) = (&cursor.key, &cursor.id, filter.until);
    if let Some(order) = &filter.order {
        let values = args![account, connection, key, id, until, most, order];
        return tx.all(OF_ORDER, values);
    }
    let statement = match filter.what {
        ResendKind::Missed => HAPPENED,
        ResendKind::Failed | ResendKind::Matching => DISPATCHED,
    };
    tx.all(statement, args![account, connection, key, id, until, most])
}

/// What happened later to the same thing, and is of the same resource: newest first, up to `most`.
pub(super) fn newer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    than: &Candidate,
    most: u32,
) -> db::Result<Vec<Candidate>> {
    let (resource, sequence) = (than.resource.as_str(), than.sequence);
    match &than.order {
        Some(order) => tx.all(
            NEWER_OF_ORDER,
            args![account, connection, order, resource, sequence, most],
        ),
        None => tx.all(
            NEWER,
            args![account, connection, &than.subject, resource, sequence, most],
        ),
    }
}

/// How many events a job with this filter would send, as far as they are counted.
pub fn count(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    filter: &ResendFilter,
) -> db::Result<EventCount> {
    let mut cursor = beginning(filter.since);
    let mut found = 0;
    for _ in 0..MAX_COUNT_STEPS {
        let candidates = after(tx, account, connection, filter, &cursor, COUNT_STEP)?;
        for candidate in &candidates {
            if !filter.selects(candidate) || !candidate.is_permitted()? {
                continue;
            }
            if found == MAX_COUNTED_EVENTS {
                return Ok(EventCount {
                    found,
                    has_more: true,
                });
            }
            found += 1;
        }
        match candidates.last() {
            Some(last) if candidates.len() >= COUNT_STEP as usize => cursor = last.cursor(),
            _ => {
                return Ok(EventCount {
                    found,
                    has_more: false,
                });
            }
        }
    }
    Ok(EventCount {
        found,
        has_more: true,
    })
}
