//! House rules that a program can check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::Table;

use crate::support::names;

/// Which crate may depend on which of ours, as ARCHITECTURE.md has it.
const WALLS: [(&str, &[&str]); 5] = [
    ("client", &["wire"]),
    ("hub", &["wire"]),
    ("partners", &["client", "wire"]),
    ("passeplat", &["client", "hub", "partners", "wire"]),
    ("wire", &[]),
];

pub(crate) fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the folder of the crates")
        .to_owned()
}

pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn no_crate_sees_through_a_wall() {
    let allowed: BTreeMap<_, _> = WALLS.into_iter().collect();
    assert_eq!(
        names(&crates()),
        allowed.keys().copied().collect::<Vec<_>>()
    );
    for (name, may) in allowed {
        let manifest = manifest(name);
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(kind).and_then(|it| it.as_table()) else {
                continue;
            };
            for (known, _) in WALLS {
                let depends = dependencies.contains_key(known);
                assert!(
                    !depends || may.contains(&known),
                    "{name} must not see {known}"
                );
            }
        }
    }
}

/// Everything in the files below a folder that end so.
pub(crate) fn all_below(folder: &Path, end: &str) -> String {
    let mut all = String::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            all.push_str(&all_below(&path, end));
        } else if name.ends_with(end) {
            all.push_str(&text(&path));
        }
    }
    all
}

