//! Amounts and decimals, two on two lines: they read back as printed, and no sum or product panics or
//! is wrong by more than its rounding.
#![no_main]

use passeplat_fuzz::reads_back;
use wire::decimal::Decimal;
use wire::money::Money;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let (money, other) = (Money::parse(first).ok(), Money::parse(second).ok());
    for amount in money.iter().chain(&other) {
        reads_back(amount);
        assert_eq!(Money::parse(&amount.to_string()).as_ref(), Ok(amount));
        assert_eq!(amount.times(&Decimal::ONE), Some(*amount));
        assert_eq!(amount.checked_mul_int(2), amount.checked_add(*amount));
    }
    if let (Some(a), Some(b)) = (money, other) {
        assert_eq!(a.checked_add(b).is_some(), b.checked_add(a).is_some());
        if let Some(sum) = a.checked_add(b) {
            assert_eq!(sum.checked_sub(b), Some(a));
        }
    }
    let numbers = [first, second].map(|line| Decimal::parse(line).ok());
    let floats = [first, second].map(|line| {
        let float = line.parse::<f64>().ok()?;
        Decimal::from_json_float(float).ok()
    });
    for number in numbers.iter().chain(&floats).flatten() {
        reads_back(number);
        assert_eq!(Decimal::parse(&number.to_string()).as_ref(), Ok(number));
        let minimal = number.to_minimal_string();
        assert_eq!(Decimal::parse(&minimal).as_ref(), Ok(number));
        if let Some(whole) = number.to_integer() {
            assert_eq!(Decimal::from(whole), *number);
        }
        let rounded = Decimal::from_thousandths(number.to_thousandths());
        if let Some(rounded) = rounded {
            assert_eq!(rounded.to_thousandths(), number.to_thousandths());
        }
        if let Some(product) = money.and_then(|money| money.times(number)) {
            let signs = money.is_some_and(Money::is_negative) != number.is_negative();
            assert!(product.cents() == 0 || product.is_negative() == signs);
        }
    }
    if let [Some(a), Some(b)] = &numbers {
        if let Some(sum) = a.checked_add(b) {
            assert_eq!(sum.checked_sub(b).as_ref(), Some(a));
        }
    }
});
