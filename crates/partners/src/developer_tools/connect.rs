//! The way from the back office to the pages of a connection. The rest of connecting is the kit's.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::Tools;
use crate::kit::cookies::{path_segment, query_value};
use crate::kit::visitor::Visitor;

/// `GET /open?app_instance_id=…`: from the back office to the pages of a connection.
pub(crate) async fn open(
    State(tools): State<Arc<Tools>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let id = query_value(query.as_deref(), "app_instance_id").unwrap_or_default();
    if tools.installation(&id).await.is_ok() {
        return Redirect::to(&format!("/i/{}", path_segment(&id))).into_response();
    }
    let text = visitor.language.t(
        "Cette connexion n'est pas connue ici : connectez le point de vente.",
        "This connection is not known here: connect the location.",
    );
    tools.app.redirect_with_error("/", text)
}