#[test]
fn every_word_of_the_back_office_is_on_a_page() {
    let hub = crates().join("hub");
    let words = all_below(&hub.join("src/office/translations"), ".rs");
    let texts = all_below(&hub.join("templates"), ".html") + &all_below(&hub.join("src"), ".rs");
    let texts: BTreeSet<&str> = texts
        .split('.')
        .skip(1)
        .map(|after| {
            let end = after.find(|it: char| it != '_' && !it.is_ascii_alphanumeric());
            &after[..end.unwrap_or(after.len())]
        })
        .collect();
    let mut count = 0;
    for line in words.lines() {
        // A word, `title: "…", "…";`, or a sentence, `count(many: i64): format!(…), …;`.
        let Some(line) = line.strip_prefix("        ") else {
            continue;
        };
        let end = line.find(|it: char| it != '_' && !it.is_ascii_lowercase());
        let (name, rest) = line.split_at(end.unwrap_or_default());
        let is_word = rest.starts_with(':') || (rest.starts_with('(') && rest.contains("):"));
        if !name.is_empty() && is_word {
            count += 1;
            assert!(texts.contains(name), "nothing says {name}");
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn no_page_spells_the_address_of_a_page_at_a_place_itself() {
    let texts = all_below(&crates().join("hub/templates"), ".html");
    let mut count = 0;
    for path in hub::office::placed_paths() {
        let section = path.split('/').nth(1).expect("a section");
        for end in ["\"", "/", "?", "#"] {
            let bare = format!("=\"/{section}{end}");
            assert!(!texts.contains(&bare), "{bare} without frame.to");
        }
        count += 1;
    }
    assert!(count > 40 && !texts.contains("\"/accounts/{{"), "{count}");
}

#[test]
fn every_migration_is_in_the_program_and_in_order() {
    for (folder, track) in [
        ("hub", hub::db::Track::Hub),
        ("journal", hub::db::Track::Journal),
    ] {
        let files = names(&crates().join("hub/migrations").join(folder));
        let steps: Vec<String> = track
            .steps()
            .iter()
            .map(|(name, _)| format!("{name}.sql"))
            .collect();
        assert_eq!(files, steps);
    }
}

#[test]
fn sql_keeps_to_the_portable_subset() {
    let not_portable = [
        "NOW()",
        "CURRENT_TIMESTAMP",
        "JSON_EXTRACT",
        "->>",
        "SERIAL",
        "AUTOINCREMENT",
        "ILIKE",
        "STRING_AGG",
        "RANDOM()",
        "SELECT *",
    ];
    for (slice, _, statements) in hub::statements() {
        for (name, sql) in statements {
            let upper = sql.to_uppercase();
            for word in not_portable {
                assert!(!upper.contains(word), "{slice}::{name} uses {word}");
            }
        }
    }
}

/// The path with an id of nothing wherever it asks for one.
fn with_some_ids(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let is_name = segment.starts_with('{');
        if is_name { "abc" } else { segment }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The files of programs below a folder.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
    found
}

/// The manifest of a crate.
fn manifest(name: &str) -> Table {
    let manifest = text(&crates().join(name).join("Cargo.toml"));
    manifest.parse().expect("TOML")
}

/// Whether a library, or a program, of this manifest is compiled without its tests.
fn has_no_tests(manifest: &Table) -> bool {
    let programs = manifest.get("bin").and_then(|it| it.as_array());
    let targets = manifest
        .get("lib")
        .into_iter()
        .chain(programs.into_iter().flatten());
    targets
        .filter_map(|target| target.get("test"))
        .any(|it| it.as_bool() == Some(false))
}

#[test]
fn no_test_stands_where_it_is_never_compiled() {
    let mut without = Vec::new();
    for name in names(&crates()) {
        if !has_no_tests(&manifest(&name)) {
            continue;
        }
        for path in sources(&crates().join(&name).join("src")) {
            let source = text(&path);
            for mark in ["#[test]", "cfg(test)", "::test]", "::test(", "proptest!"] {
                let path = path.display();
                assert!(
                    !source.contains(mark),
                    "{path} has {mark}: move it to tests"
                );
            }
        }
        without.push(name);
    }
    assert_eq!(without, ["hub", "passeplat"]);
}

#[test]
fn every_file_of_a_crate_is_a_part_of_it() {
    let mut count = 0;
    for name in names(&crates()) {
        for folder in ["src", "tests"] {
            let folder = crates().join(&name).join(folder);
            if !folder.is_dir() {
                continue;
            }
            for path in sources(&folder) {
                let stem = path.file_stem().expect("a name").to_string_lossy();
                let parent = path.parent().expect("a folder");
                // A file that is the beginning of its folder is declared one folder further up.
                let (module, parent) = match &*stem {
                    "mod" => (
                        parent.file_name().expect("a name").to_string_lossy(),
                        parent.parent().expect("a folder"),
                    ),
                    "lib" | "main" => continue,
                    _ => (stem, parent),
                };
                // Files beside the manifest's targets are programs of their own.
                let is_target = parent == folder && folder.ends_with("tests");
                let declares = ["mod.rs", "lib.rs", "main.rs"].into_iter().any(|file| {
                    let file = parent.join(file);
                    let module = format!("mod {module};");
                    file.is_file() && text(&file).contains(&module)
                });
                count += 1;
                assert!(
                    declares || is_target,
                    "{} is never compiled",
                    path.display()
                );
            }
        }
    }
    assert!(count > 400, "{count}");
}

/// The names of the fields that are texts or bytes, of every struct in a source that derives `Debug`.
fn printed_fields(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in source.split("#[derive(").skip(1) {
        let Some((derived, rest)) = part.split_once(")]") else {
            continue;
        };
        let is_printed = derived.split(',').any(|it| it.trim() == "Debug");
        // What follows up to the next derive belongs to this one.
        let Some((_, after)) = rest.split_once("struct ").filter(|_| is_printed) else {
            continue;
        };
        let Some((head, body)) = after.split_once('{') else {
            continue;
        };
        if head.contains([';', '(']) {
            continue;
        }
        let body = body.split("\n}").next().unwrap_or_default();
        for line in body.lines() {
            let line = line.trim().trim_start_matches("pub(crate) ");
            let line = line
                .trim_start_matches("pub(super) ")
                .trim_start_matches("pub ");
            let Some((name, kind)) = line.split_once(": ") else {
                continue;
            };
            let is_text = ["String", "str", "Vec<u8>", "Bytes"]
                .iter()
                .any(|it| kind.contains(it));
            if is_text {
                found.push((head.trim().to_owned(), name.to_owned()));
            }
        }
    }
    found
}

#[test]
fn what_prints_itself_has_no_field_that_is_a_secret() {
    let mut count = 0;
    for name in names(&crates()) {
        for path in sources(&crates().join(&name).join("src")) {
            for (of, field) in printed_fields(&text(&path)) {
                count += 1;
                let secrets = ["password", "secret", "token", "csrf", "session", "smtp_url"];
                let is_secret = secrets.iter().any(|it| field.contains(it));
                // The type of a token is no secret.
                assert!(
                    !is_secret || field == "token_type",
                    "{of}.{field} in {} would be printed: write its Debug by hand, or take a type \
                     that does not print",
                    path.display()
                );
            }
        }
    }
    assert!(count > 200, "{count}");
}

/// What every endpoint must do, asked of each of them.
#[test]
fn every_endpoint_asks_for_a_token_and_for_its_permission() {
    use crate::support::TestHub;
    let hub = TestHub::start();
    let nobody = hub.client_with("nobody", "location[inventory.read]");
    let orders_only = hub.client_with("orders-only", "location[orders.read]");
    for endpoint in hub::api::endpoints().endpoints() {
        for path in endpoint.paths.iter() {
            let path = path
                .template
                .replace("{location_id}", hub.location.as_str())
                .replace("{account_id}", hub.account.as_str())
                .replace("{order_id}", "abc")
                .replace("{event_id}", "abc")
                .replace("{catalog_id}", hub.catalog.as_str());
            let path = with_some_ids(&path);
            let method = endpoint.method.as_str();
            let without = hub.anybody().send(method, &format!("/v1{path}"), &[], "");
            assert_eq!(without.status, 401, "{method} {path} without a token");
            let needs_a_right = !matches!(endpoint.needs, hub::http::routes::Needs::Token);
            if needs_a_right {
                let nobody = if path.ends_with("/inventory") {
                    &orders_only
                } else {
                    &nobody
                };
                let refused = nobody.send(method, &path, &[], "");
                assert_eq!(refused.status, 403, "{method} {path}: {}", refused.text);
            }
        }
    }
}

#[test]
fn an_address_becomes_a_users_by_a_link_or_by_the_operators_word() {
    let hub = all_below(&crates().join("hub/src"), ".rs");
    let count = |text: &str| hub.matches(text).count();
    // Signing up, an invitation, another address; see docs/people.md.
    assert_eq!(count("VerifiedEmail::by_link("), 3);
    assert_eq!(count("VerifiedEmail::by_operator("), 0);
    assert_eq!(count("INSERT INTO users"), 1);
    assert_eq!(count("UPDATE users SET email"), 1);
}

/// The Markdown files of the project, at its top and in its documentation.
pub(crate) fn documents() -> Vec<PathBuf> {
    let root = crates().parent().expect("the project").to_owned();
    let folders = [root.clone(), root.join("docs"), root.join("docs/api")];
    let all = folders.iter().flat_map(|folder| {
        let names = names(folder).into_iter();
        names.map(|name| folder.join(name))
    });
    all.filter(|path| path.extension().is_some_and(|kind| kind == "md"))
        .collect()
}

/// What a heading is called in a link: small letters, no punctuation, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let is_kept_char = |it: &char| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_');
    let text: String = heading.trim().chars().filter(is_kept_char).collect();
    text.to_lowercase().replace(' ', "-")
}

/// The targets of the links of a document.
fn links(document: &str) -> impl Iterator<Item = &str> {
    let after = document.split("](").skip(1);
    after.filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut count = 0;
    for path in documents() {
        let document = text(&path);
        let folder = path.parent().expect("a folder");
        for link in links(&document).filter(|link| !link.contains("://")) {
            let (file, part) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                folder.join(file)
            };
            assert!(target.exists(), "{}: there is no {link}", path.display());
            if !part.is_empty() {
                let target = text(&target);
                let headings = target.lines().filter(|line| line.starts_with('#'));
                let mut anchors = headings.map(|line| anchor(line.trim_start_matches('#')));
                let is_there = anchors.any(|it| it == part);
                assert!(is_there, "{}: no heading for {link}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let root = crates().parent().expect("the project").to_owned();
    let mut count = 0;
    for path in documents() {
        let document = text(&path);
        for name in document.split('`').skip(1).step_by(2) {
            let is_path = ["crates/", "docs/", "scripts/", "fuzz/"]
                .iter()
                .any(|folder| name.starts_with(folder));
            // What stands for many, and commands with arguments.
            let is_one = !name.contains(['<', '*', '…', ' ', '{', '\n']);
            if is_path && is_one {
                count += 1;
                let is_there = root.join(name).exists();
                assert!(is_there, "{}: there is no {name}", path.display());
            }
        }
    }
    assert!(count > 20, "{count}");
}
