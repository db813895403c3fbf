//! TLS to the server, by the words of libpq in the address: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`.
//!
//! Nothing leaves this machine in clear unless the address says so: without an `sslmode`, `prefer` holds for
//! a server on this machine and `require` for any other. Files are read anew for each connection, so a
//! renewed certificate needs no restart.

mod connect_errors;
mod options;
mod trust;

use std::net::IpAddr;
use std::path::PathBuf;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::server::{Connected, address_text};
use options::Mode;

pub(super) use options::Options;

/// What to write in an address so that nothing on the way can read along, nor stand in for the server.
const CURE: &str = "sslmode=verify-full";

/// How connections to one host are protected.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    options: Options,
    mode: Mode,
    is_here: bool,
}

impl Tls {
    /// That of a host for which an address says this.
    pub(super) fn for_host(options: &Options, host: &Config) -> Self {
        let is_here = is_here(host);
        let mode = match is_socket(host) {
            // PostgreSQL knows no TLS there, and libpq asks for none.
            true => Mode::Disable,
            false => options.mode_for(is_here),
        };
        Self {
            options: options.clone(),
            mode,
            is_here,
        }
    }

    /// Whether the files that are named can be used; if not, a sentence with the cure.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.mode {
            Mode::Disable => Ok(()),
            _ => trust::client(&self.options, self.mode).map(drop),
        }
    }

    /// Connects to `host`, in words if that fails.
    pub(super) async fn connect(
        &self,
        host: &Config,
        generation: usize,
    ) -> Result<Connected, String> {
        if self.mode == Mode::Disable {
            return self.connect_in_clear(host, generation).await;
        }
        let connector = MakeRustlsConnect::new(trust::client(&self.options, self.mode)?);
        let mut config = host.clone();
        config.ssl_mode(SslMode::Require);
        match config.connect(connector).await {
            Ok((client, connection)) => {
                let (host, sslmode) = (address_text(host), self.mode.name());
                tracing::debug!(host, sslmode, "connected to PostgreSQL with TLS");
                Ok(Connected::new(client, connection, generation))
            }
            Err(error) if self.mode == Mode::Prefer && connect_errors::is_without_tls(&error) => {
                let connected = self.connect_in_clear(host, generation).await?;
                if !self.is_here {
                    let host = address_text(host);
                    tracing::warn!(
                        setting = "database.url",
                        host,
                        cure = CURE,
                        "PostgreSQL does not support TLS, customers' data is sent unencrypted"
                    );
                }
                Ok(connected)
            }
            Err(error) => Err(self.explain(&address_text(host), &error)),
        }
    }

    async fn connect_in_clear(
        &self,
        host: &Config,
        generation: usize,
    ) -> Result<Connected, String> {
        let mut config = host.clone();
        config.ssl_mode(SslMode::Disable);
        let (client, connection) = config
            .connect(NoTls)
            .await
            .map_err(|error| self.explain(&address_text(host), &error))?;
        Ok(Connected::new(client, connection, generation))
    }
}

/// The file of the key by which the hub shows itself to the server of an address.
pub(in crate::db) fn key_file(url: &str) -> Option<PathBuf> {
    let (options, _) = Options::take(url).ok()?;
    options.identity.map(|identity| identity.key)
}

fn is_socket(host: &Config) -> bool {
    matches!(host.get_hosts(), [Host::Unix(_)]) && host.get_hostaddrs().is_empty()
}

/// Whether a host is this machine, by its name or address alone.
fn is_here(host: &Config) -> bool {
    if let Some(address) = host.get_hostaddrs().first() {
        return address.is_loopback();
    }
    match host.get_hosts().first() {
        Some(Host::Unix(_)) | None => true,
        Some(Host::Tcp(name)) => {
            let is_address = name.parse::<IpAddr>();
            name.eq_ignore_ascii_case("localhost") || is_address.is_ok_and(|it| it.is_loopback())
        }
    }
}
