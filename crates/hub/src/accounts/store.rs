//! Accounts, and what can be chosen in them.

use const_format::formatcp;
use jiff::tz::TimeZone;
use serde_json::json;
use wire::account::Account;
use wire::currency::Currency;
use wire::id::{AccountId, LocationId};
use wire::time::zone;

use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
use crate::{args, locations, row, statements};

statements! {
    INSERT = "INSERT INTO accounts (id, name, currency, country, timezone, next_location, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING";
    FIND = formatcp!("SELECT {} FROM accounts WHERE id = $1", AccountRow::COLUMNS);
    UPDATE = "UPDATE accounts SET name = $2, timezone = $3 WHERE id = $1";
    SUSPEND = "UPDATE accounts SET suspended_at = COALESCE(suspended_at, $2) WHERE id = $1";
    RESUME = "UPDATE accounts SET suspended_at = NULL WHERE id = $1";
    LOCK = "SELECT name FROM accounts WHERE id = $1";
    TAKE_LOCATION_NUMBER = "UPDATE accounts SET next_location = next_location + 1 WHERE id = $1
        RETURNING next_location";
    CATALOGS = "SELECT id, name, location_id FROM catalogs
        WHERE account_id = $1 AND (location_id IS NULL OR location_id = $2 OR $2 IS NULL)
        ORDER BY created_at, id";
    LISTS = "SELECT id, name, location_id FROM customer_lists
        WHERE account_id = $1 AND (location_id IS NULL OR location_id = $2 OR $2 IS NULL)
        ORDER BY created_at, id";
}

row! {
    /// An account as the back office knows it.
    #[derive(Clone, Debug)]
    pub struct AccountRow {
        /// Identifier.
        pub id: AccountId = "id",
        /// Name.
        pub name: String = "name",
        /// The currency of all its money.
        pub currency: Currency = "currency",
        /// ISO 3166-1 alpha-2.
        pub country: String = "country",
        /// IANA name.
        pub timezone: String = "timezone",
    }
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            currency: row.currency,
        }
    }
}

/// Gives an account, which was locked, another name and time zone, and records who has done so. Nothing changed,
/// nothing happens.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    before: &AccountRow,
    (name, timezone): (&str, &str),
    by: &AuditActor,
) -> db::Result<()> {
    let settings = |name: &str, timezone: &str| json!({ "name": name, "timezone": timezone });
    let fields = AuditFields::between(
        settings(&before.name, &before.timezone),
        settings(name, timezone),
    );
    if fields.is_empty() {
        return Ok(());
    }
    tx.write(UPDATE, args![&before.id, name, timezone])?;
    let change = AuditChange {
        at: AuditPosition {
            account: Some(&before.id),
            location: None,
        },
        action: AuditAction::AccountUpdate,
        subject: AuditSubject {
            id: before.id.as_str(),
            name,
        },
        fields,
    };
    audit::record(tx, by, &change)
}

/// Suspends an account: its apps are refused, and nothing can be changed in the back office, until
/// it is [resumed](resume). False when there is no such account.
pub fn suspend(tx: &mut Tx<'_>, id: &AccountId) -> db::Result<bool> {
    Ok(tx.execute(SUSPEND, args![id, tx.now()])? == 1)
}

/// Ends a suspension. False when there is no such account.
pub fn resume(tx: &mut Tx<'_>, id: &AccountId) -> db::Result<bool> {
    Ok(tx.execute(RESUME, args![id])? == 1)
}

/// Suspends an account or ends its suspension, and records who has done it. False when there is no such account.
pub fn set_suspended(
    tx: &mut Tx<'_>,
    id: &AccountId,
    is_suspended: bool,
    by: &AuditActor,
) -> db::Result<bool> {
    let Some(account) = find(tx, id)? else {
        return Ok(false);
    };
    let action = match is_suspended {
        true => AuditAction::AccountSuspend,
        false => AuditAction::AccountResume,
    };
    let change = AuditChange {
        at: AuditPosition {
            account: Some(id),
            location: None,
        },
        action,
        subject: AuditSubject {
            id: id.as_str(),
            name: &account.name,
        },
        fields: AuditFields::default(),
    };
    audit::record(tx, by, &change)?;
    match is_suspended {
        true => suspend(tx, id),
        false => resume(tx, id),
    }
}

/// A catalog or customer list to choose from: id, name, and the location if it is one's own.
pub type Choice = (String, String, Option<LocationId>);

/// Letters and digits of an account id.
const ACCOUNT_ID: u64 = 5;

/// Adds an account under a free id.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    name: &str,
    currency: Currency,
    country: &str,
    timezone: &str,
) -> db::Result<Account> {
    let now = tx.now();
    loop {
        let id = AccountId::from_generated(short_id(tx));
        let values = args![&id, name, currency.as_str(), country, timezone, now];
        if tx.execute(INSERT, values)? == 1 {
            return Ok(Account {
                id,
                name: name.to_owned(),
                currency,
            });
        }
    }
}

/// Five letters and digits beginning with a letter: account ids are few and read aloud on the
/// telephone.
fn short_id(tx: &Tx<'_>) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstvwxyz";
    const ALL: &[u8] = b"abcdefghjkmnpqrstvwxyz0123456789";
    let pick = |from: &[u8]| char::from(from[tx.entropy().below(from.len() as u64) as usize]);
    let first = pick(LETTERS);
    std::iter::once(first)
        .chain((1..ACCOUNT_ID).map(|_| pick(ALL)))
        .collect()
}

/// One account.
pub fn find(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Option<AccountRow>> {
    tx.first(FIND, args![account])
}

/// The name of an account, or of a location of it.
pub(crate) fn entity_name(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<String> {
    let name = match location {
        Some(location) => {
            locations::store::find(tx, account, location)?.map(|found| found.location.name)
        }
        None => find(tx, account)?.map(|found| found.name),
    };
    Ok(name.unwrap_or_default())
}

/// Keeps an account from others until this change is decided.
pub(crate) fn lock(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<()> {
    let _name: Option<(String,)> = tx.first_locked(LOCK, args![account])?;
    Ok(())
}

/// Takes the number of the next location of an account, from 0.
pub(crate) fn take_location_number(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<u32> {
    let taken: Option<(i64,)> = tx.first(TAKE_LOCATION_NUMBER, args![account])?;
    taken
        .and_then(|(next,)| u32::try_from(next - 1).ok())
        .ok_or_else(|| db::Error::Broken("no such account".to_owned()))
}

/// The catalogs that can be chosen at a location (its own and the account's), or in the whole
/// account.
pub fn catalogs(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<Choice>> {
    tx.all(CATALOGS, args![account, location])
}

/// The customer lists that can be chosen at a location, or in the whole account.
pub fn customer_lists(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<Choice>> {
    tx.all(LISTS, args![account, location])
}

/// The timezone of a location, or of the account.
pub(crate) fn zone_of(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<TimeZone> {
    if let Some(location) = location
        && let Some(found) = locations::store::find(tx, account, location)?
    {
        return Ok(zone(found.location.timezone.name.as_str()));
    }
    let account = find(tx, account)?;
    Ok(account.map_or(TimeZone::UTC, |found| zone(&found.timezone)))
}
