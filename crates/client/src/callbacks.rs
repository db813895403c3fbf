//! The receiving end of an active callback: does an event come from the hub, and is it new?
//!
//! The hub sends each event to the URL that was registered with
//! [`Connection::set_callback`](crate::Connection::set_callback), as a `POST` with a signature in a
//! header. A server hands the headers and the raw body of that request to a [`CallbackReceiver`]:
//!
//! ```
//! use client::callbacks::{CallbackError, CallbackReceiver, ReceivedEvent};
//!
//! // One for the whole server: it remembers the events that have come.
//! let receiver = CallbackReceiver::new("the client secret".into());
//! let answer = |headers: &http::HeaderMap, raw_body: &[u8]| match receiver
//!     .receive(headers, raw_body)
//! {
//!     Ok(ReceivedEvent::New(event)) => {
//!         // Store the event here, and only then answer 200. After a 500 the hub sends it again.
//!         println!("{} {}", event.head.resource_type, event.head.event_type);
//!         200
//!     }
//!     Ok(ReceivedEvent::Duplicate(_)) => 200,
//!     Err(CallbackError::MissingSignature | CallbackError::WrongSignature) => 401,
//!     Err(CallbackError::InvalidEvent(_)) => 401,
//! };
//! assert_eq!(answer(&http::HeaderMap::new(), b"{}"), 401);
//! ```

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::events::Event;
use crate::secret::{Secret, hex};

/// The name of the header that carries the signature.
pub const SIGNATURE_HEADER: &str = "X-HubRise-Hmac-SHA256";

/// Why a callback was refused.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// The request has no signature.
    #[error("the signature is missing")]
    MissingSignature,
    /// The signature does not belong to this body and secret.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The body is signed by the hub, but is not an event.
    #[error("not an event: {0}")]
    InvalidEvent(String),
}

/// The signature of a body: lower-case hex HMAC-SHA256, the key being the client secret.
pub fn sign(secret: &Secret, raw_body: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    mac.update(raw_body);
    hex(&mac.finalize().into_bytes())
}

/// Checks the signature of a body as it came, before anything is parsed, and reads the event.
/// The comparison takes the same time wherever the difference is.
///
/// # Errors
/// The [`CallbackError`] says why; answer 401 then. (The hub takes any status below 500 as received.)
pub fn verify(
    secret: &Secret,
    raw_body: &[u8],
    signature: Option<&str>,
) -> Result<Event, CallbackError> {
    let signature = signature.ok_or(CallbackError::MissingSignature)?;
    let expected = sign(secret, raw_body);
    // Anybody can sign with no secret.
    if secret.expose().is_empty()
        || !bool::from(expected.as_bytes().ct_eq(signature.trim().as_bytes()))
    {
        return Err(CallbackError::WrongSignature);
    }
    serde_json::from_slice(raw_body).map_err(|error| CallbackError::InvalidEvent(error.to_string()))
}

/// An event whose signature is right.
#[derive(Debug)]
pub enum ReceivedEvent {
    /// The event came for the first time.
    New(Event),
    /// The event came before, and the hub did not get the response. Answer 200 and do nothing else.
    Duplicate(Event),
}

/// Verifies events, and remembers the ids of the last [`MAX_REMEMBERED_EVENTS`], since the hub may send
/// an event twice.
#[derive(Debug)]
pub struct CallbackReceiver {
    secret: Secret,
    recent: Mutex<RecentEvents>,
}

/// How many ids of events a [`CallbackReceiver`] remembers.
pub const MAX_REMEMBERED_EVENTS: usize = 1_000;

/// The ids of the last events, oldest first, and as a set.
#[derive(Debug, Default)]
struct RecentEvents {
    in_order: VecDeque<String>,
    ids: BTreeSet<String>,
}

impl RecentEvents {
    /// Whether the id is new; it is not from then on.
    fn insert(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.in_order.push_back(id.to_owned());
        if self.in_order.len() > MAX_REMEMBERED_EVENTS
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

impl CallbackReceiver {
    /// A receiver of the callbacks of an app, by the app's client secret.
    pub fn new(secret: Secret) -> CallbackReceiver {
        CallbackReceiver {
            secret,
            recent: Mutex::default(),
        }
    }

    /// Verifies a request: its headers, and its body as it came.
    ///
    /// # Errors
    /// See [`verify`].
    pub fn receive(
        &self,
        headers: &http::HeaderMap,
        raw_body: &[u8],
    ) -> Result<ReceivedEvent, CallbackError> {
        let signature = headers
            .get(SIGNATURE_HEADER)
            .and_then(|value| value.to_str().ok());
        let event = verify(&self.secret, raw_body, signature)?;
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.insert(&event.head.id) {
            Ok(ReceivedEvent::New(event))
        } else {
            Ok(ReceivedEvent::Duplicate(event))
        }
    }
}
