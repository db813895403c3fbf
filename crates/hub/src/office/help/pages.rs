//! The pages of the help.

use askama::Template;

use super::text::{HelpLine, HelpText};
use super::topics::{HelpTopic, TOPICS};
use crate::office::frame::{Frame, MenuLine};

/// A topic, as the list of all of them shows it.
#[derive(Clone, Debug)]
pub struct TopicEntry {
    /// Its address.
    pub href: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub lead: HelpLine,
    /// What may go wrong: in words, and where it is explained.
    pub problems: Vec<(String, String)>,
}

/// `GET /docs`: all topics.
#[derive(Template)]
#[template(path = "help/index.html")]
pub struct HelpIndexPage {
    /// The common part.
    pub frame: Frame,
    /// The parts of the back office.
    pub guides: Vec<TopicEntry>,
    /// The apps.
    pub apps: Vec<TopicEntry>,
}

impl HelpIndexPage {
    /// The list of all topics.
    #[must_use]
    pub fn new(frame: Frame) -> Self {
        let language = frame.words.language;
        let entry = |topic: &HelpTopic| {
            let text = topic.text(language, &frame.brand);
            let place = |anchor: &str| format!("{}#{anchor}", topic.href());
            let problems = text.problems();
            let problems = problems.map(|it| (it.symptom.clone(), place(&it.anchor)));
            TopicEntry {
                href: topic.href(),
                problems: problems.collect(),
                title: text.title,
                lead: text.lead,
            }
        };
        let (apps, guides): (Vec<_>, Vec<_>) = TOPICS.iter().partition(|topic| topic.app.is_some());
        Self {
            guides: guides.into_iter().map(entry).collect(),
            apps: apps.into_iter().map(entry).collect(),
            frame: with_menu(frame, ""),
        }
    }
}

/// `GET /docs/{topic}` and `GET /docs/apps/{app}`.
#[derive(Template)]
#[template(path = "help/page.html")]
pub struct HelpPage {
    /// The common part.
    pub frame: Frame,
    /// What it says.
    pub text: HelpText,
}

impl HelpPage {
    /// The page of a topic.
    #[must_use]
    pub fn new(frame: Frame, topic: &HelpTopic) -> Self {
        Self {
            text: topic.text(frame.words.language, &frame.brand),
            frame: with_menu(frame, topic.slug),
        }
    }
}

/// The frame with the menu of the help.
fn with_menu(frame: Frame, here: &str) -> Frame {
    let (words, language) = (&frame.words.help, frame.words.language);
    let link = |href: String, label: String, is_here, inner| MenuLine {
        label,
        href,
        here: is_here,
        inner,
    };
    let mut links = vec![link(
        "/docs".to_owned(),
        words.title.to_owned(),
        here.is_empty(),
        false,
    )];
    links.extend(TOPICS.iter().map(|topic| {
        let label = match topic.app {
            Some(app) => app.to_owned(),
            None => topic.title(language, &frame.brand),
        };
        link(topic.href(), label, topic.slug == here, true)
    }));
    let reference = frame.words.reference.title.to_owned();
    links.push(link("/docs/api".to_owned(), reference, false, false));
    Frame { links, ..frame }
}
