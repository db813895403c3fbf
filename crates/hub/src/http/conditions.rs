//! What a request asks of its change beyond its body: to be made once (`Idempotency-Key`, see
//! [`super::idempotency`]), and only if the thing is as it was seen (`If-Match`, see
//! [`super::etag`]).
//!
//! The conditions travel with the [`ApiCall`](super::call::ApiCall) that a handler takes out of its
//! request. Every change that a handler makes with `call.write` meets them inside its transaction, so
//! no slice has to think of them. A request without conditions costs a look at its headers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::caller::Authenticated;
use super::etag::{self, EntityTags};
use super::idempotency::{self, IdempotentRequest};
use super::problem::ApiError;
use super::response::ApiResult;
use crate::db::{self, Tx};
use crate::hub::Hub;

/// The conditions of one request that changes something, and how far it has come.
#[derive(Debug)]
pub(crate) struct RequestConditions {
    key: Option<IdempotentRequest>,
    if_match: Option<EntityTags>,
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    /// The key is this request's, and that is durable.
    is_claimed: bool,
    /// The state was compared with what the caller has seen.
    is_compared: bool,
    broken: Option<ConditionFailure>,
}

/// What is said of `If-Match` where it cannot be held to.
const NOT_COMPARED: &str = "If-Match is not supported here: send the request without it. It is supported for \
    callbacks, catalogs, customer lists, customers, deliveries, delivery quotes, locations, loyalty \
    cards, orders and waiting events";

/// Why a change was rolled back although its own rules allowed it.
#[derive(Clone, Copy, Debug)]
enum ConditionFailure {
    /// Another request with the same key was faster.
    KeyTaken,
    /// The state ought to be compared, and the change does not know how.
    PreconditionUnsupported,
}

impl RequestConditions {
    /// The conditions of a form of the back office: to be sent once.
    pub(crate) fn of_form(key: IdempotentRequest) -> Self {
        Self {
            key: Some(key),
            if_match: None,
            progress: Mutex::default(),
        }
    }

    /// Whether a change was undone because another request with the same key was faster.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.progress().broken, Some(ConditionFailure::KeyTaken))
    }

    /// Whether the key is this request's, durably.
    pub(crate) fn is_claimed(&self) -> bool {
        self.progress().is_claimed
    }

    pub(super) fn if_match(&self) -> Option<&EntityTags> {
        self.if_match.as_ref()
    }

    /// Remembers that the state was compared with [`RequestConditions::if_match`].
    pub(super) fn precondition_checked(&self) {
        self.progress().is_compared = true;
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail<T, E: From<db::Error>>(&self, how: ConditionFailure) -> Result<T, E> {
        self.progress().broken = Some(how);
        Err(E::from(db::Error::Condition))
    }

    /// Makes a change under these conditions, in its transaction. Like any change it may be run again.
    pub(crate) fn run<T, E: From<db::Error>>(
        &self,
        tx: &mut Tx<'_>,
        change: &impl Fn(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let is_claimed = {
            let mut progress = self.progress();
            progress.broken = None;
            progress.is_compared = false;
            progress.is_claimed
        };
        if let Some(key) = &self.key
            && !is_claimed
            && !key.claim(tx)?
        {
            return self.fail(ConditionFailure::KeyTaken);
        }
        let made = change(tx)?;
        if self.if_match.is_some() && !self.progress().is_compared {
            return self.fail(ConditionFailure::PreconditionUnsupported);
        }
        Ok(made)
    }

    /// Runs the change under the conditions, and stores the response for requests that repeat the
    /// key.
    pub(super) fn run_and_keep(
        &self,
        tx: &mut Tx<'_>,
        change: &impl Fn(&mut Tx<'_>) -> ApiResult,
    ) -> ApiResult {
        let reply = self.run(tx, change)?;
        if let Some(key) = &self.key {
            key.save_response(tx, reply.body(), reply.order())?;
        }
        Ok(reply)
    }

    /// Remembers that a change is durable.
    pub(crate) fn committed(&self) {
        self.progress().is_claimed = true;
    }
}

/// Whether a method changes anything.
fn changes(method: &Method) -> bool {
    [Method::POST, Method::PATCH, Method::PUT, Method::DELETE].contains(method)
}

/// Answers an admitted request under its conditions. Where the endpoint is not conditional, `If-Match`
/// says nothing.
pub(super) async fn respond(
    hub: &Hub,
    admitted: &Authenticated,
    is_conditional: bool,
    mut request: Request,
    next: Next,
) -> Response {
    if !changes(request.method()) {
        let known = EntityTags::read(request.headers(), &header::IF_NONE_MATCH);
        return etag::not_modified_if_known(known.as_ref(), next.run(request).await);
    }
    let if_match =
        EntityTags::read(request.headers(), &header::IF_MATCH).filter(|_| is_conditional);
    let key = match idempotency::key(request.headers()) {
        Ok(key) => key,
        Err(problem) => return idempotency::mark_not_replayed(problem.into_response()),
    };
    let key = match key {
        None => None,
        Some(key) => {
            let (keyed, again) = IdempotentRequest::new(admitted, key, request).await;
            request = again;
            Some(keyed)
        }
    };
    if key.is_none() && if_match.is_none() {
        return next.run(request).await;
    }
    let conditions = Arc::new(RequestConditions {
        key,
        if_match,
        progress: Mutex::default(),
    });
    let response = run_under(hub, &conditions, request, next)
        .await
        .unwrap_or_else(|problem| problem.into_response());
    if conditions.key.is_some() {
        idempotency::mark_not_replayed(response)
    } else {
        response
    }
}

async fn run_under(
    hub: &Hub,
    conditions: &Arc<RequestConditions>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if let Some(key) = &conditions.key
        && let Some(saved) = key.find(hub).await?
    {
        return key.replay(saved);
    }
    request.extensions_mut().insert(Arc::clone(conditions));
    let response = next.run(request).await;
    let broken = conditions.progress().broken;
    match (&conditions.key, broken) {
        (_, Some(ConditionFailure::PreconditionUnsupported)) => {
            Err(ApiError::Malformed(NOT_COMPARED.to_owned()))
        }
        (Some(key), Some(ConditionFailure::KeyTaken)) => match key.find(hub).await? {
            Some(saved) => key.replay(saved),
            None => Err(ApiError::RequestInProgress),
        },
        _ => Ok(response),
    }
}
