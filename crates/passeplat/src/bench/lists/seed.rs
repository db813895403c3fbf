//! Accounts, locations, clients and connections, made as `passeplat admin` makes them; then the many
//! rows of [`super::rows`], a few thousand at a time.

use anyhow::Context as _;
use hub::Hub;
use hub::accounts::store as accounts;
use hub::db;
use hub::oauth::clients::{self, AppFields, CallbackOptions, NewClient};
use hub::oauth::connections::{self, Grant};
use hub::provision::{self, NewAccount, NewLocation};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::id::{
    AccountId, ClientId, ConnectionId, CustomerId, CustomerListId, LocationId, LoyaltyCardId,
};
use wire::order::Order;

use super::queries::ListReader;
use super::rows::{ROWS_PER_TRANSACTION, SENDERS, SeedLocation, SeedPlan};
use crate::bench::http::{HttpConnection, request};
use crate::bench::{order, progress};

const ZONE: &str = "Europe/Paris";
/// Locations of the chain.
const CHAIN: usize = 50;
/// Accounts with one location.
const SMALL: usize = 20;
/// Connections in all.
const CONNECTIONS: usize = 200;
/// What an app of the chain's head office may do.
const ACCOUNT_SCOPE: &str = "account[orders.write,customer_list.write]";
/// What an app of one location may do.
const LOCATION_SCOPE: &str = "location[orders.write,customer_list.write]";

/// What the measurement needs to know.
pub struct SeededHub {
    till: String,
    office: String,
    /// What stands for what in a path.
    words: Vec<(&'static str, String)>,
}

impl SeededHub {
    /// A path with everything filled in.
    pub fn fill(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for (name, value) in &self.words {
            path = path.replace(name, value);
        }
        path
    }

