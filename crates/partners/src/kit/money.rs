//! Amounts of money for display, and without their tax.

use wire::decimal::Decimal;
use wire::money::Money;

use super::language::Language;

/// An amount for people: `12,50 €` in French, `€12.50` in English.
pub(crate) fn money_text(amount: Money, language: Language) -> String {
    let sign = if amount.is_negative() { "-" } else { "" };
    let cents = amount.cents().unsigned_abs();
    let (whole, hundredths) = (cents / 100, cents % 100);
    let symbol = match amount.currency().as_str() {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        other => other,
    };
    match language {
        Language::French => format!("{sign}{whole},{hundredths:02}\u{a0}{symbol}"),
        Language::English if symbol.chars().count() == 1 => {
            format!("{sign}{symbol}{whole}.{hundredths:02}")
        }
        Language::English => format!("{sign}{whole}.{hundredths:02}\u{a0}{symbol}"),
    }
}

/// The amount without its tax, whose rate is in percent, rounded half away from zero. A negative rate
/// counts as none.
pub(crate) fn without_tax(amount: Money, tax_rate: Decimal) -> Money {
    const HUNDRED_PERCENT: i128 = 100_000;
    let divisor = HUNDRED_PERCENT + i128::from(tax_rate.to_thousandths().max(0));
    let scaled = i128::from(amount.cents()) * HUNDRED_PERCENT;
    let half = if scaled < 0 {
        -divisor / 2
    } else {
        divisor / 2
    };
    // The result is no larger than the amount, so that it always fits.
    let cents = i64::try_from((scaled + half) / divisor).unwrap_or(amount.cents());
    Money::new(cents, amount.currency())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_each_language_writes_it() {
        for (amount, french, english) in [
            ("12.50 EUR", "12,50\u{a0}€", "€12.50"),
            ("-0.05 GBP", "-0,05\u{a0}£", "-£0.05"),
            ("7.00 CHF", "7,00\u{a0}CHF", "7.00\u{a0}CHF"),
        ] {
            let amount = Money::parse(amount).unwrap();
            assert_eq!(money_text(amount, Language::French), french);
            assert_eq!(money_text(amount, Language::English), english);
        }
    }

    #[test]
    fn an_amount_without_its_tax_is_rounded_half_away_from_zero() {
        for (amount, rate, net) in [
            ("12.50 EUR", "10.0", "11.36 EUR"),
            ("-12.50 EUR", "10.0", "-11.36 EUR"),
            ("2.50 EUR", "5.5", "2.37 EUR"),
            ("0.03 EUR", "100", "0.02 EUR"),
            ("-0.03 EUR", "100", "-0.02 EUR"),
            ("9.99 EUR", "0", "9.99 EUR"),
            ("9.99 EUR", "-10", "9.99 EUR"),
            ("92233720368547758.07 EUR", "0", "92233720368547758.07 EUR"),
        ] {
            let (amount, rate) = (Money::parse(amount).unwrap(), Decimal::parse(rate).unwrap());
            assert_eq!(without_tax(amount, rate), Money::parse(net).unwrap());
        }
    }
}
