//! What a validator of HTML says of attributes, held for every page and every template.

use std::path::{Path, PathBuf};

use hub::office::translations::Language;
use scraper::{Html, Selector};

use super::sample;

/// The types of `<input>` that HTML lets have a word of `autocomplete`.
fn types(word: &str) -> &'static [&'static str] {
    match word {
        "current-password" | "new-password" | "one-time-code" => &["text", "search", "password"],
        "email" => &["text", "search", "email"],
        "tel" => &["text", "search", "tel"],
        "url" => &["text", "search", "url"],
        "on" | "off" => &[
            "text",
            "search",
            "email",
            "tel",
            "url",
            "password",
            "number",
            "date",
            "time",
            "month",
            "datetime-local",
            "color",
        ],
        // Names, places and everything else that is a text.
        _ => &["text", "search"],
    }
}

#[test]
fn every_field_may_have_its_word_of_autocomplete() {
    let fields = Selector::parse("input[autocomplete]").unwrap();
    let mut count = 0;
    for page in Language::ALL.into_iter().flat_map(sample::all) {
        for field in Html::parse_document(&page.html).select(&fields) {
            let field = field.value();
            let kind = field.attr("type").unwrap_or("text");
            let words = field.attr("autocomplete").unwrap_or_default();
            // Sections and the like stand before the word that counts.
            let word = words.rsplit(' ').next().unwrap_or_default();
            assert!(
                types(word).contains(&kind),
                "{}: a field of type {kind} may not have autocomplete=\"{words}\"",
                page.name
            );
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

fn templates(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else if path.extension().is_some_and(|it| it == "html") {
            found.push(path);
        }
    }
}

/// Seconds, a semicolon, a space, and where to go.
#[test]
fn every_refresh_has_a_space_before_its_address() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for name in ["hub", "partners"] {
        templates(&crates.join(name).join("templates"), &mut found);
    }
    let mut count = 0;
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split("http-equiv=\"refresh\" content=\"").skip(1) {
            let content = part.split('"').next().unwrap_or_default();
            let is_good = !content.contains(';') || content.contains("; url=");
            assert!(is_good, "{}: {content}", path.display());
            count += 1;
        }
    }
    assert!(count >= 1, "{count}");
}
