//! A program that takes callbacks, and outlives the hub that sends them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;
use tokio::net::TcpListener;

/// The ids of the events of each order.
pub type Events = BTreeMap<String, BTreeSet<String>>;

pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<ReceivedEvents>>,
}

/// What came so far.
#[derive(Clone, Default)]
pub struct ReceivedEvents {
    pub events: Events,
    /// Bodies that are no events of an order: there should be none.
    pub unreadable: Vec<String>,
}

/// An event as a callback carries it, and as `GET /callback/events` lists it.
#[derive(Deserialize)]
pub struct Event {
    pub id: String,
    pub order_id: String,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callback", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(ReceivedEvents::default()));
        let router = Router::new()
            .route("/callback", post(receive))
            .with_state(received.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, received }
    }

    /// Everything that was received so far.
    pub fn received(&self) -> ReceivedEvents {
        self.received.lock().unwrap().clone()
    }
}

/// Remembers the event before it is acknowledged.
async fn receive(State(received): State<Arc<Mutex<ReceivedEvents>>>, body: Bytes) {
    let mut received = received.lock().unwrap();
    match serde_json::from_slice::<Event>(&body) {
        Ok(event) => {
            received
                .events
                .entry(event.order_id)
                .or_default()
                .insert(event.id);
        }
        Err(_) => received
            .unreadable
            .push(String::from_utf8_lossy(&body).into_owned()),
    }
}
