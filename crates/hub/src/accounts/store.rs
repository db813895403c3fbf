//! Accounts, and what is made together with them.

use wire::account::Account;
use wire::currency::Currency;
use wire::id::{AccountId, CatalogId, CustomerListId, LocationId};
use wire::location::{Location, OrderAcceptance};
use wire::time::{TimeOfDay, Timezone};

use crate::db::{self, FromRow, Row, Tx};
use crate::http::caller::zone;
use crate::{args, catalogs, customer_lists, locations, statements};

statements! {
    INSERT = "INSERT INTO accounts (id, name, currency, country, timezone, next_location, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING";
    FIND = "SELECT id, name, currency, country, timezone FROM accounts WHERE id = $1";
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

/// An account as the back office knows it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What the API returns.
    pub account: Account,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA name.
    pub timezone: String,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let currency: String = row.get(2)?;
        let currency =
            Currency::parse(&currency).map_err(|_| db::Error::corrupt(2, "not a currency"))?;
        Ok(Self {
            account: Account {
                id: row.get(0)?,
                name: row.get(1)?,
                currency,
            },
            country: row.get(3)?,
            timezone: row.get(4)?,
        })
    }
}

/// What is asked for a new account or location.
#[derive(Clone, Debug)]
pub struct NewLocation {
    /// Name, such as the city or the street.
    pub name: String,
    /// Street and number.
    pub address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// IANA name, checked.
    pub timezone: String,
}

/// What an account is made with.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Name, such as the sign over the door.
    pub name: String,
    /// The currency for ever.
    pub currency: Currency,
    /// The first location.
    pub location: NewLocation,
}

/// Suspends an account: its apps are refused, and nothing can be changed in the back office, until
/// it is [resumed](resume). False when there is no such account.
pub fn suspend(tx: &mut Tx<'_>, id: &AccountId) -> db::Result<bool> {
    let now = tx.now();
    Ok(tx.execute(SUSPEND, args![id, now])? == 1)
}

/// Ends a suspension. False when there is no such account.
pub fn resume(tx: &mut Tx<'_>, id: &AccountId) -> db::Result<bool> {
    Ok(tx.execute(RESUME, args![id])? == 1)
}

/// What [`create`] made.
#[derive(Clone, Debug)]
pub struct Created {
    /// The account.
    pub account: AccountId,
    /// Its first location.
    pub location: LocationId,
    /// Its catalog.
    pub catalog: CatalogId,
    /// Its customer list.
    pub customer_list: CustomerListId,
}

/// A catalog or customer list to choose from: id, name, and the location if it is one's own.
pub type Choice = (String, String, Option<String>);

/// Letters and digits of an account id.
const ACCOUNT_ID: u64 = 5;

/// Makes an account with its first location, a catalog and a customer list named after it.
pub fn create(tx: &mut Tx<'_>, new: &NewAccount) -> db::Result<Created> {
    let account = insert(tx, new)?;
    let location = add_location(tx, &account, &new.location)?;
    let catalog = add_catalog(tx, &account.id, None, &new.name)?;
    let customer_list = customer_lists::store::insert(tx, &account.id, None, &new.name)?;
    Ok(Created {
        account: account.id,
        location,
        catalog,
        customer_list,
    })
}

fn insert(tx: &mut Tx<'_>, new: &NewAccount) -> db::Result<Account> {
    let now = tx.now();
    loop {
        let id = AccountId::from_generated(short_id(tx));
        let timezone = new.location.timezone.as_str();
        let (currency, country) = (new.currency.as_str(), new.location.country.as_str());
        let values = args![&id, &new.name, currency, country, timezone, now];
        if tx.execute(INSERT, values)? == 1 {
            return Ok(Account {
                id,
                name: new.name.clone(),
                currency: new.currency,
            });
        }
    }
}

/// Five letters and digits beginning with a letter: account ids are few and read aloud on the
/// telephone.
fn short_id(tx: &Tx<'_>) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstvwxyz";
    const ALL: &[u8] = b"abcdefghjkmnpqrstvwxyz0123456789";
    let pick = |from: &[u8]| char::from(from[tx.chance().below(from.len() as u64) as usize]);
    let first = pick(LETTERS);
    std::iter::once(first)
        .chain((1..ACCOUNT_ID).map(|_| pick(ALL)))
        .collect()
}

/// One account.
pub fn find(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Option<Stored>> {
    tx.first(FIND, args![account])
}

/// The name of an account, or of a location of it.
pub(crate) fn place_name(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<String> {
    let name = match location {
        Some(location) => {
            locations::store::find(tx, account, location)?.map(|found| found.location.name)
        }
        None => find(tx, account)?.map(|found| found.account.name),
    };
    Ok(name.unwrap_or_default())
}

/// Keeps an account from others until this change is decided.
pub(crate) fn lock(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<()> {
    let _name: Option<(String,)> = tx.first_locked(LOCK, args![account])?;
    Ok(())
}

/// Adds a location, numbered in the order of creation.
pub fn add_location(
    tx: &mut Tx<'_>,
    account: &Account,
    new: &NewLocation,
) -> db::Result<LocationId> {
    let taken: Option<(i64,)> = tx.first(TAKE_LOCATION_NUMBER, args![&account.id])?;
    let number = taken
        .and_then(|(next,)| u32::try_from(next - 1).ok())
        .ok_or_else(|| db::Error::Broken("no such account".to_owned()))?;
    let id = LocationId::new(&account.id, number);
    let now = tx.now();
    let location = Location {
        id: id.clone(),
        name: new.name.clone(),
        account: account.clone(),
        address: new.address.clone(),
        postal_code: new.postal_code.clone(),
        city: new.city.clone(),
        country: Some(new.country.clone()),
        timezone: Timezone::for_zone(&zone(&new.timezone), now),
        cutoff_time: TimeOfDay::CUTOFF,
        opening_hours: None,
        preparation_time: Some(15),
        order_acceptance: OrderAcceptance::Normal,
        custom_fields: wire::custom_fields::CustomFields::default(),
    };
    locations::store::insert(tx, &location)?;
    Ok(id)
}

/// Adds an empty catalog to an account, or to one of its locations.
pub fn add_catalog(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    name: &str,
) -> db::Result<CatalogId> {
    let id = CatalogId::from_generated(tx.fresh_id()?);
    catalogs::store::insert(tx, account, location, &id, name)?;
    Ok(id)
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
