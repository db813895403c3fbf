//! Which article a line of an order means: by its ref, or by an association that somebody has validated.

use std::collections::BTreeMap;

use client::order::Order;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Article, exists, find};
use crate::kezia::hub_options::HubOptions;
use crate::kit::store::StoreError;

/// An item of the hub's catalog, and the article that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Association {
    /// **Code Article**: the ref at the hub.
    pub hub_ref: String,
    /// **Article HubRise**.
    pub hub_name: String,
    pub idart: Option<i64>,
    /// Whether somebody has looked at it; until then it is **En attente de validation**.
    pub is_validated: bool,
}

/// The article of a ref, if the till has one.
pub(crate) fn article_of(
    tx: &Transaction<'_>,
    options: &HubOptions,
    reference: &str,
) -> Result<Option<Article>, StoreError> {
    let associated: Option<i64> = tx
        .prepare_cached(
            "SELECT idart FROM associations
             WHERE hub_ref = ?1 AND is_validated = 1 AND idart IS NOT NULL",
        )?
        .query_row([reference], |row| row.get(0))
        .optional()?;
    let idart = match associated {
        Some(idart) => Some(idart),
        None => exists(tx, reference, options.is_by_code)?,
    };
    idart.map_or(Ok(None), |idart| find(tx, idart))
}

/// The articles of the lines of an order, by their refs.
pub(crate) fn articles_of(
    tx: &Transaction<'_>,
    options: &HubOptions,
    order: &Order,
) -> Result<BTreeMap<String, Article>, StoreError> {
    let mut articles = BTreeMap::new();
    for reference in order.items.iter().filter_map(|item| item.sku_ref.as_ref()) {
        if let Some(article) = article_of(tx, options, reference)? {
            articles.insert(reference.clone(), article);
        }
    }
    Ok(articles)
}

/// The associations, those to be validated first.
pub(crate) fn associations(tx: &Transaction<'_>) -> Result<Vec<Association>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT hub_ref, hub_name, idart, is_validated FROM associations
         ORDER BY is_validated, idart IS NULL, hub_name, hub_ref",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Association {
            hub_ref: row.get("hub_ref")?,
            hub_name: row.get("hub_name")?,
            idart: row.get("idart")?,
            is_validated: row.get("is_validated")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// **Remplir**: takes the items of the hub's catalog (ref and name), and links those with the name of an
/// article. What was validated stays; what is no longer in the catalog goes.
pub(crate) fn fill(tx: &Transaction<'_>, items: &[(String, String)]) -> Result<usize, StoreError> {
    let articles = super::all(tx)?;
    tx.execute("DELETE FROM associations WHERE is_validated = 0", [])?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO associations (hub_ref, hub_name, idart, is_validated) VALUES (?1, ?2, ?3, 0)
         ON CONFLICT (hub_ref) DO UPDATE SET hub_name = excluded.hub_name",
    )?;
    let mut linked = 0;
    for (hub_ref, hub_name) in items {
        let wanted = hub_name.to_lowercase();
        let same = articles
            .iter()
            .find(|article| article.name.to_lowercase() == wanted);
        linked += usize::from(same.is_some());
        statement.execute(params![
            hub_ref,
            hub_name,
            same.map(|article| article.idart)
        ])?;
    }
    Ok(linked)
}

/// Validates one association, with the article that somebody has named; none takes the link away.
pub(crate) fn validate(
    tx: &Transaction<'_>,
    hub_ref: &str,
    idart: Option<i64>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE associations SET idart = ?2, is_validated = ?2 IS NOT NULL WHERE hub_ref = ?1",
    )?
    .execute(params![hub_ref, idart])?;
    Ok(())
}

/// Validates all associations that were found; answers how many.
pub(crate) fn validate_all(tx: &Transaction<'_>) -> Result<usize, StoreError> {
    let changed = tx.execute(
        "UPDATE associations SET is_validated = 1 WHERE is_validated = 0 AND idart IS NOT NULL",
        [],
    )?;
    Ok(changed)
}
