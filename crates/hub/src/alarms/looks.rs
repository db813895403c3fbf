//! Looks for alarms that begin.
//!
//! Whatever waits for n minutes becomes an alarm at one moment: a look asks for what has become due since the
//! last one, once for each n that somebody has chosen. So it reads the few rows of that time and not what is
//! stored, and no process remembers anything. One row says up to when was looked: of several hubs, one moves it.

use std::collections::{BTreeMap, BTreeSet};

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, LocationId};

use super::settings::{self, AlarmSettings, DEFAULT_MINUTES, DEFAULT_SILENT_MINUTES};
use super::store::{self, Alarm, NewAlarm};
use super::{AlarmKind, AlarmKinds, notices};
use crate::db::{self, NoneIfEmpty, Tx};
use crate::events::store::OF_NEW_ORDER;
use crate::{args, row, statements};

/// Time between two looks.
pub const LOOK_INTERVAL: SignedDuration = SignedDuration::from_secs(30);

/// After a longer time without a look, no hub ran.
const MAX_GAP: SignedDuration = SignedDuration::from_mins(2);

/// How far a look goes back at most.
const MAX_LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);

/// How far the first look goes back.
const FIRST_LOOK_BACK: SignedDuration = SignedDuration::from_hours(1);

/// For so long a gap decides who is silent.
const MAX_DEAF_EFFECT: SignedDuration = SignedDuration::from_mins(settings::MAX_MINUTES as i64 + 1);

/// What was heard may be written down so much later.
const HEARING_DELAY: SignedDuration = SignedDuration::from_secs(30);

/// Orders of one number of minutes that a look finds at most: of many locations, each of which may have
/// [`MAX_OPEN_PER_LOCATION`].
const MAX_ORDERS: u32 = 10_000;

/// Connections that have begun to fail, or to be silent, of which a look reads at most.
const MAX_CONNECTIONS: u32 = 5_000;

/// Alarms of one kind that may be open at a location: those who are told of fifty orders need no fifty-first mail.
pub const MAX_OPEN_PER_LOCATION: u64 = 50;

/// Open alarms that a page shows.
pub(super) const MAX_OPEN_SHOWN: u32 = 200;

