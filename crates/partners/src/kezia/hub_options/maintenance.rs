//! The tab **Maintenance**: links the items of the hub's catalog with the articles of the till.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use client::catalog::{Catalog, CatalogData};
use rusqlite::Transaction;

use crate::kezia::TillApp;
use crate::kezia::articles::{self, recognition};
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;

/// The path of the tab.
const TAB: &str = "/settings/hub-options/maintenance";

/// A row of the table.
pub(crate) struct AssociationRow {
    pub hub_ref: String,
    pub hub_name: String,
    /// **Article KeziaII associé**; empty for none.
    pub article: String,
    /// **IDArt KeziaII**; empty for none.
    pub idart: String,
    pub is_validated: bool,
}

/// The rows of the table.
pub(crate) fn rows(tx: &Transaction<'_>) -> Result<Vec<AssociationRow>, StoreError> {
    let mut rows = Vec::new();
    for known in recognition::associations(tx)? {
        let article = known.idart.map_or(Ok(None), |id| articles::find(tx, id))?;
        rows.push(AssociationRow {
            hub_ref: known.hub_ref,
            hub_name: known.hub_name,
            idart: article
                .as_ref()
                .map_or_else(String::new, |it| it.idart.to_string()),
            article: article.map_or_else(String::new, |it| it.name),
            is_validated: known.is_validated,
        });
    }
    Ok(rows)
}

/// `POST /settings/hub-options/maintenance/{action}`: **Remplir**, or the validation of one row or of all.
pub(crate) async fn submit(
    State(till): State<Arc<TillApp>>,
    Path(action): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let language = form.visitor.language;
    match action.as_str() {
        "fill" => fill(&till, language).await,
        "validate" => validate(&till, &form).await,
        "validate-all" => {
            let count = till.app.store.write(recognition::validate_all).await?;
            let text = language.t(
                format!("{count} associations validées."),
                format!("{count} links validated."),
            );
            Ok(till.app.redirect_with_success(TAB, text))
        }
        _ => Err(PageError::NotFound),
    }
}

/// **Remplir**: reads the hub's catalog.
async fn fill(till: &Arc<TillApp>, language: Language) -> Result<Response, PageError> {
    let saved = till.saved_connection().await?;
    let catalog_id = saved.as_ref().and_then(|it| it.token.catalog_id.clone());
    let (Some(saved), Some(catalog_id)) = (saved, catalog_id) else {
        let text = language.t(
            "Aucun catalogue : connectez-vous d'abord.",
            "No catalog: connect first.",
        );
        return Ok(till.app.redirect_with_error(TAB, text));
    };
    let connection = till.app.connection(&saved);
    let catalog = match connection.catalog::<Catalog>(&catalog_id).await {
        Ok(catalog) => catalog,
        Err(error) => {
            let text = till.app.error_text(language, &error);
            return Ok(till.app.redirect_with_error(TAB, text));
        }
    };
    let items = items(&catalog.data.unwrap_or_default());
    let total = items.len();
    let filled = till
        .app
        .store
        .write(move |tx| recognition::fill(tx, &items));
    let linked = filled.await?;
    let text = language.t(
        format!("{total} articles lus, {linked} de même nom. Validez les associations."),
        format!("{total} items read, {linked} of the same name. Validate the links."),
    );
    Ok(till.app.redirect_with_success(TAB, text))
}

/// The skus and options of a catalog that have a ref: ref and name.
fn items(data: &CatalogData) -> Vec<(String, String)> {
    let skus = data.products.iter().flat_map(|product| {
        product.skus.iter().filter_map(|sku| {
            let name = match &sku.name {
                Some(size) => format!("{} {size}", product.name),
                None => product.name.clone(),
            };
            Some((sku.reference.clone()?, name))
        })
    });
    let lists = data.option_lists.iter();
    let options = lists.flat_map(|list| {
        let options = list.options.iter();
        options.filter_map(|option| Some((option.reference.clone()?, option.name.clone())))
    });
    skus.chain(options).collect()
}

async fn validate(till: &Arc<TillApp>, form: &Form) -> Result<Response, PageError> {
    let language = form.visitor.language;
    let (hub_ref, typed) = (form.get("ref"), form.get("idart"));
    let number = typed.parse::<i64>().ok();
    let validated = till.app.store.write(move |tx| {
        let article = number.map_or(Ok(None), |number| articles::find(tx, number))?;
        let is_known = typed.is_empty() || article.is_some();
        if is_known {
            recognition::validate(tx, &hub_ref, article.map(|it| it.idart))?;
        }
        Ok(is_known)
    });
    Ok(if validated.await? {
        let text = language.t("Association enregistrée.", "Link saved.");
        till.app.redirect_with_success(TAB, text)
    } else {
        let text = language.t(
            "Aucun article ne porte cet IDArt.",
            "No item has this number.",
        );
        till.app.redirect_with_error(TAB, text)
    })
}
