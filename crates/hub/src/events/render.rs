//! An event as one receiver sees it: with that receiver's private refs, and nobody else's.

use wire::event::EventResource;
use wire::free::FreeObject;
use wire::id::ClientId;

use super::envelope::StoredEvent;
use crate::db::{self, Tx, json};
use crate::private_refs::{self, Refs};

/// What a client calls the order of an event with its elements and its customer, or the customer.
/// One question answers for all states of the event.
pub(super) fn refs(tx: &mut Tx<'_>, event: &StoredEvent, client: &ClientId) -> db::Result<Refs> {
    let account = &event.account;
    match (event.resource, &event.order) {
        (EventResource::Order, Some(order)) => {
            private_refs::store::of_order(tx, account, client, order)
        }
        (EventResource::Customer, _) => {
            let customer = event.subject.as_str();
            let found = private_refs::store::of_holders(tx, account, client, &[customer])?;
            let refs = found.into_iter().map(|(_, object, value)| (object, value));
            Ok(refs.collect())
        }
        _ => Ok(Refs::new()),
    }
}

/// A state of an event, as it was stored, with the [`refs`] that were found for it.
pub(super) fn state(event: &StoredEvent, state: String, refs: &Refs) -> db::Result<String> {
    match event.resource {
        EventResource::Order => private_refs::fill_order(state, refs),
        EventResource::Customer => customer(&event.subject, state, refs),
        _ => Ok(state),
    }
}

fn customer(id: &str, state: String, refs: &Refs) -> db::Result<String> {
    let Some(value) = refs.get(id) else {
        return Ok(state);
    };
    // As they are written: free numbers keep their digits.
    let mut state: FreeObject = json::read(&state, "a customer")?;
    if state.contains_key("private_ref") {
        state.insert("private_ref", value.clone());
    }
    Ok(state.text().to_owned())
}
