//! The home screen, the choice of a seller, the sale screen, and what all till screens share.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::TillApp;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::order_view::order_code;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// The sellers who may be at the till: id and name. `0` stands for nobody in particular.
pub(crate) const SELLERS: [(&str, &str); 4] = [
    ("1", "Camille"),
    ("2", "Nora"),
    ("3", "Hugo"),
    ("4", "Extra"),
];

/// What is above every till screen.
pub(crate) struct Alerts {
    /// Why no orders come in.
    pub poll_problem: Option<String>,
    pub popup: Option<NewOrderPopup>,
    /// Orders waiting for the cashier.
    pub pending_count: usize,
    pub orders_link: String,
}

/// Announces the latest order that nobody has opened.
pub(crate) struct NewOrderPopup {
    pub id: String,
    pub code: String,
    pub summary: String,
}

pub(crate) async fn alerts(till: &TillApp, visitor: &Visitor, seller: &str) -> Alerts {
    let language = visitor.language;
    let zone = till.zone().await;
    let poll_problem = till.poll_problem().clone();
    let (pending_count, popup) = till
        .app
        .state
        .read(|state| {
            let orders = state.orders.values();
            let unopened = orders.filter(|known| known.is_pending() && !known.is_opened);
            let latest = unopened.max_by_key(|known| known.arrived_at);
            let latest = latest.filter(|_| !state.web_orders.has_no_popup);
            let popup = latest.map(|known| {
                let order = &known.order;
                let service = language.service_type(order.service_type);
                let total = money_text(order.total, language);
                NewOrderPopup {
                    id: order.id.to_string(),
                    code: order_code(order),
                    summary: format!("{service} · {total}"),
                }
            });
            (state.pending_count(), popup)
        })
        .await;
    let hub_name = &till.app.branding.hub_name;
    Alerts {
        poll_problem: poll_problem.map(|problem| problem.banner(language, hub_name, &zone)),
        popup,
        pending_count,
        orders_link: format!("/till/{seller}/orders"),
    }
}

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
    alerts: Alerts,
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
        layout: till.app.live_layout(&visitor, title),
        alerts: alerts(&till, &visitor, "0").await,
        tiles,
    })
}

#[derive(Template)]
#[template(path = "kezia/sellers.html")]
struct SellersScreen {
    layout: Layout,
    alerts: Alerts,
    sellers: &'static [(&'static str, &'static str)],
}

/// `GET /till`: the choice of a seller.
pub(crate) async fn sellers(
    State(till): State<Arc<TillApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let title = visitor.language.t("Vendeur", "Seller");
    render(&SellersScreen {
        layout: till.app.live_layout(&visitor, title),
        alerts: alerts(&till, &visitor, "0").await,
        sellers: &SELLERS,
    })
}

#[derive(Template)]
#[template(path = "kezia/sale.html")]
struct SaleScreen {
    layout: Layout,
    alerts: Alerts,
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
    let labels = till
        .app
        .state
        .read(|state| state.web_orders.labels.values().cloned().collect())
        .await;
    let title = visitor.language.t("Caisse", "Till");
    render(&SaleScreen {
        layout: till.app.live_layout(&visitor, title),
        alerts: alerts(&till, &visitor, &seller).await,
        seller,
        seller_name,
        labels,
    })
}
