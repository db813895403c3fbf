//! How events are sent to a connected app: when again after a failure, and when new orders.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::Field;

/// `GET` and `POST /connections/{id}/sending`: fields `waits`, `fires_orders` (`yes`).
#[derive(Template)]
#[template(path = "connections/sending.html")]
pub struct SendingPage {
    /// The common part.
    pub frame: Frame,
    /// The connection's id.
    pub connection: String,
    /// The app's name.
    pub app: String,
    /// Whether it is sent its events; else it fetches them.
    pub is_sent: bool,
    /// The waits before new attempts, `5 s, 1 min`; empty for those of the server.
    pub waits: Field,
    /// Those of the server, for orders.
    pub default_waits: String,
    /// Whether new orders are held back until they are to be prepared.
    pub fires_orders: bool,
}
