//! An order of the hub, and what the till has to know of it.
//!
//! The present order of the hub is compared with what the till has already, and the rest is sent. What is being
//! sent is stored before: killed in between, the bridge sends the very same again under the same `remote_id`,
//! which Zelty recognises; added lines have no such id, so the till's order is looked at first.

use std::sync::Arc;

use client::order::{Order, OrderStatus};
use serde_json::{Value, json};

use super::job::{TaskError, TaskJob};
use super::links::{self, OrderLink};
use super::mapping::{
    FallbackTicket, OrderNote, OrderRefusal, OutgoingContext, OutgoingOrder, SentElements,
    StatusAction, TillMenu, outgoing_additions, outgoing_order, status_action,
};
use super::operations::{Outcome, Report};
use super::words::{page_language, zelty_sentence};
use crate::zelty_api::pace::Urgency;
use crate::zelty_api::{
    AddedTransactions, EntryKind, HttpMethod, OrderChange, ProductionStart, Resend, StatusWord,
    ZeltyError, ZeltyOrder, ZeltyRequest,
};

/// Statuses in which nothing more happens to an order.
fn is_over(status: OrderStatus) -> bool {
    matches!(
        status,
        OrderStatus::Completed
            | OrderStatus::Rejected
            | OrderStatus::Cancelled
            | OrderStatus::DeliveryFailed
    )
}

fn waits_for_answer(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::New | OrderStatus::Received)
}

/// Tells the till what it does not know yet of an order of the hub.
pub(super) async fn sync_hub_order(job: &TaskJob, id: &str) -> Result<Report, TaskError> {
    let order = match job.hub_order(id).await {
        Ok(order) => order,
        Err(TaskError::Hub(error)) if error.status() == Some(404) => return Ok(Report::good()),
        Err(error) => return Err(error),
    };
    let key = id.to_owned();
    let link = job
        .read(move |tx, connection| links::of_hub_order(tx, connection, &key))
        .await?;
    match link {
        Some(link) if link.zelty_order.is_some() => follow(job, &order, link).await,
        Some(link) if link.payload.is_some() => send(job, &order, link, Vec::new()).await,
        // An order with a private ref of this app is one of the till.
        _ if is_over(order.status) || order.private_ref.is_some() => Ok(Report::good()),
        _ => send_new(job, &order).await,
    }
}

