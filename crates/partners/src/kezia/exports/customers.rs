//! **Envoi Clients**: a customer with the same e-mail address is updated at the hub, any other is created.

use std::sync::Arc;
use std::time::Duration;

use client::{Connection, CustomerFilter, Error};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::{connection, enqueue};
use crate::kezia::TillApp;
use crate::kezia::customers::{self, TillCustomer};
use crate::kit::connections::StoredConnection;
use crate::kit::cookies::path_segment;
use crate::kit::outbox::{self, ActionMethod, NewAction};
use crate::kit::store::StoreError;

/// How the subjects of customers begin in the outbox.
pub(super) const SUBJECT_PREFIX: &str = "customer-";

/// How often the background looks for customers to send.
const INTERVAL: Duration = Duration::from_secs(5);

/// Looks for customers to send, until the program ends.
pub(crate) async fn prepare_forever(till: Arc<TillApp>) {
    loop {
        let queued = till.app.outbox_wake.notified();
        if let Err(error) = prepare_waiting(&till).await {
            tracing::error!(%error, "customers cannot be sent");
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = queued => {}
        }
    }
}

/// Looks all marked customers up at the hub, and queues what is to be done there. Those whom the hub cannot
/// be asked about stay marked.
pub(crate) async fn prepare_waiting(till: &Arc<TillApp>) -> Result<(), StoreError> {
    // One after the other: nobody is looked up, and made, twice.
    let _one_at_a_time = till.sending_customers.lock().await;
    loop {
        let next = till.app.store.read(|tx| {
            let place = connection(tx)?;
            let usable = place.filter(|place| place.ended.is_none() && !place.is_paused);
            Ok((usable, customers::next_to_send(tx)?))
        });
        let (Some(place), Some(customer)) = next.await? else {
            return Ok(());
        };
        let Some(list) = place.token.customer_list_id.clone() else {
            return Ok(());
        };
        let hub = till.app.connection(&place);
        let began = Instant::now();
        let found = hub_id(&hub, &list, &customer).await;
        till.app
            .record_call(&place, found.as_ref().err(), began.elapsed())
            .await?;
        let Ok(hub_id) = found else {
            return Ok(());
        };
        queue(till, place, list, TillCustomer { hub_id, ..customer }).await?;
    }
}

/// The id of a customer at the hub: the known one, or that of the same e-mail address.
async fn hub_id(
    hub: &Connection,
    list: &str,
    customer: &TillCustomer,
) -> Result<Option<String>, Error> {
    if customer.hub_id.is_some() || customer.email.is_empty() {
        return Ok(customer.hub_id.clone());
    }
    let filter = CustomerFilter {
        // The wildcard of the hub's search is no part of an address.
        email: Some(customer.email.replace('*', "")),
        ..CustomerFilter::default()
    };
    let found = hub.customers::<Value>(list, filter).all().await?;
    let first = found.first().and_then(|found| found["id"].as_str());
    Ok(first.map(str::to_owned))
}

async fn queue(
    till: &Arc<TillApp>,
    place: StoredConnection,
    list: String,
    customer: TillCustomer,
) -> Result<(), StoreError> {
    let now = till.app.now();
    let queued = till.app.store.write(move |tx| {
        let subject = format!("{SUBJECT_PREFIX}{}", customer.id);
        customers::unmark(tx, customer.id)?;
        let customers_path = format!("/customer_lists/{}/customers", path_segment(&list));
        let mut body = body(&customer);
        let (method, path) = match &customer.hub_id {
            Some(id) => {
                customers::set_hub_id(tx, customer.id, id)?;
                let path = format!("{customers_path}/{}", path_segment(id));
                (ActionMethod::Patch, path)
            }
            // The one that waits makes the customer: a second request could make another.
            None if outbox::is_waiting(tx, &place.id, &subject)? => return Ok(()),
            None => {
                let own = format!("KEZIA-{}", customer.id);
                body.insert("private_ref".into(), own.into());
                (ActionMethod::Post, customers_path)
            }
        };
        let action = NewAction {
            connection: place.id,
            subject,
            title: format!("Envoi Clients ({})", customer.name()),
            method,
            path,
            body: body.into(),
        };
        enqueue(tx, &action, now).map(|_| ())
    });
    queued.await?;
    till.app.outbox_wake.notify_waiters();
    Ok(())
}

/// What the till knows of the customer; nothing is erased at the hub.
fn body(customer: &TillCustomer) -> Map<String, Value> {
    let fields = [
        ("first_name", &customer.first_name),
        ("last_name", &customer.last_name),
        ("email", &customer.email),
        ("phone", &customer.phone),
        ("address_1", &customer.address),
        ("postal_code", &customer.postal_code),
        ("city", &customer.city),
    ];
    let known = fields.into_iter().filter(|(_, text)| !text.is_empty());
    known
        .map(|(name, text)| (name.to_owned(), text.as_str().into()))
        .collect()
}
