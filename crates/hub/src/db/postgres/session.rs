//! A thread's session: its connection, and the change that is under way on it.
//!
//! A connection is used again only when the server has confirmed that no transaction is open on it. After
//! a broken connection, a statement that was cancelled or took too long, a transaction that was aborted or
//! a server that does not write, it is not: another one is made for the next change.

use std::time::{Duration, Instant};

use super::error::{Again, PostgresError};
use super::link::{Link, PendingWrite, QueryAnswer, Question, Waits, Writes, Written};
use super::pooler;
use super::server::Server;
use crate::db::{Columns, Error, FromRow, Result, Row, Value};

/// How long the end of a transaction that is not kept is waited for.
const ROLLBACK: Duration = Duration::from_secs(1);

/// One connection and what is under way on it.
pub(in crate::db) struct Session {
    server: Server,
    durable: bool,
    waits: Waits,
    link: Option<Link>,
    change: OpenTransaction,
}

/// A change that is under way.
#[derive(Default)]
struct OpenTransaction {
    /// What is to be written with the next question, or with the commit.
    pending: Writes,
    written: Written,
    wants_transaction: bool,
    /// `BEGIN` was sent, and no end was confirmed.
    is_open: bool,
    failed: Option<Error>,
    again: Again,
}

impl OpenTransaction {
    fn note(&mut self, written: Written) {
        self.written.has_work_for_dispatch |= written.has_work_for_dispatch;
    }
}

/// How a transaction ended.
#[derive(Debug)]
pub(in crate::db) enum CommitOutcome {
    /// The server has it on disk.
    Committed,
    /// Nothing was kept, for sure.
    RolledBack(Error),
    /// The connection broke while the commit was under way: nobody knows, so it is never run again.
    Unknown(Error),
}

impl CommitOutcome {
    pub(in crate::db) fn into_result(self) -> Result<()> {
        match self {
            Self::Committed => Ok(()),
            Self::RolledBack(error) | Self::Unknown(error) => Err(error),
        }
    }
}

