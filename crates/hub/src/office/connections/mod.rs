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

/// Tells an app, apart from the answer, that a merchant has disconnected it (API, chapter OAuth 2.0).
/// The app may not be there any more: whether it hears is its own affair. The call passes the same
/// guard as callbacks.
pub(crate) fn farewell(hub: &Hub, url: &str) {
    let (hub, url) = (hub.clone(), url.to_owned());
    tokio::spawn(async move {
        let outcome = hub.outbound().get(&url).await;
        if !outcome.acknowledges() {
            tracing::info!(url, "an app did not hear that it was disconnected");
        }
    });
}
