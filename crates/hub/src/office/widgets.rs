//! The small things that pages are made of.

use super::icons::InlineIcon;

/// How grave something is. Colour follows from it, and never stands alone: there is always a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// Neither good nor bad.
    Plain,
    /// Waiting for somebody.
    Fresh,
    /// Under way.
    Busy,
    /// As it should be.
    Good,
    /// Somebody should look.
    Warn,
    /// Something failed.
    Bad,
}

impl Severity {
    /// The class of the stylesheet.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Severity::Plain => "plain",
            Severity::Fresh => "fresh",
            Severity::Busy => "busy",
            Severity::Good => "good",
            Severity::Warn => "warn",
            Severity::Bad => "bad",
        }
    }

    /// Fit for an order status of the API (API, chapter Orders).
    #[must_use]
    pub fn of_order_status(status: &str) -> Severity {
        match status {
            "new" => Severity::Fresh,
            "received"
            | "accepted"
            | "in_preparation"
            | "awaiting_shipment"
            | "awaiting_collection"
            | "in_delivery" => Severity::Busy,
            "completed" => Severity::Good,
            "rejected" | "delivery_failed" => Severity::Bad,
            _ => Severity::Plain,
        }
    }

    /// Fit for an HTTP status code.
    #[must_use]
    pub fn of_http_status(code: u16) -> Severity {
        match code {
            200..300 => Severity::Good,
            300..400 => Severity::Plain,
            400..500 => Severity::Warn,
            _ => Severity::Bad,
        }
    }
}

/// A state in a few words, which a page shows in a coloured pill.
#[derive(Clone, Debug)]
pub struct Badge {
    /// The text of the pill.
    pub text: String,
    /// How serious the state is; the colour follows from it.
    pub severity: Severity,
    /// The icon before the text, if this kind of state has one.
    pub icon: Option<InlineIcon>,
}

impl Badge {
    /// Makes a badge of its text and its severity.
    #[must_use]
    pub fn new(text: impl Into<String>, severity: Severity) -> Badge {
        Badge {
            text: text.into(),
            severity,
            icon: None,
        }
    }

    /// Adds the icon of the state.
    #[must_use]
    pub fn with_icon(self, icon: Option<InlineIcon>) -> Badge {
        Badge { icon, ..self }
    }
}

/// A label and its value, which a page shows side by side.
#[derive(Clone, Debug)]
pub struct LabelledValue {
    /// The label.
    pub label: String,
    /// The value, formatted.
    pub value: String,
}

impl LabelledValue {
    /// Makes a pair of a label and a value.
    #[must_use]
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> LabelledValue {
        LabelledValue {
            label: label.into(),
            value: value.into(),
        }
    }
}

/// An entry of a drop-down list, or of a group of check boxes.
#[derive(Clone, Debug)]
pub struct SelectOption {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// Whether the entry is selected when the page is shown.
    pub chosen: bool,
}

impl SelectOption {
    /// Makes an entry of the value that the form sends and the label that the reader sees.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> SelectOption {
        SelectOption {
            value: value.into(),
            label: label.into(),
            chosen,
        }
    }
}

/// What a form's field holds when the page is shown again, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The value as it was typed. Always empty for passwords.
    pub value: String,
    /// What is wrong, as a sentence.
    pub error: Option<String>,
}

impl Field {
    /// A field without fault.
    #[must_use]
    pub fn of(value: impl Into<String>) -> Field {
        Field {
            value: value.into(),
            error: None,
        }
    }

    /// Marks the field as wrong, with a message.
    #[must_use]
    pub fn wrong(self, error: impl Into<String>) -> Field {
        Field {
            error: Some(error.into()),
            ..self
        }
    }
}

/// How an app looks: its name, and its logo or the first letter in its place.
#[derive(Clone, Debug)]
pub struct AppFace {
    /// The name.
    pub name: String,
    /// An `https:` address, or one of the hub's own.
    pub logo: Option<String>,
}

impl AppFace {
    /// An app's face.
    #[must_use]
    pub fn new(name: impl Into<String>, logo: Option<String>) -> AppFace {
        AppFace {
            name: name.into(),
            logo,
        }
    }

    /// The letter shown without a logo.
    #[must_use]
    pub fn letter(&self) -> String {
        self.name
            .chars()
            .next()
            .map(|first| first.to_uppercase().collect())
            .unwrap_or_default()
    }

    /// One of six colours, always the same for the same name.
    #[must_use]
    pub fn tint(&self) -> u32 {
        self.name.chars().map(u32::from).sum::<u32>() % 6
    }
}
