//! The table of what the API promises and of the tests that prove it: `docs/compatibility.md`, made
//! from the inventories in `docs/compatibility`. Write it anew with
//! `PASSEPLAT_WRITE=1 cargo test -p hub --test it compatibility`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::house::documents;

/// One chapter of the API.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    number: u32,
    title: String,
    /// Says why nothing of it is proven yet; gone as soon as its slice is there.
    #[serde(default)]
    awaits: Option<String>,
    row: Vec<Row>,
}

/// One promise, or several of the same kind that the same tests prove.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// endpoint, field, header, parameter, error, event or rule.
    kind: String,
    /// Each becomes a line of its own.
    what: Vec<String>,
    #[serde(default)]
    says: String,
    #[serde(default)]
    tests: Vec<String>,
}

#[derive(Deserialize)]
struct Deviations {
    deviation: Vec<Deviation>,
}

/// Where the hub does something else on purpose.
#[derive(Deserialize)]
struct Deviation {
    what: String,
    why: String,
}

const KINDS: [&str; 7] = [
    "endpoint",
    "parameter",
    "header",
    "field",
    "error",
    "event",
    "rule",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn chapters() -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = std::fs::read_dir(root().join("docs/compatibility"))
        .expect("the inventories")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("deviations.toml"))
        .map(|path| {
            toml::from_str(&text(&path))
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect();
    chapters.sort_by_key(|chapter| chapter.number);
    chapters
}

/// Every test of the tree by its path, as in `hub::api::orders::list`, with its source.
fn tests() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in ["wire", "hub", "client", "partners", "passeplat"] {
        let folder = root().join("crates").join(name);
        // Tests within the other two are never compiled; a house test finds any.
        if !["hub", "passeplat"].contains(&name) {
            gather(&folder.join("src"), name, &mut found);
        }
        gather(&folder.join("tests"), name, &mut found);
    }
    found
}

/// Whether a line makes the function behind it a test.
fn makes_a_test(line: &str) -> bool {
    let line = line.trim_start();
    ["#[test]", "#[apply(each_engine!)]"].contains(&line) || line.starts_with("#[tokio::test")
}

fn gather(folder: &Path, module: &str, found: &mut BTreeMap<String, String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        // The macro that makes a test for each engine is no test itself.
        if name == "engine" {
            continue;
        }
        // The binaries of tests are no part of a name.
        let inner = match &*name {
            name if NO_PART.contains(&name) => module.to_owned(),
            name => format!("{module}::{name}"),
        };
        if path.is_dir() {
            gather(&path, &inner, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let mut parts: Vec<String> = Vec::new();
            for line in text(&path).lines() {
                if makes_a_test(line) {
                    parts.push(String::new());
                } else if let Some(part) = parts.last_mut() {
                    part.push_str(line);
                    part.push('\n');
                }
            }
            // A tool that is ignored proves nothing.
            let parts = parts
                .iter()
                .filter(|part| !part.trim_start().starts_with("#[ignore"));
            for part in parts {
                let (_, rest) = part.split_once("fn ").expect("a function behind it");
                let name = rest.split('(').next().unwrap_or_default();
                found.insert(format!("{inner}::{name}"), rest.to_owned());
            }
        }
    }
}

/// Files, folders and modules that are no part of a test's name.
const NO_PART: [&str; 7] = ["mod", "lib", "main", "it", "system", "tests", "client"];

/// Every test that the runner would run, named as in [`tests`], with how often it has that name:
/// once, or once for each engine. Without the list that `./test` makes of all crates (see
/// `scripts/list-tests`) it is asked for the tests of this program only.
fn tests_that_run() -> BTreeMap<String, usize> {
    let listed = std::env::var_os("PASSEPLAT_TEST_NAMES").map_or_else(
        || {
            let list = |more: &[&str]| {
                let program = std::env::current_exe().expect("this program");
                let mut list = std::process::Command::new(program);
                let list = list
                    .args(["--list", "--format", "terse"])
                    .args(more)
                    .output();
                String::from_utf8(list.expect("a list").stdout).expect("UTF-8")
            };
            let ignored = list(&["--ignored"]);
            let is_ignored = |line: &&str| ignored.lines().any(|other| other == *line);
            let all = list(&[]);
            let run = all.lines().filter(|line| !is_ignored(line));
            let names = run.filter_map(|line| line.strip_suffix(": test"));
            names.map(|name| format!("hub it {name}\n")).collect()
        },
        |path| text(Path::new(&path)),
    );
    let mut found = BTreeMap::new();
    for line in listed.lines() {
        let (package, path) = line.split_once(' ').expect("a crate and a test");
        let path = path.replace(' ', "::");
        let parts = path.split("::").filter(|part| {
            let is_engine = ["sqlite", "postgresql"].contains(part);
            *part != package && !is_engine && !NO_PART.contains(part)
        });
        let name: Vec<&str> = [package].into_iter().chain(parts).collect();
        *found.entry(name.join("::")).or_default() += 1;
    }
    found
}

