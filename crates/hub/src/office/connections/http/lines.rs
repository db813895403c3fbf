//! A line of the logs, from what the databases say to what is shown.

use std::collections::BTreeMap;

use wire::id::EventId;

use super::super::{CallbackLine, LogLine};
use crate::db::page::Cursor;
use crate::events::store::{self as events, Dispatch};
use crate::journal::store::Request;
use crate::oauth::connections::Connection;
use crate::office::dispatches::{MAX_PAGE_BODY_BYTES, Phrasing, outcome};
use crate::office::exchange::{BodyView, Exchange, refusal_text, resource_label};
use crate::office::format;
use crate::office::widgets::{Badge, Severity};
use crate::secret::shown_address;

/// What the app was told, by event.
pub(super) type EventBodies = BTreeMap<EventId, String>;

/// A line as it was found.
pub(super) enum FoundLine {
    Request(Box<Request>),
    Callback(Box<Dispatch>),
}

impl FoundLine {
    /// Its place in the list: the time, then the id.
    pub(super) fn position(&self) -> (String, String) {
        match self {
            Self::Request(it) => (wire::time::stored(it.at), it.id.clone()),
            Self::Callback(it) => (wire::time::stored(it.created_at), it.event.to_string()),
        }
    }

    /// Its position as a cursor, for the address of the next page.
    pub(super) fn cursor(&self) -> Cursor {
        let (key, id) = self.position();
        Cursor { key, id }
    }
}

/// The lines as they are shown.
pub(super) fn log_lines(
    phrasing: &Phrasing<'_>,
    connection: &Connection,
    found: Vec<FoundLine>,
    event_bodies: &EventBodies,
) -> Vec<LogLine> {
    let mut room = MAX_PAGE_BODY_BYTES;
    found
        .into_iter()
        .map(|line| match line {
            FoundLine::Request(it) => LogLine::Request(Box::new(request(phrasing, &it, &mut room))),
            FoundLine::Callback(it) => {
                LogLine::Callback(Box::new(callback(phrasing, connection, &it, event_bodies)))
            }
        })
        .collect()
}

/// A request and its response as a line, with as much of both as `room` has bytes for.
pub(crate) fn request(phrasing: &Phrasing<'_>, request: &Request, room: &mut usize) -> Exchange {
    let mut body = |side: &str, text: &str| {
        let (connection, id) = (&request.connection, &request.id);
        let href = format!("/connections/{connection}/requests/{id}/{side}");
        phrasing.body(text, room, (!text.is_empty()).then_some(href))
    };
    Exchange {
        id: request.id.clone(),
        time: phrasing.full_timestamp(request.at),
        at: format::machine_time(&phrasing.at(request.at)),
        origin: None,
        resource: resource_label(&request.resource),
        method: request.method.clone(),
        url: shown_address(&request.url).into_owned(),
        outcome: Badge::new(
            request.status.to_string(),
            Severity::of_http_status(request.status),
        ),
        took: phrasing.duration_label(request.duration),
        cause: refusal_text(phrasing.words, request.status, &request.response),
        request: body("request", &request.request),
        response: body("response", &request.response),
    }
}

fn callback(
    phrasing: &Phrasing<'_>,
    connection: &Connection,
    delivery: &Dispatch,
    event_bodies: &EventBodies,
) -> CallbackLine {
    let href = |part: &str| {
        let (connection, event) = (&connection.id, &delivery.event);
        Some(format!(
            "/connections/{connection}/callbacks/{event}/{part}"
        ))
    };
    let event = match event_bodies.get(&delivery.event) {
        Some(text) => BodyView::of(text, href("event")),
        None => phrasing.too_long(href("event")),
    };
    let answer = |attempt: &events::Attempt| {
        let text = attempt.answer.as_str();
        let number = attempt.number.to_string();
        BodyView::of(text, href(&number).filter(|_| !text.is_empty()))
    };
    let (resource, kind) = (delivery.resource.as_str(), delivery.kind.as_str());
    let name = format!("{} · {resource}.{kind}", delivery.event);
    let last = delivery.attempts.last();
    let log_lines = phrasing.dispatch(delivery, connection.blocked_at.is_some(), event, answer);
    CallbackLine {
        id: format!("e-{}", delivery.event),
        time: phrasing.full_timestamp(delivery.created_at),
        at: format::machine_time(&phrasing.at(delivery.created_at)),
        is_sent: last.is_some() || delivery.due_at.is_some(),
        url: last.map_or_else(
            || name.clone(),
            |attempt| shown_address(&attempt.url).into_owned(),
        ),
        name,
        outcome: last.map_or_else(|| log_lines.badge.clone(), |last| outcome(last).badge()),
        took: last.map_or_else(String::new, |last| phrasing.duration_label(last.duration)),
        order: delivery
            .order
            .as_ref()
            .map(|id| format!("/orders/{id}#journey")),
        delivery: log_lines,
    }
}
