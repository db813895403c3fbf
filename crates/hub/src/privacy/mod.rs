//! Erasing people: it spans customers, customer lists, orders, events, kept answers and the journal
//! (`docs/privacy.md`).
//!
//! - [`anonymise`]: the personal data of one customer goes from everything that was stored before.
//! - [`delete_list`]: the customers of a deleted list go, and orders keep what they show of them.
//!
//! Both begin in the change that was asked for, and go on a little at a time, after a crash, too: see
//! `chores`.

pub(crate) mod anonymise;
pub(crate) mod delete_list;
mod http;

use wire::customer::Customer;

use crate::customer_lists::{LIST, WRITE, WRITE_ALL};
use crate::http::endpoint_doc::EmptyObject;
use crate::http::routes::{Paths, Routes};

pub use anonymise::ALL as ANONYMISE;
pub use delete_list::ALL as DELETE_LIST;

const ANONYMISE_CUSTOMER: Paths =
    Paths::of_any_token("/customer_lists/{customer_list_id}/customers/{customer_id}/anonymise");

/// The endpoints that erase personal data.
pub fn routes() -> Routes {
    Routes::new()
        .post(ANONYMISE_CUSTOMER, WRITE, http::anonymise_customer)
        .operation_id("customers.anonymise")
        .conditional()
        .summary("Erase the personal data of a customer")
        .note("This cannot be undone. The data is also erased from orders, events and logs. The body is not read.")
        .response::<Customer>()
        .delete(LIST, WRITE_ALL, http::delete_list)
        .operation_id("customer_lists.delete")
        .summary("Delete a customer list")
        .note("Its customers and their loyalty cards are deleted, too. Orders keep their copy of the customer's details.")
        .response::<EmptyObject>()
}
