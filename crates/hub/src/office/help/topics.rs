//! What there is help about. The texts are in `crates/hub/help`, a file for each language.

use super::text::HelpText;
use crate::office::translations::Language;

/// A page of the help.
#[derive(Debug)]
pub struct HelpTopic {
    /// Its address below `/docs/`.
    pub slug: &'static str,
    /// The app that it is about, by its name; none for a part of the back office.
    pub app: Option<&'static str>,
    french: &'static str,
    english: &'static str,
}

/// A topic whose texts are the two files of that name.
macro_rules! topic {
    ($slug:literal, $app:expr) => {
        HelpTopic {
            slug: $slug,
            app: $app,
            french: include_str!(concat!("../../../help/", $slug, ".fr.md")),
            english: include_str!(concat!("../../../help/", $slug, ".en.md")),
        }
    };
}

/// All of them, in the order of the menu.
pub static TOPICS: [HelpTopic; 15] = [
    topic!("get-started", None),
    topic!("connections", None),
    topic!("orders", None),
    topic!("alarms", None),
    topic!("data", None),
    topic!("locations", None),
    topic!("permissions", None),
    topic!("profile", None),
    topic!("suspension", None),
    topic!("apps/kezia", Some("Kezia II")),
    topic!("apps/zelty-bridge", Some("Zelty Bridge")),
    topic!("apps/pos-helper", Some("POS HELPER")),
    topic!("apps/qwenta", Some("Qwenta")),
    topic!("apps/coursicab", Some("CoursiCab")),
    topic!("apps/developer-tools", Some("Developer Tools")),
];

impl HelpTopic {
    /// The topic at this address below `/docs/`.
    #[must_use]
    pub fn find(slug: &str) -> Option<&'static HelpTopic> {
        TOPICS.iter().find(|topic| topic.slug == slug)
    }

    /// The topic about an app, by the name that the app has here.
    #[must_use]
    pub fn of_app(name: &str) -> Option<&'static HelpTopic> {
        let name = name.trim().to_lowercase();
        let is_it = |topic: &&HelpTopic| topic.app.is_some_and(|app| app.to_lowercase() == name);
        TOPICS.iter().find(is_it)
    }

    /// Its address.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/docs/{}", self.slug)
    }

    fn source(&self, language: Language) -> &'static str {
        match language {
            Language::French => self.french,
            Language::English => self.english,
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(&self, language: Language, brand: &str) -> String {
        HelpText::title_of(self.source(language), brand)
    }

    /// What it says.
    #[must_use]
    pub fn text(&self, language: Language, brand: &str) -> HelpText {
        HelpText::parse(self.source(language), brand)
    }
}
