//! One round: subscribe, load, kill, compare after the restart, send again what was not answered,
//! and compare once more.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::receiver::{Event, Events, Receiver};
use crate::tools::counting::{ListedOrder, OrderList, count_orders};
use crate::tools::http::{self, HttpConnection, request};
use crate::tools::hub_process::HubProcess;
use crate::tools::order;

const ORDERS: &str = "/v1/location/orders";
const CONNECTIONS: usize = 16;

/// An order that was sent: its connection, and its number there.
type OrderKey = (usize, u32);

/// What became of an order that was sent.
enum OrderOutcome {
    /// Answered with this body.
    Answered(OrderKey, Vec<u8>),
    /// The hub was gone before it answered.
    Open(OrderKey),
}

/// The orders that were sent.
#[derive(Default)]
pub struct SentOrders {
    /// With their answers.
    pub answered: BTreeMap<OrderKey, Vec<u8>>,
    /// Without an answer.
    pub open: Vec<OrderKey>,
}

impl SentOrders {
    fn add(&mut self, outcome: Result<OrderOutcome, String>) {
        match outcome.unwrap() {
            OrderOutcome::Answered(key, body) => {
                self.answered.insert(key, body);
            }
            OrderOutcome::Open(key) => self.open.push(key),
        }
    }
}

pub struct Round {
    run: String,
    after: String,
    sender: String,
    active: String,
    passive: String,
}

impl Round {
    /// Empties both subscriptions and subscribes anew, so that only this round's events count.
    pub async fn begin(
        hub: &HubProcess,
        sender: &str,
        active: &str,
        passive: &str,
        receiver: &Receiver,
    ) -> Self {
        let host = http::host(&hub.url).unwrap();
        for (token, url) in [(active, Some(receiver.url.as_str())), (passive, None)] {
            let wanted = json!({ "url": url, "events": { "order": ["create"] } }).to_string();
            exchange_ok(
                &host,
                &request("DELETE", &host, "/v1/callback", token, None),
            )
            .await;
            exchange_ok(
                &host,
                &request("POST", &host, "/v1/callback", token, Some(&wanted)),
            )
            .await;
        }
        let after = orders(hub, sender).mark().await.unwrap();
        Self {
            run: order::run_name(),
            after,
            sender: sender.to_owned(),
            active: active.to_owned(),
            passive: passive.to_owned(),
        }
    }

    /// Loads the hub until `enough` orders are answered, and kills it `moment` later.
    pub async fn load_and_kill(
        &self,
        hub: HubProcess,
        enough: u64,
        moment: Duration,
    ) -> SentOrders {
        let host = http::host(&hub.url).unwrap();
        let (sender, mut outcomes) = unbounded_channel();
        for connection in 0..CONNECTIONS {
            let (host, token, run) = (host.clone(), self.sender.clone(), self.run.clone());
            tokio::spawn(send(host, token, run, connection, sender.clone()));
        }
        drop(sender);
        let mut sent = SentOrders::default();
        while (sent.answered.len() as u64) < enough {
            let outcome = outcomes
                .recv()
                .await
                .expect("the hub takes orders until it is killed");
            sent.add(outcome);
        }
        // Answers come in groups, just after a commit; the kill shall come anywhere between.
        tokio::time::sleep(moment).await;
        hub.kill().await.unwrap();
        while let Some(outcome) = outcomes.recv().await {
            sent.add(outcome);
        }
        sent
    }

    /// Sends with its key what was not answered, twice, and the last answered order of each
    /// connection.
    pub async fn send_again(&self, hub: &HubProcess, sent: &mut SentOrders) {
        let host = http::host(&hub.url).unwrap();
        let mut line = HttpConnection::open(&host).await.unwrap();
        for key in std::mem::take(&mut sent.open) {
            let bytes = create_request(&host, &self.sender, &self.run, key);
            let first = line.exchange(&bytes).await.unwrap();
            first.expect_ok().unwrap();
            let body = first.body.to_vec();
            let second = line.exchange(&bytes).await.unwrap();
            assert_eq!(second.body, body, "{key:?}");
            sent.answered.insert(key, body);
        }
        let mut last = BTreeMap::new();
        for (key, body) in &sent.answered {
            last.insert(key.0, (*key, body));
        }
        for (key, body) in last.into_values() {
            let bytes = create_request(&host, &self.sender, &self.run, key);
            let again = line.exchange(&bytes).await.unwrap();
            assert_eq!(again.body, body.as_slice(), "{key:?}");
        }
    }

