//! Notices: what is still to be told of alarms, by mail or to a webhook.
//!
//! A notice is written with the change that it tells of. Whoever tells it moves its time first, as a lease:
//! another hub takes it up only when that ends. One that was told is deleted; one that could not be told is
//! tried again a few times. An alarm that ends before anybody was told of it is not told at all.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, LocationId};

use super::looks::settings_of;
use super::store::{self, Alarm};
use super::{AlarmChange, AlarmKind};
use crate::accounts::store::zone_of;
use crate::db::{self, Scalar, Tx};
use crate::users::permissions::Permissions;
use crate::users::store as users;
use crate::{args, row, statements};

/// Notices that are told at once.
pub const MAX_CLAIMED: u32 = 20;

/// How long whoever has claimed a notice has it for itself.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How long to wait after each attempt that failed; then the notice is given up.
const RETRY_DELAYS: [SignedDuration; 4] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(30),
];

/// Alarms of a location of which mails are sent in an hour.
pub const MAX_MAILED_PER_HOUR: usize = 30;

/// Alarms of a location that are counted for that.
const MAX_COUNTED: u32 = 300;

/// When a notice is due that is not told.
const NEVER: Timestamp = Timestamp::MAX;

/// People who are told of one alarm.
const MAX_READERS: usize = 50;

statements! {
    INSERT = "INSERT INTO alarm_notices (account_id, alarm_id, change, channel, due_at, attempts)
        VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING";
    FIRST_DUE = "SELECT due_at FROM alarm_notices WHERE due_at <= $1 ORDER BY due_at LIMIT 1";
    DUE = formatcp!("SELECT {} FROM alarm_notices n WHERE n.due_at <= $1
        ORDER BY n.due_at LIMIT $2", Notice::COLUMNS);
    MOVE = "UPDATE alarm_notices SET due_at = $5, attempts = $6
        WHERE account_id = $1 AND alarm_id = $2 AND change = $3 AND channel = $4";
    DROP = "UPDATE alarm_notices SET due_at = $5, attempts = 0
        WHERE account_id = $1 AND alarm_id = $2 AND change = $3 AND channel = $4";
    DELETE_ONE = "DELETE FROM alarm_notices
        WHERE account_id = $1 AND alarm_id = $2 AND change = $3 AND channel = $4";
    DELETE_UNTRIED = "DELETE FROM alarm_notices
        WHERE account_id = $1 AND alarm_id = $2 AND change = $3 AND channel = $4 AND attempts = 0";
    DELETE = "DELETE FROM alarm_notices WHERE account_id = $1 AND alarm_id = $2";
    /// When people were told of the latest alarms of a location.
    MAILED = "SELECT notified_at FROM alarms
        WHERE account_id = $1 AND location_id = $2 AND began_at > $3
        ORDER BY began_at DESC, id DESC LIMIT $4";
}

/// How people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeChannel {
    /// By e-mail.
    Mail,
    /// By a POST to an address of the location's.
    Webhook,
}

impl NoticeChannel {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

impl Scalar for NoticeChannel {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        match word {
            "mail" => Ok(Self::Mail),
            "webhook" => Ok(Self::Webhook),
            _ => Err("not a channel of notices".to_owned()),
        }
    }
}

row! {
    /// Something that is to be told.
    #[derive(Clone, Debug)]
    pub(crate) struct Notice {
        pub account: AccountId = "n.account_id",
        pub alarm: String = "n.alarm_id",
        pub change: AlarmChange = "n.change",
        pub channel: NoticeChannel = "n.channel",
        /// How often that was tried, with this time once it is claimed.
        pub attempts: u32 = "n.attempts",
    }
}

impl Notice {
    /// Whether it will not be tried again.
    pub(crate) fn is_last_attempt(&self) -> bool {
        self.attempts as usize > RETRY_DELAYS.len()
    }
}

