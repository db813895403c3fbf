//! **CONNEXIONS**: which apps are connected, which could be, and what they say to the hub.

mod activity;
mod apps;
mod ended;
pub(crate) mod http;
mod list;
mod logs;
mod repeats;
mod resend;
mod sending;
mod store;

pub use activity::{ActivityPage, Bar, DayCount};
pub use apps::{AppCard, AppPage, AppsPage, Category, Connect};
pub use ended::{EndedConnection, EndedConnectionsPage};
pub(crate) use http::{CATEGORIES, category_name, with_instance};
pub use list::{ConnectionCard, ConnectionsPage, Group};
pub use logs::{CallbackLine, LogFilter, LogLine, LogsPage, Token};
pub use repeats::RepeatsPage;
pub use resend::{ResendForm, ResendJobLine, ResendPage, ResendPreviewPage};
pub use sending::SendingPage;
pub use store::ALL as STATEMENTS;
pub(crate) use store::list_passive;

use crate::hub::Hub;

/// Tells an app, apart from the answer, that a merchant has disconnected it: a GET of its address.
/// The app may not be there any more; whether it hears is its own affair.
pub(crate) fn farewell(hub: &Hub, url: String) {
    let hub = hub.clone();
    tokio::spawn(async move {
        if let Err(error) = hub.outbound().get(&url).await.status {
            let error = error.as_str();
            tracing::warn!(error, "notifying app of its disconnection failed");
        }
    });
}
