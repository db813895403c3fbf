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
//!   refs go soon after, a few at a time ([`crate::privacy`]); orders keep what they show of them,
//!   without the ids.

mod http;
pub(crate) mod owner_changes;
mod rules;
pub mod store;

use wire::customer::{CustomerList, RawCustomerList};
use wire::id::AccountId;
use wire::scope::{Resource, Right};
use wire::time::Time;

use crate::http::routes::{Needs, Paths, Routes, needs};
pub use owner_changes::ALL as OWNER_CHANGES;
pub(crate) use rules::{find_permitted, find_permitted_by_all};
pub use store::CustomerListRow;

const LISTS: Paths = Paths::of_location(
    "/locations/{location_id}/customer_lists",
    "/location/customer_lists",
);
const LISTS_OF_ACCOUNT: Paths = Paths::of_account(
    "/accounts/{account_id}/customer_lists",
    "/account/customer_lists",
);
pub(crate) const LIST: Paths = Paths::of_any_token("/customer_lists/{customer_list_id}");

const ONE_OR_ALL: &[Resource] = &[Resource::CustomerList, Resource::AllCustomerLists];

/// To read the chosen list, or all of them.
pub(crate) const READ: Needs = Needs::AnyOf(ONE_OR_ALL, Right::Read);
/// To write them.
pub(crate) const WRITE: Needs = Needs::AnyOf(ONE_OR_ALL, Right::Write);
/// To make and delete lists.
pub(crate) const WRITE_ALL: Needs = needs(Resource::AllCustomerLists, Right::Write);

/// The endpoints of customer lists.
pub fn routes() -> Routes {
    Routes::new()
        .get(LISTS, READ, http::list)
        .operation_id("customer_lists.list")
        .paginated()
        .summary("List the customer lists that can be reached from a location, oldest first")
        .note("The lists of the account are among them. A token for one list sees only that list.")
        .response::<Vec<CustomerList>>()
        .post(LISTS, WRITE_ALL, http::create)
        .operation_id("customer_lists.create")
        .summary("Create a customer list of a location")
        .note("No other list that can be reached from that location may have the same name.")
        .request::<RawCustomerList>()
        .example(r#"{ "name": "Regulars" }"#)
        .response::<CustomerList>()
        .get(LISTS_OF_ACCOUNT, READ, http::list_of_account)
        .operation_id("customer_lists.list_of_account")
        .paginated()
        .summary("List the customer lists of the account itself, oldest first")
        .note("A token for one list sees only that list.")
        .response::<Vec<CustomerList>>()
        .post(LISTS_OF_ACCOUNT, WRITE_ALL, http::create_in_account)
        .operation_id("customer_lists.create_in_account")
        .summary("Create a customer list of the whole account")
        .note("No other list of the account or of one of its locations may have the same name.")
        .request::<RawCustomerList>()
        .example(r#"{ "name": "Everybody" }"#)
        .response::<CustomerList>()
        .and(list_routes())
}

fn list_routes() -> Routes {
    Routes::new()
        .get(LIST, READ, http::find)
        .operation_id("customer_lists.find")
        .summary("Read a customer list")
        .response::<CustomerList>()
        .patch(LIST, WRITE, http::rename)
        .operation_id("customer_lists.rename")
        .summary("Rename a customer list")
        .request::<RawCustomerList>()
        .example(r#"{ "name": "Regulars of the quay" }"#)
        .response::<CustomerList>()
}

impl CustomerListRow {
    /// The list as the API shows it.
    pub fn view(&self, account: &AccountId) -> CustomerList {
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
