//! The apps beside a real hub: it stops and comes back, the apps are killed, connections end. No order is
//! lost, none is doubled, and what somebody did meanwhile is sent afterwards.

/// The browser of the apps' own tests serves here too.
#[path = "../../../../partners/tests/it/browser.rs"]
#[expect(dead_code, reason = "the apps' own tests use the rest")]
mod browser;
mod kezia;
mod pos_helper;
mod printer;
mod till;
mod zelty;

use std::path::Path;
use std::time::Duration;

use client::order::{Money, NewItem, NewOrder, Order, OrderStatus};
use client::{Connection, HubClient};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Child;

use crate::PROGRAM;
use crate::postgres_files;
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};

/// A hub that comes back at its address, with a shop that sends orders and an app that receives them.
struct Place {
    files: HubFiles,
    address: String,
    hub: Option<Child>,
    shop: Connection,
    /// The token of the app.
    token: String,
}

impl Place {
    async fn open(files: HubFiles) -> Place {
        let hub = HubProcess::start(Path::new(PROGRAM), &files, &[])
            .await
            .unwrap();
        let merchant = Merchant::open(&hub).await.unwrap();
        let token = merchant.new_client(&hub, "Imprimante").await.unwrap();
        hub.terminate().await.unwrap();
        // A port that was free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let base = format!("http://{address}");
        let client = HubClient::new(&format!("{base}/v1"), &format!("{base}/oauth2/v1")).unwrap();
        let mut place = Place {
            files,
            address,
            hub: None,
            shop: client.connection(merchant.token),
            token,
        };
        place.start_hub().await;
        place
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    async fn start_hub(&mut self) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&self.files.log)
            .unwrap();
        let mut command = self
            .files
            .serve_command(Path::new(PROGRAM), &self.address, &[]);
        let child = command
            .stdout(std::process::Stdio::null())
            .stderr(log)
            .spawn();
        self.hub = Some(child.unwrap());
        while TcpStream::connect(&self.address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Kills the hub (SIGKILL).
    async fn kill_hub(&mut self) {
        let mut hub = self.hub.take().unwrap();
        hub.kill().await.unwrap();
    }

    /// The shop sends an order.
    async fn order(&self, reference: &str) -> Order {
        let item = NewItem::new("Regina", Money::parse("12.50 EUR").unwrap(), 1);
        let order = NewOrder::new(OrderStatus::New).reference(reference);
        self.shop.create_order(&order.item(item)).await.unwrap()
    }

    /// The shop sends an order of a marketplace, with the merchant's code for it.
    async fn marketplace_order(&self, reference: &str) -> Order {
        let order = serde_json::json!({
            "status": "new", "ref": reference, "channel": "Marketplace",
            "service_type": "delivery", "service_type_ref": "Plateforme - Marque A",
            "items": [{ "product_name": "Regina", "price": "12.50 EUR", "quantity": "1" }],
        });
        self.shop.create_order(&order).await.unwrap()
    }

    async fn status(&self, order: &Order) -> OrderStatus {
        let order: Order = self.shop.order(order.id.as_str()).await.unwrap();
        order.status
    }

    /// Waits until the app has told the hub which events it wants: none is kept for it before.
    async fn wait_for_subscription(&self) {
        let client = HubClient::new(
            &format!("{}/v1", self.url()),
            &format!("{}/oauth2/v1", self.url()),
        );
        let app = client.unwrap().connection(self.token.as_str());
        while app.callback().await.unwrap().events.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until an order has a status at the hub.
    async fn wait_for(&self, order: &Order, status: OrderStatus) {
        while self.status(order).await != status {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A place on SQLite, with the folder of its files.
async fn on_sqlite() -> (Place, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open(HubFiles::in_folder(folder.path(), None)).await;
    (place, folder)
}

/// A place on PostgreSQL, if there is one.
async fn on_postgresql(name: &str) -> Option<(Place, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let files = postgres_files::on_postgresql(name, folder.path())?;
    Some((Place::open(files).await, folder))
}
