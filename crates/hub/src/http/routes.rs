//! Endpoints as data. Path, permission, weight, paging and what is said of them stand in one list per
//! resource; the router, admission, the rate limits, the published contract and the tests that call
//! every endpoint read the same list.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware;
use axum::routing::{MethodFilter, on};
use wire::input::FromJson;
use wire::schema::{self, Blanks, JsonSchema, SchemaFn};
use wire::scope::{Resource, Right};

use super::authorization::{EndpointGuard, authorize};
use super::endpoint_doc::{EndpointDoc, FilterDoc};
use crate::hub::Hub;
use crate::metrics::Route;

pub use super::paths::{Path, Paths};

/// What a token must hold to call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The endpoint needs a token, and no permission.
    Token,
    /// A right on a resource. To write includes to read.
    Right(Resource, Right),
    /// A right on one of these resources, the first of which is named in a refusal.
    AnyOf(&'static [Resource], Right),
    /// A right to write anything at all.
    AnyWrite,
    /// A profile permission.
    Profile,
}

/// A right on a resource.
pub const fn needs(resource: Resource, right: Right) -> Needs {
    Needs::Right(resource, right)
}

/// An endpoint: a method and a path, with the permission that it needs.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The HTTP method.
    pub method: Method,
    /// Long and short path.
    pub paths: Paths,
    /// The permission that a caller needs.
    pub needs: Needs,
    /// Whether its requests count against the rate limit of heavy queries.
    pub is_heavy: bool,
    /// Whether its requests count against the limits of its connection.
    pub is_limited: bool,
    /// What the query says when it does not, as in `hide_data=true`.
    pub light_if: Option<(&'static str, &'static str)>,
    /// Whether it answers with a page of a list.
    pub is_paginated: bool,
    /// Whether it holds to `If-Match`: it changes something that could have been seen before.
    pub is_conditional: bool,
    /// What the contract says of it.
    pub doc: EndpointDoc,
}

/// The endpoints of a resource, with their handlers.
#[derive(Debug, Default)]
pub struct Routes {
    endpoints: Vec<Endpoint>,
    routers: Vec<Router<Hub>>,
    handlers: Vec<axum::routing::MethodRouter<Hub>>,
}

impl Routes {
    /// Makes a list without any endpoint.
    pub fn new() -> Self {
        Self::default()
    }

    fn endpoint<H, T>(mut self, method: Method, paths: Paths, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Hub>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        // What creates has no state that could have been seen before.
        let is_conditional = ![Method::GET, Method::POST].contains(&method);
        self.endpoints.push(Endpoint {
            method,
            paths,
            needs,
            is_heavy: false,
            is_limited: true,
            light_if: None,
            is_paginated: false,
            is_conditional,
            doc: EndpointDoc::default(),
        });
        self.handlers.push(on(filter, handler));
        self
    }

