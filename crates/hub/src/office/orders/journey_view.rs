//! An order's journey in plain words, from what the databases say.

use jiff::Timestamp;
use wire::event::{EventResource, EventType};
use wire::id::OrderId;
use wire::order::OrderStatus;

use super::store::OrderHistory;
use super::{Journey, JourneyStep};
use crate::db;
use crate::events::envelope::StoredEvent;
use crate::events::store::{self as events, DispatchState};
use crate::journal::store::Request;
use crate::office::dispatches::{DispatchProgress, DispatchView, MAX_PAGE_BODY_BYTES, Phrasing};
use crate::office::exchange::{BodyView, Exchange, refusal_text, resource_label};
use crate::office::format;
use crate::office::frame::Notice;
use crate::office::widgets::{Badge, Severity};
use crate::secret::shown_address;

/// Requests about an order that are shown at most.
pub(super) const MAX_SHOWN_REQUESTS: u32 = 100;

/// Where and for whom a journey is told.
pub(super) struct JourneyView<'a> {
    pub phrasing: Phrasing<'a>,
    pub order: &'a OrderId,
    /// Whether the reader may throw away what waits.
    pub may_discard: bool,
}

impl JourneyView<'_> {
    /// The whole journey. No requests: they cannot be read.
    pub(super) fn journey(
        &self,
        history: &OrderHistory,
        requests: Option<&[Request]>,
    ) -> db::Result<Journey> {
        let j = &self.phrasing.words.journey;
        let mut steps: Vec<(Timestamp, JourneyStep)> = Vec::new();
        let mut bytes_left = MAX_PAGE_BODY_BYTES;
        for request in requests.unwrap_or_default() {
            steps.push((request.at, self.request(history, request, &mut bytes_left)));
        }
        for event in &history.events {
            let by = history.author(&event.id).map(|app| j.by(app));
            steps.push((event.created_at, self.event(history, event, by)?));
        }
        // What was asked for stands before what came of it.
        steps.sort_by_key(|(at, _)| *at);
        let note = match requests {
            None => Some(j.logs_away.to_owned()),
            Some(some) if some.len() >= MAX_SHOWN_REQUESTS as usize => {
                Some(j.only_first(u64::from(MAX_SHOWN_REQUESTS)))
            }
            Some(_) => None,
        };
        Ok(Journey {
            zone: format::utc_offset(&self.phrasing.at(self.phrasing.now)),
            steps: steps.into_iter().map(|(_, step)| step).collect(),
            note,
        })
    }

    fn request(
        &self,
        history: &OrderHistory,
        request: &Request,
        bytes_left: &mut usize,
    ) -> JourneyStep {
        let j = &self.phrasing.words.journey;
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
        let app = history.names.get(&request.connection);
        let app = app.map_or(request.client.as_str(), |named| &named.app);
        let mut body = |text: &str, side: &str| {
            let href = format!("/orders/{}/requests/{}/{side}", self.order, request.id);
            let download = (!text.is_empty()).then_some(href);
            self.phrasing.body(text, bytes_left, download)
        };
        let code = Badge::new(
            request.status.to_string(),
            Severity::of_http_status(request.status),
        );
        let exchange = Exchange {
            id: format!("r-{}", request.id),
            time: self.phrasing.full_timestamp(request.at),
            at: format::machine_time(&self.phrasing.at(request.at)),
            origin: None,
            resource: resource_label(&request.resource),
            method: request.method.clone(),
            url: shown_address(&request.url).into_owned(),
            outcome: code,
            took: self.phrasing.duration_label(request.duration),
            cause: refusal_text(self.phrasing.words, request.status, &request.response),
            request: body(&request.request, "request"),
            response: body(&request.response, "response"),
        };
        JourneyStep::Request {
            what: what.to_owned(),
            by: j.by(app),
            exchange: Box::new(exchange),
        }
    }

    fn event(
        &self,
        history: &OrderHistory,
        event: &StoredEvent,
        by: Option<String>,
    ) -> db::Result<JourneyStep> {
        let j = &self.phrasing.words.journey;
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
                let label = |status| self.phrasing.words.orders.status_label(status);
                Some(j.changed(label(&before), label(&after)))
            }
            _ => None,
        };
        let at = event.created_at;
        let deliveries = history.deliveries.get(&event.id).into_iter().flatten();
        Ok(JourneyStep::Event {
            what: what.to_owned(),
            change,
            by,
            time: self.phrasing.full_timestamp(at),
            at: format::machine_time(&self.phrasing.at(at)),
            name: format!(
                "{} · {}.{}",
                event.id,
                event.resource.as_str(),
                event.kind.as_str()
            ),
            deliveries: deliveries
                .map(|delivery| self.delivery(history, delivery))
                .collect(),
        })
    }

    fn delivery(&self, history: &OrderHistory, delivery: &events::Dispatch) -> DispatchView {
        let key = format!("{}.{}", delivery.event, delivery.connection);
        let href = format!("/orders/{}/callbacks/{key}", self.order);
        let pending = delivery.state == DispatchState::Pending;
        let body = history
            .bodies
            .get(&(delivery.event.clone(), delivery.connection.clone()));
        let event = match body {
            Some(text) => BodyView::of(text, Some(href.clone())),
            None => self.phrasing.too_long(Some(href.clone())),
        };
        let answer = |attempt: &events::Attempt| BodyView::of(&attempt.answer, None);
        let blocked = history.is_blocked(&delivery.connection);
        DispatchView {
            discard: (pending && self.may_discard).then(|| format!("{href}/delete")),
            resend: (!pending && self.may_discard && !history.is_gone(&delivery.connection))
                .then(|| format!("{href}/resend")),
            fire: (pending && delivery.fire_at.is_some() && self.may_discard)
                .then(|| format!("{href}/fire")),
            ..self.phrasing.dispatch(delivery, blocked, event, answer)
        }
    }

    /// Who has called the order off, and when; none if it is not known, or nobody has.
    pub(super) fn cancellation(&self, history: &OrderHistory) -> db::Result<Option<Notice>> {
        let cancelled = Some(OrderStatus::Cancelled.as_str());
        for event in history.events.iter().rev() {
            let is_order = event.resource == EventResource::Order;
            let (before, after) = event.statuses()?;
            if is_order && after.as_deref() == cancelled && before.as_deref() != cancelled {
                let w = &self.phrasing.words.orders;
                let time = self.phrasing.full_timestamp(event.created_at);
                let author = history.author(&event.id);
                return Ok(
                    author.map(|app| Notice::new(Severity::Warn, w.cancelled_by(app, &time)))
                );
            }
        }
        Ok(None)
    }

    /// What became of the order, in one sentence per app.
    pub(super) fn summary(&self, history: &OrderHistory) -> Vec<Notice> {
        let w = &self.phrasing.words.orders;
        let is_order = |event: &&StoredEvent| event.resource == EventResource::Order;
        let mut of_order = history.events.iter().filter(is_order);
        let Some(created) = of_order.next() else {
            return Vec::new();
        };
        if created.kind != EventType::Create {
            return Vec::new();
        }
        let later: Vec<&events::Dispatch> = of_order
            .filter_map(|event| history.deliveries.get(&event.id))
            .flatten()
            .collect();
        let first = history.deliveries.get(&created.id).into_iter().flatten();
        first
            .map(|delivery| {
                let app = delivery.client_name.as_str();
                let (state, sentence) = self
                    .phrasing
                    .dispatch_state(delivery, history.is_blocked(&delivery.connection));
                let behind = || {
                    later.iter().any(|other| {
                        other.connection == delivery.connection
                            && matches!(
                                other.state,
                                DispatchState::Pending | DispatchState::Expired
                            )
                    })
                };
                match state {
                    DispatchProgress::Acknowledged if behind() => {
                        Notice::new(Severity::Warn, w.behind(app))
                    }
                    DispatchProgress::Acknowledged => {
                        let took = received_after(delivery);
                        Notice::new(
                            Severity::Good,
                            w.received_by(app, &self.phrasing.duration_label(took)),
                        )
                    }
                    DispatchProgress::AcknowledgedAnyway => Notice::new(Severity::Warn, sentence),
                    DispatchProgress::Waiting if delivery.due_at.is_none() => {
                        Notice::new(Severity::Warn, w.waiting_for(app))
                    }
                    DispatchProgress::Waiting | DispatchProgress::Held => {
                        Notice::new(Severity::Fresh, w.app_text(app, &sentence))
                    }
                    DispatchProgress::Retrying => {
                        let next = self.phrasing.next(state, delivery);
                        let next = next.map(|next| format!(" {next}.")).unwrap_or_default();
                        Notice::new(Severity::Bad, format!("{sentence}{next}"))
                    }
                    DispatchProgress::Blocked
                    | DispatchProgress::Discarded
                    | DispatchProgress::Superseded => {
                        Notice::new(Severity::Warn, format!("{} {sentence}", w.not_reached(app)))
                    }
                    DispatchProgress::Expired => {
                        Notice::new(Severity::Bad, format!("{} {sentence}", w.not_reached(app)))
                    }
                }
            })
            .collect()
    }
}

/// How long it took until an event was acknowledged, in microseconds: for the first time, should it have
/// been sent again later.
fn received_after(dispatch: &events::Dispatch) -> i64 {
    let is_good = |attempt: &&events::Attempt| {
        attempt
            .status
            .is_some_and(|status| (200..400).contains(&status))
    };
    let mut good = dispatch.attempts.iter().filter(is_good);
    let at = match (good.next(), good.next()) {
        (Some(first), Some(_)) => first.started_at.as_microsecond() + first.duration,
        _ => dispatch
            .settled_at
            .unwrap_or(dispatch.created_at)
            .as_microsecond(),
    };
    at - dispatch.created_at.as_microsecond()
}
