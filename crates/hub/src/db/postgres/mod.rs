//! The server engine: a few threads, a connection each.
//!
//! A change begins lazily: `BEGIN` travels with its first question, and the statements whose
//! outcome nobody asks for travel with the next question or with `COMMIT`. But `BEGIN` is answered
//! before anything is written: of what is sent behind one that fails, each statement would be kept by
//! itself.
//!
//! Most changes go to the gatherers first ([`gather`]), who run them without a connection and note
//! what they want written. One that asked nothing is committed together with the others that waited;
//! one that asks something is run again on a connection of its own.
//!
//! A change that met a deadlock or a serialisation failure, was cancelled, or whose connection broke
//! before its commit was sent, is run again. When the connection breaks while a commit is under way
//! nobody knows whether it was kept: the caller hears 503 and asks again.
//!
//! Nothing is waited for without end: whoever asks hears 503 when `Settings::timeout` is over, in the
//! queue (at half of it, so that there is time to do what was asked) and at every question. Only a change
//! that gets answers may take longer: half of it for each further question.

mod error;
mod find;
mod gather;
mod link;
mod pooler;
mod server;
mod session;
mod tls;

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::migrate::{self, Track};
use super::queue::{Job, Queue};
use super::{Error, OpenedDatabase, Result, Settings, Tx, TxContext, TxEngine};
use crate::supervisor::{Heartbeat, Supervisor};

pub(super) use find::find;
pub(super) use gather::BatchRecorder;
pub(super) use link::PendingWrite;
pub(super) use server::{Connected, JOURNAL, NOTIFIER, Server, check, without_user};
pub(super) use session::Session;
pub(super) use tls::key_file;

/// How many gatherers there are beside the connections for changes that run alone: while one waits
/// for the disk, the other prepares the next group.
const GATHERERS: usize = 2;

/// Brings the tables up to date, opens the connections and answers the queues of changes and of
/// reads.
pub(super) fn start(
    server: &Server,
    settings: &Settings,
    track: Track,
    context: &TxContext,
    supervisor: &Supervisor,
) -> Result<OpenedDatabase> {
    prepare_tables(server, settings, track, context)?;

    let durable = settings.durable;
    let mut threads = Vec::new();
    let mut spawn = |role: &str, work: Work| -> Result<()> {
        let thread = supervisor
            .thread(&format!("{} {role}", track.name()), work)
            .map_err(|error| Error::Unavailable(format!("no thread for the database: {error}")))?;
        threads.push(thread);
        Ok(())
    };
    // Groups need somebody who runs alone what does not fit into them.
    let gatherers = if settings.group > 1 && settings.threads > GATHERERS {
        GATHERERS
    } else {
        0
    };
    let queue = || Arc::new(Queue::bounded(settings.timeout / 2));
    let alone = queue();
    for _ in 0..settings.threads.max(1) - gatherers {
        let (server, queue, context) = (server.clone(), Arc::clone(&alone), context.clone());
        let run = move |heartbeat: &Heartbeat| {
            let mut session = queue.or_refuse(Session::new(server.clone(), durable))?;
            run_transactions(&mut session, &queue, &context, heartbeat);
            Ok(())
        };
        spawn("session", Box::new(run))?;
    }
    let changes = if gatherers == 0 {
        Arc::clone(&alone)
    } else {
        queue()
    };
    for _ in 0..gatherers {
        let (server, context, most) = (server.clone(), context.clone(), settings.group);
        let (changes, alone) = (Arc::clone(&changes), Arc::clone(&alone));
        let run = move |heartbeat: &Heartbeat| {
            let mut session = changes.or_refuse(Session::new(server.clone(), durable))?;
            gather::commit_gathered(&mut session, &changes, &alone, most, &context, heartbeat);
            Ok(())
        };
        spawn("gatherer", Box::new(run))?;
    }
    Ok(OpenedDatabase {
        writes: changes,
        reads: alone,
        threads,
    })
}

/// What a thread does until its queue is closed.
type Work = Box<dyn FnMut(&Heartbeat) -> Result<()> + Send>;

/// Brings the tables up to date, on a thread of its own: the caller may be inside a runtime, where a
/// session's must not run.
fn prepare_tables(
    server: &Server,
    settings: &Settings,
    track: Track,
    context: &TxContext,
) -> Result<()> {
    thread::scope(|scope| {
        let run = || {
            let session = Session::new(server.clone(), settings.durable)?;
            prepare_session(session, track, settings.key_check.as_deref(), context).map(drop)
        };
        scope
            .spawn(run)
            .join()
            .unwrap_or_else(|_| Err(Error::Broken("preparing the tables panicked".to_owned())))
    })
}

fn prepare_session(
    mut session: Session,
    track: Track,
    key_check: Option<&str>,
    context: &TxContext,
) -> Result<Session> {
    session.reset(session.end_of(Instant::now()));
    session.connect()?;
    session.check_collation()?;
    migrate::run(
        &mut Tx::new(TxEngine::Postgres(&mut session), context),
        track,
        key_check,
    )?;
    Ok(session)
}

fn run_transactions(
    session: &mut Session,
    queue: &Queue,
    context: &TxContext,
    heartbeat: &Heartbeat,
) {
    let _worker = queue.worker();
    while let Some(mut job) = queue.take(1).pop() {
        let _busy = queue.busy();
        heartbeat.beat();
        let mut tries = 0;
        let outcome = loop {
            tries += 1;
            let outcome = attempt(session, job.as_mut(), context);
            if !session.wants_another_try(tries) {
                break outcome;
            }
            tracing::debug!(change = job.name(), tries, "retrying transaction");
        };
        job.complete(outcome);
    }
}

fn attempt(session: &mut Session, job: &mut dyn Job, context: &TxContext) -> Result<()> {
    session.reset(session.end_of(job.queued_at()));
    session.connect()?;
    refill(session, context)?;
    session.begin(job.writes());
    let mut tx = Tx::new(TxEngine::Postgres(session), context);
    let keep = job.run(&mut tx);
    let mut wakeups = std::mem::take(&mut tx.wakeups);
    if keep {
        session.commit().into_result()?;
        wakeups.dispatcher |= session.has_work_for_dispatch();
        context.notify(wakeups);
        Ok(())
    } else {
        session.rollback();
        Ok(())
    }
}

/// Takes a new block of ids when few are left, in a transaction of its own: ids that were handed
/// out stay used whatever becomes of the change.
fn refill(session: &mut Session, context: &TxContext) -> Result<()> {
    if !context.ids().runs_low() {
        return Ok(());
    }
    let ends: Vec<(i64,)> = session.all(migrate::TAKE_IDS, crate::args![crate::ids::BLOCK])?;
    if let Some((end,)) = ends.first() {
        context.ids().refill(end - crate::ids::BLOCK);
    }
    Ok(())
}
