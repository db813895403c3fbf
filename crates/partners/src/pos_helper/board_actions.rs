//! What the kitchen does with a ticket: the next step, a rejection, a recall. All go through the outbox.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use client::order::{OrderPatch, OrderStatus};

use super::PosApp;
use super::sales::{self, Sale};
use super::stage::{Stage, ready_status, waits_for_acceptance};
use crate::kit::alarm;
use crate::kit::connect;
use crate::kit::error_text::refused_text;
use crate::kit::form::Form;
use crate::kit::order_view::order_code;
use crate::kit::outbox::{self, ActionState, NewAction};
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;

const BOARD: &str = "/board";

/// `POST /board/{order}/advance`: takes a ticket to the next column, unless it has moved since the page was
/// drawn: a button that is pressed twice makes one step.
pub(super) async fn advance(
    State(pos): State<Arc<PosApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let sale = find(&pos, &id).await?;
    let stage = Stage::of(sale.order.status);
    let stage_on_page = OrderStatus::parse(&form.get("from")).and_then(Stage::of);
    match stage.filter(|_| stage == stage_on_page) {
        Some(stage) => {
            let next = stage.next_status(sale.order.service_type);
            submit(&pos, &form, &sale, next).await
        }
        None => Ok(already_moved(&pos, &form, &sale)),
    }
}

/// `POST /board/{order}/reject`: the kitchen cannot make it.
pub(super) async fn reject(
    State(pos): State<Arc<PosApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let sale = find(&pos, &id).await?;
    if waits_for_acceptance(sale.order.status) {
        submit(&pos, &form, &sale, OrderStatus::Rejected).await
    } else {
        Ok(already_moved(&pos, &form, &sale))
    }
}

/// `POST /board/recall`: the ticket that was finished last comes back to its place. It is the one that the
/// button names: pressed twice, it does not bring back the ticket before.
pub(super) async fn recall(
    State(pos): State<Arc<PosApp>>,
    form: Form,
) -> Result<Response, PageError> {
    let now = pos.shell.now();
    let last = pos
        .shell
        .store
        .read(move |tx| sales::last_done(tx, now))
        .await?;
    let Some(sale) = last else {
        let language = form.visitor.language;
        let text = language.t("Rien à rappeler.", "Nothing to recall.");
        return Ok(pos.shell.redirect_with_error(BOARD, text));
    };
    let wanted = form.get("order");
    if !wanted.is_empty() && wanted != sale.order.id.as_str() {
        let wanted = find(&pos, &wanted).await?;
        return Ok(already_moved(&pos, &form, &wanted));
    }
    let ready = ready_status(sale.order.service_type);
    submit(&pos, &form, &sale, ready).await
}

async fn find(pos: &PosApp, id: &str) -> Result<Sale, PageError> {
    let id = id.to_owned();
    let found = pos.shell.store.read(move |tx| sales::find(tx, &id));
    found.await?.ok_or(PageError::NotFound)
}

fn already_moved(pos: &PosApp, form: &Form, sale: &Sale) -> Response {
    let language = form.visitor.language;
    let (code, status) = (
        order_code(&sale.order),
        language.order_status(sale.order.status),
    );
    let text = language.t(
        format!("{code} a déjà changé : {status}."),
        format!("{code} has changed already: {status}."),
    );
    pos.shell.redirect_with_error(BOARD, text)
}

/// Changes the status here and at the hub; at the hub later if the line is down.
async fn submit(
    pos: &Arc<PosApp>,
    form: &Form,
    sale: &Sale,
    status: OrderStatus,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let stored = connect::find(&pos.shell, &sale.connection).await?;
    let title = format!(
        "{} : {}",
        order_code(&sale.order),
        language.order_status(status)
    );
    let patch = OrderPatch::default().status(status);
    let new = NewAction::patch_order(&stored.id, sale.order.id.as_str(), &title, &patch)?;
    let state = outbox::submit(pos, &stored, new).await?;
    if !matches!(state, ActionState::Refused(_)) {
        remember(pos, sale, status).await?;
    }
    Ok(match state {
        ActionState::Done => pos.shell.redirect_with_success(BOARD, title),
        ActionState::Waiting => {
            let text = language.t(
                format!("{title}. Pas encore envoyé : ce sera fait dès que possible."),
                format!("{title}. Not sent yet: it will be as soon as possible."),
            );
            pos.shell.redirect_with_success(BOARD, text)
        }
        ActionState::Refused(reasons) => {
            let text = refused_text(language, &pos.shell.branding.hub_name, &[reasons]);
            pos.shell.redirect_with_error(BOARD, text)
        }
    })
}

/// Somebody has looked at the ticket; one that is finished can be recalled.
async fn remember(pos: &PosApp, sale: &Sale, status: OrderStatus) -> Result<(), StoreError> {
    let (id, now) = (sale.order.id.to_string(), pos.shell.now());
    let done_at = (status == OrderStatus::Completed).then_some(now);
    let remembered = pos.shell.store.write(move |tx| {
        alarm::silence(tx, &id, "", now)?;
        sales::set_done(tx, &id, done_at)
    });
    remembered.await
}
