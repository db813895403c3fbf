//! An order of the hub, and what the till has to know of it.
//!
//! The present order of the hub is compared with what the till has already, and the rest is sent. What is being
//! sent is stored before: killed in between, the bridge looks for its `remote_id` among the till's orders, and
//! sends the very same again if it is not there; added lines have no such id, so the till's order is looked at
//! first. What the till refuses is remembered, and sent again when somebody asks for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use client::order::{ElementId, Order, OrderStatus};
use serde_json::{Value, json};

use super::job::{TaskError, TaskJob};
use super::links::{self, OrderLink};
use super::mapping::{
    FallbackTicket, OrderAdditions, OrderNote, OrderRefusal, OutgoingContext, OutgoingOrder,
    SentElements, StatusAction, TillMenu, outgoing_additions, outgoing_order, status_action,
};
use super::operations::{Outcome, Report};
use super::till_sync;
use super::words::{page_language, refused_elements_sentence, zelty_sentence};
use crate::zelty_api::pace::Urgency;
use crate::zelty_api::{
    AddedTransactions, EntryKind, HttpMethod, NewEntry, OrderChange, ProductionStart, Resend,
    StatusWord, ZeltyError, ZeltyOrder, ZeltyRequest,
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
        Some(link) if link.payload.is_some() => resend(job, &order, link).await,
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

/// Nobody knows whether an earlier try has arrived. The till's own orders tell, also when its menu has changed
/// and the same would be refused today; one that is over meanwhile is not sent.
async fn resend(job: &TaskJob, order: &Order, mut link: OrderLink) -> Result<Report, TaskError> {
    let opened = till_sync::opened_orders(job).await?;
    let there = opened
        .iter()
        .find(|it| it.remote_id.as_deref() == Some(order.id.as_str()));
    match there {
        Some(there) => sent(job, order, link, there.id, Vec::new()).await,
        None if is_over(order.status) => {
            link.payload = None;
            job.save_link(&link).await?;
            Ok(Report::good())
        }
        None => send(job, order, link, Vec::new()).await,
    }
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
    sent(job, order, link, made.id, notes).await
}

/// The till has the order: the hub is told so.
async fn sent(
    job: &TaskJob,
    order: &Order,
    mut link: OrderLink,
    zelty_order: i64,
    notes: Vec<String>,
) -> Result<Report, TaskError> {
    link.zelty_order = Some(zelty_order);
    link.payload = None;
    job.save_link(&link).await?;
    accept(job, order, zelty_order, &notes).await?;
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
    answer(job, order, &body).await
}

/// Answers an order that waits. If the hub refuses that, the order itself tells whether it waits still.
async fn answer(job: &TaskJob, order: &Order, body: &Value) -> Result<(), TaskError> {
    let id = order.id.as_str();
    match job.patch_order(id, body).await {
        Ok(_) => Ok(()),
        Err(TaskError::Hub(error)) if error.status() == Some(422) => {
            if waits_for_answer(job.hub_order(id).await?.status) {
                return Err(TaskError::Hub(error));
            }
            // Somebody was faster, such as a guest who cancelled: there is nothing to answer.
            Ok(())
        }
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
    answer(job, order, &body).await?;
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

/// What is not to be sent: what the till has, what it refused, and what this app has made itself, which comes from
/// the till.
fn known_elements(order: &Order, link: &OrderLink) -> SentElements {
    let mut known = link.sent.clone();
    known.0.extend(link.refused.0.iter().cloned());
    let items = order.items.iter().filter(|it| it.private_ref.is_some());
    known.0.extend(items.map(|it| it.id.to_string()));
    let payments = order.payments.iter().filter(|it| it.private_ref.is_some());
    known.0.extend(payments.map(|it| it.id.to_string()));
    known
}

/// What is to be added to the till's order; as for a new order, the menu that is kept may be old.
async fn map_additions(
    job: &TaskJob,
    order: &Order,
    known: &SentElements,
) -> Result<Result<OrderAdditions, OrderRefusal>, TaskError> {
    let menu = menu_for(job, order, false).await?;
    let mapped = outgoing_additions(order, known, &context(job, &menu));
    if mapped.is_ok() {
        return Ok(mapped);
    }
    let menu = menu_for(job, order, true).await?;
    Ok(outgoing_additions(order, known, &context(job, &menu)))
}

async fn add(
    job: &TaskJob,
    order: &Order,
    link: &mut OrderLink,
    zelty_order: i64,
    notes: &mut Vec<String>,
) -> Result<(), TaskError> {
    let known = known_elements(order, link);
    let new = SentElements::of(order).0;
    let new: BTreeSet<String> = new.difference(&known.0).cloned().collect();
    if new.is_empty() {
        return Ok(());
    }
    let (payments, lines): (BTreeSet<String>, BTreeSet<String>) = new
        .iter()
        .cloned()
        .partition(|id| order.payments.iter().any(|it| it.id.as_str() == id));
    let additions = match map_additions(job, order, &known).await? {
        Ok(additions) => additions,
        Err(refusal) => {
            notes.push(refusal.sentence(job.language()));
            return keep(job, order, link, (new, false), notes).await;
        }
    };
    notes.extend(sentences(job, &additions.notes));
    let is_taken = add_lines(job, link, zelty_order, additions.entries, notes).await?;
    link.lines_before = None;
    keep(job, order, link, (lines, is_taken), notes).await?;
    let is_taken = if additions.transactions.is_empty() {
        true
    } else {
        let added = AddedTransactions {
            transactions: additions.transactions,
            close_if_paid: false,
        };
        let sent = job.zelty.add_transactions(zelty_order, &added).await;
        note_refusal(job, sent, notes)?
    };
    keep(job, order, link, (payments, is_taken), notes).await
}

/// Adds lines to the till's order; answers whether it has them.
async fn add_lines(
    job: &TaskJob,
    link: &mut OrderLink,
    zelty_order: i64,
    entries: Vec<NewEntry>,
    notes: &mut Vec<String>,
) -> Result<bool, TaskError> {
    if entries.is_empty() {
        return Ok(true);
    }
    let there = job.zelty.order(zelty_order).await?;
    let count = i64::try_from(there.items.len()).unwrap_or(i64::MAX);
    // More lines than before the last try: it has arrived.
    if link.lines_before.is_some_and(|before| count > before) {
        return Ok(true);
    }
    link.lines_before = Some(count);
    job.save_link(link).await?;
    let change = OrderChange {
        items: entries,
        ..OrderChange::default()
    };
    let sent = job.zelty.change_order(zelty_order, &change).await;
    note_refusal(job, sent, notes)
}

/// Remembers elements as taken by the till, or as refused, which is said.
async fn keep(
    job: &TaskJob,
    order: &Order,
    link: &mut OrderLink,
    (elements, is_taken): (BTreeSet<String>, bool),
    notes: &mut Vec<String>,
) -> Result<(), TaskError> {
    if is_taken {
        link.sent.0.extend(elements);
    } else {
        let names = element_names(order, &elements);
        notes.push(refused_elements_sentence(
            page_language(job.language()),
            &names,
        ));
        link.refused.0.extend(elements);
    }
    job.save_link(link).await
}

/// Elements of an order as people call them.
fn element_names(order: &Order, ids: &BTreeSet<String>) -> Vec<String> {
    let is_one = |id: &ElementId, is_deleted: bool| !is_deleted && ids.contains(id.as_str());
    let items = order.items.iter().filter(|it| is_one(&it.id, it.deleted));
    let items =
        items.map(|it| format!("{} × {}", it.quantity.to_minimal_string(), it.product_name));
    let charges = order.charges.iter().filter(|it| is_one(&it.id, it.deleted));
    let charges = charges.map(|it| it.name.clone());
    let payments = order
        .payments
        .iter()
        .filter(|it| is_one(&it.id, it.deleted));
    let payments = payments.map(|it| {
        let name = it.name.clone().unwrap_or_default();
        format!("{name} {}", it.amount).trim().to_owned()
    });
    items.chain(charges).chain(payments).collect()
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
