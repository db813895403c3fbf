//! What the back office answers: pages, redirections, and mishaps that become pages.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::assets::CONTENT_SECURITY_POLICY;
use super::mishap::{Kind, MishapPage};
use super::visit::{Visit, way_back};
use crate::db;
use crate::hub::Hub;

/// Why a page cannot be shown.
#[derive(Clone, Debug)]
pub enum Mishap {
    /// Nobody is signed in: to the log-in page, and back.
    NotSignedIn(String),
    /// The user has no account yet: to the form that makes one.
    NoAccount,
    /// The account is suspended, and this would change it: to the page that says so.
    Suspended,
    /// The user lacks a permission, named in their language.
    Forbidden(Option<String>),
    /// No such thing that this user may see.
    NotFound,
    /// The form is too old, or not from here.
    Expired,
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for Mishap {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// What a page's handler answers.
pub type Shown = Result<Response, Mishap>;

impl IntoResponse for Mishap {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotSignedIn(back) => {
                let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
                return Redirect::to(&format!("/login?back={back}")).into_response();
            }
            Self::NoAccount => return Redirect::to("/accounts/new").into_response(),
            Self::Suspended => return Redirect::to(super::suspended::PATH).into_response(),
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Expired => StatusCode::FORBIDDEN,
            Self::Database(db::Error::Unavailable(_) | db::Error::Damaged(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if let Self::Database(error) = &self {
            tracing::error!(%error, "a page met a database error");
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A page, on its way to a browser.
pub(crate) fn page(visit: &Visit, template: &impl Template) -> Response {
    page_with(StatusCode::OK, visit, template)
}

/// A page with another status, such as a form that must be filled in again.
pub(crate) fn page_with(status: StatusCode, visit: &Visit, template: &impl Template) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    if let Some(cookie) = visit.fresh_cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A JSON file to keep; its name loses what a file's name should not have.
pub(crate) fn attachment(name: &str, text: String) -> Response {
    let name: String = name
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
        .collect();
    let mut response = text.into_response();
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    if let Ok(kept) = HeaderValue::try_from(format!("attachment; filename=\"{name}.json\"")) {
        headers.insert(header::CONTENT_DISPOSITION, kept);
    }
    response
}

/// To another page, after a form was taken in.
pub(crate) fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A path of this back office that a form brought along; anything else leads home.
pub(crate) fn local(path: &str) -> &str {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && !path.bytes().any(|byte| byte.is_ascii_control());
    if is_local { path } else { "/" }
}

/// What every answer of the back office carries, and the page that a mishap becomes.
pub(crate) async fn dress(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let visit = Visit::of(&hub, request.headers(), &path);
    let back = way_back(request.method(), request.headers(), &path);
    let mut response = next.run(request).await;
    if let Some(mishap) = response.extensions_mut().remove::<Mishap>() {
        let kind = match mishap {
            Mishap::Forbidden(right) => Kind::Forbidden(right),
            Mishap::Expired => Kind::Expired,
            Mishap::Database(db::Error::Unavailable(_) | db::Error::Damaged(_)) => Kind::Busy,
            Mishap::Database(_) => Kind::Broken,
            _ => Kind::NotFound,
        };
        let again = matches!(kind, Kind::Busy | Kind::Expired).then_some(back);
        let page = MishapPage {
            frame: visit.plain_frame(),
            kind,
            request: None,
            again,
        };
        response = page_with(response.status(), &visit, &page);
    }
    let is_away = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_away {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
