//! What the documents of the project say of its code is there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::house::{all_below, crates, documents, sources, text};
use crate::support::names;

/// The words of ARCHITECTURE.md at most: what a newcomer reads in ten minutes.
const MAX_WORDS: usize = 1_800;

#[test]
fn the_architecture_is_read_in_ten_minutes_and_has_every_room() {
    let root = crates().join("..");
    let architecture = text(&root.join("ARCHITECTURE.md"));
    let words = architecture.split_whitespace().count();
    assert!(words <= MAX_WORDS, "{words} words");
    let rooms = names(&crates().join("hub/src")).into_iter();
    let rooms = rooms.filter(|name| !name.ends_with(".toml"));
    for room in rooms {
        let room = format!("`{}`", room.trim_end_matches(".rs"));
        assert!(
            architecture.contains(&room),
            "ARCHITECTURE.md has no {room}"
        );
    }
}

/// What stands between backticks in one line of a document, outside its blocks of code.
fn quoted(document: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if !is_code {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

#[test]
fn every_path_that_a_document_names_is_there() {
    let root = crates().join("..");
    // A path begins at the project, among the crates, or among the rooms of the hub.
    let beginnings = [root.clone(), crates(), crates().join("hub/src")];
    let is_of_a_path = |it: char| it.is_ascii_alphanumeric() || "_-./".contains(it);
    let mut count = 0;
    let documents = documents().into_iter();
    for path in documents.filter(|path| !path.ends_with("CHANGELOG.md")) {
        let document = text(&path);
        for quoted in quoted(&document) {
            let Some((first, rest)) = quoted.split_once('/') else {
                continue;
            };
            let begins = beginnings.iter().any(|it| it.join(first).is_dir());
            if ["", "target"].contains(&first) || !begins || !quoted.chars().all(is_of_a_path) {
                continue;
            }
            count += 1;
            let exists = beginnings.iter().any(|it| it.join(quoted).exists());
            assert!(exists, "{}: there is no {first}/{rest}", path.display());
        }
    }
    assert!(count > 80, "{count}");
}

/// The chapters of `docs/compatibility.md`, by name.
fn chapters() -> BTreeSet<String> {
    let compatibility = text(&crates().join("../docs/compatibility.md"));
    let headings = compatibility
        .lines()
        .filter_map(|it| it.strip_prefix("## "));
    let numbered = headings.filter_map(|it| it.split_once(' '));
    let chapters = numbered.filter(|(number, _)| number.parse::<u32>().is_ok());
    chapters.map(|(_, name)| name.to_owned()).collect()
}

/// The text of a source without what begins its comments, in one line.
fn flowing(source: &str) -> String {
    let lines = source.lines().map(|line| {
        let line = line.trim_start();
        let marks = ["//! ", "/// ", "// ", "# "];
        marks
            .iter()
            .find_map(|it| line.strip_prefix(it))
            .unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether the rest of a citation begins with the name of a chapter.
fn names_one(rest: &str, chapters: &BTreeSet<String>) -> bool {
    let ends = |rest: &str| rest.starts_with([')', ',', ';', ':']) || rest.starts_with(" and ");
    chapters
        .iter()
        .any(|name| rest.strip_prefix(name.as_str()).is_some_and(ends))
}

#[test]
fn every_citation_of_the_api_names_a_chapter_of_the_compatibility() {
    let chapters = chapters();
    assert!(chapters.len() > 10, "{chapters:?}");
    let mut count = 0;
    let check = |path: &Path, count: &mut i32| {
        let source = flowing(&text(path));
        let citations = source.split("(API, chapter").skip(1);
        for citation in citations {
            let rest = citation.trim_start_matches('s').trim_start();
            *count += 1;
            let begins: String = rest.chars().take(40).collect();
            assert!(names_one(rest, &chapters), "{}: {begins}", path.display());
        }
    };
    for name in names(&crates()) {
        for path in sources(&crates().join(name).join("src")) {
            check(&path, &mut count);
        }
    }
    check(&crates().join("hub/src/config.default.toml"), &mut count);
    assert!(count > 70, "{count}");
}

#[test]
fn no_person_is_a_he() {
    let he = ["he", "him", "his", "himself", "she", "her", "hers"];
    let is_word = |it: char| it.is_alphanumeric() || it == '\'';
    for name in names(&crates()) {
        let sources = all_below(&crates().join(&name).join("src"), ".rs");
        let lines = sources.lines().filter(|line| line.contains("//"));
        for line in lines {
            let words = line.split(|it| !is_word(it));
            let found = words
                .map(str::to_lowercase)
                .find(|word| he.contains(&word.as_str()));
            assert!(found.is_none(), "{name}: {line}");
        }
    }
    for path in documents() {
        let document = text(&path);
        for line in document.lines() {
            let words = line.split(|it| !is_word(it));
            let found = words
                .map(str::to_lowercase)
                .find(|word| he.contains(&word.as_str()));
            // The rule itself says it.
            let is_quoted = line.contains("is a \"he\"");
            assert!(found.is_none() || is_quoted, "{}: {line}", path.display());
        }
    }
}
