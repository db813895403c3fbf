//! One round: subscribe, load, kill, and compare after the restart.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::receiver::{Event, Events, Receiver};
use crate::tools::counting::{Orders, compare};
use crate::tools::http::{self, Connection, request};
use crate::tools::hub::Hub;
use crate::tools::order;

const ORDERS: &str = "/v1/location/orders";
const CONNECTIONS: usize = 16;

/// An acknowledged order: its connection, and its number there.
type Key = (usize, u32);

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
        hub: &Hub,
        sender: &str,
        active: &str,
        passive: &str,
        receiver: &Receiver,
    ) -> Self {
        let host = http::host(&hub.url).unwrap();
        for (token, url) in [(active, Some(receiver.url.as_str())), (passive, None)] {
            let wanted = json!({ "url": url, "events": { "order": ["create"] } }).to_string();
            ask(
                &host,
                &request("DELETE", &host, "/v1/callback", token, None),
            )
            .await;
            ask(
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
    pub async fn load_and_kill(&self, hub: Hub, enough: u64, moment: Duration) -> Vec<Key> {
        let host = http::host(&hub.url).unwrap();
        let (tell, mut told) = unbounded_channel();
        for connection in 0..CONNECTIONS {
            let (host, token, run) = (host.clone(), self.sender.clone(), self.run.clone());
            tokio::spawn(send(host, token, run, connection, tell.clone()));
        }
        drop(tell);
        let mut answered = Vec::new();
        while (answered.len() as u64) < enough {
            let answer = told
                .recv()
                .await
                .expect("the hub takes orders until it is killed");
            answered.push(answer.unwrap());
        }
        // Answers come in groups, just after a commit; the kill shall come anywhere between.
        tokio::time::sleep(moment).await;
        hub.kill().await.unwrap();
        while let Some(answer) = told.recv().await {
            answered.push(answer.unwrap());
        }
        answered
    }

    /// Compares answers, orders and events; answers how many orders are stored.
    pub async fn check(&self, hub: &Hub, answered: &[Key], receiver: &Receiver) -> usize {
        let stored = orders(hub, &self.sender).since(&self.after).await.unwrap();
        let found = compare(&self.run, answered.iter().copied(), &stored);
        assert_eq!(
            found.lost, 0,
            "orders that were answered and are gone: {found:?}"
        );
        assert_eq!(found.doubled, 0, "orders that are there twice: {found:?}");

        // The pending ones first: what is not pending now was received before.
        let host = http::host(&hub.url).unwrap();
        let kept = pending(&host, &self.passive).await;
        let mut told = pending(&host, &self.active).await;
        let received = receiver.received();
        assert_eq!(
            received.unreadable, [""; 0],
            "callbacks that are no events of an order"
        );
        for (order, events) in received.events {
            told.entry(order).or_default().extend(events);
        }
        let mine: Vec<_> = stored
            .iter()
            .filter(|order| order.key(&self.run).is_some())
            .collect();
        for order in &mine {
            for (who, events) in [("delivered or pending", &told), ("kept for polling", &kept)] {
                let times = events.get(&order.id).map_or(0, |ids| ids.len());
                assert_eq!(times, 1, "events of order {} that are {who}", order.id);
            }
        }
        mine.len()
    }
}

fn orders(hub: &Hub, token: &str) -> Orders {
    let host = http::host(&hub.url).unwrap();
    Orders {
        host,
        path: ORDERS.to_owned(),
        token: token.to_owned(),
    }
}

/// Sends orders one after the other until the hub is gone; tells each that was answered, or what
/// was answered instead.
async fn send(
    host: String,
    token: String,
    run: String,
    connection: usize,
    tell: UnboundedSender<Result<Key, String>>,
) {
    let Ok(mut line) = Connection::open(&host).await else {
        return;
    };
    for number in 1.. {
        let body = order::json(&order::reference(&run, connection, number));
        let bytes = request("POST", &host, ORDERS, &token, Some(&body));
        let Ok(answer) = line.exchange(&bytes).await else {
            return;
        };
        let answered = answer.expect_ok().map(|()| (connection, number));
        if tell.send(answered).is_err() {
            return;
        }
    }
}

async fn ask(host: &str, bytes: &[u8]) {
    let mut connection = Connection::open(host).await.unwrap();
    connection
        .exchange(bytes)
        .await
        .unwrap()
        .expect_ok()
        .unwrap();
}

/// The events that a connection has not acknowledged, from every page.
async fn pending(host: &str, token: &str) -> Events {
    let mut connection = Connection::open(host).await.unwrap();
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
