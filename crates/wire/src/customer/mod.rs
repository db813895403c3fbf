//! Customers and customer lists (API, chapter Customer lists, customers, loyalty).
//!
//! [`Customer`] is what the API returns of a customer of a list, [`OrderCustomer`] what an order
//! shows of the one who placed it. [`RawCustomer`] and [`RawCustomerList`] are what clients send;
//! their checks list everything that is wrong. Keys that a customer does not have are ignored.

mod details;
mod list;

pub use details::{
    CheckedCustomer, Customer, CustomerDetails, CustomerLoyaltyCard, OrderCustomer, PERSONAL,
    RawCustomer, RawCustomerDetails,
};
pub use list::{CustomerList, RawCustomerList};

use crate::given::Given;
use crate::problem::too_long;

/// Characters that what lists are searched by may have: e-mail address, phone number, the ref and
/// name of a loyalty card, the name of a list.
pub const LONGEST_SEARCHED: usize = 255;

/// A text of at most `most` characters.
pub(crate) fn within(given: Given<String>, most: usize) -> Given<String> {
    given.and_then(|text| {
        if text.chars().count() > most {
            Err(too_long(most))
        } else {
            Ok(text)
        }
    })
}

#[cfg(test)]
mod tests;
