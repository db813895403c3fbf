//! `passeplat serve`: the hub on the network, until it is told to stop.

use std::io::Write as _;

use anyhow::Context as _;
use clap::Args;
use hub::chance::Chance;
use hub::clock::Clock;
use hub::config::{Config, LogFormat};
use hub::{Hub, Opening};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::settings;

/// The flags of `serve`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: settings::Flags,
    /// Address and port, as in 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How the outside reaches the hub, as in https://hub.example
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Make a new hub although its key is there already, or other tables are in the PostgreSQL
    /// database; refused where there is a hub
    #[arg(long)]
    new: bool,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options.settings.read(&[
        ("server.listen", options.listen),
        ("server.public_url", options.public_url),
    ])?;
    log(&config)?;
    let listener = listen(&config).await?;
    let address = listener.local_addr()?;
    let opening = if options.new {
        Opening::New
    } else {
        Opening::ExistingOrNew
    };
    let hub = Hub::open_as(opening, config, Clock::Real, Chance::Real)?;
    let stop = stopped()?;
    say(&format!("passeplat listening on http://{address}"))?;
    hub::serve(hub.clone(), listener, stop).await;
    hub.close().await;
    Ok(())
}

/// Takes the address that the settings name.
pub(crate) async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = config.server.listen;
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: is something running there already?"))
}

/// Writes a line for whoever started the program.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Log lines go to standard error, in the form that the settings ask for.
pub(crate) fn log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.level)
        .with_context(|| format!("log.level '{}' cannot be read", config.log.level))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Until ctrl-c or SIGTERM; both are listened for from this moment on.
pub(crate) fn stopped() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
