//! Whether a thing is still as somebody has seen it: `ETag`, `If-None-Match`, `If-Match`.
//!
//! The tag of an answer is a digest of its very bytes, so it differs wherever the body does: after
//! a change, for a client with private refs of its own, after a pause that has ended by itself, and
//! with `?hide_data`. It is on every answer that is one object; lists have none.
//!
//! A slice has nothing to do for `GET`. What changes or removes a thing takes an [`IfMatch`] and,
//! once the thing is locked, calls [`IfMatch::check`] with the answer that `GET` would give now.
//! A change that forgets to is undone and refused when the header is there: see [`super::conditions`].

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::conditions::RequestConditions;
use super::problem::ApiError;
use super::response::ApiResult;
use crate::entropy::hex;
use crate::hub::Hub;

/// Bytes of the digest that a tag shows: enough that two states never share one.
const BYTES: usize = 16;

/// The tag of a body, quotes included.
pub(crate) fn tag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    format!("\"{}\"", hex(&digest[..BYTES]))
}

/// The tags that a header lists, or any at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntityTags {
    Any,
    These(Vec<String>),
}

impl EntityTags {
    /// What `name` says, in however many lines; none without the header.
    pub(super) fn read(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut tags = Vec::new();
        for line in headers.get_all(name) {
            // A tag that is no text is none of ours.
            let listed = line.to_str().unwrap_or_default().split(',');
            tags.extend(listed.map(|tag| tag.trim().to_owned()));
        }
        if tags.is_empty() {
            return None;
        }
        if tags.iter().any(|tag| tag == "*") {
            return Some(Self::Any);
        }
        Some(Self::These(tags))
    }

    /// The strong comparison: a weak tag is like nothing.
    fn match_strongly(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|it| it == tag),
        }
    }

    /// The weak comparison, for what is only read: a proxy that compresses makes tags weak.
    fn match_weakly(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags
                .iter()
                .any(|it| it.strip_prefix("W/").unwrap_or(it) == tag),
        }
    }
}

/// What a request says about the state that it wants to change.
pub(crate) struct IfMatch(Option<Arc<RequestConditions>>);

impl FromRequestParts<Hub> for IfMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

impl IfMatch {
    /// Refuses unless what `GET` would answer now, `shown`, is what the caller has seen. To be
    /// called inside the change, with the thing locked; without the header `shown` is not asked.
    pub(crate) fn check(&self, shown: impl FnOnce() -> ApiResult) -> Result<(), ApiError> {
        let Some((conditions, tags)) = self
            .0
            .as_ref()
            .and_then(|conditions| Some((conditions, conditions.if_match()?)))
        else {
            return Ok(());
        };
        conditions.precondition_checked();
        if tags.match_strongly(&shown()?.tag()) {
            Ok(())
        } else {
            Err(ApiError::PreconditionFailed)
        }
    }
}

/// Whether whoever reads has this already, by `If-None-Match`: for what is long to read. Any other
/// answer goes through [`not_modified_if_known`].
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    EntityTags::read(headers, &header::IF_NONE_MATCH).is_some_and(|known| known.match_weakly(tag))
}

/// `304` in place of an answer whose tag the caller has already.
pub(super) fn not_modified_if_known(known: Option<&EntityTags>, response: Response) -> Response {
    let tag = response.headers().get(header::ETAG);
    let is_known = known
        .zip(tag.and_then(|tag| tag.to_str().ok()))
        .is_some_and(|(known, tag)| known.match_weakly(tag));
    if !is_known {
        return response;
    }
    let (mut head, _) = response.into_parts();
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_LENGTH);
    (head, Body::empty()).into_response()
}

/// Puts the tag of a body on its answer.
pub(crate) fn set_etag(headers: &mut HeaderMap, tag: &str) {
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
}
