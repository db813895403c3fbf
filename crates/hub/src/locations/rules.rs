//! What decides about locations, without any I/O. What a change makes of one is in
//! [`wire::location`].

use jiff::Timestamp;
use wire::location::Location;
use wire::time::zone;

/// The location as it is at `now`: see [`Location::as_of`].
pub(crate) fn as_of(location: Location, now: Timestamp) -> Location {
    let zone = zone(&location.timezone.name);
    location.as_of(&zone, now)
}
