//! `/docs`: read without signing in.

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;

use super::pages::{EventsPage, IndexPage, Link, SectionPage, TypesPage};
use super::read;
use crate::contract;
use crate::hub::Hub;
use crate::office::answer::{Mishap, Shown, page};
use crate::office::visit::Visit;

pub(crate) fn routes() -> Router<Hub> {
    Router::new()
        .route("/docs", get(index))
        .route("/docs/types", get(types))
        .route("/docs/events", get(events))
        .route("/docs/{section}", get(section))
}

async fn index(visit: Visit) -> Response {
    let links = links(&visit, "");
    let frame = visit.plain_frame();
    page(&visit, &IndexPage { frame, links })
}

async fn section(visit: Visit, Path(slice): Path<String>) -> Shown {
    let operations = read::operations(contract::openapi(), &slice);
    if operations.is_empty() {
        return Err(Mishap::NotFound);
    }
    let shown = SectionPage {
        title: visit.language.words().reference.section(&slice),
        links: links(&visit, &slice),
        frame: visit.plain_frame(),
        operations,
    };
    Ok(page(&visit, &shown))
}

async fn types(visit: Visit) -> Response {
    let shown = TypesPage {
        links: links(&visit, "types"),
        frame: visit.plain_frame(),
        types: read::types(contract::openapi()),
    };
    page(&visit, &shown)
}

async fn events(visit: Visit) -> Response {
    let shown = EventsPage {
        links: links(&visit, "events"),
        frame: visit.plain_frame(),
        events: contract::told().into_iter().map(|it| it.name()).collect(),
    };
    page(&visit, &shown)
}

fn links(visit: &Visit, here: &str) -> Vec<Link> {
    let words = &visit.language.words().reference;
    let link = |name: &str, label: String| Link {
        href: format!("/docs/{name}").trim_end_matches('/').to_owned(),
        label,
        here: name == here,
    };
    let mut links = vec![link("", words.title.to_owned())];
    let slices = read::slices(contract::openapi());
    links.extend(slices.iter().map(|slice| link(slice, words.section(slice))));
    links.push(link("events", words.events.to_owned()));
    links.push(link("types", words.types.to_owned()));
    links
}
