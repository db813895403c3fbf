//! Documents as they are written.

use std::collections::BTreeMap;

use hub::db::{Error, json};

/// More than what is written by growing.
const LONG: usize = 200_000;

#[test]
fn a_document_is_the_same_whether_it_is_short_or_long() {
    for length in [0, 1, 65_534, 65_535, 65_536, LONG] {
        let value = "x".repeat(length);
        let text = json::text(&value).expect("a document");
        assert!(text == format!("\"{value}\""), "{length}");
    }
}

#[test]
fn a_long_document_takes_no_more_room_than_it_has_bytes() {
    let lines = vec!["é".repeat(100); LONG / 200];
    let text = json::text(&lines).expect("a document");
    assert_eq!(text.capacity(), text.len());
}

#[test]
fn what_no_json_says_is_an_error() {
    let map = BTreeMap::from([((1, 2), 3)]);
    assert!(matches!(json::text(&map), Err(Error::Broken(_))));
}
