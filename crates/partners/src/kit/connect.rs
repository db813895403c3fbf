//! Connecting a location, and disconnecting it (API, chapter OAuth 2.0).
//!
//! Three ways lead to a connection: the browser goes to the hub and comes back with a code (in this tab or
//! a new one), the hub's list of apps sends a merchant here with a code, or somebody copies a code by hand
//! (out of band). A connection ends here, or at the hub: then a call is answered 401, or the hub calls
//! `/disconnect`, and the pages say so.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use client::order::Currency;
use client::{AuthorizeRequest, Secret, TokenResponse};

use super::AppError;
use super::app::AppShell;
use super::connected_app::ConnectedApp;
use super::connections::{self, StoredConnection, connection_id};
use super::cookies::{cookie, query_value, set_cookie};
use super::form::Form;
use super::intake::{self, IntakeError};
use super::language::Language;
use super::location::LocationSummary;
use super::page_error::PageError;
use super::store::StoreError;
use super::visitor::Visitor;

/// How long a merchant may take on the authorise page.
const STATE_COOKIE_SECS: u32 = 3_600;

/// The path to which the hub sends the browser back.
pub(crate) const REDIRECT_PATH: &str = "/oauth/callback";

/// The path at which the hub says that a connection has ended. It is checked with the hub, so it needs no
/// password.
pub(crate) const DISCONNECT_PATH: &str = "/disconnect";

/// The routes of connecting.
pub(crate) fn routes<A: ConnectedApp>() -> Router<Arc<A>> {
    Router::new()
        .route("/connect", get(start::<A>))
        .route(REDIRECT_PATH, get(finish::<A>))
        .route("/connect/code", post(enter_code::<A>))
        .route(DISCONNECT_PATH, get(check_disconnection::<A>))
        .route("/connections/{id}/disconnect", post(disconnect::<A>))
}

/// The name of the cookie that keeps the `state` of the authorise request in the browser that began it.
fn state_cookie(shell: &AppShell) -> String {
    format!("{}_state", shell.branding.cookie_prefix)
}

/// `GET /connect`: sends the browser to the hub's authorise page.
///
/// A merchant who comes from the back office (**Connecter** or **Reconnecter**) has a code already, which
/// is exchanged at once. Such a code has no `state` of this app: whoever brings one connects a place of
/// their own, which takes nothing from the others here.
async fn start<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let shell = app.shell();
    if let Some(code) = query_value(query.as_deref(), "code") {
        return exchange(&app, visitor.language, &code).await;
    }
    if query_value(query.as_deref(), "error").is_some() {
        return Ok(access_denied(shell, visitor.language));
    }
    let state = Secret::random().map_err(AppError::from)?;
    let request = AuthorizeRequest::new(app.scope(), shell.settings.own_url(REDIRECT_PATH))
        .with_state(state.expose());
    let mut response = Redirect::to(&shell.client.authorize_url(&request)).into_response();
    set_cookie(
        &shell.branding,
        response.headers_mut(),
        &state_cookie(shell),
        state.expose(),
        STATE_COOKIE_SECS,
    );
    Ok(response)
}

/// `GET /oauth/callback`: the browser comes back from the hub with a code, or with an error.
///
/// The `state` must be the one that this browser was given. Otherwise somebody could make a merchant's
/// browser bring a code of somebody else's location.
async fn finish<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let (shell, language) = (app.shell(), visitor.language);
    let query = query.as_deref();
    let expected = cookie(&headers, &state_cookie(shell)).unwrap_or_default();
    let returned = query_value(query, "state").unwrap_or_default();
    if expected.is_empty() || Secret::from(expected) != Secret::from(returned) {
        let text = language.t(
            "Cette demande de connexion ne vient pas d'ici, ou elle est trop ancienne. Recommencez depuis l'accueil.",
            "This connection request did not start here, or is too old. Start again from the home page.",
        );
        return Err(PageError::Message(StatusCode::BAD_REQUEST, text.into()));
    }
    match query_value(query, "code") {
        Some(code) => exchange(&app, language, &code).await,
        None => Ok(access_denied(shell, language)),
    }
}

