//! What the API does with loyalty cards and operations.

use wire::id::{CustomerId, CustomerListId, LoyaltyCardId, LoyaltyOperationId, OrderId};
use wire::loyalty::{NewOperation, RawLoyaltyCard, RawOperation};
use wire::problem::{Path, Problems, REFERENCE_NOT_FOUND, TAKEN};
use wire::scope::Right;

use super::operations::{self, OperationRow};
use super::rules::{self, TOO_BIG};
use super::store::{self, CardFilter};
use crate::customer_lists::find_permitted;
use crate::customers::cards::{self, CustomerCard, card_views};
use crate::customers::{self, Customer};
use crate::db::Tx;
use crate::db::page::PageRequest;
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtAccount;
use crate::http::etag::IfMatch;
use crate::http::paging::Query;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// List and card of a path.
struct CardPath {
    list: CustomerListId,
    card: LoyaltyCardId,
}

impl CardPath {
    fn of(ids: &PathIds) -> Result<Self, ApiError> {
        Ok(Self {
            list: ids.id("customer_list_id")?,
            card: ids.id("loyalty_card_id")?,
        })
    }

    /// The card, with its customer kept from others.
    fn lock(
        &self,
        tx: &mut Tx<'_>,
        at: &AtAccount,
    ) -> Result<(LockedCustomer, CustomerCard), ApiError> {
        find_permitted(tx, at, &self.list, Right::Write)?;
        let held =
            store::find(tx, &at.account, &self.list, &self.card)?.ok_or(ApiError::NotFound)?;
        let holder =
            LockedCustomer::lock(tx, at, &self.list, &held.customer)?.ok_or(ApiError::NotFound)?;
        // As it is now that nobody else may change it.
        let card = holder.cards.iter().find(|card| card.id == self.card);
        let card = card.cloned().ok_or(ApiError::NotFound)?;
        Ok((holder, card))
    }
}

/// A customer with their cards, locked for this transaction.
struct LockedCustomer {
    customer: Customer,
    cards: Vec<CustomerCard>,
}

impl LockedCustomer {
    fn lock(
        tx: &mut Tx<'_>,
        at: &AtAccount,
        list: &CustomerListId,
        customer: &CustomerId,
    ) -> Result<Option<Self>, ApiError> {
        let client = &at.caller.client;
        let found = customers::store::lock_in_list(tx, &at.account, client, list, customer)?;
        let Some(customer) = found else {
            return Ok(None);
        };
        let cards = cards::of_customer(tx, &at.account, &customer.id)?;
        Ok(Some(Self { customer, cards }))
    }

    fn refuse_taken(
        &self,
        reference: Option<&str>,
        own: Option<&CustomerCard>,
    ) -> Result<(), ApiError> {
        if rules::is_free(&self.cards, reference, own) {
            Ok(())
        } else {
            Err(ApiError::field("ref", TAKEN))
        }
    }

    /// Tells everybody that the customer has these cards now.
    fn record_event(
        &self,
        tx: &mut Tx<'_>,
        at: &AtAccount,
        cards: &[CustomerCard],
        by: &Actor,
    ) -> Result<(), ApiError> {
        let mut after = self.customer.clone();
        after.version = tx.version_after(after.version);
        customers::store::count_change(tx, &at.account, &after)?;
        let states = (
            &self
                .customer
                .event_view(at.currency, card_views(&self.cards)),
            &after.event_view(at.currency, card_views(cards)),
        );
        customers::store::record_update(tx, &at.account, &after, states, by)?;
        Ok(())
    }

    /// Keeps another state of one of the cards, and tells everybody.
    fn change(
        &self,
        tx: &mut Tx<'_>,
        at: &AtAccount,
        after: &CustomerCard,
        by: &Actor,
    ) -> Result<(), ApiError> {
        store::update(tx, &at.account, after)?;
        let mut cards = self.cards.clone();
        for card in cards.iter_mut().filter(|card| card.id == after.id) {
            card.clone_from(after);
        }
        self.record_event(tx, at, &cards, by)
    }
}

/// Answers the cards of a list, oldest first.
pub(super) async fn list(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    query: Query,
    wanted: PageRequest,
) -> ApiResult {
    let list: CustomerListId = ids.id("customer_list_id")?;
    let filter = card_filter(&query)?;
    hub.read("loyalty.list", move |tx| {
        find_permitted(tx, &at, &list, Right::Read)?;
        let page = store::page(tx, &at.account, &list, &filter, &wanted)?;
        Reply::page_of(page.map(|held| held.view()))
    })
    .await
}

fn card_filter(query: &Query) -> Result<CardFilter, ApiError> {
    let mut problems = Problems::new();
    let mut text = |name: &str| query.text(name, &mut problems);
    let card_filter = CardFilter {
        customer: text("customer_id"),
        reference: text("ref"),
        name: text("name"),
    };
    if problems.is_empty() {
        Ok(card_filter)
    } else {
        Err(ApiError::Invalid(problems))
    }
}

/// Answers one card.
pub(super) async fn find(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let ids_in_path = CardPath::of(&ids)?;
    hub.read("loyalty.find", move |tx| {
        find_permitted(tx, &at, &ids_in_path.list, Right::Read)?;
        let held = store::find(tx, &at.account, &ids_in_path.list, &ids_in_path.card)?;
        Reply::of(&held.ok_or(ApiError::NotFound)?.view())
    })
    .await
}

