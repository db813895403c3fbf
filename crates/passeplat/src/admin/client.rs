//! `passeplat admin client`: OAuth clients, and whether merchants are offered them.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use hub::Hub;
use hub::db;
use hub::oauth::clients::{self, AppFields, NewClient};
use serde_json::{Value, json};
use wire::id::ClientId;

use super::{an_id, found_user};

#[derive(Subcommand, Debug)]
pub(super) enum Client {
    /// Register a client
    Create(Create),
    /// Offer an app to every merchant, or no longer
    List(List),
}

#[derive(Args, Debug)]
pub(super) struct Create {
    /// What merchants read
    #[arg(long)]
    name: String,
    /// An id of your own, so that an app need not be changed
    #[arg(long)]
    client_id: Option<String>,
    /// A secret of your own
    #[arg(long)]
    client_secret: Option<String>,
    /// A redirect URI that is allowed; may be repeated. None: any
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// E-mail of the user who manages it on the developer page
    #[arg(long)]
    owner: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct List {
    /// The client
    #[arg(long)]
    client: String,
    /// No longer
    #[arg(long)]
    off: bool,
}

pub(super) async fn create(hub: &Hub, what: Create) -> anyhow::Result<Value> {
    let Create {
        name,
        client_id,
        client_secret,
        redirect_uri,
        owner,
    } = what;
    let owner = match owner {
        Some(email) => Some(found_user(hub, &email).await?.id),
        None => None,
    };
    let id = client_id
        .as_deref()
        .map(|id| an_id("--client-id", ClientId::parse(id)))
        .transpose()?;
    let new = NewClient {
        id,
        secret: client_secret,
        name,
        owner,
        is_listed: false,
        app: AppFields {
            redirect_uris: redirect_uri,
            ..AppFields::default()
        },
    };
    let key = hub.key().clone();
    let (id, secret) = hub
        .write("admin.client", move |tx| clients::insert(tx, &key, &new))
        .await?
        .context("--client-id: a client with this id exists already")?;
    Ok(json!({ "client_id": id, "client_secret": secret }))
}

pub(super) async fn list(hub: &Hub, what: List) -> anyhow::Result<Value> {
    let (client, listed) = (what.client, !what.off);
    let id = an_id("--client", ClientId::parse(&client))?;
    let known = hub
        .write::<_, db::Error, _>("admin.list", move |tx| {
            let Some(mut client) = clients::find(tx, &id)? else {
                return Ok(false);
            };
            client.is_listed = listed;
            clients::update(tx, &client)?;
            Ok(true)
        })
        .await?;
    if !known {
        bail!("--client: there is no client {client}");
    }
    Ok(json!({ "client_id": client, "listed": listed }))
}
