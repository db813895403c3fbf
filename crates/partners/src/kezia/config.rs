//! The windows **Commandes Web** and the hub's own, below **Fichier** > **Paramètres**.
//!
//! What they show before **Enregistrer** is a draft in memory: closing a window forgets it, and so
//! does a restart.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Held};
use axum::response::{IntoResponse as _, Redirect, Response};
use client::{AuthorizeRequest, OUT_OF_BAND, TokenResponse};
use serde_json::Value;

use super::state::{Linked, WebOrders};
use super::{Inner, SCOPE};
use crate::kit::explain::explain;
use crate::kit::frame::{Frame, page};
use crate::kit::order::text;
use crate::kit::visitor::{Posted, Problem, Visitor};
use crate::kit::words::Lang;

/// The fields of a till screen that can bear a label.
const FIELDS: [&str; 6] = ["MCU 1", "MCU 2", "MCU 3", "MCU 4", "MCU 5", "MCU 6"];

const WEB: &str = "/settings/web-orders";
const HUB: &str = "/settings/hub";

/// What is on screen and not yet saved.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    web: Option<WebOrders>,
    linked: Option<Linked>,
    /// The pasted code and what is wrong with it.
    code: Option<(String, String)>,
    /// The code that gave the connection in use: to enter it once more changes nothing.
    entered: Option<String>,
}

#[derive(Template)]
#[template(path = "kezia/web_orders.html")]
struct WebOrdersWindow {
    f: Frame,
    web: WebOrders,
    fields: &'static [&'static str],
    /// The field the label box is about.
    field: &'static str,
    label: String,
    connected: bool,
    unsaved: bool,
}

/// `GET /settings/web-orders`
pub(crate) async fn web_orders(
    Held(till): Held<Arc<Inner>>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (saved, connected) = till
        .kept
        .read(|state| (state.web.clone(), state.linked.is_some()))
        .await;
    let web = till.draft().web.clone().unwrap_or_else(|| saved.clone());
    let field = FIELDS
        .iter()
        .find(|f| web.labels.contains_key(**f))
        .unwrap_or(&FIELDS[0]);
    let title = visitor.lang.t("Commandes Web", "Web orders");
    page(&WebOrdersWindow {
        f: Frame::new(&till.look, &visitor, &till.notes, title.into()),
        label: web.labels.get(*field).cloned().unwrap_or_default(),
        field,
        unsaved: web != saved,
        web,
        fields: &FIELDS,
        connected,
    })
}

/// `POST /settings/web-orders`: **Configurer**, **Enregistrer** or **Fermer**.
pub(crate) async fn web_orders_act(
    Held(till): Held<Arc<Inner>>,
    form: Posted,
) -> Result<Response, Problem> {
    let lang = form.visitor.lang;
    let act = form.get("act");
    if act == "close" {
        till.draft().web = None;
        return Ok(Redirect::to("/").into_response());
    }
    let saved = till.kept.read(|state| state.web.clone()).await;
    let mut web = till.draft().web.clone().unwrap_or(saved);
    web.active = form.has("active");
    web.quiet = form.has("quiet");
    let field = form.get("field");
    if FIELDS.contains(&field.as_str()) {
        let label: String = form.get("label").chars().take(24).collect();
        if label.is_empty() {
            web.labels.remove(&field);
        } else {
            web.labels.insert(field, label);
        }
    }
    if act == "configure" {
        till.draft().web = Some(web);
        return Ok(Redirect::to(HUB).into_response());
    }
    till.kept.change(|state| state.web = web).await?;
    till.draft().web = None;
    till.wake.notify_one();
    Ok(till.notes.go(
        WEB,
        false,
        lang.t("Paramètres enregistrés.", "Settings saved."),
    ))
}

