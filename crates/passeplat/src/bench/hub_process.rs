//! A hub of one's own: the real program, in a process of its own, that can be stopped or killed.
//!
//! It listens on a free loopback port, keeps its database where it is told, writes its log beside
//! it, and dies with the value that stands for it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// What a hub needs to come up again as the same hub: its database and its master key.
#[derive(Clone)]
pub struct HubFiles {
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// The file of the master key; made at the first start.
    pub key_file: PathBuf,
    /// Where what the hub logs is appended.
    pub log: PathBuf,
}

impl HubFiles {
    /// A hub on SQLite, or on `postgres` if given, with its files in `folder`.
    pub fn in_folder(folder: &Path, postgres: Option<&str>) -> Self {
        let database = match postgres {
            Some(url) => url.to_owned(),
            None => format!("sqlite:{}", folder.join("hub.db").display()),
        };
        Self {
            database,
            key_file: folder.join("key"),
            log: folder.join("hub.log"),
        }
    }

    /// The command that serves here, at an address such as `127.0.0.1:0`.
    ///
    /// `settings` are environment variables. Rate limits are off, callbacks may go to loopback, mails lie beside the
    /// key.
    pub fn serve_command(
        &self,
        program: &Path,
        listen: &str,
        settings: &[(&str, &str)],
    ) -> Command {
        let mut command = Command::new(program);
        command.arg("serve");
        self.arguments(&mut command);
        command
            .args(["--listen", listen])
            .env("PASSEPLAT_LIMITS_ENABLED", "false")
            .env("PASSEPLAT_EGRESS_ALLOW_LOOPBACK", "true")
            .env(
                "PASSEPLAT_MAIL_FOLDER",
                self.key_file.with_file_name("mail"),
            )
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    fn arguments(&self, command: &mut Command) {
        command
            .arg("--database")
            .arg(&self.database)
            .arg("--key-file")
            .arg(&self.key_file);
    }
}

/// A running hub.
pub struct HubProcess {
    child: Child,
    program: PathBuf,
    files: HubFiles,
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub url: String,
    /// From the start of the process to the line that says that it listens.
    pub startup_time: Duration,
}

/// How long a hub may take to come up: a cold machine that also compiles is slow.
const START_TIMEOUT: Duration = Duration::from_secs(60);

impl HubProcess {
    /// Starts `program serve` with what [`HubFiles::serve_command`] says, and waits until it listens.
    ///
    /// The error carries the end of the hub's log.
    pub async fn start(
        program: &Path,
        files: &HubFiles,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&files.log)?;
        Self::start_with_log(program, files, settings, log.into()).await
    }

    /// Starts the hub as [`HubProcess::start`] does, with its log elsewhere.
    pub async fn start_with_log(
        program: &Path,
        files: &HubFiles,
        settings: &[(&str, &str)],
        log: Stdio,
    ) -> anyhow::Result<Self> {
        let began = Instant::now();
        let mut child = files
            .serve_command(program, "127.0.0.1:0", settings)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {program:?}"))?;
        let out = child.stdout.take().context("the hub has no output")?;
        let mut lines = BufReader::new(out).lines();
        let url = tokio::time::timeout(START_TIMEOUT, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(url) = line.strip_prefix("passeplat listening on ") {
                    return Some(url.trim().trim_end_matches('/').to_owned());
                }
            }
            None
        });
        let Ok(Some(url)) = url.await else {
            bail!(
                "the hub did not come up; the end of its log:\n{}",
                log_tail(&files.log)
            );
        };
        // Whatever else it says is read away, or the pipe would fill up and stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            program: program.to_owned(),
            files: files.clone(),
            url,
            startup_time: began.elapsed(),
        })
    }

    /// Runs `passeplat admin …` on this hub's database and reads the JSON that it prints.
    pub async fn admin(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        // What is to be made; the rest may hold a secret.
        let what = arguments
            .iter()
            .take(2)
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        let mut command = Command::new(&self.program);
        command.arg("admin");
        self.files.arguments(&mut command);
        command.args(arguments);
        let output = command
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            bail!("passeplat admin {what} failed: {}", stderr.trim());
        }
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("passeplat admin {what} printed no JSON"))
    }

    /// Kills the process at once (SIGKILL), as a power cut would, and waits until it is gone.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("the hub cannot be killed")
    }

    /// Asks the process to stop (SIGTERM) and waits until it did.
    pub async fn terminate(mut self) -> anyhow::Result<std::process::ExitStatus> {
        let process = self
            .child
            .id()
            .context("the hub is gone already")?
            .to_string();
        Command::new("kill")
            .args(["-TERM", &process])
            .status()
            .await?;
        Ok(tokio::time::timeout(START_TIMEOUT, self.child.wait()).await??)
    }

    /// The number of the process.
    pub fn process_id(&self) -> anyhow::Result<u32> {
        self.child.id().context("the hub is gone already")
    }

    /// Memory held by the hub's process, in MB; none where the system does not tell.
    pub fn resident_mb(&self) -> Option<f64> {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process_id().ok()?)).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
        Some(kilobytes / 1024.0)
    }
}

/// What programs need to send orders and to hear of them.
const ORDERS_SCOPE: &str = "location[orders.write]";

/// A location of its own on a hub, and a client that may write its orders.
#[derive(Clone)]
pub struct Merchant {
    /// The location's id, such as `z6q31-0`.
    pub location: String,
    /// The token of a connection with `location[orders.write]`.
    pub token: String,
}

impl Merchant {
    /// Makes an account with one location and the connection that sends orders there.
    pub async fn open(hub: &HubProcess) -> anyhow::Result<Self> {
        let account = hub
            .admin(&[
                "account",
                "create",
                "--name",
                "Les Trois Gourmands",
                "--currency",
                "EUR",
                "--country",
                "FR",
                "--timezone",
                "Europe/Paris",
                "--location-name",
                "Lyon",
            ])
            .await?;
        let location = text_field(&account, "location_id")?;
        let token = Self::connect(hub, &location, "Commandes en ligne", ORDERS_SCOPE).await?;
        Ok(Self { location, token })
    }

    /// One more client at the same location; answers its token.
    pub async fn new_client(&self, hub: &HubProcess, name: &str) -> anyhow::Result<String> {
        Self::connect(hub, &self.location, name, ORDERS_SCOPE).await
    }

    /// One more client at the same location, with a scope of its own; answers its token.
    pub async fn new_client_with_scope(
        &self,
        hub: &HubProcess,
        name: &str,
        scope: &str,
    ) -> anyhow::Result<String> {
        Self::connect(hub, &self.location, name, scope).await
    }

    async fn connect(
        hub: &HubProcess,
        location: &str,
        name: &str,
        scope: &str,
    ) -> anyhow::Result<String> {
        let client = text_field(
            &hub.admin(&["client", "create", "--name", name]).await?,
            "client_id",
        )?;
        let connection = hub
            .admin(&[
                "connection",
                "create",
                "--client",
                &client,
                "--location",
                location,
                "--scope",
                scope,
            ])
            .await?;
        text_field(&connection, "access_token")
    }
}

/// A text in what `passeplat admin` printed.
pub fn text_field(value: &Value, key: &str) -> anyhow::Result<String> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("no {key} in {value}"))?
        .to_owned())
}

fn log_tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
