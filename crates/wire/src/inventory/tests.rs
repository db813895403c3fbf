//! What inventories promise.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::decimal::Decimal;
use crate::id::MAX_REF_CHARS;

fn read(json: &str) -> Result<Vec<NewInventoryEntry>, Vec<String>> {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    check(crate::input::read(json.as_bytes()).unwrap(), &zone).map_err(|problems| {
        let lines = problems.errors().iter();
        lines
            .map(|e| format!("{} {}", e.field, e.message))
            .collect()
    })
}

#[test]
fn entries_are_read_in_every_form_that_clients_send() {
    let entries = read(
        r#"[{"sku_ref": "A", "option_ref": null, "stock": 2.5, "until": "x"},
            {"option_ref": "B", "sku_ref": "", "stock": "0", "expires_at": "2026-03-08T11:00:00"},
            {"sku_id": "k7", "stock": null}]"#,
    )
    .unwrap();
    assert_eq!(
        entries[0].about,
        StockReference::Ref(Counted::Sku("A".to_owned()))
    );
    assert_eq!(entries[0].stock.unwrap().to_string(), "2.5");
    assert_eq!(
        entries[1].about,
        StockReference::Ref(Counted::Option("B".to_owned()))
    );
    let at: Timestamp = "2026-03-08T10:00:00Z".parse().unwrap();
    assert_eq!(entries[1].expires_at, Some(at));
    assert_eq!(entries[2].about, StockReference::SkuId("k7".to_owned()));
    assert_eq!(entries[2].stock, None);
}

#[test]
fn everything_wrong_is_told_with_its_place() {
    let found = read(
        r#"[{"stock": 1}, {"sku_ref": "A", "option_ref": "B", "stock": 1}, 7, null,
            {"sku_ref": "A"}, {"sku_ref": "A", "stock": -1}, {"sku_ref": 7.5, "stock": "1.0001"},
            {"sku_ref": "A", "stock": 1, "expires_at": "2026-03-08T11:00:00Z"},
            {"sku_ref": "A", "expires_at": "2026-03-08T11:00:00Z"},
            {"sku_ref": "A", "stock": "many", "expires_at": "2026-03-08T11:00:00Z"}]"#,
    );
    let expected = [
        "[0] must have either a sku_ref or an option_ref",
        "[1] must have either a sku_ref or an option_ref",
        "[2] must be an object",
        "[3] can't be blank",
        "[4].stock can't be blank",
        "[5].stock must be greater than or equal to 0",
        "[6].sku_ref must be a string",
        "[6].stock has too many decimals (maximum is 3)",
        "[7].expires_at is only possible with a stock of 0",
        "[8].stock can't be blank",
        "[9].stock 'many' is not a valid decimal",
    ];
    assert_eq!(found.unwrap_err(), expected);
    assert_eq!(read("[]").unwrap(), []);
}

#[test]
fn what_is_wrong_with_the_whole_body_is_said_of_the_inventory() {
    for nothing in ["", "null"] {
        assert_eq!(read(nothing).unwrap_err(), ["inventory can't be blank"]);
    }
    assert_eq!(read("{}").unwrap_err(), ["inventory must be an array"]);
    let entry = r#"{"sku_ref": "A", "stock": 1}"#;
    let many = format!("[{entry}{}]", format!(",{entry}").repeat(20_000));
    let messages = read(&many).unwrap_err();
    assert_eq!(
        messages,
        ["inventory has too many items (maximum is 20000)"]
    );
    let many = format!("[{}null]", "null,".repeat(20_000));
    let messages = read(&many).unwrap_err();
    assert_eq!(messages, ["inventory has too many values for its size"]);
}

#[test]
fn a_limit_that_goes_may_say_when_it_would_have_gone() {
    let body = r#"[{"sku_ref": "A", "stock": null, "expires_at": "2026-03-08T11:00:00Z"}]"#;
    assert_eq!(read(body).unwrap()[0].stock, None);
}

#[test]
fn a_ref_of_more_than_255_characters_is_read_and_not_counted() {
    let long = "é".repeat(MAX_REF_CHARS + 1);
    let read = read(&format!(r#"[{{"sku_ref": "{long}", "stock": "1"}}]"#));
    let StockReference::Ref(counted) = &read.unwrap()[0].about else {
        panic!("not a ref");
    };
    assert!(!counted.is_countable());
    assert!(Counted::Option("é".repeat(MAX_REF_CHARS)).is_countable());
}

#[test]
fn a_stock_is_kept_in_thousandths_and_printed_minimal() {
    for (text, printed, thousandths) in
        [("4.0", "4", 4_000), ("0", "0", 0), ("2.500", "2.5", 2_500)]
    {
        let stock = Stock::new(Decimal::parse(text).unwrap()).unwrap();
        assert_eq!(stock.to_string(), printed);
        assert_eq!(stock.to_thousandths(), thousandths);
        assert_eq!(Stock::from_thousandths(thousandths), Some(stock));
    }
    assert_eq!(Stock::from_thousandths(-1), None);
}
