//! Home tiles, the choice of a seller, the sale screen, and what all till screens share.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Held};
use axum::response::Response;

use super::Inner;
use crate::kit::frame::{Frame, page};
use crate::kit::order::OrderView;
use crate::kit::visitor::{Problem, Visitor};

/// Who may be at the till. `0` is nobody in particular.
pub(crate) const SELLERS: [(&str, &str); 4] = [
    ("1", "Camille"),
    ("2", "Nora"),
    ("3", "Hugo"),
    ("4", "Extra"),
];

/// What stands above every till screen.
pub(crate) struct Alerts {
    /// Why no orders come in.
    pub trouble: Option<String>,
    /// The order that came in last and nobody has opened: id, code, what.
    pub popup: Option<(String, String, String)>,
    /// Orders waiting for the cashier.
    pub pending: usize,
    pub orders_link: String,
}

pub(crate) async fn alerts(till: &Inner, visitor: &Visitor, seller: &str) -> Alerts {
    let zone = till.zone().await;
    let trouble = till.trouble().clone();
    let (pending, popup) = till
        .kept
        .read(|state| {
            let fresh = state
                .orders
                .values()
                .filter(|o| o.is_pending() && !o.opened);
            let newest = fresh.max_by(|a, b| a.arrived_at.cmp(&b.arrived_at));
            let newest = newest.filter(|_| !state.web.quiet).map(|newest| {
                let order = OrderView::read(&newest.order, visitor.lang, "");
                let what = format!("{} · {}", order.service_label, order.total);
                (order.id, order.code, what)
            });
            (state.pending(), newest)
        })
        .await;
    Alerts {
        trouble: trouble.map(|trouble| trouble.words(visitor.lang, &till.look.brand, &zone)),
        popup,
        pending,
        orders_link: format!("/till/{seller}/orders"),
    }
}

/// The name of a seller in a path.
pub(crate) fn seller_name(seller: &str) -> Result<&'static str, Problem> {
    if seller == "0" {
        return Ok("");
    }
    SELLERS
        .iter()
        .find(|(id, _)| *id == seller)
        .map(|(_, n)| *n)
        .ok_or(Problem::NotFound)
}

#[derive(Template)]
#[template(path = "kezia/home.html")]
struct Home {
    f: Frame,
    alerts: Alerts,
    /// Name, link if it works.
    tiles: Vec<(&'static str, Option<&'static str>)>,
}

/// `GET /`
pub(crate) async fn home(
    Held(till): Held<Arc<Inner>>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let t = |fr, en| visitor.lang.t(fr, en);
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
    page(&Home {
        f: Frame::new(&till.look, &visitor, &till.notes, title.into())
            .live(till.settings.refresh_seconds()),
        alerts: alerts(&till, &visitor, "0").await,
        tiles,
    })
}

#[derive(Template)]
#[template(path = "kezia/sellers.html")]
struct Sellers {
    f: Frame,
    alerts: Alerts,
    sellers: &'static [(&'static str, &'static str)],
}

/// `GET /till`: who sells?
pub(crate) async fn sellers(
    Held(till): Held<Arc<Inner>>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let title = visitor.lang.t("Vendeur", "Seller");
    page(&Sellers {
        f: Frame::new(&till.look, &visitor, &till.notes, title.into())
            .live(till.settings.refresh_seconds()),
        alerts: alerts(&till, &visitor, "0").await,
        sellers: &SELLERS,
    })
}

#[derive(Template)]
#[template(path = "kezia/sale.html")]
struct Sale {
    f: Frame,
    alerts: Alerts,
    seller: String,
    seller_name: &'static str,
    /// Names of the buttons for web orders.
    labels: Vec<String>,
}

/// `GET /till/{seller}`: the sale screen with the button for web orders.
pub(crate) async fn sale(
    Held(till): Held<Arc<Inner>>,
    Path(seller): Path<String>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let seller_name = seller_name(&seller)?;
    let labels = till
        .kept
        .read(|state| state.web.labels.values().cloned().collect())
        .await;
    let title = visitor.lang.t("Caisse", "Till");
    page(&Sale {
        f: Frame::new(&till.look, &visitor, &till.notes, title.into())
            .live(till.settings.refresh_seconds()),
        alerts: alerts(&till, &visitor, &seller).await,
        seller,
        seller_name,
        labels,
    })
}
