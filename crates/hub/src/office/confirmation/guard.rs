//! Stops what needs a confirmation before its handler runs.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::proof::{TypedProof, prove};
use super::{CODE, CONFIRMATION_LIFETIME, ConfirmIdentityPage, PASSWORD, PATH, needs_confirmation};
use crate::db;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::form::RawForm;
use crate::office::response::{PageError, page_with, to};
use crate::office::session::store as sessions;
use crate::office::translations::Language;
use crate::secret;
use crate::users::second_factor;
use crate::users::store::User;

/// Fields that every form has, and which the page that asks has itself.
const OWN_FIELDS: [&str; 5] = ["csrf", "number", "page", PASSWORD, CODE];

/// Who is signed in, and how they can show it.
pub(super) struct SessionIdentity {
    pub user: User,
    /// The hash of the session's token.
    pub session: String,
    pub has_second_factor: bool,
    /// Whether they have just shown it.
    pub is_fresh: bool,
}

/// Finds out who is signed in, if anybody is.
pub(super) async fn find_identity(
    hub: &Hub,
    browser: &BrowserRequest,
) -> db::Result<Option<SessionIdentity>> {
    let Some(session) = browser.session.as_deref().map(secret::hash) else {
        return Ok(None);
    };
    let longest = browser.longest;
    hub.read("office.identity", move |tx| {
        let Some((user, _)) = sessions::user(tx, &session, longest)? else {
            return Ok(None);
        };
        Ok(Some(SessionIdentity {
            is_fresh: sessions::is_confirmed(tx, &session, CONFIRMATION_LIFETIME)?,
            has_second_factor: second_factor::is_enabled(tx, &user.id)?,
            session: session.clone(),
            user,
        }))
    })
    .await
}

/// Asks in the place of a page or form that needs a confirmation, and lets all others pass. It runs inside of
/// [`form_deduplication`](crate::office::form_deduplication): a form that is sent twice is asked for once.
pub(crate) async fn guard(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match find_question(&hub, &parts).await {
        Ok(None) => next.run(Request::from_parts(parts, body)).await,
        Ok(Some(question)) => question,
        Err(error) => error.into_response(),
    }
}

/// The question that must be answered before a request is. Whoever is not signed in, or sends what is not a form of
/// theirs, is left to the handler, which refuses them.
async fn find_question(hub: &Hub, parts: &Parts) -> Result<Option<Response>, PageError> {
    let extensions = &parts.extensions;
    let Some(route) = extensions.get::<MatchedPath>() else {
        return Ok(None);
    };
    let route = without_place(route.as_str());
    let form = extensions.get::<Arc<RawForm>>().map(Arc::as_ref);
    if !needs_confirmation(&parts.method, route) || is_refusal(route, form) {
        return Ok(None);
    }
    let Some(mut browser) = extensions.get::<BrowserRequest>().cloned() else {
        return Ok(None);
    };
    let found = find_identity(hub, &browser).await?;
    let Some(identity) = found.filter(|identity| !identity.is_fresh) else {
        return Ok(None);
    };
    browser.language = Language::of_tag(&identity.user.locale).unwrap_or(browser.language);
    if parts.method != Method::POST {
        let back: String = form_urlencoded::byte_serialize(browser.path.as_bytes()).collect();
        return Ok(Some(to(&format!("{PATH}?back={back}"))));
    }
    let Some(form) = form.filter(|form| form.is_from(&browser) && form.is_whole()) else {
        return Ok(None);
    };
    answer_form(hub, &browser, &identity, parts.uri.path(), form).await
}

/// The path of a route, without the place that it may begin with.
fn without_place(route: &str) -> &str {
    let route = route.strip_prefix("/accounts/{account}").unwrap_or(route);
    route.strip_prefix("/locations/{location}").unwrap_or(route)
}

/// Whether a form says no, which nobody needs to confirm.
fn is_refusal(route: &str, form: Option<&RawForm>) -> bool {
    route == "/oauth2/v1/authorize" && form.and_then(|form| form.find("step")) == Some("deny")
}

async fn answer_form(
    hub: &Hub,
    browser: &BrowserRequest,
    identity: &SessionIdentity,
    action: &str,
    form: &RawForm,
) -> Result<Option<Response>, PageError> {
    // The form itself has no such fields: it comes from the page that asks.
    let error = match (form.find(PASSWORD), form.find(CODE)) {
        (None, None) => None,
        (password, code) => {
            let typed = TypedProof {
                password: password.unwrap_or_default(),
                code: code.unwrap_or_default(),
            };
            match prove(hub, browser, identity, typed).await? {
                None => return Ok(None),
                wrong => wrong,
            }
        }
    };
    let mut frame = browser.plain_frame();
    frame.user = Some(identity.user.name.clone());
    // It stays the form that it is: see `form_deduplication`.
    if let Some(number) = form.find("number") {
        frame.number = number.to_owned();
    }
    let fields = form.fields().iter();
    let hidden = fields.filter(|(name, _)| !OWN_FIELDS.contains(&name.as_str()));
    let asked = ConfirmIdentityPage {
        action: action.to_owned(),
        hidden: hidden.cloned().collect(),
        has_form: true,
        takes_code: identity.has_second_factor,
        cancel: browser.path.clone(),
        error: error.map(str::to_owned),
        frame,
    };
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::FORBIDDEN,
    };
    Ok(Some(page_with(status, browser, &asked)))
}
