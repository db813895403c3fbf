//! What an app and the hub said to each other.

use askama::Template;

use crate::office::exchange::Exchange;
use crate::office::frame::Frame;
use crate::office::parts::{Choice, Fact};

/// The access token, hidden until asked for.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token, once asked for (`POST /connections/{id}/logs`, field `token=show`).
    pub shown: Option<String>,
    /// Whether the reader may ask for it.
    pub may_show: bool,
}

/// What the list is narrowed to; nothing ticked means everything.
#[derive(Clone, Debug)]
pub struct LogFilter {
    /// `Order`, `Customer List` …, as `resource` (several).
    pub resources: Vec<Choice>,
    /// `GET`, `POST` …, as `method` (several).
    pub methods: Vec<Choice>,
}

impl LogFilter {
    /// What is ticked, or nothing.
    #[must_use]
    pub fn ticked(&self) -> Option<String> {
        let ticked: Vec<&str> = self
            .resources
            .iter()
            .chain(&self.methods)
            .filter(|choice| choice.chosen)
            .map(|choice| choice.label.as_str())
            .collect();
        (!ticked.is_empty()).then(|| ticked.join(", "))
    }
}

/// `GET /connections/{id}/logs?resource=…&method=…&cursor=…`.
#[derive(Template)]
#[template(path = "connections/logs.html")]
pub struct LogsPage {
    /// The common part.
    pub frame: Frame,
    /// The connection's id.
    pub connection: String,
    /// The app's name.
    pub app: String,
    /// The token.
    pub token: Token,
    /// The scope as granted, `location[orders.write]`.
    pub scope: String,
    /// Customer list and catalog, `Name - id`.
    pub facts: Vec<Fact>,
    /// The filter.
    pub filter: LogFilter,
    /// The head of the time column, `UTC+02:00`.
    pub zone: String,
    /// Newest first.
    pub lines: Vec<Exchange>,
    /// The next page's address.
    pub older: Option<String>,
    /// The first page's address, unless this is it.
    pub newest: Option<String>,
    /// For how many days requests are kept.
    pub kept_days: u64,
}
