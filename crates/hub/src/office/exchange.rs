//! A request and its answer, as logs show them: a line that unfolds both bodies.

use serde::Deserialize;

use super::json;
use super::translations::Translations;
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
    /// Why it was refused, in plain words; none if it was not.
    pub cause: Option<String>,
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

/// Characters of a cause that are shown; the rest is in the body.
const MAX_CAUSE_CHARS: usize = 300;

/// Why a request was refused, in plain words, with what the API said of it; none if it was not.
pub(crate) fn refusal_text(words: &Translations, status: u16, response: &str) -> Option<String> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct FieldError {
        field: String,
        message: String,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Answer {
        message: Option<String>,
        errors: Vec<FieldError>,
    }
    let w = &words.journey;
    let cause = match status {
        0..400 => return None,
        401 => w.refused_token,
        403 => w.refused_scope,
        404 => w.refused_unknown,
        409 | 412 => w.refused_conflict,
        400 | 422 => w.refused_content,
        429 => w.refused_rate,
        500.. => w.refused_by_failure,
        _ => w.refused,
    };
    let answer: Answer = serde_json::from_str(response).unwrap_or_default();
    let fields = answer.errors.iter();
    let fields: Vec<String> = fields
        .map(|error| format!("{} {}", error.field, error.message))
        .collect();
    let details = match fields.is_empty() {
        true => answer.message.unwrap_or_default(),
        false => fields.join(", "),
    };
    Some(match details.trim() {
        "" => cause.to_owned(),
        details => {
            let details: String = details.chars().take(MAX_CAUSE_CHARS).collect();
            w.refused_because(cause, &details)
        }
    })
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
