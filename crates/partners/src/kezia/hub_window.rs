//! The window of the hub, below **Fichier** > **Paramètres** > **Commandes Web**: connecting the till out
//! of band, and disconnecting it (API, chapter OAuth 2.0).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::{AuthorizeRequest, Error, OUT_OF_BAND, Secret, TokenResponse};

use super::state;
use super::web_orders_window::WEB_ORDERS_WINDOW;
use super::{SCOPE, TillApp, customers};
use crate::kit::connect;
use crate::kit::connections;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// The path of the window.
pub(crate) const HUB_WINDOW: &str = "/settings/hub";

#[derive(Template)]
#[template(path = "kezia/hub.html")]
struct HubWindow {
    layout: Layout,
    /// What the connection is for: label and name.
    bindings: Vec<(&'static str, String)>,
    is_connected: bool,
    /// Whether the connection was made in this window and is not saved yet.
    is_unsaved: bool,
    authorize_url: String,
    code: String,
    error: Option<String>,
    back_office: String,
}

/// `GET /settings/hub`: the window, with what is not saved yet.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (unsaved, refused_code) = {
        let draft = till.draft();
        (draft.connection.clone(), draft.refused_code.clone())
    };
    let is_unsaved = unsaved.is_some();
    let token = match unsaved {
        Some(connection) => Some(connection.token),
        None => till.saved_connection().await?.map(|saved| saved.token),
    };
    let (code, error) = refused_code.unzip();
    let request = AuthorizeRequest::new(SCOPE, OUT_OF_BAND);
    let title = till.app.branding.hub_name.clone();
    render(&HubWindow {
        layout: till.app.layout(&visitor, title).await,
        is_connected: token.is_some(),
        bindings: token.map_or_else(Vec::new, |token| bindings(&token, visitor.language)),
        is_unsaved,
        authorize_url: till.app.client.authorize_url(&request),
        code: code.unwrap_or_default(),
        error,
        back_office: till.app.settings.back_office_url.clone(),
    })
}

/// **Informations connexion**, such as `Versailles (z8ed2-0)`.
fn bindings(token: &TokenResponse, language: Language) -> Vec<(&'static str, String)> {
    let text = |name: &Option<String>, id: &Option<String>| match (name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (None, Some(id)) => id.clone(),
        _ => "–".into(),
    };
    vec![
        (
            language.t("Point de vente", "Location"),
            text(&token.location_name, &token.location_id),
        ),
        (
            language.t("Catalogue", "Catalog"),
            text(&token.catalog_name, &token.catalog_id),
        ),
        (
            language.t("Liste client", "Customer list"),
            text(&token.customer_list_name, &token.customer_list_id),
        ),
    ]
}

/// `POST /settings/hub/{action}`: **OK**, **Enregistrer**, **Fermer** or **Déconnexion**.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    Path(action): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    match action.as_str() {
        "code" => Ok(enter_code(&till, language, &form.get("code")).await),
        "save" => save(&till, language).await,
        "close" => close(&till).await,
        "disconnect" => disconnect(&till, language).await,
        _ => Err(PageError::NotFound),
    }
}

/// **OK**: exchanges the pasted code for a token; or else the window says why not and stays as it is.
async fn enter_code(till: &TillApp, language: Language, code: &str) -> Response {
    let refuse = |text: String| {
        till.draft().refused_code = Some((code.into(), text));
        Redirect::to(HUB_WINDOW).into_response()
    };
    if code.is_empty() {
        let text = language.t(
            "Collez ici le code affiché dans votre navigateur, puis cliquez sur OK.",
            "Paste the code shown in your browser here, then click OK.",
        );
        return refuse(text.into());
    }
    // The same code may come twice at a time: a second press, a browser that sends again.
    let _one_at_a_time = till.exchanging.lock().await;
    let is_used = till.draft().used_code == Some(Secret::from(code));
    if !is_used {
        match till.app.client.exchange(code).await {
            Ok(token) => {
                let connection = connect::read_connection(&till.app, token).await;
                let mut draft = till.draft();
                draft.refused_code = None;
                draft.used_code = Some(code.into());
                draft.connection = Some(connection);
            }
            Err(error) => return refuse(code_error_text(till, language, &error)),
        }
    }
    let text = language.t(
        "Connexion établie. Cliquez sur Enregistrer pour la conserver.",
        "Connected. Click Save to keep it.",
    );
    till.app.redirect_with_success(HUB_WINDOW, text)
}

