//! Counting afterwards: was everything that was acknowledged kept, and kept once?

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::http::{HttpConnection, request};
use super::order::{self, OrderKey};

/// What became of the orders of a run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct OrderCount {
    /// Answered with 200.
    pub acknowledged: u64,
    /// Answered with 200 and not to be found: must be 0.
    pub lost: u64,
    /// Found more than once: must be 0.
    pub doubled: u64,
    /// Found though never answered with 200: the request came through, the answer did not.
    pub unanswered: u64,
}

/// The orders of one location, as its API shows them.
#[derive(Clone)]
pub struct OrderList {
    /// `host:port`
    pub host: String,
    /// The path of the list, such as `/v1/location/orders`.
    pub path: String,
    /// A token that may read it.
    pub token: String,
}

/// What is read of an order.
#[derive(Clone, Debug, Deserialize)]
pub struct ListedOrder {
    /// The id that the hub gave.
    pub id: String,
    /// The ref that it was sent with.
    pub r#ref: Option<String>,
    created_at: String,
}

impl ListedOrder {
    /// Which connection sent it, and its number there; none if it belongs to another run.
    pub fn key(&self, run: &str) -> Option<OrderKey> {
        order::of_run(run, self.r#ref.as_deref()?)
    }
}

impl OrderList {
    /// Creates one order and answers its `created_at`: from here on lists need to be read.
    pub async fn mark(&self) -> anyhow::Result<String> {
        let mut connection = HttpConnection::open(&self.host)
            .await
            .context("cannot connect")?;
        let body = order::json(&order::reference("bench-00", 0, 0));
        let bytes = request("POST", &self.host, &self.path, &self.token, Some(&body));
        let answer = connection.exchange(&bytes).await?;
        answer.expect_ok().map_err(anyhow::Error::msg)?;
        Ok(serde_json::from_slice::<ListedOrder>(answer.body)?.created_at)
    }

    /// All orders since `after`, from every page of the list; of each what `T` wants to know.
    pub async fn since<T: DeserializeOwned>(&self, after: &str) -> anyhow::Result<Vec<T>> {
        let mut connection = HttpConnection::open(&self.host)
            .await
            .context("cannot connect")?;
        let after = after.replace('+', "%2B");
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{}?count=100&after={after}{cursor}", self.path);
            let bytes = request("GET", &self.host, &path, &self.token, None);
            let answer = connection.exchange(&bytes).await?;
            answer.expect_ok().map_err(anyhow::Error::msg)?;
            let page: Vec<T> = serde_json::from_slice(answer.body)?;
            found.extend(page);
            match answer.next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(found),
            }
        }
    }
}

/// Compares acknowledged orders (connection and number) with the orders that can be read.
pub fn count_orders(
    run: &str,
    acknowledged: impl Iterator<Item = OrderKey>,
    readable: &[ListedOrder],
) -> OrderCount {
    let mut received: BTreeMap<OrderKey, u64> = BTreeMap::new();
    for key in readable.iter().filter_map(|order| order.key(run)) {
        *received.entry(key).or_default() += 1;
    }
    let doubled = received.values().filter(|times| **times > 1).count() as u64;
    let mut found = OrderCount {
        doubled,
        ..OrderCount::default()
    };
    for key in acknowledged {
        found.acknowledged += 1;
        if received.remove(&key).is_none() {
            found.lost += 1;
        }
    }
    found.unanswered = received.len() as u64;
    found
}
