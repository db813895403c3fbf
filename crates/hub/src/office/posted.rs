//! What a form sends. Nothing is read from a form that does not carry the token of this browser.

use axum::extract::{FromRequest, Request};

use super::answer::Mishap;
use super::visit::Visit;
use crate::hub::Hub;
use crate::secret;

/// Bytes of a form at most.
const LONGEST: usize = 256 * 1024;

/// The fields of a form that came from one of our own pages.
#[derive(Clone, Debug, Default)]
pub struct Posted(Vec<(String, String)>);

impl FromRequest<Hub> for Posted {
    type Rejection = Mishap;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Mishap> {
        let visit = Visit::of(hub, request.headers(), request.uri().path());
        let body = axum::body::to_bytes(request.into_body(), LONGEST)
            .await
            .map_err(|_| Mishap::Expired)?;
        let posted = Self(
            form_urlencoded::parse(&body)
                // A null character can be stored nowhere, and nobody types one.
                .map(|(name, value)| (name.into_owned(), value.replace('\0', "")))
                .collect(),
        );
        if secret::same(posted.get("csrf"), &visit.csrf) {
            Ok(posted)
        } else {
            Err(Mishap::Expired)
        }
    }
}

impl Posted {
    /// A field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// A field without outer spaces; none when nothing is left.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}
