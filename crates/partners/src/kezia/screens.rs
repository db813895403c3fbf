//! The home screen, the choice of a seller, and what all till screens share.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{TillApp, placeholders, state};
use crate::kit::layout::{Layout, asset, render};
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

/// A tile of the home screen.
struct HomeTile {
    name: &'static str,
    link: String,
    /// Its colour: `sell`, `shop` or `office`.
    family: &'static str,
    /// Whether it is there; else its page says what it would be.
    is_built: bool,
    /// Whether orders that wait for the cashier are behind it.
    has_bell: bool,
}

#[derive(Template)]
#[template(path = "kezia/home.html")]
struct HomeScreen {
    layout: Layout,
    /// Orders waiting for the cashier.
    pending_count: usize,
    tiles: Vec<HomeTile>,
}

/// `GET /`: the home screen.
pub(crate) async fn home(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let built = |name, link: &str, family| HomeTile {
        name,
        link: link.into(),
        family,
        is_built: true,
        has_bell: link == "/till",
    };
    let missing = |key| HomeTile {
        name: placeholders::title(language, key),
        link: format!("/not-here/{key}"),
        family: "office",
        is_built: false,
        has_bell: false,
    };
    let tiles = vec![
        built(language.t("CAISSE", "TILL"), "/till", "sell"),
        built(language.t("ARTICLES", "ITEMS"), "/articles", "shop"),
        built(language.t("CLIENTS", "CUSTOMERS"), "/customers", "shop"),
        missing("statistics"),
        missing("journals"),
        missing("quotes"),
        built(language.t("COMMANDES", "ORDERS"), "/orders", "sell"),
        missing("delivery-notes"),
        built(language.t("FACTURES", "INVOICES"), "/invoices", "sell"),
        missing("payments"),
        missing("supplier-orders"),
        missing("supplier-receipts"),
        missing("direct-receipts"),
        built(language.t("ETAT DU STOCK", "STOCK"), "/stock", "shop"),
        missing("ecosystem"),
    ];
    let title = language.t("Accueil", "Home");
    render(&HomeScreen {
        layout: till.app.live_layout(&visitor, title).await,
        pending_count: till.app.store.read(state::pending_count).await?,
        tiles,
    })
}

/// `GET /assets/kezia.js`: the keys and the printer's button.
pub(crate) async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/kezia.js"),
    )
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