    /// An endpoint that reads.
    pub fn get<H: Handler<T, Hub>, T: 'static>(self, at: Paths, needs: Needs, handler: H) -> Self {
        self.endpoint(Method::GET, at, needs, handler)
    }

    /// An endpoint that creates. One that changes what exists is [`conditional`](Self::conditional), too.
    pub fn post<H: Handler<T, Hub>, T: 'static>(self, at: Paths, needs: Needs, handler: H) -> Self {
        self.endpoint(Method::POST, at, needs, handler)
    }

    /// An endpoint that changes parts.
    pub fn patch<H: Handler<T, Hub>, T: 'static>(self, at: Paths, needs: Needs, h: H) -> Self {
        self.endpoint(Method::PATCH, at, needs, h)
    }

    /// An endpoint that replaces, or an old name for PATCH.
    pub fn put<H: Handler<T, Hub>, T: 'static>(self, at: Paths, needs: Needs, handler: H) -> Self {
        self.endpoint(Method::PUT, at, needs, handler)
    }

    /// An endpoint that removes.
    pub fn delete<H: Handler<T, Hub>, T: 'static>(self, at: Paths, needs: Needs, h: H) -> Self {
        self.endpoint(Method::DELETE, at, needs, h)
    }

    fn last(mut self, change: impl FnOnce(&mut Endpoint)) -> Self {
        if let Some(endpoint) = self.endpoints.last_mut() {
            change(endpoint);
        }
        self
    }

    /// The endpoint just added counts against no rate limit: the hub itself asks for such calls. Its handler
    /// counts those that find nothing ([`count_call`](super::authorization::count_call)).
    pub fn unlimited(self) -> Self {
        self.last(|endpoint| endpoint.is_limited = false)
    }

    /// The endpoint just added changes what exists although it is a POST: it holds to `If-Match`.
    pub fn conditional(self) -> Self {
        self.last(|endpoint| endpoint.is_conditional = true)
    }

    /// The endpoint just added answers pages.
    pub fn paginated(self) -> Self {
        self.last(|endpoint| endpoint.is_paginated = true)
    }

    /// The endpoint just added is a heavy query.
    pub fn heavy(self) -> Self {
        self.last(|endpoint| endpoint.is_heavy = true)
    }

    /// The operation id of the endpoint just added: its slice and a verb, as in `orders.create`.
    pub fn operation_id(self, operation_id: &'static str) -> Self {
        self.last(|endpoint| endpoint.doc.operation_id = operation_id)
    }

    /// What the endpoint just added does, in a few words that begin with a verb.
    pub fn summary(self, summary: &'static str) -> Self {
        self.last(|endpoint| endpoint.doc.summary = summary)
    }

    /// What else is good to know before calling it, in whole sentences.
    pub fn note(self, note: &'static str) -> Self {
        self.last(|endpoint| endpoint.doc.note = note)
    }

    /// Its body is read as a `T`.
    pub fn request<T: FromJson>(self) -> Self {
        self.last(|endpoint| {
            endpoint.doc.request = Some(schema::request_schema::<T>);
            endpoint.doc.blanks = Blanks::of::<T>();
        })
    }

    /// Its body is the bytes of a file of one of these types.
    pub fn request_files(self, types: &'static [&'static str]) -> Self {
        self.last(|endpoint| endpoint.doc.request_files = types)
    }

    /// A body, as JSON, that is good in any account in euros.
    pub fn example(self, json: &'static str) -> Self {
        self.last(|endpoint| endpoint.doc.example = Some(json))
    }

    /// A success is a `T`.
    pub fn response<T: JsonSchema>(self) -> Self {
        self.last(|endpoint| endpoint.doc.response = Some(schema::response_schema::<T>))
    }

    /// A success is the bytes of a file of one of these types.
    pub fn response_files(self, types: &'static [&'static str]) -> Self {
        self.last(|endpoint| endpoint.doc.response_files = types)
    }

    /// A value of the query that narrows the answer down.
    pub fn filter<T: FromJson>(self, name: &'static str, description: &'static str) -> Self {
        self.filter_as(name, description, schema::request_schema::<T>)
    }

    /// Adds a filter that counts as not sent if its value is empty.
    pub fn filter_unless_empty<T: FromJson>(
        self,
        name: &'static str,
        description: &'static str,
    ) -> Self {
        self.filter_as(name, description, schema::request_schema_or_empty::<T>)
    }

    fn filter_as(self, name: &'static str, description: &'static str, schema: SchemaFn) -> Self {
        self.last(|endpoint| {
            endpoint.doc.filters.push(FilterDoc {
                name,
                description,
                schema,
            })
        })
    }

    /// The endpoint just added is a heavy query unless its query says so.
    pub fn heavy_unless(self, name: &'static str, value: &'static str) -> Self {
        self.last(|endpoint| {
            endpoint.is_heavy = true;
            endpoint.light_if = Some((name, value));
        })
    }

    /// Joins two lists of endpoints.
    pub fn and(mut self, other: Self) -> Self {
        self.endpoints.extend(other.endpoints);
        self.handlers.extend(other.handlers);
        self.routers.extend(other.routers);
        self
    }

    /// The endpoints, without their handlers.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The router, each endpoint behind its admission.
    pub(crate) fn router(self, hub: &Hub) -> Router<Hub> {
        let mut router = Router::new();
        for (endpoint, handler) in self.endpoints.into_iter().zip(self.handlers) {
            for path in endpoint.paths.iter() {
                let guard = Arc::new(EndpointGuard {
                    endpoint: endpoint.clone(),
                    level: path.level,
                    route: Arc::new(Route::new(
                        &hub.metrics().requests,
                        &endpoint.method,
                        format!("/v1{}", path.template),
                    )),
                });
                let layer = middleware::from_fn_with_state((hub.clone(), guard), authorize);
                router = router.route(path.template, handler.clone().layer(layer));
            }
        }
        router
    }
}
