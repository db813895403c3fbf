//! What was sent, what was answered and who has heard of it: everything that is compared in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use tokio::sync::watch;

/// An order: which lane sent it, and its number there.
pub type OrderKey = (usize, u32);

/// The statuses of an order, in the order in which it goes through some of them.
pub const STATUSES: [&str; 5] = ["new", "received", "accepted", "in_preparation", "completed"];

/// The receivers that are called.
pub const ACTIVE: usize = 3;
/// The receivers that ask.
pub const PASSIVE: usize = 2;

/// The books of a run.
#[derive(Clone)]
pub struct Books {
    inner: Arc<Mutex<BookPages>>,
    changed: watch::Sender<()>,
}

/// What stands in the books.
#[derive(Default)]
pub struct BookPages {
    /// What was sent.
    pub sent: BTreeMap<OrderKey, SentOrder>,
    /// What each active receiver heard of each order, by the order's id.
    pub notified_orders: [BTreeMap<String, NotifiedOrder>; ACTIVE],
    /// The events of each order that each passive receiver found waiting.
    pub found: [BTreeMap<String, Vec<WaitingEvent>>; PASSIVE],
    /// What is wrong: what kind of thing, and during or after which trouble.
    pub faults: BTreeMap<(&'static str, usize), Fault>,
    /// How requests ended, by the trouble that went on.
    pub tallies: Vec<Tally>,
    acknowledged: [BTreeSet<String>; PASSIVE],
    callbacks: u64,
}

/// An order that was sent.
#[derive(Clone, Debug, Default)]
pub struct SentOrder {
    /// Repeated with an idempotency key until it is answered; else sent once.
    pub is_keyed: bool,
    /// The id in the answer with 200.
    pub id: Option<String>,
    /// The statuses that it was given afterwards, each answered with 200.
    pub changes: Vec<usize>,
    /// During, or after, which trouble.
    pub trouble: usize,
}

/// What an active receiver heard of an order.
#[derive(Clone, Debug, Default)]
pub struct NotifiedOrder {
    /// Event and status, in the order in which they came first.
    pub events: Vec<(String, usize)>,
    /// The first time.
    pub at: Option<Instant>,
}

/// An event that waited for a passive receiver.
#[derive(Clone, Debug)]
pub struct WaitingEvent {
    pub event: String,
    pub is_create: bool,
}

/// Something that is wrong, so many times.
#[derive(Clone, Debug)]
pub struct Fault {
    pub times: u64,
    /// The first of them.
    pub example: String,
}

/// How requests of senders ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Orders answered with 200.
    pub orders: u64,
    /// Answers with 503.
    pub refused: u64,
    /// No answer, or no connection.
    pub unanswered: u64,
    /// Other answers that the sender did not deserve.
    pub odd: u64,
    /// Requests sent again.
    pub repeats: u64,
}

impl Books {
    pub fn new() -> Self {
        let mut pages = BookPages::default();
        pages.tallies.push(Tally::default());
        Self {
            inner: Arc::new(Mutex::new(pages)),
            changed: watch::Sender::default(),
        }
    }

    /// Reads, or writes.
    pub fn open(&self) -> MutexGuard<'_, BookPages> {
        self.inner.lock().unwrap()
    }

    /// Changes whenever a receiver has heard something.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// From now on requests count for the next trouble.
    pub fn next_trouble(&self) {
        self.open().tallies.push(Tally::default());
    }

    /// Notes how a request ended.
    pub fn tally(&self, count: impl FnOnce(&mut Tally)) {
        let mut pages = self.open();
        count(pages.tallies.last_mut().unwrap());
    }

    /// Notes something that is wrong now.
    pub fn add_fault(&self, what: &'static str, example: String) {
        self.open().add_fault(what, example);
    }

    /// An order is about to be sent.
    pub fn record_sending(&self, key: OrderKey, is_keyed: bool) {
        let mut pages = self.open();
        let sent = SentOrder {
            is_keyed,
            trouble: pages.trouble(),
            ..SentOrder::default()
        };
        pages.sent.insert(key, sent);
    }

    /// An order was answered with 200.
    pub fn record_answer(&self, key: OrderKey, id: &str) {
        let mut pages = self.open();
        pages.tallies.last_mut().unwrap().orders += 1;
        pages.sent.entry(key).or_default().id = Some(id.to_owned());
    }

    /// A change of an order's status was answered with 200.
    pub fn record_change(&self, key: OrderKey, status: usize) {
        let mut pages = self.open();
        pages.sent.entry(key).or_default().changes.push(status);
    }

    /// An active receiver was called.
    pub fn record_callback(&self, receiver: usize, order: &str, event: &str, status: usize) {
        let mut pages = self.open();
        pages.callbacks += 1;
        let notified_order = pages.notified_orders[receiver]
            .entry(order.to_owned())
            .or_default();
        notified_order.at.get_or_insert_with(Instant::now);
        let latest = notified_order.events.last().map(|(_, status)| *status);
        let is_new = notified_order
            .events
            .iter()
            .all(|(known, _)| known != event);
        if is_new {
            notified_order.events.push((event.to_owned(), status));
        }
        if let Some(latest) = latest
            && status < latest
        {
            let (now, before) = (STATUSES[status], STATUSES[latest]);
            let what = if is_new {
                "callbacks came in the wrong order"
            } else {
                "callbacks came again after later ones"
            };
            let words =
                format!("order {order} is '{now}' after '{before}', for receiver {receiver}");
            pages.add_fault(what, words);
        }
        drop(pages);
        self.changed.send_replace(());
    }

    /// A passive receiver found an event waiting.
    pub fn record_waiting(&self, receiver: usize, order: &str, found: WaitingEvent) {
        let mut pages = self.open();
        if pages.acknowledged[receiver].contains(&found.event) {
            let words = format!("event {} for passive receiver {receiver}", found.event);
            pages.add_fault("events wait again that were acknowledged", words);
        }
        let events = pages.found[receiver].entry(order.to_owned()).or_default();
        if events.iter().all(|known| known.event != found.event) {
            events.push(found);
        }
    }

    /// A passive receiver's acknowledgement was answered with 200.
    pub fn record_acknowledgement(&self, receiver: usize, event: &str) {
        let mut pages = self.open();
        pages.acknowledged[receiver].insert(event.to_owned());
        drop(pages);
        self.changed.send_replace(());
    }

    /// When an active receiver first heard of an order.
    pub fn first_callback_at(&self, receiver: usize, order: &str) -> Option<Instant> {
        self.open().notified_orders[receiver].get(order)?.at
    }

    /// A number that grows as long as something is told.
    pub fn progress(&self) -> u64 {
        let pages = self.open();
        let acknowledged: usize = pages.acknowledged.iter().map(BTreeSet::len).sum();
        let answered = pages.tallies.iter().map(|tally| tally.orders).sum::<u64>();
        pages.callbacks + acknowledged as u64 + answered
    }
}

impl BookPages {
    /// Notes something that is wrong now.
    pub fn add_fault(&mut self, what: &'static str, example: String) {
        self.add_fault_since(what, self.trouble(), example);
    }

    /// Notes something that is wrong since a trouble.
    pub fn add_fault_since(&mut self, what: &'static str, trouble: usize, example: String) {
        let fault = self
            .faults
            .entry((what, trouble))
            .or_insert(Fault { times: 0, example });
        fault.times += 1;
    }

    /// The number of the trouble that goes on, or was the last.
    pub fn trouble(&self) -> usize {
        self.tallies.len() - 1
    }

    /// All callbacks, repeats too.
    pub fn callbacks(&self) -> u64 {
        self.callbacks
    }
}
