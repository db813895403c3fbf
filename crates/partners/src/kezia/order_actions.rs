//! What the cashier does with a web order.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use client::order::{Order, OrderPatch, OrderStatus, ServiceType, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::TillApp;
use super::order_payment::write_invoice;
use super::orders::{confirmed_key, silence};
use super::screens::seller_name;
use super::state;
use crate::kit::cookies::path_segment;
use crate::kit::error_text::refused_text;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::order_view::{is_final, order_code};
use crate::kit::outbox::{self, ActionState, NewAction};
use crate::kit::page_error::PageError;
use crate::kit::runner::{PollOutcome, poll_once};

/// Minutes from now that a shop promises when the customer wants it as soon as possible.
const ASAP_MINUTES: i64 = 20;

/// Minutes of a delay when the cashier does not say how many.
const DEFAULT_DELAY_MINUTES: i64 = 10;

/// The most minutes that a cashier can promise.
const MAX_MINUTES: i64 = 240;

/// `POST /till/{seller}/orders/poll`: looks for new orders at once.
pub(crate) async fn poll_now(
    State(till): State<Arc<TillApp>>,
    Path(seller): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    seller_name(&seller)?;
    let language = form.visitor.language;
    let page = format!("/till/{seller}/orders");
    let success = |text| till.app.redirect_with_success(&page, text);
    let error = |text| till.app.redirect_with_error(&page, text);
    Ok(
        match poll_once(&till, client::RetryPolicy::interactive()).await {
            PollOutcome::Fetched(0) => success(language.t("Rien de nouveau.", "Nothing new.")),
            PollOutcome::Fetched(_) => success(language.t("Commandes reçues.", "Orders received.")),
            PollOutcome::Idle => error(language.t("Non connecté.", "Not connected.")),
            // The banner says the rest.
            PollOutcome::Busy(_) | PollOutcome::Failed => {
                error(language.t("Récupération impossible.", "Could not fetch."))
            }
        },
    )
}

/// What the cashier can do with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OrderAction {
    /// **Valider**.
    Accept,
    /// **Rejeter**.
    Reject,
    /// **Retard**.
    Delay,
    /// **Notifier commande prête**.
    Ready,
    /// **Commentaire**.
    Comment,
    /// **Paiement**.
    Complete,
}

impl OrderAction {
    fn from_path(action: &str) -> Option<OrderAction> {
        match action {
            "accept" => Some(OrderAction::Accept),
            "reject" => Some(OrderAction::Reject),
            "late" => Some(OrderAction::Delay),
            "ready" => Some(OrderAction::Ready),
            "comment" => Some(OrderAction::Comment),
            "done" => Some(OrderAction::Complete),
            _ => None,
        }
    }

    /// What the screen says when it is done.
    fn success_text(self, language: Language) -> &'static str {
        match self {
            OrderAction::Accept => language.t("Commande validée.", "Order accepted."),
            OrderAction::Reject => language.t("Commande rejetée.", "Order rejected."),
            OrderAction::Delay => language.t("Retard transmis.", "Delay sent."),
            OrderAction::Ready => language.t("Commande prête.", "Order ready."),
            OrderAction::Comment => language.t("Commentaire enregistré.", "Comment saved."),
            OrderAction::Complete => language.t("Commande payée.", "Order paid."),
        }
    }

    /// Why it cannot be done with an order as it is now; none if it can.
    fn refusal(self, status: OrderStatus, language: Language) -> Option<&'static str> {
        if is_final(status) {
            return Some(language.t("Cette commande est terminée.", "This order is over."));
        }
        let is_for_pending = matches!(self, OrderAction::Accept | OrderAction::Reject);
        let is_pending = state::is_pending(status);
        if is_pending && !is_for_pending {
            return Some(language.t("Validez d'abord la commande.", "Accept the order first."));
        }
        if !is_pending && self == OrderAction::Accept {
            return Some(language.t(
                "Cette commande est déjà validée.",
                "This order is accepted already.",
            ));
        }
        None
    }

    /// The change of the order that the hub is sent; `zone` is that of the location.
    fn patch(self, order: &Order, form: &Form, now: Timestamp, zone: &TimeZone) -> OrderPatch {
        let minutes = form.get("minutes").parse::<i64>().ok();
        let minutes = minutes.filter(|minutes| (1..=MAX_MINUTES).contains(minutes));
        let patch = OrderPatch::default();
        match self {
            OrderAction::Accept => {
                let chosen = minutes.map(|minutes| minutes_after(now, minutes));
                let confirmed = chosen.unwrap_or_else(|| promised_time(order, now));
                patch
                    .status(OrderStatus::Accepted)
                    .confirmed_time(Time::new(confirmed, zone))
            }
            OrderAction::Reject => {
                let patch = patch.status(OrderStatus::Rejected);
                match form.get_non_empty("cause") {
                    Some(cause) => {
                        patch.custom_field("epos", json!({ "rejection": { "cause": cause } }))
                    }
                    None => patch,
                }
            }
            OrderAction::Delay => {
                let planned = order.confirmed_time.or(order.expected_time);
                let planned = planned.map(Time::at).filter(|at| *at > now);
                let minutes = minutes.unwrap_or(DEFAULT_DELAY_MINUTES);
                let delayed = minutes_after(planned.unwrap_or(now), minutes);
                patch.confirmed_time(Time::new(delayed, zone))
            }
            OrderAction::Ready => patch.status(match order.service_type {
                Some(ServiceType::Delivery) => OrderStatus::AwaitingShipment,
                _ => OrderStatus::AwaitingCollection,
            }),
            OrderAction::Comment => match form.get_non_empty("comment") {
                Some(comment) => patch.seller_notes(comment),
                None => patch.clear_seller_notes(),
            },
            OrderAction::Complete => patch.status(OrderStatus::Completed),
        }
    }
}

