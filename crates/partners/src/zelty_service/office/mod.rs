//! The back office, in French.

use std::sync::Arc;

use axum::Router;

use super::ServiceState;

/// The pages.
pub(super) fn router(state: Arc<ServiceState>) -> Router {
    Router::new().with_state(state)
}
