//! Customers of an account, in customer lists (API, chapter Customer lists, customers, loyalty).
//!
//! - A list belongs to the account, or to one of its locations; other locations cannot reach it
//!   ([`crate::customer_lists`] says who can).
//! - Nothing is mandatory, and two customers may have the same e-mail address; only a client's private
//!   ref is unique in a list.
//! - A list is searched by e-mail address and phone number, with `*` for anything (`search`).
//! - An order copies its customer as of that moment. Afterwards the customer's statistics include
//!   the order, for ever: a cancelled order is not taken off, and nobody is told of the
//!   recalculation.
//! - A new customer and a change are told; a loyalty operation changes what a customer shows, so that
//!   is told as `customer.update`, too. A change of nothing but private refs is told to nobody.
//! - A customer cannot be deleted, but anonymised: then the personal data goes from everything that
//!   is stored ([`crate::privacy`], and `docs/privacy.md`).

pub(crate) mod browse;
pub(crate) mod cards;
pub(crate) mod http;
pub(crate) mod search;
pub mod store;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::customer::{Customer as ApiCustomer, CustomerLoyaltyCard, OrderCustomer, RawCustomer};
use wire::money::Money;
use wire::time::Time;

use crate::customer_lists::{READ, WRITE};
use crate::http::routes::{Paths, Routes};

pub use browse::ALL as BROWSE;
pub use cards::ALL as CARDS;
pub use search::{ALL as SEARCH, PIECES};
pub use store::Customer;

const CUSTOMERS: Paths = Paths::of_any_token("/customer_lists/{customer_list_id}/customers");
const CUSTOMER: Paths =
    Paths::of_any_token("/customer_lists/{customer_list_id}/customers/{customer_id}");
/// A customer as an app may send it.
const EXAMPLE: &str = r#"{
    "private_ref": "C-1024", "first_name": "Inès", "email": "ines@clients.example",
    "phone": "+33601020304", "city": "Lyon", "country": "FR", "email_marketing": true
}"#;

/// The endpoints of customers.
pub fn routes() -> Routes {
    Routes::new()
        .get(CUSTOMERS, READ, http::list)
        .operation_id("customers.list")
        .paginated()
        .heavy()
        .summary("List the customers of a list, oldest first")
        .note("In `email` and `phone`, `*` stands for any text, and upper and lower case are the same.")
        .filter::<String>("private_ref", "Only what has this private ref, set by the same client")
        .filter::<String>("email", "Only customers with this e-mail address")
        .filter::<String>("phone", "Only customers with this phone number, written as it was sent")
        .response::<Vec<ApiCustomer>>()
        .post(CUSTOMERS, WRITE, http::create)
        .operation_id("customers.create")
        .summary("Add a customer to a list")
        .note("No member is required. No other customer of the list may have the same private ref.")
        .request::<RawCustomer>()
        .example(EXAMPLE)
        .response::<ApiCustomer>()
        .get(CUSTOMER, READ, http::find)
        .operation_id("customers.find")
        .summary("Read a customer")
        .response::<ApiCustomer>()
        .patch(CUSTOMER, WRITE, http::update)
        .operation_id("customers.update")
        .summary("Change a customer")
        .note("A member that is not sent stays as it is; `null` clears it. Personal data that was erased stays erased.")
        .request::<RawCustomer>()
        .example(r#"{ "sms_marketing": true, "custom_fields": { "shop": { "vip": true } } }"#)
        .response::<ApiCustomer>()
        .put(CUSTOMER, WRITE, http::update_as_put)
        .operation_id("customers.update_as_put")
        .summary("Change a customer, for older programs")
        .note("The same as PATCH.")
        .request::<RawCustomer>()
        .response::<ApiCustomer>()
}

impl Customer {
    /// The customer as the API shows it, with times in `zone` and no private ref.
    pub fn view_in_zone(
        &self,
        currency: Currency,
        zone: &TimeZone,
        loyalty_cards: Vec<CustomerLoyaltyCard>,
    ) -> OrderCustomer {
        let time = |at: Timestamp| Time::new(at, zone);
        OrderCustomer {
            id: Some(self.id.clone()),
            customer_list_id: Some(self.list.clone()),
            private_ref: None,
            created_at: Some(time(self.created_at)),
            nb_orders: u64::try_from(self.nb_orders).unwrap_or(0),
            order_total: Some(Money::new(self.order_total, currency)),
            first_order_date: self.first_order.map(time),
            last_order_date: self.last_order.map(time),
            loyalty_cards,
            ..self.person.clone()
        }
    }

    /// The customer as events show it: with times in the zone of its list.
    pub(crate) fn event_view(
        &self,
        currency: Currency,
        loyalty_cards: Vec<CustomerLoyaltyCard>,
    ) -> OrderCustomer {
        self.view_in_zone(currency, &self.zone, loyalty_cards)
    }

    /// The customer as the client that asked sees it in its list.
    pub(crate) fn client_view(
        &self,
        currency: Currency,
        loyalty_cards: Vec<CustomerLoyaltyCard>,
    ) -> OrderCustomer {
        OrderCustomer {
            private_ref: self.private_ref.clone(),
            ..self.event_view(currency, loyalty_cards)
        }
    }

    /// The customer after one more order, which may have begun before one that is counted already.
    /// Totals beyond all bounds stay at the bound. `version` is what it is from now on.
    pub(crate) fn after_order(&self, total: Money, at: Timestamp, version: i64) -> Self {
        Self {
            nb_orders: self.nb_orders + 1,
            order_total: self.order_total.saturating_add(total.cents()),
            first_order: Some(self.first_order.map_or(at, |first| first.min(at))),
            last_order: Some(self.last_order.map_or(at, |last| last.max(at))),
            version,
            ..self.clone()
        }
    }
}
