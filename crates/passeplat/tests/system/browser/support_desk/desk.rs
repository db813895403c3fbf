//! A merchant with apps that do what is asked of them, and the screen of the agent who looks into it.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use client::{Connection, HubClient};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

use super::super::screen::Screen;
use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

const PASSWORD: &str = "fourchette bleue";
const AGENT: &str = "ana@example.com";

/// Clicks after which an answer must be there; to type into the search box and press Enter is one.
const MAX_CLICKS: u32 = 3;

/// The Enter key of WebDriver.
const ENTER: &str = "\u{e007}";

/// Whatever an app may do with orders, its catalog and stock.
const WHOLE_SCOPE: &str = "location[orders.write,catalog.write,inventory.write]";

/// A merchant, and the hub.
pub struct Desk {
    pub hub: HubProcess,
    pub account: String,
    pub location: String,
    pub catalog: String,
    _folder: TempDir,
}

/// A connected program.
pub struct App {
    pub id: String,
    pub api: Connection,
}

/// How a receiver of callbacks answers.
#[derive(Clone, Copy)]
pub enum Answer {
    Status(u16),
    Never,
}

impl Desk {
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// A hub with other settings, as environment variables.
    pub async fn open_with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = HubFiles::in_folder(folder.path(), None);
        let hub = HubProcess::start(Path::new(PROGRAM), &files, settings)
            .await
            .unwrap();
        let user = ["user", "create", "--email", AGENT, "--name", "Ana Martin"];
        let rest = ["--password", PASSWORD, "--locale", "fr-FR"];
        hub.admin(&[&user[..], &rest[..]].concat()).await.unwrap();
        let account = ["account", "create", "--name", "Les Trois Gourmands"];
        let rest = ["--location-name", "Lyon", "--owner", AGENT];
        let made = hub.admin(&[&account[..], &rest[..]].concat()).await;
        let made = made.unwrap();
        Self {
            account: text_field(&made, "account_id").unwrap(),
            location: text_field(&made, "location_id").unwrap(),
            catalog: text_field(&made, "catalog_id").unwrap(),
            hub,
            _folder: folder,
        }
    }

    /// Connects a program of this name.
    pub async fn connect(&self, name: &str) -> App {
        let client = self.hub.admin(&["client", "create", "--name", name]).await;
        let client = text_field(&client.unwrap(), "client_id").unwrap();
        let make = ["connection", "create", "--client", &client];
        let at = ["--location", &self.location, "--scope", WHOLE_SCOPE];
        let of = ["--catalog", &self.catalog];
        let made = self.hub.admin(&[&make[..], &at[..], &of].concat()).await;
        let made = made.unwrap();
        let oauth = format!("{}/oauth2/v1", self.hub.url);
        let api = HubClient::new(&format!("{}/v1", self.hub.url), &oauth).unwrap();
        App {
            id: text_field(&made, "connection_id").unwrap(),
            api: api.connection(text_field(&made, "access_token").unwrap()),
        }
    }

    /// The browser of the agent, who has signed in and sees the dashboard.
    pub async fn call(&self, name: &'static str) -> Call {
        let screen = Screen::open(name).await;
        screen.go(&format!("{}/login", self.hub.url)).await;
        screen.fill("E-mail", AGENT).await;
        screen.fill("Mot de passe", PASSWORD).await;
        screen.click("Connexion").await;
        screen.expect_text("TABLEAU DE BORD").await;
        Call {
            screen,
            clicks: Cell::new(0),
        }
    }

    /// A till that is sent its orders, and answers so.
    pub async fn till(&self, name: &str, answer: Answer) -> App {
        let app = self.connect(name).await;
        app.listen(Some(&receiver(answer).await)).await;
        app
    }
}

impl App {
    /// Follows orders: at an address, or to fetch them.
    pub async fn listen(&self, url: Option<&str>) {
        let events = json!({ "order": ["create", "update"] });
        let callback = json!({ "url": url, "events": events });
        self.api
            .post::<Value>("/callback", &callback)
            .await
            .unwrap();
    }

    /// Sends an order with this ref and whatever else; answers its id.
    pub async fn order(&self, reference: &str, more: Value) -> String {
        let made: Value = self
            .api
            .post("/location/orders", &new_order(reference, more))
            .await
            .unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Sends an order that is refused.
    pub async fn refused_order(&self, reference: &str, more: Value) {
        let order = new_order(reference, more);
        let sent = self.api.post::<Value>("/location/orders", &order);
        sent.await.expect_err("it is refused");
    }

    /// Asks for what is not there; answers the id of the request, as a developer reads it off the response.
    pub async fn failed_request(&self, url: &str) -> String {
        let token = format!("X-Access-Token: {}", self.api.access_token().expose());
        let asked = Command::new("curl")
            .args([
                "-si",
                "-H",
                &token,
                &format!("{url}/v1/location/orders/zzzzz"),
            ])
            .output();
        let answer = String::from_utf8(asked.await.unwrap().stdout).unwrap();
        let line = answer.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("x-request-id:")
                .map(str::to_owned)
        });
        line.expect("a request id").trim().to_owned()
    }

    pub async fn change(&self, order: &str, patch: Value) {
        let path = format!("/location/orders/{order}");
        self.api.patch::<Value>(&path, &patch).await.unwrap();
    }
}

fn new_order(reference: &str, more: Value) -> Value {
    let item = json!({ "product_name": "Pizza", "price": "12.00 EUR", "quantity": "1" });
    let mut order = json!({ "status": "new", "ref": reference, "items": [item] });
    let fields = more.as_object().cloned().unwrap_or_default();
    order.as_object_mut().unwrap().extend(fields);
    order
}

/// Starts a receiver of callbacks; answers its address.
pub async fn receiver(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(move || async move {
        match answer {
            Answer::Status(code) => StatusCode::from_u16(code).unwrap(),
            Answer::Never => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                StatusCode::OK
            }
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// One call: the screen, and how many clicks it has taken so far.
pub struct Call {
    pub screen: Screen,
    clicks: Cell<u32>,
}

impl Call {
    /// Types into the search box and presses Enter.
    pub async fn search(&self, text: &str) {
        self.count();
        self.screen
            .fill("Rechercher", &format!("{text}{ENTER}"))
            .await;
    }

    pub async fn click(&self, text: &str) {
        self.count();
        self.screen.click(text).await;
    }

    pub async fn click_near(&self, text: &str, near: &str) {
        self.count();
        self.screen.click_near(text, near).await;
    }

    fn count(&self) {
        self.clicks.set(self.clicks.get() + 1);
        assert!(self.clicks.get() <= MAX_CLICKS, "too many clicks");
    }

    /// Waits for the answer.
    pub async fn expect(&self, text: &str) {
        self.screen.expect_text(text).await;
    }
}
