//! The customers of the till: those who are entered here, and web clients, who come with their orders.
//!
//! A web client who comes again is found by e-mail, or by telephone without one.

pub(crate) mod pages;

use client::order::OrderCustomer;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::state::escape_like;
use crate::kit::store::StoreError;

/// A customer of the till.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TillCustomer {
    /// The number at the till; 0 for one who is not stored yet.
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub address: String,
    pub postal_code: String,
    pub city: String,
    /// **Client web**.
    pub is_web: bool,
    /// The id at the hub, if it is known.
    pub hub_id: Option<String>,
}

impl TillCustomer {
    /// First and last name; the e-mail address of somebody without a name.
    pub(crate) fn name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        let name = name.trim();
        if name.is_empty() {
            self.email.clone()
        } else {
            name.into()
        }
    }
}

const COLUMNS: &str =
    "id, first_name, last_name, email, phone, address, postal_code, city, is_web, hub_id";

fn read(row: &Row<'_>) -> rusqlite::Result<TillCustomer> {
    Ok(TillCustomer {
        id: row.get("id")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        address: row.get("address")?,
        postal_code: row.get("postal_code")?,
        city: row.get("city")?,
        is_web: row.get("is_web")?,
        hub_id: row.get("hub_id")?,
    })
}

/// The customers after a number whose name, e-mail address or telephone has a text, at most `limit`.
pub(crate) fn page(
    tx: &Transaction<'_>,
    text: &str,
    after: i64,
    limit: usize,
) -> Result<Vec<TillCustomer>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM customers
         WHERE id > ?1 AND (first_name || ' ' || last_name LIKE ?2 ESCAPE '\\'
               OR email LIKE ?2 ESCAPE '\\' OR phone LIKE ?2 ESCAPE '\\')
         ORDER BY id LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![after, escape_like(text), limit as i64], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The customer of a number.
pub(crate) fn find(tx: &Transaction<'_>, id: i64) -> Result<Option<TillCustomer>, StoreError> {
    let mut statement =
        tx.prepare_cached(&format!("SELECT {COLUMNS} FROM customers WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Stores a customer: a new one if the number is 0. Answers the number.
pub(crate) fn save(tx: &Transaction<'_>, customer: &TillCustomer) -> Result<i64, StoreError> {
    let number = (customer.id != 0).then_some(customer.id);
    tx.prepare_cached(
        "INSERT INTO customers (id, first_name, last_name, email, phone, address, postal_code,
                                city, is_web, hub_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name,
             last_name = excluded.last_name, email = excluded.email, phone = excluded.phone,
             address = excluded.address, postal_code = excluded.postal_code,
             city = excluded.city, is_web = excluded.is_web, hub_id = excluded.hub_id",
    )?
    .execute(params![
        number,
        customer.first_name,
        customer.last_name,
        customer.email,
        customer.phone,
        customer.address,
        customer.postal_code,
        customer.city,
        customer.is_web,
        customer.hub_id,
    ])?;
    Ok(number.unwrap_or_else(|| tx.last_insert_rowid()))
}

/// Keeps the customer of a web order as a web client. What the till knows already stays where the order says
/// nothing.
pub(crate) fn save_web_client(
    tx: &Transaction<'_>,
    shown: &OrderCustomer,
) -> Result<(), StoreError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let new = TillCustomer {
        id: 0,
        first_name: text(&shown.first_name),
        last_name: text(&shown.last_name),
        email: text(&shown.email),
        phone: text(&shown.phone),
        address: text(&shown.address_1),
        postal_code: text(&shown.postal_code),
        city: text(&shown.city),
        is_web: true,
        hub_id: shown.id.as_ref().map(ToString::to_string),
    };
    if shown.anonymised || (new.email.is_empty() && new.phone.is_empty()) {
        return Ok(());
    }
    let known = find_web_client(tx, &new)?.unwrap_or_default();
    let either = |new: String, old: String| if new.is_empty() { old } else { new };
    save(
        tx,
        &TillCustomer {
            id: known.id,
            first_name: either(new.first_name, known.first_name),
            last_name: either(new.last_name, known.last_name),
            email: either(new.email, known.email),
            phone: either(new.phone, known.phone),
            address: either(new.address, known.address),
            postal_code: either(new.postal_code, known.postal_code),
            city: either(new.city, known.city),
            is_web: true,
            hub_id: new.hub_id.or(known.hub_id),
        },
    )?;
    Ok(())
}

fn find_web_client(
    tx: &Transaction<'_>,
    new: &TillCustomer,
) -> Result<Option<TillCustomer>, StoreError> {
    let (column, value) = if new.email.is_empty() {
        ("phone", &new.phone)
    } else {
        ("email", &new.email)
    };
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM customers WHERE {column} = ?1 AND {column} <> '' ORDER BY id LIMIT 1"
    ))?;
    Ok(statement.query_row([value], read).optional()?)
}

/// Notes the id of a customer at the hub.
pub(crate) fn set_hub_id(tx: &Transaction<'_>, id: i64, hub_id: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE customers SET hub_id = ?2 WHERE id = ?1")?
        .execute(params![id, hub_id])?;
    Ok(())
}

/// Forgets the ids that customers have at the hub: another list has others.
pub(crate) fn forget_hub_ids(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE customers SET hub_id = NULL, must_send = 0", [])?;
    Ok(())
}

/// Marks a customer, or all, to be sent to the hub; answers how many are marked.
pub(crate) fn mark_to_send(tx: &Transaction<'_>, id: Option<i64>) -> Result<usize, StoreError> {
    let marked = tx.execute(
        "UPDATE customers SET must_send = 1 WHERE ?1 IS NULL OR id = ?1",
        [id],
    )?;
    Ok(marked)
}

/// The next customer to be sent.
pub(crate) fn next_to_send(tx: &Transaction<'_>) -> Result<Option<TillCustomer>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM customers WHERE must_send = 1 ORDER BY id LIMIT 1"
    ))?;
    Ok(statement.query_row([], read).optional()?)
}

/// How many customers are still to be sent.
pub(crate) fn count_to_send(tx: &Transaction<'_>) -> Result<i64, StoreError> {
    let mut statement = tx.prepare_cached("SELECT count(*) FROM customers WHERE must_send = 1")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Notes that a customer has been queued to be sent.
pub(crate) fn unmark(tx: &Transaction<'_>, id: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE customers SET must_send = 0 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}
