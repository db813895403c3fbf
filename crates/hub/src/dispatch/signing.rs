//! How callbacks are signed: as the API has it, and as Standard Webhooks has it for clients that wish so.
//!
//! While a client's secret is replaced, both secrets are valid. The header of the API has room for one
//! signature: it is that of the secret before, which every app still has; the new one's is in a header of
//! its own. Standard Webhooks has room for both.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use wire::id::EventId;

use super::store::Destination;
use crate::oauth::clients;
use crate::secret::{self, KeyError, MasterKey};

/// The lower-case hexadecimal HMAC-SHA256 of the body, keyed with the client's secret.
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("x-hubrise-hmac-sha256");

/// The same with the new secret, while the one before is valid.
const NEXT_SIGNATURE: HeaderName = HeaderName::from_static("x-hubrise-hmac-sha256-next");

const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What signs the callbacks of a client.
#[derive(Clone)]
pub(super) struct SigningKeys {
    secret: Arc<str>,
    /// The secret before it, while that is valid.
    previous: Option<Arc<str>>,
    has_standard_webhooks: bool,
}

impl SigningKeys {
    /// Opens the secrets of a destination; none when its client has gone.
    pub(super) fn open(
        key: &MasterKey,
        destination: &Destination,
        now: Timestamp,
    ) -> Result<Option<Self>, KeyError> {
        let open = |sealed: &[u8]| {
            clients::open_secret(key, &destination.client, sealed).map(Arc::<str>::from)
        };
        let Some(sealed) = destination.sealed.as_deref() else {
            return Ok(None);
        };
        let previous = destination.previous_sealed.as_deref();
        let previous = previous.filter(|_| destination.previous_until.is_some_and(|it| now < it));
        Ok(Some(Self {
            secret: open(sealed)?,
            previous: previous.map(open).transpose()?,
            has_standard_webhooks: destination.has_standard_webhooks,
        }))
    }

    /// The headers that sign a body which is sent at `now`; none when one cannot be written.
    pub(super) fn headers(
        &self,
        event: &EventId,
        now: Timestamp,
        body: &[u8],
    ) -> Option<Vec<(HeaderName, HeaderValue)>> {
        let current = secret::signature(&self.secret, body);
        let mut headers = match &self.previous {
            None => vec![(SIGNATURE, current)],
            Some(previous) => vec![
                (SIGNATURE, secret::signature(previous, body)),
                (NEXT_SIGNATURE, current),
            ],
        };
        if self.has_standard_webhooks {
            let seconds = now.as_second();
            let secrets = std::iter::once(&self.secret).chain(&self.previous);
            let signatures: Vec<String> = secrets
                .map(|it| secret::webhook_signature(it, event.as_str(), seconds, body))
                .collect();
            headers.push((WEBHOOK_ID, event.to_string()));
            headers.push((WEBHOOK_TIMESTAMP, seconds.to_string()));
            headers.push((WEBHOOK_SIGNATURE, signatures.join(" ")));
        }
        let headers = headers.into_iter();
        headers
            .map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?)))
            .collect()
    }
}