/// Gives a customer a card without points on it, and tells every other client.
pub(super) async fn create(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let list: CustomerListId = ids.id("customer_list_id")?;
    let raw = body.parse_deferred::<RawLoyaltyCard>(call.hub()).await?;
    call.write("loyalty.create", move |tx| {
        find_permitted(tx, &at, &list, Right::Write)?;
        let new = raw.clone()?.check()?;
        let holder = LockedCustomer::lock(tx, &at, &list, &new.customer_id)?
            .ok_or_else(|| ApiError::field("customer_id", REFERENCE_NOT_FOUND))?;
        holder.refuse_taken(new.reference.as_deref(), None)?;
        let card = CustomerCard {
            id: LoyaltyCardId::from_generated(tx.fresh_id()?),
            reference: new.reference,
            name: new.name,
            balance: 0,
        };
        store::insert(tx, &at.account, &holder.customer, &card)?;
        let mut cards = holder.cards.clone();
        cards.push(card.clone());
        holder.record_event(tx, &at, &cards, &by)?;
        Reply::of(&card.standalone_view(&new.customer_id))
    })
    .await
}

/// Changes name and ref of a card, and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let ids_in_path = CardPath::of(&ids)?;
    let raw = body.parse_deferred::<RawLoyaltyCard>(call.hub()).await?;
    call.write("loyalty.update", move |tx| {
        let (holder, before) = ids_in_path.lock(tx, &at)?;
        if_match.check(|| Reply::of(&before.standalone_view(&holder.customer.id)))?;
        let patch = raw.clone()?.check_change()?;
        let mut after = before.clone();
        patch.name.apply_to(&mut after.name);
        patch.reference.apply_to(&mut after.reference);
        holder.refuse_taken(after.reference.as_deref(), Some(&before))?;
        if after != before {
            holder.change(tx, &at, &after, &by)?;
        }
        Reply::of(&after.standalone_view(&holder.customer.id))
    })
    .await
}

/// Answers what happened to a card, newest first.
pub(super) async fn list_operations(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    wanted: PageRequest,
) -> ApiResult {
    let ids_in_path = CardPath::of(&ids)?;
    hub.read("loyalty.list_operations", move |tx| {
        let list = find_permitted(tx, &at, &ids_in_path.list, Right::Read)?;
        let held = store::find(tx, &at.account, &ids_in_path.list, &ids_in_path.card)?;
        let card = held.ok_or(ApiError::NotFound)?.card;
        let page = operations::page(tx, &at.account, &card.id, &wanted)?;
        Reply::page_of(page.map(|operation| operation.view(&list.zone)))
    })
    .await
}

/// Answers one thing that happened to a card.
pub(super) async fn find_operation(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let ids_in_path = CardPath::of(&ids)?;
    let id: LoyaltyOperationId = ids.id("operation_id")?;
    hub.read("loyalty.find_operation", move |tx| {
        let list = find_permitted(tx, &at, &ids_in_path.list, Right::Read)?;
        let held = store::find(tx, &at.account, &ids_in_path.list, &ids_in_path.card)?;
        let card = held.ok_or(ApiError::NotFound)?.card;
        let found = operations::find(tx, &at.account, &card.id, &id)?;
        Reply::of(&found.ok_or(ApiError::NotFound)?.view(&list.zone))
    })
    .await
}

/// Adds points to a card, or takes them, and tells every other client.
pub(super) async fn operate(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let ids_in_path = CardPath::of(&ids)?;
    let raw = body.parse_deferred::<RawOperation>(call.hub()).await?;
    call.write("loyalty.operate", move |tx| {
        let (holder, before) = ids_in_path.lock(tx, &at)?;
        let new = raw.clone()?.check()?;
        let operation = operation(tx, &at, new, &holder.customer, &before)?;
        operations::insert(tx, &at.account, &before.id, &operation)?;
        let after = CustomerCard {
            balance: operation.new_balance,
            ..before
        };
        holder.change(tx, &at, &after, &by)?;
        Reply::of(&operation.view(&holder.customer.zone))
    })
    .await
}

fn operation(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    new: NewOperation,
    customer: &Customer,
    card: &CustomerCard,
) -> Result<OperationRow, ApiError> {
    let mut problems = Problems::new();
    let order = match new.order_id {
        None => None,
        Some(order) => {
            let found = find_order(tx, at, &order)?;
            if found.is_none() {
                problems.add(&Path::ROOT.key("order_id"), REFERENCE_NOT_FOUND);
            }
            found.map(|location| (order, location))
        }
    };
    let (order, order_location) = order.unzip();
    let new_balance = rules::balance_after(card.balance, &new.delta);
    if new_balance.is_none() {
        problems.add(&Path::ROOT.key("delta"), TOO_BIG);
    }
    let new_balance = problems.unless_any(new_balance)?;
    Ok(OperationRow {
        id: LoyaltyOperationId::from_generated(tx.fresh_id()?),
        customer: customer.id.clone(),
        order,
        order_location,
        reason: new.reason,
        delta: new.delta.to_thousandths(),
        new_balance,
        created_at: operations::moment(tx, &at.account, &card.id)?,
    })
}

/// The location of an order that the caller may name: a location's token names those of its own.
fn find_order(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    order: &OrderId,
) -> Result<Option<wire::id::LocationId>, ApiError> {
    let found = store::find_order_location(tx, &at.account, order)?;
    let own = at.caller.location.as_ref();
    Ok(found.filter(|location| own.is_none_or(|own| own == location)))
}
