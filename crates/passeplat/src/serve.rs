//! `passeplat serve`: the hub on the network, until it is told to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::thread;

use anyhow::Context as _;
use clap::Args;
use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use hub::{Hub, Listeners, Opening};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::{files, log, settings};

/// The flags of `serve`.
#[derive(Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    settings: settings::SettingsFlags,
    /// Address and port, as in 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How the outside reaches the hub, as in `https://hub.example`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Make a new hub although its key is there already, or other tables are in the PostgreSQL
    /// database; refused where there is a hub
    #[arg(long)]
    new: bool,
}

pub(crate) async fn run(options: ServeOptions) -> anyhow::Result<()> {
    let mut config = options.settings.read(&[
        ("--listen", "server.listen", options.listen),
        ("--public-url", "server.public_url", options.public_url),
    ])?;
    log::init(&config.log)?;
    files::restrict_new_files();
    // Each connection is a file.
    let _allowed = hub::open_files::raise();
    let (version, database) = (
        env!("CARGO_PKG_VERSION"),
        config.database.url.without_secrets(),
    );
    let engine = match database.starts_with("sqlite:") {
        true => "SQLite",
        false => "PostgreSQL",
    };
    tracing::info!(version, engine, database, "hub starting");
    files::check_mail_folder(&config)?;
    let listener = listen(&config).await?;
    let metrics = match config.metrics_address() {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    // Port 0 has become the one that the system chose.
    config.server.listen = listener.local_addr()?;
    let (address, public_url) = (config.server.listen, config.public_url());
    if config.server.public_url.is_empty() && address.ip().is_unspecified() {
        let setting = "server.public_url";
        tracing::warn!(
            setting,
            public_url,
            "public URL not set, links will not work"
        );
    }
    let opening = if options.new {
        Opening::New
    } else {
        Opening::ExistingOrNew
    };
    let hub = Hub::open_as(opening, config, Clock::real(), Entropy::Real)?;
    files::warn_about_readable_files(hub.config(), options.settings.file());
    let stop = stop_signal()?;
    tracing::info!(%address, public_url, "hub listening");
    if let Some(metrics) = &metrics {
        let address = metrics.local_addr()?;
        tracing::info!(%address, "metrics listening");
    }
    print_line_in_background(format!("passeplat listening on http://{address}"));
    let listeners = Listeners {
        callers: listener,
        metrics,
    };
    hub::serve_at(hub.clone(), listeners, stop).await;
    hub.close().await;
    tracing::info!("hub stopped");
    Ok(())
}

/// Takes the address that the settings name.
pub(crate) async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    bind(config.server.listen).await
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: is something running there already?"))
}

/// Writes a line for whoever started the program.
pub(crate) fn print_line(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Does the same for a program that goes on if nobody listens: standard output may be closed, or a pipe
/// that nobody reads.
pub(crate) fn print_line_in_background(text: String) {
    let started = thread::Builder::new()
        .name("announcement".to_owned())
        .spawn(move || {
            if let Err(error) = print_line(&text) {
                tracing::warn!(error = %format!("{error:#}"), "writing to standard output failed");
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "starting announcement thread failed");
    }
}

/// Until ctrl-c or SIGTERM; both are listened for from this moment on.
pub(crate) fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        let signal = tokio::select! {
            _ = terminated.recv() => "SIGTERM",
            _ = interrupted.recv() => "SIGINT",
        };
        tracing::info!(signal, "stop signal received");
    })
}
