//! `passeplat demo`: the hub with an embedded database, a made-up account, a user for each role,
//! and partner apps that reach it over HTTP like any other: Zelty Bridge has a stand-in of Zelty beside it. A second
//! start keeps the data.

mod catalogs;
mod history;
mod seed;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use partners::kit::settings::{AppSettings, HubUrls};
use partners::pos_helper::EventIntake;
use partners::zelty_api::ZeltySettings;
use partners::zelty_bridge::BridgeSettings;
use tokio::net::TcpListener;
use wire::token::TokenResponse;

use crate::app::serve_zelty;
use crate::serve::{print_line_in_background, stop_signal};
use crate::{files, log};

/// How often the till asks for news; a real one asks every 30 s.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// The flags of `demo`.
#[derive(Args)]
pub(crate) struct DemoOptions {
    /// Where everything is kept; delete the folder to start over
    #[arg(long, value_name = "FOLDER", default_value = "data/demo")]
    data: PathBuf,
    /// The hub's port; the apps take the next ones. 0 takes free ports
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Begin with no orders and no connected app, to walk through connecting from its first step
    #[arg(long)]
    fresh: bool,
}

pub(crate) async fn run(options: DemoOptions) -> anyhow::Result<()> {
    let next = |by: u16| port_after(options.port, by);
    let hub_endpoint = DemoEndpoint::open(next(0)).await?;
    let tools_endpoint = DemoEndpoint::open(next(1)).await?;
    let till_endpoint = DemoEndpoint::open(next(2)).await?;
    let pos_endpoint = DemoEndpoint::open(next(3)).await?;
    let bridge_endpoint = DemoEndpoint::open(next(4)).await?;
    let zelty_endpoint = DemoEndpoint::open(next(5)).await?;

    let config_in = |folder: &Path| config(folder, &hub_endpoint);
    let config = config_in(&options.data)?;
    log::init(&config.log)?;
    files::restrict_new_files();
    let _allowed = hub::open_files::raise();
    let app_urls = seed::AppUrls {
        developer_tools: &tools_endpoint.url,
        kezia: &till_endpoint.url,
        pos_helper: &pos_endpoint.url,
        zelty_bridge: &bridge_endpoint.url,
    };
    let mut connected = Vec::new();
    if !options.fresh && !history::is_there(&options.data) {
        print_line_in_background("Making thirty days of orders…".to_owned());
        connected = history::make(&options.data, config_in, &app_urls).await?;
    }
    let brand = config.brand.clone();
    let hub = open_hub(config, &options.data)?;
    let data = seed::run(&hub, &app_urls, false).await?;

    let urls = HubUrls::from_base(&hub_endpoint.url);
    let app = |(id, secret): (&str, &str), url: &str, file: &str| {
        let state = options.data.join(file);
        let mut settings = AppSettings::new(&urls, id, secret, url, state);
        settings.hub_name.clone_from(&brand);
        settings.poll_interval = POLL_INTERVAL;
        settings
    };
    let mut tools = app(
        data.developer_tools(),
        &tools_endpoint.url,
        "developer-tools.db",
    );
    let mut till = app(data.kezia(), &till_endpoint.url, "kezia.db");
    let mut pos = app(data.pos_helper(), &pos_endpoint.url, "pos-helper.db");
    tools.granted = granted(connected.iter().map(|shop| &shop.web))?;
    till.granted = granted(connected.first().map(|shop| &shop.till))?;
    pos.granted = granted(connected.get(1).map(|shop| &shop.till))?;

    let bridge = app(data.zelty_bridge(), &bridge_endpoint.url, "zelty-bridge.db");
    let bridge = BridgeSettings::new(bridge, ZeltySettings::new(&zelty_endpoint.url));

    let stop = stop_signal()?;
    let all = [
        &hub_endpoint,
        &tools_endpoint,
        &till_endpoint,
        &pos_endpoint,
        &bridge_endpoint,
        &zelty_endpoint,
    ];
    let urls = all.map(|it| it.url.as_str());
    print_line_in_background(table(&options, urls, &data));
    let ended = tokio::select! {
        () = hub::serve(hub.clone(), hub_endpoint.listener, stop) => Ok(()),
        served = partners::developer_tools::serve(tools_endpoint.listener, tools) => served,
        served = partners::kezia::serve(till_endpoint.listener, till) => served,
        served = partners::pos_helper::serve(pos_endpoint.listener, pos, EventIntake::Callback) => served,
        served = partners::zelty_bridge::serve(bridge_endpoint.listener, bridge) => served,
        served = serve_zelty(zelty_endpoint.listener, options.data.join("zelty.db")) => served,
    };
    hub.close().await;
    Ok(ended?)
}

