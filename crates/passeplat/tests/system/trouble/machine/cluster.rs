//! A PostgreSQL cluster of the test's own, kept running by a supervisor of its own.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use tokio::time::sleep;

use super::log::Log;
use super::network::Network;
use super::process::{self, finish};
use super::supervisor::Supervisor;

/// Whom the hub is there, and its database.
const HUB: &str = "hub";
/// Who may do everything.
const MASTER: &str = "master";

/// How long a statement of the hub may last: what operators set for their applications.
const STATEMENT_TIMEOUT: &str = "3s";

/// A cluster with an empty database for the hub. It is gone with this value.
pub struct Cluster {
    /// The postmaster.
    pub server: Supervisor,
    programs: Programs,
    folder: PathBuf,
    address: String,
    port: u16,
}

impl Cluster {
    /// Makes the cluster in a folder, reached over a network of its own if there is one.
    pub async fn start(
        folder: &Path,
        network: Option<&Network>,
        log: &Log,
    ) -> Result<Self, String> {
        let programs = Programs::find().ok_or("PostgreSQL's programs are not installed")?;
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        if programs.is_root {
            process::run("chown", &["postgres", &folder.display().to_string()]).await?;
        }
        let data = folder.join("data").display().to_string();
        let mut init = programs.command(None, "initdb");
        init.args(["-D", &data, "-U", MASTER, "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C", "--no-sync", "--no-instructions"]);
        finish(init).await?;
        let rules = format!("{data}/pg_hba.conf");
        let mut text = std::fs::read_to_string(&rules).map_err(|error| error.to_string())?;
        text.push_str("host all all 198.18.0.0/15 trust\n");
        std::fs::write(&rules, text).map_err(|error| error.to_string())?;

        let address = network.map_or("127.0.0.1", |network| &network.address);
        let port = process::free_port();
        let settings = [
            format!("listen_addresses={address}"),
            format!("unix_socket_directories={}", folder.display()),
            format!("port={port}"),
            "max_connections=200".to_owned(),
            "max_wal_size=256MB".to_owned(),
            "log_min_messages=fatal".to_owned(),
            // Sessions whose hub cannot be reached any more are not kept for two hours.
            "tcp_keepalives_idle=30".to_owned(),
            "tcp_keepalives_interval=5".to_owned(),
            "tcp_keepalives_count=3".to_owned(),
        ];
        let mut postmaster = programs.command(network, "postgres");
        postmaster.args(["-D", &data]);
        for setting in &settings {
            postmaster.args(["-c", setting]);
        }
        let cluster = Self {
            server: Supervisor::start(move || process::same(&postmaster), log),
            programs,
            folder: folder.to_owned(),
            address: address.to_owned(),
            port,
        };
        cluster.ready().await;
        for words in [
            format!("CREATE ROLE {HUB} LOGIN"),
            format!("ALTER ROLE {HUB} SET statement_timeout = '{STATEMENT_TIMEOUT}'"),
            format!(
                "CREATE DATABASE {HUB} OWNER {HUB} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            ),
        ] {
            cluster.ask("postgres", &words).await?;
        }
        Ok(cluster)
    }

    /// Where the hub finds its database.
    pub fn url(&self) -> String {
        // A network of our own is not this machine to the hub.
        format!(
            "postgres://{HUB}@{}:{}/{HUB}?sslmode=disable",
            self.address, self.port
        )
    }

    /// Runs SQL in the hub's database, as somebody who may do everything.
    pub async fn sql(&self, text: &str) -> Result<String, String> {
        self.ask(HUB, text).await
    }

    async fn ask(&self, database: &str, text: &str) -> Result<String, String> {
        let mut command = Command::new(self.programs.folder.join("psql"));
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .arg("-h")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string(), "-U", MASTER, "-d", database])
            .args(["-c", text])
            .kill_on_drop(true);
        finish(command).await
    }

    /// Waits until the server takes questions.
    pub async fn ready(&self) {
        while self.ask("postgres", "SELECT 1").await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Where the server's programs lie, and how they are run.
struct Programs {
    folder: PathBuf,
    is_root: bool,
}

impl Programs {
    /// Debian keeps them out of the way, in a folder per version: the newest; else those in PATH.
    fn find() -> Option<Self> {
        let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter();
        let mut debian: Vec<_> = debian
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .filter(|folder| folder.join("initdb").is_file())
            .collect();
        debian.sort();
        let path = std::env::var("PATH").unwrap_or_default();
        let path = path.split(':').map(PathBuf::from);
        let mut path = path.filter(|folder| folder.join("initdb").is_file());
        let folder = debian.pop().or_else(|| path.next())?;
        let is_root = is_root();
        Some(Self { folder, is_root })
    }

    /// One of the programs, as a user that the server accepts: it refuses to run as root. The server
    /// gives up in its own way, with all its processes, when this process is gone.
    fn command(&self, network: Option<&Network>, program: &str) -> Command {
        let mut command = match network {
            Some(network) => {
                let mut command = network.enter();
                command.arg("setpriv");
                command
            }
            None => Command::new("setpriv"),
        };
        command.args(["--pdeathsig", "QUIT"]);
        if self.is_root {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        command.arg(self.folder.join(program)).current_dir("/");
        command
    }
}

/// Whether this process may mount disks and make networks.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}
