//! What a location wants to be told: which alarms, after how long, when not, and how.
//!
//! A location without settings of its own has those of its account; an account without any has [`AlarmSettings::DEFAULT`].

use const_format::formatcp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use wire::id::{AccountId, LocationId};

use super::{AlarmKind, AlarmKinds};
use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
use crate::secret::MasterKey;
use crate::{args, row, statements};

/// Minutes after which an order or a connection that fails is an alarm, unless a location says otherwise.
pub const DEFAULT_MINUTES: u32 = 3;

/// Minutes after which a till that is not heard of is silent, unless a location says otherwise.
pub const DEFAULT_SILENT_MINUTES: u32 = 10;

/// Minutes that can be chosen at most.
pub const MAX_MINUTES: u32 = 60;

/// Minutes of silence that can be chosen at least: tills poll every minute or two.
pub const MIN_SILENT_MINUTES: u32 = 2;

/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

statements! {
    FIND = formatcp!("SELECT {} FROM alarm_settings WHERE account_id = $1 AND location_id = $2",
        AlarmSettings::COLUMNS);
    PUT = "INSERT INTO alarm_settings (account_id, location_id, kinds, minutes, silent_minutes, quiet_from,
            quiet_to, has_mails, webhook_url, webhook_salt, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (account_id, location_id) DO UPDATE SET kinds = excluded.kinds,
            minutes = excluded.minutes, silent_minutes = excluded.silent_minutes,
            quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
            has_mails = excluded.has_mails, webhook_url = excluded.webhook_url,
            webhook_salt = excluded.webhook_salt, changed_at = excluded.changed_at";
}

row! {
    /// What a location, or an account, wants to be told.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AlarmSettings {
        /// Which alarms.
        pub kinds: AlarmKinds = "kinds",
        /// Minutes after which an order, or a connection that fails, is an alarm.
        pub minutes: u32 = "minutes",
        /// Minutes after which a till that is not heard of is silent.
        pub silent_minutes: u32 = "silent_minutes",
        /// Where the quiet hours begin, in minutes of the day.
        pub quiet_from: Option<u32> = "quiet_from",
        /// Where they end.
        pub quiet_to: Option<u32> = "quiet_to",
        /// Whether mails are sent.
        pub has_mails: bool = "has_mails",
        /// Where alarms are posted.
        pub webhook_url: Option<String> = "webhook_url",
        /// What the secret of the webhook is derived from, beside the master key.
        pub webhook_salt: String = "webhook_salt",
    }
}

impl AlarmSettings {
    /// The settings of those who have chosen none.
    pub const DEFAULT: Self = Self {
        kinds: AlarmKinds::ALL,
        minutes: DEFAULT_MINUTES,
        silent_minutes: DEFAULT_SILENT_MINUTES,
        quiet_from: None,
        quiet_to: None,
        has_mails: true,
        webhook_url: None,
        webhook_salt: String::new(),
    };

    /// The end of the quiet hours that `now` lies in; none outside them.
    pub fn quiet_until(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let (from, to) = (self.quiet_from?, self.quiet_to?);
        let local = now.to_zoned(zone.clone());
        let minute = u32::try_from(local.hour()).ok()? * 60 + u32::try_from(local.minute()).ok()?;
        let is_quiet = match from <= to {
            true => (from..to).contains(&minute),
            false => minute >= from || minute < to,
        };
        if !is_quiet {
            return None;
        }
        let days = if minute < to { 0 } else { 1 };
        let date = local.date().checked_add(days.days()).ok()?;
        let hour = i8::try_from(to / 60).ok()?;
        let time = Time::new(hour, i8::try_from(to % 60).ok()?, 0, 0).ok()?;
        let end = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
        // Where a clock change swallows the end, it is now.
        Some(end.timestamp().max(now))
    }

    /// The secret that signs what is posted to the webhook.
    pub fn webhook_secret(
        &self,
        key: &MasterKey,
        account: &AccountId,
        location: Option<&LocationId>,
    ) -> String {
        let parts = [account.as_str(), location_key(location), &self.webhook_salt];
        let mac = key.mac("alarm webhook", &parts);
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Reads a time of day, such as `23:30`, as minutes; `24:00` is midnight.
pub fn parse_minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let is_number = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY_MINUTES).then_some(minute % DAY_MINUTES)
}

/// Writes minutes of the day as a time of day.
pub fn minute_of_day(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A location as the tables of alarms have it: empty for the whole account.
pub(super) fn location_key(location: Option<&LocationId>) -> &str {
    location.map_or("", LocationId::as_str)
}

/// The settings that a location, or the account, has of its own.
pub fn find_own(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Option<AlarmSettings>> {
    tx.first(FIND, args![account, location_key(location)])
}

/// The settings that hold for a location, and the place that they belong to: the location, or its account.
pub fn find_effective(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<(AlarmSettings, Option<LocationId>)> {
    if let Some(own) = find_own(tx, account, location)? {
        return Ok((own, location.cloned()));
    }
    let of_account = find_own(tx, account, None)?;
    Ok((of_account.unwrap_or(AlarmSettings::DEFAULT), None))
}

/// Stores settings for a location or the account.
pub fn put(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    settings: &AlarmSettings,
) -> db::Result<()> {
    let now = tx.now();
    tx.write(
        PUT,
        args![
            account,
            location_key(location),
            settings.kinds.bits(),
            settings.minutes,
            settings.silent_minutes,
            settings.quiet_from,
            settings.quiet_to,
            settings.has_mails,
            settings.webhook_url.as_deref(),
            settings.webhook_salt.as_str(),
            now
        ],
    )
}

/// What the audit log says of settings. The webhook's secret is derived, and not among them.
fn recorded(settings: &AlarmSettings) -> serde_json::Value {
    let kinds = AlarmKind::ALL.into_iter();
    let kinds: Vec<&str> = kinds
        .filter(|kind| settings.kinds.has(*kind))
        .map(AlarmKind::as_str)
        .collect();
    serde_json::json!({
        "kinds": kinds,
        "minutes": settings.minutes,
        "silent_minutes": settings.silent_minutes,
        "quiet_from": settings.quiet_from.map(minute_of_day),
        "quiet_to": settings.quiet_to.map(minute_of_day),
        "mails": settings.has_mails,
        "webhook_url": settings.webhook_url.as_deref().map(without_query),
    })
}

/// An address without what may be a password or a token in it.
fn without_query(url: &str) -> String {
    let Ok(mut url) = url::Url::parse(url) else {
        return String::new();
    };
    let _can_have_none = url.set_password(None).and_then(|()| url.set_username(""));
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// Stores settings as [`put`] does, and records who has changed them.
pub fn change(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    settings: &AlarmSettings,
    by: &AuditActor,
) -> db::Result<()> {
    let (old, _) = find_effective(tx, account, location)?;
    put(tx, account, location, settings)?;
    let name = crate::accounts::store::entity_name(tx, account, location)?;
    let id = location.map_or(account.as_str(), LocationId::as_str);
    let change = AuditChange {
        at: AuditPosition {
            account: Some(account),
            location,
        },
        action: AuditAction::AlarmsUpdate,
        subject: AuditSubject { id, name: &name },
        fields: AuditFields::between(recorded(&old), recorded(settings)),
    };
    audit::record(tx, by, &change)
}
