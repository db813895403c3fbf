//! Who is in front of the screen: their language, and the token that guards their forms.
//!
//! One middleware does it for a whole app: it reads the cookies, sets them when needed, adds the
//! security headers, and turns a [`Problem`] into a page in the visitor's language.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame::{self, Look};
use super::words::Lang;
use super::{Failure, chance};

/// The visitor of a request.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub lang: Lang,
    /// Must come back in every form.
    pub form_token: String,
    /// Path and query without `lang` and `note`, for links back to this page.
    pub here: String,
    /// The note asked for with `?note=`.
    pub note: Option<String>,
}

/// It holds what proves a form.
impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor").finish_non_exhaustive()
    }
}

/// What went wrong in a handler; the middleware makes the page.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// There is no such page, order or connection.
    NotFound,
    /// The form was not ours, or older than the cookie.
    StaleForm,
    /// Our fault; the reason is for the log.
    Broken(String),
    /// Something to tell, with a status.
    Told(StatusCode, String),
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match &self {
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::StaleForm => StatusCode::FORBIDDEN,
            Problem::Broken(reason) => {
                tracing::error!(error = %reason, "page failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Problem::Told(status, _) => *status,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        Problem::Broken(failure.to_string())
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Problem {
        Problem::Broken(error.to_string())
    }
}

/// A handler that nothing else matched.
pub(crate) async fn nowhere() -> Problem {
    Problem::NotFound
}

/// The middleware.
pub(crate) async fn meet(
    State(look): State<Arc<Look>>,
    mut request: Request,
    next: Next,
) -> Response {
    let chosen = query(request.uri().query(), "lang").and_then(|code| Lang::of(&code));
    let names = (
        format!("{}_lang", look.cookie),
        format!("{}_form", look.cookie),
    );
    let kept = cookie(request.headers(), &names.0).and_then(|code| Lang::of(&code));
    let known = cookie(request.headers(), &names.1).filter(|token| token.len() == 32);
    let form_token = match known.clone() {
        Some(token) => token,
        None => match chance::token() {
            Ok(token) => token,
            Err(failure) => return Problem::from(failure).into_response(),
        },
    };
    let visitor = Visitor {
        lang: chosen.or(kept).unwrap_or_default(),
        form_token: form_token.clone(),
        here: here(request.uri().path(), request.uri().query()),
        note: query(request.uri().query(), "note"),
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = frame::problem(&look, &visitor, response.status(), &problem);
    }
    if known.is_none() {
        set_cookie(
            &look,
            response.headers_mut(),
            &names.1,
            &form_token,
            86_400 * 30,
        );
    }
    if let Some(lang) = chosen {
        set_cookie(
            &look,
            response.headers_mut(),
            &names.0,
            lang.code(),
            86_400 * 365,
        );
    }
    secure(response.headers_mut());
    response
}

/// Adds a cookie that scripts cannot read and other sites cannot make a browser post.
pub(crate) fn set_cookie(look: &Look, headers: &mut HeaderMap, name: &str, value: &str, age: u32) {
    let secure = if look.https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, value);
    }
}

fn secure(headers: &mut HeaderMap) {
    let rules = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
             img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in rules {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.into())
}

/// One value of a query string.
pub(crate) fn query(query: Option<&str>, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

fn here(path: &str, query: Option<&str>) -> String {
    let mut rest = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name != "lang" && name != "note" {
            rest.append_pair(&name, &value);
        }
    }
    let rest = rest.finish();
    if rest.is_empty() {
        path.into()
    } else {
        format!("{path}?{rest}")
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Problem> {
        let visitor = parts.extensions.get::<Visitor>().cloned();
        visitor.ok_or_else(|| Problem::Broken("the visitor middleware is missing".into()))
    }
}

/// A form that came from one of our own pages. Taking a form in any other way is a mistake.
#[derive(Debug)]
pub(crate) struct Posted {
    pub visitor: Visitor,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// A field, trimmed and at most 2000 characters; empty when missing.
    pub(crate) fn get(&self, name: &str) -> String {
        let value = self.fields.iter().find(|(known, _)| known == name);
        value
            .map(|(_, value)| value.trim().chars().take(2000).collect())
            .unwrap_or_default()
    }

    /// Whether a box was ticked, or a button with this name pressed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Posted, Problem> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let body = axum::body::to_bytes(body, 256 * 1024).await;
        let body = body.map_err(|_| {
            Problem::Told(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The form is too large.".into(),
            )
        })?;
        let fields = url::form_urlencoded::parse(&body).into_owned().collect();
        let posted = Posted { visitor, fields };
        if chance::same(&posted.get("form_token"), &posted.visitor.form_token) {
            Ok(posted)
        } else {
            Err(Problem::StaleForm)
        }
    }
}
