//! Customer lists (API, chapter Customer lists, customers, loyalty).
//!
//! - A list belongs to the account, or to one of its locations. Names differ among the lists that
//!   can be reached from one place.
//! - A token is for the list that was chosen when it was granted, or for all lists. A location's
//!   token for all of them reads those of its account and changes only those of its location; the
//!   chosen list it changes wherever it belongs.
//! - A list of the account that the token is not for is 403; of any other, nothing is known: 404.
//! - Nobody is told of new, renamed or deleted lists.
//! - A deleted list cannot be reached from that moment on. Its customers, their cards and private
//!   refs go soon after, a few at a time ([`crate::customers`]); orders keep what they show of them,
//!   without the ids.

mod http;
mod rules;
pub mod store;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::customer::CustomerList;
use wire::id::{AccountId, CustomerListId, LocationId};
use wire::scope::{Resource, Right};
use wire::time::Time;

use crate::http::routes::{Needs, Paths, Routes, needs};
pub(crate) use rules::reach;

const LISTS: Paths = &[
    "/locations/{location_id}/customer_lists",
    "/location/customer_lists",
];
const LISTS_OF_ACCOUNT: Paths = &[
    "/accounts/{account_id}/customer_lists",
    "/account/customer_lists",
];
const LIST: Paths = &["/customer_lists/{customer_list_id}"];

/// To read the chosen list, or all of them.
pub(crate) const READ: Needs = Needs::Either(
    Resource::CustomerList,
    Resource::AllCustomerLists,
    Right::Read,
);
/// To write them.
pub(crate) const WRITE: Needs = Needs::Either(
    Resource::CustomerList,
    Resource::AllCustomerLists,
    Right::Write,
);
/// To make and delete lists.
const WRITE_ALL: Needs = needs(Resource::AllCustomerLists, Right::Write);

/// The endpoints of customer lists.
pub fn routes() -> Routes {
    Routes::new()
        .get(LISTS, READ, http::list)
        .paged()
        .post(LISTS, WRITE_ALL, http::create)
        .get(LISTS_OF_ACCOUNT, READ, http::list_of_account)
        .paged()
        .post(LISTS_OF_ACCOUNT, WRITE_ALL, http::create_in_account)
        .get(LIST, READ, http::find)
        .patch(LIST, WRITE, http::rename)
        .delete(LIST, WRITE_ALL, http::delete)
}

/// A customer list as stored.
#[derive(Clone, Debug)]
pub struct List {
    /// Identifier.
    pub id: CustomerListId,
    /// The location it belongs to; none for a list of the whole account.
    pub location: Option<LocationId>,
    /// Name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The zone in which its times are shown: the location's, or the account's.
    pub zone: TimeZone,
}

impl List {
    /// The list as the API shows it.
    pub fn shown(&self, account: &AccountId) -> CustomerList {
        let of_account = self.location.is_none();
        CustomerList {
            id: self.id.clone(),
            location_id: self.location.clone(),
            account_id: of_account.then(|| account.clone()),
            name: self.name.clone(),
            created_at: Time::new(self.created_at, &self.zone),
        }
    }
}
