//! One connection to the server, and the statements it knows.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use super::error::PostgresError;
use super::server::{Connected, Server};
use crate::db::Value;

type ServerNotice<T> = Result<T, tokio_postgres::Error>;

/// A statement whose outcome nobody asks for.
pub(in crate::db) struct PendingWrite {
    sql: &'static str,
    args: Vec<Value>,
    /// Each row that it touches is something to send.
    is_for_dispatch: bool,
}

impl PendingWrite {
    pub(in crate::db) fn new(sql: &'static str, args: &[Value]) -> Self {
        Self {
            sql,
            args: args.to_vec(),
            is_for_dispatch: false,
        }
    }

    pub(in crate::db) fn for_dispatch(sql: &'static str, args: &[Value]) -> Self {
        Self {
            is_for_dispatch: true,
            ..Self::new(sql, args)
        }
    }

    pub(super) fn sql(&self) -> &str {
        self.sql
    }
}

pub(super) type Writes = Vec<PendingWrite>;

/// What was written: of the statements that are for the dispatcher, whether one touched a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    pub has_work_for_dispatch: bool,
}

/// Documents are compressed in a fraction of the time.
const COMPRESS_FAST: &str = "SET default_toast_compression = 'lz4'";
/// Who has nothing to lose need not wait for the disk.
const DO_NOT_SYNC: &str = "SET synchronous_commit = off";
/// Changes are planned once and not for their values: a plan for the values of an account that the
/// statistics do not know yet takes it for an empty one, and reads all of it again and again. Lists of
/// values, too, look as if each call deserved a plan of its own.
const BEGIN: &str = "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan";
/// What a connection that was given up is doing ends when it is noticed.
const NOTICE_THE_END: &str = "SET client_connection_check_interval = 2000";

/// A thread's own way of waiting, up to a moment. While answers come, each further question has some time
/// at least: a large change on a slow server is no silence.
pub(super) struct Waits {
    runtime: Runtime,
    until: Cell<Option<Instant>>,
    /// What is left after an answer at least.
    least: Duration,
}

impl Waits {
    pub(super) fn new(runtime: Runtime, least: Duration) -> Self {
        Self {
            runtime,
            until: Cell::new(None),
            least,
        }
    }

    /// From now on nothing is waited for longer than that; answers what it was before.
    pub(super) fn set_end(&self, until: Option<Instant>) -> Option<Instant> {
        self.until.replace(until)
    }

    /// Whether the time is over.
    pub(super) fn are_over(&self) -> bool {
        let until = self.until.get();
        until.is_some_and(|until| until <= Instant::now())
    }

    /// Waits for an answer. When it does not come, the connection must be given up.
    pub(super) fn wait<T, F: Into<PostgresError>>(
        &self,
        question: impl Future<Output = Result<T, F>>,
    ) -> Result<T, PostgresError> {
        let began = Instant::now();
        let answered = self.runtime.block_on(async {
            let Some(until) = self.until.get() else {
                return question.await.map_err(Into::into);
            };
            match tokio::time::timeout_at(until.into(), question).await {
                Ok(answered) => answered.map_err(Into::into),
                Err(_) => Err(PostgresError::timed_out(began.elapsed())),
            }
        });
        if answered.is_ok() {
            self.go_on();
        }
        answered
    }

    fn go_on(&self) {
        let least = Instant::now() + self.least;
        if self.until.get().is_some_and(|until| until < least) {
            self.until.set(Some(least));
        }
    }
}

/// The last of several things that are sent together.
pub(super) enum Question<'a> {
    Rows(&'a str, &'a [Value]),
    Count(&'a str, &'a [Value]),
}

pub(super) enum QueryAnswer {
    Rows(Vec<tokio_postgres::Row>),
    Count(u64),
}

/// A connection.
pub(super) struct Link {
    connected: Connected,
    statements: BTreeMap<String, Statement>,
}

impl Link {
    /// Connects, and makes the settings of a session. A server that does not know one of them goes on
    /// as it is, and so does a pooler that does not pass it on.
    pub(super) fn make(
        server: &Server,
        waits: &Waits,
        durable: bool,
    ) -> Result<Self, PostgresError> {
        let connected = waits.wait(server.connect())?;
        let link = Self {
            connected,
            statements: BTreeMap::new(),
        };
        let limits = limits(server.timeout());
        let mut wishes = vec![COMPRESS_FAST, NOTICE_THE_END, &limits];
        if !durable {
            wishes.push(DO_NOT_SYNC);
        }
        let client = &link.connected.client;
        match waits.wait(client.batch_execute(&wishes.join("; "))) {
            Ok(()) => {}
            Err(failure) if failure.is_told() => {
                for wish in wishes {
                    match waits.wait(client.batch_execute(wish)) {
                        Err(failure) if !failure.is_told() => return Err(failure),
                        Err(failure) => {
                            let error = failure.error;
                            tracing::debug!(%error, setting = wish, "session setting refused by PostgreSQL");
                        }
                        Ok(()) => {}
                    }
                }
            }
            Err(failure) => return Err(failure),
        }
        Ok(link)
    }

