//! What is read of JSON, kind by kind.

use super::*;
use crate::input::{Identifier, read};
use crate::problem::{Path, Problems};

crate::input_struct! {
    /// A line of a bill, for these tests.
    struct RawLine {
        price: Money = "price",
        quantity: Decimal = "quantity",
        free: bool = "free",
        rank: i64 = "rank",
        tags: Vec<Input<String>> = "tags",
        parts: Vec<Input<RawLine>> = "parts",
    }
}

fn line(json: &str) -> RawLine {
    match read::<RawLine>(json.as_bytes()).unwrap() {
        Input::Good(line) => line,
        other => panic!("{other:?}"),
    }
}

fn bad<T>(message: &str) -> Input<T> {
    Input::Bad(message.into())
}

#[test]
fn values_of_the_right_kind_are_read() {
    let line = line(
        r#"{"price": "8.90 EUR", "quantity": 2.5, "free": true, "rank": "7", "tags": ["a", "\u0062"]}"#,
    );
    assert_eq!(line.price, Input::Good(Money::new(890, Currency::EUR)));
    assert_eq!(line.quantity, Input::Good(Decimal::parse("2.5").unwrap()));
    assert_eq!(line.free, Input::Good(true));
    assert_eq!(line.rank, Input::Good(7));
    let tags = vec![Input::Good("a".to_owned()), Input::Good("b".to_owned())];
    assert_eq!(line.tags, Input::Good(tags));
    assert!(line.parts.is_absent());
    assert_eq!(line.filled(), ["price", "quantity", "free", "rank", "tags"]);
}

#[test]
fn values_of_the_wrong_kind_do_not_hide_each_other() {
    let line = line(
        r#"{"price": "abc", "quantity": {"a": [1]}, "free": "yes", "rank": 1.5, "tags": {}, "x": 1}"#,
    );
    assert_eq!(line.price, bad("'abc' is not a valid monetary amount"));
    assert_eq!(line.quantity, bad("must be a decimal"));
    assert_eq!(line.free, bad("must be a boolean"));
    assert_eq!(line.rank, bad("must be an integer"));
    assert_eq!(line.tags, bad("must be an array"));
    assert_eq!(line.unknown, ["x"]);
}

