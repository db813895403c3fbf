//! What the API does with quotes.

use wire::delivery::{DeliveryQuote, RawDeliveryQuote};
use wire::event::EventType;
use wire::id::{DeliveryQuoteId, OrderId};

use super::store;
use crate::deliveries::rules;
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtLocation;
use crate::http::etag::IfMatch;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;
use crate::orders::{self, http::ID};

/// Order and quote of a path.
struct QuotePath {
    order: OrderId,
    quote: DeliveryQuoteId,
}

impl QuotePath {
    fn of(ids: &PathIds) -> Result<Self, ApiError> {
        Ok(Self {
            order: ids.id(ID)?,
            quote: ids.id("delivery_quote_id")?,
        })
    }
}

/// Keeps what a carrier asks.
pub(super) async fn create(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let order: OrderId = ids.id(ID)?;
    let raw = body.parse_deferred::<RawDeliveryQuote>(call.hub()).await?;
    call.write("delivery_quotes.create", move |tx| {
        let account = &at.account;
        let mut holder =
            orders::store::lock(tx, account, &at.location, &order)?.ok_or(ApiError::NotFound)?;
        let new = raw.clone()?.check(&at.context())?;
        rules::is_for_delivery(&holder.order)?;
        let id = DeliveryQuoteId::from_generated(tx.fresh_id()?);
        let quote = new.offer_for(&holder.order, id);
        let sequence = orders::store::next_sequence(tx, account, &mut holder)?;
        let document = store::insert(tx, account, &quote)?;
        let states = (EventType::Create, None, document.as_str());
        store::record_event(tx, account, &quote, sequence, states, &by)?;
        Ok(Reply::raw(document))
    })
    .await
}

/// Answers the quotes of an order, oldest first.
pub(super) async fn list(hub: Hub, at: AtLocation, ids: PathIds) -> ApiResult {
    let order: OrderId = ids.id(ID)?;
    hub.read("delivery_quotes.list", move |tx| {
        if orders::store::find_location(tx, &at.account, &order)?.as_ref() != Some(&at.location) {
            return Err(ApiError::NotFound);
        }
        Ok(Reply::list(&store::all(tx, &at.account, &order)?))
    })
    .await
}

/// Answers one quote.
pub(super) async fn find(hub: Hub, at: AtLocation, ids: PathIds) -> ApiResult {
    let QuotePath { order, quote } = QuotePath::of(&ids)?;
    hub.read("delivery_quotes.find", move |tx| {
        let found = store::find(tx, &at.account, &at.location, &order, &quote)?;
        found.map(Reply::raw).ok_or(ApiError::NotFound)
    })
    .await
}

/// Accepts a quote. Whatever the body says is of no interest, and the first time stays.
pub(super) async fn accept(
    call: ApiCall,
    at: AtLocation,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
) -> ApiResult {
    let QuotePath { order, quote } = QuotePath::of(&ids)?;
    call.write("delivery_quotes.accept", move |tx| {
        let account = &at.account;
        let mut holder =
            orders::store::lock(tx, account, &at.location, &order)?.ok_or(ApiError::NotFound)?;
        let document =
            store::find(tx, account, &at.location, &order, &quote)?.ok_or(ApiError::NotFound)?;
        if_match.check(|| Ok(Reply::raw(document.clone())))?;
        let before = store::parse_quote(&document)?;
        if before.accepted_at.is_some() {
            return Ok(Reply::raw(document));
        }
        let after = DeliveryQuote {
            accepted_at: Some(at.time(tx.now())),
            ..before
        };
        let sequence = orders::store::next_sequence(tx, account, &mut holder)?;
        let changed = store::update(tx, account, &after)?;
        let states = (EventType::Update, Some(document.as_str()), changed.as_str());
        store::record_event(tx, account, &after, sequence, states, &by)?;
        Ok(Reply::raw(changed))
    })
    .await
}
