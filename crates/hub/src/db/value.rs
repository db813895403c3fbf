//! The four kinds of value that both engines can store, and how they are given to a statement; how
//! they come back is `column`'s.
//!
//! A null knows its kind: PostgreSQL rejects an untyped null in `$1 IS NULL OR status = $1`.

use bytes::BytesMut;
use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

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
    &wire::id::ResendJobId => Text, |it| it.as_str().to_owned();
    &wire::id::ConnectionId => Text, |it| it.as_str().to_owned();
    &wire::id::UserId => Text, |it| it.as_str().to_owned();
    &wire::id::DeliveryId => Text, |it| it.as_str().to_owned();
    &wire::id::DeliveryQuoteId => Text, |it| it.as_str().to_owned();
    &wire::id::ClientId => Text, |it| it.as_str().to_owned();
}
