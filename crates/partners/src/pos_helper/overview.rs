//! Stats, Produits, Clients, Admin, and which channels are delivery partners.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use client::order::{Currency, Money, OrderStatus, Time};
use rusqlite::Transaction;

use super::PosApp;
use super::sales::{self, NamedTotal, SaleFilter, SaleKind};
use crate::kit::connections;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::money::money_text;
use crate::kit::page_error::PageError;
use crate::kit::store::StoreError;
use crate::kit::visitor::Visitor;

/// A name with a count and a sum, in words.
struct TotalRow {
    name: String,
    kind: String,
    count: i64,
    total: String,
}

impl TotalRow {
    fn new(total: NamedTotal, language: Language, currency: Currency) -> TotalRow {
        TotalRow {
            name: total.name,
            kind: total.kind,
            count: total.count,
            total: money_text(Money::new(total.cents, currency), language),
        }
    }
}

fn currency(tx: &Transaction<'_>) -> Result<Currency, StoreError> {
    let known = connections::all(tx)?;
    Ok(known.first().map_or(Currency::EUR, |known| known.currency))
}

#[derive(Template)]
#[template(path = "pos_helper/partners.html")]
struct PartnersPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    rows: Vec<TotalRow>,
}

/// `GET /sales/partners`: the channels, and what each is.
pub(super) async fn partners(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let read = pos
        .shell
        .store
        .read(|tx| Ok((sales::by_channel(tx)?, currency(tx)?)));
    let (channels, currency) = read.await?;
    let title = language.t("PARTENAIRES LIVRAISON", "DELIVERY PARTNERS");
    let rows = channels.into_iter();
    render(&PartnersPage {
        layout: pos.shell.layout(&visitor, title).await,
        section: "sales",
        tab: "partners",
        rows: rows
            .map(|total| TotalRow::new(total, language, currency))
            .collect(),
    })
}

/// `POST /sales/partners/{kind}`: says what a channel is.
pub(super) async fn set_kind(
    State(pos): State<Arc<PosApp>>,
    Path(kind): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let kind = SaleKind::parse(&kind).ok_or(PageError::NotFound)?;
    let channel = form.get("channel");
    let changed = pos
        .shell
        .store
        .write(move |tx| sales::set_channel_kind(tx, &channel, kind));
    changed.await?;
    let language = form.visitor.language;
    let text = language.t("Canal enregistré.", "Channel saved.");
    Ok(pos.shell.redirect_with_success("/sales/partners", text))
}

#[derive(Template)]
#[template(path = "pos_helper/stats.html")]
struct StatsPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    count: i64,
    total: String,
    statuses: Vec<TotalRow>,
    channels: Vec<TotalRow>,
}

/// `GET /stats`: today, and the channels.
pub(super) async fn stats(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let zone = pos.zone().await?;
    let now = pos.shell.now();
    let midnight = Time::new(now, &zone).civil().date().to_zoned(zone);
    let today = midnight.map_or(now, |midnight| midnight.timestamp());
    let read = pos.shell.store.read(move |tx| {
        let filter = SaleFilter {
            since: Some(today),
            ..SaleFilter::default()
        };
        Ok((
            sales::totals(tx, &filter)?,
            sales::by_status(tx, today)?,
            sales::by_channel(tx)?,
            currency(tx)?,
        ))
    });
    let ((count, cents), statuses, channels, currency) = read.await?;
    let row = |total| TotalRow::new(total, language, currency);
    let mut statuses: Vec<TotalRow> = statuses.into_iter().map(row).collect();
    for status in &mut statuses {
        if let Some(known) = OrderStatus::parse(&status.name) {
            status.name = language.order_status(known).into();
        }
    }
    render(&StatsPage {
        layout: pos.shell.live_layout(&visitor, "Stats").await,
        section: "stats",
        tab: "",
        count,
        total: money_text(Money::new(cents, currency), language),
        statuses,
        channels: channels.into_iter().map(row).collect(),
    })
}

#[derive(Template)]
#[template(path = "pos_helper/products.html")]
struct ProductsPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    products: Vec<sales::Product>,
}

/// `GET /products`: what the connected catalog sells.
pub(super) async fn products(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let mut products = pos.shell.store.read(sales::products).await?;
    for product in &mut products {
        if let Ok(price) = Money::parse(&product.price) {
            product.price = money_text(price, language);
        }
    }
    let title = language.t("Produits", "Products");
    render(&ProductsPage {
        layout: pos.shell.layout(&visitor, title).await,
        section: "products",
        tab: "",
        products,
    })
}

#[derive(Template)]
#[template(path = "pos_helper/customers.html")]
struct CustomersPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    rows: Vec<TotalRow>,
}

/// `GET /customers`: who has ordered, the most faithful first.
pub(super) async fn customers(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let language = visitor.language;
    let read = pos
        .shell
        .store
        .read(|tx| Ok((sales::by_customer(tx)?, currency(tx)?)));
    let (customers, currency) = read.await?;
    let rows = customers.into_iter();
    let title = language.t("Clients", "Customers");
    render(&CustomersPage {
        layout: pos.shell.layout(&visitor, title).await,
        section: "customers",
        tab: "",
        rows: rows
            .map(|total| TotalRow::new(total, language, currency))
            .collect(),
    })
}

#[derive(Template)]
#[template(path = "pos_helper/admin.html")]
struct AdminPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    places: Vec<(String, String)>,
    is_posted: bool,
}

/// `GET /admin`: how the app is set up.
pub(super) async fn admin(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let known = pos.shell.store.read(connections::all).await?;
    let places = known.iter();
    render(&AdminPage {
        layout: pos.shell.layout(&visitor, "Admin").await,
        section: "admin",
        tab: "",
        places: places
            .map(|known| (known.name(), known.timezone.clone()))
            .collect(),
        is_posted: pos.intake == super::EventIntake::Callback,
    })
}
