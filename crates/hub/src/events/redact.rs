//! Rewriting what was told: events whose states hold what must be forgotten, and what receivers
//! answered to them.
//!
//! An event that is still pending is then told as it stands; one that was told cannot be called back.

use serde_json::Value;
use wire::id::{AccountId, CustomerId, EventId, OrderId};

use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx, json};
use crate::{args, statements};

statements! {
    OF_CUSTOMER = "SELECT created_at, id, document FROM events
        WHERE account_id = $1 AND subject_id = $2 AND resource = 'customer'
            AND (created_at, id) > ($3, $4)
        ORDER BY created_at, id LIMIT $5";
    OF_ORDER = "SELECT id, document FROM events WHERE account_id = $1 AND order_id = $2";
    REWRITE = "UPDATE events SET document = $3 WHERE account_id = $1 AND id = $2";
    FORGET_ANSWERS = "UPDATE dispatch_attempts SET answer = ''
        WHERE account_id = $1 AND event_id = $2 AND answer <> ''";
}

/// What is done to the document of an event; says whether that changed it.
pub(crate) type Redaction<'a> = &'a dyn Fn(&mut Value) -> bool;

/// Changes up to `most` events about a customer behind `after`, oldest first. Answers where to go on.
pub(crate) fn of_customer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
    after: &Cursor,
    most: u32,
    change: Redaction<'_>,
) -> db::Result<Option<Cursor>> {
    let rows: Vec<(String, EventId, String)> = tx.all(
        OF_CUSTOMER,
        args![account, customer, &after.key, &after.id, most + 1],
    )?;
    let rows = rows.into_iter().map(|(key, id, document)| {
        let cursor = Cursor {
            key,
            id: id.to_string(),
        };
        (cursor, (id, document))
    });
    let page = Page::cut(rows.collect(), most);
    for (id, document) in &page.items {
        rewrite(tx, account, id, document, change)?;
    }
    Ok(page.next)
}

/// Changes every event about an order.
pub(crate) fn of_order(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
    change: Redaction<'_>,
) -> db::Result<()> {
    let rows: Vec<(EventId, String)> = tx.all(OF_ORDER, args![account, order])?;
    rows.iter()
        .try_for_each(|(id, document)| rewrite(tx, account, id, document, change))
}

fn rewrite(
    tx: &mut Tx<'_>,
    account: &AccountId,
    event: &EventId,
    document: &str,
    change: Redaction<'_>,
) -> db::Result<()> {
    let mut value: Value = json::read(document, format_args!("event {event}"))?;
    if !change(&mut value) {
        return Ok(());
    }
    let document = json::text(&value)?;
    tx.write(REWRITE, args![account, event, document])?;
    tx.write(FORGET_ANSWERS, args![account, event])
}
