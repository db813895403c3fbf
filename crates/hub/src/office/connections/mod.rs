//! **CONNEXIONS**: which apps are connected, which could be, and what they say to the hub.

mod activity;
mod apps;
mod list;
mod logs;

pub use activity::{ActivityPage, Bar, DayCount};
pub use apps::{AppCard, AppPage, AppsPage, Category, Connect};
pub use list::{Card, ConnectionsPage, Group};
pub use logs::{LogFilter, LogsPage, Token};
