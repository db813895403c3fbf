//! Endpoints as data. Path, permission, weight, paging and what is said of them stand in one list per
//! resource; the router, admission, the rate limits, the published contract and the tests that call
//! every endpoint read the same list.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use wire::given::FromJson;
use wire::id::{AccountId, LocationId};
use wire::schema::{self, Blanks, JsonSchema, SchemaFn};
use wire::scope::{Level, Resource, Right};

use super::body;
use super::caller::{self, Authenticated};
use super::conditions;
use super::endpoint_doc::{EndpointDoc, Filter};
use super::paging::Query;
use super::problem::ApiError;
use super::unpack;
use crate::hub::Hub;
use crate::metrics::{Limit, Route};

/// A path of an endpoint, and which tokens may take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    /// What follows `/v1`, with `{…_id}` for ids.
    pub template: &'static str,
    level: PathLevel,
}

impl Path {
    /// The levels of the tokens that may take it; none if any token may.
    pub fn levels(self) -> &'static [Level] {
        match self.level {
            PathLevel::NamedLocation => &[Level::Location, Level::Account],
            PathLevel::OwnLocation => &[Level::Location],
            PathLevel::NamedAccount | PathLevel::OwnAccount => &[Level::Account],
            PathLevel::Anywhere => &[],
        }
    }
}

/// The paths of an endpoint: one, or a long one and a short one.
#[derive(Clone, Copy, Debug)]
pub struct Paths {
    first: Path,
    short: Option<Path>,
}

impl Paths {
    /// At a location: `long` names it in `{location_id}`, and an account token may take that path, too;
    /// `short` is for the token's own location.
    pub const fn of_location(long: &'static str, short: &'static str) -> Self {
        Self::both(
            (long, PathLevel::NamedLocation),
            (short, PathLevel::OwnLocation),
        )
    }

    /// At an account, which `long` names in `{account_id}`; for account tokens.
    pub const fn of_account(long: &'static str, short: &'static str) -> Self {
        Self::both(
            (long, PathLevel::NamedAccount),
            (short, PathLevel::OwnAccount),
        )
    }

    /// Names neither, and is for account tokens.
    pub const fn of_account_token(template: &'static str) -> Self {
        Self {
            first: Path {
                template,
                level: PathLevel::OwnAccount,
            },
            short: None,
        }
    }

    /// For any token: the handler finds out where the token leads.
    pub const fn of_any_token(template: &'static str) -> Self {
        Self {
            first: Path {
                template,
                level: PathLevel::Anywhere,
            },
            short: None,
        }
    }

    const fn both(long: (&'static str, PathLevel), short: (&'static str, PathLevel)) -> Self {
        Self {
            first: Path {
                template: long.0,
                level: long.1,
            },
            short: Some(Path {
                template: short.0,
                level: short.1,
            }),
        }
    }

    /// The long one, or the only one.
    pub fn first(self) -> Path {
        self.first
    }

    /// All of them, the long one first.
    pub fn iter(self) -> impl Iterator<Item = Path> {
        std::iter::once(self.first).chain(self.short)
    }
}

/// What a token must hold to call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any token.
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

/// One endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// Long and short path.
    pub paths: Paths,
    /// Who may call it.
    pub needs: Needs,
    /// Counts against the budget of heavy queries.
    pub heavy: bool,
    /// What the query says when it does not, as in `hide_data=true`.
    pub light_if: Option<(&'static str, &'static str)>,
    /// Answers pages.
    pub paged: bool,
    /// What it takes and answers, for the contract.
    pub about: EndpointDoc,
}

/// The endpoints of a resource, with their handlers.
#[derive(Debug, Default)]
pub struct Routes {
    endpoints: Vec<Endpoint>,
    routers: Vec<Router<Hub>>,
    handlers: Vec<axum::routing::MethodRouter<Hub>>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn endpoint<H, T>(mut self, method: Method, paths: Paths, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Hub>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        self.endpoints.push(Endpoint {
            method,
            paths,
            needs,
            heavy: false,
            light_if: None,
            paged: false,
            about: EndpointDoc::default(),
        });
        self.handlers.push(on(filter, handler));
        self
    }

