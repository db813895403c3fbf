//! Every request that is sent to Zelty, as a value: method, path, query and body.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::customer::CustomerDraft;
use super::error::ZeltyError;
use super::order::{AddedTransactions, NewZeltyOrder, OrderChange, ProductionStart};
use super::webhook::WebhookRegistration;

/// What is asked for of each order: without it these are empty, without an error.
const ORDER_EXPANSIONS: [&str; 6] = [
    "items",
    "transactions",
    "transactions.method",
    "price.taxes",
    "price.discounts",
    "customer",
];

/// Orders that a page of the list has at most.
const MAX_ORDERS_PER_PAGE: u32 = 200;

/// The methods of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// Reads.
    Get,
    /// Makes something, or does something.
    Post,
    /// Changes something.
    Patch,
}

impl HttpMethod {
    /// `GET`, `POST` or `PATCH`.
    pub fn as_str(self) -> &'static str {
        match self {
            HttpMethod::Get => "GET",
            HttpMethod::Post => "POST",
            HttpMethod::Patch => "PATCH",
        }
    }
}

/// Whether a request may be sent again when nobody knows whether it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// It reads, or it has ids by which Zelty recognises it.
    Safe,
    /// It would happen twice.
    OnlyIfNotSent,
}

/// A request, ready to be sent. `Debug` shows no body: it may have a secret or a guest in it.
#[derive(Clone, PartialEq)]
pub struct ZeltyRequest {
    /// The method.
    pub method: HttpMethod,
    /// The path after the version, such as `/orders`.
    pub path: String,
    /// The parameters, in order; a list is a repeated name such as `expand[]`.
    pub query: Vec<(&'static str, String)>,
    /// The JSON that is sent.
    pub body: Option<Value>,
    /// Whether it may be sent again.
    pub resend: Resend,
}

impl fmt::Debug for ZeltyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.path_and_query())
    }
}

/// Which orders to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrdersFilter {
    /// Those that are being worked on.
    Opened,
    /// Those of these days, both included, `YYYY-MM-DD`; at most 31. Cancelled and open ones are left out.
    Days {
        /// The first day.
        from: String,
        /// The last day.
        to: String,
    },
}

impl ZeltyRequest {
    fn get(path: impl Into<String>) -> ZeltyRequest {
        ZeltyRequest {
            method: HttpMethod::Get,
            path: path.into(),
            query: Vec::new(),
            body: None,
            resend: Resend::Safe,
        }
    }

    fn with_body(
        method: HttpMethod,
        path: impl Into<String>,
        body: &impl Serialize,
    ) -> Result<ZeltyRequest, ZeltyError> {
        let body = serde_json::to_value(body)
            .map_err(|error| ZeltyError::NotSendable(error.to_string()))?;
        Ok(ZeltyRequest {
            method,
            path: path.into(),
            query: Vec::new(),
            body: Some(body),
            resend: Resend::Safe,
        })
    }

    fn parameter(mut self, name: &'static str, value: impl Into<String>) -> ZeltyRequest {
        self.query.push((name, value.into()));
        self
    }

    fn expanded(self) -> ZeltyRequest {
        ORDER_EXPANSIONS
            .iter()
            .fold(self, |request, list| request.parameter("expand[]", *list))
    }

    /// All of a list: `limit=0`, and what only the till shows, too.
    fn whole_list(path: &'static str) -> ZeltyRequest {
        ZeltyRequest::get(path)
            .parameter("limit", "0")
            .parameter("show_all", "true")
    }

    /// The restaurants that the key can see.
    pub fn restaurants() -> ZeltyRequest {
        ZeltyRequest::get("/restaurants")
    }

    /// One restaurant.
    pub fn restaurant(id: i64) -> ZeltyRequest {
        ZeltyRequest::get(format!("/restaurants/{id}"))
    }

    /// What is sold out at a restaurant.
    pub fn availability(restaurant: i64) -> ZeltyRequest {
        ZeltyRequest::get(format!("/restaurants/{restaurant}/dishes_availability"))
    }

    /// The ways to pay.
    pub fn transaction_methods() -> ZeltyRequest {
        ZeltyRequest::get("/transaction-methods")
    }

    /// One promotion.
    pub fn coupon(id: i64) -> ZeltyRequest {
        ZeltyRequest::get(format!("/coupons/{id}"))
    }

    /// The catalogs, without their content.
    pub fn catalogs() -> ZeltyRequest {
        ZeltyRequest::get("/catalogs")
    }

    /// One catalog with its content.
    pub fn catalog(id: &str) -> ZeltyRequest {
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        ZeltyRequest::get(format!("/catalogs/{id}"))
    }

