//! Keeps the long-lived threads and tasks alive.
//!
//! A worker that panics, or gives up with an error, is started again: at once the first time, then
//! after pauses that grow to a second. What it had in hand is dropped, and whoever waits for that is
//! told so (503); what it wakes up to lies in the database or in its queue.
//!
//! Workers say that they go on with [`Heartbeat::beat`]. It costs one atomic read, and it is where a
//! test ends a worker as a fault would.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

/// The longest pause before a worker is started again.
const MAX_RESTART_DELAY: Duration = Duration::from_secs(1);

/// The first pause that is not nothing.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// A worker that lasted this long has recovered: its next fault is a first one again.
const RECOVERED_AFTER: Duration = Duration::from_secs(30);

/// All workers of a hub. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Supervisor {
    shared: Arc<SharedCondition>,
}

#[derive(Debug, Default)]
struct SharedCondition {
    state: Mutex<WorkerCondition>,
    stop: Condvar,
}

#[derive(Debug, Default)]
struct WorkerCondition {
    is_stopping: bool,
    workers: BTreeMap<String, Arc<Worker>>,
}

/// All workers of one name.
#[derive(Debug, Default)]
struct Worker {
    running: AtomicUsize,
    restarts: AtomicU64,
    /// How many of them a test wants to end.
    to_end: AtomicUsize,
}

/// How the workers of one name are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerState {
    /// As in `hub writer`.
    pub name: String,
    /// How many run at this moment.
    pub running: usize,
    /// How often one was started again.
    pub restarts: u64,
}

/// By which a worker says that it goes on.
#[derive(Clone)]
pub struct Heartbeat {
    worker: Arc<Worker>,
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heartbeat")
    }
}

impl Heartbeat {
    /// Says that the worker goes on. Panics when a test wants to see this worker end.
    #[expect(clippy::panic, reason = "only for Supervisor::end, which tests call")]
    pub(crate) fn beat(&self) {
        if self.worker.to_end.load(Ordering::Relaxed) == 0 {
            return;
        }
        let one_less = |wanted: usize| wanted.checked_sub(1);
        let ended = self
            .worker
            .to_end
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        if ended.is_ok() {
            panic!("a test ends this worker");
        }
    }
}

/// Counts a worker as running for as long as it lives.
struct Running<'w>(&'w Worker);

impl<'w> Running<'w> {
    fn new(worker: &'w Worker) -> Self {
        worker.running.fetch_add(1, Ordering::SeqCst);
        Self(worker)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The pauses of one worker between its ends and its new beginnings.
struct Pauses {
    next: Duration,
}

impl Pauses {
    fn new() -> Self {
        Self {
            next: Duration::ZERO,
        }
    }

    /// How long to wait after a life that lasted for `lived`.
    fn next_pause(&mut self, lived: Duration) -> Duration {
        if lived >= RECOVERED_AFTER {
            self.next = Duration::ZERO;
        }
        let pause = self.next;
        self.next = (pause * 2).clamp(FIRST_PAUSE, MAX_RESTART_DELAY);
        pause
    }
}

impl Supervisor {
    /// Starts a thread that runs `work` until it returns `Ok`, again and again if need be. `work`
    /// makes what it needs (a connection) by itself, since a panic may have spoiled the old one.
    ///
    /// # Errors
    /// The machine has no thread left.
    pub(crate) fn thread<E: Display>(
        &self,
        name: &str,
        mut work: impl FnMut(&Heartbeat) -> Result<(), E> + Send + 'static,
    ) -> std::io::Result<thread::JoinHandle<()>> {
        let (supervisor, worker) = (self.clone(), self.worker(name));
        let owned = name.to_owned();
        thread::Builder::new()
            // Linux shows fifteen bytes of it.
            .name(owned.clone())
            .spawn(move || {
                let heartbeat = Heartbeat {
                    worker: Arc::clone(&worker),
                };
                let mut pauses = Pauses::new();
                loop {
                    let began = Instant::now();
                    let ended = {
                        let _running = Running::new(&worker);
                        catch_unwind(AssertUnwindSafe(|| work(&heartbeat)))
                    };
                    if !is_to_go_on(&owned, &worker, ended) {
                        return;
                    }
                    if !supervisor.pause(pauses.next_pause(began.elapsed())) {
                        return;
                    }
                }
            })
    }

    /// Runs what `work` makes until it returns `Ok`, again and again if need be.
    pub(crate) async fn task<E: Display, F: Future<Output = Result<(), E>>>(
        &self,
        name: &str,
        mut work: impl FnMut(Heartbeat) -> F,
    ) {
        let worker = self.worker(name);
        let mut pauses = Pauses::new();
        loop {
            let began = Instant::now();
            let heartbeat = Heartbeat {
                worker: Arc::clone(&worker),
            };
            let ended = {
                let _running = Running::new(&worker);
                match catch_unwind(AssertUnwindSafe(|| work(heartbeat))) {
                    Ok(future) => AssertUnwindSafe(future).catch_unwind().await,
                    Err(panic) => Err(panic),
                }
            };
            if !is_to_go_on(name, &worker, ended) {
                return;
            }
            tokio::time::sleep(pauses.next_pause(began.elapsed())).await;
        }
    }

    /// No worker is started again from now on.
    pub(crate) fn stop(&self) {
        self.state().is_stopping = true;
        self.shared.stop.notify_all();
    }

    /// How all workers are, in the order of their names.
    pub fn workers(&self) -> Vec<WorkerState> {
        let state = self.state();
        let workers = state.workers.iter().map(|(name, worker)| WorkerState {
            name: name.clone(),
            running: worker.running.load(Ordering::SeqCst),
            restarts: worker.restarts.load(Ordering::SeqCst),
        });
        workers.collect()
    }

    /// For tests: the next worker of this name that goes on ends by a panic instead.
    #[doc(hidden)]
    pub fn end(&self, name: &str) {
        self.worker(name).to_end.fetch_add(1, Ordering::SeqCst);
    }

    fn worker(&self, name: &str) -> Arc<Worker> {
        let mut state = self.state();
        Arc::clone(state.workers.entry(name.to_owned()).or_default())
    }

    fn state(&self) -> MutexGuard<'_, WorkerCondition> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, and says whether to go on.
    fn pause(&self, pause: Duration) -> bool {
        let state = self.state();
        let (state, _timed_out) = self
            .shared
            .stop
            .wait_timeout_while(state, pause, |state| !state.is_stopping)
            .unwrap_or_else(PoisonError::into_inner);
        !state.is_stopping
    }
}

/// Ends a task, and waits until it has ended: one that only was told to end runs to its next wait, and
/// would find the database closed on its way there.
pub(crate) async fn end<T>(task: JoinHandle<T>) {
    task.abort();
    if let Err(error) = task.await
        && error.is_panic()
    {
        tracing::warn!(%error, "task panicked when it was ended");
    }
}

/// Whether a worker that ended is to be started again; says so in the log.
fn is_to_go_on<E: Display>(
    name: &str,
    worker: &Worker,
    ended: Result<Result<(), E>, Box<dyn Any + Send>>,
) -> bool {
    match ended {
        Ok(Ok(())) => return false,
        Ok(Err(error)) => {
            tracing::error!(worker = name, %error, "worker failed, restarting it");
        }
        // The hook for panics has said where it was.
        Err(_) => tracing::error!(worker = name, "worker panicked, restarting it"),
    }
    worker.restarts.fetch_add(1, Ordering::SeqCst);
    true
}
