//! A hub of one's own in every test: fixed time, fixed ids, an account with two locations, and
//! clients that speak through the router as they would over the network.

mod authority;
mod browser;
mod call;
mod cluster;
mod log;
mod pages;
mod postgres;
mod proxy;
mod receiver;
mod schemas;
mod site;
mod streams;

use std::sync::Arc;
use std::time::Duration;

use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::db;
use hub::entropy::Entropy;
use hub::oauth::clients::{AppFields, CallbackOptions, NewClient};
use hub::oauth::connections::{self, Grant};
use hub::provision::{CreatedAccount, NewAccount, NewLocation};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;
use wire::id::{AccountId, CatalogId, ClientId, ConnectionId, CustomerListId, LocationId};

pub use authority::{Authority, Issued};
pub use browser::{Browser, Page, token_in};
pub use call::{Answer, Anybody, Caller, PendingResponse};
pub use cluster::{Cluster, Pooler};
pub use log::logged;
pub use postgres::{ask, ask_now, server as postgres_server, waiting_for, while_others_ask};
pub use proxy::{ClientStep, Cut, CutMoment, Proxy, Rule};
pub use receiver::{Received, Receiver, Reply};
pub use serde_json::{Value, json};
pub use site::{Site, SiteSettings, at_a_postgres_site, in_file, names, stop, token};
pub use streams::EventStream;

/// The moment at which every test begins: a Saturday evening in Lyon.
pub const START: &str = "2026-03-07T18:41:08Z";

/// A hub, its account, and the runtime it lives on.
pub struct TestHub {
    pub hub: Hub,
    pub account: AccountId,
    pub location: LocationId,
    pub second_location: LocationId,
    pub catalog: CatalogId,
    pub customer_list: CustomerListId,
    runtime: Arc<Runtime>,
    folder: tempfile::TempDir,
    schema: Option<postgres::Schema>,
}

/// Runs a test on PostgreSQL only, for what several processes do to each other.
pub fn on_postgres_with(settings: &[(&str, &str)], test: impl Fn(TestHub)) {
    if let Some(server) = postgres::server() {
        test(TestHub::start_on(Some(&server), settings));
    }
}

/// Runs a test on PostgreSQL only, with somebody between the hub and the server.
pub fn on_postgres_through_a_proxy(settings: &[(&str, &str)], test: impl Fn(TestHub, Proxy)) {
    if let Some(server) = postgres::server() {
        let proxy = Proxy::before(&server);
        let hub = TestHub::start_through(Some(&server), &proxy.url, "", settings);
        test(hub, proxy);
    }
}

/// Runs a test on PostgreSQL only, where the address of the hub names several hosts.
pub fn on_postgres_through_proxies(
    count: usize,
    settings: &[(&str, &str)],
    test: impl Fn(TestHub, &[Proxy]),
) {
    if let Some(server) = postgres::server() {
        let proxies: Vec<Proxy> = (0..count).map(|_| Proxy::before(&server)).collect();
        let hosts: Vec<&str> = proxies.iter().map(Proxy::address).collect();
        let first = hosts.first().copied().unwrap_or_default();
        let way = proxies.first().map_or("", |proxy| &proxy.url);
        let way = way.replace(first, &hosts.join(","));
        let hub = TestHub::start_through(Some(&server), &way, "", settings);
        test(hub, &proxies);
    }
}

/// Runs a test on PostgreSQL only, where the sessions of the hub begin with these options.
pub fn on_postgres_with_options(options: &str, settings: &[(&str, &str)], test: impl Fn(TestHub)) {
    if let Some(server) = postgres::server() {
        test(TestHub::start_through(
            Some(&server),
            &server,
            options,
            settings,
        ));
    }
}

impl TestHub {
    /// A hub on SQLite.
    pub fn start() -> Self {
        Self::start_on(None, &[])
    }

