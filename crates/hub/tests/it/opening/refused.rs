//! What lies there is half a hub, or none: both halves stay as they are.

use hub::Opening;

use crate::engine::apply;
use crate::support::{Site, at_a_postgres_site, stop, token};

/// The refusal of a site at which nothing changes.
fn refused(site: &Site, opening: Opening, key: &str) -> String {
    let before = (site.names(), site.tables());
    let message = site.open_with(opening, key).expect_err("it was opened");
    assert_eq!((site.names(), site.tables()), before, "{message}");
    message
}

fn assert_says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "'{word}' is missing: {message}");
    }
}

#[apply(each_engine!)]
fn a_key_without_its_database_is_refused(site: Site) {
    std::fs::write(site.path("key"), "42".repeat(32)).unwrap();
    let message = refused(&site, Opening::ExistingOrNew, "key");
    let key = site.path("key").display().to_string();
    assert_says(&message, &[&key, "backup", "serve --new"]);
}

#[apply(each_engine!)]
fn a_new_hub_is_made_with_a_key_that_is_there_if_somebody_says_so(site: Site) {
    std::fs::write(site.path("key"), "42".repeat(32)).unwrap();
    let hub = site.open(Opening::New).unwrap();
    let made = token(&hub);
    stop(hub);
    let hub = site.open(Opening::ExistingOrNew).unwrap();
    assert_eq!(token(&hub), made);
    assert_eq!(
        std::fs::read_to_string(site.path("key")).unwrap(),
        "42".repeat(32)
    );
}

#[apply(each_engine!)]
fn a_hub_that_is_there_is_not_begun_anew(site: Site) {
    site.make();
    let message = refused(&site, Opening::New, "key");
    assert_says(&message, &["already", "--new"]);
}

#[apply(each_engine!)]
fn a_database_without_its_key_is_refused_and_gets_no_other(site: Site) {
    site.make();
    std::fs::remove_file(site.path("key")).unwrap();
    for opening in [Opening::ExistingOrNew, Opening::Existing] {
        let message = refused(&site, opening, "key");
        let key = site.path("key").display().to_string();
        assert_says(&message, &[&key, "backup", "does not exist"]);
    }
    refused(&site, Opening::New, "key");
}

#[apply(each_engine!)]
fn the_key_of_another_hub_is_refused(site: Site) {
    site.make();
    std::fs::write(site.path("other"), "42".repeat(32)).unwrap();
    for opening in [Opening::ExistingOrNew, Opening::Existing] {
        let message = refused(&site, opening, "other");
        let key = site.path("other").display().to_string();
        assert_says(&message, &["another master key", &key]);
    }
}

#[apply(each_engine!)]
fn a_key_file_that_holds_no_key_is_named(site: Site) {
    site.make();
    std::fs::write(site.path("empty"), "").unwrap();
    let message = refused(&site, Opening::ExistingOrNew, "empty");
    assert_says(&message, &[&site.path("empty").display().to_string(), "64"]);
}

#[apply(each_engine!)]
fn who_only_opens_makes_nothing(site: Site) {
    let message = refused(&site, Opening::Existing, "key");
    assert_says(&message, &["there is no hub", "--database"]);
    site.make();
    if site.is_sqlite() {
        std::fs::remove_file(site.path("hub.journal.db")).unwrap();
    }
    let before = site.names();
    let hub = site.open(Opening::Existing).unwrap();
    stop(hub);
    assert_eq!(site.names(), before);
}

#[apply(each_engine!)]
fn tables_of_another_program_are_refused_and_named(site: Site) {
    site.sql("CREATE TABLE bookmarks (url TEXT); SELECT 'done'");
    for opening in [Opening::ExistingOrNew, Opening::Existing] {
        let message = refused(&site, opening, "key");
        assert_says(&message, &["bookmarks"]);
    }
}

#[test]
fn a_hub_lies_beside_other_tables_of_a_server_if_somebody_says_so() {
    at_a_postgres_site(|site| {
        site.sql("CREATE TABLE bookmarks (url TEXT)");
        let made = token(&site.open(Opening::New).unwrap());
        let again = token(&site.open(Opening::ExistingOrNew).unwrap());
        assert_eq!(made, again);
    });
}

#[test]
fn a_schema_that_is_not_there_is_refused_in_words() {
    at_a_postgres_site(|site| {
        site.sql("DO $$ BEGIN EXECUTE 'DROP SCHEMA ' || CURRENT_SCHEMA(); END $$");
        let message = site.open(Opening::ExistingOrNew).expect_err("no schema");
        assert_says(&message, &["search_path", "CREATE SCHEMA"]);
        assert_eq!(site.names(), [""; 0]);
        site.recreate();
    });
}
