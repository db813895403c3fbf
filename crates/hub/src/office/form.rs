//! What a form sends. Nothing is read from a form that does not carry the token of this browser, or that
//! is longer than a person writes. Where it does something is said by its address, see
//! [`place`](super::place).
//!
//! Every form of the back office carries, beside its own fields,
//! - `csrf`, the token of this browser;
//! - `page`, the address of its page: an answer to a form has none that could be opened again;
//! - `number`, by which it is told from itself when it comes twice, see
//!   [`form_deduplication`](super::form_deduplication).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;

use super::browser_request::BrowserRequest;
use super::response::PageError;
use crate::hub::Hub;
use crate::secret;

/// Bytes of a form at most.
const MAX_FORM_BYTES: usize = 256 * 1024;

/// Fields of a form at most.
const MAX_FORM_FIELDS: usize = 100;

/// Characters of a field at most. Fields of the same name have the same length in every form; the
/// pages say it to the browser, which does not let anybody type more.
#[must_use]
pub fn longest(name: &(impl AsRef<str> + ?Sized)) -> usize {
    match name.as_ref() {
        "back" | "page" | "request" => super::response::MAX_CARRIED_PATH_BYTES,
        "code" | "recovery_code" | "present_code" => 50,
        "email" => 254,
        "password" | "current" | "again" | "confirm" | "present_password" => 500,
        "redirects" => 50_000,
        "description_fr" | "description_en" | "instructions_fr" | "instructions_en" => 2_000,
        "connect_url" | "open_url" | "disconnect_url" | "logo_url" | "webhook_url"
        | "location_scope" | "account_scope" => 2_000,
        "waits" => 500,
        "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" => 800,
        _ => 200,
    }
}

/// Text as it can stand in a line: what breaks a line is a blank, and what cannot be seen but turns
/// the text around it about, or does something else to whoever shows it, is gone.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars()
        .filter_map(|char| match char {
            '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
            char if is_invisible(char) => None,
            char => Some(char),
        })
        .collect()
}

/// Whether there is something to read in a text.
#[must_use]
pub fn is_visible(text: &str) -> bool {
    let has_no_width = |char: char| matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}');
    text.chars()
        .any(|char| !char.is_whitespace() && !is_invisible(char) && !has_no_width(char))
}

/// [`one_line`] for text of several lines.
fn lines(text: &str) -> String {
    text.chars()
        .filter(|char| *char == '\n' || !is_invisible(*char))
        .collect()
}

fn is_invisible(char: char) -> bool {
    let is_direction_mark = matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    char.is_control() || is_direction_mark || char == '\u{feff}'
}

/// A field as it is used.
fn clean(name: &str, value: &str) -> String {
    match name {
        // What is compared or followed, not shown.
        "csrf" | "password" | "current" | "again" | "confirm" | "present_password" | "request"
        | "back" | "page" => value.replace('\0', ""),
        // A name is refused rather than changed, see `required`.
        "name" | "account_name" | "location_name" => value.to_owned(),
        "redirects" | "description_fr" | "description_en" | "instructions_fr"
        | "instructions_en" => lines(value),
        _ => one_line(value),
    }
}

/// A form as it came, before anything is believed of it.
#[derive(Clone, Debug)]
pub(crate) struct RawForm {
    fields: Vec<(String, String)>,
    /// The name of a field that is too long, or nothing if the whole is.
    too_long: Option<String>,
}

impl RawForm {
    /// Reads the form of a request, and leaves it there for [`FormFields`].
    pub(crate) async fn read(parts: &mut Parts, body: Body) -> Arc<Self> {
        let form = match axum::body::to_bytes(body, MAX_FORM_BYTES).await {
            Ok(body) => Self::parse(&body),
            Err(_) => Self {
                fields: Vec::new(),
                too_long: Some(String::new()),
            },
        };
        let form = Arc::new(form);
        parts.extensions.insert(Arc::clone(&form));
        form
    }

    fn parse(body: &[u8]) -> Self {
        let mut fields = Vec::new();
        let mut too_long = None;
        for (name, value) in form_urlencoded::parse(body) {
            let value = clean(&name, &value);
            if fields.len() == MAX_FORM_FIELDS {
                too_long = Some(String::new());
                break;
            }
            if value.chars().count() > longest(&name) {
                too_long = Some(name.into_owned());
                break;
            }
            fields.push((name.into_owned(), value));
        }
        Self { fields, too_long }
    }

    /// A field, if it was sent.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether it carries the token of this browser.
    pub(crate) fn is_from(&self, browser: &BrowserRequest) -> bool {
        secret::constant_time_eq(self.find("csrf").unwrap_or_default(), &browser.csrf)
    }

    /// Whether all of it was read.
    pub(crate) fn is_whole(&self) -> bool {
        self.too_long.is_none()
    }

    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
}

/// The fields of a form that came from one of our own pages.
#[derive(Clone, Debug)]
pub struct FormFields(Arc<RawForm>);

impl FromRequest<Hub> for FormFields {
    type Rejection = PageError;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let form = match parts.extensions.get::<Arc<RawForm>>() {
            Some(form) => Arc::clone(form),
            None => RawForm::read(&mut parts, body).await,
        };
        let browser = BrowserRequest::of(hub, &parts);
        if let Some(name) = &form.too_long {
            return Err(PageError::TooLong(name.clone()));
        }
        if !form.is_from(&browser) {
            return Err(PageError::Expired);
        }
        Ok(Self(form))
    }
}

impl FormFields {
    /// A field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.find(name).unwrap_or_default()
    }

    /// A field without outer spaces; none when nothing is left.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .fields
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}
