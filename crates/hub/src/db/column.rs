//! What one column holds: one of the four kinds that both engines can store, and what is made of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use wire::id;

use super::row::Row;
use super::{Error, Result};

/// What can be read from one column: a [`Scalar`], or none where a null is allowed.
pub trait Column: Sized {
    /// Reads the column at `index` (from 0); a value of another kind is [`Error::Broken`].
    fn column(row: &Row<'_>, index: usize) -> Result<Self>;
}

impl<T: Scalar> Column for T {
    fn column(row: &Row<'_>, index: usize) -> Result<Self> {
        let value = Option::<T>::column(row, index)?;
        value.ok_or_else(|| conversion_error(row, index, "a null"))
    }
}

impl<T: Scalar> Column for Option<T> {
    fn column(row: &Row<'_>, index: usize) -> Result<Self> {
        let stored = T::Stored::read(row, index)?;
        let value = stored.map(|stored| {
            T::from_stored(stored).map_err(|reason| conversion_error(row, index, &reason))
        });
        value.transpose()
    }
}

/// Makes the error for a column whose value cannot be read.
fn conversion_error(row: &Row<'_>, index: usize, reason: &str) -> Error {
    Error::Broken(format!("column {index}, \"{}\": {reason}", row.name(index)))
}

/// A Rust type that is read from one column of a row. A column that may be null is an `Option` of it.
pub trait Scalar: Sized {
    /// How it is stored: `&str`, `i64`, `bool` or `&[u8]`.
    type Stored<'r>: Stored<'r>;

    /// Reads what is stored; otherwise the reason why that is not such a value.
    fn from_stored(stored: Self::Stored<'_>) -> Result<Self, String>;
}

/// One of the four types that an engine stores, borrowed from its row.
pub trait Stored<'r>: Sized {
    /// Reads the column at `index` (from 0); none for a null.
    fn read(row: &'r Row<'_>, index: usize) -> Result<Option<Self>>;
}

macro_rules! stored {
    ($($kind:ty = $read:ident;)+) => {$(
        impl<'r> Stored<'r> for $kind {
            fn read(row: &'r Row<'_>, index: usize) -> Result<Option<Self>> {
                match row {
                    Row::Sqlite(sqlite) => {
                        let value = sqlite.get_ref(index)?;
                        value.$read().map_err(|error| conversion_error(row, index, &error.to_string()))
                    }
                    Row::Postgres(row) => row.try_get(index).map_err(Error::from),
                }
            }
        }
    )+};
}
stored! {
    &'r str = as_str_or_null;
    &'r [u8] = as_blob_or_null;
    i64 = as_i64_or_null;
}

impl<'r> Stored<'r> for bool {
    fn read(row: &'r Row<'_>, index: usize) -> Result<Option<Self>> {
        match row {
            // SQLite stores them as 0 and 1.
            Row::Sqlite(_) => Ok(i64::read(row, index)?.map(|value| value != 0)),
            Row::Postgres(row) => row.try_get(index).map_err(Error::from),
        }
    }
}

macro_rules! scalars {
    ($($scalar:ty, of $kind:ty: |$stored:ident| $read:expr;)+) => {$(
        impl Scalar for $scalar {
            type Stored<'r> = $kind;

            fn from_stored($stored: Self::Stored<'_>) -> Result<Self, String> {
                $read
            }
        }
    )+};
}
scalars! {
    String, of &'r str: |text| Ok(text.to_owned());
    Vec<u8>, of &'r [u8]: |bytes| Ok(bytes.to_vec());
    i64, of i64: |number| Ok(number);
    bool, of bool: |value| Ok(value);
    u16, of i64: |number| number.try_into().map_err(|_| "a number out of range".to_owned());
    u32, of i64: |number| number.try_into().map_err(|_| "a number out of range".to_owned());
    Timestamp, of &'r str: |text| {
        wire::time::from_stored(text).map_err(|_| "not a stored time".to_owned())
    };
    // By its IANA name.
    TimeZone, of &'r str: |name| Ok(wire::time::zone(name));
}

/// Types of `wire` that are stored as the text that the API has for them. Their `parse` answers an
/// option or a result: what it holds, if anything, is the value.
macro_rules! texts {
    ($($reason:literal: $($scalar:ty),+;)+) => {$($(
        impl Scalar for $scalar {
            type Stored<'r> = &'r str;

            fn from_stored(text: &str) -> Result<Self, String> {
                let value = <$scalar>::parse(text).into_iter().next();
                value.ok_or_else(|| $reason.to_owned())
            }
        }
    )+)+};
}
texts! {
    "not an id": id::AccountId, id::LocationId, id::OrderId, id::ElementId, id::CustomerId,
        id::CustomerListId, id::CatalogId, id::LoyaltyCardId, id::LoyaltyOperationId, id::ImageId,
        id::EventId, id::ResendJobId, id::ConnectionId, id::UserId, id::ClientId;
    "not a currency": wire::currency::Currency;
    "not a scope": wire::scope::Scope;
    "not a status of orders": wire::order::OrderStatus;
    "not a resource": wire::event::EventResource;
    "not a type of events": wire::event::EventType;
    "not a type of images": wire::image::ImageType;
    "not a kind of resend job": wire::callback::ResendKind;
    "not a state of resend jobs": wire::callback::ResendState;
}

/// What a column holds as a JSON document.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Scalar for Json<T> {
    type Stored<'r> = &'r str;

    fn from_stored(document: &str) -> Result<Self, String> {
        let value = serde_json::from_str(document).map_err(|error| error.to_string())?;
        Ok(Self(value))
    }
}

/// What is stored as an empty text where there is none: a null may not stand in a primary key.
#[derive(Clone, Debug)]
pub struct NoneIfEmpty<T>(pub Option<T>);

impl<T> Scalar for NoneIfEmpty<T>
where
    T: for<'r> Scalar<Stored<'r> = &'r str>,
{
    type Stored<'r> = &'r str;

    fn from_stored(text: &str) -> Result<Self, String> {
        let value = (!text.is_empty()).then(|| T::from_stored(text));
        value.transpose().map(Self)
    }
}
