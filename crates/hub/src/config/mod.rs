//! What can be configured: defaults, then a file, then the environment, then flags.
//!
//! `config.default.toml` is compiled in; it is at once the defaults and the manual. Nothing is
//! forgiven in silence: a name that it does not have is refused, each value is held to a rule of its
//! own ([`mod@rules`]), and those that depend on each other are looked at together ([`together`]). Whatever
//! is wrong is told at once.

mod error;
mod hidden;
mod names;
mod rules;
mod sections;
mod sources;
mod texts;
mod together;

use std::fmt;
use std::net::SocketAddr;

use serde::Deserialize;

pub use error::ConfigError;
pub use hidden::Hidden;
pub use names::NOT_SETTINGS;
pub use rules::{Rule, Setting, rules};
pub use sections::{
    AuditSettings, DatabaseSettings, DeveloperSettings, EgressSettings, EventSettings,
    ImageSettings, JournalSettings, KeySettings, LimitSettings, LogFormat, LogSettings,
    MailSettings, MailTransport, ProxyHeader, ServerSettings,
};
pub use sources::{Sources, holds_secrets};

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// Everything that can be configured; each field is explained in [`DEFAULTS`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.default.toml explains every field")]
pub struct Config {
    pub brand: String,
    pub support: String,
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub keys: KeySettings,
    pub mail: MailSettings,
    pub limits: LimitSettings,
    pub egress: EgressSettings,
    pub events: EventSettings,
    pub journal: JournalSettings,
    pub audit: AuditSettings,
    pub images: ImageSettings,
    pub developers: DeveloperSettings,
    pub log: LogSettings,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Config")
    }
}

impl Config {
    /// The defaults, overlaid with the text of a configuration file, `environment` (only names
    /// that begin with `PASSEPLAT_` are looked at) and `flags` (dotted keys).
    pub fn read(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        let mut sources = Sources::default();
        if let Some(text) = file {
            sources.file("the configuration file", text);
        }
        let variables = environment.into_iter();
        sources.environment(variables.map(|(name, value)| (name.into(), value.into())));
        for (key, value) in flags {
            sources.flag(&format!("--set {key}"), key, value);
        }
        sources.read()
    }

    /// Where the hub shows its metrics, if it does.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.server.metrics_listen.parse().ok()
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
