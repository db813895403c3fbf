//! What an order does not wait for: catalog, stock, hours, webhooks, and the nightly check.

use std::collections::BTreeMap;

use client::order::Time;
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use super::job::{TaskError, TaskJob};
use super::mapping::{
    CatalogChoice, MappedCatalog, catalog_of_catalogs, catalog_of_lists, location_change,
    whole_inventory,
};
use super::operations::Report;
use super::restaurants;
use super::tasks::{self, TaskKind};
use super::webhooks;
use crate::kit::cookies::path_segment;
use crate::kit::language::Language;
use crate::zelty_api::pace::Urgency;
use crate::zelty_api::{Restaurant, TransactionMethod, WebhookRegistration};

/// The hour at which what was sold out comes back by itself on the next day.
const NEXT_DAY_HOUR: i8 = 5;

/// Differences that a check lists.
const MAX_DIFFERENCES: usize = 50;

/// What the till sells, as a catalog of the hub.
async fn mapped_catalog(job: &TaskJob) -> Result<MappedCatalog, TaskError> {
    let options = &job.restaurant.options;
    let currency = job.place.currency;
    let zelty = &job.zelty;
    Ok(match &options.catalog {
        CatalogChoice::Catalogs(chosen) if !chosen.is_empty() => {
            let mut catalogs = Vec::new();
            for id in chosen {
                catalogs.push(zelty.catalog(id).await?);
            }
            catalog_of_catalogs(&catalogs, options, currency)
        }
        _ => {
            let dishes = zelty.dishes(Urgency::Catalog).await?;
            let menus = zelty.menus(Urgency::Catalog).await?;
            let lists = zelty.options(Urgency::Catalog).await?;
            let tags = zelty.tags(Urgency::Catalog).await?;
            catalog_of_lists(&dishes, &menus, (&lists, &tags), options, currency)
        }
    })
}

fn no_catalog(job: &TaskJob) -> Report {
    let text = job.language().pick(
        "Aucun catalogue n'est associé à cette connexion : reconnectez Zelty Bridge et choisissez-en un.",
        "No catalog belongs to this connection: connect Zelty Bridge again and choose one.",
    );
    Report::refused("–", text)
}

/// Overwrites the catalog of the hub by what the till sells, then the inventory if that is wanted.
pub(super) async fn import_catalog(job: &TaskJob) -> Result<Report, TaskError> {
    let Some(catalog) = job.place.token.catalog_id.clone() else {
        return Ok(no_catalog(job));
    };
    let mapped = mapped_catalog(job).await?;
    let body = json!({ "data": mapped.data });
    let path = format!("/catalogs/{}", path_segment(&catalog));
    job.hub_put(&path, &body).await?;
    if job.restaurant.options.sends_inventory {
        let (id, now) = (job.place.id.clone(), job.app.shell.now());
        let store = &job.app.shell.store;
        store
            .write(move |tx| tasks::request(tx, &id, (TaskKind::Inventory, ""), "", now))
            .await?;
    }
    let notes: Vec<String> = mapped
        .notes
        .iter()
        .map(|note| note.sentence(job.language()))
        .collect();
    Ok(Report::with_notes(&notes))
}

/// When what is sold out now comes back.
fn next_day(now: Timestamp, zone: &TimeZone) -> Option<Time> {
    let today = now.to_zoned(zone.clone()).date();
    let tomorrow = today.checked_add(1.day()).ok()?;
    let at = tomorrow.to_datetime(time(NEXT_DAY_HOUR, 0, 0, 0));
    let at = at.to_zoned(zone.clone()).ok()?;
    Time::parse(&at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).ok()
}

/// Replaces the inventory of the hub by what is sold out at the till.
pub(super) async fn import_inventory(job: &TaskJob) -> Result<Report, TaskError> {
    let Some(catalog) = job.place.token.catalog_id.clone() else {
        return Ok(no_catalog(job));
    };
    let restaurant = job.restaurant.restaurant;
    let availability = job.zelty.availability(restaurant).await?;
    let expires_at = next_day(job.app.shell.now(), &job.place.zone());
    let entries = whole_inventory(&availability.of_restaurant(restaurant), expires_at);
    let path = format!("/catalogs/{}/location/inventory", path_segment(&catalog));
    job.hub_put(&path, &serde_json::to_value(&entries)?).await?;
    Ok(Report::good())
}

/// Tells the hub hours and order acceptance, as far as the options ask for it.
pub(super) async fn send_location(job: &TaskJob) -> Result<Report, TaskError> {
    let restaurant = job
        .zelty
        .restaurant(job.restaurant.restaurant, Urgency::Availability)
        .await?;
    if let Some(change) = location_change(&restaurant, &job.restaurant.options) {
        job.hub_patch("/location", &serde_json::to_value(&change)?)
            .await?;
    }
    Ok(Report::good())
}