    /// An endpoint that reads.
    pub fn get<H: Handler<T, Hub>, T: 'static>(self, at: Paths, needs: Needs, handler: H) -> Self {
        self.endpoint(Method::GET, at, needs, handler)
    }

    /// An endpoint that creates.
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

    /// The endpoint just added answers pages.
    pub fn paged(self) -> Self {
        self.last(|endpoint| endpoint.paged = true)
    }

    /// The endpoint just added is a heavy query.
    pub fn heavy(self) -> Self {
        self.last(|endpoint| endpoint.heavy = true)
    }

    /// The operation id of the endpoint just added: its slice and a verb, as in `orders.create`.
    pub fn named(self, operation_id: &'static str) -> Self {
        self.last(|endpoint| endpoint.about.name = operation_id)
    }

    /// What the endpoint just added does, in a few words that begin with a verb.
    pub fn says(self, summary: &'static str) -> Self {
        self.last(|endpoint| endpoint.about.summary = summary)
    }

    /// What else is good to know before calling it, in whole sentences.
    pub fn note(self, note: &'static str) -> Self {
        self.last(|endpoint| endpoint.about.note = note)
    }

    /// Its body is read as a `T`.
    pub fn takes<T: FromJson>(self) -> Self {
        self.last(|endpoint| {
            endpoint.about.takes = Some(schema::request_schema::<T>);
            endpoint.about.blanks = Blanks::of::<T>();
        })
    }

    /// Its body is the bytes of a file of one of these types.
    pub fn takes_files(self, types: &'static [&'static str]) -> Self {
        self.last(|endpoint| endpoint.about.takes_files = types)
    }

    /// A body, as JSON, that is good in any account in euros.
    pub fn example(self, json: &'static str) -> Self {
        self.last(|endpoint| endpoint.about.example = Some(json))
    }

    /// A success is a `T`.
    pub fn answers<T: JsonSchema>(self) -> Self {
        self.last(|endpoint| endpoint.about.answers = Some(schema::response_schema::<T>))
    }

    /// A success is the bytes of a file of one of these types.
    pub fn answers_files(self, types: &'static [&'static str]) -> Self {
        self.last(|endpoint| endpoint.about.answers_files = types)
    }

    /// A value of the query that narrows the answer down.
    pub fn filter<T: FromJson>(self, name: &'static str, what: &'static str) -> Self {
        self.filter_as(name, what, schema::request_schema::<T>)
    }

    /// Another, which counts as not sent if its value is empty.
    pub fn filter_unless_empty<T: FromJson>(self, name: &'static str, what: &'static str) -> Self {
        self.filter_as(name, what, schema::request_schema_or_empty::<T>)
    }

    fn filter_as(self, name: &'static str, what: &'static str, draw: SchemaFn) -> Self {
        self.last(|endpoint| endpoint.about.filters.push(Filter { name, what, draw }))
    }

    /// The endpoint just added is a heavy query unless its query says so.
    pub fn heavy_unless(self, name: &'static str, value: &'static str) -> Self {
        self.last(|endpoint| {
            endpoint.heavy = true;
            endpoint.light_if = Some((name, value));
        })
    }

    /// Both lists as one.
    pub fn and(mut self, other: Self) -> Self {
        self.endpoints.extend(other.endpoints);
        self.handlers.extend(other.handlers);
        self.routers.extend(other.routers);
        self
    }

    /// The list.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The router, each endpoint behind its admission.
    pub(crate) fn router(self, hub: &Hub) -> Router<Hub> {
        let mut router = Router::new();
        for (endpoint, handler) in self.endpoints.into_iter().zip(self.handlers) {
            for path in endpoint.paths.iter() {
                let door = Arc::new(EndpointGuard {
                    endpoint: endpoint.clone(),
                    level: path.level,
                    route: Arc::new(Route::new(
                        &hub.metrics().requests,
                        &endpoint.method,
                        format!("/v1{}", path.template),
                    )),
                });
                let layer = middleware::from_fn_with_state((hub.clone(), door), authorize);
                router = router.route(path.template, handler.clone().layer(layer));
            }
        }
        router
    }
}