statements! {
    LOOK = formatcp!("SELECT {} FROM alarm_looks WHERE name = 'look'", LastLook::COLUMNS);
    BEGIN_LOOKS = "INSERT INTO alarm_looks (name, looked_at, checked_until, deaf_from, deaf_until)
        VALUES ('look', $1, $2, $2, $1) ON CONFLICT DO NOTHING";
    CLAIM = "UPDATE alarm_looks SET looked_at = $2, checked_until = $3, deaf_from = $4, deaf_until = $5
        WHERE name = 'look' AND looked_at = $1";
    MINUTES = "SELECT DISTINCT minutes FROM alarm_settings";
    SILENT_MINUTES = "SELECT DISTINCT silent_minutes FROM alarm_settings";
    /// Orders that were created in a time, sent at once, and are still new.
    ORDERS = formatcp!("SELECT {} FROM orders o JOIN accounts h ON h.id = o.account_id
        {SETTINGS_OF_ORDERS}
        WHERE o.status = 'new' AND o.created_at > $1 AND o.created_at <= $2 AND o.fires_at IS NULL
            AND h.suspended_at IS NULL AND COALESCE(s.minutes, g.minutes, {DEFAULT_MINUTES}) = $3
        ORDER BY o.created_at LIMIT $4", OrderCandidate::COLUMNS);
    /// Orders that were held back until a moment in a time, and are still new.
    FIRED_ORDERS = formatcp!("SELECT {} FROM orders o JOIN accounts h ON h.id = o.account_id
        {SETTINGS_OF_ORDERS}
        WHERE o.status = 'new' AND o.fires_at > $1 AND o.fires_at <= $2 AND o.fires_at IS NOT NULL
            AND h.suspended_at IS NULL AND COALESCE(s.minutes, g.minutes, {DEFAULT_MINUTES}) = $3
        ORDER BY o.fires_at LIMIT $4", OrderCandidate::COLUMNS);
    /// Orders that were acknowledged late, in a time, and are still new.
    LATE_ORDERS = formatcp!("SELECT {} FROM alarms a
        JOIN orders o ON o.account_id = a.account_id AND o.id = a.subject_id AND o.status = 'new'
        {SETTINGS_OF_ORDERS}
        WHERE a.ended_at IS NOT NULL AND a.ended_at > $1 AND a.ended_at <= $2
            AND a.kind = 'order_unreached' AND COALESCE(s.minutes, g.minutes, {DEFAULT_MINUTES}) = $3
        ORDER BY a.ended_at LIMIT $4", OrderCandidate::COLUMNS);
    /// Connections whose callbacks fail since some time.
    /// The limit within has planners begin with these connections, of which there are few.
    FAILING = formatcp!("SELECT {} FROM (SELECT account_id, connection_id FROM connection_presence
            WHERE failing_since > '' AND failing_since > $1 AND failing_since <= $2
            ORDER BY failing_since LIMIT $4) p {CONNECTED}
            AND b.url IS NOT NULL {SETTINGS_OF_CONNECTIONS}
        WHERE COALESCE(s.minutes, g.minutes, {DEFAULT_MINUTES}) = $3", ConnectionCandidate::COLUMNS);
    /// Connections that fetch the events of orders and were last heard of in some time.
    SILENT = formatcp!("SELECT {} FROM (SELECT account_id, connection_id FROM connection_presence
            WHERE heard_at IS NOT NULL AND heard_at > $1 AND heard_at <= $2
            ORDER BY heard_at LIMIT $4) p {CONNECTED}
            AND b.url IS NULL {SETTINGS_OF_CONNECTIONS}
        WHERE COALESCE(s.silent_minutes, g.silent_minutes, {DEFAULT_SILENT_MINUTES}) = $3
            AND EXISTS (SELECT 1 FROM followers f WHERE f.account_id = p.account_id
                AND f.connection_id = p.connection_id AND f.resource = 'order')",
        ConnectionCandidate::COLUMNS);
}

const SETTINGS_OF_ORDERS: &str = "LEFT JOIN alarm_settings s
            ON s.account_id = o.account_id AND s.location_id = o.location_id
        LEFT JOIN alarm_settings g ON g.account_id = o.account_id AND g.location_id = ''";

const SETTINGS_OF_CONNECTIONS: &str = "LEFT JOIN alarm_settings s
            ON s.account_id = p.account_id AND s.location_id = COALESCE(c.location_id, '')
        LEFT JOIN alarm_settings g ON g.account_id = p.account_id AND g.location_id = ''";

/// Connections that may work, with a callback.
const CONNECTED: &str =
    "JOIN connections c ON c.account_id = p.account_id AND c.id = p.connection_id
            AND c.revoked_at IS NULL AND c.blocked_at IS NULL
        JOIN accounts h ON h.id = p.account_id AND h.suspended_at IS NULL
        JOIN callbacks b ON b.account_id = p.account_id AND b.connection_id = p.connection_id";

/// The kinds of alarms that the settings of a place want.
pub(super) const KINDS: &str = formatcp!("COALESCE(s.kinds, g.kinds, {})", AlarmKinds::ALL.0);

/// Whether somebody has acknowledged that an order was created.
pub(super) const IS_REACHED: &str =
    formatcp!("EXISTS ({OF_NEW_ORDER} AND d.state = 'acknowledged')");

row! {
    /// Up to when was looked.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct LastLook {
        looked_at: Timestamp = "looked_at",
        checked_until: Timestamp = "checked_until",
        deaf_from: Timestamp = "deaf_from",
        deaf_until: Timestamp = "deaf_until",
    }
}

row! {
    struct OrderCandidate {
        account: AccountId = "o.account_id",
        location: LocationId = "o.location_id",
        order: String = "o.id",
        kinds: AlarmKinds = KINDS,
        is_reached: bool = IS_REACHED,
    }
}

row! {
    struct ConnectionCandidate {
        account: AccountId = "p.account_id",
        location: Option<LocationId> as NoneIfEmpty = "COALESCE(c.location_id, '')",
        connection: String = "p.connection_id",
        kinds: AlarmKinds = KINDS,
    }
}

/// What becomes an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlarmCandidate {
    account: AccountId,
    location: Option<LocationId>,
    kind: AlarmKind,
    subject: String,
}

