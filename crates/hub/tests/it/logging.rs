//! `docs/logging.md` has every line that the program writes to its log, and no other.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{all_below, crates, text};

/// Levels and texts of lines, and the fields of each.
type Lines = BTreeMap<(String, String), BTreeSet<String>>;

/// Lines that the log writes about itself, not by a macro.
const OF_THE_LOG: [(&str, &str, &str); 2] = [
    ("WARN", "log lines dropped", "count"),
    ("ERROR", "program failed", "error"),
];

/// How the texts end that `passeplat/src/files.rs` puts together with a warning.
const OF_FILES: &str = "readable by other users";

/// The fields and the text of a line, from the arguments of its macro.
fn parts(arguments: &str) -> (BTreeSet<String>, String) {
    let mut fields = BTreeSet::new();
    let (mut depth, mut start) = (0, 0);
    let ends = arguments.char_indices().chain([(arguments.len(), ',')]);
    for (at, sign) in ends {
        match sign {
            // The text: what follows are no fields any more.
            '"' if depth == 0 && arguments[start..at].trim().is_empty() => {
                let text = arguments[at + 1..].split('"').next().unwrap_or_default();
                let mut lines = text.split("\\\n");
                let first = lines.next().unwrap_or_default().to_owned();
                let whole = lines.fold(first, |whole, line| whole + line.trim_start());
                return (fields, whole);
            }
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                let field = arguments[start..at].trim().trim_start_matches(['%', '?']);
                let name = field.split(['=', '.']).next().unwrap_or_default().trim();
                fields.insert(name.to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    (fields, String::new())
}

/// Each line of a program: its level, its fields and its text.
fn lines(program: &str) -> Vec<(String, BTreeSet<String>, String)> {
    let mut lines = Vec::new();
    for level in ["error", "warn", "info", "debug", "trace"] {
        for arguments in program.split(&format!("tracing::{level}!(")).skip(1) {
            let (fields, text) = parts(arguments);
            lines.push((level.to_uppercase(), fields, text));
        }
    }
    lines
}

/// What the hub and its binary write.
fn written() -> Lines {
    let mut written = Lines::new();
    let mut add = |level: &str, text: &str, fields: BTreeSet<String>| {
        let line = written.entry((level.to_owned(), text.to_owned()));
        line.or_default().extend(fields);
    };
    let sources = ["hub", "passeplat"].map(|it| all_below(&crates().join(it).join("src"), ".rs"));
    for (level, fields, text) in sources.iter().flat_map(|program| lines(program)) {
        if text != "{what}" {
            add(&level, &text, fields);
            continue;
        }
        let files = sources.iter().flat_map(|program| program.split('"'));
        for text in files.filter(|text| text.ends_with(OF_FILES)) {
            add(&level, text, fields.clone());
        }
    }
    for (level, text, field) in OF_THE_LOG {
        let literal = format!("\"{text}\"");
        let is_there = sources.iter().any(|program| program.contains(&literal));
        assert!(is_there, "{text}");
        add(level, text, BTreeSet::from([field.to_owned()]));
    }
    written
}

/// What the documentation has.
fn documented(documentation: &str) -> Lines {
    let mut documented = Lines::new();
    for row in documentation.lines() {
        let cells = row.trim_matches('|').split('|').map(str::trim);
        let cells: Vec<&str> = cells.collect();
        let [level, text, fields, _] = cells[..] else {
            continue;
        };
        let text = text.trim_matches('`');
        if ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level) {
            let names = fields.split('`').skip(1).step_by(2).map(str::to_owned);
            let line = (level.to_owned(), text.to_owned());
            let before = documented.insert(line, names.collect());
            assert!(before.is_none(), "twice: {row}");
        }
    }
    documented
}

#[test]
fn every_line_that_is_logged_is_in_the_documentation_with_its_fields() {
    let documentation = text(&crates().join("../docs/logging.md"));
    let (written, documented) = (written(), documented(&documentation));
    let only = |one: &Lines, other: &Lines| {
        let lines = one.iter();
        let lines = lines.filter(|(line, fields)| other.get(*line) != Some(*fields));
        lines.map(|line| format!("{line:?}")).collect::<Vec<_>>()
    };
    let (missing, stale) = (only(&written, &documented), only(&documented, &written));
    assert!(
        missing.is_empty() && stale.is_empty(),
        "only in the program: {missing:#?}\nonly in docs/logging.md: {stale:#?}"
    );
    assert!(written.len() > 80, "{}", written.len());
}

#[test]
fn every_field_that_is_logged_is_in_the_documentation() {
    let documentation = text(&crates().join("../docs/logging.md"));
    let (_, table) = documentation.split_once("## Fields").expect("a table");
    let mut count = 0;
    for name in ["hub", "passeplat", "partners"] {
        let program = all_below(&crates().join(name).join("src"), ".rs");
        for (_, fields, text) in lines(&program) {
            for field in fields {
                count += 1;
                let is_documented = table.contains(&format!("`{field}`"));
                assert!(
                    is_documented,
                    "docs/logging.md does not have `{field}`: {text}"
                );
            }
        }
    }
    assert!(count > 50, "{count}");
}
