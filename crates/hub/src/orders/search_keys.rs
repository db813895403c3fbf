//! By what a caller says an order is found: phone number, e-mail address, name, collection code.
//!
//! Orders of guests are found so, too: nothing of a customer list is asked. The row changes with the order, and
//! goes when personal data is erased.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use wire::id::{AccountId, OrderId};
use wire::order::Order;

use super::sales::OrderKey;
use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    PUT = "INSERT INTO order_search (account_id, order_id, location_id, created_at, phone, email, first_name,
            last_name, collection_code)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (account_id, order_id) DO UPDATE SET phone = excluded.phone, email = excluded.email,
            first_name = excluded.first_name, last_name = excluded.last_name,
            collection_code = excluded.collection_code";
    DELETE = "DELETE FROM order_search WHERE account_id = $1 AND order_id = $2";
}

/// Characters of a text that are searched.
const MAX_KEY_CHARS: usize = 60;

/// By what an order is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrderSearchKeys {
    phone: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    collection_code: Option<String>,
}

impl OrderSearchKeys {
    /// What an order says of its customer, and its code.
    pub(crate) fn of(order: &Order) -> Self {
        let folded = |text: &Option<String>| {
            let text = fold(text.as_deref().unwrap_or_default());
            (!text.is_empty()).then_some(text)
        };
        let customer = &order.customer;
        Self {
            phone: customer
                .phone
                .as_deref()
                .map(fold_phone)
                .filter(|it| !it.is_empty()),
            email: folded(&customer.email),
            first_name: folded(&customer.first_name),
            last_name: folded(&customer.last_name),
            collection_code: folded(&order.collection_code),
        }
    }
}

/// A text as it is compared: small letters without accents, single blanks.
pub(crate) fn fold(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = words.join(" ");
    let letters = words.nfkd().filter(|char| !is_combining_mark(*char));
    let folded = letters.flat_map(char::to_lowercase).map(|char| match char {
        '’' => '\'',
        other => other,
    });
    folded.take(MAX_KEY_CHARS).collect()
}

/// The digits of a phone number from the last to the first, so that numbers with and without the code of the
/// country begin alike: `+33 (0)6 12 34 56 78` and `06 12 34 56 78` both begin with `87654321`.
pub(crate) fn fold_phone(text: &str) -> String {
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    digits.chars().rev().take(MAX_KEY_CHARS).collect()
}

/// Keeps by what an order is found, if by anything.
pub(super) fn put(tx: &mut Tx<'_>, of: OrderKey<'_>, keys: &OrderSearchKeys) -> db::Result<()> {
    if *keys == OrderSearchKeys::default() {
        return Ok(());
    }
    tx.write(
        PUT,
        args![
            of.account,
            of.order,
            of.location,
            of.created_at,
            keys.phone.as_deref(),
            keys.email.as_deref(),
            keys.first_name.as_deref(),
            keys.last_name.as_deref(),
            keys.collection_code.as_deref()
        ],
    )
}

/// Keeps by what an order is found that has changed.
pub(super) fn update(
    tx: &mut Tx<'_>,
    of: OrderKey<'_>,
    was: &OrderSearchKeys,
    is: &OrderSearchKeys,
) -> db::Result<()> {
    if was == is {
        return Ok(());
    }
    if *is == OrderSearchKeys::default() {
        return delete(tx, of.account, of.order);
    }
    put(tx, of, is)
}

/// From now on an order is found by nothing that its customer has said.
pub(super) fn delete(tx: &mut Tx<'_>, account: &AccountId, order: &OrderId) -> db::Result<()> {
    tx.write(DELETE, args![account, order])
}
