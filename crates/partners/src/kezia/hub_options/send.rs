//! The buttons of the tab **E/S**.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use client::order::{OrderPatch, OrderStatus};

use crate::kezia::exports::{self, ExportOutcome};
use crate::kezia::{TillApp, customers};
use crate::kit::error_text::refused_text;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::outbox::{self, ActionState, NewAction};
use crate::kit::page_error::PageError;

/// The path of the tab.
const TAB: &str = "/settings/hub-options/io";

/// `POST /settings/hub-options/io/{what}`: sends articles, stock, customers or an order, or changes the status of
/// an order.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    Path(what): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let now = till.app.now();
    match what.as_str() {
        "articles" => {
            let queued = till
                .app
                .store
                .write(move |tx| exports::queue_articles(tx, now));
            let outcome = queued.await?;
            answer(&till, language, outcome).await
        }
        "stock" => {
            let queued = till
                .app
                .store
                .write(move |tx| exports::queue_stock(tx, now));
            let outcome = queued.await?;
            answer(&till, language, outcome).await
        }
        "orders" => {
            let number = document_number(&form.get("number"));
            let queued = till
                .app
                .store
                .write(move |tx| exports::queue_document(tx, number, now));
            let outcome = queued.await?;
            answer(&till, language, outcome).await
        }
        "customers" => send_customers(&till, language).await,
        "status" => change_status(&till, &form).await,
        _ => Err(PageError::NotFound),
    }
}

/// The number of an order, also as `CDE-12`; 0 for none.
fn document_number(typed: &str) -> i64 {
    let digits = typed.rsplit('-').next().unwrap_or_default();
    digits.trim().parse().unwrap_or_default()
}

/// Sends what was queued at once, and says what has become of it.
async fn answer(
    till: &Arc<TillApp>,
    language: Language,
    outcome: ExportOutcome,
) -> Result<Response, PageError> {
    let hub_name = &till.app.branding.hub_name;
    let action = match outcome {
        ExportOutcome::Queued(action) => action,
        refused => {
            let text = refused.refusal(language, hub_name).unwrap_or_default();
            return Ok(till.app.redirect_with_error(TAB, text));
        }
    };
    exports::send_now(till).await?;
    let state = till.app.store.read(move |tx| outbox::state(tx, action));
    let state = state.await?;
    let text = language.t("Envoi effectué.", "Sent.");
    Ok(state_response(till, language, state, text))
}

/// What has become of a change, as a message above the tab.
fn state_response(till: &TillApp, language: Language, state: ActionState, done: &str) -> Response {
    match state {
        ActionState::Done => till.app.redirect_with_success(TAB, done),
        ActionState::Waiting => {
            let text = language.t(
                "Pas encore envoyé : la caisse l'enverra dès que possible.",
                "Not sent yet: the till will send it as soon as possible.",
            );
            till.app.redirect_with_success(TAB, text)
        }
        ActionState::Refused(reasons) => {
            let text = refused_text(language, &till.app.branding.hub_name, &[reasons]);
            till.app.redirect_with_error(TAB, text)
        }
    }
}

/// **Envoi Clients**: marks all; the background looks them up and sends them.
async fn send_customers(till: &Arc<TillApp>, language: Language) -> Result<Response, PageError> {
    let saved = till.saved_connection().await?;
    let Some(saved) = saved else {
        let text = language.t("Non connecté.", "Not connected.");
        return Ok(till.app.redirect_with_error(TAB, text));
    };
    if saved.token.customer_list_id.is_none() {
        let text = language.t(
            "La connexion n'a pas de liste de clients : connectez-vous de nouveau et choisissez-en une.",
            "The connection has no customer list: connect again and choose one.",
        );
        return Ok(till.app.redirect_with_error(TAB, text));
    }
    let marked = till.app.store.write(|tx| customers::mark_to_send(tx, None));
    let count = marked.await?;
    // The background finds them: nobody waits for a long list.
    till.app.outbox_wake.notify_waiters();
    let text = language.t(
        format!("{count} clients partent. L'onglet Export dit où en est l'envoi."),
        format!("{count} customers are being sent. The tab Export says how far it is."),
    );
    Ok(till.app.redirect_with_success(TAB, text))
}

/// **Changement Statut commande**: gives an order of the hub any status.
async fn change_status(till: &Arc<TillApp>, form: &Form) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let id = form.get("order");
    let status = OrderStatus::parse(&form.get("status")).ok_or(PageError::NotFound)?;
    let Some(saved) = till.saved_connection().await? else {
        let text = language.t("Non connecté.", "Not connected.");
        return Ok(till.app.redirect_with_error(TAB, text));
    };
    if id.is_empty() {
        let text = language.t(
            "Saisissez l'identifiant de la commande (IDCDE).",
            "Enter the id of the order (IDCDE).",
        );
        return Ok(till.app.redirect_with_error(TAB, text));
    }
    let title = format!("{id} : {}", language.order_status(status));
    let patch = OrderPatch::default().status(status);
    let action = NewAction::patch_order(&saved.id, &id, title, &patch)?;
    let state = outbox::submit(till, &saved, action).await?;
    let text = language.t("Statut modifié.", "Status changed.");
    Ok(state_response(till, language, state, text))
}

/// `POST /settings/hub-options/invoices/send`: **Valider** of the choice of invoices.
pub(crate) async fn invoices(
    State(till): State<Arc<TillApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let now = till.app.now();
    let chosen = form.all("invoice").into_iter();
    let numbers: Vec<i64> = chosen.filter_map(|number| number.parse().ok()).collect();
    let queued = till.app.store.write(move |tx| {
        let mut outcomes = Vec::new();
        for number in numbers {
            outcomes.push(exports::queue_document(tx, number, now)?);
        }
        Ok(outcomes)
    });
    let outcomes = queued.await?;
    if let Some(refused) = outcomes.iter().find(|outcome| !is_queued(outcome)) {
        let hub_name = &till.app.branding.hub_name;
        let text = refused.refusal(language, hub_name).unwrap_or_default();
        exports::send_now(&till).await?;
        return Ok(till.app.redirect_with_error(TAB, text));
    }
    let Some(last) = outcomes.last() else {
        let text = language.t("Aucune facture n'est cochée.", "No invoice is ticked.");
        return Ok(till.app.redirect_with_error(TAB, text));
    };
    answer(&till, language, *last).await
}

fn is_queued(outcome: &ExportOutcome) -> bool {
    matches!(outcome, ExportOutcome::Queued(_))
}
