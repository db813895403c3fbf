//! The responses of the back office: pages, redirections, and errors that become pages.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::de::IgnoredAny;

use super::assets::CONTENT_SECURITY_POLICY;
use super::browser_request::BrowserRequest;
use super::error_page::{ErrorPage, ErrorPageKind};
use super::form::RawForm;
use super::form_deduplication::{self, FormsInProgress};
use super::place::Place;
use crate::db;
use crate::hub::Hub;

/// Why a page cannot be shown.
#[derive(Clone, Debug)]
pub enum PageError {
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
    /// What was asked for is at another address.
    Elsewhere(String),
    /// A form was sent to an address that does not say at which place it is to do something.
    NoPlace,
    /// The form was sent before, and what came of it is not known (any more).
    Spent,
    /// A field of the form has more than anybody writes: its name, or nothing for the whole form.
    TooLong(String),
    /// There is a page here, but this is not how to ask for it.
    Method,
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for PageError {
    fn from(error: db::Error) -> Self {
        match error {
            // The only condition of a form is that it comes once.
            db::Error::Condition => Self::Spent,
            error => Self::Database(error),
        }
    }
}

/// What a page's handler answers.
pub type PageResult = Result<Response, PageError>;

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotSignedIn(back) => {
                let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
                return Redirect::to(&format!("/login?back={back}")).into_response();
            }
            Self::NoAccount => return Redirect::to("/accounts/new").into_response(),
            Self::Suspended => return Redirect::to(super::suspended::PATH).into_response(),
            Self::Elsewhere(path) => return Redirect::to(path).into_response(),
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Expired => StatusCode::FORBIDDEN,
            Self::NoPlace | Self::Spent => StatusCode::CONFLICT,
            Self::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Database(db::Error::Unavailable(_) | db::Error::Damaged(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if let Self::Database(error) = &self {
            tracing::error!(%error, "page request failed, database error");
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A page, on its way to a browser.
pub(crate) fn page(browser: &BrowserRequest, template: &impl Template) -> Response {
    page_with(StatusCode::OK, browser, template)
}

/// A page with another status, such as a form that must be filled in again.
pub(crate) fn page_with(
    status: StatusCode,
    browser: &BrowserRequest,
    template: &impl Template,
) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "rendering page failed");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    let cookies = [browser.fresh_cookie(), browser.place_cookie()];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A file to keep: JSON if it is that, else plain text, as what receivers answer often is. Its name loses
/// what a file's name should not have.
pub(crate) fn attachment(name: &str, text: String) -> Response {
    let name: String = name
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
        .collect();
    let (kind, ending) = match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => ("application/json; charset=utf-8", "json"),
        Err(_) => ("text/plain; charset=utf-8", "txt"),
    };
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) =
        HeaderValue::try_from(format!("attachment; filename=\"{name}.{ending}\""))
    {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// To another page, after a form was taken in.
pub(crate) fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Characters of a path at most that is carried along.
pub(crate) const MAX_CARRIED_PATH_BYTES: usize = 8_000;

/// A path of this back office that somebody brought along, in a form, a query or a header; anything
/// else leads home. Every such path goes through here before it is a link, a redirection, or kept.
pub(crate) fn local(path: &str) -> &str {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && !path.chars().any(char::is_control)
        && path.len() <= MAX_CARRIED_PATH_BYTES;
    if is_local { path } else { "/" }
}

/// The section of a page: `/connections` of `/connections/c2/logs?method=GET`.
pub(crate) fn section(path: &str) -> &str {
    let end = path
        .char_indices()
        .skip(1)
        .find(|(_, letter)| matches!(letter, '/' | '?' | '#'));
    end.map_or(path, |(end, _)| &path[..end])
}

/// What answers every request of the back office.
#[derive(Clone, Debug)]
pub(crate) struct PageMiddleware {
    hub: Hub,
    in_flight: FormsInProgress,
}

impl PageMiddleware {
    pub(crate) fn new(hub: &Hub) -> Self {
        Self {
            hub: hub.clone(),
            in_flight: FormsInProgress::default(),
        }
    }
}

/// Reads what was sent, takes every form once, and gives every answer what all of them carry; a
/// error becomes a page.
pub(crate) async fn finish_response(
    State(desk): State<PageMiddleware>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let (form, body) = if parts.method == Method::POST {
        (Some(RawForm::read(&mut parts, body).await), Body::empty())
    } else {
        (None, body)
    };
    let browser = BrowserRequest::of(&desk.hub, &parts);
    parts.extensions.insert(browser.clone());
    let own = parts.uri.path().to_owned();
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let request = Request::from_parts(parts, body);
    let mut response = match form {
        Some(form) => {
            form_deduplication::respond(&desk.hub, &desk.in_flight, &browser, &form, request, next)
                .await
        }
        None => next.run(request).await,
    };
    let is_unknown = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    if is_unknown && response.extensions().get::<PageError>().is_none() {
        response = if reads {
            to(page_of(Place::split(&own).1))
        } else {
            let (head, _) = response.into_parts();
            let mut page = PageError::Method.into_response();
            if let Some(allowed) = head.headers.get(header::ALLOW) {
                page.headers_mut().insert(header::ALLOW, allowed.clone());
            }
            page
        };
    }
    if let (Some(place), _) = Place::split(&own) {
        stay_at_place(&mut response, &place);
    }
    if let Some(error) = response.extensions_mut().remove::<PageError>() {
        let page = page_with(response.status(), &browser, &error_page_of(&browser, error));
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = page;
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    with_headers(response)
}

/// The page of an address that only takes forms: its section's, or the first one.
fn page_of(path: &str) -> &str {
    let section = section(path);
    if section == path { "/" } else { section }
}

/// Keeps a redirection from a page at a place there, unless it names another place.
fn stay_at_place(response: &mut Response, place: &Place) {
    let location = response.headers().get(header::LOCATION);
    let target = location.and_then(|value| value.to_str().ok());
    let target = target.map(|path| HeaderValue::try_from(place.to(path)));
    if let Some(Ok(target)) = target {
        response.headers_mut().insert(header::LOCATION, target);
    }
}

fn error_page_of(browser: &BrowserRequest, error: PageError) -> ErrorPage {
    let kind = match error {
        PageError::Forbidden(right) => ErrorPageKind::Forbidden(right),
        PageError::Expired => ErrorPageKind::Expired,
        PageError::NoPlace => ErrorPageKind::NoPlace,
        PageError::Spent => ErrorPageKind::Spent,
        PageError::TooLong(field) => ErrorPageKind::TooLong(super::form::longest(&field)),
        PageError::Method => ErrorPageKind::Method,
        PageError::Database(db::Error::Unavailable(_) | db::Error::Damaged(_)) => {
            ErrorPageKind::Busy
        }
        PageError::Database(_) => ErrorPageKind::Broken,
        _ => ErrorPageKind::NotFound,
    };
    let again = match &kind {
        ErrorPageKind::NoPlace
        | ErrorPageKind::Busy
        | ErrorPageKind::Expired
        | ErrorPageKind::Spent
        | ErrorPageKind::TooLong(_) => Some(browser.path.as_str()),
        _ => None,
    };
    ErrorPage {
        again: again.map(str::to_owned),
        frame: browser.plain_frame(),
        kind,
        request: None,
    }
}

/// An answer with the headers that all of them have.
fn with_headers(mut response: Response) -> Response {
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
