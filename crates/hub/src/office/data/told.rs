//! An order's journey in plain words, from what the databases say.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use wire::event::{EventResource, EventType};
use wire::id::OrderId;

use super::store::Told;
use super::{Attempt, Delivery, Journey, Outcome, State, Step};
use crate::db;
use crate::events::envelope::Stored;
use crate::events::store::{self as events, State as Stage};
use crate::journal::store::Request;
use crate::office::exchange::{Body, Exchange};
use crate::office::format;
use crate::office::frame::Notice;
use crate::office::parts::{Badge, Tone};
use crate::office::words::Words;

/// Requests about an order that are shown at most.
pub(super) const MOST_REQUESTS: u32 = 100;

/// Bytes of bodies of requests on one page at most; what lies beyond is for download.
const MOST_BYTES: usize = 512 * 1024;

/// Where and for whom a journey is told.
pub(super) struct Teller<'a> {
    pub words: &'static Words,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
    pub order: &'a OrderId,
    /// Whether the reader may throw away what waits.
    pub may_discard: bool,
}

impl Teller<'_> {
    fn at(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }

    fn in_full(&self, time: Timestamp) -> String {
        format::date_time_seconds(self.words.language, &self.at(time))
    }

    /// The time of day, with its date unless that is the date of `near`.
    fn time(&self, time: Timestamp, near: Timestamp) -> String {
        if self.at(time).date() == self.at(near).date() {
            format::time_of_day(&self.at(time))
        } else {
            self.in_full(time)
        }
    }

    fn took(&self, microseconds: i64) -> String {
        let milliseconds = u64::try_from(microseconds).unwrap_or_default() / 1_000;
        format::duration(self.words.language, milliseconds)
    }

    /// The whole journey. No requests: they cannot be read.
    pub(super) fn journey(&self, told: &Told, requests: Option<&[Request]>) -> db::Result<Journey> {
        let j = &self.words.journey;
        let mut steps: Vec<(Timestamp, Step)> = Vec::new();
        let mut room = MOST_BYTES;
        for request in requests.unwrap_or_default() {
            steps.push((request.at, self.request(told, request, &mut room)));
        }
        for event in &told.events {
            steps.push((event.created_at.at(), self.event(told, event)?));
        }
        // What was asked for stands before what came of it.
        steps.sort_by_key(|(at, _)| *at);
        let note = match requests {
            None => Some(j.logs_away.to_owned()),
            Some(some) if some.len() >= MOST_REQUESTS as usize => {
                Some(j.only_first(u64::from(MOST_REQUESTS)))
            }
            Some(_) => None,
        };
        Ok(Journey {
            zone: format::utc_offset(&self.at(self.now)),
            steps: steps.into_iter().map(|(_, step)| step).collect(),
            note,
        })
    }

    fn request(&self, told: &Told, request: &Request, room: &mut usize) -> Step {
        let j = &self.words.journey;
        let what = match (request.resource.as_str(), request.method.as_str()) {
            _ if !(200..300).contains(&request.status) => "",
            ("order", "POST") => j.order_create,
            ("order", "PATCH" | "PUT") => j.order_update,
            ("delivery", "POST") => j.delivery_create,
            ("delivery", "PATCH" | "PUT") => j.delivery_update,
            ("delivery_quote", "POST") if request.url.ends_with("/accept") => j.quote_accepted,
            ("delivery_quote", "POST") => j.quote_create,
            _ => "",
        };
        let app = told.names.get(&request.connection);
        let app = app.map_or(request.client.as_str(), |named| &named.app);
        let mut body = |text: &str, side: &str| {
            let href = format!("/orders/{}/requests/{}/{side}", self.order, request.id);
            let download = (!text.is_empty()).then_some(href);
            if text.len() > *room {
                return self.too_long(download);
            }
            *room -= text.len();
            Body::of(text, download)
        };
        let code = Badge::new(
            request.status.to_string(),
            Tone::of_http_status(request.status),
        );
        let exchange = Exchange {
            id: format!("r-{}", request.id),
            time: self.in_full(request.at),
            at: format::machine_time(&self.at(request.at)),
            origin: None,
            resource: titled(&request.resource),
            method: request.method.clone(),
            url: request.url.clone(),
            outcome: code,
            took: self.took(request.duration),
            request: body(&request.request, "request"),
            response: body(&request.response, "response"),
        };
        Step::Request {
            what: what.to_owned(),
            by: j.by(app),
            exchange: Box::new(exchange),
        }
    }

    fn too_long(&self, download: Option<String>) -> Body {
        Body {
            text: String::new(),
            note: Some(self.words.journey.too_long.to_owned()),
            download,
        }
    }

    fn event(&self, told: &Told, event: &Stored) -> db::Result<Step> {
        let j = &self.words.journey;
        let what = match (event.resource, event.kind) {
            (EventResource::Order, EventType::Create) => j.order_create,
            (EventResource::Order, _) => j.order_update,
            (EventResource::Delivery, EventType::Create) => j.delivery_create,
            (EventResource::Delivery, _) => j.delivery_update,
            (EventResource::DeliveryQuote, EventType::Create) => j.quote_create,
            (EventResource::DeliveryQuote, _) => j.quote_accepted,
            _ => j.event,
        };
        let change = match (event.resource, event.statuses()?) {
            (EventResource::Order, (Some(before), Some(after))) if before != after => {
                let label = |status| self.words.orders.status_label(status);
                Some(j.changed(label(&before), label(&after)))
            }
            _ => None,
        };
        let at = event.created_at.at();
        let deliveries = told.deliveries.get(&event.id).into_iter().flatten();
        Ok(Step::Event {
            what: what.to_owned(),
            change,
            time: self.in_full(at),
            at: format::machine_time(&self.at(at)),
            name: format!(
                "{} · {}.{}",
                event.id,
                event.resource.as_str(),
                event.kind.as_str()
            ),
            deliveries: deliveries
                .map(|delivery| self.delivery(told, delivery))
                .collect(),
        })
    }

    fn delivery(&self, told: &Told, delivery: &events::Delivery) -> Delivery {
        let (words, app) = (self.words, delivery.client_name.as_str());
        let (state, said) = self.fate(told, delivery);
        let key = format!("{}.{}", delivery.event, delivery.connection);
        let href = format!("/orders/{}/deliveries/{key}", self.order);
        let pending = delivery.state == Stage::Pending;
        let body = told
            .bodies
            .get(&(delivery.event.clone(), delivery.connection.clone()));
        let attempts = delivery.attempts.iter().map(|attempt| {
            let outcome = outcome(attempt);
            Attempt {
                number: words.journey.number(u64::from(attempt.number)),
                time: self.time(attempt.started_at, delivery.created_at),
                took: self.took(attempt.duration),
                badge: outcome.badge(),
                said: outcome.in_words(words, app),
                answer: Body::of(&attempt.answer, None),
            }
        });
        Delivery {
            app: app.to_owned(),
            badge: state.badge(words),
            said,
            next: self.next(state, delivery),
            attempts: attempts.collect(),
            event: match body {
                Some(text) => Body::of(text, Some(href.clone())),
                None => self.too_long(Some(href.clone())),
            },
            discard: (pending && self.may_discard).then(|| format!("{href}/delete")),
        }
    }

    /// When it is tried again.
    fn next(&self, state: State, delivery: &events::Delivery) -> Option<String> {
        let due = delivery.due_at.filter(|_| state == State::Retrying)?;
        let words = &self.words.journey;
        (due > self.now).then(|| words.next_at(&self.time(due, self.now)))
    }

    /// How far a delivery got, and that in words.
    fn fate(&self, told: &Told, delivery: &events::Delivery) -> (State, String) {
        let j = &self.words.journey;
        let app = delivery.client_name.as_str();
        let last = delivery.attempts.last().map(outcome);
        let in_words = |outcome: &Outcome| outcome.in_words(self.words, app);
        let is_blocked = told
            .names
            .get(&delivery.connection)
            .is_some_and(|named| named.is_blocked);
        match delivery.state {
            Stage::Pending if is_blocked => (State::Blocked, j.paused.to_owned()),
            Stage::Pending => match (&last, delivery.due_at) {
                (Some(last), Some(_)) => (State::Retrying, in_words(last)),
                (_, None) => (State::Waiting, j.not_fetched(app)),
                (None, Some(due)) if due > self.now => (State::Waiting, j.in_line.to_owned()),
                (None, Some(_)) => (State::Waiting, j.under_way.to_owned()),
            },
            Stage::Acknowledged => match &last {
                Some(answered @ Outcome::Answered(200..400)) => {
                    (State::Acknowledged, in_words(answered))
                }
                Some(answered @ Outcome::Answered(400..500)) => {
                    (State::AcknowledgedAnyway, in_words(answered))
                }
                _ => {
                    let at = delivery.settled_at.unwrap_or(delivery.created_at);
                    let time = self.time(at, delivery.created_at);
                    (State::Acknowledged, j.fetched(app, &time))
                }
            },
            Stage::Expired if delivery.attempts.is_empty() => {
                (State::Expired, j.never_fetched(app))
            }
            Stage::Expired => {
                let tries = u64::from(delivery.tries);
                (State::Expired, j.gave_up(app, tries))
            }
            Stage::Deleted => (State::Discarded, j.not_sent_again.to_owned()),
        }
    }

    /// What became of the order, in one sentence per app.
    pub(super) fn summary(&self, told: &Told) -> Vec<Notice> {
        let w = &self.words.orders;
        let is_order = |event: &&Stored| event.resource == EventResource::Order;
        let mut of_order = told.events.iter().filter(is_order);
        let Some(created) = of_order.next() else {
            return Vec::new();
        };
        if created.kind != EventType::Create {
            return Vec::new();
        }
        let later: Vec<&events::Delivery> = of_order
            .filter_map(|event| told.deliveries.get(&event.id))
            .flatten()
            .collect();
        let first = told.deliveries.get(&created.id).into_iter().flatten();
        first
            .map(|delivery| {
                let app = delivery.client_name.as_str();
                let (state, said) = self.fate(told, delivery);
                let behind = || {
                    later.iter().any(|other| {
                        other.connection == delivery.connection
                            && matches!(other.state, Stage::Pending | Stage::Expired)
                    })
                };
                match state {
                    State::Acknowledged if behind() => Notice::new(Tone::Warn, w.behind(app)),
                    State::Acknowledged => {
                        let settled = delivery.settled_at.unwrap_or(delivery.created_at);
                        let took = settled.as_microsecond() - delivery.created_at.as_microsecond();
                        Notice::new(Tone::Good, w.received_by(app, &self.took(took)))
                    }
                    State::AcknowledgedAnyway => Notice::new(Tone::Warn, said),
                    State::Waiting if delivery.due_at.is_none() => {
                        Notice::new(Tone::Warn, w.waiting_for(app))
                    }
                    State::Waiting => Notice::new(Tone::Fresh, format!("{app} : {said}")),
                    State::Retrying => {
                        let next = self.next(state, delivery);
                        let next = next.map(|next| format!(" {next}.")).unwrap_or_default();
                        Notice::new(Tone::Bad, format!("{said}{next}"))
                    }
                    State::Blocked | State::Discarded => {
                        Notice::new(Tone::Warn, format!("{} {said}", w.not_reached(app)))
                    }
                    State::Expired => {
                        Notice::new(Tone::Bad, format!("{} {said}", w.not_reached(app)))
                    }
                }
            })
            .collect()
    }
}

fn outcome(attempt: &events::Attempt) -> Outcome {
    Outcome::of(attempt.status, attempt.failure.as_deref(), &attempt.url)
}

/// A resource of the journal as people read it: `Customer List`.
fn titled(resource: &str) -> String {
    let words = resource.split('_').map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}
