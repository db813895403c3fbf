//! A client's secret, shown once. The page must be sent with `Cache-Control: no-store`.

use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::office::frame::Frame;

/// After a client was made or its secret renewed.
#[derive(Template)]
#[template(path = "developer/secret.html")]
pub struct SecretPage {
    /// The common part.
    pub frame: Frame,
    /// The client's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The secret.
    pub secret: String,
    /// The same as libraries for Standard Webhooks take it.
    pub webhook_secret: String,
}

impl SecretPage {
    /// Id and secret as a JSON file inside a link, so that nothing has to be kept for a second
    /// request.
    #[must_use]
    pub fn download(&self) -> String {
        let file = serde_json::json!({ "client_id": self.id, "client_secret": self.secret });
        let text = format!("{file:#}\n");
        let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        format!("data:application/json;charset=utf-8,{encoded}")
    }
}
