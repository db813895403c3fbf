//! Who is in front of the screen: their language, and the token that guards their forms.
//!
//! One middleware does it for a whole app: it reads the cookies, sets them when needed, adds the
//! security headers, and turns a [`PageError`] into a page in the visitor's language.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use client::Secret;

use super::AppError;
use super::cookies::{cookie, query_value, set_cookie};
use super::language::Language;
use super::layout::{Branding, error_page};
use super::page_error::PageError;

/// How long a browser keeps the language.
const LANGUAGE_COOKIE_SECS: u32 = 86_400 * 365;

/// How long a browser keeps the form token.
const FORM_COOKIE_SECS: u32 = 86_400 * 30;

/// Characters of a form token.
const FORM_TOKEN_CHARS: usize = 32;

/// The visitor of a request.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub language: Language,
    /// Every form must bring it back.
    pub form_token: Secret,
    /// The path and query of the request without `lang` and `note`, for links back to this page.
    pub path: String,
    /// The id of the flash message to show, from `?note=`.
    pub flash_id: Option<String>,
}

/// The path may hold a code of the OAuth server.
impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor").finish_non_exhaustive()
    }
}

/// Gives every request its [`Visitor`], and every response its cookies and security headers.
pub(crate) async fn session_middleware(
    State(branding): State<Arc<Branding>>,
    mut request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query();
    let language_cookie = format!("{}_lang", branding.cookie_prefix);
    let form_cookie = format!("{}_form", branding.cookie_prefix);
    let chosen = query_value(query, "lang").and_then(|code| Language::from_code(&code));
    let saved =
        cookie(request.headers(), &language_cookie).and_then(|code| Language::from_code(&code));
    let known_token = cookie(request.headers(), &form_cookie)
        .filter(|token| token.len() == FORM_TOKEN_CHARS)
        .map(Secret::from);
    let is_new = known_token.is_none();
    let form_token = match known_token.map_or_else(Secret::random, Ok) {
        Ok(token) => token,
        Err(error) => return PageError::from(AppError::from(error)).into_response(),
    };
    let visitor = Visitor {
        language: chosen.or(saved).unwrap_or_default(),
        form_token: form_token.clone(),
        path: path_without_own_query(request.uri().path(), query),
        flash_id: query_value(query, "note"),
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<PageError>() {
        response = error_page(&branding, &visitor, response.status(), &error);
    }
    let headers = response.headers_mut();
    if is_new {
        let token = form_token.expose();
        set_cookie(&branding, headers, &form_cookie, token, FORM_COOKIE_SECS);
    }
    if let Some(language) = chosen {
        let code = language.code();
        set_cookie(
            &branding,
            headers,
            &language_cookie,
            code,
            LANGUAGE_COOKIE_SECS,
        );
    }
    add_security_headers(headers);
    response
}

fn add_security_headers(headers: &mut HeaderMap) {
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

/// The path and query of a request without what the layout itself adds to a query.
fn path_without_own_query(path: &str, query: Option<&str>) -> String {
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
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, PageError> {
        let visitor = parts.extensions.get::<Visitor>().cloned();
        visitor.ok_or_else(|| PageError::Internal("the session middleware is missing".into()))
    }
}
