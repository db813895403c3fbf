//! The customers of a list.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::SelectOption;

/// A line of the list.
#[derive(Clone, Debug)]
pub struct CustomerLine {
    /// The customer's id.
    pub id: String,
    /// First and last name, or the company; empty if neither was given.
    pub name: String,
    /// The e-mail address, or the phone number; empty if neither was given.
    pub contact: String,
    /// How many orders there were, formatted.
    pub orders: String,
    /// What they cost together, formatted.
    pub spending: String,
    /// When the first order was placed, formatted; none if there was no order.
    pub since: Option<String>,
}

/// `GET /customers?list=…&search=…&cursor=…`.
#[derive(Template)]
#[template(path = "customers/customers.html")]
pub struct CustomersPage {
    /// The common part.
    pub frame: Frame,
    /// The customer lists that can be reached, `Name - id`; the one that is shown is chosen.
    pub lists: Vec<SelectOption>,
    /// A part of an e-mail address or of a phone number.
    pub search: String,
    /// The customers.
    pub customers: Vec<CustomerLine>,
    /// The next page's address.
    pub next: Option<String>,
    /// The first page's address, unless this is it.
    pub first: Option<String>,
}

impl CustomersPage {
    /// The id of the list that is shown.
    fn list(&self) -> &str {
        let chosen = self.lists.iter().find(|list| list.chosen);
        chosen.map_or("", |list| &list.value)
    }
}
