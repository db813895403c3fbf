//! One connection to the server, with the statements it knows and what is under way on it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Statement};

use crate::db::{Error, FromRow, Result, Row, Value};

/// How long to wait for the server to answer a connection attempt.
const CONNECT: Duration = Duration::from_secs(5);

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = error
            .as_db_error()
            .map_or_else(|| error.to_string(), |told| told.message().to_owned());
        if is_away(&error) {
            Self::Unavailable(text)
        } else {
            Self::Broken(text)
        }
    }
}

/// Whether the server, rather than the statement, is the trouble.
fn is_away(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        None => true,
        Some(code) => {
            let class = &code.code()[..2];
            // Connection, resources (disk full), operator intervention, system error.
            matches!(class, "08" | "53" | "57" | "58")
                || *code == SqlState::READ_ONLY_SQL_TRANSACTION
        }
    }
}

/// One connection and what is under way on it.
pub(in crate::db) struct Session {
    config: Config,
    durable: bool,
    runtime: Runtime,
    client: Option<Client>,
    statements: BTreeMap<String, Statement>,
    pending: Vec<(String, Vec<Value>)>,
    wants_transaction: bool,
    began: bool,
    failed: Option<Error>,
    run_again: bool,
}

enum Ask<'a> {
    Rows(&'a Statement, &'a [Value]),
    Count(&'a Statement, &'a [Value]),
    Commit,
}

enum Answer {
    Rows(Vec<tokio_postgres::Row>),
    Count(u64),
    Done,
}

