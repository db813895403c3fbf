//! `?count=` and `?cursor=` (API, chapter Protocol, pagination): a count is clamped to 1..100, one
//! that is no number is ignored, a cursor of somebody else's making is an error.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use wire::input::FromJson as _;
use wire::problem::{Path, Problems};

use super::problem::ApiError;
use crate::db::page::{Cursor, MAX_PAGE_ROWS, PageRequest};
use crate::hub::Hub;

impl FromRequestParts<Hub> for PageRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, ApiError> {
        let query = Query::of(parts);
        let count = query
            .get("count")
            .and_then(|text| text.trim().parse::<i64>().ok())
            .map_or(MAX_PAGE_ROWS, |count| {
                u32::try_from(count.clamp(1, i64::from(MAX_PAGE_ROWS))).unwrap_or(MAX_PAGE_ROWS)
            });
        let after = match query.non_empty("cursor") {
            None => Cursor::start(),
            Some(token) => {
                Cursor::parse(token).ok_or_else(|| ApiError::field("cursor", "is not valid"))?
            }
        };
        Ok(Self { count, after })
    }
}

/// The query of a URL, decoded. The first of several values of one name counts.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// The query of a request.
    pub fn of(parts: &Parts) -> Self {
        Self::parse(parts.uri.query().unwrap_or_default())
    }

    /// A query as text, without its question mark.
    pub fn parse(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The value of a name, if it was sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a name, if it was sent and is not empty.
    pub fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The value of a name, if it was sent, as a text to search for; one that is too long is named
    /// among the problems.
    pub fn text(&self, name: &str, problems: &mut Problems) -> Option<String> {
        let read = String::from_text(self.get(name)?);
        read.map_err(|refusal| problems.add(&Path::ROOT.key(name), refusal))
            .ok()
    }
}

impl FromRequestParts<Hub> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}
