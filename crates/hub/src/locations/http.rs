//! What the API does with locations.

use jiff::Timestamp;
use serde_json::{Value, json};
use wire::location::{Location, LocationPatch};

use super::{rules, store};
use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
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
        store::update(tx, &stored, &after, &by)?;
        record_settings(tx, &at.caller.audit_actor(peer), &stored.location, &after)?;
        Reply::of(&after)
    })
    .await
}

/// What the audit log says of a location. Its preparation time and custom fields are not among it: apps change
/// them all day.
fn settings(location: &Location) -> Value {
    let hours = location.opening_hours.as_ref();
    let hours = hours.and_then(|hours| serde_json::to_string(hours).ok());
    json!({
        "cutoff_time": location.cutoff_time,
        "opening_hours": hours,
        "order_acceptance": location.order_acceptance.mode().as_str(),
    })
}

/// Records who has changed settings of a location, if any differ.
fn record_settings(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    before: &Location,
    after: &Location,
) -> db::Result<()> {
    let fields = AuditFields::between(settings(before), settings(after));
    if fields.is_empty() {
        return Ok(());
    }
    let change = AuditChange {
        at: AuditPosition {
            account: Some(&after.account.id),
            location: Some(&after.id),
        },
        action: AuditAction::LocationUpdate,
        subject: AuditSubject {
            id: after.id.as_str(),
            name: &after.name,
        },
        fields,
    };
    audit::record(tx, by, &change)
}
