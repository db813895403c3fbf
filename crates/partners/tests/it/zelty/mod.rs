//! Zelty: the client of its API, the stand-in of its API, and what the bridge makes of what.

mod catalog;
mod client;
mod incoming;
mod location;
mod office;
mod outgoing;
mod pace;
mod service;
mod shapes;
mod support;
mod webhooks;
