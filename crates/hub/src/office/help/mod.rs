//! **AIDE**: what a merchant asks, answered under `/docs`. Anybody may read it. Screens and buttons are
//! called what they are called on screen, which a test compares; anchors are the same in every language.

pub(crate) mod http;
mod pages;
mod text;
mod topics;

pub use pages::{HelpIndexPage, HelpPage, TopicEntry};
pub use text::{HelpBlock, HelpLine, HelpProblem, HelpSection, HelpSpan, HelpText};
pub use topics::{HelpTopic, TOPICS};
