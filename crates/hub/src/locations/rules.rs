//! What decides about locations, without any I/O. What a change by an app makes of one is in
//! [`wire::location`].

use jiff::Timestamp;
use wire::location::Location;
use wire::time::{Timezone, zone};

/// What only the back office changes of a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LocationDetails {
    /// Name, such as the city or the street.
    pub name: String,
    /// Street and number.
    pub address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// IANA name, checked.
    pub timezone: String,
}

impl LocationDetails {
    /// The details of a location as they are.
    pub(crate) fn of(location: &Location) -> Self {
        Self {
            name: location.name.clone(),
            address: location.address.clone(),
            postal_code: location.postal_code.clone(),
            city: location.city.clone(),
            country: location.country.clone(),
            timezone: location.timezone.name.clone(),
        }
    }

    /// The location with these details.
    pub(crate) fn apply_to(self, location: &Location, now: Timestamp) -> Location {
        Location {
            name: self.name,
            address: self.address,
            postal_code: self.postal_code,
            city: self.city,
            country: self.country,
            timezone: Timezone::for_zone(&zone(&self.timezone), now),
            ..location.clone()
        }
    }
}

/// The location as it is at `now`: see [`Location::as_of`].
pub(crate) fn as_of(location: Location, now: Timestamp) -> Location {
    let zone = zone(&location.timezone.name);
    location.as_of(&zone, now)
}
