//! **Article** > **Menus** > **Liste**: what is sold together, which the hub calls a deal.

use rusqlite::{Transaction, params};

use crate::kit::store::StoreError;

/// A menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArticleMenu {
    pub idart: i64,
    pub name: String,
    /// **Publication WEB**.
    pub is_published: bool,
    pub lines: Vec<MenuLine>,
}

/// One of the choices of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MenuLine {
    pub label: String,
    /// What this part of the menu costs.
    pub price_cents: i64,
    /// The numbers of the articles to choose from.
    pub articles: Vec<i64>,
}

impl ArticleMenu {
    /// What the menu costs.
    pub(crate) fn price_cents(&self) -> i64 {
        self.lines.iter().map(|line| line.price_cents).sum()
    }
}

/// All menus.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<ArticleMenu>, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT idart, name, is_published FROM menus ORDER BY idart")?;
    let rows = statement.query_map([], |row| {
        Ok(ArticleMenu {
            idart: row.get("idart")?,
            name: row.get("name")?,
            is_published: row.get("is_published")?,
            lines: Vec::new(),
        })
    })?;
    let mut menus = rows.collect::<Result<Vec<_>, _>>()?;
    for menu in &mut menus {
        menu.lines = lines(tx, menu.idart)?;
    }
    Ok(menus)
}

fn lines(tx: &Transaction<'_>, menu: i64) -> Result<Vec<MenuLine>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT label, price_cents, articles FROM menu_lines WHERE menu = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([menu], |row| {
        let articles: String = row.get("articles")?;
        Ok((row.get("label")?, row.get("price_cents")?, articles))
    })?;
    let mut lines = Vec::new();
    for row in rows {
        let (label, price_cents, articles): (String, i64, String) = row?;
        lines.push(MenuLine {
            label,
            price_cents,
            articles: serde_json::from_str(&articles)?,
        });
    }
    Ok(lines)
}

/// Stores a new menu.
pub(crate) fn insert(tx: &Transaction<'_>, menu: &ArticleMenu) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO menus (idart, name, is_published) VALUES (?1, ?2, ?3)")?
        .execute(params![menu.idart, menu.name, menu.is_published])?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO menu_lines (menu, position, label, price_cents, articles)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, line) in menu.lines.iter().enumerate() {
        statement.execute(params![
            menu.idart,
            position as i64,
            line.label,
            line.price_cents,
            serde_json::to_string(&line.articles)?
        ])?;
    }
    Ok(())
}

/// Ticks **Publication WEB** of a menu, or not.
pub(crate) fn set_published(
    tx: &Transaction<'_>,
    idart: i64,
    is_published: bool,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE menus SET is_published = ?2 WHERE idart = ?1")?
        .execute(params![idart, is_published])?;
    Ok(())
}
