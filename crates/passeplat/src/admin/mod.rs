//! `passeplat admin`: what scripts and an integrator's CI need without a browser. Works on the
//! database of a hub that is there, and makes none. Every answer is one JSON object on standard output.
//!
//! A file per thing that is administered: its commands, and what each does.

mod account;
mod client;
mod connection;
mod location;
mod secret;
mod user;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use hub::clock::Clock;
use hub::entropy::Entropy;
use hub::office::posted::{is_seen, longest, one_line};
use hub::users::store as users;
use hub::{Hub, Opening};
use jiff::tz::TimeZone;

use self::account::Account;
use self::client::Client;
use self::connection::Connection;
use self::location::Location;
use self::user::User;
use crate::serve::say;
use crate::{files, settings};

/// The flags of `admin`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: settings::Flags,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// People who sign in
    #[command(subcommand)]
    User(User),
    /// Businesses
    #[command(subcommand)]
    Account(Account),
    /// Restaurants and shops
    #[command(subcommand)]
    Location(Location),
    /// OAuth clients
    #[command(subcommand)]
    Client(Client),
    /// Ready connections, with their tokens
    #[command(subcommand)]
    Connection(Connection),
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let one = Some("1".to_owned());
    let config = options
        .settings
        .read(&[("passeplat admin", "database.threads", one)])?;
    files::keep_private();
    let hub = Hub::open_as(Opening::Existing, config, Clock::real(), Entropy::Real)?;
    let done = run_one(&hub, options.what).await;
    hub.close().await;
    say(&done?.to_string())
}

async fn run_one(hub: &Hub, what: What) -> anyhow::Result<serde_json::Value> {
    Ok(match what {
        What::User(User::Create(what)) => user::create(hub, what).await?,
        What::User(User::Grant(what)) => user::grant(hub, what).await?,
        What::Account(Account::Create(what)) => account::create(hub, what).await?,
        What::Account(Account::Suspend(what)) => account::suspend(hub, what).await?,
        What::Account(Account::Resume(what)) => account::resume(hub, what).await?,
        What::Location(Location::Create(what)) => location::create(hub, what).await?,
        What::Client(Client::Create(what)) => client::create(hub, *what).await?,
        What::Client(Client::List(what)) => client::list(hub, what).await?,
        What::Connection(Connection::Create(what)) => connection::create(hub, what).await?,
        What::Connection(Connection::Set(what)) => connection::set(hub, what).await?,
    })
}

async fn found_user(hub: &Hub, email: &str) -> anyhow::Result<users::User> {
    let wanted = email.to_owned();
    hub.read("admin.find_user", move |tx| {
        users::find_by_email(tx, &wanted)
    })
    .await?
    .with_context(|| format!("there is no user with the e-mail '{email}'"))
}

fn an_id<T, E: std::fmt::Display>(flag: &str, id: Result<T, E>) -> anyhow::Result<T> {
    id.map_err(|error| anyhow::anyhow!("{flag}: {error}"))
}

/// A text as it can stand in a line of a page, of the length that forms take, too.
fn a_line(text: &str) -> Result<String, String> {
    let most = longest("name");
    if one_line(text) != text || !is_seen(text) {
        Err("no line breaks and no characters that cannot be seen".to_owned())
    } else if text.chars().count() > most {
        Err(format!("at most {most} characters"))
    } else {
        Ok(text.to_owned())
    }
}

fn known_timezone(name: &str) -> anyhow::Result<String> {
    TimeZone::get(name).map_err(|_| {
        anyhow::anyhow!("--timezone: '{name}' is not known, write as in Europe/Paris")
    })?;
    Ok(name.to_owned())
}
