//! The order of the rooms of `hub`: a room is a folder or a file at the top of `hub/src`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::house::sources;

/// From the bottom to the top: a room imports only from those before it.
const ROOMS: [&str; 49] = [
    // What anybody may use, and what knows nobody.
    "supervisor",
    "modes",
    "open_files",
    "large_bodies",
    "event_streams",
    "entropy",
    "cpu_pool",
    "clock",
    "ids",
    "secret",
    // Storage and services of the machine.
    "db",
    "config",
    "blobs",
    "mail",
    "rate_limits",
    "presence",
    "outbound",
    "metrics",
    "opening",
    // What happened, and who asked.
    "audit",
    "private_refs",
    "events",
    "journal",
    // The application, and how it is called.
    "hub",
    "http",
    // The slices.
    "locations",
    "accounts",
    "catalogs",
    "customer_lists",
    "inventories",
    "customers",
    "loyalty",
    "oauth",
    "orders",
    "deliveries",
    "callbacks",
    "users",
    // What spans slices.
    "provision",
    "privacy",
    "dispatch",
    "alarms",
    // The faces.
    "hosts",
    "api",
    "contract",
    "office",
    "chores",
    "network",
    "operations",
    // The whole.
    "lib",
];

/// The room that a file is in.
fn room(src: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(src).expect("a source");
    let first = inside.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that a source names, each with the line.
fn imports(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let text = code.join("\n");
    for after in text.split("crate::").skip(1) {
        let statement = after.split(';').next().unwrap_or_default();
        let line = after.lines().next().unwrap_or_default().to_owned();
        let Some(group) = statement.strip_prefix('{') else {
            let name = after.split(|it: char| it != '_' && !it.is_alphanumeric());
            found.push((name.into_iter().next().unwrap_or_default().to_owned(), line));
            continue;
        };
        // The names at the first level of the group.
        let mut depth = 0;
        let mut name = String::new();
        for letter in group.chars() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.push((first_word(&std::mem::take(&mut name)), line.clone()))
                }
                _ => name.push(letter),
            }
        }
        found.push((first_word(&name), line));
    }
    found
}

fn first_word(path: &str) -> String {
    let path = path.trim();
    let end = path.find(|it: char| it != '_' && !it.is_alphanumeric());
    path[..end.unwrap_or(path.len())].to_owned()
}

#[test]
fn no_room_imports_from_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let order: BTreeMap<&str, usize> = ROOMS
        .into_iter()
        .enumerate()
        .map(|(n, it)| (it, n))
        .collect();
    let mut wrong = Vec::new();
    let mut rooms = BTreeSet::new();
    let mut count = 0;
    for path in sources(&src) {
        let from = room(&src, &path);
        let own = order.get(from.as_str());
        let own = own.unwrap_or_else(|| panic!("{from}: give it a place in ROOMS"));
        let source = std::fs::read_to_string(&path).expect("a source");
        for (to, line) in imports(&source) {
            let Some(other) = order.get(to.as_str()) else {
                continue; // A macro or a type of the crate itself.
            };
            count += 1;
            if other > own {
                wrong.push(format!("{}: crate::{line}", path.display()));
            }
        }
        rooms.insert(from);
    }
    assert!(wrong.is_empty(), "imports from above: {wrong:#?}");
    let listed = ROOMS.map(str::to_owned).into();
    assert_eq!(rooms, listed, "rooms that are there, and those in ROOMS");
    assert!(count > 1_000, "{count}");
}

#[test]
fn the_imports_of_a_source_are_found() {
    let source = "use crate::db::{self, Tx};\nuse crate::{args, orders::store, hub::{Hub, X}};\n\
        // use crate::office;\nfn f() { crate::events::record(); }";
    let found: Vec<String> = imports(source).into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, ["db", "args", "orders", "hub", "events"]);
}

/// Writes of handlers that are no change of what a caller sees, and so need no conditions.
const UNCONDITIONAL: [(&str, &str); 5] = [
    ("catalogs/upload.rs", "ids that nothing has yet"),
    ("catalogs/images/http.rs", "a file that is expected"),
    (
        "office/confirmation/proof.rs",
        "when a user last showed who they are; the number of the form is for what it does then",
    ),
    ("office/dashboard/http.rs", "sums of what is there anyway"),
    ("office/visitor.rs", "when a session was last used"),
];

/// A change of a handler that goes past the conditions of its request could be made twice.
#[test]
fn handlers_write_under_the_conditions_of_their_request() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).expect("a source").display();
        let inside = inside.to_string();
        let is_of_api = inside.ends_with("/http.rs") || inside.ends_with("/upload.rs");
        if !is_of_api && !inside.starts_with("office/") {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("a source");
        let source: String = source.split_whitespace().collect();
        // A call may name its types.
        let source = source.replace(".write::<", ".write(<");
        let writes = ["hub.write(", "hub().write(", "db().write(", "db.write("];
        if writes.iter().any(|write| source.contains(write)) {
            found.insert(inside);
        }
    }
    let listed = UNCONDITIONAL.map(|(path, _)| path.to_owned()).into();
    assert_eq!(found, listed);
}
