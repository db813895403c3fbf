//! An operator's machine with a hub on it, its shop, its receivers, and what can be done to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::timeout;

use super::load::books::{ACTIVE, Books, PASSIVE};
use super::load::poller::Poller;
use super::load::receiver::Receiver;
use super::load::sender::Addresses;
use super::machine::clock::Clock;
use super::machine::cluster::{Cluster, is_root};
use super::machine::disk::Disk;
use super::machine::log::Log;
use super::machine::network::Network;
use super::machine::process::{free_port, is_installed};
use super::machine::supervisor::Supervisor;
use super::machine::{Folder, process};
use super::plan::Engine;
use crate::PROGRAM;
use crate::tools::http::{HttpConnection, host, request};
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};

/// How long the hub may take to end after SIGTERM.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a question of the test's own may go unanswered.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The machine. What is missing cannot be spoilt.
///
/// The order of the fields is the order in which they go: first who uses, then what is used.
pub struct Site {
    pub hub: Supervisor,
    pub cluster: Option<Cluster>,
    pub receivers: Vec<Receiver>,
    _pollers: Vec<Poller>,
    pub clock: Option<Clock>,
    pub network: Option<Network>,
    pub disk: Option<Disk>,
    pub log: Log,
    pub books: Books,
    pub addresses: Addresses,
    /// Where the hub listens: `127.0.0.1:PORT`.
    pub address: String,
    pub files: HubFiles,
    /// Who sends.
    pub token: String,
    /// Who hears.
    hearing: Vec<String>,
    _folder: Folder,
}

impl Site {
    /// Starts everything; none, and a line that says so, where this engine is not installed.
    pub async fn open(engine: Engine) -> Option<Self> {
        let folder = Folder::new(engine.name());
        let log = Log::new(&log_file(engine));
        let disk = optional("a full disk", Disk::mount(&folder.path.join("disk")).await);
        let data = folder
            .path
            .join(if disk.is_some() { "disk" } else { "data" });
        std::fs::create_dir_all(&data).unwrap();
        let (mut network, mut cluster) = (None, None);
        if engine == Engine::Postgres {
            if is_root() && is_installed("nft") {
                network = optional("lost packets", Network::open().await);
            } else {
                println!("left out: lost packets and cut connections, which need root and nft");
            }
            let started = Cluster::start(&data.join("cluster"), network.as_ref(), &log).await;
            cluster = Some(optional("PostgreSQL", started)?);
        }
        let clock = Clock::find(&folder.path);
        if clock.is_none() {
            println!("left out: jumps of the clock, which need the package faketime");
        }
        let database = cluster.as_ref().map(Cluster::url);
        let files = HubFiles::in_folder(&data, database.as_deref());
        let books = Books::new();
        let mut receivers = Vec::new();
        for number in 0..ACTIVE {
            receivers.push(Receiver::start(number, &books).await);
        }
        let (merchant, hearing) = open_merchant(&files, &receivers).await;
        let address = format!("127.0.0.1:{}", free_port());
        let hub = Supervisor::start(serving(&files, &address, clock.as_ref()), &log);
        reachable(&address).await;
        let addresses = Addresses::new(address.clone());
        let pollers = (0..PASSIVE)
            .map(|number| Poller::start(number, &addresses, &hearing[ACTIVE + number], &books))
            .collect();
        Some(Self {
            hub,
            cluster,
            receivers,
            _pollers: pollers,
            clock,
            network,
            disk,
            log,
            books,
            addresses,
            address,
            files,
            token: merchant.token,
            hearing,
            _folder: folder,
        })
    }

    /// Another hub on the same database.
    pub async fn second_hub(&self) -> (Supervisor, String) {
        let address = format!("127.0.0.1:{}", free_port());
        let make = serving(&self.files, &address, self.clock.as_ref());
        // Not on the disk that may be full: nobody would see then how this hub ends.
        let log = self.log.beside("second.log");
        let hub = Supervisor::start(make, &log);
        reachable(&address).await;
        (hub, address)
    }

