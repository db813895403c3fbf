//! JSON responses. Every success is `200` with a body (API, chapter Protocol, basics).

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use wire::id::OrderId;

use super::etag;
use super::problem::ApiError;
use crate::db::page::Page;
use crate::db::{self, json};

/// The result of a handler: a response, or an error that becomes one.
pub type ApiResult = Result<Reply, ApiError>;

/// The type of every answer but images.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Names the next page; absent on the last.
pub const CURSOR_NEXT: HeaderName = HeaderName::from_static("x-cursor-next");

/// A JSON document on its way out.
#[derive(Debug)]
pub struct Reply {
    body: Vec<u8>,
    cursor: Option<String>,
    about: Option<OrderId>,
}

/// A response whose body has no end yet: it is passed on as it comes, and the journal has nothing of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamedBody;

/// The order that a request was about, for the journal: a new order's id is not in its URL.
#[derive(Clone, Debug)]
pub(crate) struct JournalOrder(pub OrderId);

impl Reply {
    /// A document to be written as JSON.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, ApiError> {
        Ok(Self::raw(json::text(value)?))
    }

    /// A document that is JSON already.
    pub fn raw(document: String) -> Self {
        Self {
            body: document.into_bytes(),
            cursor: None,
            about: None,
        }
    }

    /// A list of documents that are JSON already, and where its next page begins.
    pub fn page(page: Page<String>) -> Self {
        Self {
            cursor: page.next.map(|next| next.token()),
            ..Self::list(&page.items)
        }
    }

    /// A whole list of documents that are JSON already.
    pub fn list(items: &[String]) -> Self {
        let length: usize = items.iter().map(|item| item.len() + 1).sum();
        let mut body = String::with_capacity(length + 1);
        body.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(item);
        }
        body.push(']');
        Self::raw(body)
    }

    /// A list of documents to be written as JSON, and where its next page begins.
    pub fn page_of<T: Serialize>(page: Page<T>) -> Result<Self, ApiError> {
        let items = page.items.iter().map(json::text);
        let items = items.collect::<db::Result<_>>()?;
        let next = page.next;
        Ok(Self::page(Page { items, next }))
    }

    /// `{}`: done, and nothing to tell.
    pub fn empty() -> Self {
        Self::raw("{}".to_owned())
    }

    /// Tells the journal which order this was about.
    pub fn about(self, order: OrderId) -> Self {
        Self {
            about: Some(order),
            ..self
        }
    }

    /// An answer that was given before.
    pub(super) fn from_saved(body: Vec<u8>, about: Option<OrderId>) -> Self {
        Self {
            body,
            cursor: None,
            about,
        }
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn order(&self) -> Option<&OrderId> {
        self.about.as_ref()
    }

    /// What changes whenever the body does, for `ETag` and `If-Match`.
    pub(super) fn tag(&self) -> String {
        etag::tag(&self.body)
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        // One object; a list has no tag, and `{}` is nothing that could be asked for again.
        let tag = (self.body.first() == Some(&b'{') && self.body.len() > 2).then(|| self.tag());
        let mut response = with_type(StatusCode::OK, self.body);
        if let Some(tag) = tag {
            etag::set_etag(response.headers_mut(), &tag);
        }
        if let Some(cursor) = self
            .cursor
            .and_then(|token| HeaderValue::try_from(token).ok())
        {
            response.headers_mut().insert(CURSOR_NEXT, cursor);
        }
        if let Some(order) = self.about {
            response.extensions_mut().insert(JournalOrder(order));
        }
        response
    }
}

/// A JSON answer with any status: for errors.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    with_type(status, serde_json::to_vec(value).unwrap_or_default())
}

fn with_type(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}
