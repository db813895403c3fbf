//! What waits for an engine thread: the queue, and the change with its caller.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::metrics::{Ending, Measured};
use super::{Error, Tx};

/// What a transaction answers.
pub(super) struct TransactionResult<T, E> {
    pub made: Result<T, E>,
    pub ending: Ending,
    /// How long somebody waited for it.
    pub waited: Duration,
}

/// Something to run in a transaction, and somebody who waits for its outcome.
pub(super) trait Job: Send {
    /// `slice.verb`, for logs.
    fn name(&self) -> &'static str;
    /// Whether it may change anything.
    fn writes(&self) -> bool;
    /// When somebody began to wait for it.
    fn queued_at(&self) -> Instant;
    /// Runs the function; false means: undo what it did. May be called again.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller, once the transaction is decided.
    fn complete(self: Box<Self>, committed: Result<(), Error>);
}

pub(super) struct QueuedTransaction<T, E, F> {
    name: &'static str,
    writes: bool,
    came: Instant,
    run: F,
    made: Option<Result<T, E>>,
    reply: oneshot::Sender<TransactionResult<T, E>>,
    measured: Arc<Measured>,
}

impl<T, E, F> QueuedTransaction<T, E, F> {
    pub(super) fn new(
        name: &'static str,
        writes: bool,
        run: F,
        reply: oneshot::Sender<TransactionResult<T, E>>,
        measured: Arc<Measured>,
    ) -> Self {
        Self {
            name,
            writes,
            came: Instant::now(),
            run,
            made: None,
            reply,
            measured,
        }
    }
}

impl<T, E, F> Job for QueuedTransaction<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn writes(&self) -> bool {
        self.writes
    }

    fn queued_at(&self) -> Instant {
        self.came
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let made = catch_unwind(AssertUnwindSafe(|| (self.run)(tx))).unwrap_or_else(|_| {
            tracing::error!(change = self.name, "transaction panicked, rolled back");
            Err(E::from(Error::Panicked(self.name)))
        });
        let keep = made.is_ok();
        self.made = Some(made);
        keep
    }

    fn complete(self: Box<Self>, committed: Result<(), Error>) {
        let ending = Ending::of(&committed, matches!(self.made, Some(Ok(_))));
        let made = match (committed, self.made) {
            (Ok(()), Some(made)) => made,
            // Not even a refusal stands: it may rest on what others in the same group did, and
            // that is gone.
            (Err(error), _) => Err(E::from(error)),
            (Ok(()), None) => Err(E::from(Error::Broken("a change was never run".to_owned()))),
        };
        let waited = self.came.elapsed();
        self.measured.transaction(self.name, ending, waited);
        // The caller may have hung up; the change stands all the same.
        let _gone = self.reply.send(TransactionResult {
            made,
            ending,
            waited,
        });
    }
}

/// Jobs in the order in which they came.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<JobQueue>,
    longest: Option<Duration>,
    /// Those who take from it, and how many of them have something in hand.
    workers: AtomicUsize,
    busy: AtomicUsize,
}

/// How much is to be done, and by how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    /// Transactions that wait for a worker.
    pub waiting: usize,
    /// Connections with the database that serve this queue.
    pub workers: usize,
    /// Those of them that have something in hand.
    pub busy: usize,
}

/// Adds one to a count, and takes it off again when it is dropped.
pub(super) struct CountGuard<'c>(&'c AtomicUsize);

impl<'c> CountGuard<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for CountGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct JobQueue {
    jobs: VecDeque<Box<dyn Job>>,
    /// Workers that wait for a job. The one that has waited least is woken: its connection, its plans and
    /// pages are still in the caches of the processor.
    idle: Vec<Arc<Condvar>>,
    closed: bool,
}

impl Queue {
    /// A queue in which nothing waits longer than that for somebody who takes it.
    pub(super) fn bounded(longest: Duration) -> Self {
        Self {
            longest: Some(longest),
            ..Self::default()
        }
    }