    /// The events that still wait for some receiver; at most a page of each.
    pub async fn waiting_events(&self) -> Result<Vec<String>, String> {
        let mut waiting = Vec::new();
        for (receiver, token) in self.hearing.iter().enumerate() {
            let path = "/v1/callback/events?count=100";
            let page = ask(&self.address, "GET", path, token, None).await?;
            let page: Vec<Value> =
                serde_json::from_slice(&page).map_err(|error| error.to_string())?;
            let words = |event: &Value| format!("{} for receiver {receiver}", event["id"]);
            waiting.extend(page.iter().map(words));
        }
        Ok(waiting)
    }
}

/// Where the log of a run stays, for whoever wants to know more.
pub fn log_file(engine: Engine) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("trouble-{}.log", engine.name()))
}

fn optional<T>(what: &str, made: Result<T, String>) -> Option<T> {
    made.inspect_err(|why| println!("left out: {what}, because {why}"))
        .ok()
}

/// Makes the command that serves.
fn serving(
    files: &HubFiles,
    address: &str,
    clock: Option<&Clock>,
) -> impl Fn() -> Command + Send + use<> {
    // As many as there may be: no receiver is ill for so long.
    let waits = format!("[{}]", vec!["2"; 32].join(", "));
    let settings = [
        ("PASSEPLAT_EVENTS_RETRY_SECONDS", waits.as_str()),
        ("PASSEPLAT_EVENTS_ORDER_RETRY_SECONDS", waits.as_str()),
        ("PASSEPLAT_EVENTS_TIMEOUT_SECONDS", "5"),
    ];
    let mut command = files.serve_command(Path::new(PROGRAM), address, &settings);
    for (name, _) in std::env::vars().filter(|(name, _)| is_of_tests(name)) {
        command.env_remove(name);
    }
    if let Some(clock) = clock {
        clock.apply_to(&mut command);
    }
    move || process::same(&command)
}

/// Whether a variable is this test's, and no setting of a hub.
fn is_of_tests(name: &str) -> bool {
    name.starts_with("PASSEPLAT_TROUBLE_") || name.starts_with("PASSEPLAT_TEST_")
}

/// Opens a shop whose orders all receivers hear of; answers it, and the tokens of those who hear.
async fn open_merchant(files: &HubFiles, receivers: &[Receiver]) -> (Merchant, Vec<String>) {
    let hub = HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap();
    let merchant = Merchant::open(&hub).await.unwrap();
    let mut hearing = Vec::new();
    for number in 0..ACTIVE + PASSIVE {
        let name = format!("Caisse {number}");
        let token = merchant.new_client(&hub, &name).await.unwrap();
        let url = receivers.get(number).map(|receiver| &receiver.url);
        let wanted = json!({ "url": url, "events": { "order": ["create", "update"] } });
        let address = host(&hub.url).unwrap();
        let wanted = wanted.to_string();
        ask(&address, "POST", "/v1/callback", &token, Some(&wanted))
            .await
            .unwrap();
        hearing.push(token);
    }
    hub.terminate().await.unwrap();
    (merchant, hearing)
}

/// Waits until something listens at an address.
async fn reachable(address: &str) {
    while HttpConnection::open(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Asks once, over a connection of its own; the body of the answer, which must be 200.
async fn ask(
    address: &str,
    method: &str,
    path: &str,
    token: &str,
    body: Option<&str>,
) -> Result<Vec<u8>, String> {
    let bytes = request(method, address, path, token, body);
    let asked = async {
        let mut line = HttpConnection::open(address)
            .await
            .map_err(|it| it.to_string())?;
        let answer = line.exchange(&bytes).await.map_err(|it| it.to_string())?;
        answer.expect_ok()?;
        Ok(answer.body.to_vec())
    };
    let answered = timeout(ANSWER_TIMEOUT, asked).await;
    answered.unwrap_or(Err(format!("no answer from {address}")))
}
