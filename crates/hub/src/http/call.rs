//! One call of the API, or one form of the back office that was sent: the hub, and the conditions under
//! which what was sent may change something ([`super::conditions`]).
//!
//! A handler takes it out of its request and changes things with its `write`, never with that of the
//! hub, which knows no conditions. A house test looks for those that do.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::conditions::RequestConditions;
use super::response::ApiResult;
use crate::db::{self, Tx};
use crate::hub::Hub;

/// One call of the API.
#[derive(Clone, Debug)]
pub(crate) struct ApiCall(Call);

/// One form of the back office.
#[derive(Clone, Debug)]
pub(crate) struct FormCall(Call);

#[derive(Clone, Debug)]
struct Call {
    hub: Hub,
    conditions: Option<Arc<RequestConditions>>,
}

impl Call {
    /// Makes a change with `run`, which gets the conditions if there are any.
    async fn write<T, E, F>(&self, name: &'static str, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<db::Error> + Send + 'static,
        F: Fn(Option<&RequestConditions>, &mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let Some(conditions) = &self.conditions else {
            return self.hub.write(name, move |tx| run(None, tx)).await;
        };
        let held = Arc::clone(conditions);
        let run = move |tx: &mut Tx<'_>| run(Some(held.as_ref()), tx);
        // Conditions ask the database who was first, or what the thing is like now.
        let made = self.hub.db().write_alone(name, run).await?;
        conditions.committed();
        Ok(made)
    }
}

impl FromRequestParts<Hub> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Infallible> {
        Ok(Self {
            hub: hub.clone(),
            conditions: parts.extensions.get().cloned(),
        })
    }
}

impl ApiCall {
    /// The hub that answers this request.
    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Makes a change under the conditions of the request, and answers once it is durable: once for
    /// each `Idempotency-Key`, whose answer is kept in the same transaction, and only if the thing is
    /// as `If-Match` says.
    pub(crate) async fn write<F>(&self, name: &'static str, change: F) -> ApiResult
    where
        F: Fn(&mut Tx<'_>) -> ApiResult + Send + 'static,
    {
        let run = move |conditions: Option<&RequestConditions>, tx: &mut Tx<'_>| match conditions {
            Some(conditions) => conditions.run_and_keep(tx, &change),
            None => change(tx),
        };
        self.0.write(name, run).await
    }
}

impl FromRequestParts<Hub> for ApiCall {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Infallible> {
        Call::from_request_parts(parts, hub).await.map(Self)
    }
}

impl FormCall {
    /// The hub that answers this request.
    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Makes a change once for each page that the form was on, and answers once it is durable. What is
    /// shown then is kept by `office::form_deduplication`.
    pub(crate) async fn write<T, E, F>(&self, name: &'static str, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<db::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let run = move |conditions: Option<&RequestConditions>, tx: &mut Tx<'_>| match conditions {
            Some(conditions) => conditions.run(tx, &change),
            None => change(tx),
        };
        self.0.write(name, run).await
    }
}

impl FromRequestParts<Hub> for FormCall {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Infallible> {
        Call::from_request_parts(parts, hub).await.map(Self)
    }
}

impl FromRequestParts<Hub> for Hub {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, hub: &Hub) -> Result<Self, Infallible> {
        Ok(hub.clone())
    }
}
