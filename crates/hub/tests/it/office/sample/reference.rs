//! The reference of the API, as it is.

use hub::contract;
use hub::office::reference::{
    EventsPage, IndexPage, Link, SectionPage, TypesPage, operations, slices, types,
};
use hub::office::words::Language;

use super::{Drawn, keep, outside};

pub fn draw(language: Language, pages: &mut Vec<Drawn>) {
    let words = &language.words().reference;
    let openapi = contract::openapi();
    let links = || {
        vec![Link {
            href: "/docs".to_owned(),
            label: words.title.to_owned(),
            here: true,
        }]
    };
    let frame = || outside(language);
    keep(
        pages,
        "reference",
        &IndexPage {
            frame: frame(),
            links: links(),
        },
    );
    for slice in slices(openapi) {
        let page = SectionPage {
            frame: frame(),
            links: links(),
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
            links: links(),
            types: types(openapi),
        },
    );
    keep(
        pages,
        "reference_events",
        &EventsPage {
            frame: frame(),
            links: links(),
            events: contract::told().into_iter().map(|it| it.name()).collect(),
        },
    );
}
