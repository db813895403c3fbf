//! How long a call may take, and how often it is sent again.

use std::time::Duration;

/// When a POST or PATCH is sent again although it may have reached the hub. It carries an
/// `Idempotency-Key`, but a hub that does not support keys would apply it twice. A request that
/// certainly did not leave is sent again in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryChanges {
    /// Never: the caller has to find out whether it was applied.
    Never,
    /// As soon as a response of this hub has shown, by the header `Idempotent-Replayed`, that the hub
    /// supports keys. Clones of a [`HubClient`](crate::HubClient) share that knowledge.
    #[default]
    IfKeysSupported,
    /// Always: for a hub that is known to support keys.
    Always,
}

/// The bounds of a call. The defaults suit a program that works in the background; something that a
/// person waits for may want less.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// How long one attempt may take, from connecting to the last byte. Default 30 s.
    pub attempt_timeout: Duration,
    /// How often a call is sent again after a broken connection. Default 2.
    pub max_retries: u32,
    /// Whether that holds for POST and PATCH, too. Default [`RetryChanges::IfKeysSupported`].
    pub retry_changes: RetryChanges,
    /// The pause before the first of those retries, doubled for each further one. Default 250 ms.
    pub first_pause: Duration,
    /// How often the client waits after a `429` before it returns the error. Default 3.
    pub max_waits: u32,
    /// The longest `Retry-After` that the client waits for; a longer one is an error at once.
    /// Default 60 s.
    pub max_retry_after: Duration,
    /// The largest response body that is read. Default 16 MiB.
    pub max_body_bytes: usize,
}

impl Default for RetryPolicy {
    fn default() -> RetryPolicy {
        RetryPolicy {
            attempt_timeout: Duration::from_secs(30),
            max_retries: 2,
            retry_changes: RetryChanges::default(),
            first_pause: Duration::from_millis(250),
            max_waits: 3,
            max_retry_after: Duration::from_secs(60),
            max_body_bytes: 16 * 1024 * 1024,
        }
    }
}

impl RetryPolicy {
    /// For calls that a person waits for: 8 s an attempt, one retry, no wait above 2 s.
    pub fn interactive() -> RetryPolicy {
        RetryPolicy {
            attempt_timeout: Duration::from_secs(8),
            max_retries: 1,
            max_waits: 1,
            max_retry_after: Duration::from_secs(2),
            ..RetryPolicy::default()
        }
    }
}
