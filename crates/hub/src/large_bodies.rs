//! Room for large bodies. Each takes a few times its size in memory until its call is answered, so
//! only so many are worked on at a time, and only so many are in memory to wait for that.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};
use wire::id::ConnectionId;

/// Large bodies in memory, being read, waiting or worked on.
pub const MAX_LARGE_BODIES: usize = 32;

/// The share of one connection in them, so that a slow sender leaves some to the others.
pub const MAX_LARGE_BODIES_PER_CONNECTION: usize = 8;

/// Large bodies that are worked on.
const MAX_LARGE_BODIES_IN_WORK: usize = 4;

/// Counts the large bodies that are in memory, and those that are being parsed.
#[derive(Debug)]
pub(crate) struct LargeBodies {
    held: Mutex<BTreeMap<ConnectionId, usize>>,
    in_work: Semaphore,
}

/// Lets one connection have one large body in memory, until the permit is dropped.
#[derive(Debug)]
pub(crate) struct BodyPermit<'a> {
    bodies: &'a LargeBodies,
    sender: ConnectionId,
}

impl LargeBodies {
    pub(crate) fn new() -> Self {
        Self {
            held: Mutex::default(),
            in_work: Semaphore::new(MAX_LARGE_BODIES_IN_WORK),
        }
    }

    /// Takes a permit for one more large body, if there is any left. There is little reason to wait for
    /// one: whoever has it may be slow.
    pub(crate) fn try_acquire(&self, sender: &ConnectionId) -> Option<BodyPermit<'_>> {
        let mut held = self.lock_counts();
        let own = held.get(sender).copied().unwrap_or_default();
        if own >= MAX_LARGE_BODIES_PER_CONNECTION
            || held.values().sum::<usize>() >= MAX_LARGE_BODIES
        {
            return None;
        }
        held.insert(sender.clone(), own + 1);
        Some(BodyPermit {
            bodies: self,
            sender: sender.clone(),
        })
    }

    /// Waits until a large body may be parsed: only a few are at a time.
    pub(crate) async fn acquire_work(&self) -> Option<SemaphorePermit<'_>> {
        self.in_work.acquire().await.ok()
    }

    fn lock_counts(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BodyPermit<'_> {
    fn drop(&mut self) {
        let mut held = self.bodies.lock_counts();
        if let Some(own) = held.get_mut(&self.sender) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.sender);
            }
        }
    }
}
