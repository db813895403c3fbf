//! Fetching waiting events (API, chapter Callbacks and events).
//!
//! For each event: read it, read the order as it is now (an event may be older than what the
//! cashier did since), keep it, say `received` if nobody has yet, acknowledge. A failure anywhere
//! leaves the event at the hub for the next time.

use std::time::Duration;

use client::{Callback, Connection, Error, EventResource, EventType, RetryChanges, RetryPolicy};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Inner;
use super::state::Linked;
use crate::kit::clock::{hour_minute, iso};
use crate::kit::explain::{connection_lost, explain};
use crate::kit::order::text;
use crate::kit::words::Lang;

/// What a poll did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Not connected, or not active.
    Idle,
    /// So many events were taken.
    Taken(usize),
    /// The hub asks to wait this long.
    Busy(Duration),
    /// It did not work; the screens say why.
    Failed,
}

/// What keeps the till from fetching orders.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub since: Timestamp,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Unreachable,
    /// 401, with the hub's words.
    Lost(String),
    Busy(Timestamp),
    /// Something else, in French and in English.
    Other(String, String),
}

impl Trouble {
    /// The banner.
    pub(crate) fn words(&self, lang: Lang, brand: &str, zone: &jiff::tz::TimeZone) -> String {
        let since = hour_minute(self.since, zone);
        match &self.what {
            What::Unreachable => lang.t(
                format!("Hub injoignable depuis {since}. Les commandes arriveront dès son retour."),
                format!("Hub unreachable since {since}. Orders will come in once it is back."),
            ),
            What::Lost(said) => {
                let plain = connection_lost(lang, brand, said);
                if said.is_empty() {
                    plain
                } else {
                    format!("{plain} ({said})")
                }
            }
            What::Busy(until) => {
                let until = hour_minute(*until, zone);
                lang.t(
                    format!("{brand} demande de patienter : reprise à {until}."),
                    format!("{brand} asks to wait: going on at {until}."),
                )
            }
            What::Other(fr, en) => lang.t(fr.clone(), en.clone()),
        }
    }
}

impl Inner {
    /// Remembers what went wrong with a call; the beginning of a trouble is kept while it lasts.
    pub(crate) fn stumble(&self, error: &Error) -> Polled {
        let now = self.settings.clock.now();
        let brand = &self.look.brand;
        let mut polled = Polled::Failed;
        let what = match error.api_error() {
            None if error.is_outage() => What::Unreachable,
            Some(refusal) if refusal.status == 401 => {
                What::Lost(refusal.message.clone().unwrap_or_default())
            }
            Some(refusal) if refusal.status == 429 => {
                let wait = refusal.retry_after.unwrap_or(Duration::from_secs(60));
                polled = Polled::Busy(wait);
                let seconds = i64::try_from(wait.as_secs()).unwrap_or(3600);
                What::Busy(now + jiff::SignedDuration::from_secs(seconds.min(86_400)))
            }
            _ => What::Other(
                explain(Lang::Fr, brand, error),
                explain(Lang::En, brand, error),
            ),
        };
        tracing::warn!(%error, "hub call failed");
        let mut trouble = self.trouble();
        let same =
            |old: &Trouble| std::mem::discriminant(&old.what) == std::mem::discriminant(&what);
        let since = trouble
            .as_ref()
            .filter(|old| same(old))
            .map_or(now, |old| old.since);
        *trouble = Some(Trouble { since, what });
        polled
    }
}

/// Fetches once.
pub(crate) async fn once(till: &Inner, retry: RetryPolicy) -> Polled {
    let _turn = till.polling.lock().await;
    let linked = till
        .kept
        .read(|s| s.linked.clone().filter(|_| s.web.active))
        .await;
    let Some(linked) = linked else {
        *till.trouble() = None;
        return Polled::Idle;
    };
    let token = linked.token.access_token.clone();
    let connection = till.hub.connection(token).with_retry_policy(RetryPolicy {
        retry_changes: RetryChanges::Always,
        ..retry
    });
    match fetch(till, &connection, &linked).await {
        Ok(taken) => {
            *till.trouble() = None;
            Polled::Taken(taken)
        }
        Err(Stop::Hub(error)) => till.stumble(&error),
        Err(Stop::Disk(failure)) => {
            tracing::error!(error = %failure, "order not kept");
            let said = failure.to_string();
            let now = till.settings.clock.now();
            *till.trouble() = Some(Trouble {
                since: now,
                what: What::Other(said.clone(), said),
            });
            Polled::Failed
        }
    }
}

