//! Large bodies. Each takes a few times its size in memory until its call is answered, so only so
//! many are worked on at a time, and only so many are in memory to wait for that.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::{Semaphore, SemaphorePermit};
use wire::id::ConnectionId;

use super::problem::Problem;

/// Bytes from which a body is a large one, packed or not.
pub const LARGE: usize = 256 * 1024;

/// Large bodies in memory, being read, waiting or worked on.
pub const MOST_HELD: usize = 32;

/// The share of one connection in them, so that a slow sender leaves some to the others.
pub const MOST_HELD_BY_ONE: usize = 8;

/// Large bodies that are worked on.
const MOST_IN_WORK: usize = 4;

/// The room that there is for large bodies.
#[derive(Debug)]
pub(crate) struct LargeBodies {
    held: Mutex<BTreeMap<ConnectionId, usize>>,
    in_work: Semaphore,
}

/// Room for a large body of one connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct Room<'a> {
    bodies: &'a LargeBodies,
    sender: ConnectionId,
}

impl LargeBodies {
    pub(crate) fn new() -> Self {
        Self {
            held: Mutex::default(),
            in_work: Semaphore::new(MOST_IN_WORK),
        }
    }

    /// Room for one more. There is little reason to wait for it: whoever has it may be slow.
    pub(super) fn room(&self, sender: &ConnectionId) -> Result<Room<'_>, Problem> {
        let mut held = self.held();
        let own = held.get(sender).copied().unwrap_or_default();
        if own >= MOST_HELD_BY_ONE || held.values().sum::<usize>() >= MOST_HELD {
            return Err(Problem::Busy);
        }
        held.insert(sender.clone(), own + 1);
        Ok(Room {
            bodies: self,
            sender: sender.clone(),
        })
    }

    /// A turn to be worked on.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.in_work.acquire().await.ok()
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room<'_> {
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

/// Reads a body of at most `most` bytes. Once so much of it is there that it is a large one, `room` is
/// asked for room, which gives none to what needs none.
pub(super) async fn read<'a>(
    body: &mut Body,
    most: usize,
    mut room: impl FnMut() -> Result<Option<Room<'a>>, Problem>,
) -> Result<(Bytes, Option<Room<'a>>), Problem> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > most {
        return Err(Problem::TooLarge(most));
    }
    let mut frames = Limited::new(body, most);
    let (mut first, mut whole, mut held) = (Bytes::new(), Vec::new(), None);
    while let Some(frame) = frames.frame().await {
        let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
            true => Problem::TooLarge(most),
            false => Problem::Interrupted,
        })?;
        // Trailers say nothing that anybody asks for.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = first.len() + whole.len() + data.len();
        if held.is_none() && length >= LARGE {
            held = room()?;
        }
        if length == data.len() {
            // Most bodies come in one piece.
            first = data;
            continue;
        }
        if length >= LARGE {
            whole.reserve_exact(declared.saturating_sub(whole.len()));
        }
        whole.extend_from_slice(&std::mem::take(&mut first));
        whole.extend_from_slice(&data);
    }
    let bytes = match whole.is_empty() {
        true => first,
        false => whole.into(),
    };
    Ok((bytes, held))
}