fn access_denied(shell: &AppShell, language: Language) -> Response {
    let text = language.t(
        "Vous avez refusé l'accès : rien n'a été connecté.",
        "You denied access: nothing was connected.",
    );
    shell.redirect_with_error("/", text)
}

/// `POST /connect/code`: a code that somebody has copied by hand.
async fn enter_code<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    form: Form,
) -> Result<Response, PageError> {
    exchange(&app, form.visitor.language, &form.get("code")).await
}

/// Exchanges a code for a token, and shows the new connection.
async fn exchange<A: ConnectedApp>(
    app: &Arc<A>,
    language: Language,
    code: &str,
) -> Result<Response, PageError> {
    let shell = app.shell();
    let token = match shell.client.exchange(code).await {
        Ok(token) => token,
        Err(error) => {
            let text = exchange_error_text(shell, language, &error);
            return Ok(shell.redirect_with_error("/", text));
        }
    };
    let stored = establish(app, token).await?;
    let text = language.t(
        "Connexion établie. Si un onglet s'est ouvert pour cela, vous pouvez le fermer.",
        "Connected. If a tab was opened for this, you can close it.",
    );
    let page = app.connection_page(&stored.id);
    let mut response = shell.redirect_with_success(&page, text);
    let headers = response.headers_mut();
    set_cookie(&shell.branding, headers, &state_cookie(shell), "", 0);
    Ok(response)
}

fn exchange_error_text(shell: &AppShell, language: Language, error: &client::Error) -> String {
    if error.status() == Some(400) {
        let text = language.t(
            "Le code reçu a expiré ou a déjà servi. Recommencez la connexion.",
            "The code has expired or was used already. Connect again.",
        );
        text.into()
    } else {
        shell.error_text(language, error)
    }
}

/// What is known of a new connection: the hub is asked for the location's zone and currency.
pub(crate) async fn read_connection(shell: &AppShell, token: TokenResponse) -> StoredConnection {
    let connection = shell.hub.connection(token.access_token.clone());
    let location = connection.location::<LocationSummary>().await.ok();
    let currency = location.as_ref().map(|location| location.account.currency);
    let timezone = location.map(|location| location.timezone.name);
    StoredConnection {
        id: connection_id(&token),
        token,
        timezone: timezone.unwrap_or_else(|| "UTC".into()),
        currency: currency.unwrap_or(Currency::EUR),
        connected_at: shell.now(),
        is_subscribed: false,
        is_paused: false,
        ended: None,
    }
}

/// Stores a new connection, and tells the hub which events the app wants. If that fails the pages say so,
/// and it is tried again.
async fn establish<A: ConnectedApp>(
    app: &Arc<A>,
    token: TokenResponse,
) -> Result<StoredConnection, StoreError> {
    let shell = app.shell();
    let stored = read_connection(shell, token).await;
    save(shell, stored.clone()).await?;
    subscribe_now(app, &stored).await?;
    shell.connections_changed.notify_waiters();
    Ok(stored)
}

/// Stores a connection from now on.
pub(crate) async fn save(shell: &AppShell, stored: StoredConnection) -> Result<(), StoreError> {
    shell.line.clear(&stored.id);
    shell
        .store
        .write(move |tx| connections::save(tx, &stored))
        .await
}

/// Tells the hub which events the app wants; answers what went wrong.
pub(crate) async fn subscribe_now<A: ConnectedApp>(
    app: &Arc<A>,
    stored: &StoredConnection,
) -> Result<Option<client::Error>, StoreError> {
    let shell = app.shell();
    let connection = shell.connection(stored);
    match intake::subscribe(app, stored, &connection).await {
        Ok(()) => Ok(None),
        Err(IntakeError::Store(error)) => Err(error),
        Err(IntakeError::Hub(error)) => {
            let elapsed = std::time::Duration::ZERO;
            shell.record_call(stored, Some(&error), elapsed).await?;
            Ok(Some(error))
        }
    }
}

