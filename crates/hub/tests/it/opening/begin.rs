//! A new hub is made whole, whoever else makes it at the same time and wherever a start ended.

use std::sync::Barrier;
use std::thread;

use hub::Opening;

use crate::engine::apply;
use crate::support::{Site, at_a_postgres_site, stop, token};

/// What the database knows of its key.
fn fingerprint(site: &Site) -> String {
    site.sql("SELECT value FROM hub_settings WHERE name = 'key_check'")
        .remove(0)
}

/// The names of keys, in their place or beside it.
fn keys(site: &Site) -> Vec<String> {
    let names = site.names().into_iter();
    names.filter(|name| name.starts_with("key")).collect()
}

/// The database of a site goes back to what it was before a hub was made.
fn empty_database(site: &Site) {
    if site.is_sqlite() {
        std::fs::remove_file(site.path("hub.db")).unwrap();
    } else {
        site.recreate();
    }
}

#[apply(each_engine!)]
fn a_key_that_a_start_left_before_the_database_was_made_is_used(site: Site) {
    let made = site.make();
    let left = format!("key.new-{}", fingerprint(&site));
    std::fs::rename(site.path("key"), site.path(&left)).unwrap();
    empty_database(&site);
    let hub = site.open(Opening::ExistingOrNew).unwrap();
    assert_eq!(token(&hub), made);
    assert_eq!(keys(&site), ["key"]);
}

#[apply(each_engine!)]
fn a_key_that_a_start_left_after_the_database_was_made_is_used(site: Site) {
    let made = site.make();
    let left = format!("key.new-{}", fingerprint(&site));
    std::fs::rename(site.path("key"), site.path(&left)).unwrap();
    let hub = site.open(Opening::ExistingOrNew).unwrap();
    assert_eq!(token(&hub), made);
    assert_eq!(keys(&site), ["key"]);
}

#[apply(each_engine!)]
fn a_key_that_is_in_its_place_and_beside_it_stays_in_its_place(site: Site) {
    let made = site.make();
    let left = format!("key.new-{}", fingerprint(&site));
    std::fs::hard_link(site.path("key"), site.path(&left)).unwrap();
    let hub = site.open(Opening::ExistingOrNew).unwrap();
    assert_eq!(token(&hub), made);
    assert_eq!(keys(&site), ["key"]);
}

#[apply(each_engine!)]
fn a_key_that_was_half_written_is_not_used(site: Site) {
    std::fs::write(site.path("key.new-0123456789abcdef"), "42").unwrap();
    let made = token(&site.open(Opening::ExistingOrNew).unwrap());
    assert_eq!(keys(&site), ["key"]);
    let again = token(&site.open(Opening::ExistingOrNew).unwrap());
    assert_eq!(made, again);
}

/// On SQLite processes do so: closing a file gives up the locks that its process has on it.
#[test]
fn hubs_that_begin_at_once_are_one_hub_with_one_key() {
    const HUBS: usize = 4;
    for _ in 0..5 {
        at_a_postgres_site(|site| {
            let (all, url) = (Barrier::new(HUBS), site.settings("key"));
            let tokens: Vec<String> = thread::scope(|scope| {
                let begin = || {
                    all.wait();
                    let hub = url.open(Opening::ExistingOrNew).unwrap();
                    let token = token(&hub);
                    stop(hub);
                    token
                };
                let hubs: Vec<_> = (0..HUBS).map(|_| scope.spawn(begin)).collect();
                hubs.into_iter().map(|hub| hub.join().unwrap()).collect()
            });
            let again = token(&site.open(Opening::ExistingOrNew).unwrap());
            assert_eq!(tokens, vec![again; HUBS]);
            assert_eq!(keys(site), ["key"]);
        });
    }
}

#[test]
fn of_hubs_that_begin_at_once_with_keys_of_their_own_one_begins_and_no_other_key_stays() {
    for _ in 0..5 {
        at_a_postgres_site(|site| {
            let all = Barrier::new(2);
            let begun: Vec<Result<(), String>> = thread::scope(|scope| {
                let begin = |settings: crate::support::SiteSettings| {
                    all.wait();
                    settings.open(Opening::ExistingOrNew).map(stop)
                };
                let hubs = ["key-a", "key-b"].map(|key| {
                    let settings = site.settings(key);
                    scope.spawn(move || begin(settings))
                });
                hubs.into_iter().map(|hub| hub.join().unwrap()).collect()
            });
            let refused: Vec<&String> = begun.iter().filter_map(|it| it.as_ref().err()).collect();
            assert_eq!(refused.len(), 1, "{begun:?}");
            assert!(refused[0].contains("does not exist"), "{refused:?}");
            let winner = if begun[0].is_ok() { "key-a" } else { "key-b" };
            assert_eq!(keys(site), [winner]);
        });
    }
}
