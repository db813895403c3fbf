//! What becomes of free data on its way in.

use proptest::prelude::*;

use super::*;
use crate::input::{Input, read};

fn free(json: &str) -> FreeObject {
    match read::<FreeObject>(json.as_bytes()).unwrap() {
        Input::Good(free) => free,
        other => panic!("{json}: {other:?}"),
    }
}

fn refused(json: &str) -> String {
    match read::<FreeObject>(json.as_bytes()).unwrap() {
        Input::Bad(message) => message.into(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_text_is_compact_and_numbers_keep_their_digits() {
    for (sent, expected) in [
        ("{ }", "{}"),
        (
            "{ \"a\" : [ 1.10 ,-0, 2E+40 ,\n true,null ] , \"b\":{ } }",
            r#"{"a":[1.10,-0,2E+40,true,null],"b":{}}"#,
        ),
        (
            r#"{"a b": "c  d", "e": " \" "}"#,
            r#"{"a b":"c  d","e":" \" "}"#,
        ),
        (r#"{"\u0061": "\u00e9\ud83d\ude00\/"}"#, r#"{"a":"é😀/"}"#),
        (
            r#"{"\u0000": ["\u0000", "\ud83d"]}"#,
            "{\"\u{fffd}\":[\"\u{fffd}\",\"\u{fffd}\"]}",
        ),
        (
            r#"{"a": 1, "b": 2, "a": {"c": 1, "c": 3}}"#,
            r#"{"a":{"c":3},"b":2}"#,
        ),
    ] {
        assert_eq!(free(sent).text(), expected);
    }
}

#[test]
fn a_change_of_free_data_removes_what_is_null() {
    let mut stored = free(r#"{"a": 1.0, "b": {"x": 1}, "d": 4}"#);
    stored.merge(&free(
        r#"{"a": null, "b": {"y": 2.50}, "c": "z", "none": null}"#,
    ));
    assert_eq!(stored.text(), r#"{"b":{"y":2.50},"d":4,"c":"z"}"#);
    assert_eq!(stored.get("c"), Some(json!("z")));
    stored.merge(&free(r#"{"b": null, "c": null, "d": null}"#));
    assert_eq!((stored.is_empty(), stored), (true, FreeObject::default()));
}

#[test]
fn what_is_too_big_or_too_deep_is_refused_whatever_follows() {
    let big = format!(r#"{{"a": [{}7], "b": [[[[]]]]}}"#, "[],".repeat(100_000));
    assert_eq!(refused(&big), "is too big (maximum is 8192 bytes)");
    let deep = format!(
        r#"{{"a": {}{}, "b": 1}}"#,
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    assert_eq!(
        refused(&deep),
        "is nested too deeply (maximum is 32 levels)"
    );
    let blank = format!(r#"{{"a":{}1}}"#, " ".repeat(100_000));
    assert_eq!(free(&blank).text(), r#"{"a":1}"#);
}

#[test]
fn a_number_that_no_program_reads_is_refused_wherever_it_stands() {
    for number in ["1e400", "2E+400", "-1e309", &"9".repeat(400)] {
        for json in [
            format!(r#"{{"a": {number}}}"#),
            format!(r#"{{"a": [{{"b": {number} }}], "c": 1}}"#),
        ] {
            assert_eq!(refused(&json), "has a number out of range", "{json}");
        }
    }
    let edge = r#"{"a":[1.7976931348623157e308,1e-400,123456789012345678901234567890]}"#;
    assert_eq!(free(edge).text(), edge);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((".{0,4}", inner), 0..5).prop_map(|it| Map::from_iter(it).into()),
        ]
    })
}

proptest! {
    #[test]
    fn free_data_is_what_was_sent(value in any_value()) {
        let value = json!({ "a": value });
        let expected = value.to_string().replace("\\u0000", "\u{fffd}");
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let read = free(&pretty);
        prop_assert_eq!(read.text(), &expected);
        let stored: FreeObject = serde_json::from_str(&pretty).unwrap();
        prop_assert_eq!(stored.text(), expected);
    }

    #[test]
    fn any_bytes_are_looked_at(bytes in r#"\{"a":["\\u0d\[\]{},:e1 .-]{0,40}\}"#) {
        let _read = read::<FreeObject>(bytes.as_bytes());
    }
}
