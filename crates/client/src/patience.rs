//! How long, and how often, a call is tried.

use std::time::Duration;

/// When a POST or PATCH is sent again although it may have reached the hub. It carries an
/// `Idempotency-Key`, but a hub that does not know keys would make it twice. What certainly did not
/// leave is sent again in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// Never: whether it took effect is for the caller to find out.
    Never,
    /// As soon as an answer of this hub, to whatever clone of the same [`Hub`](crate::Hub), has shown
    /// that it knows keys: by the header `Idempotent-Replayed`.
    #[default]
    WhenKnown,
    /// Always: for a hub of which it is known that it knows keys.
    Always,
}

/// Bounds of a call. The defaults suit a program that works in the background; something that a
/// person waits for may want less.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How long one attempt may take, from connecting to the last byte. Default 30 s.
    pub attempt: Duration,
    /// How often a call is tried again after a broken connection. Default 2.
    pub retries: u32,
    /// When that goes for POST and PATCH too. Default [`Repeat::WhenKnown`].
    pub repeat_changes: Repeat,
    /// Pause before the first of those retries, doubled for each further one. Default 250 ms.
    pub pause: Duration,
    /// How often `429` is waited out before it is returned as an error. Default 3.
    pub waits: u32,
    /// The longest `Retry-After` that is waited for; a longer one is an error at once. Default 60 s.
    pub longest_wait: Duration,
    /// The largest answer read, in bytes. Default 16 MiB.
    pub largest_body: usize,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            attempt: Duration::from_secs(30),
            retries: 2,
            repeat_changes: Repeat::default(),
            pause: Duration::from_millis(250),
            waits: 3,
            longest_wait: Duration::from_secs(60),
            largest_body: 16 * 1024 * 1024,
        }
    }
}

impl Patience {
    /// For calls made while a person looks on: 8 s an attempt, one retry, no wait above 2 s.
    pub fn short() -> Patience {
        Patience {
            attempt: Duration::from_secs(8),
            retries: 1,
            waits: 1,
            longest_wait: Duration::from_secs(2),
            ..Patience::default()
        }
    }
}
