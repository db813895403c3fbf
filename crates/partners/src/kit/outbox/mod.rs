//! What the app has to send: a durable queue.
//!
//! What somebody does while the line is down is stored, shown as "not sent yet", and sent afterwards, in
//! order for each subject (such as an order's id). Each change has an idempotency key that is stored beside
//! it, so that the hub makes it once, wherever the app is killed.

mod queue;
mod send;

pub(crate) use queue::{
    ActionMethod, ActionState, NewAction, OutboxSummary, QueuedAction, delete_refused, enqueue,
    enqueue_latest, is_waiting, state, summary, waiting_by_subject,
};
pub(crate) use send::{FlushOutcome, flush, next_attempt_in, submit};