fn code_error_text(till: &TillApp, language: Language, error: &Error) -> String {
    let hub_name = &till.app.branding.hub_name;
    match error.status() {
        Some(400 | 404) => language.t(
            format!(
                "Ce code n'est pas valable : il est mal copié, a déjà servi, ou date de plus de \
                 10 minutes. Cliquez sur « Nouvelle Connexion à {hub_name} » pour en obtenir un autre."
            ),
            format!(
                "This code is not valid: it was copied wrongly, was used already, or is more than \
                 10 minutes old. Click “New connection to {hub_name}” to get another one."
            ),
        ),
        Some(401) => language.t(
            "Ce programme n'est pas reconnu : contactez le support de Kezia II.".into(),
            "This program is not recognised: contact Kezia II support.".into(),
        ),
        _ => till.app.error_text(language, error),
    }
}

/// **Enregistrer**: the connection counts from now on.
async fn save(till: &TillApp, language: Language) -> Result<Response, PageError> {
    let unsaved = till.draft().connection.clone();
    if let Some(mut new) = unsaved {
        let id = new.id.clone();
        let saved = till.app.store.write(move |tx| {
            for old in connections::all(tx)? {
                // Orders of another location are not this till's.
                if old.token.location_id != new.token.location_id {
                    state::delete_orders(tx)?;
                }
                if old.token.customer_list_id != new.token.customer_list_id {
                    customers::forget_hub_ids(tx)?;
                }
                if old.id != new.id {
                    connections::delete(tx, &old.id)?;
                }
            }
            new.is_paused = !state::web_orders(tx)?.is_active;
            connections::save(tx, &new)
        });
        saved.await?;
        till.app.line.clear(&id);
        till.draft().connection = None;
        till.app.connections_changed.notify_waiters();
    }
    let text = language.t(
        "Connexion enregistrée. Enregistrez aussi cette fenêtre.",
        "Connection saved. Save this window too.",
    );
    Ok(till.app.redirect_with_success(WEB_ORDERS_WINDOW, text))
}

/// **Fermer**: a connection that was not saved is revoked, so that the hub shows none.
async fn close(till: &TillApp) -> Result<Response, PageError> {
    let unsaved = {
        let mut draft = till.draft();
        draft.refused_code = None;
        let unsaved = draft.connection.take();
        if unsaved.is_some() {
            draft.used_code = None;
        }
        unsaved
    };
    if let Some(unsaved) = unsaved {
        let token = unsaved.token.access_token;
        let saved = till.saved_connection().await?;
        // Connecting the same place again gives the same token, and then it is in use.
        let is_in_use = saved.is_some_and(|saved| saved.token.access_token == token);
        if !is_in_use && let Err(error) = till.app.client.revoke(&token).await {
            tracing::warn!(%error, "unsaved connection not revoked");
        }
    }
    Ok(Redirect::to(WEB_ORDERS_WINDOW).into_response())
}

/// **Déconnexion**: revokes the token and forgets the connection with its orders.
async fn disconnect(till: &TillApp, language: Language) -> Result<Response, PageError> {
    let unsaved = till.draft().connection.clone();
    let unsaved = unsaved.map(|connection| connection.token);
    let saved = till.saved_connection().await?;
    let saved = saved.map(|connection| connection.token);
    for token in unsaved.iter().chain(&saved) {
        if let Err(error) = till.app.client.revoke(&token.access_token).await {
            let text = till.app.error_text(language, &error);
            return Ok(till.app.redirect_with_error(HUB_WINDOW, text));
        }
    }
    let forgotten = till.app.store.write(|tx| {
        for old in connections::all(tx)? {
            connections::delete(tx, &old.id)?;
        }
        customers::forget_hub_ids(tx)?;
        state::delete_orders(tx)
    });
    forgotten.await?;
    till.app.connections_changed.notify_waiters();
    {
        let mut draft = till.draft();
        draft.connection = None;
        draft.used_code = None;
    }
    let text = language.t("Déconnexion effectuée.", "Disconnected.");
    Ok(till.app.redirect_with_success(HUB_WINDOW, text))
}
