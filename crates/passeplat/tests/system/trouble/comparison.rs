//! In the end: everything that was owed is paid, and what the hub shows is what was promised.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::time::timeout;

use super::load::books::{BookPages, OrderKey, STATUSES};
use super::load::lanes::Lanes;
use super::load::sender::{ORDERS, key_of, private_ref, reference};
use super::site::Site;
use crate::tools::counting::OrderList;

/// Nothing has moved for so long: it stands still. What waits behind a failed callback is looked at
/// after a minute.
const STANDSTILL: Duration = Duration::from_secs(100);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// Before any order.
const BEFORE: &str = "2000-01-01T00:00:00Z";

/// An order as its sender finds it.
#[derive(Deserialize)]
struct Order {
    id: String,
    r#ref: Option<String>,
    private_ref: Option<String>,
    status: String,
}

/// Waits until everything that was sent is answered and no event waits any more.
pub async fn drain(site: &Site, lanes: &mut Lanes) {
    lanes.stop();
    let (mut progress, mut since) = (0, Instant::now());
    loop {
        let are_done = timeout(PAUSE, lanes.done()).await.is_ok();
        let waiting = site.waiting_events().await;
        if are_done && waiting.as_ref().is_ok_and(Vec::is_empty) {
            return;
        }
        if site.books.progress() != progress {
            (progress, since) = (site.books.progress(), Instant::now());
        } else if since.elapsed() > STANDSTILL {
            let words = format!("all answered: {are_done}; waiting: {waiting:?}");
            site.books.add_fault("in the end all stands still", words);
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Compares what was sent and heard with what the hub shows.
pub async fn compare(site: &Site) {
    let orders = OrderList {
        host: site.address.clone(),
        path: ORDERS.to_owned(),
        token: site.token.clone(),
    };
    let all: Vec<Order> = match orders.since(BEFORE).await {
        Ok(all) => all,
        Err(error) => {
            let words = format!("{error:#}");
            return site.books.add_fault("orders cannot be read", words);
        }
    };
    let mut by_key: BTreeMap<OrderKey, Vec<&Order>> = BTreeMap::new();
    let mut pages = site.books.open();
    for order in &all {
        match order.r#ref.as_deref().and_then(key_of) {
            Some(key) => by_key.entry(key).or_default().push(order),
            None => pages.add_fault("orders that nobody sent", order.id.clone()),
        }
    }
    let keys: Vec<OrderKey> = pages.sent.keys().copied().collect();
    for key in keys {
        let there = by_key.remove(&key).unwrap_or_default();
        check_that_it_is_there_once(&mut pages, key, &there);
        for order in there {
            as_sent(&mut pages, key, order);
            check_events(&mut pages, key, order);
        }
    }
    for key in by_key.into_keys() {
        pages.add_fault("orders that nobody sent", reference(key));
    }
    let known: BTreeSet<&str> = all.iter().map(|order| order.id.as_str()).collect();
    let reported = pages
        .notified_orders
        .iter()
        .flat_map(|orders| orders.keys());
    let reported = reported.chain(pages.found.iter().flat_map(|found| found.keys()));
    let unknown: Vec<String> = reported
        .filter(|order| !known.contains(order.as_str()))
        .cloned()
        .collect();
    for order in unknown {
        pages.add_fault("receivers heard of orders that are not there", order);
    }
}

/// What was answered is there once; what was not is there once at most.
fn check_that_it_is_there_once(pages: &mut BookPages, key: OrderKey, there: &[&Order]) {
    let sent = pages.sent[&key].clone();
    let name = reference(key);
    let what = match (&sent.id, there) {
        (Some(_), []) => "orders that were answered are gone",
        (Some(id), [order]) if order.id != *id => "orders have another id than was answered",
        (_, [_, _, ..]) => "orders are there twice",
        (None, _) if sent.is_keyed => "orders were never answered",
        _ => return,
    };
    pages.add_fault_since(what, sent.trouble, name);
}

/// An order is as its sender left it.
fn as_sent(pages: &mut BookPages, key: OrderKey, order: &Order) {
    let sent = &pages.sent[&key];
    let trouble = sent.trouble;
    let status = STATUSES[sent.changes.last().copied().unwrap_or(0)];
    if order.status != status {
        let words = format!("{} is '{}', not '{status}'", reference(key), order.status);
        pages.add_fault_since("orders are not as they were left", trouble, words);
    }
    if order.private_ref.as_deref() != Some(private_ref(key).as_str()) {
        let words = format!("{}: {:?}", reference(key), order.private_ref);
        pages.add_fault_since("orders have lost their private ref", trouble, words);
    }
}

/// Each receiver has heard of an order's beginning and of each change, once and in order.
fn check_events(pages: &mut BookPages, key: OrderKey, order: &Order) {
    let (trouble, name) = (pages.sent[&key].trouble, reference(key));
    let mut wanted = vec![0];
    wanted.extend(&pages.sent[&key].changes);
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for (receiver, orders) in pages.notified_orders.iter().enumerate() {
        let events = orders.get(&order.id).map_or(&[][..], |order| &order.events);
        let statuses: Vec<usize> = events.iter().map(|(_, status)| *status).collect();
        if statuses != wanted {
            let words = format!("{name}: {statuses:?} instead of {wanted:?} for {receiver}");
            faults.push(("active receivers heard something else", words));
        }
        ids.extend(events.iter().map(|(event, _)| event));
    }
    for (receiver, found) in pages.found.iter().enumerate() {
        let found = found.get(&order.id).map_or(&[][..], Vec::as_slice);
        let creates: Vec<bool> = found.iter().map(|found| found.is_create).collect();
        let is_right = creates.len() == wanted.len()
            && creates.iter().enumerate().all(|(at, is)| *is == (at == 0));
        if !is_right {
            let words = format!("{name}: {creates:?} instead of {wanted:?} for {receiver}");
            faults.push(("passive receivers found something else", words));
        }
        ids.extend(found.iter().map(|found| &found.event));
    }
    if ids.len() > wanted.len() {
        let words = format!("{name} has {ids:?}");
        faults.push(("one thing that happened has several events", words));
    }
    for (what, words) in faults {
        pages.add_fault_since(what, trouble, words);
    }
}
