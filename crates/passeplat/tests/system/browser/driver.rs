//! Chromium and the program that drives it.

use std::process::Stdio;
use std::time::Duration;

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A chromedriver of one's own; Chromium ends with it.
pub struct Driver {
    pub client: Client,
    group: String,
    _driver: Child,
    _folder: TempDir,
}

impl Drop for Driver {
    /// Killed alone, the driver would leave Chromium behind: the whole group goes.
    fn drop(&mut self) {
        let group = format!("-{}", self.group);
        let _ = std::process::Command::new("kill")
            .args(["-KILL", "--", &group])
            .status();
    }
}

impl Driver {
    /// Starts chromedriver on a free port, and a Chromium without a window whose user reads `lang`,
    /// such as `fr-FR`.
    pub async fn start(lang: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            // Profiles and whatever else Chromium leaves behind.
            .env("TMPDIR", folder.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed (scripts/install-tools browser)");
        let group = driver.id().unwrap().to_string();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let line = lines
                    .next_line()
                    .await
                    .unwrap()
                    .expect("chromedriver tells its port");
                if let Some((_, rest)) = line.split_once("started successfully on port ") {
                    return rest.trim_end_matches('.').to_owned();
                }
            }
        });
        let port = port.await.expect("chromedriver comes up");
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });

        let (own, short) = (format!("--lang={lang}"), &lang[..2]);
        let options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                "--no-proxy-server", "--no-first-run", own, "--window-size=1280,900",
            ],
            "prefs": { "intl.accept_languages": format!("{lang},{short}") },
        });
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        Self {
            client,
            group,
            _driver: driver,
            _folder: folder,
        }
    }

    /// Sends a command of Chromium's own protocol, such as `Emulation.setEmulatedMedia`.
    pub async fn chromium(&self, command: &'static str, parameters: Value) {
        self.client
            .issue_cmd(ChromiumCommand {
                command,
                parameters,
            })
            .await
            .unwrap();
    }
}

#[derive(Debug)]
struct ChromiumCommand {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for ChromiumCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (axum::http::Method::POST, Some(body.to_string()))
    }
}
