//! What needs somebody at a place: orders that have reached nobody or ended badly, and connections that are ill.
//!
//! Nothing is well without a number that proves it: all orders of the last day are counted, and each that is
//! still new is looked at.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use wire::id::{ConnectionId, LocationId};
use wire::order::OrderStatus;

use super::store::{self, NewOrderRow};
use crate::alarms::{self, AlarmKind, AlarmPosition};
use crate::db::{self, Tx};
use crate::oauth::connections::{self, Connection};
use crate::office::alarms::is_silent;
use crate::office::connections::list_passive;
use crate::office::orders::order_view;
use crate::office::visitor::AccountMember;
use crate::orders::store::parse_order;
use crate::presence;
use crate::users::permissions::Permissions;

/// Orders of this time are looked at.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);

/// How long an order may be on its way: a marketplace calls it off after three minutes.
const MAX_ORDER_DELAY: SignedDuration = SignedDuration::from_mins(2);

/// Orders of one kind that are looked at in a location.
const MAX_ORDERS: u32 = 200;

/// Why an order needs somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OrderProblem {
    /// It was for nobody.
    NoReceiver,
    /// Nobody has acknowledged it.
    Unreached,
    /// Whoever has acknowledged it has answered with an error.
    AnsweredWithError,
    /// Nobody has dealt with it.
    StayedNew,
    /// The till refused it, for this cause.
    Rejected(String),
    /// It was not delivered.
    NotDelivered,
}

/// An order that needs somebody.
#[derive(Clone, Debug)]
pub(super) struct OrderInNeed {
    pub id: String,
    pub reference: Option<String>,
    pub location: Option<LocationId>,
    pub since: Timestamp,
    pub problem: OrderProblem,
}

/// What is wrong with a connection, and since when.
#[derive(Clone, Copy, Debug)]
pub(super) enum ConnectionProblem {
    Blocked(Timestamp),
    Failing(Timestamp),
    Silent(Timestamp),
    /// Something waits for it.
    Behind(Timestamp),
}

/// A connection that is ill.
#[derive(Clone, Debug)]
pub(super) struct IllConnection {
    pub connection: Connection,
    pub problem: ConnectionProblem,
    /// What waits for it.
    pub waiting: u64,
}

/// What needs somebody, and what proves that the rest is well.
#[derive(Debug)]
pub(super) struct Attention {
    pub has_connections: bool,
    /// Whether new orders are sent to anybody.
    pub has_receiver: bool,
    /// The newest first.
    pub orders: Vec<OrderInNeed>,
    /// Whether there are more than were looked at.
    pub has_more: bool,
    /// Orders of the last day that were passed on.
    pub delivered: u64,
    /// Orders of the last day that are still on their way.
    pub in_transit: u64,
    pub ill: Vec<IllConnection>,
    /// Connections that may work.
    pub active: u64,
    /// Events that wait for them.
    pub waiting: u64,
}

/// Orders that need somebody, while they are looked for.
struct OrderSearch {
    now: Timestamp,
    since: Timestamp,
    found: BTreeMap<String, OrderInNeed>,
    has_more: bool,
    /// All orders of the last day.
    total: i64,
    in_transit: u64,
}

impl OrderSearch {
    fn add(&mut self, order: OrderInNeed) {
        self.found.entry(order.id.clone()).or_insert(order);
    }

    fn look_at(
        &mut self,
        tx: &mut Tx<'_>,
        at: &AlarmPosition,
        location: &LocationId,
    ) -> db::Result<()> {
        let account = &at.account;
        self.total += store::count(tx, account, location, self.since)?;
        let new = store::list_new(tx, account, location, self.since, MAX_ORDERS)?;
        self.has_more |= new.len() >= MAX_ORDERS as usize;
        for order in new.into_iter().filter(|order| !order.is_accepted) {
            self.add_new(order, location);
        }
        for status in [OrderStatus::Rejected, OrderStatus::DeliveryFailed] {
            let place = (account, location);
            let ended = store::list_ended(tx, place, status, self.since, MAX_ORDERS)?;
            self.has_more |= ended.len() >= MAX_ORDERS as usize;
            for row in ended {
                let order = parse_order(&row.document)?;
                let problem = match status {
                    OrderStatus::Rejected => {
                        OrderProblem::Rejected(order_view::rejection_cause(&order))
                    }
                    _ => OrderProblem::NotDelivered,
                };
                self.add(OrderInNeed {
                    id: row.id.to_string(),
                    reference: order.reference,
                    location: Some(location.clone()),
                    since: row.created_at,
                    problem,
                });
            }
        }
        self.add_alarms(tx, at)
    }

    fn add_new(&mut self, order: NewOrderRow, location: &LocationId) {
        if order.due_at + MAX_ORDER_DELAY > self.now {
            self.in_transit += 1;
            return;
        }
        let problem = match (order.is_sent, order.is_acknowledged) {
            (false, _) => OrderProblem::NoReceiver,
            (true, false) => OrderProblem::Unreached,
            (true, true) => OrderProblem::AnsweredWithError,
        };
        self.add(OrderInNeed {
            id: order.id.to_string(),
            reference: order.reference,
            location: Some(location.clone()),
            since: order.created_at,
            problem,
        });
    }