impl Session {
    /// A session without a connection yet. `durable` is that of the settings.
    pub(super) fn new(mut config: Config, durable: bool) -> Result<Self> {
        config.connect_timeout(CONNECT);
        config.application_name("passeplat");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unavailable(format!("no runtime for the database: {error}")))?;
        Ok(Self {
            config,
            durable,
            runtime,
            client: None,
            statements: BTreeMap::new(),
            pending: Vec::new(),
            wants_transaction: false,
            began: false,
            failed: None,
            run_again: false,
        })
    }

    /// Forgets what was under way.
    pub(super) fn reset(&mut self) {
        self.pending.clear();
        self.wants_transaction = false;
        self.began = false;
        self.failed = None;
        self.run_again = false;
    }

    /// Makes sure of the connection.
    pub(super) fn connect(&mut self) -> Result<()> {
        if self
            .client
            .as_ref()
            .is_some_and(|client| !client.is_closed())
        {
            return Ok(());
        }
        self.statements.clear();
        let connected = self.runtime.block_on(self.config.connect(NoTls));
        let (client, connection) = connected.map_err(|error| self.unreachable(&error))?;
        self.runtime.spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a connection to PostgreSQL broke");
            }
        });
        // Documents are compressed in a fraction of the time. A server that cannot do so goes on as
        // it is; so does one that speaks the protocol but not these settings.
        let mut wishes = vec!["SET default_toast_compression = 'lz4'"];
        if !self.durable {
            wishes.push("SET synchronous_commit = off");
        }
        for wish in wishes {
            if let Err(error) = self.runtime.block_on(client.batch_execute(wish)) {
                tracing::debug!(%error, wish, "PostgreSQL does without a setting");
            }
        }
        self.client = Some(client);
        Ok(())
    }

    /// Why there is no connection, with the address and the cause.
    fn unreachable(&self, error: &tokio_postgres::Error) -> Error {
        let host = match self.config.get_hosts().first() {
            Some(tokio_postgres::config::Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(tokio_postgres::config::Host::Unix(path)) => path.display().to_string(),
            None => "its default address".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
        let cause = cause.unwrap_or_default();
        Error::Unavailable(format!("PostgreSQL at {host}:{port}: {error}{cause}"))
    }

    /// Cursors and unique names depend on text sorting by bytes, as it does in SQLite.
    pub(super) fn check_collation(&mut self) -> Result<()> {
        let sql = "SELECT CAST('B' < 'a' AS BOOLEAN)";
        let found: Vec<(bool,)> = self.all(sql, &[])?;
        if found.first().is_some_and(|(by_bytes,)| *by_bytes) {
            return Ok(());
        }
        Err(Error::Unusable(
            "this PostgreSQL database does not sort text by bytes: create it with \
             CREATE DATABASE … LC_COLLATE 'C' LC_CTYPE 'C.UTF-8' TEMPLATE template0"
                .to_owned(),
        ))
    }

    /// The next question or write begins; `writes` says whether in a transaction.
    pub(super) fn begin(&mut self, writes: bool) {
        self.wants_transaction = writes;
    }

    /// Whether the change failed for a reason that another try may not meet.
    pub(super) fn wants_another_try(&self) -> bool {
        self.run_again
    }

    /// Whether the connection broke.
    pub(super) fn is_lost(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }

    pub(in crate::db) fn later(&mut self, sql: &str, args: Vec<Value>) {
        self.pending.push((sql.to_owned(), args));
    }

    /// Statements whose outcome nobody asks for, in their order.
    pub(super) fn all_later(&mut self, writes: Vec<(String, Vec<Value>)>) {
        self.pending.extend(writes);
    }

    pub(in crate::db) fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        match self.ask(Some((sql, args)), false)? {
            Answer::Count(count) => Ok(count),
            Answer::Rows(_) | Answer::Done => Ok(0),
        }
    }

    pub(in crate::db) fn all<T: FromRow>(&mut self, sql: &str, args: &[Value]) -> Result<Vec<T>> {
        match self.ask(Some((sql, args)), true)? {
            Answer::Rows(rows) => rows
                .iter()
                .map(|row| T::from_row(&Row::Postgres(row)))
                .collect(),
            Answer::Count(_) | Answer::Done => Ok(Vec::new()),
        }
    }

    pub(in crate::db) fn prepare(&mut self, sql: &str) -> Result<()> {
        let Self {
            client: Some(client),
            runtime,
            ..
        } = self
        else {
            return Err(Error::Unavailable("not connected".to_owned()));
        };
        runtime
            .block_on(client.prepare(sql))
            .map(drop)
            .map_err(Error::from)
    }

    pub(in crate::db) fn begin_now(&mut self) -> Result<()> {
        self.reset();
        self.wants_transaction = true;
        let migrations: i64 = 0x7061_7373_6570_6c61; // "passepla": one hub migrates at a time
        self.all::<(String,)>(
            "SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)",
            crate::args![migrations],
        )
        .map(drop)
    }

    pub(in crate::db) fn commit(&mut self) -> Result<()> {
        if let Some(error) = self.failed.clone() {
            self.rollback()?;
            return Err(error);
        }
        if self.began || !self.pending.is_empty() {
            self.ask(None, false)?;
        }
        self.began = false;
        Ok(())
    }

    pub(in crate::db) fn rollback(&mut self) -> Result<()> {
        self.pending.clear();
        if !std::mem::take(&mut self.began) {
            return Ok(());
        }
        let Some(client) = &self.client else {
            return Ok(());
        };
        if client.is_closed() {
            return Ok(());
        }
        self.runtime
            .block_on(client.batch_execute("ROLLBACK"))
            .map_err(Error::from)
    }

    /// Sends `BEGIN` if it is due, then what is pending, then the question or `COMMIT`, all in one
    /// go, and waits for all of it.
    fn ask(&mut self, question: Option<(&str, &[Value])>, rows: bool) -> Result<Answer> {
        let pending = std::mem::take(&mut self.pending);
        let outcome = self.send(&pending, question, rows);
        outcome.map_err(|error| {
            let is_commit = question.is_none();
            let lost = self.is_lost();
            let conflict = error.code().is_some_and(|code| {
                *code == SqlState::T_R_DEADLOCK_DETECTED
                    || *code == SqlState::T_R_SERIALIZATION_FAILURE
            });
            self.run_again |= conflict || (lost && !is_commit);
            let error = Error::from(error);
            self.failed.get_or_insert_with(|| error.clone());
            if is_commit {
                // A failed statement before COMMIT has aborted the transaction, and COMMIT then
                // has rolled it back.
                self.began = false;
            }
            error
        })
    }

    fn send(
        &mut self,
        pending: &[(String, Vec<Value>)],
        question: Option<(&str, &[Value])>,
        rows: bool,
    ) -> Result<Answer, tokio_postgres::Error> {
        for sql in pending
            .iter()
            .map(|(sql, _)| sql.as_str())
            .chain(question.map(|(sql, _)| sql))
        {
            self.prepare_once(sql)?;
        }
        let begins = self.wants_transaction && !self.began;
        let Self {
            client: Some(client),
            statements,
            runtime,
            ..
        } = self
        else {
            // `connect` came first, so this does not happen; an empty answer is harmless.
            return Ok(Answer::Done);
        };
        let client: &Client = client;
        let ask = match question {
            None => Ask::Commit,
            Some((sql, args)) if rows => Ask::Rows(&statements[sql], args),
            Some((sql, args)) => Ask::Count(&statements[sql], args),
        };
        let (began, written, answered) = runtime.block_on(async {
            let begin = async {
                if begins {
                    client.batch_execute("BEGIN").await
                } else {
                    Ok(())
                }
            };
            let writes = join_all(pending.iter().map(|(sql, args)| {
                let statement = &statements[sql.as_str()];
                async move { client.execute_raw(statement, params(args)).await }
            }));
            let last = async {
                match ask {
                    Ask::Rows(statement, args) => client
                        .query(statement, &dynamic(args))
                        .await
                        .map(Answer::Rows),
                    Ask::Count(statement, args) => client
                        .execute_raw(statement, params(args))
                        .await
                        .map(Answer::Count),
                    Ask::Commit => client.batch_execute("COMMIT").await.map(|()| Answer::Done),
                }
            };
            // Polled in this order, so they are sent in this order.
            tokio::join!(biased; begin, writes, last)
        });
        began?;
        self.began |= begins;
        for count in written {
            count?;
        }
        answered
    }

    fn prepare_once(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        if self.statements.contains_key(sql) {
            return Ok(());
        }
        let Self {
            client: Some(client),
            statements,
            runtime,
            ..
        } = self
        else {
            return Ok(());
        };
        let statement = runtime.block_on(client.prepare(sql))?;
        statements.insert(sql.to_owned(), statement);
        Ok(())
    }
}

fn params(args: &[Value]) -> impl ExactSizeIterator<Item = &(dyn ToSql + Sync)> + '_ {
    args.iter().map(|value| value as &(dyn ToSql + Sync))
}

fn dynamic(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params(args).collect()
}