/// What a path says about where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathLevel {
    /// `/locations/{location_id}…`
    NamedLocation,
    /// `/location…`, also in the middle of a path: the token's own location.
    OwnLocation,
    /// `/accounts/{account_id}…`
    NamedAccount,
    /// `/account…` and other paths for account tokens only.
    OwnAccount,
    /// Wherever the token leads.
    Anywhere,
}

#[derive(Debug)]
struct EndpointGuard {
    endpoint: Endpoint,
    level: PathLevel,
    /// By which its requests are counted.
    route: Arc<Route>,
}

impl EndpointGuard {
    /// The door as it is for this query, which may make a heavy endpoint a light one.
    fn for_query(self: Arc<Self>, query: Option<&str>) -> Arc<Self> {
        let Some((name, value)) = self.endpoint.light_if else {
            return self;
        };
        if Query::parse(query.unwrap_or_default()).get(name) != Some(value) {
            return self;
        }
        let mut endpoint = self.endpoint.clone();
        endpoint.heavy = false;
        Arc::new(Self {
            endpoint,
            level: self.level,
            route: Arc::clone(&self.route),
        })
    }
}

/// Answers a request at a door. The answer says by which [`Route`] it is counted.
async fn authorize(
    State((hub, door)): State<(Hub, Arc<EndpointGuard>)>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let route = Arc::clone(&door.route);
    let mut response = admit_at(hub, door, params, request, next).await;
    response.extensions_mut().insert(route);
    response
}

/// Token → connection → budget → place → permission → type of the body → the body itself. Whoever
/// passes finds [`Authenticated`] in the request.
async fn admit_at(
    hub: Hub,
    door: Arc<EndpointGuard>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    // A path that is no text names nothing.
    let Ok(params) = params else {
        return ApiError::NotFound.into_response();
    };
    let door = door.for_query(request.uri().query());
    match check(&hub, &door, &params, request.method(), request.headers()).await {
        Ok(admitted) => {
            let admitted = Arc::new(admitted);
            request.extensions_mut().insert(Arc::clone(&admitted));
            // The bytes of a file are no text.
            let is_text = door.endpoint.about.takes_files.is_empty();
            let charset = unpack::charset(request.headers()).ok().filter(|_| is_text);
            let sender = &admitted.caller.connection;
            let read = body::read_in(&hub, sender, request, charset).await;
            let mut response = match read {
                Ok((request, room)) => {
                    let _turn = match &room {
                        Some(_) => hub.large_bodies().turn().await,
                        None => None,
                    };
                    conditions::answer(&hub, &admitted, request, next).await
                }
                Err(too_large) => too_large.into_response(),
            };
            response.extensions_mut().insert(admitted);
            response
        }
        Err((problem, admitted)) => {
            body::let_pass(request, admitted.is_some()).await;
            let mut response = problem.into_response();
            if let Some(admitted) = admitted {
                response.extensions_mut().insert(Arc::new(*admitted));
            }
            response
        }
    }
}

type Rejected = (ApiError, Option<Box<Authenticated>>);