    /// A hub on SQLite with settings of its own, as dotted keys.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_on(None, settings)
    }

    fn start_on(server: Option<&str>, settings: &[(&str, &str)]) -> Self {
        Self::start_through(server, server.unwrap_or_default(), "", settings)
    }

    /// A hub on a PostgreSQL of the test's own.
    pub fn start_at(server: &str, settings: &[(&str, &str)]) -> Self {
        Self::start_on(Some(server), settings)
    }

    /// A hub on a database of this server, which it reaches by another address.
    pub fn start_by(server: &str, way: &str, settings: &[(&str, &str)]) -> Self {
        Self::start_through(Some(server), way, "", settings)
    }

    /// `server` is where the test finds the database, `way` how the hub gets there.
    fn start_through(
        server: Option<&str>,
        way: &str,
        options: &str,
        settings: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let schema = server.map(|server| postgres::Schema::create_or_take(server, &runtime));
        let url = match &schema {
            Some(schema) => schema.through(way, options),
            None => format!("sqlite:{}", folder.path().join("hub.db").display()),
        };
        let mut flags = vec![
            ("database.url", url),
            ("database.threads", "2".to_owned()),
            ("keys.value", "42".repeat(32)),
            (
                "mail.folder",
                folder.path().join("mail").display().to_string(),
            ),
            (
                "images.store",
                folder.path().join("images").display().to_string(),
            ),
            ("limits.enabled", "false".to_owned()),
            ("egress.allow_loopback", "true".to_owned()),
            ("server.public_url", "http://hub.test".to_owned()),
        ];
        flags.extend(
            settings
                .iter()
                .map(|(key, value)| (*key, (*value).to_owned())),
        );
        let config = Config::read(None, [], &flags).expect("a good configuration");
        let clock = Clock::manual(START.parse::<Timestamp>().expect("a time"));
        let hub = Hub::open(config, clock, Entropy::seeded(7)).expect("a hub");
        let (created, second_location) = runtime.block_on(async {
            let created = make_account(&hub, "Pizzeria Lumière", "Lyon Bellecour").await;
            let second = add_location(&hub, &created.account, "Lyon Part-Dieu").await;
            (created, second)
        });
        Self {
            hub,
            account: created.account,
            location: created.location,
            second_location,
            catalog: created.catalog,
            customer_list: created.customer_list,
            runtime: Arc::new(runtime),
            folder,
            schema,
        }
    }

    /// Another hub on the same PostgreSQL database, by the same clock.
    pub fn another_hub(&self) -> Hub {
        let clock = self.hub.clock().clone();
        Hub::open(self.hub.config().clone(), clock, Entropy::seeded(8)).expect("another hub")
    }

    /// Stops the hub, and starts one on what it has left.
    pub fn restart(&mut self) {
        self.wait(self.hub.close());
        self.hub = self.another_hub();
    }

    /// A session of one's own on the PostgreSQL database.
    pub fn session(&self) -> tokio_postgres::Client {
        let schema = self.schema.as_ref().expect("a test on PostgreSQL");
        let connecting = tokio_postgres::connect(&schema.url, tokio_postgres::NoTls);
        let (client, connection) = self.wait(connecting).expect("a session");
        self.runtime.spawn(connection);
        client
    }

    /// Waits for something async.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Where the hub keeps its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Delivers every callback that is due.
    pub fn dispatch(&self) {
        self.wait(hub::dispatch::run_due(&self.hub))
            .expect("a round of callbacks");
    }

    /// Another location of the account.
    pub fn add_location(&self, name: &str) -> LocationId {
        self.wait(add_location(&self.hub, &self.account, name))
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.hub.clock().advance(time);
    }

    /// Lets what follows have begun earlier than what came before, as happens when a change waits for
    /// another that began after it.
    pub fn turn_back(&self, time: Duration) {
        self.jump(-i64::try_from(time.as_secs()).expect("a short time"));
    }

    /// Sets the clock so many seconds forward or back, without anything passing.
    pub fn jump(&self, seconds: i64) {
        self.hub.clock().jump(SignedDuration::from_secs(seconds));
    }

    /// Somebody without a token.
    pub fn anybody(&self) -> Anybody {
        Anybody::new(self)
    }

    /// A client at the first location that may do everything with orders, customers and catalogs.
    pub fn client(&self, name: &str) -> Caller {
        let scope = "location[orders.write,customer_list.write,catalog.write]";
        self.connect(name, scope, Some(&self.location))
    }

    /// A client with a scope: at the first location, or at the account.
    pub fn client_with(&self, name: &str, scope: &str) -> Caller {
        self.connect(name, scope, Some(&self.location))
    }

    /// A connection of the client called `name`, made when it is new. An account scope ignores the
    /// location.
    pub fn connect(&self, name: &str, scope: &str, location: Option<&LocationId>) -> Caller {
        self.connect_in(&self.account, name, scope, location)
    }

    /// Connects a client to any account.
    pub fn connect_in(
        &self,
        account: &AccountId,
        name: &str,
        scope: &str,
        location: Option<&LocationId>,
    ) -> Caller {
        let grant = Grant {
            client: ClientId::from_generated(format!("{name}.clients.test")),
            account: Some(account.clone()),
            location: location.filter(|_| scope.contains("location[")).cloned(),
            device: String::new(),
            scope: scope.to_owned(),
            catalog: Some(self.catalog.clone()).filter(|_| scope.contains("catalog.")),
            customer_list: Some(self.customer_list.clone())
                .filter(|_| scope.contains("customer_list.")),
            user: None,
        };
        self.connect_with(name, grant)
    }

    /// A connection of the client called `name`, made when it is new, for exactly what is granted.
    pub fn connect_with(&self, name: &str, grant: Grant) -> Caller {
        let client = grant.client.clone();
        let new = NewClient {
            id: Some(client.clone()),
            secret: Some(format!("secret of {name}")),
            name: name.to_owned(),
            owner: None,
            is_listed: false,
            app: AppFields::default(),
            callbacks: CallbackOptions::default(),
        };
        let key = self.hub.key().clone();
        let connection: ConnectionId = self
            .wait(self.hub.write("test.connect", move |tx| {
                let _taken = hub::oauth::clients::insert(tx, &key, &new)?;
                connections::connect(tx, &key, &grant)
            }))
            .unwrap_or_else(|error: db::Error| panic!("no connection: {error}"));
        let token = self.hub.key().access_token(connection.as_str());
        Caller::new(self, client, connection, token)
    }

    /// Another account, to which nobody of the first has any right.
    pub fn another_account(&self) -> CreatedAccount {
        self.wait(make_account(&self.hub, "Chez l'autre", "Ailleurs"))
    }
}

async fn make_account(hub: &Hub, name: &str, location: &str) -> CreatedAccount {
    let new = NewAccount {
        name: name.to_owned(),
        currency: wire::currency::Currency::parse("EUR").expect("a currency"),
        location: new_location(location),
    };
    hub.write("test.account", move |tx| {
        hub::provision::create_account(tx, &new)
    })
    .await
    .unwrap_or_else(|error: db::Error| panic!("no account: {error}"))
}

async fn add_location(hub: &Hub, account: &AccountId, name: &str) -> LocationId {
    let (account, new) = (account.clone(), new_location(name));
    hub.write("test.location", move |tx| {
        let found = hub::accounts::store::find(tx, &account)?.expect("the account");
        hub::provision::add_location(tx, &found.into(), &new)
    })
    .await
    .unwrap_or_else(|error: db::Error| panic!("no location: {error}"))
}

fn new_location(name: &str) -> NewLocation {
    NewLocation {
        name: name.to_owned(),
        address: Some("4 place des Frères".to_owned()),
        postal_code: Some("69002".to_owned()),
        city: Some("Lyon".to_owned()),
        country: "FR".to_owned(),
        timezone: "Europe/Paris".to_owned(),
    }
}
