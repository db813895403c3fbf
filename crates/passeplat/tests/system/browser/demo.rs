//! A demo of one's own: the hub and the partner apps, on free ports and fresh data.

use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::PROGRAM;

/// How long the demo may take to fill its data and to come up.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A running demo; it ends with this value.
pub struct Demo {
    /// The back office, the API and OAuth.
    pub hub: String,
    /// The web app that places orders.
    pub developer_tools: String,
    /// The till.
    pub kezia: String,
    /// The production board.
    pub pos_helper: String,
    /// The back office of the stand-in of Zelty.
    pub zelty: String,
    /// The log-in of a user who may do everything.
    pub email: String,
    pub password: String,
    _child: Child,
    _folder: TempDir,
}

impl Demo {
    /// A demo in which nothing is connected and nothing was ordered.
    pub async fn start() -> Self {
        Self::start_with(&["--fresh"]).await
    }

    /// A demo as everybody starts it.
    pub async fn start_with_history() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts `passeplat demo` and reads the table of addresses and log-ins that it prints.
    async fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(PROGRAM)
            .arg("demo")
            .arg("--data")
            .arg(folder.path().join("data"))
            .args(["--port", "0"])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let table = tokio::time::timeout(TIMEOUT, Table::read(&mut lines)).await;
        let Ok(Some(table)) = table else {
            let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            panic!("the demo did not come up:\n{log}");
        };
        // Whatever else it says is read away, or the pipe would fill up and stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            hub: table.hub.unwrap(),
            developer_tools: table.developer_tools.unwrap(),
            kezia: table.kezia.unwrap(),
            pos_helper: table.pos_helper.unwrap(),
            zelty: table.zelty.unwrap(),
            email: table.email.unwrap(),
            password: table.password.unwrap(),
            _child: child,
            _folder: folder,
        }
    }
}

/// What the demo prints, as far as it was read.
#[derive(Default)]
struct Table {
    hub: Option<String>,
    developer_tools: Option<String>,
    kezia: Option<String>,
    pos_helper: Option<String>,
    zelty: Option<String>,
    email: Option<String>,
    password: Option<String>,
}

impl Table {
    /// Reads until everything is known: each address stands on a line with its name; the first
    /// line with an e-mail address is the owner's log-in, and its password is the next word.
    async fn read(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<Self> {
        let mut table = Self::default();
        while let Ok(Some(line)) = lines.next_line().await {
            table.line(&line);
            if table.complete() {
                return Some(table);
            }
        }
        None
    }

    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let url = words.iter().find(|word| word.starts_with("http://"));
        if let Some(url) = url {
            let name = line.to_lowercase();
            let base_url = if name.contains("developer tools") {
                &mut self.developer_tools
            } else if name.contains("kezia") {
                &mut self.kezia
            } else if name.contains("pos helper") {
                &mut self.pos_helper
            } else if name.contains("zelty (stand-in)") {
                &mut self.zelty
            } else {
                &mut self.hub
            };
            base_url.get_or_insert_with(|| url.trim_end_matches('/').to_owned());
        }
        if let Some(at) = words.iter().position(|word| word.contains('@'))
            && self.email.is_none()
        {
            self.email = Some(words[at].to_owned());
            self.password = words.get(at + 1).map(|word| (*word).to_owned());
        }
    }

    fn complete(&self) -> bool {
        let parts = [
            &self.hub,
            &self.developer_tools,
            &self.kezia,
            &self.pos_helper,
            &self.zelty,
            &self.email,
            &self.password,
        ];
        parts.iter().all(|part| part.is_some())
    }
}
