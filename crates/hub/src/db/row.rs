//! What comes back from the database: rows, and the types that are made of them.
//!
//! A type of rows is declared once, with the SQL of each of its fields ([`row!`](crate::row)). The
//! list of columns and the reader both come from that declaration, so they cannot differ in order;
//! and since every column is called as its field, builds for tests refuse a statement that answers
//! other columns. One to three columns that are read beside their statement may be a tuple.

use super::column::Column;
use super::{Error, Result};

/// One row of an answer, from either engine.
#[derive(Debug)]
pub enum Row<'a> {
    /// A row that SQLite is standing on.
    Sqlite(&'a rusqlite::Row<'a>),
    /// A row that PostgreSQL has sent.
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The name of the column at `index` (from 0); empty when there is none.
    pub(super) fn name(&self, index: usize) -> &str {
        match self {
            Self::Sqlite(row) => row.as_ref().column_name(index).unwrap_or_default(),
            Self::Postgres(row) => row.columns().get(index).map_or("", |column| column.name()),
        }
    }
}

/// The columns of a row, which are taken one after the other.
#[derive(Debug)]
pub struct Columns<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    /// All columns of a row.
    pub(super) fn of(row: &'r Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// The value of the next column, which the statement calls `name`. Builds for tests make sure
    /// that it does; in a release that would be paid with every row.
    pub fn take<T: Column>(&mut self, name: &str) -> Result<T> {
        if cfg!(debug_assertions) && self.row.name(self.next) != name {
            return Err(Error::Broken(format!(
                "column {} of the statement is \"{}\", and not \"{name}\"",
                self.next,
                self.row.name(self.next)
            )));
        }
        self.take_next()
    }

    fn take_next<T: Column>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        T::column(self.row, index)
    }
}

/// What can be made of a row, or of some columns of it that follow each other: a struct of
/// [`row!`](crate::row), what is made of one, or a tuple.
pub trait FromRow: Sized {
    /// Takes as many columns as this is made of.
    fn from_columns(columns: &mut Columns<'_>) -> Result<Self>;
}

macro_rules! tuple_rows {
    ($(($($t:ident),+))+) => {$(
        impl<$($t: Column),+> FromRow for ($($t,)+) {
            fn from_columns(columns: &mut Columns<'_>) -> Result<Self> {
                Ok(($(columns.take_next::<$t>()?,)+))
            }
        }
    )+};
}
tuple_rows! {
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
}

/// A struct that is made of rows: each field with the SQL of its column.
///
/// ```ignore
/// row! {
///     /// A customer, and the card that was used last.
///     pub(crate) struct CustomerRow {
///         pub id: CustomerId = "c.id",
///         pub details: CustomerDetails as Json = "c.document",
///         pub card: CardRow,
///     }
/// }
/// statements! {
///     FIND = formatcp!("SELECT {} FROM customers c WHERE c.id = $1", CustomerRow::COLUMNS);
/// }
/// ```
///
/// `COLUMNS` is the list for the statement: `c.id AS "id", c.document AS "details"`, and so on. A
/// field `as` a wrapper ([`Json`](crate::db::Json), [`NoneIfEmpty`](crate::db::NoneIfEmpty)) is what
/// the wrapper holds. A field without SQL is a row of its own, whose columns stand in its place.
#[macro_export]
macro_rules! row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {$(
            $(#[$field_meta:meta])*
            $field_vis:vis $field:ident: $kind:ty $(as $wrapper:ident)? $(= $sql:expr)?
        ),+ $(,)?}
    ) => {
        $(#[$meta])*
        $vis struct $name {$(
            $(#[$field_meta])*
            $field_vis $field: $kind
        ),+}

        impl $name {
            /// The columns, for a statement that answers such rows.
            pub(crate) const COLUMNS: &str = ::const_format::str_index!(
                ::const_format::concatcp!(
                    $(", ", $crate::row!(@sql $field: $kind $(= $sql)?)),+
                ),
                2..
            );
        }

        impl $crate::db::FromRow for $name {
            fn from_columns(columns: &mut $crate::db::Columns<'_>) -> $crate::db::Result<Self> {
                Ok(Self {
                    $($field: $crate::row!(@read columns $field: $kind $(as $wrapper)? $(= $sql)?)),+
                })
            }
        }
    };
    (@sql $field:ident: $kind:ty) => { <$kind>::COLUMNS };
    (@sql $field:ident: $kind:ty = $sql:expr) => {
        ::const_format::concatcp!($sql, " AS \"", stringify!($field), "\"")
    };
    (@read $columns:ident $field:ident: $kind:ty) => {
        <$kind as $crate::db::FromRow>::from_columns($columns)?
    };
    (@read $columns:ident $field:ident: $kind:ty = $sql:expr) => {
        $columns.take::<$kind>(stringify!($field))?
    };
    (@read $columns:ident $field:ident: $kind:ty as $wrapper:ident = $sql:expr) => {{
        let $wrapper(value) = $columns.take(stringify!($field))?;
        value
    }};
}
