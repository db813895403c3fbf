//! The connected apps, as cards: the account's first, then each location's.

use askama::Template;

use super::ended::EndedConnection;
use crate::office::frame::Frame;
use crate::office::widgets::{AppFace, Badge};

/// The cards of the account or of one location.
#[derive(Clone, Debug)]
pub struct Group {
    /// `Point de vente Paris - zed91-0`.
    pub heading: String,
    /// The cards.
    pub cards: Vec<ConnectionCard>,
}

/// A connection.
#[derive(Clone, Debug)]
pub struct ConnectionCard {
    /// The connection's id.
    pub id: String,
    /// The app.
    pub app: AppFace,
    /// **Bloquée**, **Configuration à terminer** …; none for a sound connection.
    pub badge: Option<Badge>,
    /// Since when, which list, which catalog, which device.
    pub lines: Vec<String>,
    /// Where **Ouvrir** leads, if the app has such an address.
    pub open: Option<String>,
    /// Where **Reconnecter** leads, if there is a list or a catalog to change.
    pub reconnect: Option<String>,
    /// Where all that was done to it is shown, for those who may see that.
    pub history: Option<String>,
    /// Whether it is blocked.
    pub blocked: bool,
    /// Whether the reader may block, reconnect and disconnect.
    pub may_manage: bool,
}

/// `GET /connections`.
#[derive(Template)]
#[template(path = "connections/list.html")]
pub struct ConnectionsPage {
    /// The common part.
    pub frame: Frame,
    /// The cards; groups without any are left out.
    pub groups: Vec<Group>,
    /// Those that ended last.
    pub ended: Vec<EndedConnection>,
}
