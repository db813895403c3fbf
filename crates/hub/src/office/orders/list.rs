//! The list of orders.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::icons::InlineIcon;
use crate::office::translations::Translations;
use crate::office::widgets::{Badge, SelectOption, Severity};

/// A line of the list.
#[derive(Clone, Debug)]
pub struct OrderLine {
    /// The order's id.
    pub id: String,
    /// The sender's reference.
    pub reference: Option<String>,
    /// When it was created, formatted.
    pub created: String,
    /// The location's name; only when all locations are shown.
    pub location: Option<String>,
    /// The customer's name; empty if none was given.
    pub customer: String,
    /// The total, formatted.
    pub total: String,
    /// The status.
    pub status: Badge,
    /// How it is served, with the icon; unless the app did not say.
    pub service: Option<(InlineIcon, &'static str)>,
    /// The app that created it.
    pub origin: String,
    /// The channel that the app named, unless it is called like the app.
    pub channel: Option<String>,
}

impl OrderLine {
    /// The icon of its channel.
    #[must_use]
    pub fn channel_icon(&self) -> InlineIcon {
        InlineIcon::of_channel(self.channel.as_deref().unwrap_or_default())
    }
}

/// The service type of the API as it is shown (API, chapter Orders); nothing for an unknown one.
#[must_use]
pub fn service_mark(
    words: &'static Translations,
    service: &str,
) -> Option<(InlineIcon, &'static str)> {
    let icon = InlineIcon::of_service_type(service)?;
    let label = match service {
        "delivery" => words.orders.delivery,
        "collection" => words.orders.collection,
        _ => words.orders.eat_in,
    };
    Some((icon, label))
}

/// The badge of an order status of the API (API, chapter Orders).
#[must_use]
pub fn order_badge(words: &Translations, status: &str) -> Badge {
    Badge::new(
        words.orders.status_label(status),
        Severity::of_order_status(status),
    )
    .with_icon(InlineIcon::of_order_status(status))
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct OrderFilterForm {
    /// `from`, as `2026-03-07`, or empty.
    pub from: String,
    /// `to`, the same, included.
    pub to: String,
    /// `status`, the API's values; an empty one first.
    pub statuses: Vec<SelectOption>,
    /// `search`: a reference or an id.
    pub search: String,
}

impl OrderFilterForm {
    /// Whether it narrows anything.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let by_status = self
            .statuses
            .iter()
            .any(|choice| choice.chosen && !choice.value.is_empty());
        by_status || !(self.from.is_empty() && self.to.is_empty() && self.search.is_empty())
    }
}

/// `GET /orders?from=…&to=…&status=…&search=…&cursor=…`.
#[derive(Template)]
#[template(path = "orders/orders.html")]
pub struct OrdersPage {
    /// The common part.
    pub frame: Frame,
    /// The filter.
    pub filter: OrderFilterForm,
    /// The head of the date column, `UTC+02:00`.
    pub zone: String,
    /// Whether the column of locations is shown.
    pub all_locations: bool,
    /// Newest first.
    pub orders: Vec<OrderLine>,
    /// The next page's address.
    pub older: Option<String>,
    /// The previous page's address.
    pub newer: Option<String>,
    /// The first page's address, unless this is it.
    pub newest: Option<String>,
}