/// Tells Zelty where its webhooks go.
pub(super) async fn register_webhooks(job: &TaskJob) -> Result<Report, TaskError> {
    let target = job.app.webhook_url(&job.restaurant.webhook_token);
    let targets = webhooks::EVENTS.iter().map(|event| {
        let target = Some(target.clone());
        ((*event).to_owned(), target)
    });
    let registration = WebhookRegistration {
        secret_key: job.restaurant.webhook_secret.clone(),
        targets: targets.collect(),
    };
    job.zelty.register_webhooks(&registration).await?;
    Ok(Report::good())
}

/// What the tab **Statut** shows of a restaurant.
pub(super) fn status_facts(restaurant: &Restaurant, methods: &[TransactionMethod]) -> Value {
    let methods: Vec<Value> = methods
        .iter()
        .filter(|method| !method.disable)
        .map(|method| json!({ "name": method.name, "ref": method.id.to_string() }))
        .collect();
    json!({
        "name": restaurant.public_name.as_ref().unwrap_or(&restaurant.name),
        "address": restaurant.address,
        "accepts": !restaurant.online_ordering_hidden && !restaurant.disable,
        "preparation": restaurant.preparation_minutes(),
        "delay": restaurant.delay,
        "delivery": restaurant.delivery_time,
        "methods": methods,
    })
}

/// Names and prices of products and deals by their refs.
fn prices(data: &Value) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for list in ["products", "deals"] {
        for product in data[list].as_array().into_iter().flatten() {
            let Some(reference) = product["ref"].as_str() else {
                continue;
            };
            let price = product["skus"][0]["price"].as_str();
            let price = price.or_else(|| product["lines"][0]["price"].as_str());
            let name = product["name"].as_str().unwrap_or_default();
            let pair = (name.to_owned(), price.unwrap_or_default().to_owned());
            found.insert(format!("{list} {reference}"), pair);
        }
    }
    found
}

/// Compares what was published at the hub with what the till sells now.
pub(super) async fn check_catalog(job: &TaskJob) -> Result<Report, TaskError> {
    let Some(catalog) = job.place.token.catalog_id.clone() else {
        return Ok(no_catalog(job));
    };
    let till = serde_json::to_value(mapped_catalog(job).await?.data)?;
    let path = format!("/catalogs/{}", path_segment(&catalog));
    let hub: Value = job.hub_get(&path, &[]).await?;
    let language = super::words::page_language(job.language());
    let mut notes = differences(language, &prices(&till), &prices(&hub["data"]));
    let more = notes.len().saturating_sub(MAX_DIFFERENCES);
    notes.truncate(MAX_DIFFERENCES);
    if more > 0 {
        notes.push(language.t(
            format!("… et {more} autres différences."),
            format!("… and {more} further differences."),
        ));
    }
    let day = job.app.today(&job.place);
    let id = job.place.id.clone();
    let store = &job.app.shell.store;
    store
        .write(move |tx| restaurants::save_check(tx, &id, &day))
        .await?;
    Ok(Report::with_notes(&notes))
}

fn differences(
    language: Language,
    till: &BTreeMap<String, (String, String)>,
    hub: &BTreeMap<String, (String, String)>,
) -> Vec<String> {
    let mut notes = Vec::new();
    for (key, (name, price)) in till {
        let code = key.split_once(' ').map_or(key.as_str(), |(_, code)| code);
        match hub.get(key) {
            None => notes.push(language.t(
                format!("{name} (code {code}) manque dans le catalogue publié."),
                format!("{name} (ref {code}) is missing in the published catalog."),
            )),
            Some((hub_name, _)) if hub_name != name => notes.push(language.t(
                format!("Code {code} : « {name} » en caisse, « {hub_name} » au catalogue."),
                format!("Ref {code}: “{name}” at the till, “{hub_name}” in the catalog."),
            )),
            Some((_, hub_price)) if hub_price != price => notes.push(language.t(
                format!("{name} : {price} en caisse, {hub_price} au catalogue."),
                format!("{name}: {price} at the till, {hub_price} in the catalog."),
            )),
            Some(_) => {}
        }
    }
    for (key, (name, _)) in hub.iter().filter(|(key, _)| !till.contains_key(*key)) {
        let code = key.split_once(' ').map_or(key.as_str(), |(_, code)| code);
        notes.push(language.t(
            format!("{name} (code {code}) n'existe plus en caisse."),
            format!("{name} (ref {code}) is no longer at the till."),
        ));
    }
    notes
}
