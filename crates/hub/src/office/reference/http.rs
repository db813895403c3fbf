//! `/docs`: read without signing in.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;

use super::pages::{EventsPage, IndexPage, SectionPage, TypesPage};
use super::read;
use crate::contract;
use crate::office::answer::{PageError, PageResult, page};
use crate::office::frame::{Frame, MenuLine};
use crate::office::pages::Pages;
use crate::office::visit::BrowserSession;

pub(crate) fn routes() -> Pages {
    Pages::new()
        .route("/docs", get(index))
        .route("/docs/types", get(types))
        .route("/docs/events", get(events))
        .route("/docs/{section}", get(section))
}

async fn index(visit: BrowserSession) -> Response {
    let frame = frame(&visit, "");
    page(&visit, &IndexPage { frame })
}

async fn section(visit: BrowserSession, Path(slice): Path<String>) -> PageResult {
    let operations = read::operations(contract::openapi(), &slice);
    if operations.is_empty() {
        return Err(PageError::NotFound);
    }
    let shown = SectionPage {
        title: visit.language.words().reference.section(&slice),
        frame: frame(&visit, &slice),
        operations,
    };
    Ok(page(&visit, &shown))
}

async fn types(visit: BrowserSession) -> Response {
    let shown = TypesPage {
        frame: frame(&visit, "types"),
        types: read::types(contract::openapi()),
    };
    page(&visit, &shown)
}

async fn events(visit: BrowserSession) -> Response {
    let shown = EventsPage {
        frame: frame(&visit, "events"),
        events: contract::event_docs()
            .into_iter()
            .map(|it| it.name())
            .collect(),
    };
    page(&visit, &shown)
}

/// The frame with the menu of the reference.
fn frame(visit: &BrowserSession, here: &str) -> Frame {
    let words = &visit.language.words().reference;
    let link = |name: &str, label: String| MenuLine {
        href: format!("/docs/{name}").trim_end_matches('/').to_owned(),
        label,
        here: name == here,
        inner: false,
    };
    let mut links = vec![link("", words.title.to_owned())];
    let slices = read::slices(contract::openapi());
    links.extend(slices.iter().map(|slice| link(slice, words.section(slice))));
    links.push(link("events", words.events.to_owned()));
    links.push(link("types", words.types.to_owned()));
    Frame {
        links,
        ..visit.plain_frame()
    }
}
