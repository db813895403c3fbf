//! Kezia II beside the real hub program, on both engines: what the checks K1 to K11 of the till ask for.
//!
//! | Check | Test |
//! |---|---|
//! | K1 | `connecting::a_pasted_code_connects_once_and_a_wrong_one_is_refused` |
//! | K2 | `connecting::the_connected_window_shows_location_catalog_and_list` |
//! | K3 | `orders::a_new_order_is_seen_at_once_and_received` |
//! | K4 | `orders::what_the_cashier_does_changes_the_order_at_the_hub` |
//! | K5 | `orders::an_unknown_ref_keeps_its_line_without_tick` |
//! | K6 | `orders::cash_is_unpaid_and_any_other_payment_is_paid` |
//! | K7 | `shop::only_published_articles_are_exported_with_categories_options_and_menus` |
//! | K8 | `shop::stock_is_refused_until_it_is_activated` |
//! | K9 | `shop::refs_are_numbers_or_internal_codes` |
//! | K10 | `sending::orders_go_out_only_with_the_option_and_an_invoice_is_sent_as_an_order` |
//! | K11 | `connecting::a_disconnection_revokes_the_connection` |
//!
//! `kills` kills the till and the hub at random.

mod connecting;
mod kills;
mod orders;
mod sending;
mod shop;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use client::{Connection, HubClient};
use partners::kit::settings::{AppSettings, HubUrls};
use serde_json::Value;
use tokio::net::TcpListener;

use super::browser::{Browser, Page};
use crate::PROGRAM;
use crate::postgres_files;
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

const EMAIL: &str = "ana@example.com";
const PASSWORD: &str = "quatre-saisons-au-marche";
const CLIENT: &str = "kezia-2.clients.test";
const SECRET: &str = "hush-hush-hush-hush-hush";

/// The window of the till where it is connected.
const HUB_WINDOW: &str = "/settings/hub";

/// A hub with a shop, its till, and somebody else who places orders there.
struct Shop {
    hub: HubProcess,
    /// The browser in front of the till.
    till: Browser,
    /// Whoever places orders, such as a web site.
    site: Connection,
    catalog: String,
    customers: String,
    /// The merchant's browser at the hub.
    office: Browser,
    _folder: tempfile::TempDir,
}

/// The engines on which a test runs.
const ENGINES: [bool; 2] = [false, true];

impl Shop {
    /// A shop whose till is not connected yet; none if there is no PostgreSQL.
    async fn open(name: &str, is_postgresql: bool) -> Option<Shop> {
        let folder = tempfile::tempdir().unwrap();
        let files = if is_postgresql {
            postgres_files::on_postgresql(name, folder.path())?
        } else {
            HubFiles::in_folder(folder.path(), None)
        };
        let hub = HubProcess::start(Path::new(PROGRAM), &files, &[]).await;
        let hub = hub.unwrap();
        let user = ["user", "create", "--email", EMAIL, "--name", "Ana"];
        let user = [&user[..], &["--password", PASSWORD, "--locale", "fr-FR"]].concat();
        hub.admin(&user).await.unwrap();
        let account = ["account", "create", "--name", "Le Burger De France"];
        let place = ["--location-name", "Versailles", "--owner", EMAIL];
        let place = [&place[..], &["--timezone", "Europe/Paris"]].concat();
        let made = hub
            .admin(&[&account[..], &place[..]].concat())
            .await
            .unwrap();
        let client = ["client", "create", "--name", "Kezia II"];
        let keys = ["--client-id", CLIENT, "--client-secret", SECRET];
        hub.admin(&[&client[..], &keys[..]].concat()).await.unwrap();
        let field = |name| text_field(&made, name).unwrap();
        let token = new_site(&hub, &made).await;
        let client = HubClient::new(
            &format!("{}/v1", hub.url),
            &format!("{}/oauth2/v1", hub.url),
        );
        let site = client.unwrap().connection(token);
        let till = start_till(&hub, folder.path()).await;
        let address = hub.url.strip_prefix("http://").unwrap().parse().unwrap();
        Some(Shop {
            office: Browser::new(address),
            hub,
            till: Browser::new(till),
            site,
            catalog: field("catalog_id"),
            customers: field("customer_list_id"),
            _folder: folder,
        })
    }

    /// A shop whose till is connected.
    async fn connected(name: &str, is_postgresql: bool) -> Option<Shop> {
        let mut shop = Shop::open(name, is_postgresql).await?;
        let code = shop.new_code().await;
        shop.enter_code(&code).await;
        shop.till.post("/settings/hub/save", &[]).await;
        let window = [
            ("active", "on"),
            ("field", "MCU 1"),
            ("label", "Commandes Web"),
            ("act", "save"),
        ];
        shop.till.post("/settings/web-orders", &window).await;
        shop.wait_for_subscription().await;
        Some(shop)
    }