#[test]
fn a_key_that_is_null_says_nothing() {
    let line = line(r#"{"price": null, "rank": [], "free": null, "x": null, "y": false}"#);
    assert_eq!(line.filled(), ["rank"]);
    assert_eq!(line.unknown, ["y"]);
}

#[test]
fn complaints_carry_their_path() {
    let line = line(r#"{"parts": [{}, null, 3, {"price": 12}]}"#);
    let mut problems = Problems::new();
    let path = Path::ROOT.key("parts");
    line.parts
        .each(&path, 10, &mut problems, |part, path, problems| {
            part.price.required(&path.key("price"), problems)
        });
    let found: Vec<String> = problems
        .errors()
        .iter()
        .map(|e| format!("{} {}", e.field, e.message))
        .collect();
    assert_eq!(
        found,
        [
            "parts[0].price can't be blank",
            "parts[1] can't be blank",
            "parts[2] must be an object",
            "parts[3].price '12' is not a valid monetary amount",
        ]
    );
}

#[test]
fn a_body_may_be_empty_but_must_be_json() {
    assert!(read::<RawLine>(b" \n").unwrap().is_absent());
    for body in [
        "{",
        "nope",
        "{\"price\": }",
        "{} {}",
        "{\"price\": \"\u{1}\"}",
    ] {
        assert!(read::<RawLine>(body.as_bytes()).is_err(), "{body}");
    }
    assert!(read::<RawLine>(b"{\"price\": \"\xff\"}").is_err());
    assert!(read::<RawLine>("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn free_data_has_32_levels_at_most() {
    let nested = |levels: usize| {
        let inner = levels - 1;
        format!("{{\"a\": {}7{}}}", "[".repeat(inner), "]".repeat(inner))
    };
    let read = |levels: usize| read::<CustomFields>(nested(levels).as_bytes()).unwrap();
    assert!(matches!(read(32), Input::Good(_)));
    assert_eq!(read(33), bad("is nested too deeply (maximum is 32 levels)"));
    assert_eq!(
        read(127),
        bad("is nested too deeply (maximum is 32 levels)")
    );
}

#[test]
fn free_numbers_are_kept_to_the_last_digit() {
    let sent = r#"{"a":94.52706955539223,"b":23.308445025757262,"c":[99.25434121760651]}"#;
    let Input::Good(fields) = read::<CustomFields>(sent.as_bytes()).unwrap() else {
        panic!("good fields")
    };
    assert_eq!(serde_json::to_string(&fields).unwrap(), sent);
}

#[test]
fn a_fraction_is_no_integer_however_small() {
    assert_eq!(read::<i64>(b"2.0").unwrap(), Input::Good(2));
    for fraction in ["0.5", "2.5e-42", "-1e-17"] {
        let read = read::<i64>(fraction.as_bytes()).unwrap();
        assert_eq!(read, bad("must be an integer"), "{fraction}");
    }
}

#[test]
fn an_integer_may_have_zeros_behind_a_point() {
    for (text, number) in [("7", 7), ("+1.0", 1), ("-2.000", -2), ("007.0", 7)] {
        let json = format!("\"{text}\"");
        assert_eq!(read::<i64>(json.as_bytes()).unwrap(), Input::Good(number));
    }
    for wrong in ["1.", ".0", "-.0", "1.01", "1.0.0", "1.0e0", "1,0", " 1.0"] {
        let read = read::<i64>(format!("\"{wrong}\"").as_bytes()).unwrap();
        assert_eq!(read, bad("must be an integer"), "{wrong}");
    }
}

#[test]
fn an_empty_array_is_an_empty_map_but_never_custom_fields() {
    let entries = read::<Entries<i64>>(b"[]").unwrap();
    assert_eq!(entries, Input::Good(Entries::default()));
    let free = read::<FreeObject>(b"[ ]").unwrap();
    assert_eq!(free, Input::Good(FreeObject::default()));
    let object = "must be an object";
    assert_eq!(read::<Entries<i64>>(b"[1]").unwrap(), bad(object));
    assert_eq!(read::<FreeObject>(b"[[]]").unwrap(), bad(object));
    assert_eq!(read::<CustomFields>(b"[]").unwrap(), bad(object));
    assert_eq!(
        read::<RawLine>(b"[]").unwrap(),
        Input::Good(RawLine::default())
    );
    assert_eq!(read::<RawLine>(b"[[]]").unwrap(), bad(object));
}

#[test]
fn a_blank_text_is_not_sent_where_there_is_no_text() {
    let line = line(
        r#"{"price": "", "quantity": " ", "free": "\t", "rank": "", "tags": "", "parts": ["", {}]}"#,
    );
    assert_eq!(line.filled(), ["parts"]);
    let mut problems = Problems::new();
    line.price.required(&Path::ROOT.key("price"), &mut problems);
    assert_eq!(problems.to_string(), "price can't be blank");
    assert_eq!(read::<String>(b"\"\"").unwrap(), Input::Good(String::new()));
    let blank = Input::Good(Identifier(" ".to_owned()));
    assert_eq!(read::<Identifier>(b"\" \"").unwrap(), blank);
}

#[test]
fn identifiers_may_be_whole_numbers_of_64_bits() {
    for digits in [
        "0",
        "-7",
        "4711",
        "18446744073709551615",
        "-9223372036854775808",
    ] {
        let expected = Input::Good(Identifier(digits.to_owned()));
        assert_eq!(read::<Identifier>(digits.as_bytes()).unwrap(), expected);
    }
    for other in ["1.0", "1e3", "18446744073709551616", "true", "[1]"] {
        let read = read::<Identifier>(other.as_bytes()).unwrap();
        assert_eq!(read, bad("must be a string"), "{other}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(
        read::<i64>("\u{feff} 7".as_bytes()).unwrap(),
        Input::Good(7)
    );
    assert!(read::<i64>("\u{feff}\n".as_bytes()).unwrap().is_absent());
    assert!(read::<i64>("\u{feff}\u{feff}7".as_bytes()).is_err());
}

#[test]
fn a_map_keeps_its_order() {
    let Input::Good(entries) = read::<Entries<i64>>(br#"{"b": 1, "a": 2, "b": 3}"#).unwrap() else {
        panic!("an object is a map")
    };
    let expected = vec![
        ("b".to_owned(), Input::Good(3)),
        ("a".to_owned(), Input::Good(2)),
    ];
    assert_eq!(entries.0, expected);
}

#[test]
fn long_strings_are_refused_and_the_character_zero_is_replaced() {
    let long = format!("\"{}\"", "é".repeat(MAX_STRING_CHARS + 1));
    assert!(matches!(
        read::<String>(long.as_bytes()).unwrap(),
        Input::Bad(_)
    ));
    let fits = format!("\"{}\"", "é".repeat(MAX_STRING_CHARS));
    assert!(matches!(
        read::<String>(fits.as_bytes()).unwrap(),
        Input::Good(_)
    ));
    let zero = read::<String>(br#""a\u0000b""#).unwrap();
    assert_eq!(zero, Input::Good("a\u{fffd}b".to_owned()));
}
