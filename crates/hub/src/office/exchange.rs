//! A request and its answer, as logs show them: a line that unfolds both bodies.

use super::json;
use super::widgets::Badge;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request's id, as in `X-Request-Id`; also the anchor of the line.
    pub id: String,
    /// Time to the second, in the zone that the head of the list names.
    pub time: String,
    /// The time in a format for machines, with its offset.
    pub at: String,
    /// The app, where lines of several apps are mixed.
    pub origin: Option<String>,
    /// `Order`, `Callback Log` …, the same in both languages.
    pub resource: String,
    /// `GET`, `POST` …
    pub method: String,
    /// Path and query, or the app's address for a callback.
    pub url: String,
    /// The status code, or why there is none.
    pub outcome: Badge,
    /// How long it took.
    pub took: String,
    /// What was sent.
    pub request: BodyView,
    /// What came back.
    pub response: BodyView,
}

/// A body for reading.
#[derive(Clone, Debug, Default)]
pub struct BodyView {
    /// The text, one key per line; empty when there was none.
    pub text: String,
    /// What the reader should know of it: cut, not text …
    pub note: Option<String>,
    /// Where it can be had as a file.
    pub download: Option<String>,
}

impl BodyView {
    /// A body as it travelled, laid out for reading.
    #[must_use]
    pub fn of(text: &str, download: Option<String>) -> BodyView {
        BodyView {
            text: json::pretty(text),
            note: None,
            download,
        }
    }
}

/// A resource of the journal as people read it, the same in every language: `Customer List` for
/// `customer_list`.
pub(crate) fn resource_label(resource: &str) -> String {
    let words = resource.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<Vec<_>>().join(" ")
}
