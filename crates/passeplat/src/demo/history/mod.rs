//! What the demo's business has done before its first start: thirty days of orders, made by the calls that apps make,
//! on a clock that stands in the past and is moved on. No app follows yet, so nobody is told of them.

mod orders;
mod plan;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use client::{Connection, HubClient};
use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use jiff::{SignedDuration, Timestamp};
use partners::kit::settings::HubUrls;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use wire::token::TokenResponse;

use super::seed::{self, AppUrls, ConnectedShop};
use plan::Step;

/// How far back it goes.
const DAYS: i64 = 30;

/// The last orders were finished so long ago.
const QUIET: Duration = Duration::from_secs(2 * 3600);

/// Makes the data of the demo in `folder`, which has none yet. It is made in a folder beside it and moved there at
/// last: when it is stopped on the way, the next start begins anew.
pub(super) async fn make(
    folder: &Path,
    config: impl Fn(&Path) -> anyhow::Result<Config>,
    urls: &AppUrls<'_>,
) -> anyhow::Result<Vec<ConnectedShop>> {
    check_is_empty(folder)?;
    let unfinished = beside(folder);
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished)
            .with_context(|| format!("{} cannot be deleted", unfinished.display()))?;
    }
    std::fs::create_dir_all(&unfinished)
        .with_context(|| format!("{} cannot be made", unfinished.display()))?;
    let now = Clock::real().now();
    let shops = live(config(&unfinished)?, now, urls).await?;
    std::fs::rename(&unfinished, folder).with_context(|| {
        format!(
            "{} cannot become {}, which must not be there or be empty",
            unfinished.display(),
            folder.display()
        )
    })?;
    Ok(shops)
}

/// Refuses a folder that could not be replaced at last, before half a minute is spent on its orders.
fn check_is_empty(folder: &Path) -> anyhow::Result<()> {
    let is_named = folder.file_name().is_some();
    let first = match std::fs::read_dir(folder) {
        Ok(mut files) => files.next(),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            let text = format!("{} cannot be used as a folder", folder.display());
            return Err(anyhow::Error::new(error).context(text));
        }
    };
    if is_named && first.is_none() {
        return Ok(());
    }
    anyhow::bail!(
        "the folder {} is not empty, and holds no data of the demo: choose a new or empty one with --data",
        folder.display()
    )
}

/// Whether the demo has been started before.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join("hub.db").exists()
}

fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    folder.with_file_name(name)
}

/// Opens a hub in the past and lives through the days.
async fn live(
    config: Config,
    now: Timestamp,
    urls: &AppUrls<'_>,
) -> anyhow::Result<Vec<ConnectedShop>> {
    let begin = now - SignedDuration::from_hours(24 * DAYS);
    let clock = Clock::manual(begin);
    let hub = Hub::open(config, clock.clone(), Entropy::Real)?;
    let shops = seed::run(&hub, urls, true).await?.connected;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(hub::serve(hub.clone(), listener, async {
        let _stopped = stopped.await;
    }));
    let lived = call(&shops, &url, &clock, now).await;
    let _gone = stop.send(());
    served.await?;
    hub.close().await;
    lived.map(|()| shops)
}

/// The connections of one location.
struct Shop {
    /// Takes the orders that guests place.
    web: Connection,
    /// Changes them; the till of the location.
    till: Connection,
}

async fn call(
    connected: &[ConnectedShop],
    url: &str,
    clock: &Clock,
    now: Timestamp,
) -> anyhow::Result<()> {
    let urls = HubUrls::from_base(url);
    let hub = HubClient::new(&urls.api, &urls.oauth)?;
    let open = |token: &TokenResponse| hub.connection(token.access_token.as_str());
    let shops: Vec<Shop> = connected
        .iter()
        .map(|shop| Shop {
            web: open(&shop.web),
            till: open(&shop.till),
        })
        .collect();
    // The till of the first location may also write the customer list and the stock.
    let Some((till, first)) = shops.first().zip(connected.first()) else {
        return Ok(());
    };
    let customers = add_customers(&till.till, &first.till).await?;
    let plan = plan::make(clock.now(), now - SignedDuration::try_from(QUIET)?);
    let mut ids: Vec<Option<String>> = vec![None; plan.orders];
    for (at, step) in plan.steps {
        pass_until(clock, at);
        match step {
            Step::Place { order, shop, body } => {
                let body = with_customer(body, &customers, order);
                let placed: Value = shops[shop].web.create_order(&body).await?;
                ids[order] = placed["id"].as_str().map(str::to_owned);
            }
            Step::Change { order, shop, body } => {
                if let Some(id) = &ids[order] {
                    shops[shop].till.patch_order::<Value>(id, &body).await?;
                }
            }
        }
    }
    if let Some(catalog) = &first.till.catalog_id {
        let (catalog, stock) = (catalog.as_str(), orders::stock());
        till.till.patch_inventory::<Value>(catalog, &stock).await?;
    }
    pass_until(clock, now);
    Ok(())
}

fn pass_until(clock: &Clock, moment: Timestamp) {
    if let Ok(pause) = Duration::try_from(moment.duration_since(clock.now())) {
        clock.advance(pause);
    }
}

/// Every third guest is in the customer list.
fn with_customer(mut body: Value, customers: &[String], order: usize) -> Value {
    if order.is_multiple_of(3)
        && let Some(known) = customers.get(order / 3 % customers.len().max(1))
        && let Some(fields) = body.as_object_mut()
    {
        fields.remove("customer");
        fields.insert("customer_id".to_owned(), json!(known));
    }
    body
}

/// Fills the customer list; says who is in it.
async fn add_customers(till: &Connection, token: &TokenResponse) -> anyhow::Result<Vec<String>> {
    let Some(list) = &token.customer_list_id else {
        return Ok(Vec::new());
    };
    let mut customers = Vec::new();
    for customer in orders::customers() {
        let made: Value = till.create_customer(list.as_str(), &customer).await?;
        customers.extend(made["id"].as_str().map(str::to_owned));
    }
    Ok(customers)
}
