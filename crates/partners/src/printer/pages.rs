//! The pages of the printer: its connection with the latest tickets, and one ticket.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use client::{AuthorizeRequest, OUT_OF_BAND};
use rusqlite::OptionalExtension as _;

use super::{PrinterApp, SCOPE, ticket};
use crate::kit::alarm;
use crate::kit::connections;
use crate::kit::cookies::path_segment;
use crate::kit::form::Form;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Tickets that the first page shows.
const MAX_TICKETS: i64 = 50;

#[derive(Template)]
#[template(path = "printer/home.html")]
struct HomePage {
    layout: Layout,
    connections: Vec<ConnectionRow>,
    authorize_url: String,
    tickets: Vec<TicketRow>,
}

struct ConnectionRow {
    /// The id, escaped for a link.
    id: String,
    name: String,
    is_ended: bool,
}

struct TicketRow {
    order: String,
    first_line: String,
    is_printed: bool,
}

/// `GET /`: what is connected, and the latest tickets.
pub(super) async fn home(
    State(app): State<Arc<PrinterApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let read = app.shell.store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT order_id, text, is_printed FROM tickets ORDER BY number DESC LIMIT ?1",
        )?;
        let tickets = statement.query_map([MAX_TICKETS], |row| {
            let text: String = row.get(1)?;
            Ok(TicketRow {
                order: row.get(0)?,
                first_line: text.lines().next().unwrap_or_default().into(),
                is_printed: row.get(2)?,
            })
        })?;
        Ok((connections::all(tx)?, tickets.collect::<Result<_, _>>()?))
    });
    let (connections, tickets) = read.await?;
    let connections = connections.iter().map(|connection| ConnectionRow {
        id: path_segment(&connection.id),
        name: connection.name(),
        is_ended: connection.ended.is_some(),
    });
    let request = AuthorizeRequest::new(SCOPE, OUT_OF_BAND);
    let title = visitor.language.t("Imprimante", "Printer");
    render(&HomePage {
        layout: app.shell.live_layout(&visitor, title).await,
        connections: connections.collect(),
        authorize_url: app.shell.client.authorize_url(&request),
        tickets,
    })
}

#[derive(Template)]
#[template(path = "printer/ticket.html")]
struct TicketPage {
    layout: Layout,
    order: String,
    text: String,
}

/// `GET /tickets/{order}`: a ticket. Whoever looks at it has heard the alarm.
pub(super) async fn show(
    State(app): State<Arc<PrinterApp>>,
    Path(order): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (id, now) = (order.clone(), app.shell.now());
    let found = app.shell.store.write(move |tx| {
        alarm::silence(tx, &id, "", now)?;
        let sql = "SELECT text FROM tickets WHERE order_id = ?1";
        Ok(tx.query_row(sql, [&id], |row| row.get(0)).optional()?)
    });
    let text: Option<String> = found.await?;
    let title = visitor.language.t("Ticket", "Ticket");
    render(&TicketPage {
        layout: app.shell.layout(&visitor, title).await,
        order: path_segment(&order),
        text: text.ok_or(PageError::NotFound)?,
    })
}

/// `POST /tickets/{order}/print`: prints a copy.
pub(super) async fn print_again(
    State(app): State<Arc<PrinterApp>>,
    Path(order): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let id = order.clone();
    let queued = app
        .shell
        .store
        .write(move |tx| ticket::print_again(tx, &id));
    if !queued.await? {
        return Err(PageError::NotFound);
    }
    app.shell.outbox_wake.notify_waiters();
    let page = format!("/tickets/{}", path_segment(&order));
    let language = form.visitor.language;
    let text = language.t("Copie envoyée à l'impression.", "A copy is being printed.");
    Ok(app.shell.redirect_with_success(&page, text))
}
