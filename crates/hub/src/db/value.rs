//! The four kinds of value that both engines can store, and how they come and go.
//!
//! A null knows its kind: PostgreSQL rejects an untyped null in `$1 IS NULL OR status = $1`.

use bytes::BytesMut;
use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::Error;

/// What a statement is given: one of the column kinds TEXT, BIGINT, BOOLEAN and BYTEA.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Int(Option<i64>),
    /// BOOLEAN.
    Bool(Option<bool>),
    /// BYTEA.
    Bytes(Option<Vec<u8>>),
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Int(Some(int)) => ValueRef::Integer(*int),
            Self::Bool(Some(bool)) => ValueRef::Integer(i64::from(*bool)),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Text(None) | Self::Int(None) | Self::Bool(None) | Self::Bytes(None) => {
                ValueRef::Null
            }
        }))
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Text(value) => value.to_sql(ty, out),
            Self::Int(value) => value.to_sql(ty, out),
            Self::Bool(value) => value.to_sql(ty, out),
            Self::Bytes(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::TEXT | Type::VARCHAR | Type::INT8 | Type::BOOL | Type::BYTEA
        )
    }

    to_sql_checked!();
}

macro_rules! value_from {
    ($($from:ty => $kind:ident, |$it:ident| $make:expr;)+) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self { Self::$kind(Some($make)) }
        }
        impl From<Option<$from>> for Value {
            fn from(it: Option<$from>) -> Self { Self::$kind(it.map(|$it| $make)) }
        }
    )+};
}
value_from! {
    &str => Text, |it| it.to_owned();
    String => Text, |it| it;
    &String => Text, |it| it.clone();
    i64 => Int, |it| it;
    u32 => Int, |it| i64::from(it);
    bool => Bool, |it| it;
    Vec<u8> => Bytes, |it| it;
    &[u8] => Bytes, |it| it.to_vec();
    Timestamp => Text, |it| wire::time::stored(it);
    &wire::id::AccountId => Text, |it| it.as_str().to_owned();
    &wire::id::LocationId => Text, |it| it.as_str().to_owned();
    &wire::id::OrderId => Text, |it| it.as_str().to_owned();
    &wire::id::ElementId => Text, |it| it.as_str().to_owned();
    &wire::id::CustomerId => Text, |it| it.as_str().to_owned();
    &wire::id::CustomerListId => Text, |it| it.as_str().to_owned();
    &wire::id::CatalogId => Text, |it| it.as_str().to_owned();
    &wire::id::LoyaltyCardId => Text, |it| it.as_str().to_owned();
    &wire::id::LoyaltyOperationId => Text, |it| it.as_str().to_owned();
    &wire::id::ImageId => Text, |it| it.as_str().to_owned();
    &wire::id::EventId => Text, |it| it.as_str().to_owned();
    &wire::id::ConnectionId => Text, |it| it.as_str().to_owned();
    &wire::id::UserId => Text, |it| it.as_str().to_owned();
    &wire::id::DeliveryId => Text, |it| it.as_str().to_owned();
    &wire::id::DeliveryQuoteId => Text, |it| it.as_str().to_owned();
    &wire::id::ClientId => Text, |it| it.as_str().to_owned();
}

/// One row of an answer, from either engine.
#[derive(Debug)]
pub enum Row<'a> {
    /// A row that SQLite is standing on.
    Sqlite(&'a rusqlite::Row<'a>),
    /// A row that PostgreSQL has sent.
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of the column at `index` (from 0).
    pub fn get<T: Column>(&self, index: usize) -> Result<T, Error> {
        T::column(self, index)
    }
}

/// What can be read from one column.
pub trait Column: Sized {
    /// Reads the column at `index` (from 0); a value of another kind is [`Error::Broken`].
    fn column(row: &Row<'_>, index: usize) -> Result<Self, Error>;
}

macro_rules! plain_column {
    ($($t:ty),+) => {$(
        impl Column for $t {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                match row {
                    Row::Sqlite(row) => row.get(index).map_err(Error::from),
                    Row::Postgres(row) => row.try_get(index).map_err(Error::from),
                }
            }
        }
    )+};
}
plain_column!(
    String,
    Option<String>,
    i64,
    Option<i64>,
    bool,
    Option<bool>,
    Vec<u8>,
    Option<Vec<u8>>
);

impl Column for u32 {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        let int: i64 = row.get(index)?;
        Self::try_from(int).map_err(|_| Error::corrupt(index, "a number out of range"))
    }
}

impl Column for Option<u32> {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        let int: Option<i64> = row.get(index)?;
        let read = int.map(|int| {
            u32::try_from(int).map_err(|_| Error::corrupt(index, "a number out of range"))
        });
        read.transpose()
    }
}

impl Column for Timestamp {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        let text: String = row.get(index)?;
        wire::time::from_stored(&text).map_err(|_| Error::corrupt(index, "not a stored time"))
    }
}

impl Column for Option<Timestamp> {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
        let text: Option<String> = row.get(index)?;
        text.map(|text| {
            wire::time::from_stored(&text).map_err(|_| Error::corrupt(index, "not a stored time"))
        })
        .transpose()
    }
}

macro_rules! id_columns {
    ($($id:ident),+) => {$(
        impl Column for wire::id::$id {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                let text: String = row.get(index)?;
                Self::parse(&text).map_err(|_| Error::corrupt(index, "not an id"))
            }
        }
        impl Column for Option<wire::id::$id> {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, Error> {
                let text: Option<String> = row.get(index)?;
                text.map(|text| {
                    wire::id::$id::parse(&text).map_err(|_| Error::corrupt(index, "not an id"))
                })
                .transpose()
            }
        }
    )+};
}
id_columns!(
    AccountId,
    LocationId,
    OrderId,
    ElementId,
    CustomerId,
    CustomerListId,
    CatalogId,
    LoyaltyCardId,
    LoyaltyOperationId,
    ImageId,
    EventId,
    ConnectionId,
    UserId,
    ClientId
);

/// What can be made of a whole row: a struct of ours, or a tuple of columns.
pub trait FromRow: Sized {
    /// Reads the row's columns in the order of the SELECT.
    fn from_row(row: &Row<'_>) -> Result<Self, Error>;
}

macro_rules! tuple_rows {
    ($(($($t:ident $n:tt),+))+) => {$(
        impl<$($t: Column),+> FromRow for ($($t,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, Error> {
                Ok(($(row.get::<$t>($n)?,)+))
            }
        }
    )+};
}
tuple_rows! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