/// Uses the connections of the settings, unless they are in use already or cannot be tried.
pub(crate) async fn use_token_of_settings<A: ConnectedApp>(app: &Arc<A>) -> Result<(), AppError> {
    let shell = app.shell();
    for token in shell.settings.granted.clone() {
        use_once(app, token).await?;
    }
    let Some(access_token) = shell.settings.access_token.clone() else {
        return Ok(());
    };
    if is_in_use(shell, &access_token).await? {
        return Ok(());
    }
    let connection = shell.hub.connection(access_token.clone());
    let location: serde_json::Value = connection.location().await?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let token = serde_json::json!({
        "access_token": access_token,
        "location_id": text(&location["id"]),
        "location_name": text(&location["name"]),
        "account_id": text(&location["account"]["id"]),
        "account_name": text(&location["account"]["name"]),
    });
    match serde_json::from_value(token) {
        Ok(token) => use_once(app, token).await,
        Err(error) => Err(shell.store_error(&StoreError::from(error))),
    }
}

async fn use_once<A: ConnectedApp>(app: &Arc<A>, token: TokenResponse) -> Result<(), AppError> {
    let shell = app.shell();
    if is_in_use(shell, &token.access_token).await? {
        return Ok(());
    }
    let established = establish(app, token).await;
    established
        .map(drop)
        .map_err(|error| shell.store_error(&error))
}

async fn is_in_use(shell: &AppShell, access_token: &Secret) -> Result<bool, AppError> {
    let known = shell.store.read(connections::all).await;
    let known = known.map_err(|error| shell.store_error(&error))?;
    Ok(known
        .iter()
        .any(|known| known.token.access_token == *access_token && known.ended.is_none()))
}

/// `POST /connections/{id}/disconnect`: revokes the token and forgets the connection.
async fn disconnect<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (shell, language) = (app.shell(), form.visitor.language);
    let stored = find(shell, &id).await?;
    if let Err(error) = shell.client.revoke(&stored.token.access_token).await {
        let text = shell.error_text(language, &error);
        return Ok(shell.redirect_with_error(&app.connection_page(&id), text));
    }
    shell.line.clear(&id);
    let (handler, key) = (Arc::clone(&app), id.clone());
    let deleted = shell.store.write(move |tx| {
        handler.handle_disconnection(tx, &key)?;
        connections::delete(tx, &key)
    });
    deleted.await?;
    shell.connections_changed.notify_waiters();
    let text = language.t("Connexion supprimée.", "Disconnected.");
    Ok(shell.redirect_with_success("/", text))
}

/// The connection of an id.
pub(crate) async fn find(shell: &AppShell, id: &str) -> Result<StoredConnection, PageError> {
    let id = id.to_owned();
    let found = shell.store.read(move |tx| connections::find(tx, &id));
    found.await?.ok_or(PageError::NotFound)
}

/// `GET /disconnect?app_instance_id=…`: the hub says that a connection has ended.
///
/// The id is no secret, so anybody could say so: the hub is asked first.
async fn check_disconnection<A: ConnectedApp>(
    State(app): State<Arc<A>>,
    RawQuery(query): RawQuery,
) -> Result<&'static str, PageError> {
    let id = query_value(query.as_deref(), "app_instance_id").unwrap_or_default();
    let shell = app.shell();
    let stored = find(shell, &id).await?;
    let answer = shell.connection(&stored).callback().await;
    let elapsed = std::time::Duration::ZERO;
    shell
        .record_call(&stored, answer.as_ref().err(), elapsed)
        .await?;
    Ok("ok")
}
