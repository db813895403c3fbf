//! Connecting and disconnecting (API, chapter OAuth 2.0).

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State as Held};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::{AuthorizeRequest, Callback, Connection, EventResource, EventType};
use serde_json::Value;

use super::state::Installation;
use super::{SCOPE, Tools};
use crate::kit::chance;
use crate::kit::explain::{explain, is_revoked};
use crate::kit::order::text;
use crate::kit::visitor::{Posted, Problem, Visitor, cookie, query, set_cookie};
use crate::kit::words::Lang;

const STATE_COOKIE: &str = "devtools_state";

/// `GET /connect`: off to the hub's authorise page; or, for a merchant who comes from there with a code
/// (**Connecter** or **Reconnecter** in the back office), straight on. Such a code has no state of ours:
/// whoever brings one connects a place of their own, which takes nothing from the others here.
pub(crate) async fn connect(
    Held(tools): Held<Arc<Tools>>,
    visitor: Visitor,
    RawQuery(asked): RawQuery,
) -> Result<Response, Problem> {
    if let Some(code) = query(asked.as_deref(), "code") {
        return exchange(&tools, visitor.lang, &code).await;
    }
    if query(asked.as_deref(), "error").is_some() {
        return Ok(denied(&tools, visitor.lang));
    }
    let state = chance::token()?;
    let ask =
        AuthorizeRequest::new(SCOPE, tools.settings.own_url("/oauth/callback")).with_state(&state);
    let mut response = Redirect::to(&tools.app.authorize_url(&ask)).into_response();
    set_cookie(
        &tools.look,
        response.headers_mut(),
        STATE_COOKIE,
        &state,
        3600,
    );
    Ok(response)
}

/// `GET /oauth/callback`: back from the hub with a code, or with an error.
pub(crate) async fn come_back(
    Held(tools): Held<Arc<Tools>>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(asked): RawQuery,
) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let asked = asked.as_deref();
    let sent = cookie(&headers, STATE_COOKIE).unwrap_or_default();
    let came = query(asked, "state").unwrap_or_default();
    if sent.is_empty() || !chance::same(&sent, &came) {
        let text = lang.t(
            "Cette demande de connexion ne vient pas d'ici, ou elle est trop ancienne. Recommencez depuis l'accueil.",
            "This connection request did not start here, or is too old. Start again from the home page.",
        );
        return Err(Problem::Told(StatusCode::BAD_REQUEST, text.into()));
    }
    let Some(code) = query(asked, "code") else {
        return Ok(denied(&tools, lang));
    };
    exchange(&tools, lang, &code).await
}

fn denied(tools: &Tools, lang: Lang) -> Response {
    let text = lang.t(
        "Vous avez refusé l'accès : rien n'a été connecté.",
        "You denied access: nothing was connected.",
    );
    tools.notes.go("/", true, text)
}

/// Turns a code into a connection, and shows it.
async fn exchange(tools: &Tools, lang: Lang, code: &str) -> Result<Response, Problem> {
    let token = match tools.app.exchange(code).await {
        Ok(token) => token,
        Err(error) if error.status() == Some(400) => {
            let text = lang.t(
                "Le code reçu a expiré ou a déjà servi. Recommencez la connexion.",
                "The code has expired or was used already. Connect again.",
            );
            return Ok(tools.notes.go("/", true, text));
        }
        Err(error) => {
            return Ok(tools
                .notes
                .go("/", true, explain(lang, &tools.look.brand, &error)));
        }
    };
    let connection = tools.hub.connection(token.access_token.clone());
    let location: Value = connection.location().await.unwrap_or_default();
    let callback = subscribe(tools, &connection).await;
    let named = [
        &token.app_instance_id,
        &token.location_id,
        &token.account_id,
    ];
    let id = named
        .into_iter()
        .flatten()
        .next()
        .cloned()
        .unwrap_or_else(|| "connection".into());
    let mut fresh = Installation {
        token,
        connected_at: String::new(),
        timezone: Some(text(&location["timezone"], "name"))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "UTC".into()),
        currency: Some(text(&location["account"], "currency"))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "EUR".into()),
        callback_error: callback
            .err()
            .map(|error| explain(lang, &tools.look.brand, &error)),
        orders: Vec::new(),
        sent: Default::default(),
        uncertain: Vec::new(),
        events: Default::default(),
    };
    fresh.connected_at = tools.now(&fresh);
    let kept = id.clone();
    tools
        .kept
        .change(move |state| {
            // Connecting the same place again keeps what was seen there.
            if let Some(old) = state.installations.remove(&kept)
                && old.token.location_id == fresh.token.location_id
            {
                (fresh.orders, fresh.sent, fresh.events) = (old.orders, old.sent, old.events);
            }
            state.installations.insert(kept, fresh);
        })
        .await?;
    let text = lang.t("Connexion établie.", "Connected.");
    let mut response = tools.notes.go(&format!("/i/{}", path(&id)), false, text);
    set_cookie(&tools.look, response.headers_mut(), STATE_COOKIE, "", 0);
    Ok(response)
}

