//! Accounts, locations, clients and connections, made as `passeplat admin` makes them; then the many
//! rows of [`super::rows`], a few thousand at a time.

use anyhow::Context as _;
use hub::Hub;
use hub::accounts::store as accounts;
use hub::db;
use hub::oauth::clients::{self, AppFields, NewClient};
use hub::oauth::connections::{self, Grant};
use hub::provision::{self, NewAccount, NewLocation};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::id::{
    AccountId, ClientId, ConnectionId, CustomerId, CustomerListId, LocationId, LoyaltyCardId,
};
use wire::order::Order;

use super::rows::{PER_CHANGE, Place, SENDERS, World};
use super::ways::Reader;
use crate::bench::http::{Connection, request};
use crate::bench::{order, progress};

const ZONE: &str = "Europe/Paris";
/// Locations of the chain.
const CHAIN: usize = 50;
/// Accounts with one location.
const SMALL: usize = 20;
/// Connections in all.
const CONNECTIONS: usize = 200;
/// What an app of the chain's head office may do.
const OF_ACCOUNT: &str = "account[orders.write,customer_list.write]";
/// What an app of one location may do.
const OF_LOCATION: &str = "location[orders.write,customer_list.write]";

/// What the measurement needs to know.
#[derive(Clone, Debug)]
pub struct Seeded {
    till: String,
    office: String,
    /// What stands for what in a path.
    words: Vec<(&'static str, String)>,
}

impl Seeded {
    /// A path with everything filled in.
    pub fn fill(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for (name, value) in &self.words {
            path = path.replace(name, value);
        }
        path
    }

    /// Who asks.
    pub fn token(&self, reader: Reader) -> &str {
        match reader {
            Reader::Till => &self.till,
            Reader::Office => &self.office,
        }
    }
}

/// Fills an empty hub that listens on `host`.
pub async fn run(hub: &Hub, host: &str, orders: u32) -> anyhow::Result<Seeded> {
    progress("accounts, locations, 200 connections");
    let chain = account(hub, "Les Trois Gourmands", CHAIN).await?;
    let mut small = Vec::new();
    for number in 1..=SMALL {
        small.extend(account(hub, &format!("Chez {number}"), 1).await?);
    }
    let (first, last) = (chain.first(), chain.last());
    let busy = first.context("the chain has locations")?.clone();
    let quiet = last.context("the chain has locations")?.location.clone();

    let mut doors = Doors {
        hub,
        made: Vec::new(),
    };
    let (till, office) = (client(hub, "Caisse").await?, client(hub, "Siège").await?);
    let passive = doors.open(&office, &busy, None, "").await?;
    let mut senders = Vec::new();
    for (name, _) in SENDERS {
        let client = client(hub, name).await?;
        let connection = doors.open(&client, &busy, None, "").await?;
        senders.push((client, connection));
    }
    let mut tills = Vec::new();
    for place in chain.iter().chain(&small) {
        tills.push(doors.open(&till, place, Some(&place.location), "").await?);
        let vitrine = &senders.first().context("there are senders")?.0;
        doors
            .open(vitrine, place, Some(&place.location), "")
            .await?;
    }
    while doors.made.len() < CONNECTIONS {
        let device = format!("poste {}", doors.made.len());
        doors.open(&office, &busy, None, &device).await?;
    }
    let token = |id: &ConnectionId| hub.key().access_token(id.as_str());
    let (till_token, office_token) = (
        token(tills.first().context("there are tills")?),
        token(&passive),
    );
    // Before anybody is told of orders.
    let patterns = patterns(host, &till_token).await?;
    callbacks(
        host,
        doors.made.iter().map(|id| (token(id), *id == passive)),
    )
    .await?;

    let mut world = World {
        orders,
        end: hub.clock().now(),
        zone: TimeZone::get(ZONE)?,
        chain,
        small,
        senders,
        till,
        office,
        passive,
        patterns,
        customers: Vec::new(),
    };
    let customers = (orders / 10).max(10);
    progress(&format!("{customers} customers with their loyalty cards"));
    let elsewhere = world
        .small
        .first()
        .context("there are small accounts")?
        .clone();
    add_customers(hub, &world, &elsewhere, customers / 10).await?;
    let made = add_customers(hub, &world, &busy, customers).await?;
    let regular = made.first().context("there are customers")?.clone();
    world.customers = made.into_iter().map(|(customer, _)| customer).collect();
    add_operations(hub, &world, &busy, &regular, customers).await?;
    let seeded = words(&world, till_token, office_token, &busy, &quiet, &regular)?;
    add_orders(hub, world).await?;
    if hub.db().is_postgres() {
        // It would do so by itself, some minutes later.
        hub.write("bench.analyze", |tx| tx.write("ANALYZE", &[]))
            .await?;
    }
    Ok(seeded)
}

fn words(
    world: &World,
    till: String,
    office: String,
    busy: &Place,
    quiet: &LocationId,
    (customer, card): &(CustomerId, LoyaltyCardId),
) -> anyhow::Result<Seeded> {
    let time = |at: Timestamp| wire::time::stored(at);
    let middle = world.orders / 2;
    let named = (middle..).find_map(|number| {
        let is_named = World::is_of_chain(number);
        World::private_ref(number).filter(|_| is_named)
    });
    Ok(Seeded {
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
                (world.customers.len() / 3 * 3)
                    .saturating_sub(3)
                    .to_string(),
            ),
            ("{ref}", named.context("private refs")?),
            ("{late}", time(world.time(world.orders / 100 * 99))),
            ("{early}", time(world.time(world.orders / 100))),
        ],
    })
}