    pub(super) fn generation(&self) -> usize {
        self.connected.generation
    }

    pub(super) fn client(&self) -> &tokio_postgres::Client {
        &self.connected.client
    }

    pub(super) fn is_closed(&self) -> bool {
        self.connected.client.is_closed()
    }

    /// Closes the socket, whatever is under way.
    pub(super) fn close(self, waits: &Waits) {
        let driver = self.connected.driver;
        driver.abort();
        // It ends now, and not when the next one needs the runtime.
        let _ended = waits.runtime.block_on(driver);
    }

    /// The last warning since this was asked before.
    pub(super) fn warning(&self) -> Option<String> {
        self.connected.warnings.take()
    }

    pub(super) async fn prepare(&self, sql: &str) -> ServerNotice<Statement> {
        self.connected.client.prepare(sql).await
    }

    /// Prepares what is not known yet, one after the other.
    pub(super) async fn prepare_all(
        &mut self,
        statements: impl Iterator<Item = &str>,
    ) -> ServerNotice<()> {
        for sql in statements {
            if !self.statements.contains_key(sql) {
                let statement = self.prepare(sql).await?;
                self.statements.insert(sql.to_owned(), statement);
            }
        }
        Ok(())
    }

    /// Whether every statement takes the arguments that it is given: one that does not is never sent,
    /// and those around it would be committed without it. Everything was prepared.
    pub(super) fn accepts_arguments(&self, writes: &Writes) -> bool {
        writes.iter().all(|write| {
            let kinds = self.prepared(write.sql).params();
            kinds.len() == write.args.len() && kinds.iter().all(<Value as ToSql>::accepts)
        })
    }

    pub(super) async fn simple(&self, sql: &str) -> ServerNotice<()> {
        self.connected.client.batch_execute(sql).await
    }

    /// Sends, in this order and without waiting in between, `BEGIN` if it is due, what is to be
    /// written, and a question. Everything was prepared.
    pub(super) async fn query(
        &self,
        begins: bool,
        writes: &Writes,
        last: Question<'_>,
    ) -> ServerNotice<(Written, QueryAnswer)> {
        let client = &self.connected.client;
        let begin = async {
            match begins {
                true => client.batch_execute(BEGIN).await,
                false => Ok(()),
            }
        };
        let last = async {
            match last {
                Question::Rows(sql, args) => {
                    let rows = client.query(self.prepared(sql), &dynamic(args)).await;
                    rows.map(QueryAnswer::Rows)
                }
                Question::Count(sql, args) => self.execute(sql, args).await.map(QueryAnswer::Count),
            }
        };
        let (began, written, answered) = tokio::join!(biased; begin, self.write(writes), last);
        began?;
        Ok((written?, answered?))
    }

    /// Sends what is to be written and `COMMIT` in one go; what was answered to each.
    pub(super) async fn commit(
        &self,
        writes: &Writes,
    ) -> (ServerNotice<Written>, ServerNotice<()>) {
        tokio::join!(biased; self.write(writes), self.simple("COMMIT"))
    }

    /// Polled in their order, so they are sent in it.
    async fn write(&self, writes: &Writes) -> ServerNotice<Written> {
        let sent = writes
            .iter()
            .map(|write| self.execute(write.sql, &write.args));
        let mut written = Written::default();
        for (write, touched) in writes.iter().zip(join_all(sent).await) {
            written.has_work_for_dispatch |= touched? > 0 && write.is_for_dispatch;
        }
        Ok(written)
    }

    async fn execute(&self, sql: &str, args: &[Value]) -> ServerNotice<u64> {
        let client = &self.connected.client;
        client.execute_raw(self.prepared(sql), params(args)).await
    }

    fn prepared(&self, sql: &str) -> &Statement {
        &self.statements[sql]
    }
}

/// Statements end when nobody waits for them any longer, and a transaction in which nothing happens does
/// not hold others up for ever. Whoever has set shorter times for this user or database keeps them.
fn limits(timeout: Duration) -> String {
    let most = timeout.as_millis();
    format!(
        "SELECT set_config(name, '{most}', false) FROM pg_settings
            WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout')
                AND (setting = '0' OR CAST(setting AS BIGINT) > {most})"
    )
}

fn params(args: &[Value]) -> impl ExactSizeIterator<Item = &(dyn ToSql + Sync)> + '_ {
    args.iter().map(|value| value as &(dyn ToSql + Sync))
}

fn dynamic(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params(args).collect()
}
