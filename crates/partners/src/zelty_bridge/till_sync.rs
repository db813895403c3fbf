//! An order of the till, and what the hub has to know of it.

use client::order::{CustomerListId, Order, OrderStatus};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::job::{TaskError, TaskJob};
use super::links::{self, OrderLink};
use super::mapping::{
    IncomingContext, hub_status, incoming_change, incoming_customer, incoming_order,
};
use super::operations::Report;
use super::tasks::{self, TaskKind};
use crate::kit::cookies::path_segment;
use crate::kit::store::StoreError;
use crate::zelty_api::{OrdersFilter, StatusWord, ZeltyCustomer, ZeltyError, ZeltyOrder};

/// Orders that a page of Zelty's list has at most.
const ORDERS_PER_PAGE: u32 = 200;

/// Tells the hub what it does not know yet of an order of the till. `word` is the status that a webhook has
/// reported: it says more than reading the order does.
pub(super) async fn sync_till_order(
    job: &TaskJob,
    id: &str,
    word: &str,
) -> Result<Report, TaskError> {
    let Ok(id) = id.parse::<i64>() else {
        return Ok(Report::good());
    };
    let mut order = match job.zelty.order(id).await {
        Ok(order) => order,
        Err(ZeltyError::Refused { status: 404, .. }) => return Ok(Report::good()),
        Err(error) => return Err(error.into()),
    };
    let fingerprint = fingerprint(&order);
    if !word.is_empty() && order.status.is_open() {
        order.status = StatusWord::from_word(word);
    }
    let link = match find_link(job, &order).await? {
        Some(link) => link,
        None if order.is_sandbox || !job.restaurant.options.receives_till_orders => {
            return Ok(Report::good());
        }
        None => return create(job, &order, fingerprint).await,
    };
    change(job, &order, link, fingerprint).await
}

/// What changes when anything of an order changes.
pub(super) fn fingerprint(order: &ZeltyOrder) -> String {
    let digest = Sha256::digest(format!("{order:?}"));
    let text: String = digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // One that is no longer worked on is not looked for among those that are.
    if order.status.is_open() {
        text
    } else {
        format!("shut:{text}")
    }
}

async fn find_link(job: &TaskJob, order: &ZeltyOrder) -> Result<Option<OrderLink>, TaskError> {
    let (id, remote_id) = (order.id, order.remote_id.clone());
    job.read(move |tx, connection| {
        let found = links::of_till_order(tx, connection, id)?;
        match (found, remote_id) {
            (None, Some(remote_id)) => links::of_hub_order(tx, connection, &remote_id),
            (found, _) => Ok(found),
        }
    })
    .await
}

/// How far an order has come; a status never goes back.
fn rank(status: OrderStatus) -> u8 {
    match status {
        OrderStatus::New => 0,
        OrderStatus::Received => 1,
        OrderStatus::Accepted => 2,
        OrderStatus::InPreparation => 3,
        OrderStatus::AwaitingShipment | OrderStatus::AwaitingCollection => 4,
        OrderStatus::InDelivery => 5,
        OrderStatus::Completed
        | OrderStatus::Rejected
        | OrderStatus::Cancelled
        | OrderStatus::DeliveryFailed => 6,
    }
}

fn customer_list(job: &TaskJob) -> Option<CustomerListId> {
    let list = job.place.token.customer_list_id.as_deref()?;
    CustomerListId::parse(list).ok()
}

async fn change(
    job: &TaskJob,
    order: &ZeltyOrder,
    mut link: OrderLink,
    fingerprint: String,
) -> Result<Report, TaskError> {
    let hub = job.hub_order(&link.hub_order).await?;
    let list = customer_list(job);
    let context = IncomingContext {
        currency: job.place.currency,
        customer_list: list.as_ref(),
        options: &job.restaurant.options,
    };
    // Only the till's word ends it: an order that is over at the hub may still have to be paid and closed there.
    link.is_over |= hub_status(&order.status).is_some_and(|status| rank(status) == 6);
    let mut order = order.clone();
    if hub_status(&order.status).is_some_and(|status| rank(status) <= rank(hub.status)) {
        order.status = StatusWord::Opened;
    }
    link.is_in_production |= matches!(order.status, StatusWord::Production | StatusWord::Ready);
    if let Some(patch) = incoming_change(&hub, &order, &context) {
        let body = serde_json::to_value(&patch)?;
        job.patch_order(&link.hub_order, &body).await?;
    }
    link.zelty_order = Some(order.id);
    link.payload = None;
    link.fingerprint = fingerprint;
    job.save_link(&link).await?;
    Ok(Report::good())
}

