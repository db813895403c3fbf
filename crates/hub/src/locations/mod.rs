//! Locations: the restaurants and shops of an account.
//!
//! The back office makes them, names them and says where they are; apps read them and change how they work:
//! opening hours, preparation time, order acceptance, cut-off time and custom fields (API, chapter
//! Locations, accounts, user). Any token that may write anything may change its location. People change all
//! of it but custom fields.
//!
//! - A change is told to every other client as `location.update`, with both states.
//! - An unknown or read-only key is refused, not ignored.
//! - Order acceptance with a `resume_at` goes back to normal by itself: readers see it at that very
//!   moment, and a chore tells everybody soon after.
//! - The hub never refuses an order because a location is paused: that is the sender's business.

pub(crate) mod changes;
mod http;
pub(crate) mod rules;
pub mod store;

use wire::location::{Location, LocationPatch};

use crate::http::routes::{Needs, Paths, Routes};

const LOCATION: Paths = Paths::of_location("/locations/{location_id}", "/location");
const LOCATIONS: Paths = Paths::of_account_token("/locations");

const EXAMPLE: &str = r#"{
    "opening_hours": { "tuesday": [{ "from": "11:45", "to": "14:15" }], "sunday": [] },
    "order_acceptance": { "mode": "busy", "extra_preparation_time": 10 },
    "custom_fields": { "delivery": { "door_time": "40" } }
}"#;

/// The endpoints of locations.
pub fn routes() -> Routes {
    Routes::new()
        .get(LOCATION, Needs::Token, http::find)
        .operation_id("locations.find")
        .summary("Read a location")
        .response::<Location>()
        .patch(LOCATION, Needs::AnyWrite, http::update)
        .operation_id("locations.update")
        .summary("Change how a location works")
        .request::<LocationPatch>()
        .example(EXAMPLE)
        .response::<Location>()
        .get(LOCATIONS, Needs::Token, http::list)
        .operation_id("locations.list")
        .summary("List the locations of the account")
        .response::<Vec<Location>>()
}
