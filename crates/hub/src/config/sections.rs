//! The sections of the settings, as the rest of the hub reads them.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::Hidden;

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct ServerSettings {
    pub listen: SocketAddr,
    pub metrics_listen: String,
    pub connections: usize,
    pub connections_per_address: usize,
    pub public_url: String,
    pub api_public_url: String,
    pub oauth_public_url: String,
    pub office_public_url: String,
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub proxy_header: ProxyHeader,
    pub cookie_domain: String,
    pub session_days: u32,
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
pub struct DatabaseSettings {
    pub url: Hidden,
    pub group_commit: usize,
    pub threads: usize,
    pub timeout_seconds: u32,
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct KeySettings {
    pub file: PathBuf,
    pub value: Hidden,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct MailSettings {
    pub transport: MailTransport,
    pub folder: PathBuf,
    pub smtp_url: Hidden,
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
pub struct LimitSettings {
    pub enabled: bool,
    pub per_minute: u32,
    pub per_hour: u32,
    pub per_day: u32,
    pub heavy_per_minute: u32,
    pub body_bytes: usize,
    pub logins_per_minute: u32,
}

/// `[egress]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct EgressSettings {
    pub allow_loopback: bool,
    pub allow_private: bool,
    pub allow_nets: Vec<ipnet::IpNet>,
    pub extra_ca_file: PathBuf,
}

/// `[events]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct EventSettings {
    pub retention_days: u32,
    pub retry_seconds: Vec<u32>,
    pub order_retry_seconds: Vec<u32>,
    pub timeout_seconds: u32,
    pub max_in_flight: usize,
}

/// `[journal]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct JournalSettings {
    pub retention_days: u32,
}

/// `[audit]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct AuditSettings {
    pub retention_days: u32,
}

/// `[images]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct ImageSettings {
    pub store: String,
    pub s3_endpoint: String,
    pub s3_region: String,
    pub s3_access_key: String,
    pub s3_secret_key: Hidden,
}

/// `[developers]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct DeveloperSettings {
    pub may_publish: bool,
    pub design_page: bool,
    pub tour: bool,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct LogSettings {
    pub format: LogFormat,
    pub level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text that people read.
    Text,
    /// One JSON object a line.
    Json,
}
