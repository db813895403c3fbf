//! What the hub itself lacked for a call: files, memory, or a server of names. The receiver is
//! not to blame, so it is no attempt.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;

use crate::open_files::is_full;

/// What the C library says when it got no answer about a name: glibc, then musl.
const NO_ANSWER: [&str; 2] = ["Temporary failure in name resolution", "Try again"];

/// A name that has no answer is the fault of its own servers if others were answered within this time.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// No server of names answers.
#[derive(Debug, thiserror::Error)]
#[error("no server of names answers: {0}")]
pub(super) struct NameServerError(#[source] io::Error);

/// Whether a call could not be made because this machine lacks something. That an address cannot be
/// had is said of one receiver: it has closed more connections than there are ports for, or has an
/// address of a kind that this machine does not speak. That is an attempt.
pub(super) fn is_ours(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::OutOfMemory
        || error
            .raw_os_error()
            .is_some_and(|number| is_full(number) || Errno::from_raw(number) == Errno::ENOBUFS)
}

/// When a server of names last answered. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct NameServers {
    answered_at: Arc<Mutex<Option<Instant>>>,
}

impl NameServers {
    /// A name was resolved.
    pub(super) fn note_answer(&self, name: &str) {
        // That one stands in a file.
        if name != "localhost" {
            *self.lock() = Some(Instant::now());
        }
    }

    /// Why a name was not resolved, if that is ours: this machine lacks something, or no server answers
    /// about any name.
    ///
    /// # Errors
    /// The error itself, when the name is to blame.
    pub(super) fn shortage(&self, error: io::Error) -> Result<NameServerError, io::Error> {
        let text = error.to_string();
        let no_answer = NO_ANSWER.iter().any(|known| text.contains(known));
        let others = self
            .lock()
            .is_some_and(|answered_at| answered_at.elapsed() < ANSWERED_WITHIN);
        if is_ours(&error) || no_answer && !others {
            Ok(NameServerError(error))
        } else {
            Err(error)
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.answered_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