async fn check(
    hub: &Hub,
    door: &EndpointGuard,
    params: &RawPathParams,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Authenticated, Rejected> {
    let named = |name: &str| {
        params
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let token = token(headers)
        .ok_or((ApiError::UnknownToken, None))?
        .to_owned();
    let location = match door.level {
        // What cannot be an id is the id of nothing; the token is still looked at first.
        PathLevel::NamedLocation => {
            Some(named("location_id").and_then(|id| LocationId::parse(id).ok()))
        }
        _ => None,
    };
    let looked = location.clone().flatten();
    let found = hub
        .read("http.admit", move |tx| {
            caller::find(tx, &token, looked.as_ref())
        })
        .await
        .map_err(|error| (ApiError::Database(error), None))?
        .ok_or((ApiError::UnknownToken, None))?;

    let verdict = authorize_request(
        hub,
        door,
        &found,
        location.as_ref(),
        named("account_id"),
        method,
        headers,
    )
    .await;
    match verdict {
        Ok(()) => Ok(found),
        Err(problem) => Err((problem, Some(Box::new(found)))),
    }
}

async fn authorize_request(
    hub: &Hub,
    door: &EndpointGuard,
    found: &Authenticated,
    location: Option<&Option<LocationId>>,
    account: Option<&str>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if found.is_blocked {
        return Err(ApiError::Blocked);
    }
    if found.is_suspended {
        return Err(ApiError::Suspended);
    }
    hub.limits()
        .count(
            hub.db(),
            found.caller.connection.as_str(),
            door.endpoint.heavy,
            hub.clock(),
        )
        .await?
        .map_err(|seconds| {
            hub.metrics().refusals.count(Limit::Calls);
            ApiError::TooMany(seconds)
        })?;
    check_level(door.level, found, location, account)?;
    check_scope(door.endpoint.needs, found)?;
    let has_body = headers
        .get(header::CONTENT_LENGTH)
        .is_some_and(|length| length != "0")
        || headers.contains_key(header::TRANSFER_ENCODING);
    if has_body {
        unpack::packing(headers)?;
    }
    if has_body
        && door.endpoint.about.takes_files.is_empty()
        && matches!(*method, Method::POST | Method::PUT | Method::PATCH)
    {
        is_json(headers)?;
        unpack::charset(headers)?;
    }
    Ok(())
}

/// Whether the caller may stand where the path leads (API, chapter Protocol: 401, 403 or 404).
fn check_level(
    path: PathLevel,
    found: &Authenticated,
    location: Option<&Option<LocationId>>,
    account: Option<&str>,
) -> Result<(), ApiError> {
    let level = found.caller.scope.level();
    match path {
        PathLevel::Anywhere => Ok(()),
        PathLevel::OwnLocation if level == Some(Level::Location) => Ok(()),
        PathLevel::OwnAccount if level == Some(Level::Account) => Ok(()),
        PathLevel::OwnLocation | PathLevel::OwnAccount => Err(ApiError::WrongLevel),
        PathLevel::NamedLocation => {
            // The location was looked for within the token's account only.
            let Some(at) = &found.location else {
                return Err(ApiError::NotFound);
            };
            if location.and_then(Option::as_ref) != Some(&at.location) {
                return Err(ApiError::NotFound);
            }
            match level {
                None => Err(ApiError::WrongLevel),
                Some(Level::Location) if found.caller.location.as_ref() != Some(&at.location) => {
                    Err(ApiError::WrongLevel)
                }
                Some(_) => Ok(()),
            }
        }
        PathLevel::NamedAccount => {
            let wanted = account.and_then(|id| AccountId::parse(id).ok());
            let own = found.account.as_ref().map(|at| &at.account);
            if own.is_none() || own != wanted.as_ref() {
                return Err(ApiError::NotFound);
            }
            if level == Some(Level::Account) {
                Ok(())
            } else {
                Err(ApiError::WrongLevel)
            }
        }
    }
}

fn check_scope(needs: Needs, found: &Authenticated) -> Result<(), ApiError> {
    let scope = &found.caller.scope;
    match needs {
        Needs::Token => Ok(()),
        Needs::Right(resource, right) if scope.allows(resource, right) => Ok(()),
        Needs::Right(resource, right) => Err(ApiError::Scope(resource, right)),
        Needs::AnyOf(resources, right) => {
            let is_allowed = |resource: &Resource| scope.allows(*resource, right);
            match resources.first() {
                Some(first) if !resources.iter().any(is_allowed) => {
                    Err(ApiError::Scope(*first, right))
                }
                _ => Ok(()),
            }
        }
        Needs::AnyWrite if scope.has_any_write() => Ok(()),
        Needs::AnyWrite => Err(ApiError::NoWrite),
        Needs::Profile if scope.profile.is_some() => Ok(()),
        Needs::Profile => Err(ApiError::NoProfile),
    }
}

/// `X-Access-Token`; `Authorization: Bearer` is understood too, since some clients send it.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let own = headers
        .get("x-access-token")
        .and_then(|value| value.to_str().ok());
    own.or_else(|| {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    })
    .filter(|token| !token.is_empty())
}

/// JSON, with any parameters, or no type at all (API, chapter Protocol, basics).
fn is_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = kind
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if kind.is_empty() || kind.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(ApiError::UnsupportedMediaType)
    }
}