/// What a look is to do.
#[derive(Clone, Debug)]
pub(crate) enum NextLook {
    /// It is too early.
    Wait,
    /// No hub ran for a while: the next look takes that into account.
    NoteGap(Option<LastLook>),
    /// Look for what has become due.
    Look(LastLook),
}

/// Decides what to do at this moment.
pub(crate) fn next(tx: &mut Tx<'_>) -> db::Result<NextLook> {
    let now = tx.now();
    let last: Option<LastLook> = tx.first(LOOK, &[])?;
    Ok(match last {
        None => NextLook::NoteGap(None),
        Some(last) => {
            let gap = now.duration_since(last.looked_at);
            if gap > MAX_GAP || gap.is_negative() {
                NextLook::NoteGap(Some(last))
            } else if gap < LOOK_INTERVAL {
                NextLook::Wait
            } else {
                NextLook::Look(last)
            }
        }
    })
}

/// Notes that no hub ran since the last look: orders of that time are looked at, but nobody was heard of.
pub(crate) fn note_gap(tx: &mut Tx<'_>, last: Option<&LastLook>) -> db::Result<()> {
    let now = tx.now();
    let Some(last) = last else {
        return tx.write(BEGIN_LOOKS, args![now, now - FIRST_LOOK_BACK]);
    };
    // Two gaps in a short time are one.
    let goes_on = last.looked_at.duration_since(last.deaf_until) < MAX_DEAF_EFFECT;
    let deaf_from = match goes_on {
        true => last.deaf_from,
        false => last.looked_at,
    };
    let values = args![
        last.looked_at,
        now,
        last.checked_until.min(now),
        deaf_from.min(now),
        now
    ];
    tx.write(CLAIM, values)
}

/// A time that a look is about, with the first moment left out.
#[derive(Clone, Copy, Debug)]
struct LookWindow {
    from: Timestamp,
    until: Timestamp,
}

impl LookWindow {
    fn of(last: &LastLook, now: Timestamp) -> Self {
        let from = last.checked_until.max(now - MAX_LOOK_BACK);
        Self {
            from: from.min(now),
            until: now,
        }
    }

    /// When it must have happened to be due so many minutes later in this window.
    fn earlier(self, minutes: u32) -> Self {
        let minutes = SignedDuration::from_mins(i64::from(minutes));
        Self {
            from: self.from - minutes,
            until: self.until - minutes,
        }
    }

    /// When somebody must have been heard of last to be silent in this window: those who were heard of before
    /// a gap are silent so many minutes after it.
    fn heard(self, last: &LastLook, minutes: u32) -> Option<Self> {
        let mut heard = self.earlier(minutes);
        heard.from -= HEARING_DELAY;
        heard.until -= HEARING_DELAY;
        if heard.until < last.deaf_until {
            return None;
        }
        if heard.from < last.deaf_until {
            let wait = SignedDuration::from_mins(i64::from(minutes));
            heard.from = heard.from.min(last.deaf_from - wait - HEARING_DELAY);
        }
        Some(heard)
    }
}

fn minutes_of(tx: &mut Tx<'_>, sql: &'static str, default: u32) -> db::Result<BTreeSet<u32>> {
    let rows: Vec<(u32,)> = tx.all(sql, &[])?;
    Ok(rows.into_iter().map(|row| row.0).chain([default]).collect())
}

