//! `passeplat admin connection`: ready connections with their tokens, and how they are treated.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use hub::Hub;
use hub::accounts::store as accounts;
use hub::audit::AuditActor;
use hub::db;
use hub::oauth::changes;
use hub::oauth::clients;
use hub::oauth::connections::{self, Grant, MAX_REF_WINDOW_MINUTES};
use serde_json::{Value, json};
use wire::id::{AccountId, CatalogId, ClientId, ConnectionId, CustomerListId, LocationId};
use wire::scope::{Level, Scope};

use super::parse_id;
use super::resend::ResendEvents;

#[derive(Subcommand)]
pub(super) enum ConnectionCommand {
    /// Make a connection, or find it, and print its token
    Create(CreateConnection),
    /// Change how a connection is treated
    Set(SetConnection),
    /// Send events again that were given up or missed since a time
    Resend(ResendEvents),
}

#[derive(Args)]
pub(super) struct CreateConnection {
    /// The client
    #[arg(long)]
    client: String,
    /// The location, for a location scope
    #[arg(long, required_unless_present = "account")]
    location: Option<String>,
    /// The account, for an account scope
    #[arg(long)]
    account: Option<String>,
    /// As in location[orders.write]
    #[arg(long)]
    scope: String,
    /// The catalog to bind to
    #[arg(long)]
    catalog: Option<String>,
    /// The customer list to bind to
    #[arg(long)]
    customer_list: Option<String>,
    /// Tells several instances at one place apart
    #[arg(long, default_value = "")]
    device_id: String,
}

#[derive(Args)]
pub(super) struct SetConnection {
    /// Its account
    #[arg(long)]
    account: String,
    /// The connection
    #[arg(long)]
    connection: String,
    /// For how many minutes the ref of an order may not come again at the same location
    /// (1 to 10080); 0 lifts the rule
    #[arg(long)]
    ref_window: u32,
}

pub(super) async fn create(hub: &Hub, arguments: CreateConnection) -> anyhow::Result<Value> {
    let CreateConnection {
        client,
        location,
        account,
        scope,
        catalog,
        customer_list,
        device_id,
    } = arguments;
    let parsed = Scope::parse(&scope).map_err(|error| anyhow::anyhow!("--scope: {error}"))?;
    let location = location
        .as_deref()
        .map(|id| parse_id("--location", LocationId::parse(id)))
        .transpose()?;
    let (account, location) = match (parsed.level(), account, location) {
        (Some(Level::Location), _, Some(location)) => (location.account(), Some(location)),
        (Some(Level::Location), _, None) => bail!("--location is needed for a location scope"),
        (Some(Level::Account), Some(account), _) => {
            (parse_id("--account", AccountId::parse(&account))?, None)
        }
        (Some(Level::Account), None, Some(location)) => (location.account(), None),
        (Some(Level::Account), None, None) => bail!("--account is needed for an account scope"),
        (None, ..) => bail!("--scope: a profile is granted by its user only"),
    };
    let grant = Grant {
        client: parse_id("--client", ClientId::parse(&client))?,
        account: Some(account.clone()),
        location: location.clone(),
        device: device_id,
        scope: parsed.to_string(),
        catalog: catalog
            .map(|id| parse_id("--catalog", CatalogId::parse(&id)))
            .transpose()?,
        customer_list: customer_list
            .map(|id| parse_id("--customer-list", CustomerListId::parse(&id)))
            .transpose()?,
        user: None,
    };
    let key = hub.key().clone();
    let made = hub
        .write("admin.connection", move |tx| {
            if let Some(missing) = missing_part(tx, &grant)? {
                return Ok(Err(missing));
            }
            let id = changes::connect(tx, &key, &grant, &AuditActor::command())?;
            Ok(Ok(connections::find(tx, grant.account.as_ref(), &id)?))
        })
        .await
        .map_err(|error: db::Error| error)?
        .map_err(anyhow::Error::msg)?
        .context("the connection is gone")?;
    let mut answer = serde_json::to_value(made.token_response(hub.key()))?;
    answer["connection_id"] = json!(made.id);
    Ok(answer)
}

/// What a grant names and the database does not have.
fn missing_part(tx: &mut db::Tx<'_>, grant: &Grant) -> db::Result<Option<String>> {
    if clients::find(tx, &grant.client)?.is_none() {
        return Ok(Some(format!(
            "--client: there is no client '{}'",
            grant.client
        )));
    }
    let Some(account) = &grant.account else {
        return Ok(None);
    };
    if let Some(location) = &grant.location
        && hub::locations::store::find(tx, account, location)?.is_none()
    {
        return Ok(Some(format!(
            "--location: there is no location '{location}'"
        )));
    }
    if accounts::find(tx, account)?.is_none() {
        return Ok(Some("--account: there is no such account".to_owned()));
    }
    let has = |choices: Vec<accounts::Choice>, id: &str| choices.iter().any(|(it, ..)| it == id);
    if let Some(catalog) = &grant.catalog
        && !has(
            accounts::catalogs(tx, account, grant.location.as_ref())?,
            catalog.as_str(),
        )
    {
        return Ok(Some(format!(
            "--catalog: there is no catalog '{catalog}' at this place"
        )));
    }
    if let Some(list) = &grant.customer_list
        && !has(
            accounts::customer_lists(tx, account, grant.location.as_ref())?,
            list.as_str(),
        )
    {
        return Ok(Some(format!(
            "--customer-list: there is no list '{list}' at this place"
        )));
    }
    Ok(None)
}

pub(super) async fn set(hub: &Hub, arguments: SetConnection) -> anyhow::Result<Value> {
    let SetConnection {
        account,
        connection,
        ref_window,
    } = arguments;
    let account = parse_id("--account", AccountId::parse(&account))?;
    let id = parse_id("--connection", ConnectionId::parse(&connection))?;
    if ref_window > MAX_REF_WINDOW_MINUTES {
        bail!("--ref-window: at most {MAX_REF_WINDOW_MINUTES} minutes");
    }
    let minutes = Some(ref_window).filter(|minutes| *minutes > 0);
    let found: bool = hub
        .write("admin.connection.set", move |tx| {
            changes::set(tx, &account, &id, &AuditActor::command(), |tx| {
                connections::set_ref_window(tx, &account, &id, minutes)
            })
        })
        .await
        .map_err(|error: db::Error| error)?;
    if !found {
        bail!("--connection: there is no such connection in this account");
    }
    Ok(json!({ "connection_id": connection, "ref_window": minutes }))
}
