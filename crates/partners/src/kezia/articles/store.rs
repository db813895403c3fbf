//! The articles in the store.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Article, ArticleCategory};
use crate::kezia::state::escape_like;
use crate::kit::store::StoreError;

const COLUMNS: &str = "idart, code, name, category, price_cents, tax_thousandths, stock, is_published, \
                       is_option, option_list";

fn read(row: &Row<'_>) -> rusqlite::Result<Article> {
    Ok(Article {
        idart: row.get("idart")?,
        code: row.get("code")?,
        name: row.get("name")?,
        category: row.get("category")?,
        price_cents: row.get("price_cents")?,
        tax_thousandths: row.get("tax_thousandths")?,
        stock: row.get("stock")?,
        is_published: row.get("is_published")?,
        is_option: row.get("is_option")?,
        option_list: row.get("option_list")?,
    })
}

/// All articles, in the order of their numbers.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<Article>, StoreError> {
    let mut statement =
        tx.prepare_cached(&format!("SELECT {COLUMNS} FROM articles ORDER BY idart"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The articles after a number whose name or code has a text, at most `limit`.
pub(crate) fn page(
    tx: &Transaction<'_>,
    text: &str,
    after: i64,
    limit: usize,
) -> Result<Vec<Article>, StoreError> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM articles
         WHERE idart > ?1 AND (name LIKE ?2 ESCAPE '\\' OR code LIKE ?2 ESCAPE '\\' OR idart = ?3)
         ORDER BY idart LIMIT ?4"
    ))?;
    let number = text.parse::<i64>().unwrap_or_default();
    let rows = statement.query_map(
        params![after, escape_like(text), number, limit as i64],
        read,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The article of a number.
pub(crate) fn find(tx: &Transaction<'_>, idart: i64) -> Result<Option<Article>, StoreError> {
    let mut statement =
        tx.prepare_cached(&format!("SELECT {COLUMNS} FROM articles WHERE idart = ?1"))?;
    Ok(statement.query_row([idart], read).optional()?)
}

/// Whether there is an article of a number, or of an internal code.
pub(crate) fn exists(
    tx: &Transaction<'_>,
    reference: &str,
    is_by_code: bool,
) -> Result<Option<i64>, StoreError> {
    if is_by_code {
        let mut statement =
            tx.prepare_cached("SELECT idart FROM articles WHERE code = ?1 AND code <> ''")?;
        let found = statement.query_row([reference], |row| row.get(0));
        if let Some(idart) = found.optional()? {
            return Ok(Some(idart));
        }
    }
    let Ok(number) = reference.parse::<i64>() else {
        return Ok(None);
    };
    let found = find(tx, number)?;
    // With codes, the number stands for those articles only that have no code.
    let found = found.filter(|article| !is_by_code || article.code.is_empty());
    Ok(found.map(|article| article.idart))
}

/// Stores an article: a new one if its number is 0. Answers its number.
pub(crate) fn save(tx: &Transaction<'_>, article: &Article) -> Result<i64, StoreError> {
    let number = (article.idart != 0).then_some(article.idart);
    tx.prepare_cached(
        "INSERT INTO articles (idart, code, name, category, price_cents, tax_thousandths, stock,
                               is_published, is_option, option_list)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (idart) DO UPDATE SET code = excluded.code, name = excluded.name,
             category = excluded.category, price_cents = excluded.price_cents,
             tax_thousandths = excluded.tax_thousandths, stock = excluded.stock",
    )?
    .execute(params![
        number,
        article.code,
        article.name,
        article.category,
        article.price_cents,
        article.tax_thousandths,
        article.stock,
        article.is_published,
        article.is_option,
        article.option_list,
    ])?;
    Ok(number.unwrap_or_else(|| tx.last_insert_rowid()))
}

/// Ticks **Publication WEB**, or not.
pub(crate) fn set_published(
    tx: &Transaction<'_>,
    idart: i64,
    is_published: bool,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE articles SET is_published = ?2 WHERE idart = ?1")?
        .execute(params![idart, is_published])?;
    Ok(())
}

/// Ticks **Article Option**, or not, and names its list.
pub(crate) fn set_option(
    tx: &Transaction<'_>,
    idart: i64,
    is_option: bool,
    option_list: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE articles SET is_option = ?2, option_list = ?3 WHERE idart = ?1")?
        .execute(params![idart, is_option, option_list])?;
    Ok(())
}

/// Sets what is left of an article; none: it is not counted.
pub(crate) fn set_stock(
    tx: &Transaction<'_>,
    idart: i64,
    stock: Option<i64>,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE articles SET stock = ?2 WHERE idart = ?1")?
        .execute(params![idart, stock])?;
    Ok(())
}

/// The most of an article that a sale takes from the stock.
const MAX_SOLD: i64 = 1_000_000;

/// Takes what was sold from the stock, as far as it is counted. A web order may name any quantity.
pub(crate) fn sell(tx: &Transaction<'_>, idart: i64, quantity: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE articles SET stock = max(stock - ?2, 0) WHERE idart = ?1")?
        .execute([idart, quantity.clamp(0, MAX_SOLD)])?;
    Ok(())
}

/// All categories: each after the one above it.
pub(crate) fn categories(tx: &Transaction<'_>) -> Result<Vec<ArticleCategory>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT id, parent, name FROM categories ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(ArticleCategory {
            id: row.get("id")?,
            parent: row.get("parent")?,
            name: row.get("name")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