/// What has become an alarm since the last look, and up to when was looked.
pub(crate) fn candidates(
    tx: &mut Tx<'_>,
    last: &LastLook,
) -> db::Result<(Vec<AlarmCandidate>, Timestamp)> {
    let window = LookWindow::of(last, tx.now());
    let mut found = Vec::new();
    for minutes in minutes_of(tx, MINUTES, DEFAULT_MINUTES)? {
        let LookWindow { from, until } = window.earlier(minutes);
        let values = args![from, until, minutes, MAX_ORDERS];
        for sql in [ORDERS, FIRED_ORDERS, LATE_ORDERS] {
            let orders: Vec<OrderCandidate> = tx.all(sql, values)?;
            found.extend(orders.into_iter().filter_map(OrderCandidate::into_alarm));
        }
        let values = args![from, until, minutes, MAX_CONNECTIONS];
        let failing: Vec<ConnectionCandidate> = tx.all(FAILING, values)?;
        let kind = AlarmKind::ConnectionFailing;
        found.extend(failing.into_iter().filter_map(|it| it.into_alarm(kind)));
    }
    for minutes in minutes_of(tx, SILENT_MINUTES, DEFAULT_SILENT_MINUTES)? {
        let Some(LookWindow { from, until }) = window.heard(last, minutes) else {
            continue;
        };
        let values = args![from, until, minutes, MAX_CONNECTIONS];
        let silent: Vec<ConnectionCandidate> = tx.all(SILENT, values)?;
        let kind = AlarmKind::ConnectionSilent;
        found.extend(silent.into_iter().filter_map(|it| it.into_alarm(kind)));
    }
    Ok((found, window.until))
}

impl OrderCandidate {
    fn into_alarm(self) -> Option<AlarmCandidate> {
        let kind = match self.is_reached {
            true => AlarmKind::OrderNew,
            false => AlarmKind::OrderUnreached,
        };
        self.kinds.has(kind).then_some(AlarmCandidate {
            account: self.account,
            location: Some(self.location),
            kind,
            subject: self.order,
        })
    }
}

impl ConnectionCandidate {
    fn into_alarm(self, kind: AlarmKind) -> Option<AlarmCandidate> {
        self.kinds.has(kind).then_some(AlarmCandidate {
            account: self.account,
            location: self.location,
            kind,
            subject: self.connection,
        })
    }
}

/// Begins these alarms, which were looked for up to `until`, unless another hub has made this look meanwhile. The
/// next look begins at `until` and not now: what became due since was not looked for. Says which have begun.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    last: &LastLook,
    candidates: &[AlarmCandidate],
    until: Timestamp,
) -> db::Result<Vec<Alarm>> {
    let now = tx.now();
    let values = args![last.looked_at, now, until, last.deaf_from, last.deaf_until];
    if tx.execute(CLAIM, values)? == 0 {
        return Ok(Vec::new());
    }
    let mut begun = Vec::new();
    // Of each kind: those that nobody deals with must not hide those that reached nobody.
    let mut open: BTreeMap<(&AccountId, Option<&LocationId>, &str), u64> = BTreeMap::new();
    for candidate in candidates {
        let (account, location) = (&candidate.account, candidate.location.as_ref());
        let key = (account, location, candidate.kind.as_str());
        let count = match open.get(&key) {
            Some(count) => *count,
            None => store::count_open_at(tx, account, location, candidate.kind)?,
        };
        open.insert(key, count);
        if candidate.kind.is_of_order() && count >= MAX_OPEN_PER_LOCATION {
            continue;
        }
        let new = NewAlarm {
            account,
            location,
            kind: candidate.kind,
            subject: &candidate.subject,
            ended_at: None,
        };
        if let Some(alarm) = store::insert(tx, &new)? {
            notices::schedule_begin(tx, &alarm)?;
            open.insert(key, count + 1);
            begun.push(alarm);
        }
    }
    Ok(begun)
}

/// Begins an alarm that has ended already, to show what alarms are like.
pub(crate) fn begin_test(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Option<Alarm>> {
    let new = NewAlarm {
        account,
        location,
        kind: AlarmKind::Test,
        subject: "",
        ended_at: Some(tx.now()),
    };
    let alarm = store::insert(tx, &new)?;
    if let Some(alarm) = &alarm {
        notices::schedule_begin(tx, alarm)?;
    }
    Ok(alarm)
}

/// The settings of the place of an alarm.
pub(super) fn settings_of(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<AlarmSettings> {
    let location = alarm.location.as_ref();
    Ok(settings::find_effective(tx, &alarm.account, location)?.0)
}
