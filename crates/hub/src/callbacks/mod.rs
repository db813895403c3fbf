//! Callbacks: which events a connection is told of, and where (API, chapter Callbacks and events).
//!
//! - A connection has one callback at most. With a URL it is *active*: each event is POSTed there.
//!   Without one it is *passive*: events wait to be fetched and acknowledged.
//! - Replacing a callback keeps what is pending; it goes to a new URL at once, with all its tries, or
//!   waits. Registering the same URL again leaves the retries as they are.
//! - Removing it discards what is pending.
//! - Nobody can subscribe to what the scope does not permit, or have internal addresses called.

mod http;
mod resend;
pub mod store;
mod stream;

use wire::callback::{
    AcknowledgeInput, AcknowledgedEvents, Callback, NewCallback, ResendInput, ResentEvents,
};
use wire::event::Event;

use crate::http::endpoint_doc::EmptyObject;
use crate::http::routes::{Needs, Paths, Routes};

const CALLBACK: Paths = Paths::of_any_token("/callback");
const EVENTS: Paths = Paths::of_any_token("/callback/events");
const RESEND: Paths = Paths::of_any_token("/callback/events/resend");
const RESEND_JOB: Paths = Paths::of_any_token("/callback/events/resend/{job_id}");
const STREAM: Paths = Paths::of_any_token("/callback/stream");
const ACKNOWLEDGE: Paths = Paths::of_any_token("/callback/events/acknowledge");
const EVENT: Paths = Paths::of_any_token("/callback/events/{event_id}");

const EXAMPLE: &str = r#"{ "url": null, "events": { "order": ["create", "update"] } }"#;

/// The endpoints of callbacks and of the events that wait for them.
pub fn routes() -> Routes {
    Routes::new()
        .get(CALLBACK, Needs::Token, http::find)
        .operation_id("callbacks.find")
        .summary("Read the callback")
        .note("A connection that has set none gets a callback without a URL and without events.")
        .response::<Callback>()
        .post(CALLBACK, Needs::Token, http::replace)
        .operation_id("callbacks.replace")
        .conditional()
        .summary("Create or replace the callback")
        .note("Each kind of event needs the permission to read what it is about. The URL is stored and returned as it was sent. When it is called, characters that are not ASCII are percent-encoded as UTF-8.")
        .request::<NewCallback>()
        .example(EXAMPLE)
        .response::<Callback>()
        .delete(CALLBACK, Needs::Token, http::remove)
        .operation_id("callbacks.remove")
        .summary("Delete the callback, and the events that wait for it")
        .response::<Callback>()
        .get(EVENTS, Needs::Token, stream::list_events)
        .operation_id("callbacks.list_events")
        .paginated()
        .filter::<i64>("wait", "An addition. Seconds to wait for an event, 60 at most, before an empty list is returned")
        .summary("List the events that are not acknowledged, oldest first, without states")
        .response::<Vec<Event>>()
        .post(RESEND, Needs::Token, resend::resend_events)
        .operation_id("callbacks.resend_failed")
        .summary("Send events again that were given up")
        .note("An addition, for an app that was out of reach for longer than the hub tries: the events of this connection that were given up since a time are pending again, oldest first. They keep their ids, and a header marks those that are sent to a URL. 1,000 at a time: while `has_more` is `true`, the same call sends more. With `what`, `until`, `events`, `location_id` or `order_id` a job in the background sends them, without that bound: what was given up, what was missed because the connection was made or subscribed to it later, or everything that matches. The response has its `id`. When a newer event about the same thing has been acknowledged already, it is sent once more at the end. A connection has one job at a time.")
        .request::<ResendInput>()
        .example(r#"{ "since": "2026-03-07T18:30:00+01:00" }"#)
        .response::<ResentEvents>()
        .get(RESEND_JOB, Needs::Token, resend::find_job)
        .operation_id("callbacks.find_resend_job")
        .summary("Read how far a job is that sends events again")
        .note("An addition. `found` is how many events there were when it began, `resent` how many of them are pending again or sent.")
        .response::<ResentEvents>()
        .delete(RESEND_JOB, Needs::Token, resend::stop_job)
        .operation_id("callbacks.stop_resend_job")
        .summary("Stop a job that sends events again")
        .note("An addition. What it has sent so far stays as it is. A job that has ended is returned as it is.")
        .response::<ResentEvents>()
        .get(STREAM, Needs::Token, stream::stream_events)
        .operation_id("callbacks.stream_events")
        .summary("Receive events as they happen")
        .note("An addition: a stream of server-sent events. It begins with the events that are not acknowledged. Each has its id, a name such as `order.create`, and as data the event as `GET /callback/events/{event_id}` returns it. An event is acknowledged like any other; up to 500 are sent before that. A comment is sent every 15 seconds. After a break, `Last-Event-ID` names the last event that has arrived; events may arrive twice. A connection may have 10 streams.")
        .response_files(&["text/event-stream"])
        .get(EVENT, Needs::Token, http::find_event)
        .operation_id("callbacks.find_event")
        .summary("Read an event that is not acknowledged")
        .response::<Event>()
        .delete(EVENT, Needs::Token, http::acknowledge_event)
        .operation_id("callbacks.acknowledge_event")
        .summary("Acknowledge an event")
        .unlimited()
        .response::<EmptyObject>()
        .post(ACKNOWLEDGE, Needs::Token, http::acknowledge_events)
        .operation_id("callbacks.acknowledge_events")
        .unlimited()
        .summary("Acknowledge several events")
        .note("An addition: up to 1,000 ids at a time. Ids of events that were acknowledged before, or never sent to this connection, are ignored.")
        .request::<AcknowledgeInput>()
        .example(r#"{ "event_ids": ["z9q4d7", "z9q4d8"] }"#)
        .response::<AcknowledgedEvents>()
}
