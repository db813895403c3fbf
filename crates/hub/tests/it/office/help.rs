//! The help names screens as they are called, says the same in every language, and is found where other
//! guides look for it.

use std::collections::BTreeSet;

use hub::office::frame::Frame;
use hub::office::help::{HelpBlock, HelpLine, HelpSpan, HelpText, HelpTopic, TOPICS};
use hub::office::translations::Language;
use hub::users::permissions::Role;
use scraper::{Html, Selector};

use super::sample;
use crate::engine::apply;
use crate::support::TestHub;

const BRAND: &str = "Ma Marque";

fn texts(language: Language) -> impl Iterator<Item = (&'static HelpTopic, HelpText)> {
    TOPICS
        .iter()
        .map(move |topic| (topic, topic.text(language, BRAND)))
}

/// The pieces of a line, those of its links too.
fn spans(line: &HelpLine) -> Vec<&HelpSpan> {
    line.iter()
        .flat_map(|span| match span {
            HelpSpan::Link(words, _) => words.iter().chain([span]).collect(),
            _ => vec![span],
        })
        .collect()
}

/// The labels of a page, each with what stands behind it on the screen taken off.
fn labels(text: &HelpText) -> BTreeSet<String> {
    text.lines()
        .flat_map(spans)
        .filter_map(|span| match span {
            HelpSpan::Label(label) => Some(label.clone()),
            _ => None,
        })
        .collect()
}

