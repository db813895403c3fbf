//! Alarms in the database.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, LocationId};

use super::settings::location_key;
use super::{AlarmKind, looks};
use crate::db::page::Cursor;
use crate::db::{self, NoneIfEmpty, Tx};
use crate::{args, row, statements};

statements! {
    FIND = formatcp!("{SELECT} WHERE a.account_id = $1 AND a.id = $2");
    OPEN = formatcp!("{SELECT_NAMED} WHERE a.account_id = $1 AND a.ended_at IS NULL
        ORDER BY a.began_at DESC, a.id DESC LIMIT $2");
    OPEN_AT = formatcp!("{SELECT_NAMED} WHERE a.account_id = $1 AND a.location_id = $2 AND a.ended_at IS NULL
        ORDER BY a.began_at DESC, a.id DESC LIMIT $3");
    PAST = formatcp!("{SELECT_NAMED} WHERE a.account_id = $1 AND a.ended_at IS NOT NULL
            AND (a.began_at, a.id) < ($2, $3)
        ORDER BY a.began_at DESC, a.id DESC LIMIT $4");
    PAST_AT = formatcp!("{SELECT_NAMED} WHERE a.account_id = $1 AND a.location_id = $2
            AND a.ended_at IS NOT NULL AND (a.began_at, a.id) < ($3, $4)
        ORDER BY a.began_at DESC, a.id DESC LIMIT $5");
    COUNT_OPEN = "SELECT COUNT(*) FROM alarms WHERE account_id = $1 AND ended_at IS NULL";
    COUNT_OPEN_AT = "SELECT COUNT(*) FROM alarms
        WHERE account_id = $1 AND location_id = $2 AND ended_at IS NULL";
    COUNT_OPEN_OF_KIND = "SELECT COUNT(*) FROM alarms
        WHERE account_id = $1 AND location_id = $2 AND ended_at IS NULL AND kind = $3";
    COUNT_BY_KIND = "SELECT kind, COUNT(*) FROM alarms WHERE ended_at IS NULL GROUP BY kind";
    ENDED = "SELECT account_id, id FROM alarms WHERE ended_at IS NOT NULL AND ended_at < $1
        ORDER BY ended_at LIMIT $2";
    DELETE = "DELETE FROM alarms WHERE account_id = $1 AND id = $2";
    DELETE_NOTICES = "DELETE FROM alarm_notices WHERE account_id = $1 AND alarm_id = $2";
    INSERT = "INSERT INTO alarms (account_id, id, location_id, kind, subject_id, began_at, ended_at,
            notified_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT DO NOTHING";
    END = "UPDATE alarms SET ended_at = $3 WHERE account_id = $1 AND id = $2 AND ended_at IS NULL";
    SET_NOTIFIED = "UPDATE alarms SET notified_at = $3
        WHERE account_id = $1 AND id = $2 AND notified_at IS NULL";
}

row! {
    /// Something that is wrong, or was.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Alarm {
        /// The account.
        pub account: AccountId = "a.account_id",
        /// Its id.
        pub id: String = "a.id",
        /// The location; none for a connection of the whole account.
        pub location: Option<LocationId> as NoneIfEmpty = "a.location_id",
        /// What it is about.
        pub kind: AlarmKind = "a.kind",
        /// The order or the connection.
        pub subject: String = "a.subject_id",
        /// When it began.
        pub began_at: Timestamp = "a.began_at",
        /// When it ended, if it has.
        pub ended_at: Option<Timestamp> = "a.ended_at",
        /// When somebody was first told.
        pub notified_at: Option<Timestamp> = "a.notified_at",
    }
}

const SELECT: &str = formatcp!("SELECT {} FROM alarms a", Alarm::COLUMNS);

row! {
    /// An alarm with the names that people read.
    #[derive(Clone, Debug)]
    pub(crate) struct NamedAlarm {
        pub alarm: Alarm,
        /// The ref of the order.
        pub reference: Option<String> = "o.ref",
        /// The app of the connection.
        pub app: Option<String> = "k.name",
    }
}

impl NamedAlarm {
    /// Its place in the list.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::of(self.alarm.began_at, &self.alarm.id)
    }
}

const SELECT_NAMED: &str = formatcp!(
    "SELECT {} FROM alarms a
        LEFT JOIN orders o ON o.account_id = a.account_id AND o.id = a.subject_id
        LEFT JOIN connections c ON c.account_id = a.account_id AND c.id = a.subject_id
        LEFT JOIN clients k ON k.id = c.client_id",
    NamedAlarm::COLUMNS
);

/// Which alarms a list has: of the whole account, or of one location.
#[derive(Clone, Debug)]
pub struct AlarmPosition {
    /// The account.
    pub account: AccountId,
    /// The location; none means all of them, and the account itself.
    pub location: Option<LocationId>,
}

/// One alarm of an account.
pub(crate) fn find(tx: &mut Tx<'_>, account: &AccountId, id: &str) -> db::Result<Option<Alarm>> {
    tx.first(FIND, args![account, id])
}

/// The alarms that are open, the newest first.
pub(crate) fn list_open(tx: &mut Tx<'_>, at: &AlarmPosition) -> db::Result<Vec<NamedAlarm>> {
    let (account, most) = (&at.account, looks::MAX_OPEN_SHOWN);
    match &at.location {
        None => tx.all(OPEN, args![account, most]),
        Some(location) => tx.all(OPEN_AT, args![account, location, most]),
    }
}

/// Up to `count` alarms that have ended and lie behind `from`, the newest first.
pub(crate) fn list_past(
    tx: &mut Tx<'_>,
    at: &AlarmPosition,
    from: &Cursor,
    count: u32,
) -> db::Result<Vec<NamedAlarm>> {
    let (account, key, id) = (&at.account, from.key.as_str(), from.id.as_str());
    match &at.location {
        None => tx.all(PAST, args![account, key, id, count]),
        Some(location) => tx.all(PAST_AT, args![account, location, key, id, count]),
    }
}

/// How many alarms are open.
pub(crate) fn count_open(tx: &mut Tx<'_>, at: &AlarmPosition) -> db::Result<u64> {
    let row: Option<(i64,)> = match &at.location {
        None => tx.first(COUNT_OPEN, args![&at.account])?,
        Some(location) => tx.first(COUNT_OPEN_AT, args![&at.account, location])?,
    };
    Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or_default()))
}

