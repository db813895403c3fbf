//! The help and the page with what pages are made of, as they are.

use hub::office::design::DesignPage;
use hub::office::help::{HelpIndexPage, HelpPage, TOPICS};
use hub::office::translations::Language;

use super::{RenderedPage, keep, outside};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    keep(pages, "design", &DesignPage::new(outside(language)));
    keep(pages, "help", &HelpIndexPage::new(outside(language)));
    for topic in &TOPICS {
        let name = format!("help_{}", topic.slug.replace('/', "_"));
        keep(pages, &name, &HelpPage::new(outside(language), topic));
    }
}
