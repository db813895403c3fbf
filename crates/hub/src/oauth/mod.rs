//! OAuth 2.0: how a program is let in (API, chapter OAuth 2.0).
//!
//! A *client* is a registered program. A user grants it a *scope* at a place; the client exchanges
//! the code that the grant gave for the token of a *connection*.

pub mod clients;
pub mod connections;
