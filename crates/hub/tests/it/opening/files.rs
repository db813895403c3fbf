//! What a path of SQLite may lead to instead of a hub.

use std::path::Path;

use hub::Opening;

use crate::support::{Site, in_file};

/// A situation: its name, what makes it of a site with a hub that is stopped, and what the refusal
/// says beside the path.
type Row = (&'static str, fn(&Site), &'static [&'static str]);

const ROWS: [Row; 9] = [
    (
        "the file is gone",
        |site| remove(&site.path("hub.db")),
        &["does not exist", "backup"],
    ),
    (
        "the file is empty",
        |site| write(&site.path("hub.db"), b""),
        &["is an empty file", "backup"],
    ),
    (
        "the file has no tables",
        |site| {
            remove(&site.path("hub.db"));
            in_file(
                &site.path("hub.db"),
                "PRAGMA user_version = 1; SELECT 'done'",
            );
        },
        &["has no tables", "backup"],
    ),
    (
        "only the log is left",
        |site| {
            remove(&site.path("hub.db"));
            write(&site.path("hub.db-wal"), &[7; 4152]);
        },
        &["hub.db-wal", "without its database"],
    ),
    (
        "only the log has something in it",
        |site| {
            write(&site.path("hub.db"), b"");
            write(&site.path("hub.db-wal"), &[7; 4152]);
        },
        &["hub.db-wal", "without its database"],
    ),
    (
        "it is a folder",
        |site| {
            remove(&site.path("hub.db"));
            std::fs::create_dir(site.path("hub.db")).unwrap();
        },
        &["is a folder"],
    ),
    (
        "it is a text",
        |site| write(&site.path("hub.db"), b"Pizzeria Lumiere\n"),
        &["not an SQLite database"],
    ),
    (
        "it is all zeros",
        |site| write(&site.path("hub.db"), &[0; 8192]),
        &["not an SQLite database"],
    ),
    (
        "it is the journal",
        |site| {
            std::fs::copy(site.path("hub.journal.db"), site.path("hub.db")).unwrap();
        },
        &["not a hub's", "requests"],
    ),
];

fn remove(path: &Path) {
    std::fs::remove_file(path).unwrap();
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_hub_whose_file_is_not_what_it_was_is_refused_and_nothing_is_made() {
    for (name, make, words) in ROWS {
        let site = Site::on_sqlite();
        site.make();
        make(&site);
        let before = site.names();
        let database = site.path("hub.db");
        for opening in [Opening::ExistingOrNew, Opening::Existing] {
            let message = site.open(opening).expect_err(name);
            assert!(
                message.contains(database.to_str().unwrap()),
                "{name}: {message}"
            );
            if opening == Opening::ExistingOrNew {
                for word in words {
                    assert!(
                        message.contains(word),
                        "{name}: '{word}' is missing: {message}"
                    );
                }
            }
            assert_eq!(site.names(), before, "{name}: {message}");
        }
    }
}

#[test]
fn a_damaged_database_is_refused_by_its_path_and_stays_as_it_is() {
    let site = Site::on_sqlite();
    site.make();
    let path = site.path("hub.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The root of the table of tables.
    bytes[100..4096].fill(0xff);
    write(&path, &bytes);
    let message = site.open(Opening::ExistingOrNew).expect_err("damaged");
    assert!(
        message.contains(path.to_str().unwrap()) && message.contains("damaged"),
        "{message}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_file_that_goes_while_the_hub_runs_is_not_followed_by_an_empty_one() {
    let site = Site::on_sqlite();
    let hub = site.open(Opening::ExistingOrNew).unwrap();
    remove(&site.path("hub.db"));
    hub.supervisor().end("hub reader");
    hub.supervisor().end("hub reader");
    let look = || hub.read("test.look", |tx| tx.first::<(i64,)>("SELECT 1", &[]));
    // Those who were reading when the readers ended, and those who ask the readers that came after.
    let ended: Vec<bool> = (0..4)
        .map(|_| {
            site.wait(look())
                .is_err_and(|error: hub::db::Error| matches!(error, hub::db::Error::Unavailable(_)))
        })
        .collect();
    assert_eq!(ended, [true; 4]);
    assert!(!site.path("hub.db").exists());
}
