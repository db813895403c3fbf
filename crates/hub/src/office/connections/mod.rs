//! **CONNEXIONS**: which apps are connected, which could be, and what they say to the hub.

mod activity;
mod apps;
pub(crate) mod http;
mod list;
mod logs;

pub use activity::{ActivityPage, Bar, DayCount};
pub use apps::{AppCard, AppPage, AppsPage, Category, Connect};
pub(crate) use http::{CATEGORIES, category_name};
pub use list::{Card, ConnectionsPage, Group};
pub use logs::{LogFilter, LogsPage, Token};

use crate::hub::Hub;

/// Tells an app, apart from the answer, that a merchant has disconnected it. The app may not be
/// there any more: whether it hears is its own affair.
pub(crate) fn farewell(_hub: &Hub, url: &str) {
    tracing::info!(url, "an app is to be told that it was disconnected");
}
