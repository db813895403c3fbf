//! What is told of an alarm: loaded in one transaction, when it is told.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, LocationId, OrderId};
use wire::order::Order;

use crate::alarms::notices::{self, AlarmReader, Notice};
use crate::alarms::settings::{self, AlarmSettings};
use crate::alarms::{self, Alarm};
use crate::db::{self, Tx};
use crate::events::store::{self as events, Dispatch};
use crate::oauth::connections;
use crate::orders::browse;
use crate::orders::store::parse_order;
use crate::{accounts, presence};

/// An order, and who was told of it.
#[derive(Clone, Debug)]
pub(crate) struct OrderReport {
    pub order: Order,
    pub document: String,
    /// The name of its location.
    pub entity: String,
    pub zone: TimeZone,
    /// Who was sent its `order.create`, with each attempt.
    pub dispatches: Vec<Dispatch>,
    /// Connections that are blocked.
    pub blocked: BTreeSet<ConnectionId>,
}

/// What an alarm is about.
#[derive(Clone, Debug)]
pub(crate) enum AlarmSubject {
    Order(Box<OrderReport>),
    /// A connection: the name of its app, and since when it fails or is silent.
    Connection {
        app: String,
        since: Option<Timestamp>,
    },
    /// Nothing, as in a test, or something that has gone.
    Nothing,
}

/// What is told of an alarm, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct AlarmReport {
    pub alarm: Alarm,
    /// The name of the location or account.
    pub entity: String,
    pub settings: AlarmSettings,
    /// The entity that the settings belong to.
    pub settings_location: Option<LocationId>,
    pub subject: AlarmSubject,
    pub readers: Vec<AlarmReader>,
    /// As many mails as there may be in an hour have left.
    pub is_at_mail_bound: bool,
}

/// An order of an account with what became of telling others of it.
pub(crate) fn find_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &OrderId,
) -> db::Result<Option<OrderReport>> {
    let Some((location, document)) = browse::find(tx, account, id)? else {
        return Ok(None);
    };
    let mut dispatches = events::journey(tx, account, id)?;
    dispatches.retain(|it| it.resource == EventResource::Order && it.kind == EventType::Create);
    let all = connections::of_account(tx, account)?;
    let blocked = all.into_iter().filter(|it| it.blocked_at.is_some());
    Ok(Some(OrderReport {
        order: parse_order(&document)?,
        document,
        entity: accounts::store::entity_name(tx, account, Some(&location))?,
        zone: accounts::store::zone_of(tx, account, Some(&location))?,
        dispatches,
        blocked: blocked.map(|it| it.id).collect(),
    }))
}

fn find_subject(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<AlarmSubject> {
    let account = &alarm.account;
    if alarm.kind.is_of_order() {
        let Ok(id) = OrderId::parse(&alarm.subject) else {
            return Ok(AlarmSubject::Nothing);
        };
        let found = find_order(tx, account, &id)?;
        return Ok(found.map_or(AlarmSubject::Nothing, |it| {
            AlarmSubject::Order(Box::new(it))
        }));
    }
    let Ok(id) = ConnectionId::parse(&alarm.subject) else {
        return Ok(AlarmSubject::Nothing);
    };
    let Some(connection) = connections::find(tx, Some(account), &id)? else {
        return Ok(AlarmSubject::Nothing);
    };
    let known = presence::of_account(tx, account)?;
    let known = known.into_iter().find(|it| it.connection == id);
    let since = known.and_then(|it| match alarm.kind {
        alarms::AlarmKind::ConnectionFailing => it.failing_since,
        _ => it.heard_at,
    });
    let app = connection.client_name;
    Ok(AlarmSubject::Connection { app, since })
}

/// What a notice tells; none when the alarm has gone, or nobody needs to be told any longer.
pub(crate) fn find(tx: &mut Tx<'_>, notice: &Notice) -> db::Result<Option<AlarmReport>> {
    let Some(alarm) = alarms::find(tx, &notice.account, &notice.alarm)? else {
        return Ok(None);
    };
    let (account, location) = (&alarm.account, alarm.location.as_ref());
    let (settings, settings_location) = settings::find_effective(tx, account, location)?;
    Ok(Some(AlarmReport {
        entity: accounts::store::entity_name(tx, account, location)?,
        subject: find_subject(tx, &alarm)?,
        readers: notices::readers(tx, account, location)?,
        is_at_mail_bound: notices::is_at_mail_bound(tx, &alarm)?,
        settings,
        settings_location,
        alarm,
    }))
}