/// An id as part of a link.
pub(crate) fn path(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

async fn subscribe(tools: &Tools, connection: &Connection) -> Result<Callback, client::Error> {
    let callback = Callback::active(tools.settings.own_url("/hub/callback"))
        .on(
            EventResource::Order,
            &[EventType::Create, EventType::Update],
        )
        .on(EventResource::Location, &[EventType::Update]);
    connection.set_callback(&callback).await
}

/// `POST /i/{id}/callback`: tries again to set the callback.
pub(crate) async fn subscribe_again(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = form.visitor.lang;
    let result = subscribe(&tools, &tools.connection(&installation)).await;
    let wrong = result
        .err()
        .map(|error| explain(lang, &tools.look.brand, &error));
    let kept = wrong.clone();
    tools
        .kept
        .change(|state| {
            if let Some(installation) = state.installations.get_mut(&id) {
                installation.callback_error = kept;
            }
        })
        .await?;
    let bad = wrong.is_some();
    let text = wrong.unwrap_or_else(|| lang.t("Callback enregistré.", "Callback set.").into());
    Ok(tools.notes.go(&format!("/i/{}", path(&id)), bad, text))
}

/// `POST /i/{id}/disconnect`: revokes the token and forgets the connection.
pub(crate) async fn disconnect(
    Held(tools): Held<Arc<Tools>>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let installation = tools.installation(&id).await?;
    let lang = form.visitor.lang;
    if let Err(error) = tools.app.revoke(&installation.token.access_token).await {
        let text = explain(lang, &tools.look.brand, &error);
        return Ok(tools.notes.go(&format!("/i/{}", path(&id)), true, text));
    }
    tools
        .kept
        .change(|state| state.installations.remove(&id))
        .await?;
    Ok(tools
        .notes
        .go("/", false, lang.t("Connexion supprimée.", "Disconnected.")))
}

/// `GET /open?app_instance_id=…`: from the back office to the right screen.
pub(crate) async fn open(
    Held(tools): Held<Arc<Tools>>,
    visitor: Visitor,
    RawQuery(asked): RawQuery,
) -> Response {
    let id = query(asked.as_deref(), "app_instance_id").unwrap_or_default();
    if tools.installation(&id).await.is_ok() {
        return Redirect::to(&format!("/i/{}", path(&id))).into_response();
    }
    let text = visitor.lang.t(
        "Cette connexion n'est pas connue ici : connectez le point de vente.",
        "This connection is not known here: connect the location.",
    );
    tools.notes.go("/", true, text)
}

/// `GET /disconnect?app_instance_id=…`: the hub says that a connection ended.
///
/// The id is no secret, so anybody could say so: the hub is asked first, and the connection is
/// forgotten only when its token is dead.
pub(crate) async fn disconnected(
    Held(tools): Held<Arc<Tools>>,
    RawQuery(asked): RawQuery,
) -> Result<&'static str, Problem> {
    let id = query(asked.as_deref(), "app_instance_id").unwrap_or_default();
    let installation = tools.installation(&id).await?;
    let check = tools.connection(&installation).location::<Value>().await;
    if check.is_err_and(|error| is_revoked(&error)) {
        tools
            .kept
            .change(|state| state.installations.remove(&id))
            .await?;
    }
    Ok("ok")
}
