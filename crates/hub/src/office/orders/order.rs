//! An order: what was ordered, by whom, what it costs, and its journey.

use askama::Template;

use super::journey::Journey;
use crate::office::frame::{Frame, Notice};
use crate::office::widgets::{Badge, LabelledValue, Severity};

/// Why the till refused the order.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The cause, a line each.
    pub lines: Vec<String>,
    /// An `https:` address with more about it.
    pub more: Option<String>,
}

/// A sentence about what stands around an order, and where there is more of it.
#[derive(Clone, Debug)]
pub struct RelatedLine {
    /// How grave it is.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
    /// The link's words and its address.
    pub link: Option<(String, String)>,
}

/// An item.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// The product's name.
    pub name: String,
    /// Size, colour.
    pub sku: Option<String>,
    /// The reference.
    pub reference: Option<String>,
    /// The quantity, formatted.
    pub quantity: String,
    /// The unit price, formatted.
    pub price: String,
    /// The subtotal, formatted.
    pub subtotal: String,
    /// The VAT rate, formatted.
    pub vat: Option<String>,
    /// The deal it belongs to, `Duo du soir · Dessert`.
    pub deal: Option<String>,
    /// Its options.
    pub options: Vec<ItemOption>,
    /// The customer's wishes.
    pub notes: Option<String>,
    /// Whether it was taken off the order.
    pub deleted: bool,
}

/// An option of an item.
#[derive(Clone, Debug)]
pub struct ItemOption {
    /// The name, with its count when above one.
    pub name: String,
    /// The list it is from.
    pub list: String,
    /// The price, formatted; none when free.
    pub price: Option<String>,
    /// Whether it is an ingredient taken out.
    pub removed: bool,
}

/// A discount, charge or payment.
#[derive(Clone, Debug)]
pub struct MoneyLine {
    /// The name.
    pub name: String,
    /// The reference.
    pub reference: Option<String>,
    /// The amount, formatted, with its sign.
    pub amount: String,
    /// Whether it was taken off the order.
    pub deleted: bool,
}

/// How payments and total compare.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// **Payée**, **Non payée**, **Reste à payer**, **Trop-perçu**.
    pub badge: Badge,
    /// The difference, formatted.
    pub amount: Option<String>,
}

/// The customer.
#[derive(Clone, Debug)]
pub struct CustomerView {
    /// Full name; empty if none was given.
    pub name: String,
    /// Guest, or data erased.
    pub badge: Option<Badge>,
    /// E-mail, phone and so on.
    pub facts: Vec<LabelledValue>,
    /// The address, a line each.
    pub address: Vec<String>,
    /// The customer's own page; none for a guest.
    pub href: Option<String>,
}

/// A movement of loyalty points.
#[derive(Clone, Debug)]
pub struct Loyalty {
    /// The card's name or reference.
    pub card: String,
    /// The points, with their sign.
    pub points: String,
    /// Why.
    pub reason: Option<String>,
}

/// `GET /orders/{id}`.
#[derive(Template)]
#[template(path = "orders/order.html")]
pub struct OrderPage {
    /// The common part.
    pub frame: Frame,
    /// The order's id.
    pub id: String,
    /// The sender's reference.
    pub reference: Option<String>,
    /// The status.
    pub status: Badge,
    /// What became of it, in one sentence per app.
    pub summary: Vec<Notice>,
    /// What explains that: connections that have ended, orders that look like doubles.
    pub related: Vec<RelatedLine>,
    /// Why the till refused it.
    pub rejection: Option<Rejection>,
    /// Id, origin, channel, service, times …
    pub facts: Vec<LabelledValue>,
    /// The customer's and the merchant's notes.
    pub notes: Vec<LabelledValue>,
    /// The items.
    pub items: Vec<ItemView>,
    /// The discounts.
    pub discounts: Vec<MoneyLine>,
    /// The charges.
    pub charges: Vec<MoneyLine>,
    /// The total, formatted.
    pub total: String,
    /// The difference with the total that the app announced, formatted.
    pub total_discrepancy: Option<String>,
    /// The payments.
    pub payments: Vec<MoneyLine>,
    /// How payments and total compare.
    pub settlement: Settlement,
    /// The customer; `None` when nothing is known.
    pub customer: Option<CustomerView>,
    /// The loyalty operations.
    pub loyalty: Vec<Loyalty>,
    /// The custom fields, laid out for reading.
    pub custom_fields: Option<String>,
    /// The whole order, laid out for reading.
    pub raw: String,
    /// Where the whole order can be had as a file.
    pub raw_download: String,
    /// What happened to it.
    pub journey: Journey,
}

impl OrderPage {
    /// By its reference, or by its id.
    #[must_use]
    pub fn title(&self) -> String {
        self.frame
            .words
            .orders
            .order_title(self.reference.as_ref().unwrap_or(&self.id))
    }
}
