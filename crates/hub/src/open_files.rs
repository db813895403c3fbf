//! How many files the process may open: every connection is one.

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Files that are left to databases, callbacks and images, if there are twice as many.
const RESERVED: usize = 256;

/// Raises the soft limit of this process to the hard one: the former is low by tradition, for programs
/// that cannot count further. Says what holds now.
pub fn raise() -> Option<usize> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_err() {
        return usize::try_from(soft).ok();
    }
    usize::try_from(hard).ok()
}

/// How many files this process may open; none if that cannot be known.
pub fn limit() -> Option<usize> {
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    usize::try_from(soft).ok()
}

/// How many of so many files may be connections of callers.
pub(crate) fn for_connections(files: usize) -> usize {
    files - RESERVED.min(files / 2)
}

/// Whether an error of the system says that there is no file left, here or at all.
pub(crate) fn is_full(error: i32) -> bool {
    matches!(Errno::from_raw(error), Errno::EMFILE | Errno::ENFILE)
}
