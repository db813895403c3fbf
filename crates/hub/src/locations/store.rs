//! Locations in the database: the document holds what the API returns; name and timezone are
//! columns of their own because others read them too.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::account::Account;
use wire::currency::Currency;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, LocationId};
use wire::location::Location;

use super::rules;
use crate::db::{self, Columns, FromRow, Json, Tx, json};
use crate::events::{self, Actor, NewEvent};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO locations (account_id, id, name, timezone, resume_at, document, version,
            created_at)
        VALUES ($1, $2, $3, $4, NULL, $5, 1, $6)";
    FIND = formatcp!("SELECT {} FROM locations l JOIN accounts a ON a.id = l.account_id
        WHERE l.account_id = $1 AND l.id = $2", LocationRow::COLUMNS);
    LOCK = "SELECT version FROM locations WHERE account_id = $1 AND id = $2";
    ALL_OF_ACCOUNT = formatcp!("SELECT {} FROM locations l JOIN accounts a ON a.id = l.account_id
        WHERE l.account_id = $1 ORDER BY l.created_at, LENGTH(l.id), l.id", LocationRow::COLUMNS);
    UPDATE = "UPDATE locations SET document = $3, resume_at = $4, version = $5, name = $6,
            timezone = $7
        WHERE account_id = $1 AND id = $2";
    DUE = "SELECT account_id, id FROM locations WHERE resume_at IS NOT NULL AND resume_at <= $1
        ORDER BY resume_at LIMIT $2";
}

row! {
    struct LocationRow {
        document: Location as Json = "l.document",
        version: i64 = "l.version",
        name: String = "l.name",
        account: AccountId = "a.id",
        account_name: String = "a.name",
        currency: Currency = "a.currency",
    }
}

/// A location with its version.
#[derive(Clone, Debug)]
pub struct VersionedLocation {
    /// The location as the API returns it.
    pub location: Location,
    /// Counts changes, from 1.
    pub version: i64,
}

impl FromRow for VersionedLocation {
    fn from_columns(columns: &mut Columns<'_>) -> db::Result<Self> {
        let row = LocationRow::from_columns(columns)?;
        let mut location = row.document;
        location.name = row.name;
        location.account = Account {
            id: row.account,
            name: row.account_name,
            currency: row.currency,
        };
        let version = row.version;
        Ok(Self { location, version })
    }
}

/// Adds a location to its account.
pub fn insert(tx: &mut Tx<'_>, location: &Location) -> db::Result<()> {
    tx.write(
        INSERT,
        args![
            &location.account.id,
            &location.id,
            &location.name,
            location.timezone.name.as_str(),
            json::text(location)?,
            tx.now()
        ],
    )
}

/// One location of an account.
pub fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<Option<VersionedLocation>> {
    tx.first(FIND, args![account, location])
}

/// One location of an account, kept from others until this change is decided.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: &LocationId,
) -> db::Result<Option<VersionedLocation>> {
    let _version: Option<(i64,)> = tx.first_locked(LOCK, args![account, location])?;
    find(tx, account, location)
}

/// Every location of an account, in the order of their creation.
pub fn all(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Vec<VersionedLocation>> {
    tx.all(ALL_OF_ACCOUNT, args![account])
}

/// Locations whose acceptance should be normal again at `now`, the longest overdue first.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    now: Timestamp,
    most: u32,
) -> db::Result<Vec<(AccountId, LocationId)>> {
    tx.all(DUE, args![now, most])
}

/// The location as it is now: when its acceptance has gone back to normal since it was stored, that
/// is kept and told first.
pub(crate) fn settle_due(
    tx: &mut Tx<'_>,
    stored: VersionedLocation,
) -> db::Result<VersionedLocation> {
    let location = rules::as_of(stored.location.clone(), tx.now());
    let is_due = location.order_acceptance != stored.location.order_acceptance;
    let version = if is_due {
        update(tx, &stored, &location, &Actor::system())?
    } else {
        stored.version
    };
    Ok(VersionedLocation { location, version })
}

/// Keeps `after` in place of `before` and records the event; nothing changed, nothing happens.
/// Answers the version that it has then.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    before: &VersionedLocation,
    after: &Location,
    by: &Actor,
) -> db::Result<i64> {
    // The offset follows the seasons; that is no change of the location.
    let mut compared = before.location.clone();
    compared.timezone.offset = after.timezone.offset;
    if compared == *after {
        return Ok(before.version);
    }
    let (account, version) = (&after.account.id, tx.version_after(before.version));
    let (old, new) = (json::text(&before.location)?, json::text(after)?);
    let resume_at = after.order_acceptance.resume_at().map(|time| time.at());
    tx.write(
        UPDATE,
        args![
            account,
            &after.id,
            new.as_str(),
            resume_at,
            version,
            &after.name,
            after.timezone.name.as_str()
        ],
    )?;
    let new_event = NewEvent::new(EventResource::Location, EventType::Update, account)
        .at(&after.id)
        .subject(after.id.as_str(), version)
        .states(Some(&old), Some(&new));
    events::record(tx, new_event, by)?;
    let minutes = |of: &Location| i64::from(of.preparation_time.unwrap_or_default());
    let faster = minutes(&before.location) - minutes(after);
    if faster != 0 {
        let faster = SignedDuration::from_mins(faster);
        events::store::move_held_orders(tx, account, &after.id, faster)?;
    }
    Ok(version)
}