fn links(text: &HelpText) -> BTreeSet<String> {
    text.lines()
        .flat_map(spans)
        .filter_map(|span| match span {
            HelpSpan::Link(_, href) => Some(href.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn every_label_that_the_help_names_is_on_a_screen_in_that_language() {
    for language in Language::ALL {
        let sentences = language.translations().fixed_sentences().into_iter();
        let plain = |text: &str| text.replace(['\u{a0}', '\u{202f}'], " ");
        let known: BTreeSet<String> = sentences
            .map(|it| plain(it).trim_end_matches([':', ' ']).to_owned())
            .chain(["+".to_owned()])
            .collect();
        for (topic, text) in texts(language) {
            for label in labels(&text) {
                assert!(known.contains(&plain(&label)), "{}: {label}", topic.slug);
            }
        }
    }
}

/// What a page consists of, without its words.
fn outline(text: &HelpText) -> Vec<String> {
    let block = |block: &HelpBlock| match block {
        HelpBlock::Paragraph(_) => "a paragraph".to_owned(),
        HelpBlock::Steps(steps) => format!("{} steps", steps.len()),
        HelpBlock::Bullets(items) => format!("{} points", items.len()),
        HelpBlock::Problem(problem) => format!("the problem {}", problem.anchor),
    };
    let section = |section: &hub::office::help::HelpSection| {
        let blocks: Vec<String> = section.blocks.iter().map(block).collect();
        format!("{}: {}", section.anchor, blocks.join(", "))
    };
    text.sections.iter().map(section).collect()
}

#[test]
fn a_page_of_the_help_has_the_same_parts_and_anchors_in_every_language() {
    for topic in &TOPICS {
        let of = |language| topic.text(language, BRAND);
        let (french, english) = (of(Language::French), of(Language::English));
        assert_eq!(outline(&french), outline(&english), "{}", topic.slug);
        assert_eq!(links(&french), links(&english), "{}", topic.slug);
    }
}

#[test]
fn a_page_of_the_help_is_complete() {
    for language in Language::ALL {
        for (topic, text) in texts(language) {
            let slug = topic.slug;
            assert!(!text.title.is_empty() && !text.lead.is_empty(), "{slug}");
            for section in &text.sections {
                let HelpText { title, .. } = &text;
                assert!(!section.anchor.is_empty(), "{title}: {}", section.heading);
                assert!(!section.blocks.is_empty(), "{slug}#{}", section.anchor);
            }
            for problem in text.problems() {
                let parts = [&problem.cause, &problem.remedy, &problem.who];
                let is_whole = parts.iter().all(|part| !part.is_empty());
                assert!(
                    is_whole && !problem.anchor.is_empty(),
                    "{slug}: {problem:?}"
                );
            }
            for span in text.lines().flat_map(spans) {
                if let HelpSpan::Text(words) = span {
                    let left = words.contains(['*', '`', '[', ']', '{', '#']);
                    assert!(!left, "{slug}: {words}");
                }
            }
        }
    }
}

/// Where all pages lead of which a reader is told by links.
fn hrefs(html: &str) -> BTreeSet<String> {
    let links = Selector::parse("a[href]").unwrap();
    let page = Html::parse_document(html);
    let found = page.select(&links).filter_map(|link| link.attr("href"));
    found.map(str::to_owned).collect()
}

#[test]
fn every_link_to_or_in_the_help_leads_to_a_page_and_a_place_on_it() {
    let pages = sample::all(Language::French);
    let ids: BTreeSet<String> = pages
        .iter()
        .flat_map(|page| {
            let ids = Selector::parse("[id]").unwrap();
            let html = Html::parse_document(&page.html);
            let found = html.select(&ids).filter_map(|it| it.attr("id"));
            found.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let paths: BTreeSet<&str> = hub::office::paths().into_iter().collect();
    let anchors = |topic: &HelpTopic| -> BTreeSet<String> {
        let text = topic.text(Language::French, BRAND);
        let problems = text.problems().map(|it| it.anchor.clone());
        let sections = text.sections.iter().map(|it| it.anchor.clone());
        problems.chain(sections).collect()
    };
    let in_help = texts(Language::French).flat_map(|(_, text)| links(&text));
    let on_pages = pages.iter().flat_map(|page| hrefs(&page.html));
    let on_pages = on_pages.filter(|href| href.starts_with("/docs"));
    let mut count = 0;
    for href in in_help.chain(on_pages).collect::<BTreeSet<_>>() {
        let (path, anchor) = href.split_once('#').unwrap_or((&href, ""));
        let slug = path.strip_prefix("/docs/").unwrap_or_default();
        match HelpTopic::find(slug) {
            Some(topic) => {
                assert!(
                    anchor.is_empty() || anchors(topic).contains(anchor),
                    "{href}"
                );
                count += 1;
            }
            None if path == "/docs" => assert!(["", "apps"].contains(&anchor), "{href}"),
            None if slug.starts_with("api") || slug.starts_with("events/") => {}
            None => {
                assert!(paths.contains(path), "{href}");
                assert!(anchor.is_empty() || ids.contains(anchor), "{href}");
            }
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn an_app_has_its_page_of_the_help_by_the_name_that_it_has_here() {
    let slug = |name: &str| HelpTopic::of_app(name).map(|topic| topic.slug);
    assert_eq!(slug("Kezia II"), Some("apps/kezia"));
    assert_eq!(slug(" kezia ii "), Some("apps/kezia"));
    assert_eq!(slug("Another till"), None);
}

#[test]
fn what_a_text_of_the_help_may_say_is_read() {
    let source = "# A title\n\nOf **us** and {brand}.\n\n## One {#one}\n\n1. Click *There*\n2. [**Go** on](/x#y)\n\n\
                  - `a`\n\n### It fails {#fails}\n\nWhy\n\nWhat\n\nWho\n\nA * alone.\n";
    let text = HelpText::parse(source, BRAND);
    let plain = |text: &str| HelpSpan::Text(text.to_owned());
    let label = |text: &str| HelpSpan::Label(text.to_owned());
    assert_eq!(text.title, "A title");
    assert_eq!(
        text.lead,
        [plain("Of "), label("us"), plain(" and Ma Marque.")]
    );
    let [section] = &text.sections[..] else {
        panic!("{text:?}");
    };
    assert_eq!(
        (section.anchor.as_str(), section.heading.as_str()),
        ("one", "One")
    );
    let link = HelpSpan::Link(vec![label("Go"), plain(" on")], "/x#y".to_owned());
    let there = HelpSpan::OtherLabel("There".to_owned());
    assert_eq!(
        section.blocks[..2],
        [
            HelpBlock::Steps(vec![vec![plain("Click "), there], vec![link]]),
            HelpBlock::Bullets(vec![vec![HelpSpan::Code("a".to_owned())]]),
        ]
    );
    let HelpBlock::Problem(problem) = &section.blocks[2] else {
        panic!("{section:?}");
    };
    assert_eq!(
        (problem.anchor.as_str(), problem.symptom.as_str()),
        ("fails", "It fails")
    );
    let parts = [&problem.cause, &problem.remedy, &problem.who];
    assert_eq!(
        parts.map(|it| &it[..]),
        [[plain("Why")], [plain("What")], [plain("Who")]]
    );
    assert_eq!(
        section.blocks[3],
        HelpBlock::Paragraph(vec![plain("A * alone.")])
    );
}

#[test]
fn the_menu_of_the_help_has_every_topic_and_marks_the_one_that_is_read() {
    let topic = HelpTopic::find("connections").unwrap();
    let frame = Frame::plain(Language::English, BRAND, "/docs/connections", "");
    let page = hub::office::help::HelpPage::new(frame, topic);
    let menu = page.frame.menu();
    assert_eq!(menu.len(), TOPICS.len() + 2);
    let here: Vec<_> = menu.iter().filter(|line| line.here).collect();
    assert_eq!(here.len(), 1);
    assert_eq!(here[0].href, "/docs/connections");
}

/// What the guides of partners link to, and the part of the page that they mean.
const LINKS_OF_GUIDES: [(&str, &str); 10] = [
    ("/docs/get-started", "create-profile"),
    ("/docs/permissions", "give-access"),
    ("/docs/connections", "block-or-disconnect"),
    ("/docs/locations", "location-name-and-id"),
    ("/apps/kezia/connect-hubrise", "give-access"),
    ("/apps/kezia/connexion-hubrise", "connect"),
    ("/apps/coursicab/connect-hubrise", "give-access"),
    ("/apps/qwenta/connect-hubrise", "contact"),
    ("/apps/pos-helper/connect-hubrise", "disconnect"),
    ("/apps/zelty-bridge/configuration", "configuration"),
];

#[apply(each_engine!)]
fn the_links_of_the_guides_are_answered_without_signing_in(hub: TestHub) {
    for (path, anchor) in LINKS_OF_GUIDES {
        for language in ["fr", "en"] {
            let headers = [("accept-language", language)];
            let mut answer = hub.anybody().send("GET", path, &headers, "");
            if let Some(target) = answer.header("location").map(str::to_owned) {
                let target = target.split('#').next().unwrap_or_default();
                answer = hub.anybody().send("GET", target, &headers, "");
            }
            assert_eq!(answer.status, 200, "{path}");
            let id = format!("id=\"{anchor}\"");
            assert!(answer.text.contains(&id), "{path}#{anchor}");
            let html = format!("<html lang=\"{language}");
            assert!(answer.text.contains(&html), "{path} in {language}");
        }
    }
    assert_eq!(hub.anybody().send("GET", "/signup", &[], "").status, 200);
}

#[test]
fn what_pages_are_made_of_is_shown_where_the_settings_say_so() {
    let hub = TestHub::start();
    let status = |hub: &TestHub| hub.anybody().send("GET", "/design", &[], "").status;
    assert_eq!(status(&hub), 404);
    let hub = TestHub::start_with(&[("developers.design_page", "true")]);
    assert_eq!(status(&hub), 200);
    let style = hub.anybody().send("GET", "/assets/design.css", &[], "");
    for rule in ["--ground: #f3f5f4", "--ready-bg: #2e2150", ".space-6"] {
        let line = style.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains(rule), "{rule}: {line}");
    }
}

#[apply(each_engine!)]
fn a_page_of_the_help_that_is_not_there_is_not_found(hub: TestHub) {
    for path in [
        "/docs/nothing",
        "/docs/apps/nothing",
        "/apps/kezia/nothing",
        "/apps/nothing/configuration",
        "/apps/nothing/connect-hubrise",
    ] {
        let answer = hub.anybody().send("GET", path, &[], "");
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[apply(each_engine!)]
fn the_help_speaks_the_language_of_whoever_is_signed_in(hub: TestHub) {
    let browser = hub.user("Ada", Role::FullAdministrator.permissions(true), None);
    for wanted in [Language::English, Language::French, Language::English] {
        let page = browser.open("/docs/connections");
        browser.send_form(&page, "/language", &[("locale", wanted.tag())]);
        let page = browser.open("/docs/connections");
        assert_eq!(page.all("html", "lang"), [wanted.tag()]);
    }
}
