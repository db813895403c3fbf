//! A program that the hub calls, and that can be ill.

use std::net::SocketAddr;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::books::{Books, STATUSES};
use crate::tools::http::find;

/// How a receiver is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Takes what comes.
    Well,
    /// Takes connections and requests, and says nothing.
    Hangs,
    /// Takes no connections, and gives up those that it has.
    Refuses,
    /// Answers 500.
    Fails,
}

/// An active receiver.
pub struct Receiver {
    pub url: String,
    health: watch::Sender<Health>,
    task: JoinHandle<()>,
}

/// A callback, as far as it is looked at.
#[derive(Deserialize)]
struct Event {
    id: String,
    order_id: String,
    new_state: ReceiverState,
}

#[derive(Deserialize)]
struct ReceiverState {
    status: String,
}

impl Receiver {
    /// Listens on a loopback port that it keeps.
    pub async fn start(number: usize, books: &Books) -> Self {
        let port = crate::trouble::machine::process::free_port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listener = TcpListener::bind(address).await.unwrap();
        let health = watch::Sender::new(Health::Well);
        let desk = ReceiverConnection {
            number,
            books: books.clone(),
            health: health.subscribe(),
        };
        Self {
            url: format!("http://{address}/callback"),
            health,
            task: tokio::spawn(listen(listener, address, desk)),
        }
    }

    pub fn set_health(&self, health: Health) {
        self.health.send_replace(health);
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where a connection's requests are taken.
#[derive(Clone)]
struct ReceiverConnection {
    number: usize,
    books: Books,
    health: watch::Receiver<Health>,
}

async fn listen(mut listener: TcpListener, address: SocketAddr, desk: ReceiverConnection) {
    let mut health = desk.health.clone();
    loop {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                refuses = health.wait_for(|health| *health == Health::Refuses) => {
                    if refuses.is_err() {
                        return;
                    }
                    break;
                }
                accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                    let connection = desk.clone();
                    connections.spawn(async move { connection.serve(stream).await });
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop((listener, connections));
        if health
            .wait_for(|health| *health != Health::Refuses)
            .await
            .is_err()
        {
            return;
        }
        listener = TcpListener::bind(address).await.unwrap();
    }
}

impl ReceiverConnection {
    /// Answers one request after the other, until the connection ends.
    async fn serve(mut self, mut stream: TcpStream) -> Option<()> {
        let mut received = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = find(&received, b"\r\n\r\n") {
                    break end + 4;
                }
                more(&mut stream, &mut received).await?;
            };
            let length = length(&received[..end])?;
            while received.len() < end + length {
                more(&mut stream, &mut received).await?;
            }
            let answer = self.answer(&received[end..end + length]).await?;
            stream.write_all(answer.as_bytes()).await.ok()?;
            received.drain(..end + length);
        }
    }

    /// What is said to a body; nothing when the receiver is not well.
    async fn answer(&mut self, body: &[u8]) -> Option<&'static str> {
        let health = *self.health.borrow();
        match health {
            Health::Well => {
                match serde_json::from_slice::<Event>(body) {
                    Ok(event) => self.note(&event),
                    Err(error) => {
                        let text = String::from_utf8_lossy(&body[..body.len().min(200)]);
                        self.books
                            .add_fault("callbacks that cannot be read", format!("{error}: {text}"));
                    }
                }
                Some("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
            Health::Fails => {
                Some("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
            }
            Health::Hangs => {
                let _well = self
                    .health
                    .wait_for(|health| *health != Health::Hangs)
                    .await;
                None
            }
            Health::Refuses => None,
        }
    }

    fn note(&self, event: &Event) {
        let status = &event.new_state.status;
        match STATUSES.iter().position(|known| known == status) {
            Some(rank) => self
                .books
                .record_callback(self.number, &event.order_id, &event.id, rank),
            None => self
                .books
                .add_fault("callbacks with a status that nobody gave", status.clone()),
        }
    }
}

async fn more(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<()> {
    (stream.read_buf(received).await.ok()? > 0).then_some(())
}

/// The length of the body that follows a head.
fn length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}
