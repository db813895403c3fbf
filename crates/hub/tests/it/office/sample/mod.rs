//! A made-up reader, and every page as that reader would see it.

mod alarms;
mod audit;
mod connections;
mod dashboard;
mod data;
mod help;
mod orders;
mod outside;
mod reference;
mod search;
mod second_factor;
mod settings;

use askama::Template;
use hub::office::exchange::{BodyView, Exchange};
use hub::office::frame::{Frame, MenuEntry, Notice};
use hub::office::place::Place;
use hub::office::translations::Language;
use hub::office::widgets::{Badge, SelectOption, Severity};

/// A page's name and its HTML.
pub struct RenderedPage {
    pub name: String,
    pub html: String,
}

/// All pages in that language.
pub fn all(language: Language) -> Vec<RenderedPage> {
    let mut pages = Vec::new();
    outside::draw(language, &mut pages);
    connections::draw(language, &mut pages);
    orders::draw(language, &mut pages);
    data::draw(language, &mut pages);
    search::draw(language, &mut pages);
    alarms::draw(language, &mut pages);
    audit::draw(language, &mut pages);
    settings::draw(language, &mut pages);
    help::draw(language, &mut pages);
    reference::draw(language, &mut pages);
    pages
}

/// Keeps a page.
pub fn keep(pages: &mut Vec<RenderedPage>, name: &str, page: &impl Template) {
    pages.push(RenderedPage {
        name: name.to_owned(),
        html: page.render().unwrap(),
    });
}

/// The text in that language.
pub fn say(language: Language, french: &str, english: &str) -> String {
    match language {
        Language::French => french.to_owned(),
        Language::English => english.to_owned(),
    }
}

/// The frame of somebody who sees two accounts.
pub fn frame(language: Language, here: Option<MenuEntry>) -> Frame {
    let shell = &language.translations().shell;
    Frame {
        here,
        entries: vec![
            MenuEntry::Dashboard,
            MenuEntry::Connections,
            MenuEntry::Orders,
            MenuEntry::Customers,
            MenuEntry::Catalogs,
            MenuEntry::Inventory,
            MenuEntry::Alarms,
            MenuEntry::Settings,
            MenuEntry::Accounts,
            MenuEntry::Audit,
            MenuEntry::Developer,
        ],
        user: Some("Ada Martin".to_owned()),
        place: Place::parse("q7h2d"),
        accounts: vec![
            SelectOption::new("q7h2d", "Pizzeria Lumière (q7h2d)", true),
            SelectOption::new("zed91", "Fast Pizza (zed91)", false),
        ],
        locations: vec![
            SelectOption::new("", shell.all_locations, true),
            SelectOption::new("q7h2d-0", "Lyon Bellecour q7h2d-0", false),
            SelectOption::new("q7h2d-1", "Villeurbanne q7h2d-1", false),
        ],
        ..outside(language)
    }
}

/// The frame of pages outside the menu.
pub fn outside(language: Language) -> Frame {
    Frame {
        number: "a-number".to_owned(),
        ..Frame::plain(language, "Ma Marque", "/here?page=1", "csrf-token")
    }
}

/// A notice.
pub fn notice(mut frame: Frame, severity: Severity, text: String) -> Frame {
    frame.notices.push(Notice::new(severity, text));
    frame
}

/// A request and its answer.
pub fn exchange(id: &str, origin: Option<&str>, method: &str, url: &str, code: u16) -> Exchange {
    Exchange {
        id: id.to_owned(),
        time: "07/03/2026 19:41:08".to_owned(),
        at: "2026-03-07T19:41:08+01:00".to_owned(),
        origin: origin.map(str::to_owned),
        resource: "Order".to_owned(),
        method: method.to_owned(),
        url: url.to_owned(),
        outcome: Badge::new(code.to_string(), Severity::of_http_status(code)),
        took: "12\u{a0}ms".to_owned(),
        cause: (code == 422).then(|| "La réf est déjà prise : ref has been taken".to_owned()),
        request: match method {
            "GET" => BodyView::default(),
            _ => BodyView::of(
                r#"{"status":"received","private_ref":"K-2211"}"#,
                Some("/x.json".into()),
            ),
        },
        response: BodyView::of(
            r#"{"id":"w5x2rk","status":"received","total":"26.40 EUR","items":[{"product_name":"Quatre saisons"}]}"#,
            Some("/y.json".into()),
        ),
    }
}
