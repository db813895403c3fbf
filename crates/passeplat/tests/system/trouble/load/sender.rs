//! A careful sender: what is not answered, or answered with a fault that may pass, is sent again with
//! the same `Idempotency-Key` until it is answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use tokio::time::{sleep, timeout};

use super::books::{Books, OrderKey, STATUSES};
use crate::random::SeededRandom;
use crate::tools::http::{HttpConnection, request};
use crate::tools::order;

/// The path of the orders of a token's location.
pub const ORDERS: &str = "/v1/location/orders";

/// How long an answer is waited for before the same is sent again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(300);

/// Where hubs are that serve the same: what does not answer at one is sent to another.
#[derive(Clone)]
pub struct Addresses(Arc<Mutex<Vec<String>>>);

impl Addresses {
    pub fn new(first: String) -> Self {
        Self(Arc::new(Mutex::new(vec![first])))
    }

    /// One more.
    pub fn add(&self, address: String) {
        self.0.lock().unwrap().push(address);
    }

    /// One less.
    pub fn remove(&self, address: &str) {
        self.0.lock().unwrap().retain(|known| known != address);
    }

    fn one(&self, random: &mut SeededRandom) -> String {
        random.one(&self.0.lock().unwrap()).clone()
    }
}

/// One program that sends over one connection, and opens another when that breaks.
pub struct Sender {
    addresses: Addresses,
    token: String,
    books: Books,
    random: SeededRandom,
    line: Option<HttpConnection>,
}

/// What became of one attempt.
pub enum Attempt {
    Answered(u16, Vec<u8>),
    Unanswered,
}

#[derive(Deserialize)]
struct WithId {
    id: String,
}

impl Sender {
    pub fn new(addresses: &Addresses, token: &str, books: &Books, random: SeededRandom) -> Self {
        Self {
            addresses: addresses.clone(),
            token: token.to_owned(),
            books: books.clone(),
            random,
            line: None,
        }
    }

    /// Places an order, again and again if it has a key, and answers its id.
    pub async fn place_order(&mut self, key: OrderKey, is_keyed: bool) -> Option<String> {
        self.books.record_sending(key, is_keyed);
        let body = new_order(key);
        let answer = if is_keyed {
            let name = reference(key);
            self.insist("POST", ORDERS, &name, Some(&body)).await
        } else {
            self.once("POST", ORDERS, None, Some(&body)).await
        };
        let id = id_in(&answer?)?;
        self.books.record_answer(key, &id);
        Some(id)
    }

    /// Sends an order again with its key, as a program does that was restarted before it had written
    /// the answer down: the answer must be the same.
    pub async fn place_again(&mut self, key: OrderKey, id: &str) {
        let (name, body) = (reference(key), new_order(key));
        self.books.tally(|tally| tally.repeats += 1);
        if let Some(answer) = self.insist("POST", ORDERS, &name, Some(&body)).await {
            let now = id_in(&answer).unwrap_or_default();
            if now != id {
                let words = format!("{name} was {id}, and was {now} when it was sent again");
                self.books
                    .add_fault("a key was answered with another order", words);
            }
        }
    }

    /// Gives an order a status.
    pub async fn change(&mut self, key: OrderKey, id: &str, status: usize) {
        let path = format!("{ORDERS}/{id}");
        let name = format!("{}-{status}", reference(key));
        let body = format!(r#"{{"status":"{}"}}"#, STATUSES[status]);
        let answer = self.insist("PATCH", &path, &name, Some(&body)).await;
        if answer.is_some() {
            self.books.record_change(key, status);
        }
    }

    /// Sends until there is an answer that no repetition would change; its body if that is 200.
    async fn insist(
        &mut self,
        method: &str,
        path: &str,
        name: &str,
        body: Option<&str>,
    ) -> Option<Vec<u8>> {
        loop {
            let attempt = self.attempt(method, path, Some(name), body).await;
            if let Attempt::Answered(status, body) = attempt {
                match status {
                    200 => return Some(body),
                    503 | 500 | 409 => {}
                    _ => return None,
                }
            }
            self.books.tally(|tally| tally.repeats += 1);
            let more = self.random.below(PAUSE.as_millis() as u64);
            sleep(PAUSE + Duration::from_millis(more)).await;
        }
    }

    /// Sends once; the body if the answer is 200.
    pub async fn once(
        &mut self,
        method: &str,
        path: &str,
        name: Option<&str>,
        body: Option<&str>,
    ) -> Option<Vec<u8>> {
        match self.attempt(method, path, name, body).await {
            Attempt::Answered(200, body) => Some(body),
            _ => None,
        }
    }

    /// Sends once, and writes down how that ended.
    pub async fn attempt(
        &mut self,
        method: &str,
        path: &str,
        name: Option<&str>,
        body: Option<&str>,
    ) -> Attempt {
        let exchanged = timeout(ANSWER_TIMEOUT, self.exchange(method, path, name, body)).await;
        let Ok(Ok((status, answer))) = exchanged else {
            self.line = None;
            self.books.tally(|tally| tally.unanswered += 1);
            return Attempt::Unanswered;
        };
        match status {
            200 => {}
            503 => self.books.tally(|tally| tally.refused += 1),
            // An event that was acknowledged without an answer is not there any more; the first
            // request with a key may still be under way.
            404 if method == "DELETE" => {}
            409 if name.is_some() => {}
            _ => {
                self.books.tally(|tally| tally.odd += 1);
                let text = String::from_utf8_lossy(&answer[..answer.len().min(200)]).into_owned();
                let what = match status {
                    500 => "answers with 500",
                    _ => "answers that nobody deserved",
                };
                let words = format!("{method} {path} was answered with {status} {text}");
                self.books.add_fault(what, words);
            }
        }
        Attempt::Answered(status, answer)
    }

    async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        name: Option<&str>,
        body: Option<&str>,
    ) -> std::io::Result<(u16, Vec<u8>)> {
        let line = match &mut self.line {
            Some(line) => line,
            None => {
                let address = self.addresses.one(&mut self.random);
                self.line.insert(HttpConnection::open(&address).await?)
            }
        };
        let mut bytes = request(method, "hub", path, &self.token, body);
        if let Some(name) = name {
            let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
            let header = format!("Idempotency-Key: {name}\r\n");
            bytes.splice(end..end, header.into_bytes());
        }
        let answer = line.exchange(&bytes).await?;
        Ok((answer.status, answer.body.to_vec()))
    }
}

/// The ref of an order, and its key.
pub fn reference((lane, number): OrderKey) -> String {
    order::reference(RUN, lane, number)
}

/// Which order has a ref.
pub fn key_of(reference: &str) -> Option<OrderKey> {
    order::of_run(RUN, reference)
}

/// The sender's own name of an order.
pub fn private_ref((lane, number): OrderKey) -> String {
    format!("ticket-{lane}-{number}")
}

/// The database is new in each run, so all runs may have one name.
const RUN: &str = "trouble0";

/// A small order: what is in it does not matter here.
fn new_order(key: OrderKey) -> String {
    let (reference, ticket) = (reference(key), private_ref(key));
    format!(
        r#"{{"ref":"{reference}","private_ref":"{ticket}","status":"new","service_type":"eat_in","items":[{{"product_name":"Tiramisu","sku_ref":"TIRA","price":"5.00 EUR","quantity":"2"}}]}}"#
    )
}

fn id_in(answer: &[u8]) -> Option<String> {
    serde_json::from_slice::<WithId>(answer)
        .ok()
        .map(|order| order.id)
}