async fn add_customers(
    hub: &Hub,
    world: &World,
    place: &Place,
    count: u32,
) -> anyhow::Result<Vec<(CustomerId, LoyaltyCardId)>> {
    let mut made = Vec::with_capacity(count as usize);
    for first in (0..count).step_by(PER_CHANGE as usize) {
        let (world, place) = (world.clone(), place.clone());
        let some = PER_CHANGE.min(count - first);
        let change = move |tx: &mut db::Tx<'_>| world.write_customers(tx, &place, first, some);
        made.extend(hub.write("bench.customers", change).await?);
    }
    Ok(made)
}

async fn add_operations(
    hub: &Hub,
    world: &World,
    place: &Place,
    (customer, card): &(CustomerId, LoyaltyCardId),
    count: u32,
) -> anyhow::Result<()> {
    for first in (0..count).step_by(PER_CHANGE as usize) {
        let (world, account) = (world.clone(), place.account.clone());
        let (customer, card) = (customer.clone(), card.clone());
        let some = PER_CHANGE.min(count - first);
        hub.write("bench.operations", move |tx| {
            world.write_operations(tx, (&account, &customer, &card), first, some)
        })
        .await?;
    }
    Ok(())
}

async fn add_orders(hub: &Hub, world: World) -> anyhow::Result<()> {
    let orders = world.orders;
    let world = std::sync::Arc::new(world);
    for first in (0..orders).step_by(PER_CHANGE as usize) {
        if first.is_multiple_of(PER_CHANGE * 40) {
            progress(&format!("{first} of {orders} orders"));
        }
        let some = PER_CHANGE.min(orders - first);
        let world = std::sync::Arc::clone(&world);
        hub.write("bench.orders", move |tx| {
            world.write_orders(tx, first, some)
        })
        .await?;
    }
    Ok(())
}

async fn account(hub: &Hub, name: &str, locations: usize) -> anyhow::Result<Vec<Place>> {
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
    let place = |location| Place {
        account: account.clone(),
        location,
        list: list.clone(),
    };
    Ok(all.into_iter().map(place).collect())
}

async fn client(hub: &Hub, name: &str) -> anyhow::Result<ClientId> {
    let new = NewClient {
        id: None,
        secret: None,
        name: name.to_owned(),
        owner: None,
        is_listed: false,
        app: AppFields::default(),
    };
    let key = hub.key().clone();
    let made = hub
        .write("bench.client", move |tx| clients::insert(tx, &key, &new))
        .await?;
    Ok(made.context("a client with this id exists")?.0)
}

/// The connections.
struct Doors<'a> {
    hub: &'a Hub,
    made: Vec<ConnectionId>,
}

impl Doors<'_> {
    async fn open(
        &mut self,
        client: &ClientId,
        place: &Place,
        location: Option<&LocationId>,
        device: &str,
    ) -> anyhow::Result<ConnectionId> {
        let scope = if location.is_some() {
            OF_LOCATION
        } else {
            OF_ACCOUNT
        };
        let grant = Grant {
            client: client.clone(),
            account: Some(place.account.clone()),
            location: location.cloned(),
            device: device.to_owned(),
            scope: scope.to_owned(),
            catalog: None,
            customer_list: Some(place.list.clone()),
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
    let mut connection = Connection::open(host).await?;
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
async fn patterns(host: &str, token: &str) -> anyhow::Result<Vec<Order>> {
    let mut connection = Connection::open(host).await?;
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
