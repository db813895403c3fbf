//! Before the doors open: a hub, an account with its locations, the apps and what each may do,
//! catalogs, customers with their cards, stock, and kitchens that want to hear of orders.

use std::collections::BTreeMap;
use std::path::Path;

use client::catalog::NewCatalog;
use client::{Callback, Connection, EventResource, EventType};
use serde_json::{Value, json};

use super::bill::App;
use super::cents::{Thousandths, decimal};
use super::kitchen::{self, Kitchens};
use super::menu::{self, Service};
use super::menu_boards::MenuBoards;
use super::plan::{self, BRANCHES, Day, KitchenMode, sold_out};
use super::requests::{self, CARD, Customers};
use super::responses::WithId;
use super::stock_changes::StockReport;
use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

/// The chain, open for the day.
pub struct Chain {
    /// Dies with this value.
    pub hub: HubProcess,
    /// The head office: an account-level connection.
    pub office: Connection,
    /// The web shop: one account-level connection for all locations.
    pub shop: Connection,
    /// Whoever makes the tills: an account-level connection of the same app, which hears of every
    /// inventory what no till has done.
    pub tills: Connection,
    pub branches: Vec<Branch>,
    /// The catalog that all locations share.
    pub catalog: String,
    pub customers: Customers,
    /// The loyalty cards that there were in the morning, by customer.
    pub cards: BTreeMap<usize, String>,
    pub kitchens: Kitchens,
    pub boards: MenuBoards,
}

/// A location with its own apps.
pub struct Branch {
    pub location: String,
    pub till: Connection,
    pub platform: Connection,
    pub kitchen: Connection,
    /// The catalog that no other location has.
    pub catalog: String,
    /// The menu board, where things are taken off the menu for a while.
    pub board: Option<Connection>,
    /// What the till has said before the doors open of things that nobody counts.
    pub reports: Vec<StockReport>,
}

impl Chain {
    /// The connection through which an app speaks about a location.
    pub fn app(&self, app: App, branch: usize) -> Connection {
        let at = &self.branches[branch];
        match app {
            App::Till => at.till.clone(),
            App::Shop => self.shop.clone().at(&at.location),
            App::Platform => at.platform.clone(),
        }
    }

    /// What the head office sees of a location.
    pub fn office_at(&self, branch: usize) -> Connection {
        self.office.clone().at(&self.branches[branch].location)
    }
}

/// Opens everything that the day needs.
pub async fn open(files: &HubFiles, day: &Day) -> Chain {
    let hub = HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap();
    let apps = Apps::register(&hub).await;
    let account = apps.account(&hub).await;
    let (office, shop) = (&account.office, &account.shop);
    let shared =
        NewCatalog::new("La Carte").data(requests::catalog(&menu::shared(Service::Lunch), true));
    let shared: WithId = office.create_account_catalog(&shared).await.unwrap();
    let (kitchens, boards) = (Kitchens::open().await, MenuBoards::open().await);
    let tills = &account.tills;
    let passive = of_inventories(Callback::passive());
    tills.set_callback(&passive).await.unwrap();
    let mut branches = Vec::new();
    for branch in 0..BRANCHES {
        let (till, platform, kitchen) = apps.branch(&hub, &account, branch).await;
        let own = requests::catalog(&menu::specials(branch, Service::Lunch), false);
        let own = NewCatalog::new("Suggestions").data(own);
        let own: WithId = till.create_catalog(&own).await.unwrap();
        stock(&till, &[&shared.id, &own.id], &day.opening[branch]).await;
        set_kitchen_callback(&kitchen, &kitchens, branch).await;
        let mut board = None;
        if sold_out::has_sold_out_items(branch) {
            let passive = of_inventories(Callback::passive());
            till.set_callback(&passive).await.unwrap();
            let connection = apps.board(&hub, &account, branch, &own.id).await;
            let active = of_inventories(Callback::active(boards.url(branch)));
            connection.set_callback(&active).await.unwrap();
            board = Some(connection);
        }
        branches.push(Branch {
            location: account.locations[branch].clone(),
            till,
            platform,
            kitchen,
            catalog: own.id,
            board,
            reports: Vec::new(),
        });
    }
    let (customers, cards) = customers(shop, &account.list, day).await;
    Chain {
        hub,
        office: account.office,
        shop: account.shop,
        tills: account.tills,
        branches,
        catalog: shared.id,
        customers,
        cards,
        kitchens,
        boards,
    }
}

/// The callback with the events of inventories.
fn of_inventories(callback: Callback) -> Callback {
    let events = [EventType::Patch, EventType::Update];
    callback.on(EventResource::Inventory, &events)
}

async fn set_kitchen_callback(kitchen: &Connection, kitchens: &Kitchens, branch: usize) {
    let callback = match plan::kitchen(branch) {
        KitchenMode::Called => Callback::active(kitchens.url(branch)),
        KitchenMode::Polling | KitchenMode::PollingLate => Callback::passive(),
    };
    let events = [EventType::Create, EventType::Update];
    let callback = callback.on(EventResource::Order, &events);
    kitchen.set_callback(&callback).await.unwrap();
}

/// Reports the stock of everything that is counted. Each catalog takes what it knows.
async fn stock(till: &Connection, catalogs: &[&str], opening: &[(String, Thousandths)]) {
    let entries: Vec<Value> = opening
        .iter()
        .map(|(sku, many)| json!({ "sku_ref": sku, "stock": decimal(*many) }))
        .collect();
    for catalog in catalogs {
        let _all: Value = till.put_inventory(catalog, &entries).await.unwrap();
    }
}

