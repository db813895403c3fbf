//! What the stand-in knows: JSON documents by kind and id, in one SQLite file.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::Value;

/// Records, and the events that wait to be sent. A record's own id of its sender is unique, so that an
/// order that is sent twice cannot be there twice.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS records (
        kind TEXT NOT NULL, id TEXT NOT NULL, remote_id TEXT, place INTEGER NOT NULL,
        document TEXT NOT NULL, PRIMARY KEY (kind, id)
    ) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS records_by_remote_id ON records (kind, remote_id)
        WHERE remote_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS records_by_place ON records (kind, place);
    CREATE TABLE IF NOT EXISTS events (
        number INTEGER PRIMARY KEY, target TEXT NOT NULL, version TEXT NOT NULL,
        body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
    ) STRICT;
";

/// How often an event is tried before it is given up.
const MAX_ATTEMPTS: i64 = 100;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says so.
    #[error("the stand-in's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A document is no JSON.
    #[error("the stand-in's database has a broken document: {0}")]
    Document(#[from] serde_json::Error),
}

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// A restaurant.
    Restaurant,
    /// A dish.
    Dish,
    /// A menu.
    Menu,
    /// An option with its values.
    Option,
    /// A tag.
    Tag,
    /// A catalog: which dishes and menus it has.
    Catalog,
    /// A way to pay.
    TransactionMethod,
    /// A promotion.
    Coupon,
    /// A guest.
    Customer,
    /// An order.
    Order,
    /// A key.
    ApiKey,
    /// The registration of webhooks, of which there is one.
    Webhooks,
    /// Something that is sold out.
    SoldOut,
}

impl RecordKind {
    fn word(self) -> &'static str {
        match self {
            RecordKind::Restaurant => "restaurant",
            RecordKind::Dish => "dish",
            RecordKind::Menu => "menu",
            RecordKind::Option => "option",
            RecordKind::Tag => "tag",
            RecordKind::Catalog => "catalog",
            RecordKind::TransactionMethod => "transaction_method",
            RecordKind::Coupon => "coupon",
            RecordKind::Customer => "customer",
            RecordKind::Order => "order",
            RecordKind::ApiKey => "api_key",
            RecordKind::Webhooks => "webhooks",
            RecordKind::SoldOut => "sold_out",
        }
    }
}

/// An event that waits to be sent.
#[derive(Debug)]
pub(super) struct WaitingEvent {
    pub number: i64,
    pub target: String,
    pub version: String,
    pub body: String,
}

/// The file.
#[derive(Debug)]
pub(super) struct Store(Connection);

/// A change of the file: all of it or nothing.
#[derive(Debug)]
pub(super) struct StoreTx<'a>(Transaction<'a>);

impl Store {
    pub(super) fn open(path: Option<&Path>) -> Result<Store, StoreError> {
        let connection = match path {
            #[expect(
                clippy::disallowed_methods,
                reason = "the stand-in's own file, not the hub's database"
            )]
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Store(connection))
    }

    /// Runs a change; an error takes all of it back.
    pub(super) fn write<T, E: From<StoreError>>(
        &mut self,
        change: impl FnOnce(&StoreTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.0.transaction().map_err(StoreError::from)?;
        let tx = StoreTx(transaction);
        let value = change(&tx)?;
        tx.0.commit().map_err(StoreError::from)?;
        Ok(value)
    }

    /// All records of a kind, in the order in which they were made.
    pub(super) fn list(&mut self, kind: RecordKind) -> Result<Vec<Value>, StoreError> {
        self.write(|tx| tx.list(kind))
    }

    /// The record of that id.
    pub(super) fn find(&mut self, kind: RecordKind, id: &str) -> Result<Option<Value>, StoreError> {
        self.write(|tx| tx.find(kind, id))
    }
}

impl StoreTx<'_> {
    pub(super) fn list(&self, kind: RecordKind) -> Result<Vec<Value>, StoreError> {
        let sql = "SELECT document FROM records WHERE kind = ?1 ORDER BY place";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map([kind.word()], |row| row.get::<_, String>("document"))?;
        let mut documents = Vec::new();
        for row in rows {
            documents.push(serde_json::from_str(&row?)?);
        }
        Ok(documents)
    }

    pub(super) fn find(&self, kind: RecordKind, id: &str) -> Result<Option<Value>, StoreError> {
        let sql = "SELECT document FROM records WHERE kind = ?1 AND id = ?2";
        self.document(sql, kind, id)
    }

    pub(super) fn find_by_remote_id(
        &self,
        kind: RecordKind,
        remote_id: &str,
    ) -> Result<Option<Value>, StoreError> {
        let sql = "SELECT document FROM records WHERE kind = ?1 AND remote_id = ?2";
        self.document(sql, kind, remote_id)
    }

    fn document(
        &self,
        sql: &str,
        kind: RecordKind,
        key: &str,
    ) -> Result<Option<Value>, StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        let text: Option<String> = statement
            .query_row([kind.word(), key], |row| row.get("document"))
            .optional()?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Makes or replaces a record.
    pub(super) fn put(
        &self,
        kind: RecordKind,
        id: &str,
        remote_id: Option<&str>,
        document: &Value,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO records (kind, id, remote_id, place, document)
            VALUES (?1, ?2, ?3, (SELECT COALESCE(MAX(place), 0) + 1 FROM records WHERE kind = ?1), ?4)
            ON CONFLICT (kind, id) DO UPDATE
            SET remote_id = excluded.remote_id, document = excluded.document";
        let mut statement = self.0.prepare_cached(sql)?;
        statement.execute(params![kind.word(), id, remote_id, document.to_string()])?;
        Ok(())
    }

    pub(super) fn remove(&self, kind: RecordKind, id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM records WHERE kind = ?1 AND id = ?2";
        self.0.prepare_cached(sql)?.execute([kind.word(), id])?;
        Ok(())
    }

    /// A number that no record of the kind has as its id, larger than all.
    pub(super) fn next_id(&self, kind: RecordKind) -> Result<i64, StoreError> {
        let sql = "SELECT COALESCE(MAX(place), 0) + 1 AS next FROM records WHERE kind = ?1";
        let mut statement = self.0.prepare_cached(sql)?;
        let next: i64 = statement.query_row([kind.word()], |row| row.get("next"))?;
        Ok(700_000 + next)
    }

    pub(super) fn add_event(
        &self,
        target: &str,
        version: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO events (target, version, body) VALUES (?1, ?2, ?3)";
        self.0
            .prepare_cached(sql)?
            .execute([target, version, body])?;
        Ok(())
    }

    pub(super) fn waiting_events(&self) -> Result<Vec<WaitingEvent>, StoreError> {
        let sql = "SELECT number, target, version, body FROM events ORDER BY number";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(WaitingEvent {
                number: row.get("number")?,
                target: row.get("target")?,
                version: row.get("version")?,
                body: row.get("body")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn remove_event(&self, number: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM events WHERE number = ?1";
        self.0.prepare_cached(sql)?.execute([number])?;
        Ok(())
    }

    pub(super) fn note_failed_event(&self, number: i64) -> Result<(), StoreError> {
        let sql = "UPDATE events SET attempts = attempts + 1 WHERE number = ?1";
        self.0.prepare_cached(sql)?.execute([number])?;
        let sql = "DELETE FROM events WHERE attempts > ?1";
        self.0.prepare_cached(sql)?.execute([MAX_ATTEMPTS])?;
        Ok(())
    }
}
