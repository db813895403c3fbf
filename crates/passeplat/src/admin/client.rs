//! `passeplat admin client`: OAuth clients, and whether merchants are offered them.

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use hub::Hub;
use hub::audit::AuditActor;
use hub::config::Hidden;
use hub::db;
use hub::oauth::changes;
use hub::oauth::clients::{
    self, AppFields, CallbackOptions, NewClient, is_return_address, is_web_address,
};
use serde_json::{Value, json};
use wire::id::ClientId;
use wire::scope::{Level, Scope};

use super::secret::read_secret;
use super::{find_user, parse_id, parse_line};

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Register a client
    Create(Box<CreateClient>),
    /// Offer an app to every merchant, or no longer
    List(ListClient),
}

#[derive(Args)]
pub(super) struct CreateClient {
    /// What merchants read
    #[arg(long, value_parser = parse_line)]
    name: String,
    /// An id of your own, so that an app need not be changed
    #[arg(long)]
    client_id: Option<String>,
    /// A secret of your own. Others see it in the list of processes: use the variable, or standard input
    #[arg(long, env = "PASSEPLAT_ADMIN_CLIENT_SECRET", hide_env_values = true)]
    client_secret: Option<Hidden>,
    /// Read the secret from standard input: its first line
    #[arg(long)]
    client_secret_stdin: bool,
    /// A redirect URI that is allowed; may be repeated. None: any
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// E-mail of the user who manages it on the developer page
    #[arg(long)]
    owner: Option<String>,
    #[command(flatten)]
    app: AppArgs,
    #[command(flatten)]
    callbacks: CallbackArgs,
}

/// How its callbacks are sent. All of it is off by default: as the API describes.
#[derive(Args)]
pub(super) struct CallbackArgs {
    /// Add the headers of Standard Webhooks
    #[arg(long)]
    standard_webhooks: bool,
    /// Only a response of 2xx acknowledges an event
    #[arg(long)]
    strict: bool,
    /// Of several updates of a catalog, inventory or location that wait, send only the newest
    #[arg(long)]
    coalesce: bool,
}

/// What makes an app of a client: merchants connect, open and disconnect it from the back office.
#[derive(Args)]
pub(super) struct AppArgs {
    /// What it asks for at a location, as in location[orders.write]
    #[arg(long)]
    location_scope: Option<String>,
    /// What it asks for at an account, as in account[orders.write]
    #[arg(long)]
    account_scope: Option<String>,
    /// Where a connection that starts in the back office leads, with ?code=
    #[arg(long)]
    connect_url: Option<String>,
    /// Where it is opened, with ?app_instance_id=; users go back to its host without being asked
    #[arg(long)]
    open_url: Option<String>,
    /// What is called, with ?app_instance_id=, once it was disconnected
    #[arg(long)]
    disconnect_url: Option<String>,
}

impl AppArgs {
    fn check(&self) -> anyhow::Result<()> {
        let scopes = [
            ("--location-scope", &self.location_scope, Level::Location),
            ("--account-scope", &self.account_scope, Level::Account),
        ];
        for (flag, scope, level) in scopes {
            let Some(scope) = scope else { continue };
            let parsed = Scope::parse(scope).map_err(|error| anyhow!("{flag}: {error}"))?;
            if parsed.level() != Some(level) {
                bail!("{flag}: {scope} is a scope of another level");
            }
        }
        let urls = [
            ("--connect-url", &self.connect_url),
            ("--open-url", &self.open_url),
            ("--disconnect-url", &self.disconnect_url),
        ];
        for (flag, url) in urls {
            if url.as_deref().is_some_and(|url| !is_web_address(url)) {
                bail!("{flag}: write an address as in https://app.example/connect");
            }
        }
        Ok(())
    }
}

#[derive(Args)]
pub(super) struct ListClient {
    /// The client
    #[arg(long)]
    client: String,
    /// No longer
    #[arg(long)]
    off: bool,
}

pub(super) async fn create(hub: &Hub, arguments: CreateClient) -> anyhow::Result<Value> {
    let CreateClient {
        name,
        client_id,
        client_secret,
        client_secret_stdin,
        redirect_uri,
        owner,
        app,
        callbacks,
    } = arguments;
    app.check()?;
    let client_secret = read_secret("--client-secret-stdin", client_secret, client_secret_stdin)?;
    if let Some(address) = redirect_uri.iter().find(|it| !is_return_address(it)) {
        bail!("--redirect-uri: nobody can be sent back to {address}");
    }
    let owner = match owner {
        Some(email) => Some(find_user(hub, &email).await?.id),
        None => None,
    };
    let id = client_id
        .as_deref()
        .map(|id| parse_id("--client-id", ClientId::parse(id)))
        .transpose()?;
    let new = NewClient {
        id,
        secret: client_secret,
        name,
        owner,
        is_listed: false,
        app: AppFields {
            redirect_uris: redirect_uri,
            location_scope: app.location_scope,
            account_scope: app.account_scope,
            connect_url: app.connect_url,
            open_url: app.open_url,
            disconnect_url: app.disconnect_url,
            ..AppFields::default()
        },
        callbacks: CallbackOptions {
            has_standard_webhooks: callbacks.standard_webhooks,
            is_strict: callbacks.strict,
            coalesces_updates: callbacks.coalesce,
        },
    };
    let key = hub.key().clone();
    let (id, secret) = hub
        .write("admin.client", move |tx| {
            changes::create_client(tx, &key, &new, &AuditActor::command())
        })
        .await?
        .context("--client-id: a client with this id exists already")?;
    Ok(json!({ "client_id": id, "client_secret": secret }))
}

pub(super) async fn list(hub: &Hub, arguments: ListClient) -> anyhow::Result<Value> {
    let (client, listed) = (arguments.client, !arguments.off);
    let id = parse_id("--client", ClientId::parse(&client))?;
    let known = hub
        .write::<_, db::Error, _>("admin.list", move |tx| {
            let Some(mut client) = clients::find(tx, &id)? else {
                return Ok(None);
            };
            client.is_listed = listed;
            if listed && clients::is_name_taken(tx, &client)? {
                return Ok(Some(false));
            }
            changes::update_client(tx, &client, &AuditActor::command())?;
            Ok(Some(true))
        })
        .await?;
    match known {
        None => bail!("--client: there is no client {client}"),
        Some(false) => bail!("--client: a listed client has this name, or one that looks like it"),
        Some(true) => {}
    }
    Ok(json!({ "client_id": client, "listed": listed }))
}
