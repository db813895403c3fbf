//! What can be configured: defaults, then a file, then the environment, then flags.
//!
//! `config.default.toml` is compiled in; it is at once the defaults and the manual. A key that it
//! does not have is refused, so that a typing error does not go unnoticed.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use toml::{Table, Value};

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// Everything that can be configured; each field is explained in [`DEFAULTS`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Config {
    pub brand: String,
    pub support: String,
    pub server: Server,
    pub database: Database,
    pub keys: Keys,
    pub mail: Mail,
    pub limits: Limits,
    pub guard: Guard,
    pub outbound: Outbound,
    pub events: Events,
    pub journal: Journal,
    pub images: Images,
    pub developer: Developer,
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Server {
    pub listen: SocketAddr,
    pub public_url: String,
    pub api_public_url: String,
    pub oauth_public_url: String,
    pub office_public_url: String,
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub proxy_header: ProxyHeader,
    pub cookie_domain: String,
    pub session_days: u32,
}

impl Server {
    /// The public addresses are web addresses without a path, and cookies stay on their hosts.
    fn check(&self) -> Result<(), BadConfig> {
        let mut hosts = Vec::new();
        for (key, text) in [
            ("public_url", &self.public_url),
            ("api_public_url", &self.api_public_url),
            ("oauth_public_url", &self.oauth_public_url),
            ("office_public_url", &self.office_public_url),
        ] {
            if text.is_empty() {
                continue;
            }
            let wrong = || {
                BadConfig(format!(
                    "'server.{key}' must be like https://hub.example.com, not '{text}'"
                ))
            };
            let url = url::Url::parse(text).map_err(|_| wrong())?;
            if !matches!(url.scheme(), "http" | "https") || !matches!(url.path(), "" | "/") {
                return Err(wrong());
            }
            hosts.push((key, url.host_str().unwrap_or_default().to_owned()));
        }
        let domain = self.cookie_domain.as_str();
        let holds = |(key, host): &(&str, String)| {
            let ends = host
                .strip_suffix(domain)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            ends || *key == "api_public_url"
        };
        let is_plain = domain
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-'));
        let is_good = domain.is_empty() || is_plain && hosts.iter().all(holds);
        if !is_good {
            return Err(BadConfig(format!(
                "'server.cookie_domain' must hold the public hosts of OAuth and the back office, not '{domain}'"
            )));
        }
        Ok(())
    }
}

/// Where a trusted proxy says for whom it calls.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For: address, address`
    XForwardedFor,
    /// `Forwarded: for=address;proto=https, for=address` (RFC 7239)
    Forwarded,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Database {
    pub url: String,
    pub group_commit: usize,
    pub threads: usize,
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Keys {
    pub file: PathBuf,
    pub value: String,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Mail {
    pub transport: MailTransport,
    pub folder: PathBuf,
    pub smtp_url: String,
    pub from: String,
    pub per_recipient: u32,
    pub per_user: u32,
    pub per_account: u32,
}

/// How mails leave.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// A file per mail in a folder.
    Folder,
    /// A mail server.
    Smtp,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Limits {
    pub enabled: bool,
    pub per_minute: u32,
    pub per_hour: u32,
    pub per_day: u32,
    pub heavy_per_minute: u32,
    pub body_bytes: usize,
    pub logins_per_minute: u32,
}

/// `[guard]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Guard {
    pub allow_loopback: bool,
    pub allow_private: bool,
    pub allow_nets: Vec<ipnet::IpNet>,
}

/// `[outbound]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Outbound {
    pub extra_ca: PathBuf,
}

/// `[events]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Events {
    pub retention_days: u32,
    pub retry_seconds: Vec<u32>,
    pub timeout_seconds: u32,
    pub window: usize,
}

/// `[journal]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Journal {
    pub retention_days: u32,
}

/// `[images]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Images {
    pub store: String,
    pub s3_endpoint: String,
    pub s3_region: String,
    pub s3_access_key: String,
    pub s3_secret_key: String,
}

/// `[developer]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Developer {
    pub may_list: bool,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A setting that cannot be used; the text names the key and the cause.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {0}")]
pub struct BadConfig(String);

