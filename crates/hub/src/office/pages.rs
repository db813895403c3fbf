//! The addresses of the back office, as data beside the router: a test asks each of them.

use axum::Router;
use axum::routing::{MethodRouter, get};

use super::without_place;
use crate::hub::Hub;

/// Addresses, with what answers there.
#[derive(Debug, Default)]
pub(crate) struct PageRoutes {
    router: Router<Hub>,
    paths: Vec<&'static str>,
    placed: Vec<&'static str>,
}

impl PageRoutes {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// These and one more, which is about no place: of a person, or of nobody in particular.
    pub(crate) fn route(mut self, path: &'static str, methods: MethodRouter<Hub>) -> Self {
        self.paths.push(path);
        self.router = self.router.route(path, methods);
        self
    }

    /// These and one more, which is about a place and has it in its address. Without a place it leads
    /// to one.
    pub(crate) fn placed(mut self, path: &'static str, methods: MethodRouter<Hub>) -> Self {
        let account = "/accounts/{account}";
        let location = "/locations/{location}";
        self.placed.push(path);
        self.router = self
            .router
            .route(
                path,
                get(without_place::find_place).post(without_place::find_place),
            )
            .route(&format!("{account}{path}"), methods.clone())
            .route(&format!("{account}{location}{path}"), methods);
        self
    }

    /// These and others.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.placed.extend(other.placed);
        self.router = self.router.merge(other.router);
        self
    }

    pub(crate) fn router(self) -> Router<Hub> {
        self.router
    }

    /// The addresses of pages about no place.
    pub(crate) fn paths(&self) -> &[&'static str] {
        &self.paths
    }

    /// The addresses of pages about a place, without it.
    pub(crate) fn placed_paths(&self) -> &[&'static str] {
        &self.placed
    }
}
