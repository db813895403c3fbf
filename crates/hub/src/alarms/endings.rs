//! Looks for alarms that have ended: some of those that are open at a time, one after the other.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};

use super::looks::{IS_REACHED, KINDS};
use super::settings::MIN_SILENT_MINUTES;
use super::store::{self, Alarm};
use super::{AlarmKind, AlarmKinds, notices};
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::{args, row, statements};

/// After so long nobody needs to be told of an order any longer.
const MAX_ORDER_ALARM_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Open alarms whose end is looked for at once.
const MAX_CHECKED: u32 = 500;

statements! {
    /// Open alarms, with what decides whether they have ended.
    STANDING = formatcp!("SELECT {} FROM alarms a
        LEFT JOIN orders o ON o.account_id = a.account_id AND o.id = a.subject_id
        LEFT JOIN connections c ON c.account_id = a.account_id AND c.id = a.subject_id
            AND c.revoked_at IS NULL AND c.blocked_at IS NULL
        LEFT JOIN callbacks b ON b.account_id = a.account_id AND b.connection_id = c.id
        LEFT JOIN connection_presence p ON p.account_id = a.account_id AND p.connection_id = c.id
        LEFT JOIN alarm_settings s ON s.account_id = a.account_id AND s.location_id = a.location_id
        LEFT JOIN alarm_settings g ON g.account_id = a.account_id AND g.location_id = ''
        WHERE a.ended_at IS NULL AND a.id > $1 ORDER BY a.id LIMIT $2", StandingAlarm::COLUMNS);
}

row! {
    struct StandingAlarm {
        alarm: Alarm,
        kinds: AlarmKinds = KINDS,
        status: Option<String> = "o.status",
        is_reached: bool = IS_REACHED,
        has_callback: bool = "b.connection_id IS NOT NULL",
        has_url: bool = "b.url IS NOT NULL",
        heard_at: Option<Timestamp> = "p.heard_at",
        is_failing: bool = "COALESCE(p.failing_since, '') > ''",
    }
}

/// How an alarm ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AlarmEnd {
    /// It is over.
    Over,
    /// Nobody wants to know any longer.
    Dropped,
}

/// An alarm that is to end.
#[derive(Clone, Debug)]
pub(crate) struct EndingAlarm {
    alarm: Alarm,
    end: AlarmEnd,
}

/// Open alarms that have ended, among some of those behind `from`; and where the next round goes on.
pub(crate) fn find(tx: &mut Tx<'_>, from: &Cursor) -> db::Result<(Vec<EndingAlarm>, Cursor)> {
    let now = tx.now();
    let rows: Vec<StandingAlarm> = tx.all(STANDING, args![from.id.as_str(), MAX_CHECKED])?;
    let is_full = rows.len() >= MAX_CHECKED as usize;
    let last = rows.last().filter(|_| is_full);
    let next = last.map_or_else(Cursor::start, |row| Cursor {
        key: row.alarm.account.to_string(),
        id: row.alarm.id.clone(),
    });
    let ending = rows.into_iter().filter_map(|row| {
        let end = row.end(now)?;
        let alarm = row.alarm;
        Some(EndingAlarm { alarm, end })
    });
    Ok((ending.collect(), next))
}

impl StandingAlarm {
    fn end(&self, now: Timestamp) -> Option<AlarmEnd> {
        let kind = self.alarm.kind;
        if !self.kinds.has(kind) {
            return Some(AlarmEnd::Dropped);
        }
        match kind {
            AlarmKind::Test => Some(AlarmEnd::Dropped),
            AlarmKind::OrderUnreached | AlarmKind::OrderNew => self.order_end(now),
            _ if !self.has_callback => Some(AlarmEnd::Dropped),
            AlarmKind::ConnectionFailing if !self.has_url => Some(AlarmEnd::Dropped),
            AlarmKind::ConnectionFailing => (!self.is_failing).then_some(AlarmEnd::Over),
            AlarmKind::ConnectionSilent if self.has_url => Some(AlarmEnd::Dropped),
            AlarmKind::ConnectionSilent => {
                // When it began, that was longer ago; another hub may have heard of it just before.
                let before = SignedDuration::from_mins(i64::from(MIN_SILENT_MINUTES));
                let since = self.alarm.began_at - before;
                let is_heard = self.heard_at.is_some_and(|at| at > since);
                is_heard.then_some(AlarmEnd::Over)
            }
        }
    }

    fn order_end(&self, now: Timestamp) -> Option<AlarmEnd> {
        let is_over = match self.status.as_deref() {
            None => return Some(AlarmEnd::Dropped),
            Some("new") => self.alarm.kind == AlarmKind::OrderUnreached && self.is_reached,
            Some(_) => true,
        };
        if is_over {
            return Some(AlarmEnd::Over);
        }
        let is_stale = self.alarm.began_at + MAX_ORDER_ALARM_AGE < now;
        is_stale.then_some(AlarmEnd::Dropped)
    }
}

/// Ends alarms. Says which have ended, but for those that another hub has ended.
pub(crate) fn end(tx: &mut Tx<'_>, ending: &[EndingAlarm]) -> db::Result<Vec<Alarm>> {
    let mut ended = Vec::new();
    for EndingAlarm { alarm, end } in ending {
        if !store::end(tx, alarm)? {
            continue;
        }
        match end {
            AlarmEnd::Over => notices::schedule_end(tx, alarm)?,
            AlarmEnd::Dropped => notices::delete(tx, alarm)?,
        }
        ended.push(alarm.clone());
    }
    Ok(ended)
}
