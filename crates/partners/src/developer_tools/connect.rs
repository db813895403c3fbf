//! Connecting a location, and disconnecting it (API, chapter OAuth 2.0).

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::order::Currency;
use client::{AuthorizeRequest, Secret, TokenResponse};
use serde_json::Value;

use super::state::Installation;
use super::{SCOPE, Tools, callbacks};
use crate::kit::AppError;
use crate::kit::cookies::{cookie, path_segment, query_value, set_cookie};
use crate::kit::error_text::is_revoked;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::location::LocationSummary;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Keeps the `state` of the authorise request in the browser that began it.
const STATE_COOKIE: &str = "devtools_state";

/// How long a merchant may take on the authorise page.
const STATE_COOKIE_SECS: u32 = 3_600;

/// `GET /connect`: sends the browser to the hub's authorise page.
///
/// A merchant who comes from the back office (**Connecter** or **Reconnecter**) has a code already, which
/// is exchanged at once. Such a code has no `state` of this app: whoever brings one connects a place of
/// their own, which takes nothing from the others here.
pub(crate) async fn start(
    State(tools): State<Arc<Tools>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    if let Some(code) = query_value(query.as_deref(), "code") {
        return exchange(&tools, visitor.language, &code).await;
    }
    if query_value(query.as_deref(), "error").is_some() {
        return Ok(access_denied(&tools, visitor.language));
    }
    let state = Secret::random().map_err(AppError::from)?;
    let request = AuthorizeRequest::new(SCOPE, tools.app.settings.own_url("/oauth/callback"))
        .with_state(state.expose());
    let authorize_url = tools.app.client.authorize_url(&request);
    let mut response = Redirect::to(&authorize_url).into_response();
    set_cookie(
        &tools.app.branding,
        response.headers_mut(),
        STATE_COOKIE,
        state.expose(),
        STATE_COOKIE_SECS,
    );
    Ok(response)
}

/// `GET /oauth/callback`: the browser comes back from the hub with a code, or with an error.
///
/// The `state` must be the one that this browser was given. Otherwise somebody could make a merchant's
/// browser bring a code of somebody else's location.
pub(crate) async fn finish(
    State(tools): State<Arc<Tools>>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let query = query.as_deref();
    let expected = cookie(&headers, STATE_COOKIE).unwrap_or_default();
    let returned = query_value(query, "state").unwrap_or_default();
    if expected.is_empty() || Secret::from(expected) != Secret::from(returned) {
        let text = language.t(
            "Cette demande de connexion ne vient pas d'ici, ou elle est trop ancienne. Recommencez depuis l'accueil.",
            "This connection request did not start here, or is too old. Start again from the home page.",
        );
        return Err(PageError::Message(StatusCode::BAD_REQUEST, text.into()));
    }
    match query_value(query, "code") {
        Some(code) => exchange(&tools, language, &code).await,
        None => Ok(access_denied(&tools, language)),
    }
}

fn access_denied(tools: &Tools, language: Language) -> Response {
    let text = language.t(
        "Vous avez refusé l'accès : rien n'a été connecté.",
        "You denied access: nothing was connected.",
    );
    tools.app.redirect_with_error("/", text)
}

/// Exchanges a code for a token, registers the callback, and shows the new connection.
async fn exchange(tools: &Tools, language: Language, code: &str) -> Result<Response, PageError> {
    let token = match tools.app.client.exchange(code).await {
        Ok(token) => token,
        Err(error) => {
            let text = exchange_error_text(tools, language, &error);
            return Ok(tools.app.redirect_with_error("/", text));
        }
    };
    let id = installation_id(&token);
    let new = read_installation(tools, language, token).await;
    let key = id.clone();
    tools
        .app
        .state
        .change(move |state| {
            let old = state.installations.remove(&key);
            state.installations.insert(key, with_history(new, old));
        })
        .await?;
    let page = format!("/i/{}", path_segment(&id));
    let text = language.t("Connexion établie.", "Connected.");
    let mut response = tools.app.redirect_with_success(&page, text);
    let headers = response.headers_mut();
    set_cookie(&tools.app.branding, headers, STATE_COOKIE, "", 0);
    Ok(response)
}

