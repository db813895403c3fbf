//! How much memory a body may take while it is read.
//!
//! Two bytes, `{}`, become a structure of some hundred: a body of a few megabytes could become
//! hundreds. So whatever is made of a body is counted as it is made, and when there is no more to
//! spend, reading ends at once and everything is given back. serde hands nothing down to those who
//! read, so the count is kept beside: a body is read by one thread from its beginning to its end.

use std::cell::Cell;

use serde::de::Error;

/// Bytes of memory that any body may take, however short it is.
const MIN_BUDGET_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of memory for each of a body. The densest lists that make sense take half of that.
const FOR_EACH: usize = 24;

/// Bytes of memory that a body may take, however long it is, unless it is itself longer than half
/// of that. With a body of eight megabytes itself that is four times its size.
const MAX_BUDGET_BYTES: usize = 24 * 1024 * 1024;

thread_local! {
    /// What is left to spend; none when no body is being read, or when there was too little.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The right to spend, until it is dropped.
#[derive(Debug)]
pub(super) struct Budget {
    before: Option<usize>,
}

impl Budget {
    /// For a body of so many bytes.
    pub fn of(length: usize) -> Self {
        let most = MAX_BUDGET_BYTES.max(length.saturating_mul(2));
        let budget = length
            .saturating_mul(FOR_EACH)
            .clamp(MIN_BUDGET_BYTES, most);
        Self {
            before: LEFT.replace(Some(budget)),
        }
    }

    /// Whether more was asked for than there was.
    pub fn is_spent(&self) -> bool {
        LEFT.get().is_none()
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        LEFT.set(self.before);
    }
}

/// Spends so many bytes. Outside of a body nothing is counted.
pub(super) fn spend<E: Error>(bytes: usize) -> Result<(), E> {
    let Some(left) = LEFT.get() else {
        return Ok(());
    };
    let left = left.checked_sub(bytes);
    LEFT.set(left);
    match left {
        Some(_) => Ok(()),
        None => Err(E::custom("too much for its size")),
    }
}

/// Spends what an entry of a list takes, which grows by doubling.
pub(super) fn spend_entry<T, E: Error>() -> Result<(), E> {
    spend(2 * size_of::<T>())
}
