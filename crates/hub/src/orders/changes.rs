//! What happens when an order is created or changed: each a function of one transaction.

use wire::id::OrderId;
use wire::order::{CheckedNewOrder, CustomerForm, OrderCustomer, PlacementContext, RawOrderPatch};
use wire::problem::REFERENCE_NOT_FOUND;

use super::store::OrderHead;
use super::{recent_refs, store};
use crate::customers::cards::{self, CustomerCard};
use crate::customers::{self, Customer};
use crate::db::{Tx, json};
use crate::events::Actor;
use crate::http::body::ParsedBody;
use crate::http::caller::AtLocation;
use crate::http::etag::IfMatch;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::loyalty::rules::operate;
use crate::{loyalty, private_refs};

/// Creates an order, carries out what it does to its customer, and tells everybody.
pub(super) fn create(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    new: &CheckedNewOrder,
    by: &Actor,
) -> ApiResult {
    let attached = find_customer(tx, at, &new.customer)?;
    let placement = PlacementContext {
        location: &at.location,
        zone: &at.zone,
        now: tx.now(),
        sender: &at.caller.client_name,
        connection: at.connection_name(),
        customer: attached
            .as_ref()
            .map(|attached| attached.order_customer(at)),
    };
    let mut order = new.clone().place(placement, &mut || tx.fresh_id())?;
    recent_refs::claim(tx, at, &order.id, order.reference.as_deref())?;
    let mut refs = order.take_private_refs();
    let document = json::text(&order)?;
    let order = OrderHead::from(order);
    store::insert(tx, at, &order, &document, by)?;
    let (account, client) = (&at.account, &at.caller.client);
    for (object, value) in &refs {
        let holder = order.id.as_str();
        private_refs::store::set(tx, account, client, holder, object, Some(value))?;
    }
    if let Some(attached) = attached {
        attached.count_order(tx, at, &order, by)?;
        let id = attached.customer.id.to_string();
        refs.extend(attached.customer.private_ref.map(|value| (id, value)));
    }
    Ok(Reply::raw(private_refs::fill_order(document, &refs)?).about(order.id))
}

/// A customer of a list who orders, with their cards before the order.
struct OrderingCustomer {
    customer: Customer,
    cards: Vec<CustomerCard>,
}

/// The customer that the order names, locked, with their cards; none for a guest.
fn find_customer(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    form: &CustomerForm,
) -> Result<Option<OrderingCustomer>, ApiError> {
    let (account, client, location) = (&at.account, &at.caller.client, &at.location);
    let (found, field) = match form {
        CustomerForm::Guest(_) => return Ok(None),
        CustomerForm::Id(id) => {
            let found = customers::store::lock(tx, account, client, location, id)?;
            (found, "customer_id")
        }
        CustomerForm::PrivateRef { list, private_ref } => {
            let wanted = (list, private_ref.as_str());
            let found =
                customers::store::lock_by_private_ref(tx, account, client, location, wanted)?;
            (found, "customer_private_ref")
        }
    };
    let customer = found.ok_or_else(|| ApiError::field(field, REFERENCE_NOT_FOUND))?;
    let cards = cards::of_customer(tx, account, &customer.id)?;
    Ok(Some(OrderingCustomer { customer, cards }))
}

impl OrderingCustomer {
    /// The customer as the order shows it: with times of its location.
    fn order_customer(&self, at: &AtLocation) -> OrderCustomer {
        self.customer
            .view_in_zone(at.currency, &at.zone, cards::card_views(&self.cards))
    }

    /// Counts the order and carries out its loyalty operations. Only the latter are told.
    fn count_order(
        &self,
        tx: &mut Tx<'_>,
        at: &AtLocation,
        order: &OrderHead,
        by: &Actor,
    ) -> Result<(), ApiError> {
        let operations = &order.loyalty_operations;
        let operated = operate(&self.cards, operations, &mut || tx.fresh_id())??;
        let version = tx.version_after(self.customer.version);
        let after = self.customer.after_order(order.total, tx.now(), version);
        customers::store::count_order(tx, &at.account, &after)?;
        let order_at_location = (&order.id, &order.location);
        loyalty::operations::save_applied(
            tx,
            &at.account,
            &self.customer,
            order_at_location,
            &self.cards,
            &operated,
            operations,
        )?;
        if operated.cards != self.cards {
            let states = (
                &self
                    .customer
                    .event_view(at.currency, cards::card_views(&self.cards)),
                &after.event_view(at.currency, cards::card_views(&operated.cards)),
            );
            customers::store::record_update(tx, &at.account, &after, states, by)?;
        }
        Ok(())
    }
}

/// Changes an order, if it is as the caller has seen it, and the client's private refs in it, and
/// tells everybody what they can see.
pub(super) fn update(
    tx: &mut Tx<'_>,
    at: &AtLocation,
    (id, if_match): (&OrderId, &IfMatch),
    patch: &ParsedBody<RawOrderPatch>,
    by: &Actor,
) -> ApiResult {
    let (account, client) = (&at.account, &at.caller.client);
    let before = store::lock(tx, account, &at.location, id)?.ok_or(ApiError::NotFound)?;
    let mut own = private_refs::store::of_order(tx, account, client, id)?;
    if_match.check(|| {
        Ok(Reply::raw(private_refs::fill_order(
            before.document.clone(),
            &own,
        )?))
    })?;
    let checked = patch.clone()?.check(&at.context(), &before.order)?;
    let changed = checked.apply_to(&before.order, &at.zone, &mut || tx.fresh_id())??;
    for (object, value) in changed.private_refs {
        if own.get(&object) != value.as_ref() {
            private_refs::store::set(tx, account, client, id.as_str(), &object, value.as_deref())?;
        }
        match value {
            Some(value) => own.insert(object, value),
            None => own.remove(&object),
        };
    }
    let document = store::update(tx, account, &before, &changed.order, by)?;
    Ok(Reply::raw(private_refs::fill_order(document, &own)?).about(id.clone()))
}
