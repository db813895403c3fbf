//! The back office and the till, in French.

mod page;
mod settings;
mod till;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::{get, post};

use super::ServiceState;

/// The pages.
pub(super) fn router(state: Arc<ServiceState>) -> Router {
    let css = || async {
        let content_type = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
        let style_sheet = include_str!("../../../assets/zelty_service.css");
        (content_type, style_sheet)
    };
    Router::new()
        .route("/zelty.css", get(css))
        .route("/", get(till::show))
        .route("/caisse", post(till::submit))
        .route("/marketplace/hubrise-v2/status", get(settings::marketplace))
        .route("/cles", get(settings::keys))
        .route("/catalogues", get(settings::catalogs))
        .route("/horaires", get(settings::restaurants))
        .route("/rupture", get(settings::sold_out))
        .route("/reglages/{action}", post(settings::submit))
        .with_state(state)
}
