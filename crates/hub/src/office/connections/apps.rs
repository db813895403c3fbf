//! The apps one could connect, and an app's own sheet.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::help::HelpTopic;
use crate::office::widgets::AppFace;

/// Apps of one kind.
#[derive(Clone, Debug)]
pub struct Category {
    /// `Logiciels de caisse`.
    pub name: String,
    /// The apps.
    pub apps: Vec<AppCard>,
}

/// An app in the list.
#[derive(Clone, Debug)]
pub struct AppCard {
    /// The app's id.
    pub id: String,
    /// The app.
    pub app: AppFace,
    /// Whether it is connected where the reader is.
    pub connected: bool,
}

/// `GET /apps`.
#[derive(Template)]
#[template(path = "connections/apps.html")]
pub struct AppsPage {
    /// The common part.
    pub frame: Frame,
    /// The apps by kind; kinds without any are left out.
    pub categories: Vec<Category>,
}

/// How an app is connected from here.
#[derive(Clone, Debug)]
pub enum Connect {
    /// **Connecter** leads there, in a new tab.
    Here(String),
    /// **Connecter** is greyed, for this reason.
    Greyed(String),
    /// The app starts it: these are the steps.
    FromTheApp(Vec<String>),
}

/// `GET /apps/{id}`.
#[derive(Template)]
#[template(path = "connections/app.html")]
pub struct AppPage {
    /// The common part.
    pub frame: Frame,
    /// The app.
    pub app: AppFace,
    /// Its kind.
    pub category: String,
    /// What the app is and needs, a paragraph each.
    pub lines: Vec<String>,
    /// What it may do once connected, in words.
    pub rights: Vec<String>,
    /// How it is connected.
    pub connect: Connect,
    /// Whether it is connected where the reader is.
    pub connected: bool,
}

impl AppPage {
    /// Where the help explains how it is connected.
    #[must_use]
    pub fn help(&self) -> String {
        let topic = HelpTopic::of_app(&self.app.name);
        topic.map_or("/docs/connections#connect".to_owned(), HelpTopic::href)
    }
}