impl Config {
    /// The defaults, overlaid with the text of a configuration file, `environment` (only names
    /// that begin with `PASSEPLAT_` are looked at) and `flags` (dotted keys).
    pub fn read(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self, BadConfig> {
        let config: Self = Self::merged(file, environment, flags)?
            .try_into()
            .map_err(|error: toml::de::Error| BadConfig(error.message().to_owned()))?;
        config.server.check()?;
        Ok(config)
    }

    /// The effective settings as TOML, secrets masked: what `passeplat config` prints.
    pub fn shown(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<String, BadConfig> {
        let mut table = Self::merged(file, environment, flags)?;
        for key in [
            "keys.value",
            "mail.smtp_url",
            "database.url",
            "images.s3_secret_key",
        ] {
            if let Some(Value::String(text)) = leaf(&mut table, key) {
                *text = masked(text);
            }
        }
        toml::to_string_pretty(&table).map_err(|error| BadConfig(error.to_string()))
    }

    fn merged(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Table, BadConfig> {
        let mut table: Table = DEFAULTS
            .parse()
            .map_err(|error: toml::de::Error| BadConfig(error.to_string()))?;
        if let Some(text) = file {
            let over: Table = text
                .parse()
                .map_err(|error: toml::de::Error| BadConfig(error.to_string()))?;
            overlay(&mut table, over, "")?;
        }
        let keys = leaf_keys(&table, "");
        for (name, text) in environment {
            let Some(name) = name.strip_prefix("PASSEPLAT_") else {
                continue;
            };
            let wanted = name.to_ascii_lowercase();
            // Other programs' names may begin alike; only known keys count.
            if let Some(key) = keys.iter().find(|key| key.replace('.', "_") == wanted) {
                set(&mut table, key, &text)?;
            }
        }
        for (key, text) in flags {
            set(&mut table, key, text)?;
        }
        Ok(table)
    }

    /// Where the hub is reached from outside, without a slash at the end.
    pub fn public_url(&self) -> String {
        if self.server.public_url.is_empty() {
            format!("http://{}", self.server.listen)
        } else {
            self.server.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// Where the API is reached from outside, without `/v1`.
    pub fn api_url(&self) -> String {
        self.own_or_public(&self.server.api_public_url)
    }

    /// Where OAuth is reached from outside, without `/oauth2/v1`.
    pub fn oauth_url(&self) -> String {
        self.own_or_public(&self.server.oauth_public_url)
    }

    /// Where the back office is reached from outside.
    pub fn office_url(&self) -> String {
        self.own_or_public(&self.server.office_public_url)
    }

    fn own_or_public(&self, own: &str) -> String {
        if own.is_empty() {
            self.public_url()
        } else {
            own.trim_end_matches('/').to_owned()
        }
    }
}

fn overlay(under: &mut Table, over: Table, path: &str) -> Result<(), BadConfig> {
    for (key, value) in over {
        let here = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match (under.get_mut(&key), value) {
            (None, _) => return Err(BadConfig(format!("there is no setting '{here}'"))),
            (Some(Value::Table(under)), Value::Table(over)) => overlay(under, over, &here)?,
            (Some(slot), value) => *slot = value,
        }
    }
    Ok(())
}

fn leaf_keys(table: &Table, path: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for (key, value) in table {
        let here = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Value::Table(inner) => keys.extend(leaf_keys(inner, &here)),
            _ => keys.push(here),
        }
    }
    keys
}

fn leaf<'t>(table: &'t mut Table, key: &str) -> Option<&'t mut Value> {
    match key.split_once('.') {
        None => table.get_mut(key),
        Some((first, rest)) => leaf(table.get_mut(first)?.as_table_mut()?, rest),
    }
}

/// Sets a key from text, in the type that the default has.
fn set(table: &mut Table, key: &str, text: &str) -> Result<(), BadConfig> {
    let slot = leaf(table, key).ok_or_else(|| BadConfig(format!("there is no setting '{key}'")))?;
    let wrong = |what: &str| BadConfig(format!("'{key}' must be {what}, not '{text}'"));
    *slot = match slot {
        Value::String(_) => Value::String(text.to_owned()),
        Value::Integer(_) => Value::Integer(text.parse().map_err(|_| wrong("a whole number"))?),
        Value::Boolean(_) => Value::Boolean(text.parse().map_err(|_| wrong("true or false"))?),
        _ => {
            let line: Table = format!("it = {text}")
                .parse()
                .map_err(|_| wrong("a list, as in [1, 2]"))?;
            line.get("it").cloned().ok_or_else(|| wrong("a list"))?
        }
    };
    Ok(())
}

/// Keeps what tells one value from another without giving a password away.
fn masked(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) => format!("{}://****{}", &text[..scheme], &text[at..]),
        _ if text.is_empty() || text.starts_with("sqlite:") => text.to_owned(),
        _ => "****".to_owned(),
    }
}
