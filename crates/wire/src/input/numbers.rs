//! Numbers that no program can hold.
//!
//! `1e400` is a number in JSON, and more than any float. The reader of JSON gives up on it, and with it
//! on the whole body. What it stands for is still wrong wherever it stands, but that can be said of its
//! field.

/// As large a number as any, which every field of ours refuses.
const HUGE: &[u8] = b"1e308";

/// The text with a number that can be read for each that cannot; `None` if there is none. Every byte
/// stays in its place.
pub(crate) fn without_infinities(text: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(first) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        at += match first {
            b'"' => string_length(rest),
            b'-' | b'0'..=b'9' => {
                let length = number_length(rest);
                let number = rest.get(..length).unwrap_or_default();
                if is_infinite(number) {
                    let start = at + usize::from(*first == b'-');
                    let copy = mended.get_or_insert_with(|| text.to_vec());
                    if let Some(digits) = copy.get_mut(start..at + length) {
                        digits.fill(b' ');
                        digits
                            .iter_mut()
                            .zip(HUGE)
                            .for_each(|(to, from)| *to = *from);
                    }
                }
                length
            }
            _ => 1,
        };
    }
    mended
}

/// Bytes of the string that a text begins with, or all of the text if it does not end.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

/// Bytes of the number that a text begins with, whether it is a good one or not.
fn number_length(text: &[u8]) -> usize {
    let ends = |byte: &u8| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    text.iter().position(ends).unwrap_or(text.len())
}

/// Whether a text is a number as JSON has it, and beyond every float.
fn is_infinite(number: &[u8]) -> bool {
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let (whole, rest) = digits.split_at(digits_length(digits));
    let is_whole = matches!(whole, [b'0'] | [b'1'..=b'9', ..]);
    let fraction = rest.strip_prefix(b".");
    let after = fraction.map_or(rest, |rest| {
        rest.get(digits_length(rest)..).unwrap_or_default()
    });
    let is_fraction = fraction.is_none_or(|rest| digits_length(rest) > 0);
    let exponent = after.strip_prefix(b"e").or(after.strip_prefix(b"E"));
    let is_exponent = match exponent {
        None => after.is_empty(),
        Some(exponent) => {
            let sign = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-"));
            let exponent = sign.unwrap_or(exponent);
            !exponent.is_empty() && digits_length(exponent) == exponent.len()
        }
    };
    let float = || std::str::from_utf8(number).ok()?.parse::<f64>().ok();
    is_whole && is_fraction && is_exponent && float().is_some_and(f64::is_infinite)
}

fn digits_length(text: &[u8]) -> usize {
    let ends = |byte: &u8| !byte.is_ascii_digit();
    text.iter().position(ends).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decimal::Decimal;
    use crate::input::{Input, read};

    #[test]
    fn a_number_beyond_every_float_is_refused_where_it_stands() {
        for number in ["1e400", "-1E+400", "123.5e310", &"9".repeat(400)] {
            let given = read::<Decimal>(number.as_bytes()).unwrap();
            assert!(matches!(given, Input::Bad(_)), "{number}: {given:?}");
            let list = format!("[\"1e400\\\"\", {number} ,1]");
            let list = read::<Vec<Input<Decimal>>>(list.as_bytes()).unwrap();
            let Input::Good(list) = list else {
                panic!("{list:?}")
            };
            assert!(matches!(list[1], Input::Bad(_)), "{number}: {list:?}");
            assert!(matches!(list[2], Input::Good(_)));
        }
    }

    #[test]
    fn what_is_no_number_stays_broken() {
        for json in [
            "01e400", "1.e400", "1e400e", "1e400.5", "+1e400", "[1e400", "-e400", "1e+",
        ] {
            assert!(read::<Decimal>(json.as_bytes()).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(bytes in prop::collection::vec(
            prop_oneof![
                Just(b'"'), Just(b'\\'), Just(b'1'), Just(b'9'), Just(b'e'), Just(b'-'), Just(b'.'),
                any::<u8>(),
            ], 0..60,
        )) {
            if let Some(mended) = without_infinities(&bytes) {
                prop_assert_eq!(mended.len(), bytes.len());
                prop_assert_eq!(without_infinities(&mended), None);
            }
        }

        #[test]
        fn what_can_be_read_is_left_alone(number in r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?") {
            let readable = serde_json::from_str::<f64>(&number).is_ok();
            prop_assert_eq!(without_infinities(number.as_bytes()).is_none(), readable, "{}", number);
        }
    }
}