/// How many alarms of a kind are open at a location, or are the account's own.
pub(super) fn count_open_at(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    kind: AlarmKind,
) -> db::Result<u64> {
    let values = args![account, location_key(location), kind.as_str()];
    let row: Option<(i64,)> = tx.first(COUNT_OPEN_OF_KIND, values)?;
    Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or_default()))
}

/// How many alarms are open in the whole hub, by kind.
pub(crate) fn count_open_by_kind(tx: &mut Tx<'_>) -> db::Result<Vec<(AlarmKind, i64)>> {
    tx.all(COUNT_BY_KIND, &[])
}

/// Deletes alarms that ended before `until`, up to `most` of them.
pub(crate) fn delete_ended(tx: &mut Tx<'_>, until: Timestamp, most: u32) -> db::Result<usize> {
    let ended: Vec<(AccountId, String)> = tx.all(ENDED, args![until, most])?;
    for (account, id) in &ended {
        tx.write(DELETE_NOTICES, args![account, id])?;
        tx.write(DELETE, args![account, id])?;
    }
    Ok(ended.len())
}

/// What begins.
#[derive(Clone, Debug)]
pub(super) struct NewAlarm<'a> {
    pub account: &'a AccountId,
    pub location: Option<&'a LocationId>,
    pub kind: AlarmKind,
    pub subject: &'a str,
    pub ended_at: Option<Timestamp>,
}

/// Adds an alarm that begins now; none when there is an open one of its kind about the same thing.
pub(super) fn insert(tx: &mut Tx<'_>, new: &NewAlarm<'_>) -> db::Result<Option<Alarm>> {
    let (id, now) = (tx.fresh_id()?, tx.now());
    let (location, kind) = (location_key(new.location), new.kind.as_str());
    let values = args![
        new.account,
        &id,
        location,
        kind,
        new.subject,
        now,
        new.ended_at
    ];
    let is_new = tx.execute(INSERT, values)? == 1;
    Ok(is_new.then(|| Alarm {
        account: new.account.clone(),
        id,
        location: new.location.cloned(),
        kind: new.kind,
        subject: new.subject.to_owned(),
        began_at: now,
        ended_at: new.ended_at,
        notified_at: None,
    }))
}

/// Ends an alarm; false when somebody else has.
pub(super) fn end(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<bool> {
    let now = tx.now();
    Ok(tx.execute(END, args![&alarm.account, &alarm.id, now])? == 1)
}

/// Notes that somebody was told that an alarm began.
pub(super) fn set_notified(tx: &mut Tx<'_>, account: &AccountId, id: &str) -> db::Result<()> {
    let now = tx.now();
    tx.write(SET_NOTIFIED, args![account, id, now])
}