impl Session {
    /// A session without a connection yet. `durable` is that of the settings.
    pub(super) fn new(server: Server, durable: bool) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unavailable(format!("no runtime for the database: {error}")))?;
        let least = server.timeout() / 2;
        Ok(Self {
            server,
            durable,
            waits: Waits::new(runtime, least),
            link: None,
            change: OpenTransaction::default(),
        })
    }

    /// Forgets what was under way. What follows is over at a moment; `None` takes the time it needs.
    pub(super) fn reset(&mut self, until: Option<Instant>) {
        if self.change.is_open {
            // Somebody returned early. The server ends the transaction when the connection ends.
            self.disconnect();
        }
        self.change = OpenTransaction::default();
        self.waits.set_end(until);
    }

    /// When somebody who came at that moment has waited long enough.
    pub(super) fn end_of(&self, came: Instant) -> Option<Instant> {
        came.checked_add(self.server.timeout())
    }

    /// Makes sure of the connection.
    pub(super) fn connect(&mut self) -> Result<()> {
        let current = self.server.generation();
        if let Some(link) = &self.link {
            if !link.is_closed() && link.generation() == current {
                return Ok(());
            }
            self.disconnect();
        }
        let made = Link::make(&self.server, &self.waits, self.durable);
        self.link = Some(made.map_err(|failure| failure.error)?);
        Ok(())
    }

    /// What is prepared, set and listened to must last as long as the connection does.
    pub(super) fn refuse_shared_sessions(&mut self) -> Result<()> {
        let link = self.link.as_ref().ok_or_else(not_connected)?;
        let looked = self.waits.wait(async {
            let second = self.server.connect().await?;
            let looked = pooler::refuse_shared(link.client(), &second.client).await;
            second.driver.abort();
            looked
        });
        looked.map_err(|failure| match failure.error {
            Error::Unavailable(text) => Error::Unavailable(format!(
                "a second session beside the first: {text}; the hub needs as many as database.threads says, \
                 and some more"
            )),
            other => other,
        })
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
             CREATE DATABASE … LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
                .to_owned(),
        ))
    }

    /// The next question or write begins; `writes` says whether in a transaction.
    pub(super) fn begin(&mut self, writes: bool) {
        self.change.wants_transaction = writes;
    }

    /// Whether a change that was not kept may be run once more after so many tries.
    pub(super) fn wants_another_try(&self, tries: u32) -> bool {
        tries < self.change.again.tries() && !self.waits.are_over()
    }

    pub(in crate::db) fn later(&mut self, write: PendingWrite) {
        self.change.pending.push(write);
    }

    /// Statements whose outcome nobody asks for, in their order.
    pub(super) fn all_later(&mut self, writes: Writes) {
        self.change.pending.extend(writes);
    }

    /// Whether the change that was committed has left something to send.
    pub(super) fn has_work_for_dispatch(&self) -> bool {
        self.change.written.has_work_for_dispatch
    }

    pub(in crate::db) fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        match self.query(sql, Question::Count(sql, args))? {
            QueryAnswer::Count(count) => Ok(count),
            QueryAnswer::Rows(_) => Ok(0),
        }
    }

    pub(in crate::db) fn all<T: FromRow>(&mut self, sql: &str, args: &[Value]) -> Result<Vec<T>> {
        match self.query(sql, Question::Rows(sql, args))? {
            QueryAnswer::Rows(rows) => rows
                .iter()
                .map(|row| T::from_columns(&mut Columns::of(&Row::Postgres(row))))
                .collect(),
            QueryAnswer::Count(_) => Ok(Vec::new()),
        }
    }

    pub(in crate::db) fn prepare(&mut self, sql: &str) -> Result<()> {
        let link = self.link.as_ref().ok_or_else(not_connected);
        let prepared = link.and_then(|link| self.waits.wait(link.prepare(sql)));
        prepared.map(drop).map_err(|failure| self.fail(failure))
    }

    pub(in crate::db) fn begin_now(&mut self) -> Result<()> {
        // Others may be at it, and large tables take their time.
        self.reset(None);
        self.change.wants_transaction = true;
        let patience = "SELECT set_config('statement_timeout', '0', true)";
        self.all::<(String,)>(patience, &[])?;
        let migrations: i64 = 0x7061_7373_6570_6c61; // "passepla": one hub migrates at a time
        self.all::<(String,)>(
            "SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)",
            crate::args![migrations],
        )
        .map(drop)
    }

    /// Sends what is pending, and `COMMIT`.
    pub(in crate::db) fn commit(&mut self) -> CommitOutcome {
        let is_ready = self.make_ready().and_then(|()| {
            // Without time left for an answer nobody would ever know.
            match self.waits.are_over() {
                true => Err(self.fail(PostgresError::timed_out(Duration::ZERO))),
                false => Ok(()),
            }
        });
        if let Err(error) = is_ready {
            self.rollback();
            return CommitOutcome::RolledBack(error);
        }
        let pending = std::mem::take(&mut self.change.pending);
        let Some(link) = self.link.as_ref().filter(|_| self.change.is_open) else {
            // Nothing was asked and nothing is to be written.
            return CommitOutcome::Committed;
        };
        let _earlier = link.warning();
        let answered = self
            .waits
            .wait(async { Ok::<_, PostgresError>(link.commit(&pending).await) });
        let warning = link.warning();
        let (written, ended) = match answered {
            Ok(answered) => answered,
            Err(failure) => return self.unknown(failure),
        };
        let ended = ended.map_err(PostgresError::from);
        match written.map_err(PostgresError::from) {
            Ok(written) => self.change.note(written),
            Err(failure) if failure.is_told() => {
                // The transaction was aborted before COMMIT, which then has rolled it back.
                self.change.is_open = ended.is_err();
                return CommitOutcome::RolledBack(self.fail(failure));
            }
            Err(failure) => return self.unknown(failure),
        }
        match (ended, warning) {
            (Ok(()), None) => {
                self.change.is_open = false;
                CommitOutcome::Committed
            }
            // It is not on every disk on which it should be: the wait for a standby was cancelled.
            (Ok(()), Some(warning)) => self.unknown(PostgresError::connection_lost(warning)),
            (Err(failure), _) if failure.is_sure_of_rollback() => {
                self.change.is_open = false;
                CommitOutcome::RolledBack(self.fail(failure))
            }
            (Err(failure), _) => self.unknown(failure),
        }
    }

    /// Keeps nothing of what was done.
    pub(in crate::db) fn rollback(&mut self) {
        self.change.pending.clear();
        if !self.change.is_open {
            return;
        }
        let until = self.waits.set_end(Instant::now().checked_add(ROLLBACK));
        let ended = self
            .link
            .as_ref()
            .map(|link| self.waits.wait(link.simple("ROLLBACK")));
        match ended {
            Some(Ok(())) => self.change.is_open = false,
            // The server does it when it sees that the connection is gone.
            Some(Err(_)) | None => self.disconnect(),
        }
        self.waits.set_end(until);
    }

    /// Before `COMMIT`: all statements are known to the server, and `BEGIN` was answered. What is
    /// written without it would stay whatever comes after.
    fn make_ready(&mut self) -> Result<()> {
        if let Some(error) = self.change.failed.clone() {
            return Err(error);
        }
        if self.change.pending.is_empty() {
            return Ok(());
        }
        let outcome = self
            .prepare_pending(None)
            .and_then(|()| self.check_pending())
            .and_then(|()| self.begin_if_due());
        outcome.map_err(|failure| self.fail(failure))
    }

    fn check_pending(&self) -> Result<(), PostgresError> {
        let link = self.link.as_ref().ok_or_else(not_connected)?;
        if link.accepts_arguments(&self.change.pending) {
            return Ok(());
        }
        let text = "a statement is given other arguments than it takes".to_owned();
        Err(PostgresError::internal(text))
    }

    /// Sends `BEGIN` if it is due, then what is pending, then the question, and waits for all of it.
    fn query(&mut self, sql: &str, last: Question<'_>) -> Result<QueryAnswer> {
        if let Some(error) = self.change.failed.clone() {
            // An aborted transaction answers nothing.
            return Err(error);
        }
        self.try_query(sql, last)
            .map_err(|failure| self.fail(failure))
    }

    fn try_query(&mut self, sql: &str, last: Question<'_>) -> Result<QueryAnswer, PostgresError> {
        self.prepare_pending(Some(sql))?;
        if !(self.change.pending.is_empty() && sql.starts_with("SELECT")) {
            self.begin_if_due()?;
        }
        let pending = std::mem::take(&mut self.change.pending);
        let begins = self.change.wants_transaction && !self.change.is_open;
        let link = self.link.as_ref().ok_or_else(not_connected)?;
        self.change.is_open |= begins;
        let (written, answer) = self.waits.wait(link.query(begins, &pending, last))?;
        self.change.note(written);
        Ok(answer)
    }

    /// Begins the transaction and waits until it has begun, since each write without one would be kept
    /// by itself.
    fn begin_if_due(&mut self) -> Result<(), PostgresError> {
        if !self.change.wants_transaction || self.change.is_open {
            return Ok(());
        }
        let link = self.link.as_ref().ok_or_else(not_connected)?;
        self.change.is_open = true;
        self.waits.wait(link.simple("BEGIN"))
    }

    fn prepare_pending(&mut self, question: Option<&str>) -> Result<(), PostgresError> {
        let link = self.link.as_mut().ok_or_else(not_connected)?;
        let pending = self.change.pending.iter().map(PendingWrite::sql);
        self.waits.wait(link.prepare_all(pending.chain(question)))
    }

    /// Nobody knows whether the change was kept.
    fn unknown(&mut self, failure: PostgresError) -> CommitOutcome {
        self.disconnect();
        let text = match failure.error {
            Error::Unavailable(text) | Error::Broken(text) => text,
            other => other.to_string(),
        };
        let error = Error::Unavailable(format!(
            "it is not known whether the change was kept: {text}"
        ));
        self.change.again = Again::No;
        self.change.failed = Some(error.clone());
        CommitOutcome::Unknown(error)
    }

    /// Notes that the change failed before it was committed.
    fn fail(&mut self, failure: PostgresError) -> Error {
        if failure.is_read_only()
            && let Some(link) = &self.link
        {
            self.server.advance_generation(link.generation());
        }
        if failure.breaks_session() {
            self.disconnect();
        }
        self.change.again = self.change.again.max(failure.retry());
        self.change.failed.get_or_insert(failure.error).clone()
    }

    /// Gives the connection up: the server keeps nothing of what was open on it.
    fn disconnect(&mut self) {
        self.change.is_open = false;
        if let Some(link) = self.link.take() {
            link.close(&self.waits);
        }
    }
}

fn not_connected() -> PostgresError {
    PostgresError::connection_lost("not connected".to_owned())
}