enum Stop {
    Hub(Error),
    Disk(crate::Failure),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Hub(error)
    }
}

impl From<crate::Failure> for Stop {
    fn from(failure: crate::Failure) -> Stop {
        Stop::Disk(failure)
    }
}

async fn fetch(till: &Inner, connection: &Connection, linked: &Linked) -> Result<usize, Stop> {
    if !linked.subscribed {
        subscribe(till, connection, linked).await?;
    }
    let mut taken = 0;
    // Heads are gathered first: acknowledging moves what a cursor points at.
    for head in connection.events().all().await? {
        let order_id = match &head.order_id {
            Some(id) if head.resource_type == "order" => Some(id.clone()),
            _ if head.resource_type == "order" => match connection.event(&head.id).await {
                Ok(event) => {
                    let state = event.new_state.unwrap_or_default();
                    event.head.order_id.or_else(|| Some(text(&state, "id")))
                }
                Err(error) if error.status() == Some(404) => continue,
                Err(error) => return Err(error.into()),
            },
            _ => None,
        };
        if let Some(order_id) = order_id {
            take(till, connection, &head.id, &order_id).await?;
            taken += 1;
        }
        match connection.delete_event(&head.id).await {
            Err(error) if error.status() != Some(404) => return Err(error.into()),
            _ => {}
        }
    }
    Ok(taken)
}

async fn take(
    till: &Inner,
    connection: &Connection,
    event_id: &str,
    order_id: &str,
) -> Result<(), Stop> {
    let mut order = match connection.order::<Value>(order_id).await {
        Ok(order) => order,
        // Not readable any more: the event still says what the order was.
        Err(error) if matches!(error.status(), Some(403 | 404)) => {
            match connection.event(event_id).await {
                Ok(event) => match event.new_state {
                    Some(order) => order,
                    None => return Ok(()),
                },
                Err(error) if error.status() == Some(404) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    };
    keep(till, order.clone()).await?;
    if order["status"] == "new" {
        match connection
            .patch_order::<Value>(order_id, &json!({ "status": "received" }))
            .await
        {
            Ok(now) => order = now,
            // The order is here and the cashier can work; the hub's reason is for the log.
            Err(error) if matches!(error.status(), Some(403 | 404 | 422)) => {
                tracing::warn!(%error, "order not marked as received");
            }
            Err(error) => return Err(error.into()),
        }
        keep(till, order).await?;
    }
    Ok(())
}

/// Remembers an order.
pub(crate) async fn keep(till: &Inner, order: Value) -> Result<(), crate::Failure> {
    let now = iso(till.settings.clock.now(), &jiff::tz::TimeZone::UTC);
    till.kept.change(|state| state.remember(order, &now)).await
}

/// Asks the hub to keep order events for us, and learns which articles exist.
async fn subscribe(till: &Inner, connection: &Connection, linked: &Linked) -> Result<(), Stop> {
    let callback = Callback::passive().on(
        EventResource::Order,
        &[EventType::Create, EventType::Update],
    );
    connection.set_callback(&callback).await?;
    let mut refs = std::collections::BTreeSet::new();
    if let Some(catalog) = &linked.token.catalog_id {
        // Without the catalog the lines merely lack their tick.
        let path = format!("/catalogs/{catalog}");
        if let Ok(catalog) = connection.get::<Value>(&path, &[]).await {
            let products = catalog["data"]["products"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let skus = products
                .iter()
                .flat_map(|p| p["skus"].as_array().into_iter().flatten());
            refs.extend(skus.filter_map(|sku| Some(sku["ref"].as_str()?.to_owned())));
        }
    }
    till.kept
        .change(|state| {
            if let Some(linked) = &mut state.linked {
                linked.subscribed = true;
                linked.known_refs = refs;
            }
        })
        .await?;
    Ok(())
}
