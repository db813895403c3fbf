//! Halves of characters.
//!
//! A character beyond the first 65,536, such as an emoji, is two escapes in JSON. JavaScript counts
//! them as two and cuts texts between them, and what is left is no character: `"Merci \ud83d"`. No
//! JSON reader that knows UTF-8 takes that, and a whole order would be lost with it.

/// Bytes of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

/// The text with U+FFFD, "there was something", for every escape that is half a character; `None` if
/// there is none. Every byte stays in its place.
pub(crate) fn without_halves(text: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            [b'\\', b'u', ..] => match (unit(rest), rest.get(ESCAPE..).and_then(unit)) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * ESCAPE,
                (Some(0xD800..=0xDFFF), _) => {
                    let copy = mended.get_or_insert_with(|| text.to_vec());
                    if let Some(half) = copy.get_mut(at..at + ESCAPE) {
                        half.copy_from_slice(br"\ufffd");
                    }
                    ESCAPE
                }
                (Some(_), _) => ESCAPE,
                (None, _) => 2,
            },
            // Whatever is escaped, it is not the beginning of an escape.
            [b'\\', ..] => 2,
            _ => 1,
        };
    }
    mended
}

/// The UTF-16 unit of the escape that a text begins with.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((unit << 4) | u16::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::custom_fields::CustomFields;
    use crate::input::{Input, read};

    fn text(json: &str) -> Option<String> {
        match read::<String>(json.as_bytes()).ok()? {
            Input::Good(text) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn half_a_character_is_read_as_a_sign_that_something_was_there() {
        for (json, expected) in [
            (r#""Merci \ud83d""#, "Merci \u{fffd}"),
            (r#""\uDE00!""#, "\u{fffd}!"),
            (r#""\ud83d\ud83d\ude00\ude00""#, "\u{fffd}😀\u{fffd}"),
            (r#""\ud83d\n\\ud83d""#, "\u{fffd}\n\\ud83d"),
            (r#""\ude00\ud83d\u00e9""#, "\u{fffd}\u{fffd}é"),
        ] {
            assert_eq!(text(json).as_deref(), Some(expected), "{json}");
        }
        let fields = read::<CustomFields>(br#"{"\ud83d": ["\ude00"]}"#).unwrap();
        let Input::Good(fields) = fields else {
            panic!("{fields:?}")
        };
        assert_eq!(fields.0.text(), "{\"\u{fffd}\":[\"\u{fffd}\"]}");
    }

    #[test]
    fn what_is_broken_otherwise_stays_broken() {
        for json in [
            r#""\ud83d"#,
            r#""\ud83""#,
            r#""\ud8zz""#,
            r#""\u""#,
            r#"["\ud83d",]"#,
            r#""\ud83d" x"#,
            r#""\ud83d\x""#,
            r"\ud83d",
            "\\",
        ] {
            assert!(read::<String>(json.as_bytes()).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_text_of_javascript_is_read(units in prop::collection::vec(
            prop_oneof![1_u16..=u16::MAX, 0xD7F0_u16..0xE010], 0..40,
        )) {
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let expected = String::from_utf16_lossy(&units);
            prop_assert_eq!(text(&format!("\"{escapes}\"")), Some(expected));
        }

        #[test]
        fn what_could_be_read_is_left_alone(inner in r#"(\\u([dD][89a-fA-F]|[0-9a-fA-F]{2})[0-9a-fA-F]{2}|\\[\\"nt/]|[ud8é😀]){0,12}"#) {
            let json = format!("\"{inner}\"");
            let readable = serde_json::from_str::<String>(&json).is_ok();
            prop_assert_eq!(without_halves(json.as_bytes()).is_none(), readable, "{}", json);
        }

        #[test]
        fn any_bytes_are_looked_at(bytes in prop::collection::vec(
            prop_oneof![Just(b'\\'), Just(b'u'), Just(b'd'), Just(b'8'), any::<u8>()], 0..60,
        )) {
            if let Some(mended) = without_halves(&bytes) {
                prop_assert_eq!(mended.len(), bytes.len());
                prop_assert_eq!(without_halves(&mended), None);
            }
        }
    }
}
