//! A program that asks for its events, and acknowledges each.

use std::time::Duration;

use serde::Deserialize;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use super::books::{Books, WaitingEvent};
use super::sender::{Addresses, Attempt, Sender};
use crate::random::SeededRandom;

/// Between two looks when nothing waits.
const PAUSE: Duration = Duration::from_secs(1);

/// Acknowledgements under way at a time.
const LINES: usize = 4;

/// A passive receiver; it asks until it is dropped.
pub struct Poller {
    task: JoinHandle<()>,
}

/// An event in the list of those that wait.
#[derive(Deserialize)]
struct EventHead {
    id: String,
    order_id: String,
    event_type: String,
}

impl Poller {
    pub fn start(number: usize, addresses: &Addresses, token: &str, books: &Books) -> Self {
        let sender = |line: usize| {
            let random = SeededRandom::from_seed((number * 100 + line) as u64);
            Sender::new(addresses, token, books, random)
        };
        let lines = (0..LINES).map(sender).collect();
        let task = tokio::spawn(poll(number, sender(LINES), lines, books.clone()));
        Self { task }
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn poll(number: usize, mut asking: Sender, mut lines: Vec<Sender>, books: Books) {
    loop {
        let path = "/v1/callback/events?count=100";
        let page = asking.once("GET", path, None, None).await;
        let page: Vec<EventHead> = match page.as_deref().map(serde_json::from_slice) {
            Some(Ok(page)) => page,
            Some(Err(error)) => {
                books.add_fault("lists of events that cannot be read", error.to_string());
                Vec::new()
            }
            None => Vec::new(),
        };
        if page.is_empty() {
            sleep(PAUSE).await;
        }
        for head in &page {
            let found = WaitingEvent {
                event: head.id.clone(),
                is_create: head.event_type == "create",
            };
            books.record_waiting(number, &head.order_id, found);
        }
        // The next list is asked for when all of these have ended, so what was acknowledged must not
        // be in it.
        let mut parts = JoinSet::new();
        for (at, line) in lines.drain(..).enumerate() {
            let events: Vec<String> = page
                .iter()
                .skip(at)
                .step_by(LINES)
                .map(|it| it.id.clone())
                .collect();
            parts.spawn(acknowledge(number, line, events, books.clone()));
        }
        lines = parts.join_all().await;
    }
}

async fn acknowledge(number: usize, mut line: Sender, events: Vec<String>, books: Books) -> Sender {
    for event in events {
        let path = format!("/v1/callback/events/{event}");
        match line.attempt("DELETE", &path, None, None).await {
            Attempt::Answered(200, _) => books.record_acknowledgement(number, &event),
            Attempt::Answered(404, _) => {}
            // It is in the next list.
            _ => sleep(PAUSE).await,
        }
    }
    line
}
