//! Callbacks: which events a connection is told of, and where (API, chapter Callbacks and events).
//!
//! - A connection has one callback at most. With a URL it is *active*: each event is POSTed there.
//!   Without one it is *passive*: events wait to be fetched and acknowledged.
//! - Replacing a callback keeps what is pending; it goes to the new URL at once, or waits.
//! - Removing it discards what is pending.
//! - Nobody can subscribe to what the scope does not permit, or have internal addresses called.

mod http;
pub mod store;

use crate::http::routes::{Needs, Paths, Routes};

const CALLBACK: Paths = &["/callback"];
const EVENTS: Paths = &["/callback/events"];
const EVENT: Paths = &["/callback/events/{event_id}"];

/// The endpoints of callbacks and of the events that wait for them.
pub fn routes() -> Routes {
    Routes::new()
        .get(CALLBACK, Needs::Token, http::find)
        .post(CALLBACK, Needs::Token, http::replace)
        .delete(CALLBACK, Needs::Token, http::remove)
        .get(EVENTS, Needs::Token, http::list_events)
        .paged()
        .get(EVENT, Needs::Token, http::find_event)
        .delete(EVENT, Needs::Token, http::acknowledge_event)
}
