//! A customer: who it is, how much was spent, and the orders.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::orders::OrderLine;
use crate::office::widgets::{Badge, LabelledValue};

/// A loyalty card.
#[derive(Clone, Debug)]
pub struct CardLine {
    /// The name; empty if it has none.
    pub name: String,
    /// The ref.
    pub reference: Option<String>,
    /// The points, formatted.
    pub balance: String,
}

/// `GET /customers/{id}?cursor=…`.
#[derive(Template)]
#[template(path = "customers/customer.html")]
pub struct CustomerPage {
    /// The common part.
    pub frame: Frame,
    /// The customer's id.
    pub id: String,
    /// The name; empty if none was given.
    pub name: String,
    /// Whether the personal data was erased, in words.
    pub badge: Option<Badge>,
    /// The list: its name, and its address.
    pub list: (String, String),
    /// How the customer can be reached, and what else is known.
    pub details: Vec<LabelledValue>,
    /// The address, a line each.
    pub address: Vec<String>,
    /// Numbers of orders and amounts.
    pub activity: Vec<LabelledValue>,
    /// The loyalty cards, oldest first.
    pub cards: Vec<CardLine>,
    /// Custom fields, as JSON.
    pub custom_fields: Option<String>,
    /// The head of the date column, `UTC+02:00`.
    pub zone: String,
    /// The orders, newest first.
    pub orders: Vec<OrderLine>,
    /// The address of older orders.
    pub older: Option<String>,
    /// The address of the newest orders, unless these are shown.
    pub newest: Option<String>,
}

impl CustomerPage {
    /// The name, or what stands in its place.
    #[must_use]
    pub fn title(&self) -> String {
        match self.name.is_empty() {
            true => self.frame.words.customers.customer_title(&self.id),
            false => self.name.clone(),
        }
    }
}
