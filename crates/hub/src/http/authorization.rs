//! Who may call an endpoint: token, rate limits, level of the path, permission; and whether the body is of
//! a type that is read. Whoever passes reaches the handler, under the conditions of the request.

use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use wire::id::{AccountId, ConnectionId, LocationId};
use wire::scope::{Level, Resource};

use super::body;
use super::caller::{self, Authenticated};
use super::conditions;
use super::content_encoding;
use super::paging::Query;
use super::paths::PathLevel;
use super::problem::ApiError;
use super::routes::{Endpoint, Needs};
use crate::hub::Hub;
use crate::metrics::{Limit, Route};

/// What is asked of the requests of an endpoint that come by one of its paths.
#[derive(Debug)]
pub(super) struct EndpointGuard {
    pub endpoint: Endpoint,
    pub level: PathLevel,
    /// By which its requests are counted.
    pub route: Arc<Route>,
}

impl EndpointGuard {
    /// The guard as it is for this query, which may make a heavy endpoint a light one.
    fn for_query(self: Arc<Self>, query: Option<&str>) -> Arc<Self> {
        let Some((name, value)) = self.endpoint.light_if else {
            return self;
        };
        if Query::parse(query.unwrap_or_default()).get(name) != Some(value) {
            return self;
        }
        let mut endpoint = self.endpoint.clone();
        endpoint.is_heavy = false;
        Arc::new(Self {
            endpoint,
            level: self.level,
            route: Arc::clone(&self.route),
        })
    }
}

/// Answers a request to an endpoint. The answer says by which [`Route`] it is counted.
pub(super) async fn authorize(
    State((hub, guard)): State<(Hub, Arc<EndpointGuard>)>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let route = Arc::clone(&guard.route);
    let mut response = run(hub, guard, params, request, next).await;
    response.extensions_mut().insert(route);
    response
}

/// Token → connection → budget → place → permission → type of the body → the body itself. Whoever
/// passes finds [`Authenticated`] in the request.
async fn run(
    hub: Hub,
    guard: Arc<EndpointGuard>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    // A path that is no text names nothing.
    let Ok(params) = params else {
        return ApiError::NotFound.into_response();
    };
    let guard = guard.for_query(request.uri().query());
    match check(&hub, &guard, &params, request.method(), request.headers()).await {
        Ok(admitted) => {
            let admitted = Arc::new(admitted);
            request.extensions_mut().insert(Arc::clone(&admitted));
            // The bytes of a file are no text.
            let is_text = guard.endpoint.doc.request_files.is_empty();
            let charset = content_encoding::charset(request.headers())
                .ok()
                .filter(|_| is_text);
            let sender = &admitted.caller.connection;
            let read = body::buffer_body(&hub, sender, request, charset).await;
            let mut response = match read {
                Ok((request, permit)) => {
                    let _work = match &permit {
                        Some(_) => hub.large_bodies().acquire_work().await,
                        None => None,
                    };
                    let is_conditional = guard.endpoint.is_conditional;
                    conditions::respond(&hub, &admitted, is_conditional, request, next).await
                }
                Err(too_large) => too_large.into_response(),
            };
            response.extensions_mut().insert(admitted);
            response
        }
        Err((problem, admitted)) => {
            body::drain_body(request, admitted.is_some()).await;
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
    guard: &EndpointGuard,
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
    let location = match guard.level {
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
    if let Some(at) = &found.account {
        let now = hub.clock().now();
        hub.presence()
            .hear(&at.account, &found.caller.connection, now);
    }

    let verdict = authorize_request(
        hub,
        guard,
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
    guard: &EndpointGuard,
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
    if guard.endpoint.is_limited {
        count_call(hub, &found.caller.connection, guard.endpoint.is_heavy).await?;
    }
    check_level(guard.level, found, location, account)?;
    check_scope(guard.endpoint.needs, found)?;
    let has_body = headers
        .get(header::CONTENT_LENGTH)
        .is_some_and(|length| length != "0")
        || headers.contains_key(header::TRANSFER_ENCODING);
    if has_body {
        content_encoding::of_headers(headers)?;
    }
    if has_body
        && guard.endpoint.doc.request_files.is_empty()
        && matches!(*method, Method::POST | Method::PUT | Method::PATCH)
    {
        is_json(headers)?;
        content_encoding::charset(headers)?;
    }
    Ok(())
}

/// Counts a call against the limits of its connection.
pub(crate) async fn count_call(
    hub: &Hub,
    connection: &ConnectionId,
    is_heavy: bool,
) -> Result<(), ApiError> {
    let counted = hub
        .limits()
        .count(hub.db(), connection.as_str(), is_heavy, hub.clock())
        .await?;
    counted.map_err(|seconds| {
        hub.metrics().refusals.count(Limit::Calls);
        ApiError::TooMany(seconds)
    })
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
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
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
