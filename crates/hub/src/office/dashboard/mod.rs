//! The page one lands on: what needs attention, then how the day goes.

pub(crate) mod http;
mod store;

pub use store::ALL as STATEMENTS;

use askama::Template;

use super::frame::Frame;
use super::orders::OrderLine;
use super::widgets::LabelledValue;

/// A number with what it counts.
#[derive(Clone, Debug)]
pub struct Tile {
    /// What it counts.
    pub label: String,
    /// The number, formatted.
    pub value: String,
    /// Where the reader finds out more.
    pub href: String,
}

/// Something that needs attention, as a sentence.
#[derive(Clone, Debug)]
pub struct Warning {
    /// `Kezia II n'a pas répondu depuis 12:04. 3 commandes attendent.`
    pub text: String,
    /// Where it can be looked into.
    pub href: String,
}

/// `GET /dashboard`.
#[derive(Template)]
#[template(path = "dashboard/dashboard.html")]
pub struct DashboardPage {
    /// The common part.
    pub frame: Frame,
    /// What needs attention.
    pub troubles: Vec<Warning>,
    /// Orders today, waiting deliveries, connections.
    pub tiles: Vec<Tile>,
    /// The last thirty days: sales, their number, the average, new customers.
    pub month: Vec<LabelledValue>,
    /// The head of the date column, `UTC+02:00`.
    pub zone: String,
    /// The latest five orders.
    pub orders: Vec<OrderLine>,
}