    /// Compares answers, orders and events; answers how many orders are stored.
    pub async fn check(&self, hub: &HubProcess, sent: &SentOrders, receiver: &Receiver) -> usize {
        let all = orders(hub, &self.sender);
        let stored: Vec<ListedOrder> = all.since(&self.after).await.unwrap();
        let found = count_orders(&self.run, sent.answered.keys().copied(), &stored);
        assert_eq!(
            found.lost, 0,
            "orders that were answered and are gone: {found:?}"
        );
        assert_eq!(found.doubled, 0, "orders that are there twice: {found:?}");

        // The pending ones first: what is not pending now was received before.
        let host = http::host(&hub.url).unwrap();
        let passive_events = pending(&host, &self.passive).await;
        let mut active_events = pending(&host, &self.active).await;
        let received = receiver.received();
        assert_eq!(
            received.unreadable, [""; 0],
            "callbacks that are no events of an order"
        );
        for (order, events) in received.events {
            active_events.entry(order).or_default().extend(events);
        }
        let mine: Vec<_> = stored
            .iter()
            .filter(|order| order.key(&self.run).is_some())
            .collect();
        for order in &mine {
            for (who, events) in [
                ("delivered or pending", &active_events),
                ("kept for polling", &passive_events),
            ] {
                let times = events.get(&order.id).map_or(0, |ids| ids.len());
                assert_eq!(times, 1, "events of order {} that are {who}", order.id);
            }
        }
        mine.len()
    }
}

fn orders(hub: &HubProcess, token: &str) -> OrderList {
    let host = http::host(&hub.url).unwrap();
    OrderList {
        host,
        path: ORDERS.to_owned(),
        token: token.to_owned(),
    }
}

/// Sends orders one after the other until the hub is gone; tells what became of each, or what was
/// answered instead.
async fn send(
    host: String,
    token: String,
    run: String,
    connection: usize,
    sender: UnboundedSender<Result<OrderOutcome, String>>,
) {
    let Ok(mut line) = HttpConnection::open(&host).await else {
        return;
    };
    for number in 1.. {
        let key = (connection, number);
        let bytes = create_request(&host, &token, &run, key);
        let Ok(answer) = line.exchange(&bytes).await else {
            let _ended = sender.send(Ok(OrderOutcome::Open(key)));
            return;
        };
        let body = answer.body.to_vec();
        let outcome = answer
            .expect_ok()
            .map(|()| OrderOutcome::Answered(key, body));
        if sender.send(outcome).is_err() {
            return;
        }
    }
}

/// The request that places an order; its ref is its idempotency key.
fn create_request(host: &str, token: &str, run: &str, (connection, number): OrderKey) -> Vec<u8> {
    let reference = order::reference(run, connection, number);
    let body = order::json(&reference);
    let bytes = request("POST", host, ORDERS, token, Some(&body));
    let text = String::from_utf8(bytes).unwrap();
    let header = format!("\r\nIdempotency-Key: {reference}\r\n");
    text.replacen("\r\n", &header, 1).into_bytes()
}

async fn exchange_ok(host: &str, bytes: &[u8]) {
    let mut connection = HttpConnection::open(host).await.unwrap();
    connection
        .exchange(bytes)
        .await
        .unwrap()
        .expect_ok()
        .unwrap();
}

/// The events that a connection has not acknowledged, from every page.
async fn pending(host: &str, token: &str) -> Events {
    let mut connection = HttpConnection::open(host).await.unwrap();
    let mut events = Events::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/callback/events?count=100{cursor}");
        let answer = connection
            .exchange(&request("GET", host, &path, token, None))
            .await
            .unwrap();
        answer.expect_ok().unwrap();
        let page: Vec<Event> = serde_json::from_slice(answer.body).unwrap();
        for event in page {
            events.entry(event.order_id).or_default().insert(event.id);
        }
        match answer.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return events,
        }
    }
}
