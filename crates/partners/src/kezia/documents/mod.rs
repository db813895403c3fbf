//! What the till itself writes: orders that are entered here (**Fiche Commande**), and invoices, of sales and of
//! orders that were paid.

pub(crate) mod order_form;
pub(crate) mod pages;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::kit::store::{StoreError, stored_time, time_from_store};

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    Order,
    Invoice,
}

impl DocumentKind {
    fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Order => "order",
            DocumentKind::Invoice => "invoice",
        }
    }
}

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DocumentBody {
    /// The name of the seller; empty for nobody in particular.
    pub seller: String,
    /// The number of the customer.
    pub customer: Option<i64>,
    /// Such as `Ada Martin`.
    pub customer_name: String,
    /// `delivery`, `collection` or `eat_in`; empty for none.
    pub service: String,
    /// **Délai**: when it is wanted; none: as soon as possible.
    pub wanted_at: Option<Timestamp>,
    pub courier: String,
    /// **Mode Règ.**: empty if nothing is paid yet.
    pub payment: String,
    /// **Port TTC**.
    pub delivery_cents: i64,
    pub note: String,
    pub lines: Vec<DocumentLine>,
    /// What was taken off the whole.
    pub discount_cents: i64,
}

/// A line of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DocumentLine {
    /// The number of the article; none for a line of a web order that the till does not know.
    pub idart: Option<i64>,
    pub name: String,
    pub quantity: i64,
    /// Of one, with tax.
    pub price_cents: i64,
    pub tax_thousandths: i64,
}

impl DocumentLine {
    pub(crate) fn total_cents(&self) -> i64 {
        self.price_cents.saturating_mul(self.quantity)
    }
}

impl DocumentBody {
    pub(crate) fn total_cents(&self) -> i64 {
        let lines = sum_cents(self.lines.iter().map(DocumentLine::total_cents));
        lines
            .saturating_add(self.delivery_cents)
            .saturating_sub(self.discount_cents)
    }
}

/// The sum of amounts. Orders of the hub may name any amount: one too large stays the largest.
pub(crate) fn sum_cents(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

/// A document of the till.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub number: i64,
    pub kind: DocumentKind,
    pub body: DocumentBody,
    pub created_at: Timestamp,
    /// The web order that an invoice is about: the hub has that order already.
    pub web_order: Option<String>,
    /// The id at the hub of what was sent there.
    pub hub_id: Option<String>,
}

impl Document {
    /// What people call it, which is its ref at the hub: `CDE-12`, `FA-13`.
    pub(crate) fn reference(&self) -> String {
        let prefix = match self.kind {
            DocumentKind::Order => "CDE",
            DocumentKind::Invoice => "FA",
        };
        format!("{prefix}-{}", self.number)
    }

    /// Whether it is an order, and no invoice.
    pub(crate) fn is_order(&self) -> bool {
        self.kind == DocumentKind::Order
    }

    /// The subject under which it is sent.
    pub(crate) fn subject(&self) -> String {
        format!("{SUBJECT_PREFIX}{}", self.number)
    }
}

/// How the subjects of documents begin in the outbox. No order's id has a hyphen.
pub(crate) const SUBJECT_PREFIX: &str = "document-";

const COLUMNS: &str = "number, kind, body, created_at, web_order, hub_id";

fn read(row: &Row<'_>) -> rusqlite::Result<(Document, String)> {
    let kind: String = row.get("kind")?;
    let document = Document {
        number: row.get("number")?,
        kind: if kind == DocumentKind::Order.as_str() {
            DocumentKind::Order
        } else {
            DocumentKind::Invoice
        },
        body: DocumentBody::default(),
        created_at: time_from_store(row.get("created_at")?),
        web_order: row.get("web_order")?,
        hub_id: row.get("hub_id")?,
    };
    Ok((document, row.get("body")?))
}

fn with_body((document, body): (Document, String)) -> Result<Document, StoreError> {
    Ok(Document {
        body: serde_json::from_str(&body)?,
        ..document
    })
}

/// Writes a document; answers its number.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    kind: DocumentKind,
    body: &DocumentBody,
    now: Timestamp,
) -> Result<i64, StoreError> {
    tx.prepare_cached("INSERT INTO documents (kind, body, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![
            kind.as_str(),
            serde_json::to_string(body)?,
            stored_time(now)
        ])?;
    Ok(tx.last_insert_rowid())
}

/// Writes the invoice of a web order, unless there is one.
pub(crate) fn insert_web_invoice(
    tx: &Transaction<'_>,
    web_order: &str,
    body: &DocumentBody,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let written = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO documents (kind, body, created_at, web_order)
             VALUES ('invoice', ?1, ?2, ?3)",
        )?
        .execute(params![
            serde_json::to_string(body)?,
            stored_time(now),
            web_order
        ])?;
    Ok(written > 0)
}

/// The documents of a kind before a number, the newest first, at most `limit`.
pub(crate) fn page(
    tx: &Transaction<'_>,
    kind: DocumentKind,
    before: i64,
    limit: usize,
) -> Result<Vec<Document>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM documents WHERE kind = ?1 AND number < ?2
         ORDER BY number DESC LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![kind.as_str(), before, limit as i64], read)?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(with_body).collect()
}

/// The document of a number.
pub(crate) fn find(tx: &Transaction<'_>, number: i64) -> Result<Option<Document>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM documents WHERE number = ?1"
    ))?;
    let row = statement.query_row([number], read).optional()?;
    row.map(with_body).transpose()
}

/// The mode of payment in the invoice of a web order.
pub(crate) fn payment_of_web_order(
    tx: &Transaction<'_>,
    web_order: &str,
) -> Result<Option<String>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM documents WHERE web_order = ?1"
    ))?;
    let row = statement.query_row([web_order], read).optional()?;
    let document = row.map(with_body).transpose()?;
    Ok(document.map(|document| document.body.payment))
}

/// Notes the id at the hub of a document that was sent.
pub(crate) fn set_hub_id(
    tx: &Transaction<'_>,
    number: i64,
    hub_id: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE documents SET hub_id = ?2 WHERE number = ?1")?
        .execute(params![number, hub_id])?;
    Ok(())
}

/// Whether an order of the hub was sent from here.
pub(crate) fn is_own(
    tx: &Transaction<'_>,
    hub_id: &str,
    private_ref: Option<&str>,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached("SELECT 1 FROM documents WHERE hub_id = ?1")?;
    if statement.exists([hub_id])? {
        return Ok(true);
    }
    // The event may come before the response in which the id stands.
    let number = private_ref.and_then(|text| text.rsplit_once('-'));
    let number = number.and_then(|(_, number)| number.parse().ok());
    let Some(document) = number.map_or(Ok(None), |number| find(tx, number))? else {
        return Ok(false);
    };
    Ok(private_ref == Some(document.reference().as_str()))
}
