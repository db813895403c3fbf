//! **DONNÉES** > **CLIENTS**: the customers of a list, and a customer.

mod customer;
mod customer_view;
pub(super) mod http;
mod list;

pub use customer::{CardLine, CustomerPage};
pub use list::{CustomerLine, CustomersPage};
