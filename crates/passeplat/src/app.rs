//! `passeplat app NAME`: one of the apps of this repository as a program of its own, beside any hub.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use hub::config::{Config, Hidden};
use partners::kit::settings::{AppSettings, HubUrls};
use partners::pos_helper::EventIntake;
use partners::zelty_api::ZeltySettings;
use partners::zelty_bridge::BridgeSettings;
use partners::zelty_service::{ServiceError, ServiceSettings, ZeltyService};
use tokio::net::TcpListener;

use crate::serve::{print_line_in_background, stop_signal};
use crate::{files, log};

/// The apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AppName {
    /// A web app that places orders and shows events
    DeveloperTools,
    /// A till
    Kezia,
    /// A till on the web, with a production board
    PosHelper,
    /// Prints each new order as text
    Printer,
    /// Stands in for the till Zelty: its API, back office and till
    Zelty,
    /// Carries orders, catalogs, stock and opening hours between the hub and Zelty
    ZeltyBridge,
}

/// The flags of `app`.
#[derive(Args)]
pub(crate) struct AppOptions {
    /// Which app
    name: AppName,
    /// Where the hub is reached
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    hub: String,
    /// Where the app keeps its store
    #[arg(long, value_name = "FOLDER", default_value = "data/apps")]
    data: PathBuf,
    /// The app's port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 8100)]
    port: u16,
    /// Where browsers and the hub reach the app, if not at its port
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The hub's name on screens
    #[arg(long, value_name = "NAME", default_value = "Passeplat")]
    hub_name: String,
    /// The app's client id, as it is registered in the hub
    #[arg(long, value_name = "ID", default_value = "")]
    client_id: String,
    /// Its secret; better in the variable, since everybody on the machine sees arguments
    #[arg(
        long,
        value_name = "SECRET",
        env = "PASSEPLAT_APP_CLIENT_SECRET",
        hide_env_values = true
    )]
    client_secret: Option<Hidden>,
    /// The token of a connection that was made with `passeplat admin`
    #[arg(
        long,
        value_name = "TOKEN",
        env = "PASSEPLAT_TOKEN",
        hide_env_values = true
    )]
    token: Option<Hidden>,
    /// Asked for by the app's screens, when others can reach them
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "PASSEPLAT_APP_PASSWORD",
        hide_env_values = true
    )]
    password: Option<Hidden>,
    /// Where Zelty's API is, for zelty-bridge
    #[arg(long, value_name = "URL", default_value = "https://api.zelty.fr")]
    zelty_url: String,
    /// The version of Zelty's API
    #[arg(long, value_name = "VERSION", default_value = "2.11")]
    zelty_version: String,
}

pub(crate) async fn run(options: AppOptions) -> anyhow::Result<()> {
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("port {} is taken: choose another with --port", options.port))?;
    let config = Config::read(None, [], &[("log.level", "warn".to_owned())])?;
    log::init(&config.log)?;
    files::restrict_new_files();
    let url = format!("http://{}", listener.local_addr()?);
    let settings = options.settings(&url);
    let stop = stop_signal()?;
    print_line_in_background(format!("passeplat app listening on {url}"));
    let ended = tokio::select! {
        () = stop => Ok(()),
        served = serve(&options, listener, settings) => served,
    };
    Ok(ended?)
}

async fn serve(
    options: &AppOptions,
    listener: TcpListener,
    settings: AppSettings,
) -> Result<(), partners::AppError> {
    match options.name {
        AppName::DeveloperTools => partners::developer_tools::serve(listener, settings).await,
        AppName::Kezia => partners::kezia::serve(listener, settings).await,
        AppName::PosHelper => {
            // A hub can post events only to an address that somebody has named.
            let intake = match options.public_url {
                Some(_) => EventIntake::Callback,
                None => EventIntake::Stream,
            };
            partners::pos_helper::serve(listener, settings, intake).await
        }
        AppName::Printer => {
            let output = options.data.join("printer.txt");
            partners::printer::serve(listener, settings, output).await
        }
        AppName::Zelty => serve_zelty(listener, options.data.join("zelty.db")).await,
        AppName::ZeltyBridge => {
            let mut zelty = ZeltySettings::new(options.zelty_url.clone());
            zelty.version.clone_from(&options.zelty_version);
            let settings = BridgeSettings::new(settings, zelty);
            partners::zelty_bridge::serve(listener, settings).await
        }
    }
}

/// Serves the stand-in of Zelty.
pub(crate) async fn serve_zelty(
    listener: TcpListener,
    file: PathBuf,
) -> Result<(), partners::AppError> {
    let path = file.display().to_string();
    let failed = |error: ServiceError| partners::AppError::Store {
        path: path.clone(),
        reason: error.to_string(),
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let clock = partners::kit::clock::Clock::Real;
    let service = ZeltyService::open(ServiceSettings {
        database: Some(file),
        clock: Arc::new(move || clock.now()),
        is_limited: true,
    });
    let service = service.map_err(failed)?;
    service.serve(listener).await.map_err(failed)
}

impl AppOptions {
    fn settings(&self, url: &str) -> AppSettings {
        let file = match self.name {
            AppName::DeveloperTools => "developer-tools.db",
            AppName::Kezia => "kezia.db",
            AppName::PosHelper => "pos-helper.db",
            AppName::Printer => "printer.db",
            AppName::Zelty => "zelty.db",
            AppName::ZeltyBridge => "zelty-bridge.db",
        };
        let text = |secret: &Option<Hidden>| secret.as_ref().map(|it| it.to_string());
        let public_url = self.public_url.clone().unwrap_or_else(|| url.to_owned());
        let mut settings = AppSettings::new(
            &HubUrls::from_base(&self.hub),
            self.client_id.clone(),
            text(&self.client_secret).unwrap_or_default(),
            public_url,
            self.data.join(file),
        );
        settings.hub_name.clone_from(&self.hub_name);
        settings.access_token = text(&self.token).map(Into::into);
        settings.password = text(&self.password).map(Into::into);
        settings
    }
}