/// The port of the next program; any free one if the first may be any.
fn port_after(port: u16, by: u16) -> u16 {
    if port == 0 {
        0
    } else {
        port.saturating_add(by)
    }
}

fn open_hub(config: Config, folder: &Path) -> anyhow::Result<Hub> {
    Hub::open(config, Clock::real(), Entropy::Real).with_context(|| {
        let folder = folder.display();
        format!("the demo's data cannot be used (to start over, delete the folder {folder})")
    })
}

/// Connections, as an app reads them.
fn granted<'t>(
    tokens: impl IntoIterator<Item = &'t TokenResponse>,
) -> anyhow::Result<Vec<client::TokenResponse>> {
    let read = |token| Ok(serde_json::from_value(serde_json::to_value(token)?)?);
    tokens.into_iter().map(read).collect()
}

/// An address of this machine.
struct DemoEndpoint {
    listener: TcpListener,
    url: String,
}

impl DemoEndpoint {
    async fn open(port: u16) -> anyhow::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("port {port} is taken: stop what runs there, or choose another with --port")
        })?;
        let url = format!("http://{}", listener.local_addr()?);
        Ok(Self { listener, url })
    }
}

fn config(folder: &Path, endpoint: &DemoEndpoint) -> anyhow::Result<Config> {
    let inside = |name: &str| folder.join(name).display().to_string();
    let flags = [
        ("database.url", format!("sqlite:{}", inside("hub.db"))),
        ("keys.file", inside("hub.key")),
        ("mail.folder", inside("mail")),
        ("server.public_url", endpoint.url.clone()),
        // The apps are on this machine, and the till asks every two seconds.
        ("egress.allow_loopback", "true".to_owned()),
        ("limits.per_hour", "25000".to_owned()),
        ("limits.per_day", "250000".to_owned()),
        ("developers.design_page", "true".to_owned()),
        ("developers.tour", "true".to_owned()),
        ("log.level", "warn".to_owned()),
    ];
    Ok(Config::read(None, [], &flags)?)
}

/// What whoever started the demo wants to know.
fn table(
    options: &DemoOptions,
    [hub, tools, till, pos, bridge, zelty]: [&str; 6],
    data: &seed::DemoData,
) -> String {
    let mut text = String::new();
    let mut line = |left: &str, right: &str| {
        let both = format!("  {left:<28} {right}");
        // Writing to a string cannot fail.
        let _written = writeln!(text, "{}", both.trim_end());
    };
    line("Back office (hub)", hub);
    line("Developer Tools (web shop)", tools);
    line("Kezia II (till)", till);
    line("POS HELPER (kitchen board)", pos);
    line("Zelty Bridge", bridge);
    line("Zelty (stand-in)", zelty);
    line("API", &format!("{hub}/v1"));
    line("", "");
    line("Sign in as", "e-mail and password");
    for user in seed::DEMO_USERS {
        let login = format!("{:<24} {}", user.email, seed::DEMO_PASSWORD);
        line(user.role_name, &login);
    }
    line("", "");
    line("Account", &data.account);
    line("Data (mails too)", &options.data.display().to_string());
    line("Stop", "ctrl-c");
    line("Start over", &format!("rm -r {}", options.data.display()));
    format!("\nPasseplat is ready.\n\n{text}")
}
