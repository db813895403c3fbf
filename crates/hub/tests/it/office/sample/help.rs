//! The help, as it is.

use hub::office::help::{HelpIndexPage, HelpPage, TOPICS};
use hub::office::translations::Language;

use super::{RenderedPage, keep, outside};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    keep(pages, "help", &HelpIndexPage::new(outside(language)));
    for topic in &TOPICS {
        let name = format!("help_{}", topic.slug.replace('/', "_"));
        keep(pages, &name, &HelpPage::new(outside(language), topic));
    }
}
