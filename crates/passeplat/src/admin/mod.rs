//! `passeplat admin`: what scripts and an integrator's CI need without a browser. Works on the
//! database of a hub that is there, and makes none. Every answer is one JSON object on standard output.
//!
//! A file per thing that is administered: its commands, and what each does.

mod account;
mod audit;
mod client;
mod connection;
mod location;
mod resend;
mod secret;
mod user;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use hub::clock::Clock;
use hub::entropy::Entropy;
use hub::office::form::{is_visible, longest, one_line};
use hub::users::store as users;
use hub::{Hub, Opening};
use jiff::tz::TimeZone;

use self::account::AccountCommand;
use self::audit::AuditCommand;
use self::client::ClientCommand;
use self::connection::ConnectionCommand;
use self::location::LocationCommand;
use self::user::UserCommand;
use crate::serve::print_line;
use crate::{files, settings};

/// The flags of `admin`.
#[derive(Args)]
pub(crate) struct AdminOptions {
    #[command(flatten)]
    settings: settings::SettingsFlags,
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Subcommand)]
enum AdminCommand {
    /// People who sign in
    #[command(subcommand)]
    User(UserCommand),
    /// Businesses
    #[command(subcommand)]
    Account(AccountCommand),
    /// Restaurants and shops
    #[command(subcommand)]
    Location(LocationCommand),
    /// OAuth clients
    #[command(subcommand)]
    Client(ClientCommand),
    /// Ready connections, with their tokens
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Who did what
    #[command(subcommand)]
    Audit(AuditCommand),
}

pub(crate) async fn run(options: AdminOptions) -> anyhow::Result<()> {
    let one = Some("1".to_owned());
    let config = options
        .settings
        .read(&[("passeplat admin", "database.threads", one)])?;
    files::restrict_new_files();
    let hub = Hub::open_as(Opening::Existing, config, Clock::real(), Entropy::Real)?;
    let result = run_command(&hub, options.command).await;
    hub.close().await;
    print_line(&result?.to_string())
}

async fn run_command(hub: &Hub, command: AdminCommand) -> anyhow::Result<serde_json::Value> {
    Ok(match command {
        AdminCommand::User(UserCommand::Create(arguments)) => user::create(hub, arguments).await?,
        AdminCommand::User(UserCommand::Grant(arguments)) => user::grant(hub, arguments).await?,
        AdminCommand::User(UserCommand::DisableSecondFactor(arguments)) => {
            user::disable_second_factor(hub, arguments).await?
        }
        AdminCommand::Account(AccountCommand::Create(arguments)) => {
            account::create(hub, arguments).await?
        }
        AdminCommand::Account(AccountCommand::Suspend(arguments)) => {
            account::suspend(hub, arguments).await?
        }
        AdminCommand::Account(AccountCommand::Resume(arguments)) => {
            account::resume(hub, arguments).await?
        }
        AdminCommand::Location(LocationCommand::Create(arguments)) => {
            location::create(hub, arguments).await?
        }
        AdminCommand::Client(ClientCommand::Create(arguments)) => {
            client::create(hub, *arguments).await?
        }
        AdminCommand::Client(ClientCommand::List(arguments)) => {
            client::list(hub, arguments).await?
        }
        AdminCommand::Connection(ConnectionCommand::Create(arguments)) => {
            connection::create(hub, arguments).await?
        }
        AdminCommand::Connection(ConnectionCommand::Set(arguments)) => {
            connection::set(hub, arguments).await?
        }
        AdminCommand::Connection(ConnectionCommand::Resend(arguments)) => {
            resend::resend(hub, arguments).await?
        }
        AdminCommand::Audit(AuditCommand::List(arguments)) => audit::list(hub, arguments).await?,
    })
}

async fn find_user(hub: &Hub, email: &str) -> anyhow::Result<users::User> {
    let wanted = email.to_owned();
    hub.read("admin.find_user", move |tx| {
        users::find_by_email(tx, &wanted)
    })
    .await?
    .with_context(|| format!("there is no user with the e-mail '{email}'"))
}

fn parse_id<T, E: std::fmt::Display>(flag: &str, id: Result<T, E>) -> anyhow::Result<T> {
    id.map_err(|error| anyhow::anyhow!("{flag}: {error}"))
}

/// A text as it can stand in a line of a page, of the length that forms take, too.
fn parse_line(text: &str) -> Result<String, String> {
    let most = longest("name");
    if one_line(text) != text || !is_visible(text) {
        Err("no line breaks and no characters that cannot be seen".to_owned())
    } else if text.chars().count() > most {
        Err(format!("at most {most} characters"))
    } else {
        Ok(text.to_owned())
    }
}

fn parse_timezone(name: &str) -> anyhow::Result<String> {
    TimeZone::get(name).map_err(|_| {
        anyhow::anyhow!("--timezone: '{name}' is not known, write as in Europe/Paris")
    })?;
    Ok(name.to_owned())
}
