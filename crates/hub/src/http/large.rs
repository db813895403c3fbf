//! Large bodies. Each takes a few times its size in memory until its call is answered, so only so
//! many are worked on at a time, and only so many are in memory to wait for that.

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::problem::Problem;

/// Bytes from which a text is a large body.
pub const LARGE: usize = 256 * 1024;

/// Bytes from which a file is one. It is kept as it is, and takes no more memory than its bytes; what
/// is larger than the largest image has no reason to be there.
pub const LARGE_FILE: usize = 2 * 1024 * 1024;

/// Large bodies in memory, being read, waiting or worked on.
pub const MOST_HELD: usize = 32;

/// Large texts that are worked on.
const MOST_IN_WORK: usize = 4;

/// The room that there is for large bodies.
#[derive(Debug)]
pub(crate) struct LargeBodies {
    held: Semaphore,
    in_work: Semaphore,
}

/// Room for a large body, until it is dropped. Others need none.
pub(crate) type Room<'a> = Option<SemaphorePermit<'a>>;

impl LargeBodies {
    pub(crate) fn new() -> Self {
        Self {
            held: Semaphore::new(MOST_HELD),
            in_work: Semaphore::new(MOST_IN_WORK),
        }
    }

    /// Room for one more. There is little reason to wait for it: whoever has it may be slow.
    pub(super) fn room(&self) -> Result<Room<'_>, Problem> {
        self.held.try_acquire().map(Some).map_err(|_| Problem::Busy)
    }

    /// A turn to be worked on.
    pub(super) async fn turn(&self) -> Room<'_> {
        self.in_work.acquire().await.ok()
    }

    /// Reads a body of at most `most` bytes. One of `large` bytes needs room before it is read on.
    pub(super) async fn read(
        &self,
        body: Body,
        large: usize,
        most: usize,
    ) -> Result<(Bytes, Room<'_>), Problem> {
        let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if declared > most {
            return Err(Problem::TooLarge(most));
        }
        let mut room = None;
        if declared >= large {
            room = self.room()?;
        }
        let mut frames = Limited::new(body, most);
        let mut first = Bytes::new();
        let mut whole = Vec::new();
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
            if room.is_none() && length >= large {
                room = self.room()?;
            }
            if length == data.len() {
                // Most bodies come in one piece.
                first = data;
                continue;
            }
            if whole.is_empty() {
                whole.reserve_exact(declared.max(length));
                whole.extend_from_slice(&std::mem::take(&mut first));
            }
            whole.extend_from_slice(&data);
        }
        let bytes = match whole.is_empty() {
            true => first,
            false => whole.into(),
        };
        Ok((bytes, room))
    }
}
