//! What the till sends to the hub of its own: articles, stock, customers, orders and invoices.
//!
//! Everything goes through the outbox, so that it is kept while the line is down and sent once. The table
//! `exports` remembers what was sent, for the tab **Export**. Customers are matched by e-mail at the hub first
//! (`customers.rs`), which needs the line: they wait in their own table until then.
//!
//! - [`queue_articles`] replaces the hub's catalog by the articles and menus with **Publication WEB**;
//! - [`queue_stock`] replaces its inventory, if **Gestion Stock** is active;
//! - [`queue_document`] sends an order or an invoice of the till as an order;
//! - [`after_change`] does so by itself, for what **Synchronisation auto** has ticked.

mod catalog;
pub(crate) mod customers;
mod documents;

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::hub_options::{self, HubOptions};
use super::{TillApp, articles};
use crate::kit::connections::{self, StoredConnection};
use crate::kit::language::Language;
use crate::kit::outbox::{self, ActionMethod, ActionState, NewAction, QueuedAction};
use crate::kit::store::{StoreError, stored_time, time_from_store};

pub(crate) use documents::queue_document;

/// Exports that are remembered.
const MAX_EXPORTS: i64 = 500;

/// What became of the wish to send something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportOutcome {
    /// It waits in the outbox under this number.
    Queued(i64),
    NotConnected,
    /// The connection has no catalog.
    NoCatalog,
    /// **Gestion Stock** is not active.
    StockOff,
    /// No article has **Publication WEB**.
    NothingPublished,
    /// **Envoi des commandes Kezia** does not let it go out.
    OrderNotSent,
    /// It is about an order that came from the hub, or was sent before.
    KnownAtHub,
    /// There is no such document.
    NoSuchDocument,
}

impl ExportOutcome {
    /// Why nothing is sent; none if something is.
    pub(crate) fn refusal(self, language: Language, hub_name: &str) -> Option<String> {
        let t = |french: &str, english: &str| Some(language.t(french, english).to_owned());
        match self {
            ExportOutcome::Queued(_) => None,
            ExportOutcome::NotConnected => t("Non connecté.", "Not connected."),
            ExportOutcome::NoCatalog => t(
                "La connexion n'a pas de catalogue : connectez-vous de nouveau et choisissez-en un.",
                "The connection has no catalog: connect again and choose one.",
            ),
            ExportOutcome::StockOff => t(
                "La gestion du stock n'est pas activée : cochez Activer sous Gestion Stock, dans Options avancées.",
                "Stock management is off: tick Activate below Stock management, in Advanced options.",
            ),
            ExportOutcome::NothingPublished => t(
                "Aucun article n'a la case Publication WEB : rien n'a été envoyé.",
                "No article has Web publication ticked: nothing was sent.",
            ),
            ExportOutcome::OrderNotSent => t(
                "Cette commande ne part pas : Envoi des commandes Kezia doit être réglé sur Client web, et le client être un client web.",
                "This order is not sent: Sending of Kezia orders has to be set to Web customer, and the customer be a web customer.",
            ),
            ExportOutcome::KnownAtHub => Some(language.t(
                format!("{hub_name} l'a déjà : rien n'a été envoyé."),
                format!("{hub_name} has it already: nothing was sent."),
            )),
            ExportOutcome::NoSuchDocument => t(
                "Aucune pièce ne porte ce numéro.",
                "There is no document of this number.",
            ),
        }
    }
}

/// The saved connection, as far as it can be used.
fn connection(tx: &Transaction<'_>) -> Result<Option<StoredConnection>, StoreError> {
    let mut known = connections::all(tx)?.into_iter();
    Ok(known.next())
}

/// Queues an export in place of an older one of the same subject, and remembers it.
fn enqueue(
    tx: &Transaction<'_>,
    action: &NewAction,
    now: Timestamp,
) -> Result<ExportOutcome, StoreError> {
    let id = outbox::enqueue_latest(tx, action, now)?;
    tx.prepare_cached("INSERT INTO exports (action, title, queued_at) VALUES (?1, ?2, ?3)")?
        .execute(params![id, action.title, stored_time(now)])?;
    tx.prepare_cached("DELETE FROM exports WHERE action <= ?1 - ?2")?
        .execute([id, MAX_EXPORTS])?;
    Ok(ExportOutcome::Queued(id))
}

