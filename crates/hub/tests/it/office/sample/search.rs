//! The search page: before a search, with several hits, with none.

use hub::office::search::{HitGroup, SearchHit, SearchPage};
use hub::office::translations::Language;

use super::{RenderedPage, frame, keep};

pub fn draw(language: Language, pages: &mut Vec<RenderedPage>) {
    let words = language.translations();
    let w = &words.search;
    let hit = |title: &str, matches: (&'static str, &str), details: &str| SearchHit {
        title: title.into(),
        href: "/orders/w5x2rk".into(),
        matches: (matches.0, matches.1.into()),
        details: details.into(),
    };
    let orders = HitGroup {
        id: "orders",
        title: words.orders.title,
        hits: vec![
            hit(
                "UE-4471",
                (w.phone, "+33 6 12 34 56 78"),
                "07/03/2026 19:41 · Lyon Bellecour · Zoé de la Tour · 26,40 € · Acceptée",
            ),
            hit(
                "w5x2rk",
                (w.name, "Zoé de la Tour"),
                "06/03/2026 12:02 · Villeurbanne · 9,80 €",
            ),
        ],
        more: Some(w.more),
    };
    let requests = HitGroup {
        id: "requests",
        title: w.requests,
        hits: vec![hit(
            "POST /v1/location/orders",
            (w.id, "0r4e1"),
            "07/03/2026 19:41 · Order · 422",
        )],
        more: None,
    };
    let page = |text: &str, groups| SearchPage {
        frame: frame(language, None),
        text: text.into(),
        groups,
        is_narrowed: true,
    };
    keep(pages, "search", &page("0612345678", vec![orders, requests]));
    keep(pages, "search_nothing", &page("0612345679", Vec::new()));
    keep(pages, "search_first", &page("", Vec::new()));
}
