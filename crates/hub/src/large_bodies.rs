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

/// The room that there is for large bodies.
#[derive(Debug)]
pub(crate) struct LargeBodies {
    held: Mutex<BTreeMap<ConnectionId, usize>>,
    in_work: Semaphore,
}

/// Room for a large body of one connection, until it is dropped.
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

    /// Room for one more, if there is any left. There is little reason to wait for it: whoever has it
    /// may be slow.
    pub(crate) fn room(&self, sender: &ConnectionId) -> Option<BodyPermit<'_>> {
        let mut held = self.held();
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

    /// A turn to be worked on.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.in_work.acquire().await.ok()
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BodyPermit<'_> {
    fn drop(&mut self) {
        let mut held = self.bodies.held();
        if let Some(own) = held.get_mut(&self.sender) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.sender);
            }
        }
    }
}
