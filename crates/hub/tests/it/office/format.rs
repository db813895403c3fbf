use hub::office::format;
use hub::office::json::pretty;
use hub::office::translations::Language::{English, French};
use jiff::Zoned;

fn evening() -> Zoned {
    "2026-03-07T19:41:08+02:00[Europe/Helsinki]"
        .parse()
        .unwrap()
}

#[test]
fn amounts_are_written_as_readers_of_either_language_write_them() {
    let written = |amount| {
        [
            format::money(French, amount),
            format::money(English, amount),
        ]
    };
    assert_eq!(written("26.40 EUR"), ["26,40\u{a0}€", "€26.40"]);
    assert_eq!(
        written("-1234567.00 EUR"),
        ["−1\u{202f}234\u{202f}567,00\u{a0}€", "−€1,234,567.00"]
    );
    assert_eq!(
        written("1200.00 JPY"),
        ["1\u{202f}200\u{a0}JPY", "JPY\u{a0}1,200"]
    );
    assert_eq!(written("8.90 CHF"), ["8,90\u{a0}CHF", "CHF\u{a0}8.90"]);
    assert_eq!(written("dear"), ["dear", "dear"]);
}

#[test]
fn decimals_lose_their_needless_zeroes() {
    assert_eq!(format::decimal(French, "2.50"), "2,5");
    assert_eq!(format::decimal(English, "2.0"), "2");
    assert_eq!(format::percent(French, "5.5"), "5,5\u{a0}%");
    assert_eq!(format::percent(English, "10.0"), "10%");
}

#[test]
fn dates_follow_the_language() {
    assert_eq!(format::date_time(French, &evening()), "07/03/2026 19:41");
    assert_eq!(format::date_time(English, &evening()), "7 Mar 2026, 19:41");
    assert_eq!(format::date(French, &evening()), "07/03/2026");
    assert_eq!(format::utc_offset(&evening()), "UTC+02:00");
    assert_eq!(
        format::machine_time(&evening()),
        "2026-03-07T19:41:08+02:00"
    );
}

#[test]
fn durations_use_the_unit_that_people_would_use() {
    let written = |ms| format::duration(French, ms);
    assert_eq!(
        [written(12), written(200), written(1_950)],
        ["12\u{a0}ms", "0,2\u{a0}s", "2\u{a0}s"]
    );
    assert_eq!(
        [written(20_000), written(180_000)],
        ["20\u{a0}s", "3\u{a0}min"]
    );
}

#[test]
fn json_is_laid_out_without_touching_its_values() {
    let text = r#"{"price":"8.90 EUR","big":12345678901234567890123,"note":"a:{\"b\",}","none":[],"list":[1, 2]}"#;
    assert_eq!(
        pretty(text),
        "{\n  \"price\": \"8.90 EUR\",\n  \"big\": 12345678901234567890123,\n  \
         \"note\": \"a:{\\\"b\\\",}\",\n  \"none\": [],\n  \"list\": [\n    1,\n    2\n  ]\n}"
    );
    assert_eq!(pretty("{broken"), "{broken");
}