    /// All dishes.
    pub fn dishes() -> ZeltyRequest {
        ZeltyRequest::whole_list("/catalog/dishes")
    }

    /// All menus.
    pub fn menus() -> ZeltyRequest {
        ZeltyRequest::whole_list("/catalog/menus")
    }

    /// All options with their values.
    pub fn options() -> ZeltyRequest {
        ZeltyRequest::whole_list("/catalog/options")
    }

    /// All tags.
    pub fn tags() -> ZeltyRequest {
        ZeltyRequest::whole_list("/catalog/tags")
    }

    /// Orders with all that belongs to them, without those of training mode, from the entry of that
    /// number on.
    pub fn orders(filter: &OrdersFilter, offset: u32) -> ZeltyRequest {
        let request = ZeltyRequest::get("/orders");
        let request = match filter {
            OrdersFilter::Opened => request.parameter("opened", "true"),
            OrdersFilter::Days { from, to } => request.parameter("from", from).parameter("to", to),
        };
        request
            .parameter("is_sandbox", "false")
            .parameter("limit", MAX_ORDERS_PER_PAGE.to_string())
            .parameter("offset", offset.to_string())
            .expanded()
    }

    /// One order with all that belongs to it.
    pub fn order(id: i64) -> ZeltyRequest {
        ZeltyRequest::get(format!("/orders/{id}")).expanded()
    }

    /// A new order. It has a `remote_id`, so that it may be sent again.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when it is no JSON, which does not happen.
    pub fn create_order(order: &NewZeltyOrder) -> Result<ZeltyRequest, ZeltyError> {
        ZeltyRequest::with_body(HttpMethod::Post, "/orders", order)
    }

    /// Adds to an open order. Entries have no ids of the caller's: sent twice, they are there twice.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when it is no JSON, which does not happen.
    pub fn change_order(id: i64, change: &OrderChange) -> Result<ZeltyRequest, ZeltyError> {
        let request = ZeltyRequest::with_body(HttpMethod::Patch, format!("/orders/{id}"), change)?;
        let resend = if change.items.is_empty() {
            Resend::Safe
        } else {
            Resend::OnlyIfNotSent
        };
        Ok(ZeltyRequest { resend, ..request })
    }

    /// Adds payments to an open order. Each has a `remote_id`, so that it may be sent again.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when it is no JSON, which does not happen.
    pub fn add_transactions(
        id: i64,
        transactions: &AddedTransactions,
    ) -> Result<ZeltyRequest, ZeltyError> {
        let path = format!("/orders/{id}/transactions");
        ZeltyRequest::with_body(HttpMethod::Post, path, transactions)
    }

    /// Closes an order that is fully paid.
    pub fn close_order(id: i64) -> ZeltyRequest {
        ZeltyRequest {
            method: HttpMethod::Post,
            ..ZeltyRequest::get(format!("/orders/{id}/closure"))
        }
    }

    /// Has the kitchen begin.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when it is no JSON, which does not happen.
    pub fn start_production(id: i64, start: &ProductionStart) -> Result<ZeltyRequest, ZeltyError> {
        let path = format!("/orders/{id}/production");
        let request = ZeltyRequest::with_body(HttpMethod::Post, path, start)?;
        // Tickets would be printed twice.
        Ok(ZeltyRequest {
            resend: Resend::OnlyIfNotSent,
            ..request
        })
    }

    /// Makes or updates a guest, whom `remote_id`, mail or phone identifies.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when it is no JSON, which does not happen.
    pub fn upsert_customer(customer: &CustomerDraft) -> Result<ZeltyRequest, ZeltyError> {
        let request = ZeltyRequest::with_body(HttpMethod::Post, "/customers", customer)?;
        Ok(request.parameter("check_existing", "true"))
    }

    /// One guest.
    pub fn customer(id: i64) -> ZeltyRequest {
        ZeltyRequest::get(format!("/customers/{id}"))
    }

    /// The webhooks that are registered; the secret is masked.
    pub fn webhooks() -> ZeltyRequest {
        ZeltyRequest::get("/webhooks")
    }

    /// Registers for webhooks, or removes them.
    ///
    /// # Errors
    /// [`ZeltyError::NotSendable`] when it is no JSON, which does not happen.
    pub fn register_webhooks(
        registration: &WebhookRegistration,
    ) -> Result<ZeltyRequest, ZeltyError> {
        ZeltyRequest::with_body(HttpMethod::Post, "/webhooks", registration)
    }

    /// The path with its query, as it is sent after the version.
    pub fn path_and_query(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.query {
            query.append_pair(name, value);
        }
        format!("{}?{}", self.path, query.finish())
    }
}
