//! OAuth 2.0: how a program is let in (API, chapter OAuth 2.0).
//!
//! A *client* is a registered program. A user grants it a *scope* at a place; the client exchanges
//! the *code* that the grant gave for the token of a *connection*. A connection that is authorised
//! again keeps its token; what it may reach changes in the moment of the exchange, not before.
//!
//! Kept from the API as it has always been: any redirect URI while a client lists none (the page
//! says so), out-of-band codes, tokens without end. Ours: PKCE (S256) for whoever sends a challenge,
//! an allow-list of exact redirect URIs, and a bound on guessing.

pub mod changes;
pub mod clients;
pub mod codes;
pub mod connections;
mod error;
mod names;
mod params;
mod token;

use axum::Router;
use axum::routing::{MethodRouter, any, post};

use crate::hub::Hub;
use error::OAuthError;

/// What is under `/oauth2/v1` for programs; the page of `/authorize` is the back office's. Like the
/// API, it forgives a slash at the end, and says in JSON that it has nothing at a path.
pub(crate) fn router(hub: &Hub) -> Router {
    let nowhere = || any(async || OAuthError::NoRoute);
    let call = |call: MethodRouter<Hub>| call.fallback(async || OAuthError::NoRoute);
    Router::new()
        .route("/oauth2/v1/token", call(post(token::exchange)))
        .route("/oauth2/v1/token/", call(post(token::exchange)))
        .route("/oauth2/v1/revoke", call(post(token::revoke)))
        .route("/oauth2/v1/revoke/", call(post(token::revoke)))
        .route("/oauth2/v1", nowhere())
        .route("/oauth2/v1/", nowhere())
        .route("/oauth2/v1/{*rest}", nowhere())
        .with_state(hub.clone())
}
