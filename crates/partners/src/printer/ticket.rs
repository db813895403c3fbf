//! Tickets: an order as text, and which of them are printed.

use client::order::Order;
use rusqlite::{OptionalExtension as _, Transaction, params};

use crate::kit::language::Language;
use crate::kit::money::money_text;
use crate::kit::order_view::order_code;
use crate::kit::store::StoreError;

/// Tickets that are kept; the oldest that are printed leave first.
const MAX_TICKETS: i64 = 10_000;

/// An order as a ticket: French, as wide as paper of 58 mm.
pub(super) fn text(order: &Order) -> String {
    let language = Language::French;
    let service = language.service_type(order.service_type);
    let mut lines = vec![
        format!("COMMANDE {}", order_code(order)),
        service.to_owned(),
        match order.expected_time {
            Some(time) => time.civil().strftime("%d/%m %H:%M").to_string(),
            None => "Dès que possible".into(),
        },
        "-".repeat(32),
    ];
    for item in order.items.iter().filter(|item| !item.deleted) {
        lines.push(format!("{} x {}", item.quantity, item.product_name));
        for option in &item.options {
            lines.push(format!("    {}", option.name));
        }
    }
    lines.push("-".repeat(32));
    lines.push(format!("TOTAL {}", money_text(order.total, language)));
    if let Some(notes) = order.customer_notes.as_ref().filter(|it| !it.is_empty()) {
        lines.push(notes.clone());
    }
    lines.join("\n") + "\n\n"
}

/// Takes the next ticket to print, and marks that this begins. One that was begun before says that it is a
/// copy: it may have been printed.
pub(super) fn begin_printing(tx: &Transaction<'_>) -> Result<Option<(i64, String)>, StoreError> {
    let next = tx
        .query_row(
            "UPDATE tickets SET attempts = attempts + 1
             WHERE number = (SELECT min(number) FROM tickets WHERE is_printed = 0)
             RETURNING number, attempts, text",
            [],
            |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?)),
        )
        .optional()?;
    Ok(next.map(|(number, attempts, text): (i64, i64, String)| {
        if attempts > 1 {
            (number, format!("*** COPIE ***\n{text}"))
        } else {
            (number, text)
        }
    }))
}

/// Marks that a ticket is on paper.
pub(super) fn end_printing(tx: &Transaction<'_>, number: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE tickets SET is_printed = 1 WHERE number = ?1",
        [number],
    )?;
    Ok(())
}

/// Forgets what was printed long ago.
pub(super) fn delete_old(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM tickets WHERE is_printed = 1
         AND number <= (SELECT max(number) - ?1 FROM tickets)",
        [MAX_TICKETS],
    )?;
    Ok(())
}

/// Prints a ticket once more.
pub(super) fn print_again(tx: &Transaction<'_>, order: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE tickets SET is_printed = 0 WHERE order_id = ?1";
    Ok(tx.execute(sql, params![order])? > 0)
}
