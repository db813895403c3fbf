//! What the API does with locations.

use jiff::Timestamp;
use wire::location::{Location, LocationPatch};

use super::{changes, rules, store};
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::{AtAccount, AtLocation};
use crate::http::client_ip::ClientIp;
use crate::http::etag::IfMatch;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// Answers one location.
pub(super) async fn find(hub: Hub, at: AtLocation) -> ApiResult {
    hub.read("locations.find", move |tx| {
        let stored = store::find(tx, &at.account, &at.location)?.ok_or(ApiError::NotFound)?;
        respond(stored.location, tx.now())
    })
    .await
}

fn respond(location: Location, now: Timestamp) -> ApiResult {
    Reply::of(&rules::as_of(location, now))
}

/// Answers every location of the account, in the order of their creation.
pub(super) async fn list(hub: Hub, at: AtAccount) -> ApiResult {
    hub.read("locations.list", move |tx| {
        let now = tx.now();
        let all = store::all(tx, &at.account)?;
        let shown: Vec<_> = all
            .into_iter()
            .map(|stored| rules::as_of(stored.location, now))
            .collect();
        Reply::of(&shown)
    })
    .await
}

/// Changes how a location works and tells every other client.
pub(super) async fn update(
    call: ApiCall,
    at: AtLocation,
    by: Actor,
    peer: ClientIp,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let patch: LocationPatch = body.parse(call.hub()).await?;
    call.write("locations.update", move |tx| {
        let stored = store::lock(tx, &at.account, &at.location)?.ok_or(ApiError::NotFound)?;
        if_match.check(|| respond(stored.location.clone(), tx.now()))?;
        // A pause that has ended meanwhile ended by itself: nobody's change, so everybody hears.
        let stored = store::settle_due(tx, stored)?;
        let checked = patch.clone().check(&stored.location, &at.zone)?;
        let after = checked.apply_to(&stored.location, &at.zone, tx.now());
        changes::replace(tx, &stored, &after, &by, &at.caller.audit_actor(peer))?;
        Reply::of(&after)
    })
    .await
}