/// **Envoi Articles**.
pub(crate) fn queue_articles(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<ExportOutcome, StoreError> {
    let options = hub_options::load(tx)?;
    let Some(place) = connection(tx)? else {
        return Ok(ExportOutcome::NotConnected);
    };
    let Some(catalog_id) = place.token.catalog_id.clone() else {
        return Ok(ExportOutcome::NoCatalog);
    };
    let data = catalog::published(tx, &options, place.currency)?;
    let count = data.products.len();
    if count == 0 {
        return Ok(ExportOutcome::NothingPublished);
    }
    let update = client::catalog::CatalogUpdate::replace(data);
    let action = NewAction {
        connection: place.id,
        subject: "export-catalog".into(),
        title: format!("Envoi Articles ({count})"),
        method: ActionMethod::Put,
        path: format!("/catalogs/{catalog_id}"),
        body: serde_json::to_value(&update)?,
    };
    enqueue(tx, &action, now)
}

/// **Envoi Stock**.
pub(crate) fn queue_stock(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<ExportOutcome, StoreError> {
    let options = hub_options::load(tx)?;
    if !options.has_stock {
        return Ok(ExportOutcome::StockOff);
    }
    let Some(place) = connection(tx)? else {
        return Ok(ExportOutcome::NotConnected);
    };
    let Some(catalog_id) = place.token.catalog_id.clone() else {
        return Ok(ExportOutcome::NoCatalog);
    };
    let articles = articles::all(tx)?;
    let counted = articles.iter().filter(|article| article.is_published);
    let entries: Vec<_> = counted
        .filter_map(|article| {
            let stock = article.stock?;
            let key = if article.is_option {
                "option_ref"
            } else {
                "sku_ref"
            };
            let reference = article.reference(options.is_by_code);
            Some(serde_json::json!({ key: reference, "stock": stock.to_string() }))
        })
        .collect();
    let action = NewAction {
        connection: place.id,
        subject: "export-stock".into(),
        title: format!("Envoi Stock ({})", entries.len()),
        method: ActionMethod::Put,
        path: format!("/catalogs/{catalog_id}/location/inventory"),
        body: entries.into(),
    };
    enqueue(tx, &action, now)
}

/// What has changed at the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TillChange {
    Articles,
    Stock,
    /// The customer of this number.
    Customer(i64),
    /// The order of this number.
    Order(i64),
    /// The invoice of this number.
    Invoice(i64),
}

/// **Synchronisation auto**: queues what follows from a change, in its transaction.
pub(crate) fn after_change(
    tx: &Transaction<'_>,
    change: TillChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    let options = hub_options::load(tx)?;
    match change {
        TillChange::Articles if options.auto_articles => {
            queue_articles(tx, now)?;
        }
        TillChange::Stock if options.auto_stock => {
            queue_stock(tx, now)?;
        }
        TillChange::Customer(id) if options.auto_customers => {
            super::customers::mark_to_send(tx, Some(id))?;
        }
        TillChange::Order(number) if options.auto_orders => {
            queue_document(tx, number, now)?;
        }
        TillChange::Invoice(number) if options.auto_invoices => {
            queue_document(tx, number, now)?;
        }
        _ => {}
    }
    Ok(())
}

/// Records what the hub answered to an export; nothing for another action.
pub(crate) fn record_response(
    tx: &Transaction<'_>,
    action: &QueuedAction,
    response: &serde_json::Value,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let updated = tx
        .prepare_cached("UPDATE exports SET sent_at = ?2 WHERE action = ?1")?
        .execute(params![action.id, stored_time(now)])?;
    let hub_id = response["id"].as_str();
    let number = |prefix| action.subject.strip_prefix(prefix)?.parse::<i64>().ok();
    if let (Some(number), Some(hub_id)) = (number(super::documents::SUBJECT_PREFIX), hub_id) {
        super::documents::set_hub_id(tx, number, hub_id)?;
    }
    if let (Some(number), Some(hub_id)) = (number(customers::SUBJECT_PREFIX), hub_id) {
        super::customers::set_hub_id(tx, number, hub_id)?;
    }
    Ok(updated > 0)
}

/// An export, in the tab **Export**.
#[derive(Clone, Debug)]
pub(crate) struct ExportRow {
    pub title: String,
    pub queued_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// What has become of it, unless it was sent.
    pub state: ActionState,
}

/// The latest exports.
pub(crate) fn latest(tx: &Transaction<'_>, limit: i64) -> Result<Vec<ExportRow>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT action, title, queued_at, sent_at FROM exports ORDER BY action DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        let action: i64 = row.get("action")?;
        let (queued_at, sent_at): (i64, Option<i64>) = (row.get("queued_at")?, row.get("sent_at")?);
        let title: String = row.get("title")?;
        Ok((action, title, queued_at, sent_at))
    })?;
    let mut exports = Vec::new();
    for row in rows {
        let (action, title, queued_at, sent_at) = row?;
        exports.push(ExportRow {
            title,
            queued_at: time_from_store(queued_at),
            sent_at: sent_at.map(time_from_store),
            state: outbox::state(tx, action)?,
        });
    }
    Ok(exports)
}

/// Sends at once what waits, for a person who does not want to wait for the background.
pub(crate) async fn send_now(till: &Arc<TillApp>) -> Result<(), StoreError> {
    customers::prepare_waiting(till).await?;
    if let Some(saved) = till.saved_connection().await?
        && saved.ended.is_none()
    {
        outbox::flush(till, &saved, &till.app.connection(&saved), true).await?;
    }
    till.app.outbox_wake.notify_waiters();
    Ok(())
}

/// The full settings of the hub, and what is called by its name there.
pub(crate) async fn options(till: &TillApp) -> Result<HubOptions, StoreError> {
    till.app.store.read(hub_options::load).await
}
