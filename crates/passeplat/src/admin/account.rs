//! `passeplat admin account`: businesses, and whether their apps are let in.

use anyhow::bail;
use clap::{Args, Subcommand};
use hub::Hub;
use hub::accounts::store as accounts;
use hub::audit::AuditActor;
use hub::db;
use hub::provision::{self, NewAccount};
use hub::users::changes;
use hub::users::permissions::Role;
use serde_json::{Value, json};
use wire::currency::Currency;
use wire::id::AccountId;

use super::location::LocationAddress;
use super::{find_user, parse_id, parse_line};

#[derive(Subcommand)]
pub(super) enum AccountCommand {
    /// Make an account with its first location, a catalog and a customer list
    Create(CreateAccount),
    /// Refuse its apps, and changes in the back office, until it is resumed
    Suspend(AccountArg),
    /// End a suspension
    Resume(AccountArg),
}

#[derive(Args)]
pub(super) struct CreateAccount {
    /// Name, such as the sign over the door
    #[arg(long, value_parser = parse_line)]
    name: String,
    /// ISO 4217, for ever
    #[arg(long, default_value = "EUR")]
    currency: String,
    #[command(flatten)]
    address: LocationAddress,
    /// Name of the first location
    #[arg(long, value_parser = parse_line)]
    location_name: String,
    /// E-mail of a user who becomes its full administrator
    #[arg(long)]
    owner: Option<String>,
}

#[derive(Args)]
pub(super) struct AccountArg {
    /// The account
    #[arg(long)]
    account: String,
}

pub(super) async fn create(hub: &Hub, arguments: CreateAccount) -> anyhow::Result<Value> {
    let CreateAccount {
        name,
        currency,
        address,
        location_name,
        owner,
    } = arguments;
    let currency = Currency::parse(&currency)
        .map_err(|_| anyhow::anyhow!("--currency: '{currency}' is not an ISO 4217 code"))?;
    let owner = match owner {
        Some(email) => Some(find_user(hub, &email).await?),
        None => None,
    };
    let new = NewAccount {
        name,
        currency,
        location: address.into_new_location(location_name)?,
    };
    let made = hub
        .write("admin.account", move |tx| {
            let (made, by) = (provision::create_account(tx, &new)?, AuditActor::command());
            provision::record_account(tx, &by, &made, &new)?;
            if let Some(owner) = &owner {
                let permissions = Role::FullAdministrator.permissions(true);
                changes::grant(tx, &by, (&made.account, None), owner, permissions)?;
            }
            Ok::<_, db::Error>(made)
        })
        .await?;
    Ok(json!({
        "account_id": made.account,
        "location_id": made.location,
        "catalog_id": made.catalog,
        "customer_list_id": made.customer_list,
    }))
}

pub(super) async fn suspend(hub: &Hub, arguments: AccountArg) -> anyhow::Result<Value> {
    set_suspended(hub, &arguments.account, true).await
}

pub(super) async fn resume(hub: &Hub, arguments: AccountArg) -> anyhow::Result<Value> {
    set_suspended(hub, &arguments.account, false).await
}

async fn set_suspended(hub: &Hub, account: &str, suspended: bool) -> anyhow::Result<Value> {
    let id = parse_id("--account", AccountId::parse(account))?;
    let known = hub
        .write("admin.suspend", move |tx| {
            let by = AuditActor::command();
            accounts::set_suspended(tx, &id, suspended, &by)
        })
        .await?;
    if !known {
        bail!("--account: there is no account {account}");
    }
    Ok(json!({ "account_id": account, "suspended": suspended }))
}