#[derive(Template)]
#[template(path = "kezia/hub.html")]
struct HubWindow {
    f: Frame,
    /// Label, what it is, for a connection.
    places: Vec<(&'static str, String)>,
    connected: bool,
    /// Connected in this window, and not saved.
    unsaved: bool,
    authorize: String,
    code: String,
    error: Option<String>,
    back_office: String,
}

/// `GET /settings/hub`
pub(crate) async fn hub_window(
    Held(till): Held<Arc<Inner>>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let saved = till.kept.read(|state| state.linked.clone()).await;
    let (fresh, code) = {
        let draft = till.draft();
        (draft.linked.clone(), draft.code.clone())
    };
    let unsaved = fresh.is_some();
    let linked = fresh.or(saved);
    let (code, error) = code.map_or((String::new(), None), |(code, error)| (code, Some(error)));
    page(&HubWindow {
        f: Frame::new(&till.look, &visitor, &till.notes, till.look.brand.clone()),
        places: linked
            .as_ref()
            .map(|linked| places(&linked.token, lang))
            .unwrap_or_default(),
        connected: linked.is_some(),
        unsaved,
        authorize: till
            .app
            .authorize_url(&AuthorizeRequest::new(SCOPE, OUT_OF_BAND)),
        code,
        error,
        back_office: till.settings.back_office_url.clone(),
    })
}

/// **Informations connexion**: `Versailles (z8ed2-0)`.
fn places(token: &TokenResponse, lang: Lang) -> Vec<(&'static str, String)> {
    let shown = |name: &Option<String>, id: &Option<String>| match (name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (None, Some(id)) => id.clone(),
        _ => "–".into(),
    };
    vec![
        (
            lang.t("Point de vente", "Location"),
            shown(&token.location_name, &token.location_id),
        ),
        (
            lang.t("Catalogue", "Catalog"),
            shown(&token.catalog_name, &token.catalog_id),
        ),
        (
            lang.t("Liste client", "Customer list"),
            shown(&token.customer_list_name, &token.customer_list_id),
        ),
    ]
}

/// `POST /settings/hub/{act}`: **OK**, **Enregistrer**, **Fermer** or **Déconnexion**.
pub(crate) async fn hub_act(
    Held(till): Held<Arc<Inner>>,
    Path(act): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let lang = form.visitor.lang;
    match act.as_str() {
        "code" => enter(&till, lang, &form.get("code")).await,
        "save" => save(&till, lang).await,
        "close" => close(&till).await,
        "disconnect" => disconnect(&till, lang).await,
        _ => Err(Problem::NotFound),
    }
}

/// **OK**: the pasted code becomes a connection, or the window says why not and stays as it is.
async fn enter(till: &Inner, lang: Lang, code: &str) -> Result<Response, Problem> {
    let wrong = |text: String| {
        till.draft().code = Some((code.into(), text));
        Ok(Redirect::to(HUB).into_response())
    };
    if code.is_empty() {
        let text = lang.t(
            "Collez ici le code affiché dans votre navigateur, puis cliquez sur OK.",
            "Paste the code shown in your browser here, then click OK.",
        );
        return wrong(text.into());
    }
    // The same code may come twice at a time: a second press, a browser that sends again.
    let _one = till.entering.lock().await;
    let connected = |till: &Inner| {
        let text = lang.t(
            "Connexion établie. Cliquez sur Enregistrer pour la conserver.",
            "Connected. Click Save to keep it.",
        );
        Ok(till.notes.go(HUB, false, text))
    };
    if till.draft().entered.as_deref() == Some(code) {
        return connected(till);
    }
    let token = match till.app.exchange(code).await {
        Ok(token) => token,
        Err(error) if matches!(error.status(), Some(400 | 404)) => {
            let brand = &till.look.brand;
            return wrong(lang.t(
                format!(
                    "Ce code n'est pas valable : il est mal copié, a déjà servi, ou date de plus de \
                     10 minutes. Cliquez sur « Nouvelle Connexion à {brand} » pour en obtenir un autre."
                ),
                format!(
                    "This code is not valid: it was copied wrongly, was used already, or is more than \
                     10 minutes old. Click “New connection to {brand}” to get another one."
                ),
            ));
        }
        Err(error) if error.status() == Some(401) => {
            return wrong(lang.t(
                "Ce programme n'est pas reconnu : contactez le support de Kezia II.".into(),
                "This program is not recognised: contact Kezia II support.".into(),
            ));
        }
        Err(error) => return wrong(explain(lang, &till.look.brand, &error)),
    };
    let connection = till.hub.connection(token.access_token.clone());
    let location: Value = connection.location().await.unwrap_or_default();
    let timezone = text(&location["timezone"], "name");
    let mut draft = till.draft();
    draft.code = None;
    draft.entered = Some(code.into());
    draft.linked = Some(Linked {
        token,
        timezone: if timezone.is_empty() {
            "Europe/Paris".into()
        } else {
            timezone
        },
        subscribed: false,
        known_refs: Default::default(),
    });
    drop(draft);
    connected(till)
}

async fn save(till: &Inner, lang: Lang) -> Result<Response, Problem> {
    let fresh = till.draft().linked.clone();
    if let Some(fresh) = fresh {
        till.kept
            .change(|state| {
                let moved = |old: &Linked| old.token.location_id != fresh.token.location_id;
                if state.linked.as_ref().is_some_and(moved) {
                    state.orders.clear();
                }
                state.linked = Some(fresh);
            })
            .await?;
        till.draft().linked = None;
        *till.trouble() = None;
        till.wake.notify_one();
    }
    let text = lang.t(
        "Connexion enregistrée. Enregistrez aussi cette fenêtre.",
        "Connection saved. Save this window too.",
    );
    Ok(till.notes.go(WEB, false, text))
}

/// **Fermer**: a connection that was not saved is given back, so that the hub shows none.
async fn close(till: &Inner) -> Result<Response, Problem> {
    let fresh = {
        let mut draft = till.draft();
        draft.code = None;
        let fresh = draft.linked.take();
        if fresh.is_some() {
            draft.entered = None;
        }
        fresh
    };
    if let Some(fresh) = fresh {
        let saved = till
            .kept
            .read(|s| s.linked.as_ref().map(|l| l.token.access_token.clone()));
        // Connecting the same place again gives the same token: that one stays.
        if saved.await.as_ref() != Some(&fresh.token.access_token)
            && let Err(error) = till.app.revoke(&fresh.token.access_token).await
        {
            tracing::warn!(%error, "unsaved connection not revoked");
        }
    }
    Ok(Redirect::to(WEB).into_response())
}

async fn disconnect(till: &Inner, lang: Lang) -> Result<Response, Problem> {
    let fresh = till.draft().linked.clone();
    let saved = till.kept.read(|state| state.linked.clone()).await;
    for linked in fresh.iter().chain(&saved) {
        if let Err(error) = till.app.revoke(&linked.token.access_token).await {
            return Ok(till
                .notes
                .go(HUB, true, explain(lang, &till.look.brand, &error)));
        }
    }
    till.kept
        .change(|state| {
            state.linked = None;
            state.orders.clear();
        })
        .await?;
    {
        let mut draft = till.draft();
        draft.linked = None;
        draft.entered = None;
    }
    *till.trouble() = None;
    Ok(till.notes.go(
        HUB,
        false,
        lang.t("Déconnexion effectuée.", "Disconnected."),
    ))
}