    /// Places orders until one has reached the till: no event is kept for it before it has said which it
    /// wants.
    async fn wait_for_subscription(&mut self) {
        while !self.till.get("/till/1/orders").await.says("ESSAI-") {
            self.place("ESSAI", &serde_json::json!({ "status": "accepted" }))
                .await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Goes through the hub's pages as the merchant does, and answers the code that the last one shows.
    async fn new_code(&mut self) -> String {
        let window = self.till.get(HUB_WINDOW).await;
        let link = attribute_after(&window.text, "class=\"button primary\" href=\"");
        let path = link.strip_prefix(&self.hub.url).unwrap().to_owned();
        let mut page = self.follow_office(&path).await;
        if page.text.contains("name=\"password\"") {
            let log_in = [("email", EMAIL), ("password", PASSWORD)];
            page = self.submit(&page, &log_in).await;
        }
        if page.text.contains("value=\"next\"") {
            page = self.submit(&page, &[("step", "next")]).await;
        }
        let page = self.submit(&page, &[("step", "allow")]).await;
        attribute_after(&page.text, "class=\"code\" value=\"")
    }

    /// Opens a page of the hub, wherever it leads.
    async fn follow_office(&mut self, path: &str) -> Page {
        let mut page = self.office.get(path).await;
        while (300..400).contains(&page.status) {
            let path = page.location.strip_prefix(&self.hub.url);
            let path = path.unwrap_or(&page.location).to_owned();
            page = self.office.get(&path).await;
        }
        page
    }

    /// Sends the form of a page of the hub, with its hidden fields.
    async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.text.split("<form method=\"post\"").nth(1).unwrap();
        let form = form.split("</form>").next().unwrap();
        let action = attribute_after(form, "action=\"");
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        for hidden in form.split("type=\"hidden\"").skip(1) {
            let hidden = hidden.split('>').next().unwrap();
            let name = attribute_after(hidden, "name=\"");
            body.append_pair(&name, &attribute_after(hidden, "value=\""));
        }
        let body = body.extend_pairs(fields).finish();
        let headers = format!(
            "Content-Type: application/x-www-form-urlencoded\r\nOrigin: {}\r\n",
            self.hub.url
        );
        let page = self.office.send("POST", &action, &headers, &body).await;
        if (300..400).contains(&page.status) {
            let path = page.location.strip_prefix(&self.hub.url);
            let path = path.unwrap_or(&page.location).to_owned();
            return self.follow_office(&path).await;
        }
        page
    }

    /// Pastes a code in the till, and presses **OK**.
    async fn enter_code(&mut self, code: &str) -> Page {
        let fields = [("code", code)];
        let answer = self.till.post("/settings/hub/code", &fields).await;
        self.till.follow(answer).await
    }

    /// Places an order; answers its id.
    async fn place(&self, name: &str, more: &Value) -> String {
        let mut order = serde_json::json!({
            "status": "new", "service_type": "delivery", "channel": "LivePepper",
            "collection_code": format!("{name}-1"),
            "items": [{ "product_name": "Regina", "sku_ref": "10003", "price": "12.50 EUR",
                        "quantity": "1", "tax_rate": "10" }],
            "customer": { "first_name": "Ada", "last_name": "Martin", "email": "ada@example.com" },
        });
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        let placed: Value = self.site.post("/location/orders", &order).await.unwrap();
        placed["id"].as_str().unwrap().to_owned()
    }

    async fn order(&self, id: &str) -> Value {
        self.site
            .get(&format!("/location/orders/{id}"), &[])
            .await
            .unwrap()
    }

    /// Waits until an order has a status at the hub.
    async fn wait_for_status(&self, id: &str, status: &str) {
        while self.order(id).await["status"] != status {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a page of the till says something.
    async fn wait_until_said(&mut self, path: &str, words: &str) -> Page {
        loop {
            let page = self.till.get(path).await;
            if page.says(words) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Places an order, and waits until the till has it.
    async fn receive(&mut self, name: &str, more: &Value) -> String {
        let id = self.place(name, more).await;
        self.wait_until_said("/till/1/orders", &id).await;
        id
    }

    /// Presses a button of the tab **E/S**; answers the page after it.
    async fn send(&mut self, what: &str, fields: &[(&str, &str)]) -> Page {
        let path = format!("/settings/hub-options/io/{what}");
        let answer = self.till.post(&path, fields).await;
        self.till.follow(answer).await
    }
}

/// Connects whoever places orders to a new account; answers the token.
async fn new_site(hub: &HubProcess, account: &Value) -> String {
    let field = |name| text_field(account, name).unwrap();
    let client = ["client", "create", "--name", "LivePepper"];
    let client = hub.admin(&client).await.unwrap();
    let client = text_field(&client, "client_id").unwrap();
    let (location, catalog) = (field("location_id"), field("catalog_id"));
    let list = field("customer_list_id");
    let connection = [
        "connection",
        "create",
        "--client",
        &client,
        "--location",
        &location,
    ];
    let scope = "location[orders.write,customer_list.write,catalog.write]";
    let bound = [
        "--scope",
        scope,
        "--catalog",
        &catalog,
        "--customer-list",
        &list,
    ];
    let made = hub.admin(&[&connection[..], &bound[..]].concat()).await;
    text_field(&made.unwrap(), "access_token").unwrap()
}

/// Serves the till, and answers its address.
async fn start_till(hub: &HubProcess, folder: &Path) -> SocketAddr {
    let urls = HubUrls::from_base(&hub.url);
    let file = folder.join("kezia.db");
    let mut settings = AppSettings::new(&urls, CLIENT, SECRET, "http://127.0.0.1", file);
    settings.poll_interval = Duration::from_millis(200);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { partners::kezia::serve(listener, settings).await });
    address
}

/// The value of an attribute, which begins after some text.
fn attribute_after(page: &str, before: &str) -> String {
    let rest = page.split_once(before).map(|(_, rest)| rest);
    let rest = rest.unwrap_or_else(|| panic!("no {before} in {page}"));
    let value = rest.split('"').next().unwrap_or_default();
    value
        .replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#34;", "\"")
}