    /// Who asks.
    pub fn token(&self, reader: ListReader) -> &str {
        match reader {
            ListReader::Till => &self.till,
            ListReader::Office => &self.office,
        }
    }
}

/// Fills an empty hub that listens on `host`.
pub async fn run(hub: &Hub, host: &str, orders: u32) -> anyhow::Result<SeededHub> {
    progress("accounts, locations, 200 connections");
    let chain = account(hub, "Les Trois Gourmands", CHAIN).await?;
    let mut small = Vec::new();
    for number in 1..=SMALL {
        small.extend(account(hub, &format!("Chez {number}"), 1).await?);
    }
    let access = connect(hub, host, &chain, &small).await?;
    let mut plan = SeedPlan {
        orders,
        end: hub.clock().now(),
        zone: TimeZone::get(ZONE)?,
        chain,
        small,
        senders: access.senders,
        till: access.till,
        office: access.office,
        passive: access.passive,
        templates: access.templates,
        customers: Vec::new(),
    };
    let regular = add_people(hub, &mut plan).await?;
    let seeded = words(&plan, access.till_token, access.office_token, &regular)?;
    add_orders(hub, plan).await?;
    if hub.db().is_postgres() {
        // It would do so by itself, some minutes later.
        hub.write("bench.analyze", |tx| tx.write("ANALYZE", &[]))
            .await?;
    }
    Ok(seeded)
}

/// The clients and their connections, and what was made with them before there are callbacks.
struct Access {
    till: ClientId,
    till_token: String,
    office: ClientId,
    office_token: String,
    passive: ConnectionId,
    senders: Vec<(ClientId, ConnectionId)>,
    templates: Vec<Order>,
}

/// Makes the connections, and has each notified of orders.
async fn connect(
    hub: &Hub,
    host: &str,
    chain: &[SeedLocation],
    small: &[SeedLocation],
) -> anyhow::Result<Access> {
    let busy = chain.first().context("the chain has locations")?;
    let mut connector = ConnectionSeeder {
        hub,
        made: Vec::new(),
    };
    let (till, office) = (client(hub, "Caisse").await?, client(hub, "Siège").await?);
    let passive = connector.open(&office, busy, None, "").await?;
    let mut senders = Vec::new();
    for (name, _) in SENDERS {
        let client = client(hub, name).await?;
        let connection = connector.open(&client, busy, None, "").await?;
        senders.push((client, connection));
    }
    let shop_window = &senders.first().context("there are senders")?.0;
    let mut tills = Vec::new();
    for seed_location in chain.iter().chain(small) {
        let location = Some(&seed_location.location);
        tills.push(connector.open(&till, seed_location, location, "").await?);
        connector
            .open(shop_window, seed_location, location, "")
            .await?;
    }
    while connector.made.len() < CONNECTIONS {
        let device = format!("poste {}", connector.made.len());
        connector.open(&office, busy, None, &device).await?;
    }
    let token = |id: &ConnectionId| hub.key().access_token(id.as_str());
    let till_token = token(tills.first().context("there are tills")?);
    let office_token = token(&passive);
    // Before anybody is notified of orders.
    let templates = templates(host, &till_token).await?;
    let made = connector.made.iter();
    callbacks(host, made.map(|id| (token(id), *id == passive))).await?;
    Ok(Access {
        till,
        till_token,
        office,
        office_token,
        passive,
        senders,
        templates,
    })
}

/// Adds customers, loyalty cards and operations; answers the customer with the most of them.
async fn add_people(hub: &Hub, plan: &mut SeedPlan) -> anyhow::Result<(CustomerId, LoyaltyCardId)> {
    let customers = (plan.orders / 10).max(10);
    progress(&format!("{customers} customers with their loyalty cards"));
    let elsewhere = plan.small.first().context("there are small accounts")?;
    add_customers(hub, plan, elsewhere, customers / 10).await?;
    let busy = plan.chain.first().context("the chain has locations")?;
    let made = add_customers(hub, plan, busy, customers).await?;
    let regular = made.first().context("there are customers")?.clone();
    let ids = made.into_iter().map(|(customer, _)| customer).collect();
    plan.customers = ids;
    let busy = plan.chain.first().context("the chain has locations")?;
    add_operations(hub, plan, busy, &regular, customers).await?;
    Ok(regular)
}

fn words(
    plan: &SeedPlan,
    till: String,
    office: String,
    (customer, card): &(CustomerId, LoyaltyCardId),
) -> anyhow::Result<SeededHub> {
    let busy = plan.chain.first().context("the chain has locations")?;
    let quiet = &plan
        .chain
        .last()
        .context("the chain has locations")?
        .location;
    let time = |at: Timestamp| wire::time::stored(at);
    let middle = plan.orders / 2;
    let named = (middle..).find_map(|number| {
        let is_named = SeedPlan::is_of_chain(number);
        SeedPlan::private_ref(number).filter(|_| is_named)
    });
    Ok(SeededHub {
        till,
        office,
        words: vec![
            ("{busy}", busy.location.to_string()),
            ("{quiet}", quiet.to_string()),
            ("{list}", busy.list.to_string()),
            ("{customer}", customer.to_string()),
            ("{card}", card.to_string()),
            (
                "{nth}",
                (plan.customers.len() / 3 * 3).saturating_sub(3).to_string(),
            ),
            ("{ref}", named.context("private refs")?),
            ("{late}", time(plan.time(plan.orders / 100 * 99))),
            ("{early}", time(plan.time(plan.orders / 100))),
        ],
    })
}

async fn add_customers(
    hub: &Hub,
    plan: &SeedPlan,
    seed_location: &SeedLocation,
    count: u32,
) -> anyhow::Result<Vec<(CustomerId, LoyaltyCardId)>> {
    let mut made = Vec::with_capacity(count as usize);
    for first in (0..count).step_by(ROWS_PER_TRANSACTION as usize) {
        let (plan, seed_location) = (plan.clone(), seed_location.clone());
        let some = ROWS_PER_TRANSACTION.min(count - first);
        let change =
            move |tx: &mut db::Tx<'_>| plan.write_customers(tx, &seed_location, first, some);
        made.extend(hub.write("bench.customers", change).await?);
    }
    Ok(made)
}

async fn add_operations(
    hub: &Hub,
    plan: &SeedPlan,
    seed_location: &SeedLocation,
    (customer, card): &(CustomerId, LoyaltyCardId),
    count: u32,
) -> anyhow::Result<()> {
    for first in (0..count).step_by(ROWS_PER_TRANSACTION as usize) {
        let (plan, account) = (plan.clone(), seed_location.account.clone());
        let (customer, card) = (customer.clone(), card.clone());
        let some = ROWS_PER_TRANSACTION.min(count - first);
        hub.write("bench.operations", move |tx| {
            plan.write_operations(tx, (&account, &customer, &card), first, some)
        })
        .await?;
    }
    Ok(())
}

async fn add_orders(hub: &Hub, plan: SeedPlan) -> anyhow::Result<()> {
    let orders = plan.orders;
    let plan = std::sync::Arc::new(plan);
    for first in (0..orders).step_by(ROWS_PER_TRANSACTION as usize) {
        if first.is_multiple_of(ROWS_PER_TRANSACTION * 40) {
            progress(&format!("{first} of {orders} orders"));
        }
        let some = ROWS_PER_TRANSACTION.min(orders - first);
        let plan = std::sync::Arc::clone(&plan);
        hub.write("bench.orders", move |tx| plan.write_orders(tx, first, some))
            .await?;
    }
    Ok(())
}

async fn account(hub: &Hub, name: &str, locations: usize) -> anyhow::Result<Vec<SeedLocation>> {
    let named = |number: usize| NewLocation {
        name: format!("{name} {number}"),
        address: None,
        postal_code: None,
        city: Some("Lyon".to_owned()),
        country: "FR".to_owned(),
        timezone: ZONE.to_owned(),
    };
    let new = NewAccount {
        name: name.to_owned(),
        currency: Currency::parse("EUR").map_err(|_| anyhow::anyhow!("EUR is a currency"))?,
        location: named(1),
    };
    let others: Vec<NewLocation> = (2..=locations).map(named).collect();
    let made: Option<(AccountId, CustomerListId, Vec<LocationId>)> = hub
        .write("bench.account", move |tx| {
            let made = provision::create_account(tx, &new)?;
            let Some(found) = accounts::find(tx, &made.account)? else {
                return Ok(None);
            };
            let (account, mut all) = (found.into(), vec![made.location]);
            for other in &others {
                all.push(provision::add_location(tx, &account, other)?);
            }
            Ok::<_, db::Error>(Some((made.account, made.customer_list, all)))
        })
        .await?;
    let (account, list, all) = made.context("the account is gone")?;
    let seed_location = |location| SeedLocation {
        account: account.clone(),
        location,
        list: list.clone(),
    };
    Ok(all.into_iter().map(seed_location).collect())
}

async fn client(hub: &Hub, name: &str) -> anyhow::Result<ClientId> {
    let new = NewClient {
        id: None,
        secret: None,
        name: name.to_owned(),
        owner: None,
        is_listed: false,
        app: AppFields::default(),
        callbacks: CallbackOptions::default(),
    };
    let key = hub.key().clone();
    let made = hub
        .write("bench.client", move |tx| clients::insert(tx, &key, &new))
        .await?;
    Ok(made.context("a client with this id exists")?.0)
}

/// Makes connections, and remembers them.
struct ConnectionSeeder<'a> {
    hub: &'a Hub,
    made: Vec<ConnectionId>,
}