fn exchange_error_text(tools: &Tools, language: Language, error: &client::Error) -> String {
    if error.status() == Some(400) {
        let text = language.t(
            "Le code reçu a expiré ou a déjà servi. Recommencez la connexion.",
            "The code has expired or was used already. Connect again.",
        );
        text.into()
    } else {
        tools.app.error_text(language, error)
    }
}

/// What the connection is kept under: its `app_instance_id`, which stays the same when the merchant
/// connects again.
fn installation_id(token: &TokenResponse) -> String {
    let ids = [
        &token.app_instance_id,
        &token.location_id,
        &token.account_id,
    ];
    let mut ids = ids.into_iter().flatten();
    ids.next().map_or_else(|| "connection".into(), Clone::clone)
}

/// Reads what the pages need to know of the location, and registers the callback. If either fails, the
/// connection is there all the same.
async fn read_installation(
    tools: &Tools,
    language: Language,
    token: TokenResponse,
) -> Installation {
    let connection = tools.app.hub.connection(token.access_token.clone());
    let location = connection.location::<LocationSummary>().await.ok();
    let callback = callbacks::register(tools, &connection).await;
    let currency = location.as_ref().map(|location| location.account.currency);
    let timezone = location.map(|location| location.timezone.name);
    let timezone = timezone.unwrap_or_else(|| "UTC".into());
    Installation {
        token,
        connected_at: tools.local_time(&timezone),
        timezone,
        currency: currency.unwrap_or(Currency::EUR),
        callback_error: callback
            .err()
            .map(|error| tools.app.error_text(language, &error)),
        orders: Vec::new(),
        orders_by_nonce: Default::default(),
        unconfirmed_nonces: Vec::new(),
        events: Default::default(),
    }
}

/// A new connection of the same location keeps what was seen there.
fn with_history(mut new: Installation, old: Option<Installation>) -> Installation {
    if let Some(old) = old
        && old.token.location_id == new.token.location_id
    {
        new.orders = old.orders;
        new.orders_by_nonce = old.orders_by_nonce;
        new.events = old.events;
    }
    new
}

/// `POST /i/{id}/disconnect`: revokes the token and forgets the connection.
pub(crate) async fn disconnect(
    State(tools): State<Arc<Tools>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let installation = tools.installation(&id).await?;
    let language = form.visitor.language;
    let token = &installation.token.access_token;
    if let Err(error) = tools.app.client.revoke(token).await {
        let page = format!("/i/{}", path_segment(&id));
        let text = tools.app.error_text(language, &error);
        return Ok(tools.app.redirect_with_error(&page, text));
    }
    tools
        .app
        .state
        .change(|state| state.installations.remove(&id))
        .await?;
    let text = language.t("Connexion supprimée.", "Disconnected.");
    Ok(tools.app.redirect_with_success("/", text))
}

/// `GET /open?app_instance_id=…`: from the back office to the pages of a connection.
pub(crate) async fn open(
    State(tools): State<Arc<Tools>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let id = query_value(query.as_deref(), "app_instance_id").unwrap_or_default();
    if tools.installation(&id).await.is_ok() {
        return Redirect::to(&format!("/i/{}", path_segment(&id))).into_response();
    }
    let text = visitor.language.t(
        "Cette connexion n'est pas connue ici : connectez le point de vente.",
        "This connection is not known here: connect the location.",
    );
    tools.app.redirect_with_error("/", text)
}

/// `GET /disconnect?app_instance_id=…`: the hub says that a connection ended.
///
/// The id is no secret, so anybody could say so: the hub is asked first, and the connection is
/// forgotten only when its token no longer works.
pub(crate) async fn check_disconnection(
    State(tools): State<Arc<Tools>>,
    RawQuery(query): RawQuery,
) -> Result<&'static str, PageError> {
    let id = query_value(query.as_deref(), "app_instance_id").unwrap_or_default();
    let installation = tools.installation(&id).await?;
    let answer = tools.connection(&installation).location::<Value>().await;
    if answer.is_err_and(|error| is_revoked(&error)) {
        tools
            .app
            .state
            .change(|state| state.installations.remove(&id))
            .await?;
    }
    Ok("ok")
}