    /// How long a job waits at most.
    pub(super) fn longest(&self) -> Option<Duration> {
        self.longest
    }

    /// Somebody serves this queue, until this is dropped.
    pub(super) fn worker(&self) -> CountGuard<'_> {
        CountGuard::new(&self.workers)
    }

    /// One of them has something in hand, until this is dropped.
    pub(super) fn busy(&self) -> CountGuard<'_> {
        CountGuard::new(&self.busy)
    }

    /// How much is to be done at this moment.
    pub(super) fn load(&self) -> Load {
        Load {
            waiting: self.lock().jobs.len(),
            workers: self.workers.load(Ordering::Relaxed),
            busy: self.busy.load(Ordering::Relaxed),
        }
    }

    /// Adds a job, behind all who came before it: it may have waited in another queue.
    pub(super) fn push(&self, job: Box<dyn Job>) {
        let mut state = self.lock();
        if !state.closed {
            let index = state
                .jobs
                .partition_point(|other| other.queued_at() <= job.queued_at());
            state.jobs.insert(index, job);
            let worker = state.idle.pop();
            drop(state);
            if let Some(worker) = worker {
                worker.notify_one();
            }
        }
    }

    /// Waits for work and takes up to `most` jobs; none means that the queue is closed and empty.
    pub(super) fn take(&self, most: usize) -> Vec<Box<dyn Job>> {
        loop {
            let mut state = self.wait_for_job();
            if state.jobs.is_empty() {
                return Vec::new();
            }
            let late = self.take_late(&mut state);
            let count = state.jobs.len().min(most);
            let taken: Vec<_> = state.jobs.drain(..count).collect();
            drop(state);
            refuse(late);
            if !taken.is_empty() {
                return taken;
            }
        }
    }

    /// Waits until there is a job, or the queue is closed.
    fn wait_for_job(&self) -> MutexGuard<'_, JobQueue> {
        let mut state = self.lock();
        if !state.jobs.is_empty() || state.closed {
            return state;
        }
        let woken = Arc::new(Condvar::new());
        while state.jobs.is_empty() && !state.closed {
            state.idle.push(Arc::clone(&woken));
            state = woken.wait(state).unwrap_or_else(PoisonError::into_inner);
            // It may have woken up by itself, or for a job that another worker has taken.
            state.idle.retain(|worker| !Arc::ptr_eq(worker, &woken));
        }
        state
    }

    /// Removes those who have waited too long, and tells them so.
    pub(super) fn refuse_late(&self) {
        let late = self.take_late(&mut self.lock());
        refuse(late);
    }

    fn take_late(&self, state: &mut JobQueue) -> Vec<Box<dyn Job>> {
        let Some(longest) = self.longest else {
            return Vec::new();
        };
        let now = Instant::now();
        let count = state
            .jobs
            .partition_point(|job| now.duration_since(job.queued_at()) >= longest);
        state.jobs.drain(..count).collect()
    }

    fn lock(&self) -> MutexGuard<'_, JobQueue> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes on what a worker needs to begin. When it cannot be had, nobody serves this queue for a
    /// while: whoever waits in it is told so.
    pub(super) fn or_refuse<T>(&self, needed: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &needed {
            for job in self.take_waiting(usize::MAX) {
                job.complete(Err(error.clone()));
            }
        }
        needed
    }

    /// Takes what has come meanwhile, without waiting.
    pub(super) fn take_waiting(&self, most: usize) -> Vec<Box<dyn Job>> {
        let mut state = self.lock();
        let count = state.jobs.len().min(most);
        state.jobs.drain(..count).collect()
    }

    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for worker in state.idle.drain(..) {
            worker.notify_one();
        }
    }
}

fn refuse(late: Vec<Box<dyn Job>>) {
    for job in late {
        job.complete(Err(Error::Unavailable(
            "every session with the database is busy".to_owned(),
        )));
    }
}
