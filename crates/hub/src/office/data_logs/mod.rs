//! The logs of the data: what all apps have asked the hub for, in one list.

pub(super) mod http;
mod span;

use askama::Template;
use jiff::civil::DateTime;

use super::connections::LogFilter;
use super::exchange::Exchange;
use super::format;
use super::frame::Frame;

/// Where the page is.
pub(crate) const PATH: &str = "/data/logs";

/// `GET /data/logs?resource=…&method=…&from=…&to=…&cursor=…`.
#[derive(Template)]
#[template(path = "data_logs/data_logs.html")]
pub struct DataLogsPage {
    /// The common part.
    pub frame: Frame,
    /// Resources and methods.
    pub filter: LogFilter,
    /// The first minute, as `2026-03-07T14:00`; empty without one.
    pub from: String,
    /// The last minute.
    pub to: String,
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

impl DataLogsPage {
    /// Whether anything is filtered.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.filter.ticked().is_some() || !self.from.is_empty() || !self.to.is_empty()
    }

    /// What is filtered, for reading.
    #[must_use]
    pub fn summary(&self) -> String {
        let words = self.frame.words;
        let minute = |label: &str, text: &str| match text.parse::<DateTime>() {
            Ok(at) => {
                let day = format::day(words.language, at.date());
                format!("{label} {day} {}", at.strftime("%H:%M"))
            }
            Err(_) => String::new(),
        };
        let parts = [
            self.filter.ticked().unwrap_or_default(),
            minute(words.orders.from, &self.from),
            minute(words.orders.to, &self.to),
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    }
}