/// The channels of an alarm, each with the moment at which it may be used.
fn channels(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<Vec<(NoticeChannel, Timestamp)>> {
    let now = tx.now();
    let settings = settings_of(tx, alarm)?;
    let mut channels = Vec::new();
    if settings.has_mails {
        let zone = zone_of(tx, &alarm.account, alarm.location.as_ref())?;
        let is_test = alarm.kind == AlarmKind::Test;
        let quiet_until = settings.quiet_until(&zone, now).filter(|_| !is_test);
        channels.push((NoticeChannel::Mail, quiet_until.unwrap_or(now)));
    }
    if settings.webhook_url.is_some() {
        channels.push((NoticeChannel::Webhook, now));
    }
    Ok(channels)
}

fn insert(
    tx: &mut Tx<'_>,
    alarm: &Alarm,
    change: AlarmChange,
    (channel, due): (NoticeChannel, Timestamp),
) -> db::Result<()> {
    let (change, channel) = (change.as_str(), channel.as_str());
    tx.write(
        INSERT,
        args![&alarm.account, &alarm.id, change, channel, due],
    )
}

/// Has people told that an alarm began.
pub(super) fn schedule_begin(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<()> {
    for channel in channels(tx, alarm)? {
        insert(tx, alarm, AlarmChange::Begin, channel)?;
    }
    Ok(())
}

/// Has those told that an alarm ended who were told that it began.
pub(super) fn schedule_end(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<()> {
    let begin = AlarmChange::Begin.as_str();
    for (channel, due) in channels(tx, alarm)? {
        let values = args![&alarm.account, &alarm.id, begin, channel.as_str()];
        let was_untold = tx.execute(DELETE_UNTRIED, values)? == 1;
        if !was_untold {
            insert(tx, alarm, AlarmChange::End, (channel, due))?;
        }
    }
    Ok(())
}

/// Has nobody told anything more of an alarm.
pub(super) fn delete(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<()> {
    tx.write(DELETE, args![&alarm.account, &alarm.id])
}

/// Whether there is anything to tell.
pub(crate) fn is_any_due(tx: &mut Tx<'_>) -> db::Result<bool> {
    let now = tx.now();
    let first: Option<(Timestamp,)> = tx.first(FIRST_DUE, args![now])?;
    Ok(first.is_some())
}

/// Claims notices that are due: nobody else tells them meanwhile.
pub(crate) fn claim(tx: &mut Tx<'_>) -> db::Result<Vec<Notice>> {
    let now = tx.now();
    let mut claimed: Vec<Notice> = tx.all_unlocked(DUE, args![now, MAX_CLAIMED])?;
    for notice in &mut claimed {
        notice.attempts += 1;
        move_to(tx, notice, now + LEASE)?;
    }
    Ok(claimed)
}

fn move_to(tx: &mut Tx<'_>, notice: &Notice, due: Timestamp) -> db::Result<()> {
    let (change, channel) = (notice.change.as_str(), notice.channel.as_str());
    tx.write(
        MOVE,
        args![
            &notice.account,
            &notice.alarm,
            change,
            channel,
            due,
            notice.attempts
        ],
    )
}

/// What became of telling a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeOutcome {
    /// It was told.
    Told,
    /// There was nobody to tell, or nothing any longer.
    Dropped,
    /// It could not be told.
    Failed,
}

/// Writes down what became of a notice.
pub(crate) fn settle(tx: &mut Tx<'_>, notice: &Notice, outcome: NoticeOutcome) -> db::Result<()> {
    let (change, channel) = (notice.change.as_str(), notice.channel.as_str());
    if outcome == NoticeOutcome::Failed && !notice.is_last_attempt() {
        let index = (notice.attempts as usize).saturating_sub(1);
        let delay = RETRY_DELAYS.get(index).copied().unwrap_or(LEASE);
        let due = tx.now() + delay;
        return move_to(tx, notice, due);
    }
    if notice.change == AlarmChange::Begin {
        match outcome {
            NoticeOutcome::Told => store::set_notified(tx, &notice.account, &notice.alarm)?,
            // It stays, as one that was never tried: who was not told of the beginning is not told of the end.
            _ => {
                return tx.write(
                    DROP,
                    args![&notice.account, &notice.alarm, change, channel, NEVER],
                );
            }
        }
    }
    tx.write(
        DELETE_ONE,
        args![&notice.account, &notice.alarm, change, channel],
    )
}

/// Whether mails of the location of an alarm have reached their bound.
pub(crate) fn is_at_mail_bound(tx: &mut Tx<'_>, alarm: &Alarm) -> db::Result<bool> {
    let now = tx.now();
    let location = super::settings::location_key(alarm.location.as_ref());
    let began_after = now - SignedDuration::from_hours(24);
    let after = now - SignedDuration::from_hours(1);
    let values = args![&alarm.account, location, began_after, MAX_COUNTED];
    let notices: Vec<(Option<Timestamp>,)> = tx.all(MAILED, values)?;
    let notices = notices
        .iter()
        .filter(|(at,)| at.is_some_and(|at| at > after));
    Ok(notices.count() >= MAX_MAILED_PER_HOUR)
}

/// Somebody who is told of alarms: address and language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AlarmReader {
    pub email: String,
    pub locale: String,
}

/// Those who handle the orders of a location, or of the whole account.
pub(crate) fn readers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<AlarmReader>> {
    let memberships = users::of_account(tx, account)?;
    let here = memberships
        .into_iter()
        .filter(|held| held.location.is_none() || held.location.as_ref() == location)
        .filter(|held| held.permissions.has(Permissions::ORDER_LINE));
    let mut readers: Vec<AlarmReader> = here
        .map(|held| AlarmReader {
            email: held.user_email,
            locale: held.user_locale,
        })
        .collect();
    readers.sort();
    readers.dedup();
    readers.truncate(MAX_READERS);
    Ok(readers)
}
