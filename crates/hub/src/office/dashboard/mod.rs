//! The page one lands on: what needs attention, then how the day goes.

mod attention;
mod charts;
mod figures;
pub(crate) mod http;
mod period;
mod phrasing;
mod store;

pub use charts::{BarChart, Breakdown, ChartBar, HourCell, HourLine, ShareLine};
pub use store::ALL as STATEMENTS;

use askama::Template;

use super::frame::Frame;
use super::orders::OrderLine;
use super::widgets::Severity;

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

/// How things are: one of the states of the dashboard.
#[derive(Clone, Debug)]
pub struct StateBox {
    /// How grave it is.
    pub severity: Severity,
    /// The sentence, with the number that proves it.
    pub headline: String,
    /// What it is made of.
    pub lines: Vec<Warning>,
    /// The next step: words and address.
    pub action: Option<(&'static str, &'static str)>,
}

/// A choice of days.
#[derive(Clone, Debug)]
pub struct PeriodLink {
    /// What it is called.
    pub label: &'static str,
    /// Its address.
    pub href: String,
    /// Whether it is shown.
    pub chosen: bool,
}

/// The choice of days.
#[derive(Clone, Debug)]
pub struct PeriodChoice {
    /// Those with a name.
    pub links: Vec<PeriodLink>,
    /// The first day, as `2026-03-07`.
    pub from: String,
    /// The last day, included.
    pub to: String,
    /// The days, for reading.
    pub days: String,
    /// What the comparison is called, and where it is switched on or off.
    pub compare: (String, String),
    /// Whether it is switched on.
    pub is_compared: bool,
}

/// A figure, and what it was before.
#[derive(Clone, Debug)]
pub struct Metric {
    /// What it is.
    pub label: &'static str,
    /// The figure, formatted.
    pub value: String,
    /// What it was before and how it has changed, if it is compared.
    pub before: Option<(String, String)>,
}

/// A product that was sold.
#[derive(Clone, Debug)]
pub struct ProductLine {
    /// Its place.
    pub rank: String,
    /// The product.
    pub product: String,
    /// The sku; empty if it has no name.
    pub sku: String,
    /// How many, formatted.
    pub quantity: String,
    /// The total, formatted.
    pub total: String,
}

/// `GET /dashboard?period=…&compare=1`, `GET /dashboard?from=…&to=…`.
#[derive(Template)]
#[template(path = "dashboard/dashboard.html")]
pub struct DashboardPage {
    /// The common part.
    pub frame: Frame,
    /// How things are.
    pub states: Vec<StateBox>,
    /// Whether things to try with the apps of the demo are named.
    pub has_tour: bool,
    /// Orders today, waiting callbacks, connections.
    pub tiles: Vec<Tile>,
    /// The choice of days.
    pub period: PeriodChoice,
    /// Revenue, number of sales, basket, new customers.
    pub metrics: Vec<Metric>,
    /// Whether anything was sold in these days.
    pub has_sales: bool,
    /// The sales, one bar after the other.
    pub chart: BarChart,
    /// By channel, connection, location.
    pub breakdowns: Vec<Breakdown>,
    /// The days of the week, from Monday.
    pub weekdays: [&'static str; 7],
    /// The hours in which something was sold, and those between.
    pub hours: Vec<HourLine>,
    /// The products of which most was sold.
    pub products: Vec<ProductLine>,
    /// Where all of them are, if there are more.
    pub all_products: Option<String>,
    /// The head of the date column, `UTC+02:00`.
    pub zone: String,
    /// Whether the column of locations is shown.
    pub all_locations: bool,
    /// The latest five orders.
    pub orders: Vec<OrderLine>,
}

/// `GET /dashboard/products?period=…`: all products that were sold.
#[derive(Template)]
#[template(path = "dashboard/products.html")]
pub struct SoldProductsPage {
    /// The common part.
    pub frame: Frame,
    /// The days, for reading.
    pub days: String,
    /// Back to the dashboard.
    pub back: String,
    /// The most sold first.
    pub products: Vec<ProductLine>,
    /// What is not shown, if there are too many.
    pub left_out: Option<String>,
}
