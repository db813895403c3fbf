//! The pages of the manager: marketplace, keys, catalogs, hours, what is sold out.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::super::ServiceState;
use super::super::api::{Refusal, catalog_document, restaurant_document};
use super::super::demo::FIRST_RESTAURANT;
use super::super::events::record;
use super::super::store::RecordKind;
use super::page::{PageForm, PageSection, done, fields, page};

/// The app of the marketplace.
const APP: &str = "HubRise V2";

/// Its mark on keys.
const APP_WORD: &str = "hubrise-v2";

fn list(state: &ServiceState, kind: RecordKind) -> Vec<Value> {
    state.store().list(kind).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn app_key(state: &ServiceState) -> Option<Value> {
    let keys = list(state, RecordKind::ApiKey);
    let mut active = keys.into_iter().filter(|key| key["is_active"] == true);
    active.find(|key| key["app"] == APP_WORD)
}

/// Marketplace > HubRise V2: **Activer** shows the key at once, **Gérer** > **Désactiver** ends it.
pub(super) async fn marketplace(State(state): State<Arc<ServiceState>>) -> Response {
    let section = PageSection::new(APP);
    let sections = match app_key(&state) {
        Some(key) => vec![
            section
                .line("Application activée.")
                .line(format!("Clé API : {}", text(&key["key"]))),
            PageSection::new("Gérer").form(PageForm::new("/reglages/desactiver", "Désactiver")),
        ],
        None => vec![
            section
                .line("Recevez les commandes de vos autres applications en caisse.")
                .form(PageForm::new("/reglages/activer", "Activer")),
        ],
    };
    page(&state, "Marketplace", sections)
}

/// All keys.
pub(super) async fn keys(State(state): State<Arc<ServiceState>>) -> Response {
    let keys = list(&state, RecordKind::ApiKey);
    let sections = keys.iter().map(|key| {
        let word = if key["is_active"] == true {
            "active"
        } else {
            "révoquée"
        };
        let owner = match key["restaurant_id"].as_i64() {
            Some(id) => format!("Restaurant {id}"),
            None => "Toute l'enseigne".to_owned(),
        };
        PageSection::new(owner)
            .line(format!("Application : {}", text(&key["app"])))
            .line(format!("Clé {word} : {}", text(&key["key"])))
    });
    let mut sections: Vec<PageSection> = sections.collect();
    sections.push(
        PageSection::new("Nouvelle clé")
            .form(PageForm::new("/reglages/cle", "Clé du restaurant").hidden("brand", ""))
            .form(PageForm::new("/reglages/cle", "Clé de l'enseigne").hidden("brand", "1")),
    );
    page(&state, "Clés API", sections)
}

/// La carte > Les catalogues: **Envoyer vers** > **HubRise V2** > **Suivant**.
pub(super) async fn catalogs(State(state): State<Arc<ServiceState>>) -> Response {
    let catalogs = list(&state, RecordKind::Catalog);
    let sections = catalogs.iter().map(|catalog| {
        let choices = vec![(APP_WORD.to_owned(), APP.to_owned())];
        let form = PageForm::new("/reglages/envoyer", "Suivant")
            .hidden("catalog", text(&catalog["id"]))
            .choice(("target", "Envoyer vers"), choices, APP_WORD);
        PageSection::new(text(&catalog["name"])).form(form)
    });
    page(&state, "Les catalogues", sections.collect())
}

/// Opening hours, and the switch for online orders.
pub(super) async fn restaurants(State(state): State<Arc<ServiceState>>) -> Response {
    let restaurants = list(&state, RecordKind::Restaurant);
    let sections = restaurants.iter().map(|restaurant| {
        let id = text(&restaurant["id"]);
        let is_on = if restaurant["online_ordering_hidden"] == true {
            "0"
        } else {
            "1"
        };
        let choices = [("1", "Oui"), ("0", "Non")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let online = PageForm::new("/reglages/en-ligne", "Valider")
            .hidden("restaurant", id.clone())
            .choice(
                ("online", "Activer la commande en ligne"),
                choices.to_vec(),
                is_on,
            )
            .text(
                ("delay", "Délai supplémentaire (min)"),
                text(&restaurant["delay"]),
            );
        let hours = PageForm::new("/reglages/horaires", "Sauvegarder")
            .hidden("restaurant", id)
            .text(
                ("hours", "Horaires d'ouverture du restaurant"),
                restaurant["opening_hours"].to_string(),
            );
        PageSection::new(text(&restaurant["name"]))
            .form(online)
            .form(hours)
    });
    page(&state, "Horaires", sections.collect())
}

/// Rupture produits, with the tabs **En rupture**, **Disponible** and **Tous**.
pub(super) async fn sold_out(
    State(state): State<Arc<ServiceState>>,
    RawQuery(query): RawQuery,
) -> Response {
    let wanted = query.unwrap_or_default();
    let gone = list(&state, RecordKind::SoldOut);
    let mut things = Vec::new();
    for dish in list(&state, RecordKind::Dish) {
        things.push(("dish", dish["id"].clone(), text(&dish["name"])));
    }
    for option in list(&state, RecordKind::Option) {
        for value in option["values"].as_array().into_iter().flatten() {
            let name = format!("{} : {}", text(&option["name"]), text(&value["name"]));
            things.push(("option_value", value["id"].clone(), name));
        }
    }
    let mut sections = vec![PageSection::new("Afficher").line(
        "En rupture : /rupture?rupture · Disponible : /rupture?disponible · Tous : /rupture",
    )];
    for (kind, id, name) in things {
        let is_gone = gone
            .iter()
            .any(|it| it["kind"] == kind && it["thing"] == id);
        if (wanted == "rupture" && !is_gone) || (wanted == "disponible" && is_gone) {
            continue;
        }
        let (word, button) = if is_gone {
            ("En rupture", "Rendre disponible")
        } else {
            ("Disponible", "Mettre en rupture")
        };
        let form = PageForm::new("/reglages/rupture", button)
            .hidden("kind", kind)
            .hidden("thing", id.to_string());
        sections.push(PageSection::new(name).line(word).form(form));
    }
    page(&state, "Rupture produits", sections)
}

/// A form of these pages.
pub(super) async fn submit(
    State(state): State<Arc<ServiceState>>,
    Path(action): Path<String>,
    body: Bytes,
) -> Response {
    let form = match fields(&state, &body) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let (result, path) = match action.as_str() {
        "activer" => (
            create_key(&state, Some(FIRST_RESTAURANT), APP_WORD),
            "/marketplace/hubrise-v2/status",
        ),
        "desactiver" => (deactivate(&state), "/marketplace/hubrise-v2/status"),
        "cle" => {
            let is_brand = form.get("brand").is_some_and(|it| !it.is_empty());
            (
                create_key(&state, (!is_brand).then_some(FIRST_RESTAURANT), "api"),
                "/cles",
            )
        }
        "envoyer" => (push_catalog(&state, &form), "/catalogues"),
        "en-ligne" | "horaires" => (change_restaurant(&state, &form), "/horaires"),
        "rupture" => (toggle_sold_out(&state, &form), "/rupture"),
        _ => (Err(Refusal::NotFound), "/"),
    };
    done(&state, result, path)
}

fn create_key(state: &ServiceState, restaurant: Option<i64>, app: &str) -> Result<(), Refusal> {
    if app == APP_WORD && app_key(state).is_some() {
        return Ok(());
    }
    let key = client::Secret::random().map_err(|_| Refusal::NotFound)?;
    let key = key.expose();
    let document =
        json!({ "key": key, "restaurant_id": restaurant, "app": app, "is_active": true });
    state
        .store()
        .write(|tx| tx.put(RecordKind::ApiKey, key, None, &document))?;
    Ok(())
}

fn deactivate(state: &ServiceState) -> Result<(), Refusal> {
    let Some(mut key) = app_key(state) else {
        return Ok(());
    };
    key["is_active"] = json!(false);
    let id = text(&key["key"]);
    state
        .store()
        .write(|tx| tx.put(RecordKind::ApiKey, &id, None, &key))?;
    Ok(())
}

fn push_catalog(state: &ServiceState, form: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let id = form.get("catalog").cloned().unwrap_or_default();
    let now = state.now();
    state.store().write(|tx| {
        let catalog = tx
            .find(RecordKind::Catalog, &id)?
            .ok_or(Refusal::NotFound)?;
        let document = catalog_document(tx, &catalog)?;
        record(tx, now, "catalog.push", Some(FIRST_RESTAURANT), &document)?;
        Ok(())
    })
}

fn change_restaurant(state: &ServiceState, form: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let id = form.get("restaurant").cloned().unwrap_or_default();
    let now = state.now();
    state.store().write(|tx| {
        let restaurant = tx.find(RecordKind::Restaurant, &id)?;
        let mut restaurant = restaurant.ok_or(Refusal::NotFound)?;
        if let Some(online) = form.get("online") {
            restaurant["online_ordering_hidden"] = json!(online == "0");
        }
        if let Some(delay) = form.get("delay") {
            let minutes: i64 = delay
                .trim()
                .parse()
                .map_err(|_| Refusal::field("delay", "Délai invalide"))?;
            restaurant["delay"] = json!(minutes);
        }
        if let Some(hours) = form.get("hours") {
            restaurant["opening_hours"] = serde_json::from_str(hours)
                .map_err(|_| Refusal::field("hours", "Horaires invalides"))?;
        }
        tx.put(RecordKind::Restaurant, &id, None, &restaurant)?;
        let number = restaurant["id"].as_i64();
        record(
            tx,
            now,
            "restaurant.update",
            number,
            &restaurant_document(restaurant),
        )?;
        Ok(())
    })
}

fn toggle_sold_out(state: &ServiceState, form: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (kind, id) = (field("kind"), field("thing"));
    let number: i64 = id.parse().map_err(|_| Refusal::NotFound)?;
    let key = format!("{kind}-{id}");
    let now = state.now();
    state.store().write(|tx| {
        let was_gone = tx.find(RecordKind::SoldOut, &key)?.is_some();
        if was_gone {
            tx.remove(RecordKind::SoldOut, &key)?;
        } else {
            let entry = json!({ "kind": kind, "thing": number, "restaurant": FIRST_RESTAURANT });
            tx.put(RecordKind::SoldOut, &key, None, &entry)?;
        }
        let (name, data) = if kind == "dish" {
            let entry = json!({ "id_dish": number, "id_restaurant": FIRST_RESTAURANT, "outofstock": !was_gone });
            ("dish.availability_update", json!({ "dishes": [entry] }))
        } else {
            let entry = json!({ "id_option_value": number, "id_restaurant": FIRST_RESTAURANT, "outofstock": !was_gone });
            ("option_value.availability_update", json!({ "options_values": [entry] }))
        };
        record(tx, now, name, Some(FIRST_RESTAURANT), &data)?;
        Ok(())
    })
}