impl ConnectionSeeder<'_> {
    async fn open(
        &mut self,
        client: &ClientId,
        seed_location: &SeedLocation,
        location: Option<&LocationId>,
        device: &str,
    ) -> anyhow::Result<ConnectionId> {
        let scope = if location.is_some() {
            LOCATION_SCOPE
        } else {
            ACCOUNT_SCOPE
        };
        let grant = Grant {
            client: client.clone(),
            account: Some(seed_location.account.clone()),
            location: location.cloned(),
            device: device.to_owned(),
            scope: scope.to_owned(),
            catalog: None,
            customer_list: Some(seed_location.list.clone()),
            user: None,
        };
        let key = self.hub.key().clone();
        let change = move |tx: &mut db::Tx<'_>| connections::connect(tx, &key, &grant);
        let id = self.hub.write("bench.connection", change).await?;
        self.made.push(id.clone());
        Ok(id)
    }
}

/// Every connection wants to hear of orders; the passive one fetches what it is told.
async fn callbacks(host: &str, tokens: impl Iterator<Item = (String, bool)>) -> anyhow::Result<()> {
    let mut connection = HttpConnection::open(host).await?;
    for (token, is_passive) in tokens {
        let body = if is_passive {
            r#"{"events":{"order":["create","update"]}}"#
        } else {
            r#"{"url":"http://127.0.0.1:9/","events":{"order":["create","update"]}}"#
        };
        let bytes = request("POST", host, "/v1/callback", &token, Some(body));
        let answer = connection.exchange(&bytes).await?;
        answer.expect_ok().map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

/// A small and a large order, as the hub itself makes them.
async fn templates(host: &str, token: &str) -> anyhow::Result<Vec<Order>> {
    let mut connection = HttpConnection::open(host).await?;
    let mut made = Vec::new();
    for items in [3, 5] {
        let reference = order::reference("bench-00", 0, items);
        let mut body: serde_json::Value = serde_json::from_str(&order::json(&reference))?;
        let list = body.get_mut("items").and_then(|items| items.as_array_mut());
        let list = list.context("the order has items")?;
        for again in 0..(items as usize).saturating_sub(list.len()) {
            list.push(list.get(again).cloned().unwrap_or_default());
        }
        let body = body.to_string();
        let bytes = request("POST", host, "/v1/location/orders", token, Some(&body));
        let answer = connection.exchange(&bytes).await?;
        answer.expect_ok().map_err(anyhow::Error::msg)?;
        made.push(serde_json::from_slice(answer.body)?);
    }
    Ok(made)
}
