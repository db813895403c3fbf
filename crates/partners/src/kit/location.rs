//! What an app needs to know of a location.

use client::order::Currency;
use serde::Deserialize;

/// Some fields of a location. An app declares the fields that it needs, as here; those that it does
/// not know are ignored.
#[derive(Debug, Deserialize)]
pub(crate) struct LocationSummary {
    pub timezone: TimezoneSummary,
    pub account: AccountSummary,
    #[serde(default)]
    pub order_acceptance: AcceptanceSummary,
}

/// The time zone of a location.
#[derive(Debug, Deserialize)]
pub(crate) struct TimezoneSummary {
    /// The IANA name, such as `Europe/Paris`.
    pub name: String,
}

/// The account of a location.
#[derive(Debug, Deserialize)]
pub(crate) struct AccountSummary {
    pub currency: Currency,
}

/// Whether a location takes orders.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct AcceptanceSummary {
    /// `normal`, `busy` or `paused`.
    pub mode: String,
}
