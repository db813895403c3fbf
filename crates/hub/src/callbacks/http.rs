//! What the API does with callbacks and pending events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use wire::callback::{AcknowledgeInput, AcknowledgedEvents, Callback, NewCallback};
use wire::event::EventResource;
use wire::id::{ConnectionId, EventId};
use wire::problem::{Path, Problems, scope_required};
use wire::scope::{Resource, Scope};

use super::store;
use crate::events::envelope::Subscriber;
use crate::events::{self, permits};
use crate::http::authorization::count_call;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::{AtAccount, Caller};
use crate::http::etag::IfMatch;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// Answers the callback; without one, the default.
pub(super) async fn find(hub: Hub, at: AtAccount) -> ApiResult {
    hub.read("callbacks.find", move |tx| {
        let found = store::find(tx, &at.account, &at.caller.connection)?;
        Reply::of(&found.unwrap_or_default())
    })
    .await
}

/// Makes or replaces the callback.
pub(super) async fn replace(
    call: ApiCall,
    at: AtAccount,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let callback = body.parse::<NewCallback>(call.hub()).await?.check()?;
    let mut problems = Problems::new();
    let complaint = callback
        .url
        .as_deref()
        .and_then(|url| call.hub().outbound().egress_policy().complaint(url));
    if let Some(complaint) = complaint {
        problems.add(&Path::ROOT.key("url"), complaint);
    }
    refuse_what_the_scope_hides(&callback, &at.caller.scope, &mut problems);
    let callback = problems.unless_any(Some(callback))?;
    call.write("callbacks.replace", move |tx| {
        let found = store::lock(tx, &at.account, &at.caller.connection)?;
        if_match.check(|| Reply::of(&found.unwrap_or_default()))?;
        store::replace(tx, &at.account, &at.caller.connection, &callback)?;
        Reply::of(&callback)
    })
    .await
}

fn refuse_what_the_scope_hides(callback: &Callback, scope: &Scope, problems: &mut Problems) {
    let events = Path::ROOT.key("events");
    for resource in callback.events.keys() {
        if !permits(scope, *resource) {
            let needed = needed(*resource).as_str();
            problems.add(&events.key(resource.as_str()), scope_required(needed));
        }
    }
}

/// The permission to ask for when events of a resource are wanted.
fn needed(resource: EventResource) -> Resource {
    match resource {
        EventResource::Customer | EventResource::CustomerList => Resource::CustomerList,
        EventResource::Catalog => Resource::Catalog,
        EventResource::Inventory => Resource::Inventory,
        EventResource::Order
        | EventResource::Delivery
        | EventResource::DeliveryQuote
        | EventResource::Location
        | EventResource::Account => Resource::Orders,
    }
}

/// Removes the callback with everything that is pending, and answers the default.
pub(super) async fn remove(call: ApiCall, at: AtAccount, if_match: IfMatch) -> ApiResult {
    call.write("callbacks.remove", move |tx| {
        let found = store::lock(tx, &at.account, &at.caller.connection)?;
        if_match.check(|| Reply::of(&found.unwrap_or_default()))?;
        store::remove(tx, &at.account, &at.caller.connection)?;
        Reply::of(&Callback::default())
    })
    .await
}

/// Answers one event that is not acknowledged yet, with its states.
pub(super) async fn find_event(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let id: EventId = ids.id("event_id")?;
    hub.read("callbacks.find_event", move |tx| {
        let found = events::store::find_pending(tx, &at.account, receiver(&at.caller), &id)?;
        found.map(Reply::raw).ok_or(ApiError::NotFound)
    })
    .await
}

async fn acknowledge_one(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    if_match: IfMatch,
) -> ApiResult {
    let id: EventId = ids.id("event_id")?;
    call.write("callbacks.acknowledge_event", move |tx| {
        if_match.check(|| {
            let found = events::store::find_pending(tx, &at.account, receiver(&at.caller), &id)?;
            found.map(Reply::raw).ok_or(ApiError::NotFound)
        })?;
        if events::store::acknowledge(tx, &at.account, &at.caller.connection, &id)? {
            Ok(Reply::empty())
        } else {
            Err(ApiError::NotFound)
        }
    })
    .await
}

/// Acknowledges one event: it is not tried again.
pub(super) async fn acknowledge_event(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    if_match: IfMatch,
) -> ApiResult {
    let (hub, connection) = (call.hub().clone(), at.caller.connection.clone());
    let answer = acknowledge_one(call, at, ids, if_match).await;
    count_misses(&hub, &connection, &answer).await?;
    answer
}

/// Acknowledges several events.
pub(super) async fn acknowledge_events(call: ApiCall, at: AtAccount, body: Body) -> ApiResult {
    let events = body.parse::<AcknowledgeInput>(call.hub()).await?.check()?;
    let (hub, connection) = (call.hub().clone(), at.caller.connection.clone());
    let acknowledged = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&acknowledged);
    let answer = call
        .write("callbacks.acknowledge_events", move |tx| {
            let (account, connection) = (&at.account, &at.caller.connection);
            let acknowledged = events::store::acknowledge_all(tx, account, connection, &events)?;
            count.store(acknowledged, Ordering::Relaxed);
            Reply::of(&AcknowledgedEvents { acknowledged })
        })
        .await;
    if acknowledged.load(Ordering::Relaxed) == 0 {
        count_call(&hub, &connection, false).await?;
    }
    answer
}

/// What the hub itself asks for counts against no limit, but guesses do.
async fn count_misses(
    hub: &Hub,
    connection: &ConnectionId,
    answer: &ApiResult,
) -> Result<(), ApiError> {
    match answer {
        Err(ApiError::NotFound) => count_call(hub, connection, false).await,
        _ => Ok(()),
    }
}

pub(super) fn receiver(caller: &Caller) -> Subscriber<'_> {
    Subscriber {
        client: &caller.client,
        connection: &caller.connection,
    }
}
