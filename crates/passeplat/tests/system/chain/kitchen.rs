//! The screens in the kitchens: each hears of the orders of its location, because the hub calls it,
//! because it asks, or because it asks late for what it has missed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use client::callbacks::{CallbackReceiver, ReceivedEvent};
use client::{Connection, Event};
use tokio::net::TcpListener;

use super::plan::BRANCHES;

/// The secret with which the hub signs what it sends.
pub const SECRET: &str = "a secret that the kitchens know";

/// What a kitchen has heard of each order, by the order's id.
pub type KitchenEvents = BTreeMap<String, OrderEvents>;

#[derive(Clone, Debug, Default)]
pub struct OrderEvents {
    /// How many events.
    pub times: usize,
    /// The order as the last of them showed it.
    pub last: String,
}

/// The kitchens of all locations.
pub struct Kitchens {
    url: String,
    screens: Arc<Vec<Screen>>,
}

struct Screen {
    app: CallbackReceiver,
    heard: Mutex<KitchenEvents>,
}

impl Kitchens {
    /// Waits for calls of the hub.
    pub async fn open() -> Self {
        let screen = |_| Screen {
            app: CallbackReceiver::new(SECRET.into()),
            heard: Mutex::default(),
        };
        let screens: Arc<Vec<Screen>> = Arc::new((0..BRANCHES).map(screen).collect());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/kitchen/{branch}", post(receive))
            .with_state(screens.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, screens }
    }

    /// Where the kitchen of a location is called.
    pub fn url(&self, branch: usize) -> String {
        format!("{}/kitchen/{branch}", self.url)
    }

    /// A kitchen asks what is new, and acknowledges one event after the other.
    pub async fn look(&self, branch: usize, connection: &Connection) {
        let mut pages = connection.events();
        while let Some(page) = pages.next().await.unwrap() {
            for head in page {
                let event = connection.event(&head.id).await.unwrap();
                self.screens[branch].hear(event, 1);
                connection.delete_event(&head.id).await.unwrap();
            }
        }
    }

    /// A kitchen that was switched off goes through what it has missed, and looks at the last event of
    /// each order.
    pub async fn catch_up(&self, branch: usize, connection: &Connection) {
        let mut missed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut pages = connection.events();
        while let Some(page) = pages.next().await.unwrap() {
            for head in page {
                let of_order = missed.entry(head.order_id.unwrap()).or_default();
                of_order.push(head.id);
            }
        }
        for events in missed.into_values() {
            let last = connection.event(events.last().unwrap()).await.unwrap();
            self.screens[branch].hear(last, events.len());
        }
    }

    /// What a kitchen has heard so far.
    pub fn events(&self, branch: usize) -> KitchenEvents {
        self.screens[branch].heard.lock().unwrap().clone()
    }
}

/// Returns once the hub owes this connection nothing more.
pub async fn wait_until_idle(connection: &Connection) {
    let owed = async || connection.events().count(1).next().await.unwrap();
    while owed().await.is_some_and(|page| !page.is_empty()) {}
}

impl Screen {
    /// Notes an event, the last of so many.
    fn hear(&self, event: Event, times: usize) {
        let mut heard = self.heard.lock().unwrap();
        let of = heard.entry(event.head.order_id.unwrap()).or_default();
        of.times += times;
        of.last = event.new_state.unwrap().to_string();
    }
}

/// A call of the hub. An event that is sent twice counts once.
async fn receive(
    State(screens): State<Arc<Vec<Screen>>>,
    Path(branch): Path<usize>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let screen = &screens[branch];
    match screen.app.receive(&headers, &body) {
        Ok(ReceivedEvent::New(event)) => screen.hear(event, 1),
        Ok(ReceivedEvent::Duplicate(_)) => {}
        Err(_) => return StatusCode::UNAUTHORIZED,
    }
    StatusCode::OK
}
