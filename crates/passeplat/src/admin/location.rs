//! `passeplat admin location`: restaurants and shops.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use hub::Hub;
use hub::accounts::store as accounts;
use hub::audit::AuditActor;
use hub::db;
use hub::provision::{self, NewLocation};
use serde_json::{Value, json};
use wire::country::is_country;
use wire::id::AccountId;

use super::{parse_id, parse_line, parse_timezone};

#[derive(Subcommand)]
pub(super) enum LocationCommand {
    /// Add a location to an account
    Create(CreateLocation),
}

#[derive(Args)]
pub(super) struct CreateLocation {
    /// The account
    #[arg(long)]
    account: String,
    /// Name, such as the city or the street
    #[arg(long, value_parser = parse_line)]
    name: String,
    #[command(flatten)]
    address: LocationAddress,
}

/// Where a location is.
#[derive(Args)]
pub(super) struct LocationAddress {
    /// ISO 3166-1 alpha-2
    #[arg(long, default_value = "FR")]
    country: String,
    /// IANA name
    #[arg(long, default_value = "Europe/Paris")]
    timezone: String,
    /// Street and number
    #[arg(long, value_parser = parse_line)]
    address: Option<String>,
    /// Postal code
    #[arg(long, value_parser = parse_line)]
    postal_code: Option<String>,
    /// City
    #[arg(long, value_parser = parse_line)]
    city: Option<String>,
}

impl LocationAddress {
    pub(super) fn into_new_location(self, name: String) -> anyhow::Result<NewLocation> {
        let country = self.country.to_ascii_uppercase();
        if !is_country(&country) {
            let hint = match country.as_str() {
                "UK" => "; the United Kingdom is GB",
                _ => ", as in FR",
            };
            bail!(
                "--country: '{}' is no code of ISO 3166-1{hint}",
                self.country
            );
        }
        Ok(NewLocation {
            name,
            address: self.address,
            postal_code: self.postal_code,
            city: self.city,
            country,
            timezone: parse_timezone(&self.timezone)?,
        })
    }
}

pub(super) async fn create(hub: &Hub, arguments: CreateLocation) -> anyhow::Result<Value> {
    let CreateLocation {
        account,
        name,
        address,
    } = arguments;
    let account = parse_id("--account", AccountId::parse(&account))?;
    let new = address.into_new_location(name)?;
    let made = hub
        .write("admin.location", move |tx| {
            let Some(found) = accounts::find(tx, &account)? else {
                return Ok(None);
            };
            let made = provision::add_location(tx, &found.into(), &new)?;
            provision::record_location(tx, &AuditActor::command(), &made, &new)?;
            Ok(Some(made))
        })
        .await
        .map_err(|error: db::Error| error)?
        .context("--account: there is no such account")?;
    Ok(json!({ "location_id": made }))
}
