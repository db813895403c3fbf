//! The addresses of the back office, as data beside the router: a test asks each of them.

use axum::Router;
use axum::routing::MethodRouter;

use crate::hub::Hub;

/// Addresses, with what answers there.
#[derive(Debug, Default)]
pub(crate) struct PageRoutes {
    router: Router<Hub>,
    paths: Vec<&'static str>,
}

impl PageRoutes {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// These and one more.
    pub(crate) fn route(mut self, path: &'static str, methods: MethodRouter<Hub>) -> Self {
        self.paths.push(path);
        self.router = self.router.route(path, methods);
        self
    }

    /// These and others.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.router = self.router.merge(other.router);
        self
    }

    pub(crate) fn router(self) -> Router<Hub> {
        self.router
    }

    pub(crate) fn paths(self) -> Vec<&'static str> {
        self.paths
    }
}
