//! What an app and the hub said to each other.

use askama::Template;

use crate::office::dispatches::DispatchView;
use crate::office::exchange::Exchange;
use crate::office::frame::Frame;
use crate::office::widgets::{Badge, LabelledValue, SelectOption};

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
    pub resources: Vec<SelectOption>,
    /// `GET`, `POST` …, as `method` (several).
    pub methods: Vec<SelectOption>,
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

/// A line of the logs.
#[derive(Clone, Debug)]
pub enum LogLine {
    /// The app asked the hub for something.
    Request(Box<Exchange>),
    /// The hub had something to tell the app: a line of the resource *Callback Log*.
    Callback(Box<CallbackLine>),
}

/// An event that the app was owed, with every attempt to deliver it.
#[derive(Clone, Debug)]
pub struct CallbackLine {
    /// The anchor of the line.
    pub id: String,
    /// When the event happened, to the second.
    pub time: String,
    /// The time in a format for machines.
    pub at: String,
    /// The event's id and type, `e8n5y · order.update`.
    pub name: String,
    /// Whether it is sent to the app, rather than fetched by it.
    pub is_sent: bool,
    /// Where it was sent; the event's name while it was not.
    pub url: String,
    /// The last status code; how far it got while there is none.
    pub outcome: Badge,
    /// How long the last attempt took; empty without one.
    pub took: String,
    /// The order it is about: where its page is.
    pub order: Option<String>,
    /// How it went.
    pub delivery: DispatchView,
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
    pub facts: Vec<LabelledValue>,
    /// The filter.
    pub filter: LogFilter,
    /// The head of the time column, `UTC+02:00`.
    pub zone: String,
    /// Newest first.
    pub lines: Vec<LogLine>,
    /// The next page's address.
    pub older: Option<String>,
    /// The first page's address, unless this is it.
    pub newest: Option<String>,
    /// For how many days requests are kept.
    pub kept_days: u64,
    /// For how many days events are kept once they are delivered or given up.
    pub events_kept_days: u64,
}
