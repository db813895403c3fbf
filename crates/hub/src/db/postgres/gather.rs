//! Many changes, one commit.
//!
//! A gatherer takes the changes that wait and runs each without a connection: its statements are
//! only noted. What asks the database anything cannot go on like that and is handed to the
//! connections that run one change at a time. All the others travel together with one `COMMIT`: an
//! fsync and two round trips for all, of which the first is `BEGIN`.
//!
//! Changes that ask nothing decide nothing by what others write, so it does not matter to one that
//! it shares its transaction. If one statement fails, none of them is kept, and each is run alone:
//! then the refusal reaches the change that caused it.

use super::link::{PendingWrite, Writes};
use super::refill;
use super::session::{CommitOutcome, Session};
use crate::db::queue::{Job, Queue};
use crate::db::topics::Wakeups;
use crate::db::{Error, Result, Tx, TxContext, TxEngine};
use crate::supervisor::Heartbeat;

/// What a change wants written, and whether it asked something.
#[derive(Default)]
pub(in crate::db) struct BatchRecorder {
    writes: Writes,
    needs_answer: bool,
}

impl BatchRecorder {
    /// Notes a statement.
    pub(in crate::db) fn later(&mut self, write: PendingWrite) {
        self.writes.push(write);
    }

    /// There is nobody to ask here: the change ends and is run elsewhere.
    pub(in crate::db) fn needs_answer<T>(&mut self) -> Result<T> {
        self.needs_answer = true;
        Err(Error::Unavailable(
            "a change that asks something runs alone".to_owned(),
        ))
    }
}

/// Commits what waits in `changes`, up to `most` at a time, until the queue is closed.
pub(super) fn commit_gathered(
    session: &mut Session,
    changes: &Queue,
    alone: &Queue,
    most: usize,
    context: &TxContext,
    heartbeat: &Heartbeat,
) {
    let _worker = changes.worker();
    loop {
        let jobs = changes.take(most);
        if jobs.is_empty() {
            return;
        }
        let _busy = changes.busy();
        heartbeat.beat();
        let came = jobs.iter().map(|job| job.queued_at()).min();
        session.reset(came.and_then(|came| session.end_of(came)));
        if let Err(error) = session.connect() {
            jobs.into_iter()
                .for_each(|job| job.complete(Err(error.clone())));
            continue;
        }
        if refill(session, context).is_err() {
            // Whoever runs alone meets the same, or is luckier.
            jobs.into_iter().for_each(|job| alone.push(job));
            continue;
        }
        let mut group = CommitGroup::default();
        for job in jobs {
            group.run(job, alone, context);
        }
        group.commit(session, alone, context);
    }
}

/// Changes that are committed together.
#[derive(Default)]
struct CommitGroup {
    jobs: Vec<Box<dyn Job>>,
    writes: Writes,
    wakeups: Wakeups,
}

impl CommitGroup {
    fn run(&mut self, mut job: Box<dyn Job>, alone: &Queue, context: &TxContext) {
        let mut gathered = BatchRecorder::default();
        let mut tx = Tx::new(TxEngine::BatchRecorder(&mut gathered), context);
        let keep = job.run(&mut tx);
        let wakeups = std::mem::take(&mut tx.wakeups);
        if gathered.needs_answer {
            alone.push(job);
        } else if keep {
            self.jobs.push(job);
            self.writes.append(&mut gathered.writes);
            self.wakeups.add(wakeups);
        } else {
            // A refusal that asked nothing needs no database.
            job.complete(Ok(()));
        }
    }

    fn commit(mut self, session: &mut Session, alone: &Queue, context: &TxContext) {
        if self.jobs.is_empty() {
            return;
        }
        context.measured.group(self.jobs.len());
        session.begin(true);
        session.all_later(self.writes);
        match session.commit() {
            CommitOutcome::Committed => {
                self.wakeups.dispatcher |= session.has_work_for_dispatch();
                context.notify(self.wakeups);
                self.jobs.into_iter().for_each(|job| job.complete(Ok(())));
            }
            CommitOutcome::Unknown(error) => {
                let jobs = self.jobs.into_iter();
                jobs.for_each(|job| job.complete(Err(error.clone())));
            }
            CommitOutcome::RolledBack(_) => self.jobs.into_iter().for_each(|job| alone.push(job)),
        }
    }
}
