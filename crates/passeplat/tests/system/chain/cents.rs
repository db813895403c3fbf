//! Money and numbers in this test's own hand: whole cents and whole thousandths, written and read
//! here, so that the code that is tested does not confirm itself.

/// Euro cents.
pub type Cents = i64;

/// Thousandths of a piece, of a kilogram or of a point.
pub type Thousandths = i64;

/// As the API writes money: `12.50 EUR`.
pub fn euros(cents: Cents) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} EUR", cents.abs() / 100, cents.abs() % 100)
}

/// What the API wrote as money.
pub fn cents(text: &str) -> Cents {
    let amount = text.strip_suffix(" EUR");
    scaled(
        amount.unwrap_or_else(|| panic!("'{text}' is no amount in EUR")),
        2,
    )
}

/// A number with as many decimals as it needs: `2`, `0.315`.
pub fn decimal(thousandths: Thousandths) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (thousandths.abs() / 1000, thousandths.abs() % 1000);
    let text = format!("{sign}{whole}.{rest:03}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the API wrote as a decimal.
pub fn thousandths(text: &str) -> Thousandths {
    scaled(text, 3)
}

fn scaled(text: &str, decimals: usize) -> i64 {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(fraction.len() <= decimals, "'{text}' has too many decimals");
    let all = format!("{whole}{fraction:0<decimals$}");
    sign * all
        .parse::<i64>()
        .unwrap_or_else(|_| panic!("'{text}' is no number"))
}

#[test]
fn cents_and_thousandths_are_written_as_the_api_writes_them() {
    assert_eq!(
        [euros(1250), euros(-5), euros(0)],
        ["12.50 EUR", "-0.05 EUR", "0.00 EUR"]
    );
    assert_eq!([cents("12.50 EUR"), cents("-0.05 EUR")], [1250, -5]);
    assert_eq!(
        [decimal(2000), decimal(315), decimal(-2500), decimal(10_000)],
        ["2", "0.315", "-2.5", "10"]
    );
    assert_eq!([thousandths("1.0"), thousandths("-0.35")], [1000, -350]);
}