/// Customers whom the shop knows by its own ids, and the loyalty cards that some of them have.
async fn customers(
    shop: &Connection,
    list: &str,
    day: &Day,
) -> (Customers, BTreeMap<usize, String>) {
    let (mut ids, mut cards) = (Vec::new(), BTreeMap::new());
    for (number, customer) in day.customers.iter().enumerate() {
        let new = json!({
            "private_ref": requests::shop_id(number),
            "first_name": customer.name,
            "email": email(number, customer.home),
            "phone": format!("+336{number:08}"),
        });
        let made: WithId = shop.create_customer(list, &new).await.unwrap();
        if customer.has_card {
            let (reference, name) = CARD;
            let card = json!({ "customer_id": made.id, "ref": reference, "name": name });
            let card: WithId = shop.create_loyalty_card(list, &card).await.unwrap();
            cards.insert(number, card.id);
        }
        ids.push(made.id);
    }
    let list = list.to_owned();
    (Customers { list, ids }, cards)
}

/// A customer's address, which tells the location where the customer mostly orders.
pub fn email(customer: usize, home: usize) -> String {
    format!("client-{customer}@quartier-{home:02}.example")
}

/// The ids of the registered clients.
struct Apps {
    office: String,
    till: String,
    shop: String,
    platform: String,
    kitchen: String,
    board: String,
}

struct Account {
    office: Connection,
    shop: Connection,
    tills: Connection,
    locations: Vec<String>,
    list: String,
    api: client::HubClient,
}

impl Apps {
    async fn register(hub: &HubProcess) -> Self {
        let client = async |name: &str| {
            let words = [
                "client",
                "create",
                "--name",
                name,
                "--client-secret",
                kitchen::SECRET,
            ];
            text_field(&hub.admin(&words).await.unwrap(), "client_id").unwrap()
        };
        Self {
            office: client("Siège").await,
            till: client(App::Till.name()).await,
            shop: client(App::Shop.name()).await,
            platform: client(App::Platform.name()).await,
            kitchen: client("Écran de cuisine").await,
            board: client("Carte au mur").await,
        }
    }

    /// The account, its locations, and what is connected to the account as a whole.
    async fn account(&self, hub: &HubProcess) -> Account {
        let words = [
            "account",
            "create",
            "--name",
            "Les Trois Gourmands",
            "--location-name",
            "Quartier 00",
        ];
        let made = hub.admin(&words).await.unwrap();
        let [account, first, list] = ["account_id", "location_id", "customer_list_id"]
            .map(|key| text_field(&made, key).unwrap());
        let mut locations = vec![first];
        for branch in 1..BRANCHES {
            let name = format!("Quartier {branch:02}");
            let words = ["location", "create", "--account", &account, "--name", &name];
            locations.push(text_field(&hub.admin(&words).await.unwrap(), "location_id").unwrap());
        }
        let api = api(hub);
        let connect = async |app: &str, scope: &str| {
            connection(hub, &api, app, &["--account", &account, "--scope", scope]).await
        };
        let all = "account[orders.read,all_catalogs.write,inventory.read,all_customer_lists.read]";
        let selling = "account[orders.write,all_customer_lists.write]";
        Account {
            office: connect(&self.office, all).await,
            shop: connect(&self.shop, selling).await,
            tills: connect(&self.till, "account[inventory.read]").await,
            locations,
            list,
            api: api.clone(),
        }
    }

    /// What is connected to one location: its till, the platform and its kitchen.
    async fn branch(
        &self,
        hub: &HubProcess,
        account: &Account,
        branch: usize,
    ) -> (Connection, Connection, Connection) {
        let location = &account.locations[branch];
        let connect = async |app: &str, scope: &str, more: &[&str]| {
            let words = [&["--location", location, "--scope", scope], more].concat();
            connection(hub, &account.api, app, &words).await
        };
        let till = "location[orders.write,all_catalogs.write,inventory.write,customer_list.write]";
        let list = ["--customer-list", &account.list];
        tokio::join!(
            connect(&self.till, till, &list),
            connect(&self.platform, "location[orders.write]", &[]),
            connect(&self.kitchen, "location[orders.read]", &[]),
        )
    }

    /// The menu board of a location. Some may see the inventory, others one catalog.
    async fn board(
        &self,
        hub: &HubProcess,
        account: &Account,
        branch: usize,
        own: &str,
    ) -> Connection {
        let mut words = vec!["--location", &account.locations[branch], "--scope"];
        if branch.is_multiple_of(2) {
            words.push("location[inventory.read]");
        } else {
            words.extend(["location[catalog.read]", "--catalog", own]);
        }
        connection(hub, &account.api, &self.board, &words).await
    }
}

/// The API of a hub.
pub fn api(hub: &HubProcess) -> client::HubClient {
    let api = format!("{}/v1", hub.url);
    client::HubClient::new(&api, &format!("{}/oauth2/v1", hub.url)).unwrap()
}

async fn connection(
    hub: &HubProcess,
    api: &client::HubClient,
    app: &str,
    more: &[&str],
) -> Connection {
    let words = [&["connection", "create", "--client", app], more].concat();
    let made = hub.admin(&words).await.unwrap();
    api.connection(text_field(&made, "access_token").unwrap())
}
