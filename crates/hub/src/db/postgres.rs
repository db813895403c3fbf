//! The server engine: a few threads, a connection each.
//!
//! A change begins lazily: `BEGIN` travels with its first question, and the statements whose
//! outcome nobody asks for travel with the next question or with `COMMIT`. An order costs three
//! round trips instead of eight.
//!
//! A change that met a deadlock or a serialisation failure, or whose connection broke before its
//! commit was sent, is run again. When the connection breaks while a commit is under way nobody
//! knows whether it was kept: the caller hears 503 and asks again.

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Statement};

use super::migrate::{self, Track};
use super::queue::{Job, Queue};
use super::{Engine, Error, FromRow, Result, Row, Settings, Surroundings, Tx, Value};

/// How often a change is run again after a deadlock or a lost connection.
const TRIES: u32 = 8;

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

pub(super) fn start(
    url: &str,
    settings: &Settings,
    track: Track,
    around: &Surroundings,
) -> Result<Arc<Queue>> {
    let mut config: Config = url.parse().map_err(|error| {
        Error::Unusable(format!("the PostgreSQL address is not valid: {error}"))
    })?;
    config.connect_timeout(CONNECT);
    config.application_name("passeplat");

    let queue = Arc::new(Queue::default());
    // The first connection brings the tables up to date, on its own thread: the caller may be
    // inside a runtime, where a session's must not run.
    let (ready, is_ready) = mpsc::channel();
    {
        let (config, queue, around) = (config.clone(), Arc::clone(&queue), around.clone());
        let key_check = settings.key_check.clone();
        spawn(
            move || match prepared(config, track, key_check.as_deref(), &around) {
                Ok(mut session) => {
                    let _told = ready.send(Ok(()));
                    work(&mut session, &queue, &around);
                }
                Err(error) => {
                    let _told = ready.send(Err(error));
                }
            },
        )?;
    }
    is_ready
        .recv()
        .map_err(|_| Error::Unavailable("the thread for the database is gone".to_owned()))??;
    for _ in 1..settings.threads.max(1) {
        let (config, queue, around) = (config.clone(), Arc::clone(&queue), around.clone());
        spawn(move || match Session::new(config) {
            Ok(mut session) => work(&mut session, &queue, &around),
            Err(error) => tracing::error!(%error, "a database thread did not start"),
        })?;
    }
    Ok(queue)
}

fn spawn(run: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new()
        .name("postgres".to_owned())
        .spawn(run)
        .map(drop)
        .map_err(|error| Error::Unavailable(format!("no thread for the database: {error}")))
}

fn prepared(
    config: Config,
    track: Track,
    key_check: Option<&str>,
    around: &Surroundings,
) -> Result<Session> {
    let mut session = Session::new(config)?;
    session.connect()?;
    session.check_collation()?;
    migrate::run(
        &mut Tx::new(Engine::Postgres(&mut session), around),
        track,
        key_check,
    )?;
    Ok(session)
}

fn work(session: &mut Session, queue: &Queue, around: &Surroundings) {
    while let Some(mut job) = queue.take(1).pop() {
        let mut tries = 0;
        let outcome = loop {
            tries += 1;
            let outcome = attempt(session, job.as_mut(), around);
            if !session.run_again || tries >= TRIES {
                break outcome;
            }
            tracing::debug!(change = job.name(), tries, "a change is run again");
        };
        job.settle(outcome);
    }
}

fn attempt(session: &mut Session, job: &mut dyn Job, around: &Surroundings) -> Result<()> {
    session.reset();
    session.connect()?;
    refill(session, around)?;
    session.wants_transaction = job.writes();
    let mut tx = Tx::new(Engine::Postgres(session), around);
    let keep = job.run(&mut tx);
    let woke = tx.wakes;
    if keep {
        session.commit()?;
        if woke {
            around.ring();
        }
        Ok(())
    } else {
        session.rollback()
    }
}

/// Takes a new block of ids when few are left, in a transaction of its own: ids that were handed
/// out stay used whatever becomes of the change.
fn refill(session: &mut Session, around: &Surroundings) -> Result<()> {
    let gone = |_| Error::Broken("the id source is gone".to_owned());
    if !around.ids.lock().map_err(gone)?.runs_low() {
        return Ok(());
    }
    let ends: Vec<(i64,)> = session.all(migrate::TAKE_IDS, crate::args![crate::ids::BLOCK])?;
    if let Some((end,)) = ends.first() {
        around
            .ids
            .lock()
            .map_err(gone)?
            .refill(end - crate::ids::BLOCK);
    }
    Ok(())
}

/// One connection and what is under way on it.
pub(super) struct Session {
    config: Config,
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
    fn new(config: Config) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unavailable(format!("no runtime for the database: {error}")))?;
        Ok(Self {
            config,
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

    fn reset(&mut self) {
        self.pending.clear();
        self.wants_transaction = false;
        self.began = false;
        self.failed = None;
        self.run_again = false;
    }

    fn connect(&mut self) -> Result<()> {
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
    fn check_collation(&mut self) -> Result<()> {
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

    pub(super) fn later(&mut self, sql: &str, args: Vec<Value>) {
        self.pending.push((sql.to_owned(), args));
    }

    pub(super) fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        match self.ask(Some((sql, args)), false)? {
            Answer::Count(count) => Ok(count),
            Answer::Rows(_) | Answer::Done => Ok(0),
        }
    }

    pub(super) fn all<T: FromRow>(&mut self, sql: &str, args: &[Value]) -> Result<Vec<T>> {
        match self.ask(Some((sql, args)), true)? {
            Answer::Rows(rows) => rows
                .iter()
                .map(|row| T::from_row(&Row::Postgres(row)))
                .collect(),
            Answer::Count(_) | Answer::Done => Ok(Vec::new()),
        }
    }

    pub(super) fn prepare(&mut self, sql: &str) -> Result<()> {
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

    pub(super) fn begin_now(&mut self) -> Result<()> {
        self.reset();
        self.wants_transaction = true;
        let migrations: i64 = 0x7061_7373_6570_6c61; // "passepla": one hub migrates at a time
        self.all::<(String,)>(
            "SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)",
            crate::args![migrations],
        )
        .map(drop)
    }

    pub(super) fn commit(&mut self) -> Result<()> {
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

    pub(super) fn rollback(&mut self) -> Result<()> {
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
            let lost = self.client.as_ref().is_none_or(Client::is_closed);
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
