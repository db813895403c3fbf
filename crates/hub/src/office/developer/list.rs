//! The reader's clients.

use askama::Template;

use crate::office::frame::Frame;

/// A client.
#[derive(Clone, Debug)]
pub struct ClientLine {
    /// Its id, `312908447765.clients.example.com`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made, formatted.
    pub created: String,
    /// **Client** or **App**.
    pub kind: String,
    /// How many connections it has, as words.
    pub connections: String,
    /// Whether any return address is accepted.
    pub open: bool,
}

/// `GET /developer`.
#[derive(Template)]
#[template(path = "developer/list.html")]
pub struct ClientsPage {
    /// The common part.
    pub frame: Frame,
    /// The clients, by name.
    pub clients: Vec<ClientLine>,
}