/// The menu with the promotions that an order names.
async fn menu_for(
    job: &TaskJob,
    order: &Order,
    is_fresh: bool,
) -> Result<Arc<TillMenu>, TaskError> {
    let menu = job.till_menu(is_fresh).await?;
    let discounts = order.discounts.iter().filter(|it| !it.deleted);
    let numbers: Vec<i64> = discounts
        .filter_map(|it| it.reference.as_deref()?.trim().parse().ok())
        .collect();
    let Some(first) = numbers.first() else {
        return Ok(menu);
    };
    let mut menu = TillMenu::clone(&menu);
    match job.zelty.coupon(*first).await {
        Ok(coupon) => menu.add_coupon(coupon),
        Err(ZeltyError::Refused { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Arc::new(menu))
}

fn context<'a>(job: &'a TaskJob, menu: &'a TillMenu) -> OutgoingContext<'a> {
    OutgoingContext {
        restaurant: job.restaurant.restaurant,
        country: &job.restaurant.country,
        options: &job.restaurant.options,
        menu,
    }
}

async fn map_order(
    job: &TaskJob,
    order: &Order,
) -> Result<Result<OutgoingOrder, OrderRefusal>, TaskError> {
    let menu = menu_for(job, order, false).await?;
    let mapped = outgoing_order(order, &context(job, &menu));
    if mapped.is_ok() {
        return Ok(mapped);
    }
    // What was kept of the menu may be old: nothing is refused because of that.
    let menu = menu_for(job, order, true).await?;
    Ok(outgoing_order(order, &context(job, &menu)))
}

async fn send_new(job: &TaskJob, order: &Order) -> Result<Report, TaskError> {
    let mapped = match map_order(job, order).await? {
        Ok(mapped) => mapped,
        Err(refusal) => {
            let cause = refusal.sentence(job.language());
            let ticket = FallbackTicket::new(order, &refusal, job.language());
            return reject(job, order, &cause, &ticket.lines).await;
        }
    };
    let notes = sentences(job, &mapped.notes);
    let link = OrderLink {
        hub_order: order.id.to_string(),
        payload: Some(serde_json::to_value(&mapped.order)?),
        sent: SentElements::of(order),
        ..OrderLink::default()
    };
    job.save_link(&link).await?;
    send(job, order, link, notes).await
}

fn sentences(job: &TaskJob, notes: &[OrderNote]) -> Vec<String> {
    notes
        .iter()
        .map(|note| note.sentence(job.language()))
        .collect()
}

/// Sends what was stored to be sent, and accepts the order at the hub.
async fn send(
    job: &TaskJob,
    order: &Order,
    mut link: OrderLink,
    notes: Vec<String>,
) -> Result<Report, TaskError> {
    let request = ZeltyRequest {
        method: HttpMethod::Post,
        path: "/orders".into(),
        query: Vec::new(),
        body: link.payload.clone(),
        resend: Resend::Safe,
    };
    let reply: Value = match job.zelty.send(&request, Urgency::Order).await {
        Ok(reply) => reply,
        Err(error @ ZeltyError::Refused { .. }) => {
            let cause = zelty_sentence(page_language(job.language()), &error);
            let rejected = reject(job, order, &cause, &[]).await?;
            link.payload = None;
            job.save_link(&link).await?;
            return Ok(rejected);
        }
        Err(error) => return Err(error.into()),
    };
    let made: ZeltyOrder = serde_json::from_value(reply["order"].clone())?;
    link.zelty_order = Some(made.id);
    link.payload = None;
    job.save_link(&link).await?;
    accept(job, order, made.id, &notes).await?;
    // What happened to the order while it was being sent.
    let mut report = follow(job, &job.hub_order(order.id.as_str()).await?, link).await?;
    if !notes.is_empty() && report.outcome == Outcome::Good {
        report = Report::with_notes(&notes);
    }
    Ok(report)
}

/// Accepts an order that waits for an answer. The notes go with it, for whoever looks at the order.
async fn accept(
    job: &TaskJob,
    order: &Order,
    zelty_order: i64,
    notes: &[String],
) -> Result<(), TaskError> {
    if !waits_for_answer(order.status) {
        return Ok(());
    }
    let mut epos = json!({ "order_id": zelty_order.to_string() });
    if !notes.is_empty() {
        epos["notes"] = json!(notes);
    }
    let body = json!({ "status": "accepted", "custom_fields": { "epos": epos } });
    match job.patch_order(order.id.as_str(), &body).await {
        Ok(_) => Ok(()),
        // It was cancelled meanwhile: there is nothing to accept.
        Err(TaskError::Hub(error)) if error.status() == Some(422) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Rejects an order with its cause, and the ticket for a kitchen whose till does not have it.
async fn reject(
    job: &TaskJob,
    order: &Order,
    cause: &str,
    ticket: &[String],
) -> Result<Report, TaskError> {
    let report = Report::refused(
        job.language().pick("Refusée", "Refused"),
        [&[cause.to_owned()], ticket].concat().join("\n"),
    );
    if !waits_for_answer(order.status) {
        return Ok(report);
    }
    let rejection = json!({ "cause": cause, "info": { "ticket": ticket } });
    let body = json!({
        "status": "rejected", "custom_fields": { "epos": { "rejection": rejection } },
    });
    job.patch_order(order.id.as_str(), &body).await?;
    Ok(report)
}

/// An order that the till has: what was added to it, and what its status means.
async fn follow(job: &TaskJob, order: &Order, link: OrderLink) -> Result<Report, TaskError> {
    let Some(zelty_order) = link.zelty_order else {
        return Ok(Report::good());
    };
    let mut link = link;
    accept(job, order, zelty_order, &[]).await?;
    let mut notes = Vec::new();
    if !link.is_over && order.status != OrderStatus::Rejected {
        add(job, order, &mut link, zelty_order, &mut notes).await?;
    }
    follow_status(job, order, &mut link, zelty_order, &mut notes).await?;
    Ok(Report::with_notes(&notes))
}

/// The elements that this app has made itself come from the till.
fn known_elements(order: &Order, link: &OrderLink) -> SentElements {
    let mut known = link.sent.clone();
    let items = order.items.iter().filter(|it| it.private_ref.is_some());
    known.0.extend(items.map(|it| it.id.to_string()));
    let payments = order.payments.iter().filter(|it| it.private_ref.is_some());
    known.0.extend(payments.map(|it| it.id.to_string()));
    known
}

async fn add(
    job: &TaskJob,
    order: &Order,
    link: &mut OrderLink,
    zelty_order: i64,
    notes: &mut Vec<String>,
) -> Result<(), TaskError> {
    let known = known_elements(order, link);
    let present = SentElements::of(order);
    if present.0.is_subset(&known.0) {
        return Ok(());
    }
    let menu = menu_for(job, order, false).await?;
    let additions = match outgoing_additions(order, &known, &context(job, &menu)) {
        Ok(additions) => additions,
        Err(refusal) => {
            notes.push(refusal.sentence(job.language()));
            link.sent = present;
            return job.save_link(link).await;
        }
    };
    notes.extend(sentences(job, &additions.notes));
    if !additions.entries.is_empty() {
        let there = job.zelty.order(zelty_order).await?;
        let count = i64::try_from(there.items.len()).unwrap_or(i64::MAX);
        // More lines than before the last try: it has arrived.
        if link.lines_before.is_none_or(|before| count <= before) {
            link.lines_before = Some(count);
            job.save_link(link).await?;
            let change = OrderChange {
                items: additions.entries,
                ..OrderChange::default()
            };
            let sent = job.zelty.change_order(zelty_order, &change).await;
            note_refusal(job, sent, notes)?;
        }
        let items = order.items.iter().map(|it| it.id.to_string());
        link.sent.0.extend(items);
        link.sent
            .0
            .extend(order.charges.iter().map(|it| it.id.to_string()));
        link.lines_before = None;
        job.save_link(link).await?;
    }
    if !additions.transactions.is_empty() {
        let added = AddedTransactions {
            transactions: additions.transactions,
            close_if_paid: false,
        };
        let sent = job.zelty.add_transactions(zelty_order, &added).await;
        note_refusal(job, sent, notes)?;
    }
    link.sent = present;
    job.save_link(link).await
}

/// A refusal of Zelty is a note for the merchant; anything else is tried again.
fn note_refusal(
    job: &TaskJob,
    answer: Result<(), ZeltyError>,
    notes: &mut Vec<String>,
) -> Result<bool, TaskError> {
    match answer {
        Ok(()) => Ok(true),
        Err(error @ ZeltyError::Refused { .. }) => {
            notes.push(zelty_sentence(page_language(job.language()), &error));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_fully_paid(order: &Order) -> bool {
    let payments = order.payments.iter().filter(|it| !it.deleted);
    payments.map(|it| it.amount.cents()).sum::<i64>() >= order.total.cents()
}

async fn follow_status(
    job: &TaskJob,
    order: &Order,
    link: &mut OrderLink,
    zelty_order: i64,
    notes: &mut Vec<String>,
) -> Result<(), TaskError> {
    match status_action(order.status, is_fully_paid(order)) {
        StatusAction::StartProduction if !link.is_in_production && !link.is_over => {
            start_production(job, link, zelty_order, notes).await
        }
        StatusAction::Close if !link.is_over => {
            let closed = job.zelty.close_order(zelty_order).await;
            if !note_refusal(job, closed, notes)? {
                notes.push(OrderNote::NotClosed.sentence(job.language()));
            }
            link.is_over = true;
            job.save_link(link).await
        }
        StatusAction::CannotClose if !link.is_over => {
            notes.push(OrderNote::NotClosed.sentence(job.language()));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Has the kitchen begin, once: a second time would print its tickets again.
async fn start_production(
    job: &TaskJob,
    link: &mut OrderLink,
    zelty_order: i64,
    notes: &mut Vec<String>,
) -> Result<(), TaskError> {
    let there = job.zelty.order(zelty_order).await?;
    let mut start = ProductionStart::default();
    for entry in &there.items {
        match entry.kind {
            EntryKind::Dish => start.entry_ids.extend(entry.id),
            EntryKind::Menu => {
                let dishes = entry.items.iter().filter_map(|dish| dish.id);
                start.subentry_ids.extend(dishes);
            }
        }
    }
    link.is_in_production = true;
    job.save_link(link).await?;
    if matches!(there.status, StatusWord::Production | StatusWord::Ready) {
        return Ok(());
    }
    let started = job.zelty.start_production(zelty_order, &start).await;
    let is_certain = !matches!(
        started,
        Err(ZeltyError::Unreachable {
            may_have_happened: true,
            ..
        })
    );
    if is_certain && matches!(&started, Err(error) if !matches!(error, ZeltyError::Refused { .. }))
    {
        link.is_in_production = false;
        job.save_link(link).await?;
    }
    if is_certain {
        note_refusal(job, started, notes)?;
    }
    Ok(())
}