/// Makes an order of the till known to the hub. One that was made before a crash is found by its private ref.
async fn create(
    job: &TaskJob,
    order: &ZeltyOrder,
    fingerprint: String,
) -> Result<Report, TaskError> {
    let private_ref = order.id.to_string();
    let known: Vec<Value> = job
        .hub_get("/location/orders", &[("private_ref", &private_ref)])
        .await?;
    let made = match known.first() {
        Some(known) => known.clone(),
        None => {
            let list = customer_list(job);
            if let (Some(customer), Some(list)) = (&order.customer, &list) {
                upsert_customer(job, list, customer).await?;
            }
            let context = IncomingContext {
                currency: job.place.currency,
                customer_list: list.as_ref(),
                options: &job.restaurant.options,
            };
            let body = serde_json::to_value(incoming_order(order, &context))?;
            job.hub_post("/location/orders", &body, &private_ref)
                .await?
        }
    };
    let hub: Order = serde_json::from_value(made)?;
    let link = OrderLink {
        hub_order: hub.id.to_string(),
        zelty_order: Some(order.id),
        ..OrderLink::default()
    };
    change(job, order, link, fingerprint).await
}

/// Finds a guest of the list by Zelty's id, and makes or updates them.
async fn upsert_customer(
    job: &TaskJob,
    list: &CustomerListId,
    customer: &ZeltyCustomer,
) -> Result<(), TaskError> {
    let path = format!("/customer_lists/{}/customers", path_segment(list.as_str()));
    let private_ref = customer.id.to_string();
    let known: Vec<Value> = job.hub_get(&path, &[("private_ref", &private_ref)]).await?;
    let mut body = serde_json::to_value(incoming_customer(customer))?;
    match known.first().and_then(|known| known["id"].as_str()) {
        Some(id) => {
            let path = format!("{path}/{}", path_segment(id));
            job.hub_patch(&path, &body).await?;
        }
        None => {
            body["private_ref"] = json!(private_ref);
            job.hub_post(&path, &body, &private_ref).await?;
        }
    }
    Ok(())
}

/// The orders that the till works on.
pub(super) async fn opened_orders(job: &TaskJob) -> Result<Vec<ZeltyOrder>, TaskError> {
    let mut orders = Vec::new();
    let mut offset = 0;
    loop {
        let page = job.zelty.orders(&OrdersFilter::Opened, offset).await?;
        let count = u32::try_from(page.len()).unwrap_or(u32::MAX);
        orders.extend(page);
        if count < ORDERS_PER_PAGE {
            break;
        }
        offset += ORDERS_PER_PAGE;
    }
    orders.retain(|order| {
        order
            .id_restaurant
            .is_none_or(|id| id == job.restaurant.restaurant)
    });
    Ok(orders)
}

/// Looks at the orders that the till works on, and asks for what is new or different. Zelty has no webhook for a
/// new order or a line that was added.
pub(super) async fn look_at_till(job: &TaskJob) -> Result<(), TaskError> {
    let orders = opened_orders(job).await?;
    let present: Vec<(i64, String)> = orders
        .iter()
        .map(|order| (order.id, fingerprint(order)))
        .collect();
    let (connection, now) = (job.place.id.clone(), job.app.shell.now());
    let store = &job.app.shell.store;
    store
        .write(move |tx| request_changed(tx, &connection, &present, now))
        .await?;
    job.app.tasks_wake.notify_waiters();
    Ok(())
}

fn request_changed(
    tx: &Transaction<'_>,
    connection: &str,
    present: &[(i64, String)],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (id, fingerprint) in present {
        let known = links::of_till_order(tx, connection, *id)?;
        if known.is_none_or(|link| link.fingerprint != *fingerprint) {
            tasks::request(
                tx,
                connection,
                (TaskKind::TillOrder, &id.to_string()),
                "",
                now,
            )?;
        }
    }
    // One that is no longer worked on is over.
    for id in links::open_till_orders(tx, connection)? {
        if present.iter().all(|(there, _)| *there != id) {
            tasks::request(
                tx,
                connection,
                (TaskKind::TillOrder, &id.to_string()),
                "",
                now,
            )?;
        }
    }
    Ok(())
}