    /// Orders of which an alarm is open, however old they are.
    fn add_alarms(&mut self, tx: &mut Tx<'_>, at: &AlarmPosition) -> db::Result<()> {
        for named in alarms::list_open(tx, at)? {
            let alarm = named.alarm;
            let problem = match alarm.kind {
                AlarmKind::OrderUnreached => OrderProblem::Unreached,
                AlarmKind::OrderNew => OrderProblem::StayedNew,
                _ => continue,
            };
            self.add(OrderInNeed {
                id: alarm.subject,
                reference: named.reference,
                location: alarm.location,
                since: alarm.began_at,
                problem,
            });
        }
        Ok(())
    }
}

/// The connections of the chosen place that the reader may see.
fn visible_connections(tx: &mut Tx<'_>, member: &AccountMember) -> db::Result<Vec<Connection>> {
    let mut all = connections::of_account(tx, &member.at.id)?;
    all.retain(|it| {
        let location = it.location.as_ref();
        let here = member.at.location.is_none() || member.at.location.as_ref() == location;
        here && member.may_at(Permissions::VIEW, location)
    });
    Ok(all)
}

/// Looks for what needs somebody at these locations. `heard` says when this process last heard of a connection.
pub(super) fn find(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    locations: &[LocationId],
    heard: &dyn Fn(&ConnectionId) -> Option<Timestamp>,
) -> db::Result<Attention> {
    let (account, now) = (&member.at.id, tx.now());
    let mut search = OrderSearch {
        now,
        since: now - LOOK_BACK,
        found: BTreeMap::new(),
        has_more: false,
        total: 0,
        in_transit: 0,
    };
    for location in locations {
        let at = AlarmPosition {
            account: account.clone(),
            location: Some(location.clone()),
        };
        search.look_at(tx, &at, location)?;
    }
    let mut orders: Vec<OrderInNeed> = search.found.into_values().collect();
    orders.sort_by_key(|order| std::cmp::Reverse(order.since));
    let recent = orders.iter().filter(|order| order.since >= search.since);
    let missing = recent.count() as u64 + search.in_transit;
    let receivers = store::list_receivers(tx, account)?;
    let receives = |of: &Option<LocationId>| of.as_ref().is_none_or(|it| locations.contains(it));
    let connections = visible_connections(tx, member)?;
    let waiting = store::list_waiting(tx, account)?;
    let here = |id: &ConnectionId| connections.iter().any(|it| it.id == *id);
    let waiting_here = waiting.iter().filter(|(id, ..)| here(id));
    Ok(Attention {
        has_connections: !connections.is_empty(),
        has_receiver: receivers.iter().any(|(_, location)| receives(location)),
        orders,
        has_more: search.has_more,
        delivered: u64::try_from(search.total)
            .unwrap_or(0)
            .saturating_sub(missing),
        in_transit: search.in_transit,
        active: connections
            .iter()
            .filter(|it| it.blocked_at.is_none())
            .count() as u64,
        waiting: waiting_here
            .map(|(_, count, _)| u64::try_from(*count).unwrap_or(0))
            .sum(),
        ill: list_ill(tx, member, &connections, &waiting, heard)?,
    })
}

/// The connections that are ill.
fn list_ill(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    connections: &[Connection],
    waiting: &[(ConnectionId, i64, Timestamp)],
    heard: &dyn Fn(&ConnectionId) -> Option<Timestamp>,
) -> db::Result<Vec<IllConnection>> {
    let (account, now) = (&member.at.id, tx.now());
    let known = presence::of_account(tx, account)?;
    let passive = list_passive(tx, account)?;
    let mut ill = Vec::new();
    for connection in connections {
        let id = &connection.id;
        let presence = known.iter().find(|it| it.connection == *id);
        let last_heard = presence.and_then(|it| it.heard_at).max(heard(id));
        let silent_minutes = passive.iter().find(|it| it.connection == *id);
        let silent_minutes = silent_minutes.map(|it| it.silent_minutes);
        let backlog = waiting.iter().find(|(of, ..)| of == id);
        let failing = presence.and_then(|it| it.failing_since);
        let failing = failing.filter(|since| *since + MAX_ORDER_DELAY <= now);
        let silent = last_heard
            .filter(|at| silent_minutes.is_some_and(|minutes| is_silent(*at, now, minutes)));
        let patience = silent_minutes.map_or(MAX_ORDER_DELAY, |minutes| {
            SignedDuration::from_mins(i64::from(minutes))
        });
        let behind = backlog.map(|(.., since)| *since);
        let behind = behind.filter(|since| *since + patience <= now);
        let problem = match (connection.blocked_at, failing, silent, behind) {
            (Some(since), ..) => ConnectionProblem::Blocked(since),
            (_, Some(since), ..) if silent_minutes.is_none() => ConnectionProblem::Failing(since),
            (_, _, Some(since), _) => ConnectionProblem::Silent(since),
            (.., Some(since)) => ConnectionProblem::Behind(since),
            _ => continue,
        };
        let waiting = backlog.map_or(0, |(_, count, _)| u64::try_from(*count).unwrap_or(0));
        ill.push(IllConnection {
            connection: connection.clone(),
            problem,
            waiting,
        });
    }
    Ok(ill)
}