/// Whether the confirmed time has changed since the page was drawn: a button that is pressed twice, or in two
/// windows, delays once.
fn is_delayed_since(order: &Order, form: &Form) -> bool {
    form.has("confirmed") && form.get("confirmed") != confirmed_key(order)
}

fn minutes_after(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}

/// When the shop says that an order will be ready: the wanted time if it is still ahead, else soon.
pub(crate) fn promised_time(order: &Order, now: Timestamp) -> Timestamp {
    let wanted = order.expected_time.map(Time::at);
    let wanted = wanted.filter(|at| *at > now && !order.asap);
    wanted.unwrap_or_else(|| minutes_after(now, ASAP_MINUTES))
}

/// `POST /till/{seller}/orders/{order}/{action}`: changes an order, here and at the hub; at the hub later
/// if the line is down.
pub(crate) async fn change(
    State(till): State<Arc<TillApp>>,
    Path((seller, id, action)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response, PageError> {
    let seller_name = seller_name(&seller)?;
    let language = form.visitor.language;
    let key = id.clone();
    let known = till
        .app
        .store
        .read(move |tx| state::order(tx, &key))
        .await?;
    let order = known.ok_or(PageError::NotFound)?.order;
    let action = OrderAction::from_path(&action).ok_or(PageError::NotFound)?;
    let page = format!("/till/{seller}/orders?order={}", path_segment(&id));
    let Some(saved) = till.saved_connection().await? else {
        let text = language.t("Non connecté.", "Not connected.");
        return Ok(till.app.redirect_with_error(&page, text));
    };
    if let Some(text) = action.refusal(order.status, language) {
        return Ok(till.app.redirect_with_error(&page, text));
    }
    if action == OrderAction::Delay && is_delayed_since(&order, &form) {
        let text = language.t(
            "L'heure confirmée a déjà changé : vérifiez-la.",
            "The confirmed time has changed already: check it.",
        );
        return Ok(till.app.redirect_with_error(&page, text));
    }
    if action == OrderAction::Complete {
        write_invoice(&till, &order, seller_name, &form).await?;
    }
    let patch = action.patch(&order, &form, till.app.now(), &saved.zone());
    let success = action.success_text(language);
    silence(&till, &id, seller_name).await?;
    let title = format!("{} : {success}", order_code(&order));
    let new = NewAction::patch_order(&saved.id, &id, title, &patch)?;
    Ok(match outbox::submit(&till, &saved, new).await? {
        ActionState::Done => till.app.redirect_with_success(&page, success),
        ActionState::Waiting => {
            let text = language.t(
                format!("{success} Pas encore envoyé : la caisse l'enverra dès que possible."),
                format!("{success} Not sent yet: the till will send it as soon as possible."),
            );
            till.app.redirect_with_success(&page, text)
        }
        ActionState::Refused(reasons) => {
            let reason = refused_text(language, &till.app.branding.hub_name, &[reasons]);
            let text = language.t(
                format!("Le changement n'a pas été transmis. {reason}"),
                format!("The change was not sent. {reason}"),
            );
            till.app.redirect_with_error(&page, text)
        }
    })
}