#[test]
fn the_tests_that_prove_something_are_those_that_run() {
    let (written, run) = (tests(), tests_that_run());
    let packages: BTreeSet<&str> = run
        .keys()
        .filter_map(|name| name.split("::").next())
        .collect();
    let is_listed = |name: &str| packages.contains(name.split("::").next().unwrap_or_default());
    let never_run: Vec<&String> = written
        .keys()
        .filter(|name| is_listed(name) && !run.contains_key(*name))
        .collect();
    assert!(never_run.is_empty(), "never run: {never_run:#?}");
    let unknown: Vec<&String> = run
        .keys()
        .filter(|name| !written.contains_key(*name))
        .collect();
    assert!(unknown.is_empty(), "not found in the sources: {unknown:#?}");
}

/// The one test that a name of an inventory means: the end of its path.
fn meant<'a>(name: &str, tests: &'a BTreeMap<String, String>) -> Result<&'a str, String> {
    let end = format!("::{name}");
    let found: Vec<&str> = tests
        .keys()
        .filter(|path| path.ends_with(&end) || *path == name)
        .map(String::as_str)
        .collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(format!("there is no test '{name}'")),
        _ => Err(format!(
            "'{name}' may be any of {found:?}: name its module too"
        )),
    }
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let tests = tests();
    let mut complaints = Vec::new();
    for chapter in chapters() {
        for row in &chapter.row {
            let row_name = format!("chapter {}, {} {:?}", chapter.number, row.kind, row.what);
            if !KINDS.contains(&&*row.kind) || row.what.is_empty() {
                complaints.push(format!("{row_name}: not a row"));
            }
            if row.tests.is_empty() && chapter.awaits.is_none() {
                complaints.push(format!("{row_name}: no test proves it"));
            }
            for name in &row.tests {
                if let Err(complaint) = meant(name, &tests) {
                    complaints.push(format!("{row_name}: {complaint}"));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Long names in documents that are of something else: a setting of PostgreSQL.
const NO_TESTS: [&str; 1] = ["idle_in_transaction_session_timeout"];

#[test]
fn every_test_that_a_document_names_exists() {
    let tests = tests();
    let mut count = 0;
    for path in documents() {
        let document = text(&path);
        for name in document.split('`').skip(1).step_by(2) {
            // A sentence is the name of a test; shorter names are of other things.
            let is_name = |it: char| it == '_' || it == ':' || it.is_ascii_alphanumeric();
            let last = name.rsplit("::").next().unwrap_or_default();
            let is_long = last.matches('_').count() >= 4 && !NO_TESTS.contains(&name);
            // Metrics have a test of their own.
            let is_long = is_long && !name.starts_with("passeplat_");
            if name.chars().all(is_name) && is_long {
                count += 1;
                let found = meant(name, &tests);
                assert!(found.is_ok(), "{}: {found:?}", path.display());
            }
        }
    }
    assert!(count > 500, "{count}");
}

/// A path whose parameters have lost their names.
fn anonymous(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| {
        let after = part.split_once('}').map_or("", |(_, after)| after);
        format!("{path}{{}}{after}")
    })
}

#[test]
fn every_endpoint_stands_in_the_inventory_and_is_proven() {
    let chapters = chapters();
    let openapi = hub::contract::openapi();
    for (path, methods) in openapi["paths"].as_object().expect("paths") {
        for method in methods
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            let name = format!("{} {path}", method.to_ascii_uppercase());
            let found = chapters.iter().find_map(|chapter| {
                let is_meant = |what: &String| anonymous(what) == anonymous(&name);
                let row = chapter
                    .row
                    .iter()
                    .find(|row| row.what.iter().any(is_meant))?;
                Some((chapter, row))
            });
            let Some((chapter, row)) = found else {
                panic!(
                    "{name}: add a row to a file of docs/compatibility, with the tests that prove it"
                );
            };
            assert!(
                !row.tests.is_empty(),
                "{name}: the endpoint is there, so its row in docs/compatibility (chapter {}) needs tests",
                chapter.number
            );
        }
    }
}

#[test]
fn every_field_of_an_answer_stands_in_the_inventory() {
    let chapters = chapters();
    let named: Vec<&str> = chapters
        .iter()
        .flat_map(|chapter| &chapter.row)
        .filter(|row| row.kind == "field" && !row.tests.is_empty())
        .flat_map(|row| &row.what)
        .map(String::as_str)
        .collect();
    let schemas = &hub::contract::openapi()["components"]["schemas"];
    let of = |name: &str| -> Vec<String> {
        let keys = schemas[name]["properties"].as_object();
        keys.into_iter()
            .flat_map(serde_json::Map::keys)
            .map(|key| format!("{name}.{key}"))
            .collect()
    };
    for (name, schema) in schemas.as_object().expect("schemas") {
        let is_sent = name.ends_with("Input") || name.ends_with("Patch") || name.starts_with("New");
        if is_sent || schema["type"] != "object" {
            continue;
        }
        for field in of(name) {
            assert!(
                named.contains(&field.as_str()),
                "{field}: add a row of kind field to docs/compatibility, with the tests that prove it"
            );
        }
    }
}

#[test]
fn the_table_is_what_the_inventories_say() {
    let path = root().join("docs/compatibility.md");
    let drawn = table(&chapters());
    if std::env::var_os("PASSEPLAT_WRITE").is_some() {
        std::fs::write(&path, &drawn).expect("the table");
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == drawn,
        "docs/compatibility.md is stale: write it anew (see the top of this file)"
    );
}

fn table(chapters: &[Chapter]) -> String {
    let tests = tests();
    let mut out = String::from(
        "# What the API promises, and what proves it\n\n\
         Made from the inventories in `docs/compatibility`; `crates/hub/tests/it/compatibility.rs` writes it\n\
         and fails when it is stale, when a row has no test, or when a named test does not exist. A test is\n\
         named by the end of its path: `orders::list::filters_narrow_a_list_down_together` is in\n\
         `crates/hub/tests/it/api/orders/list.rs`.\n\n\
         | Chapter | Rows | Proven | Tests |\n|---|---|---|---|\n",
    );
    for chapter in chapters {
        let count =
            |rows: &mut dyn Iterator<Item = &Row>| rows.map(|row| row.what.len()).sum::<usize>();
        let all = count(&mut chapter.row.iter());
        let proven = count(&mut chapter.row.iter().filter(|row| !row.tests.is_empty()));
        let mut names: Vec<&String> = chapter.row.iter().flat_map(|row| &row.tests).collect();
        names.sort();
        names.dedup();
        let _ = writeln!(
            out,
            "| {} {} | {all} | {proven} | {} |",
            chapter.number,
            chapter.title,
            names.len()
        );
    }
    for chapter in chapters {
        let _ = writeln!(out, "\n## {} {}", chapter.number, chapter.title);
        if let Some(awaits) = &chapter.awaits {
            let _ = writeln!(out, "\nNot proven yet: {awaits}.");
        }
        let _ = writeln!(out, "\n| Kind | What | Proven by |\n|---|---|---|");
        for row in &chapter.row {
            let proof: Vec<String> = row
                .tests
                .iter()
                .map(|name| format!("`{}`", meant(name, &tests).unwrap_or(name)))
                .collect();
            for what in &row.what {
                let says = if row.says.is_empty() {
                    String::new()
                } else {
                    format!(": {}", row.says)
                };
                let _ = writeln!(
                    out,
                    "| {} | `{what}`{says} | {} |",
                    row.kind,
                    proof.join("<br>")
                );
            }
        }
    }
    let deviations: Deviations =
        toml::from_str(&text(&root().join("docs/compatibility/deviations.toml")))
            .expect("deviations");
    let _ = writeln!(out, "\n## Deviations\n\n| What | Why |\n|---|---|");
    for one in deviations.deviation {
        let _ = writeln!(out, "| {} | {} |", one.what, one.why);
    }
    out
}

/// Prints how much is asserted in all: run it with `-- --nocapture`.
#[test]
fn every_test_that_proves_something_asserts_something() {
    let tests = tests();
    let asserts = |source: &str| -> usize {
        let words = ["assert!(", "assert_eq!(", "assert_ne!("];
        words.iter().map(|word| source.matches(word).count()).sum()
    };
    let all: usize = tests.values().map(|source| asserts(source)).sum();
    eprintln!(
        "{} tests, {all} assertions as written (loops and tables count once)",
        tests.len()
    );
    for chapter in chapters() {
        for name in chapter.row.iter().flat_map(|row| &row.tests) {
            let source = meant(name, &tests)
                .map(|path| &*tests[path])
                .unwrap_or_default();
            // These assert in their helpers.
            let in_a_helper = [".ok()", "reads_and_writes", "table.", "expect("];
            assert!(
                asserts(source) > 0 || in_a_helper.iter().any(|word| source.contains(word)),
                "{name} asserts nothing"
            );
        }
    }
}
