//! The reference of the API, as it is.

use hub::contract;
use hub::office::frame::MenuLine;
use hub::office::reference::{
    EventsPage, IndexPage, SectionPage, TypesPage, operations, slices, types,
};
use hub::office::translations::Language;

use super::{RenderedPage, keep, outside};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = &language.translations().reference;
    let openapi = contract::openapi();
    let frame = || {
        let mut frame = outside(language);
        frame.links = vec![MenuLine {
            href: "/docs/api".to_owned(),
            label: words.title.to_owned(),
            here: true,
            inner: false,
        }];
        frame
    };
    keep(pages, "reference", &IndexPage { frame: frame() });
    for slice in slices(openapi) {
        let page = SectionPage {
            frame: frame(),
            title: words.section(&slice),
            operations: operations(openapi, &slice),
        };
        keep(pages, &format!("reference_{slice}"), &page);
    }
    keep(
        pages,
        "reference_types",
        &TypesPage {
            frame: frame(),
            types: types(openapi),
        },
    );
    keep(
        pages,
        "reference_events",
        &EventsPage {
            frame: frame(),
            events: contract::event_docs()
                .into_iter()
                .map(|it| it.name())
                .collect(),
        },
    );
}
