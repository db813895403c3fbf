//! **Ventes** > **HUBRISE INTEGRATION**: connecting, what is connected, disconnecting.
//!
//! What the hub refuses is never called connected: the page asks the hub before it says so.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::PosApp;
use crate::kit::connections::{self, StoredConnection};
use crate::kit::cookies::path_segment;
use crate::kit::layout::{Layout, render};
use crate::kit::line::refused_line_text;
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// Where the tab is.
pub(super) const PATH: &str = "/sales/integration";

#[derive(Template)]
#[template(path = "pos_helper/integration.html")]
struct IntegrationPage {
    layout: Layout,
    section: &'static str,
    tab: &'static str,
    connections: Vec<ConnectionRow>,
    back_office_url: String,
}

struct ConnectionRow {
    /// The id, escaped for a link.
    id: String,
    /// The lines under the status, such as `Location Name : Lyon (w7693-0)`.
    lines: Vec<(&'static str, String)>,
    /// Why it is not connected.
    problem: Option<String>,
    is_ended: bool,
}

/// `GET /sales/integration`: the tab.
pub(super) async fn show(
    State(pos): State<Arc<PosApp>>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    page(&pos, &visitor).await
}

/// The tab, where it is shown.
pub(super) async fn page(pos: &Arc<PosApp>, visitor: &Visitor) -> Result<Response, PageError> {
    let known = pos.shell.store.read(connections::all).await?;
    for stored in known.iter().filter(|stored| stored.ended.is_none()) {
        let answer = pos.shell.connection(stored).callback().await;
        let error = answer.as_ref().err();
        pos.shell.record_call(stored, error, Duration::ZERO).await?;
    }
    // An answer may have ended a connection.
    let known = pos.shell.store.read(connections::all).await?;
    let rows = known.iter().map(|stored| row(pos, visitor, stored));
    render(&IntegrationPage {
        connections: rows.collect(),
        layout: pos.shell.layout(visitor, "HUBRISE INTEGRATION").await,
        section: "sales",
        tab: "integration",
        back_office_url: pos.shell.settings.back_office_url.clone(),
    })
}

fn row(pos: &PosApp, visitor: &Visitor, stored: &StoredConnection) -> ConnectionRow {
    let (language, hub_name) = (visitor.language, &pos.shell.branding.hub_name);
    let zone = stored.zone();
    let ended = stored.ended.as_ref().map(|(at, message)| {
        let at = at.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M");
        refused_line_text(language, hub_name, message, &at.to_string())
    });
    let problem = ended.or_else(|| {
        let problem = pos.shell.line.problem(&stored.id)?;
        Some(problem.text(language, hub_name, &zone))
    });
    let token = &stored.token;
    let line = |title, name: &Option<String>, id: &Option<String>| {
        let text = match (name, id) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (Some(text), None) | (None, Some(text)) => text.clone(),
            (None, None) => "–".into(),
        };
        (title, text)
    };
    ConnectionRow {
        id: path_segment(&stored.id),
        lines: vec![
            line("Location Name", &token.location_name, &token.location_id),
            line("Account Name", &token.account_name, &token.account_id),
            line("Catalog Name", &token.catalog_name, &token.catalog_id),
            line(
                "Customer List Name",
                &token.customer_list_name,
                &token.customer_list_id,
            ),
        ],
        problem,
        is_ended: stored.ended.is_some(),
    }
}
