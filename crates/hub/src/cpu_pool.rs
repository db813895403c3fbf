//! Work that keeps a processor busy for longer than a request may make others wait: hashing a
//! password, reading a catalog of some megabytes. It gets threads of its own, and only so many at a
//! time, so that the rest of the hub keeps its share of the machine.

use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

/// Threads for one kind of work. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct CpuPool {
    name: &'static str,
    permits: Arc<Semaphore>,
}

impl CpuPool {
    /// So many at a time; the name is that of the threads.
    pub(crate) fn new(name: &'static str, at_a_time: usize) -> Self {
        Self {
            name,
            permits: Arc::new(Semaphore::new(at_a_time.max(1))),
        }
    }

    /// Half of the processors, one at least.
    pub(crate) fn half_of_cores(name: &'static str) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::new(name, processors / 2)
    }

    /// Waits for a turn and for the work; none when no thread could be had.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _permit = self.permits.acquire().await.ok()?;
        let (reply, answer) = oneshot::channel();
        std::thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || {
                let _gone = reply.send(work());
            })
            .ok()?;
        answer.await.ok()
    }
}
