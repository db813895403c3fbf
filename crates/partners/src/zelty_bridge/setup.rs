//! Step 1, where the key is entered and checked, and the configuration page.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use client::Secret;
use serde_json::Value;

use super::BridgeApp;
use super::chores::status_facts;
use super::mapping::{BridgeLanguage, BridgeOptions, CatalogChoice};
use super::pages::{PlaceBar, open_place};
use super::restaurants::{self, BridgedRestaurant};
use super::tasks::{self, TaskKind};
use super::words::{key_sentence, zelty_sentence};
use crate::kit::connections::StoredConnection;
use crate::kit::form::Form;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;
use crate::zelty_api::pace::Urgency;
use crate::zelty_api::{
    ApiKey, Restaurant, RestaurantChoice, SecretError, WebhookSecret, ZeltyError,
};

#[derive(Template)]
#[template(path = "zelty_bridge/setup.html")]
struct SetupPage {
    layout: Layout,
    bar: PlaceBar,
    error: Option<String>,
    /// The restaurants of a brand's key, to choose from. The key stays here meanwhile.
    choices: Vec<RestaurantChoice>,
}

/// The page of step 1.
pub(super) async fn page(
    app: &Arc<BridgeApp>,
    visitor: &Visitor,
    bar: PlaceBar,
    problem: Option<(String, Vec<RestaurantChoice>)>,
) -> Result<Response, PageError> {
    let (error, choices) = match problem {
        Some((error, choices)) => (Some(error), choices),
        None => (None, Vec::new()),
    };
    render(&SetupPage {
        layout: app.shell.layout(visitor, "Configuration").await,
        bar,
        error,
        choices,
    })
}

/// The key that was entered; with a choice of restaurant it is the one that was entered before.
fn entered_key(
    app: &BridgeApp,
    place: &StoredConnection,
    form: &Form,
) -> Result<ApiKey, SecretError> {
    if let Some(text) = form.get_non_empty("api_key") {
        return ApiKey::parse(&text);
    }
    let choice = form.get_non_empty("restaurant");
    choice
        .and_then(|_| app.brand_key(&place.id))
        .ok_or(SecretError::Empty)
}

/// `POST /c/{id}/setup`: checks the key with Zelty, and shows the whole configuration.
pub(super) async fn finish(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let language = form.visitor.language;
    let bar = PlaceBar::new(&place, known.as_ref(), "configuration");
    let key = match entered_key(&app, &place, &form) {
        Ok(key) => key,
        Err(error) => {
            let text = key_sentence(language, error).to_owned();
            return page(&app, &form.visitor, bar, Some((text, Vec::new()))).await;
        }
    };
    app.keep_brand_key(&place.id, None);
    let chosen = form.get("restaurant").parse().ok();
    let restaurant = match check_key(&app, &key, chosen).await {
        Ok(restaurant) => restaurant,
        Err(error) => {
            app.forget_unused_clients().await?;
            let text = zelty_sentence(language, &error);
            let choices = match error {
                ZeltyError::SeveralRestaurants(choices) => {
                    app.keep_brand_key(&place.id, Some(key));
                    choices
                }
                _ => Vec::new(),
            };
            return page(&app, &form.visitor, bar, Some((text, choices))).await;
        }
    };
    store_restaurant(&app, &place, known, key, restaurant).await?;
    app.forget_unused_clients().await?;
    let text = language.t(
        "Clé API acceptée. Choisissez vos options, puis enregistrez.",
        "API key accepted. Choose your options, then save.",
    );
    Ok(app
        .shell
        .redirect_with_success(&format!("{}/configuration", bar.path()), text))
}

async fn check_key(
    app: &Arc<BridgeApp>,
    key: &ApiKey,
    chosen: Option<i64>,
) -> Result<Restaurant, ZeltyError> {
    app.zelty_client(key)?.restaurant_of_key(chosen).await
}

/// Stores a restaurant whose key was accepted. Connections with the same key share address and secret of their
/// webhooks, since Zelty has one of each.
async fn store_restaurant(
    app: &Arc<BridgeApp>,
    place: &StoredConnection,
    known: Option<BridgedRestaurant>,
    key: ApiKey,
    restaurant: Restaurant,
) -> Result<(), PageError> {
    let random = || Secret::random().map_err(crate::kit::AppError::from);
    let (secret, token) = (random()?, random()?);
    let secret = WebhookSecret::parse(secret.expose());
    let secret = secret.map_err(|error| PageError::Internal(error.to_string()))?;
    let is_english = restaurant.default_lang.as_deref() == Some("en");
    let new_options = BridgeOptions {
        language: if is_english {
            BridgeLanguage::English
        } else {
            BridgeLanguage::French
        },
        ..BridgeOptions::default()
    };
    let (now, today) = (app.shell.now(), app.today(place));
    let mut new = BridgedRestaurant {
        connection: place.id.clone(),
        restaurant: restaurant.id,
        name: restaurant.name.clone(),
        country: restaurant
            .country_code
            .clone()
            .unwrap_or_else(|| "FR".into()),
        options: known.map_or(new_options, |known| known.options),
        webhook_secret: secret,
        webhook_token: token.expose().to_owned(),
        status: status_facts(&restaurant, &[]),
        status_at: Some(now),
        checked_on: today,
        key,
    };
    let stored = app.shell.store.write(move |tx| {
        if let Some(other) = restaurants::with_key(tx, &new.key)? {
            new.webhook_secret = other.webhook_secret;
            new.webhook_token = other.webhook_token;
        }
        restaurants::save(tx, &new)?;
        tasks::request(tx, &new.connection, (TaskKind::Webhooks, ""), "", now)
    });
    stored.await?;
    app.tasks_wake.notify_waiters();
    Ok(())
}

