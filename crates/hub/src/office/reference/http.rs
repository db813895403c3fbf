//! `/docs/api`: read without signing in.

use crate::office::page_path::Path;
use axum::response::Response;
use axum::routing::get;

use super::pages::{EventsPage, IndexPage, SectionPage, TypesPage};
use super::read;
use crate::contract;
use crate::office::browser_request::BrowserRequest;
use crate::office::frame::{Frame, MenuLine};
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page};

pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .route("/docs/api", get(index))
        .route("/docs/api/types", get(types))
        .route("/docs/api/events", get(events))
        .route("/docs/api/{section}", get(section))
}

async fn index(browser: BrowserRequest) -> Response {
    let frame = frame(&browser, "");
    page(&browser, &IndexPage { frame })
}

async fn section(browser: BrowserRequest, Path(slice): Path<String>) -> PageResult {
    let operations = read::operations(contract::openapi(), &slice);
    if operations.is_empty() {
        return Err(PageError::NotFound);
    }
    let shown = SectionPage {
        title: browser.language.translations().reference.section(&slice),
        frame: frame(&browser, &slice),
        operations,
    };
    Ok(page(&browser, &shown))
}

async fn types(browser: BrowserRequest) -> Response {
    let shown = TypesPage {
        frame: frame(&browser, "types"),
        types: read::types(contract::openapi()),
    };
    page(&browser, &shown)
}

async fn events(browser: BrowserRequest) -> Response {
    let shown = EventsPage {
        frame: frame(&browser, "events"),
        events: contract::event_docs()
            .into_iter()
            .map(|it| it.name())
            .collect(),
    };
    page(&browser, &shown)
}

/// The frame with the menu of the reference.
fn frame(browser: &BrowserRequest, here: &str) -> Frame {
    let words = &browser.language.translations().reference;
    let link = |name: &str, label: String| MenuLine {
        href: format!("/docs/api/{name}").trim_end_matches('/').to_owned(),
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
        ..browser.plain_frame()
    }
}
