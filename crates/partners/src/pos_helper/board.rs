//! The production board: a column for each stage, and what is to be produced in all.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::sales::{self, Sale};
use super::stage::Stage;
use super::ticket_view::{CombinedLine, TicketView, combined};
use super::{PosApp, integration};
use crate::kit::connections;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::order_view::order_code;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

#[derive(Template)]
#[template(path = "pos_helper/board.html")]
struct BoardPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    columns: Vec<Column>,
    combined: Vec<CombinedLine>,
    /// Id and code of the ticket that can be recalled.
    last_done: Option<(String, String)>,
    /// How many tickets the board does not show.
    beyond: i64,
    is_connected: bool,
}

struct Column {
    id: &'static str,
    title: &'static str,
    tickets: Vec<TicketView>,
}

/// `GET /`: the board; before the first connection, where one connects.
pub(super) async fn home(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let known = pos.shell.store.read(connections::all).await?;
    if known.is_empty() {
        integration::page(&pos, &visitor).await
    } else {
        page(&pos, &visitor).await
    }
}

/// `GET /board`: the board.
pub(super) async fn show(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    page(&pos, &visitor).await
}

async fn page(pos: &Arc<PosApp>, visitor: &Visitor) -> Result<Response, PageError> {
    let (language, now) = (visitor.language, pos.shell.now());
    let zone = pos.zone().await?;
    let read = pos.shell.store.read(move |tx| {
        Ok((
            sales::open(tx)?,
            (sales::last_done(tx, now)?, sales::beyond_board(tx)?),
            connections::all(tx)?,
        ))
    });
    let (open, (last_done, beyond), known) = read.await?;
    let column = |stage: Stage| Column {
        id: stage.id(),
        title: stage.title(language),
        tickets: of_stage(&open, stage)
            .map(|sale| TicketView::new(sale, stage, language, (now, &zone)))
            .collect(),
    };
    let title = language.t("Production", "Production");
    render(&BoardPage {
        layout: pos.shell.live_layout(visitor, title).await,
        section: "board",
        tab: "",
        columns: Stage::ALL.into_iter().map(column).collect(),
        combined: to_produce(&open, language),
        last_done: last_done.map(|sale| (sale.order.id.to_string(), order_code(&sale.order))),
        beyond,
        is_connected: known.iter().any(|known| known.ended.is_none()),
    })
}

fn of_stage(open: &[Sale], stage: Stage) -> impl Iterator<Item = &Sale> {
    open.iter()
        .filter(move |sale| Stage::of(sale.order.status) == Some(stage))
}

fn to_produce(open: &[Sale], language: Language) -> Vec<CombinedLine> {
    let orders = open.iter().map(|sale| &sale.order);
    let orders = orders.filter(|order| Stage::of(order.status).is_some_and(Stage::is_to_produce));
    combined(orders, language)
}
