//! The home screen, the choice of a seller, the sale screen, and what all till screens share.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::TillApp;
use super::state;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// The sellers who may be at the till: id and name. `0` stands for nobody in particular.
pub(crate) const SELLERS: [(&str, &str); 4] = [
    ("1", "Camille"),
    ("2", "Nora"),
    ("3", "Hugo"),
    ("4", "Extra"),
];

/// The name of the seller whose id is in a path.
pub(crate) fn seller_name(seller: &str) -> Result<&'static str, PageError> {
    if seller == "0" {
        return Ok("");
    }
    SELLERS
        .iter()
        .find(|(id, _)| *id == seller)
        .map(|(_, name)| *name)
        .ok_or(PageError::NotFound)
}

#[derive(Template)]
#[template(path = "kezia/home.html")]
struct HomeScreen {
    layout: Layout,
    /// Orders waiting for the cashier.
    pending_count: usize,
    /// The name of each tile, and its link if it works.
    tiles: Vec<(&'static str, Option<&'static str>)>,
}

/// `GET /`: the home screen.
pub(crate) async fn home(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let t = |fr, en| visitor.language.t(fr, en);
    let tiles = vec![
        (t("CAISSE", "TILL"), Some("/till")),
        ("ARTICLES", None),
        (t("CLIENTS", "CUSTOMERS"), None),
        (t("STATISTIQUES", "STATISTICS"), None),
        (t("JOURNAUX", "JOURNALS"), None),
        (t("DEVIS", "QUOTES"), None),
        (t("COMMANDES", "ORDERS"), Some("/till/0/orders")),
        (t("BONS DE LIVRAISON", "DELIVERY NOTES"), None),
        (t("FACTURES", "INVOICES"), None),
        (t("REGLEMENTS", "PAYMENTS"), None),
        (t("COMMANDE FOURN.", "SUPPLIER ORDER"), None),
        (t("RECEPTION FOURN.", "SUPPLIER RECEIPT"), None),
        (t("RECEPTION DIRECTE", "DIRECT RECEIPT"), None),
        (t("ETAT DU STOCK", "STOCK"), None),
        (t("ECOSYSTEME", "ECOSYSTEM"), None),
    ];
    let title = t("Accueil", "Home");
    render(&HomeScreen {
        layout: till.app.live_layout(&visitor, title).await,
        pending_count: till.app.store.read(state::pending_count).await?,
        tiles,
    })
}

#[derive(Template)]
#[template(path = "kezia/sellers.html")]
struct SellersScreen {
    layout: Layout,
    sellers: &'static [(&'static str, &'static str)],
}

/// `GET /till`: the choice of a seller.
pub(crate) async fn sellers(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let title = visitor.language.t("Vendeur", "Seller");
    render(&SellersScreen {
        layout: till.app.live_layout(&visitor, title).await,
        sellers: &SELLERS,
    })
}

#[derive(Template)]
#[template(path = "kezia/sale.html")]
struct SaleScreen {
    layout: Layout,
    /// Orders waiting for the cashier.
    pending_count: usize,
    seller: String,
    seller_name: &'static str,
    /// The labels of the buttons for web orders.
    labels: Vec<String>,
}

/// `GET /till/{seller}`: the sale screen with the button for web orders.
pub(crate) async fn sale(
    State(till): State<Arc<TillApp>>,
    Path(seller): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let seller_name = seller_name(&seller)?;
    let web_orders = till.app.store.read(state::web_orders).await?;
    let labels = web_orders.labels.into_values().collect();
    let title = visitor.language.t("Caisse", "Till");
    render(&SaleScreen {
        layout: till.app.live_layout(&visitor, title).await,
        pending_count: till.app.store.read(state::pending_count).await?,
        seller,
        seller_name,
        labels,
    })
}
