//! The menu boards on the wall, which show what there is: the hub calls them when something of their
//! location's inventory changes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use client::Event;
use client::callbacks::{CallbackReceiver, ReceivedEvent};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::kitchen::SECRET;
use super::plan::BRANCHES;

/// How long a board waits for something to go by itself: the hub looks every few seconds, and a
/// machine that does something else is slow.
const EXPIRY_TIMEOUT: Duration = Duration::from_secs(120);

/// The boards of all locations that have one.
pub struct MenuBoards {
    url: String,
    boards: Arc<Vec<Board>>,
}

struct Board {
    app: CallbackReceiver,
    heard: watch::Sender<Vec<Event>>,
}

impl MenuBoards {
    /// Waits for calls of the hub.
    pub async fn open() -> Self {
        let board = |_| Board {
            app: CallbackReceiver::new(SECRET.into()),
            heard: watch::Sender::default(),
        };
        let boards: Arc<Vec<Board>> = Arc::new((0..BRANCHES).map(board).collect());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/board/{branch}", post(receive))
            .with_state(boards.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, boards }
    }

    /// Where the board of a location is called.
    pub fn url(&self, branch: usize) -> String {
        format!("{}/board/{branch}", self.url)
    }

    /// What a board has heard once it has heard of something like that.
    pub async fn events(&self, branch: usize, holds: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut heard = self.boards[branch].heard.subscribe();
        let has_it = heard.wait_for(|events| events.iter().any(&holds));
        let events = tokio::time::timeout(EXPIRY_TIMEOUT, has_it).await;
        let events = events.unwrap_or_else(|_| {
            let heard = self.boards[branch].heard.borrow().clone();
            panic!("the board of location {branch} waits in vain; it has heard {heard:#?}")
        });
        events.unwrap().clone()
    }
}

/// A call of the hub. An event that is sent twice counts once.
async fn receive(
    State(boards): State<Arc<Vec<Board>>>,
    Path(branch): Path<usize>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let board = &boards[branch];
    match board.app.receive(&headers, &body) {
        Ok(ReceivedEvent::New(event)) => board.heard.send_modify(|heard| heard.push(event)),
        Ok(ReceivedEvent::Duplicate(_)) => {}
        Err(_) => return StatusCode::UNAUTHORIZED,
    }
    StatusCode::OK
}
