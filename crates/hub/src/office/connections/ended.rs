//! Connections that have ended: when, and by whom.

use askama::Template;

use crate::office::frame::Frame;

/// A connection that has ended.
#[derive(Clone, Debug)]
pub struct EndedConnection {
    /// The connection's id.
    pub id: String,
    /// The app's name.
    pub app: String,
    /// The account or location, `Point de vente Paris - zed91-0`.
    pub entity: String,
    /// When, by whom, and from where.
    pub about: String,
    /// Whether there may still be logs of it.
    pub has_logs: bool,
}

/// `GET /connections/ended`.
#[derive(Template)]
#[template(path = "connections/ended.html")]
pub struct EndedConnectionsPage {
    /// The common part.
    pub frame: Frame,
    /// Those that ended last first.
    pub connections: Vec<EndedConnection>,
    /// Where the older ones are.
    pub older: Option<String>,
    /// Where the newest ones are.
    pub newest: Option<String>,
}
