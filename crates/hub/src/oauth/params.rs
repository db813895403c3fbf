//! What a client sends to `/token` and `/revoke`, in every form that real clients use: JSON, form,
//! form in parts (`multipart/form-data`, as PHP makes it of an array), query string with an empty
//! body, credentials in the body or as HTTP Basic. A byte order mark in front of any of it means
//! nothing.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use multer::Multipart;
use percent_encoding::percent_decode_str;
use wire::input::without_mark;

use super::error::OAuthError;
use crate::http::{content_encoding, idempotency};
use crate::hub::Hub;

/// Bytes of a body at most: a code and two credentials.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The parameters, wherever they stood. The body counts more than the query.
#[derive(Default)]
pub(crate) struct Params {
    values: BTreeMap<String, String>,
    basic: Option<(String, String)>,
    /// None: there is one, and it is bad.
    request_key: Option<Option<String>>,
}

impl FromRequest<Hub> for Params {
    type Rejection = OAuthError;

    async fn from_request(request: Request, _: &Hub) -> Result<Self, OAuthError> {
        let (parts, body) = request.into_parts();
        let mut params = Self {
            basic: basic(&parts.headers),
            request_key: idempotency::key(&parts.headers).ok(),
            ..Self::default()
        };
        params.take_form(parts.uri.query().unwrap_or_default().as_bytes());
        let body = axum::body::to_bytes(body, MAX_BODY_BYTES)
            .await
            .map_err(|_| OAuthError::Unreadable)?;
        let encoding = content_encoding::of_body(&body, &parts.headers)
            .map_err(|_| OAuthError::UnknownEncoding)?;
        let body = content_encoding::decode(body, encoding, MAX_BODY_BYTES)
            .map_err(|_| OAuthError::Unreadable)?;
        let body = body.slice_ref(without_mark(&body));
        // The type is not always told, and not always rightly.
        if body.trim_ascii_start().starts_with(b"{") {
            params.take_json(&body)?;
        } else if let Some(boundary) = boundary(&parts.headers, &body) {
            params.take_parts(body, boundary).await?;
        } else {
            params.take_form(&body);
        }
        Ok(params)
    }
}

impl Params {
    /// A parameter; one that is empty was not sent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Client id and secret: HTTP Basic counts more than the body.
    pub(crate) fn credentials(&self) -> Option<(&str, &str)> {
        match &self.basic {
            Some((id, secret)) => Some((id, secret)),
            None => Some((self.get("client_id")?, self.get("client_secret")?)),
        }
    }

    /// The `Idempotency-Key`, if there is one.
    pub(crate) fn request_key(&self) -> Result<Option<String>, OAuthError> {
        self.request_key.clone().ok_or(OAuthError::BadKey)
    }

    /// How an id or a secret may be read: as it came; and, in HTTP Basic, as a value of a form, which
    /// is how RFC 6749 (2.3.1) has it, or without percent-encoding but with its plus signs, which is
    /// how many understand that.
    pub(crate) fn candidates(&self, half: &str) -> Vec<String> {
        let mut candidates = vec![half.to_owned()];
        if self.basic.is_some() {
            let spaced = half.replace('+', " ");
            for form in [spaced.as_str(), half] {
                let decoded = percent_decode_str(form).decode_utf8_lossy().into_owned();
                if !candidates.contains(&decoded) {
                    candidates.push(decoded);
                }
            }
        }
        candidates
    }

    fn take_form(&mut self, text: &[u8]) {
        self.values
            .extend(form_urlencoded::parse(text).into_owned());
    }

    async fn take_parts(&mut self, body: Bytes, boundary: String) -> Result<(), OAuthError> {
        let whole = futures_util::stream::once(async move { Ok::<_, Infallible>(body) });
        let mut parts = Multipart::new(whole, boundary);
        while let Some(part) = parts
            .next_field()
            .await
            .map_err(|_| OAuthError::Unreadable)?
        {
            let Some(name) = part.name().map(str::to_owned) else {
                continue;
            };
            let value = part.bytes().await.map_err(|_| OAuthError::Unreadable)?;
            let value = String::from_utf8_lossy(without_mark(&value)).into_owned();
            self.values.insert(name, value);
        }
        Ok(())
    }

    fn take_json(&mut self, body: &[u8]) -> Result<(), OAuthError> {
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(body).map_err(|_| OAuthError::Unreadable)?;
        for (name, value) in object {
            let value = match value {
                serde_json::Value::String(value) => value,
                serde_json::Value::Number(digits) if digits.is_i64() || digits.is_u64() => {
                    digits.to_string()
                }
                _ => continue,
            };
            self.values.insert(name, value);
        }
        Ok(())
    }
}

/// What stands between the parts of a body that is said to have parts, and has them.
fn boundary(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(kind).ok()?;
    let rest = body.trim_ascii_start().strip_prefix(b"--")?;
    rest.starts_with(boundary.as_bytes()).then_some(boundary)
}

/// The two halves of HTTP Basic, as they came.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
