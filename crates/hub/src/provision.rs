//! Making accounts with all that they begin with: it spans accounts, locations, catalogs and customer
//! lists.

use serde_json::json;
use wire::account::Account;
use wire::currency::Currency;
use wire::id::{AccountId, CatalogId, CustomerListId, LocationId};
use wire::location::{Location, OrderAcceptance};
use wire::time::{TimeOfDay, Timezone, zone};

use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
use crate::{accounts, catalogs, customer_lists, locations};

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

/// What [`create_account`] made.
#[derive(Clone, Debug)]
pub struct CreatedAccount {
    /// The account.
    pub account: AccountId,
    /// Its first location.
    pub location: LocationId,
    /// Its catalog.
    pub catalog: CatalogId,
    /// Its customer list.
    pub customer_list: CustomerListId,
}

/// Makes an account with its first location, a catalog and a customer list named after it.
pub fn create_account(tx: &mut Tx<'_>, new: &NewAccount) -> db::Result<CreatedAccount> {
    let location = &new.location;
    let account = accounts::store::insert(
        tx,
        &new.name,
        new.currency,
        &location.country,
        &location.timezone,
    )?;
    let location = add_location(tx, &account, &new.location)?;
    let catalog = add_catalog(tx, &account.id, None, &new.name)?;
    let customer_list = customer_lists::store::insert(tx, &account.id, None, &new.name)?;
    Ok(CreatedAccount {
        account: account.id,
        location,
        catalog,
        customer_list,
    })
}

/// Adds a location, numbered in the order of creation.
pub fn add_location(
    tx: &mut Tx<'_>,
    account: &Account,
    new: &NewLocation,
) -> db::Result<LocationId> {
    let number = accounts::store::take_location_number(tx, &account.id)?;
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

/// Records who has made an account, with its first location.
pub fn record_account(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    made: &CreatedAccount,
    new: &NewAccount,
) -> db::Result<()> {
    let change = AuditChange {
        at: AuditPosition {
            account: Some(&made.account),
            location: None,
        },
        action: AuditAction::AccountCreate,
        subject: AuditSubject {
            id: made.account.as_str(),
            name: &new.name,
        },
        fields: AuditFields::of_new(json!({
            "name": &new.name,
            "currency": new.currency.as_str(),
            "country": &new.location.country,
            "timezone": &new.location.timezone,
        })),
    };
    audit::record(tx, by, &change)?;
    record_location(tx, by, &made.location, &new.location)
}

/// Records who has made a location.
pub fn record_location(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    location: &LocationId,
    new: &NewLocation,
) -> db::Result<()> {
    let change = AuditChange {
        at: AuditPosition {
            account: Some(&location.account()),
            location: Some(location),
        },
        action: AuditAction::LocationCreate,
        subject: AuditSubject {
            id: location.as_str(),
            name: &new.name,
        },
        fields: AuditFields::of_new(json!({
            "name": &new.name,
            "address": &new.address,
            "postal_code": &new.postal_code,
            "city": &new.city,
            "country": &new.country,
            "timezone": &new.timezone,
        })),
    };
    audit::record(tx, by, &change)
}
