//! Changing a location, for its apps and for the people who manage it: kept, told to the other clients, and
//! recorded, all in one transaction.

use serde_json::{Value, json};
use wire::location::Location;

use super::store::{self, VersionedLocation};
use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
use crate::events::Actor;

/// Keeps `after` in place of `before`, which was locked, and tells it as `location.update`; the audit log says
/// who has changed which settings.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    before: &VersionedLocation,
    after: &Location,
    by: &Actor,
    who: &AuditActor,
) -> db::Result<()> {
    store::update(tx, before, after, by)?;
    let old = &before.location;
    let fields = AuditFields::between(settings(old, who), settings(after, who));
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
    audit::record(tx, who, &change)
}

/// What the audit log says of a location. Custom fields are not among it, and the preparation time only when
/// a user changes it: apps change them all day.
fn settings(location: &Location, who: &AuditActor) -> Value {
    let hours = location.opening_hours.as_ref();
    let hours = hours.and_then(|hours| serde_json::to_string(hours).ok());
    let preparation_time = location.preparation_time.filter(|_| who.is_user());
    json!({
        "name": location.name,
        "address": location.address,
        "postal_code": location.postal_code,
        "city": location.city,
        "country": location.country,
        "timezone": location.timezone.name,
        "cutoff_time": location.cutoff_time,
        "opening_hours": hours,
        "preparation_time": preparation_time,
        "order_acceptance": location.order_acceptance.mode().as_str(),
    })
}
