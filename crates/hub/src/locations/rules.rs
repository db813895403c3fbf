//! What decides about locations, without any I/O.

use jiff::Timestamp;
use wire::location::{CheckedLocationPatch, Location};
use wire::time::Timezone;

use crate::http::caller::zone;

/// The location as it is at `now`: acceptance whose `resume_at` has passed is normal again, and the
/// timezone shows the offset of the moment.
pub(crate) fn as_of(mut location: Location, now: Timestamp) -> Location {
    location.order_acceptance = location.order_acceptance.as_of(now);
    location.timezone = Timezone::for_zone(&zone(&location.timezone.name), now);
    location
}

/// The location after a change that was checked against it.
pub(crate) fn change(before: &Location, patch: CheckedLocationPatch, now: Timestamp) -> Location {
    let mut after = before.clone();
    patch.apply_to(&mut after);
    as_of(after, now)
}