/// A catalog of Zelty on the configuration page.
struct CatalogRow {
    id: String,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "zelty_bridge/configuration.html")]
struct ConfigurationPage {
    layout: Layout,
    bar: PlaceBar,
    options: BridgeOptions,
    is_english: bool,
    chooses_catalogs: bool,
    catalogs: Vec<CatalogRow>,
    /// Why the catalogs of Zelty cannot be listed.
    catalogs_error: Option<String>,
}

/// `GET /c/{id}/configuration`.
pub(super) async fn configuration(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "configuration");
    let Some(restaurant) = known else {
        return page(&app, &visitor, bar, None).await;
    };
    let chosen = match &restaurant.options.catalog {
        CatalogChoice::AllProducts => Vec::new(),
        CatalogChoice::Catalogs(chosen) => chosen.clone(),
    };
    let listed = list_catalogs(&app, &restaurant, visitor.language).await;
    let (catalogs, catalogs_error) = match listed {
        Ok(listed) => (listed, None),
        // What was chosen stays chosen although Zelty does not answer.
        Err(text) => (
            chosen.iter().map(|id| (id.clone(), id.clone())).collect(),
            Some(text),
        ),
    };
    let rows = catalogs
        .into_iter()
        .map(|(id, name): (String, String)| CatalogRow {
            is_chosen: chosen.contains(&id),
            id,
            name,
        });
    render(&ConfigurationPage {
        layout: app.shell.layout(&visitor, "Configuration").await,
        bar,
        is_english: restaurant.options.language == BridgeLanguage::English,
        chooses_catalogs: restaurant.options.catalog != CatalogChoice::AllProducts,
        catalogs: rows.collect(),
        catalogs_error,
        options: restaurant.options,
    })
}

async fn list_catalogs(
    app: &Arc<BridgeApp>,
    restaurant: &BridgedRestaurant,
    language: Language,
) -> Result<Vec<(String, String)>, String> {
    let sentence = |error: ZeltyError| zelty_sentence(language, &error);
    let client = app.zelty_client(&restaurant.key).map_err(sentence)?;
    let client = client.with_accepted_key();
    let catalogs = client.catalogs(Urgency::Person).await.map_err(sentence)?;
    Ok(catalogs.into_iter().map(|it| (it.id, it.name)).collect())
}

fn chosen_options(form: &Form) -> BridgeOptions {
    let catalog = if form.get("catalog_mode") == "catalogs" {
        CatalogChoice::Catalogs(form.all("catalog"))
    } else {
        CatalogChoice::AllProducts
    };
    BridgeOptions {
        language: if form.get("language") == "en" {
            BridgeLanguage::English
        } else {
            BridgeLanguage::French
        },
        receives_till_orders: form.has("receives_till_orders"),
        refuses_other_prices: form.has("refuses_other_prices"),
        catalog,
        makes_price_variants: form.has("makes_price_variants"),
        imports_catalog: form.has("imports_catalog"),
        sends_opening_hours: form.has("sends_opening_hours"),
        sends_acceptance: form.has("sends_acceptance"),
        sends_inventory: form.has("sends_inventory"),
    }
}

/// `POST /c/{id}/configuration`: counts from now on. What was switched on is sent at once.
pub(super) async fn save(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "configuration");
    let page = format!("{}/configuration", bar.path());
    let language = form.visitor.language;
    let mut restaurant = known.ok_or(PageError::NotFound)?;
    let options = chosen_options(&form);
    if options.catalog == CatalogChoice::Catalogs(Vec::new()) {
        let text = language.t(
            "Choisissez au moins un catalogue, ou importez tous les produits.",
            "Choose at least one catalog, or import all products.",
        );
        return Ok(app.shell.redirect_with_error(&page, text));
    }
    let old = std::mem::replace(&mut restaurant.options, options.clone());
    let mut wanted = vec![TaskKind::Webhooks];
    if options.sends_inventory && !old.sends_inventory {
        wanted.push(TaskKind::Inventory);
    }
    if (options.sends_opening_hours && !old.sends_opening_hours)
        || (options.sends_acceptance && !old.sends_acceptance)
    {
        wanted.push(TaskKind::Location);
    }
    let now = app.shell.now();
    let saved = app.shell.store.write(move |tx| {
        restaurants::save(tx, &restaurant)?;
        for kind in wanted {
            tasks::request(tx, &restaurant.connection, (kind, ""), "", now)?;
        }
        Ok(())
    });
    saved.await?;
    app.tasks_wake.notify_waiters();
    let text = language.t("Configuration enregistrée.", "Configuration saved.");
    Ok(app.shell.redirect_with_success(&page, text))
}

/// `POST /c/{id}/reset`: back to step 1. What was done stays on record.
pub(super) async fn reset(
    State(app): State<Arc<BridgeApp>>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, PageError> {
    let (place, known) = open_place(&app, &id).await?;
    let bar = PlaceBar::new(&place, known.as_ref(), "configuration");
    let connection = place.id.clone();
    let store = &app.shell.store;
    store
        .write(move |tx| restaurants::reset(tx, &connection))
        .await?;
    app.menus.forget(&place.id);
    app.forget_unused_clients().await?;
    let text = form.visitor.language.t(
        "Configuration réinitialisée. Les opérations sont conservées.",
        "Configuration reset. Operations are kept.",
    );
    let page = format!("{}/configuration", bar.path());
    Ok(app.shell.redirect_with_success(&page, text))
}

/// A text of what was read of a restaurant; empty when it is not known.
pub(super) fn fact(status: &Value, name: &str) -> String {
    match &status[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
