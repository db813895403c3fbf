//! **Impression**: the order as a ticket of paper.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::orders::OrderRow;
use super::screens::seller_name;
use super::{TillApp, state};
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

#[derive(Template)]
#[template(path = "kezia/ticket.html")]
struct TicketScreen {
    layout: Layout,
    seller: String,
    seller_name: &'static str,
    /// The name of the shop.
    shop: String,
    row: OrderRow,
}

/// `GET /till/{seller}/orders/{order}/ticket`: the ticket, with a button that prints it.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path((seller, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let seller_name = seller_name(&seller)?;
    let language = visitor.language;
    let saved = till.saved_connection().await?;
    let zone = till.zone().await?;
    let known = till.app.store.read(move |tx| state::order(tx, &id)).await?;
    let known = known.ok_or(PageError::NotFound)?;
    let row = OrderRow::new(&known, language, till.app.now(), &zone);
    let title = language.t("Impression", "Print");
    render(&TicketScreen {
        layout: till.app.layout(&visitor, title).await,
        seller,
        seller_name,
        shop: saved.map_or_else(String::new, |saved| saved.name()),
        row,
    })
}
