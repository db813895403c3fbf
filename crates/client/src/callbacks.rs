//! The receiving end of an active callback: is it really the hub, and is it new?

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::events::Event;
use crate::secret::Secret;

/// Name of the header that carries the signature.
pub const SIGNATURE_HEADER: &str = "X-HubRise-Hmac-SHA256";

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// There is no signature.
    #[error("the signature is missing")]
    Unsigned,
    /// The signature does not belong to this body and secret.
    #[error("the signature is wrong")]
    WrongSignature,
    /// Signed by the hub, yet not an event.
    #[error("not an event: {0}")]
    Unreadable(String),
}

/// The signature of a body: lower-case hex HMAC-SHA256, the key being the client secret.
pub fn sign(secret: &Secret, raw_body: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    mac.update(raw_body);
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks the signature of a body as it came, before anything is parsed, and reads the event.
/// The comparison takes the same time wherever the difference is.
///
/// # Errors
/// [`Rejected`] says why; answer 401 then. (The hub takes any answer below 500 as received.)
pub fn verify(
    secret: &Secret,
    raw_body: &[u8],
    signature: Option<&str>,
) -> Result<Event, Rejected> {
    let signature = signature.ok_or(Rejected::Unsigned)?;
    if !bool::from(
        sign(secret, raw_body)
            .as_bytes()
            .ct_eq(signature.trim().as_bytes()),
    ) {
        return Err(Rejected::WrongSignature);
    }
    serde_json::from_slice(raw_body).map_err(|error| Rejected::Unreadable(error.to_string()))
}

/// An event that passed.
#[derive(Debug)]
pub enum Received {
    /// Seen for the first time.
    New(Event),
    /// Seen before: the hub did not hear our answer. Acknowledge and forget.
    Again(Event),
}

/// Verifies events and remembers the ids of the last ones, since the hub may send one twice.
#[derive(Debug)]
pub struct Receiver {
    secret: Secret,
    remembered: usize,
    seen: Mutex<(BTreeSet<String>, VecDeque<String>)>,
}

impl Receiver {
    /// A receiver for an app's secret that remembers the last 1000 events.
    pub fn new(secret: Secret) -> Receiver {
        Receiver {
            secret,
            remembered: 1000,
            seen: Mutex::default(),
        }
    }

    /// Takes a request in: its headers and its body as it came.
    ///
    /// # Errors
    /// As [`verify`].
    pub fn receive(
        &self,
        headers: &http::HeaderMap,
        raw_body: &[u8],
    ) -> Result<Received, Rejected> {
        let signature = headers
            .get(SIGNATURE_HEADER)
            .and_then(|value| value.to_str().ok());
        let event = verify(&self.secret, raw_body, signature)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (ids, order) = &mut *seen;
        if !ids.insert(event.head.id.clone()) {
            return Ok(Received::Again(event));
        }
        order.push_back(event.head.id.clone());
        if order.len() > self.remembered
            && let Some(oldest) = order.pop_front()
        {
            ids.remove(&oldest);
        }
        Ok(Received::New(event))
    }
}
