//! Customers and customer lists (API, chapter Customer lists, customers, loyalty).
//!
//! [`Customer`] is what the API returns of a customer of a list, [`OrderCustomer`] what an order
//! shows of the one who placed it. [`RawCustomer`] and [`RawCustomerList`] are what clients send;
//! their checks list everything that is wrong. Keys that a customer does not have are ignored.

mod details;
mod erase;
mod list;

pub use details::{
    CheckedCustomer, Customer, CustomerDetails, CustomerLoyaltyCard, OrderCustomer, PERSONAL,
    RawCustomer, RawCustomerDetails,
};
pub use erase::{erase_customers, erase_personal_data};
pub use list::{CustomerList, RawCustomerList};

/// Characters that what lists are searched by may have: e-mail address, phone number, the ref and
/// name of a loyalty card, the name of a list.
pub const MAX_SEARCHED_CHARS: usize = 255;

#[cfg(test)]
mod tests;
