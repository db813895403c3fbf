//! A question to the database that anybody may have asked as often as they like: it is asked once at a
//! time, its answer is good for a second, and nobody waits for it for long.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;

/// How long an answer is good, by what has passed on the hub's clock.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// For how long the probe waits for the database, in real time: a database that takes longer is too
/// slow to work with.
pub(super) const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// The last answer, and whether another is on its way. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Probe<T> {
    inner: Arc<Inner<T>>,
}

#[derive(Debug)]
struct Inner<T> {
    /// The last answer, and when it came.
    answer: watch::Sender<Option<(Duration, T)>>,
    is_asking: AtomicBool,
}

impl<T> Default for Probe<T> {
    fn default() -> Self {
        Self {
            inner: Arc::new(Inner {
                answer: watch::Sender::new(None),
                is_asking: AtomicBool::new(false),
            }),
        }
    }
}

/// Lets the next one ask, however asking ended.
struct Asking<T>(Arc<Inner<T>>);

impl<T> Drop for Asking<T> {
    fn drop(&mut self) {
        self.0.is_asking.store(false, Ordering::SeqCst);
    }
}

impl<T: Clone + Send + Sync + 'static> Probe<T> {
    /// The answer to what `ask` asks; none when it does not come in time. Asking goes on then, and nobody
    /// asks again before it has ended.
    pub(super) async fn get<F>(&self, clock: &Clock, ask: impl FnOnce() -> F) -> Option<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut answers = self.inner.answer.subscribe();
        let now = clock.passed();
        let is_good = |answer: &Option<(Duration, T)>| {
            let came = answer.as_ref().map(|(came, _)| *came);
            came.is_some_and(|came| came >= now || now - came < GOOD_FOR)
        };
        if !is_good(&answers.borrow()) && !self.inner.is_asking.swap(true, Ordering::SeqCst) {
            let (asking, clock) = (Asking(Arc::clone(&self.inner)), clock.clone());
            let question = ask();
            tokio::spawn(async move {
                let answer = question.await;
                let inner = Arc::clone(&asking.0);
                drop(asking);
                inner.answer.send_replace(Some((clock.passed(), answer)));
            });
        }
        let received = tokio::time::timeout(PROBE_TIMEOUT, answers.wait_for(is_good)).await;
        let answer = received.ok()?.ok()?;
        answer.as_ref().map(|(_, answer)| answer.clone())
    }
}
