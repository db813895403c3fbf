//! How long, and how often, a call is tried.

use std::time::Duration;

/// Bounds of a call. The defaults suit a program that works in the background; something that a
/// person waits for may want less.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How long one attempt may take, from connecting to the last byte. Default 30 s.
    pub attempt: Duration,
    /// How often a call is tried again after a broken connection. Default 2.
    pub retries: u32,
    /// Whether that goes for POST and PATCH too, which the hub tells apart by `Idempotency-Key`.
    /// Default true; false for a hub that does not know this header.
    pub repeat_changes: bool,
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
            repeat_changes: true,
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
