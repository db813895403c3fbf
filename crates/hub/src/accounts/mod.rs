//! Accounts: a business, its currency, its locations, and the people who may enter.
//!
//! An account is made in the back office, or by `passeplat admin`, together with its first location,
//! a catalog and a customer list named after it. Its currency never changes.

mod http;
pub(crate) mod refusals;
pub mod store;

use wire::account::Account;

use crate::http::routes::{Needs, Paths, Routes};

const ACCOUNT: Paths = Paths::of_account("/accounts/{account_id}", "/account");
const ACCOUNTS: Paths = Paths::of_any_token("/accounts");

/// The endpoints of accounts.
pub fn routes() -> Routes {
    Routes::new()
        .get(ACCOUNT, Needs::Token, http::find)
        .operation_id("accounts.find")
        .summary("Read the account")
        .response::<Account>()
        .get(ACCOUNTS, Needs::Token, http::list)
        .operation_id("accounts.list")
        .summary("List the account of the token")
        .note("It is the only one in the list. For an older client library.")
        .response::<Vec<Account>>()
}
