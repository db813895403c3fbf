//! Catalogs, verb by verb, and what is in them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says by panicking what is wrong"
)]

mod bad_input;
mod create;
mod delete;
mod events;
mod find;
mod isolation;
mod large;
mod parts;
mod twice;
mod update;

use crate::support::{Answer, Caller, TestHub, Value, json};

const EVERYTHING: &str = "location[all_catalogs.write]";
const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;
const WRONG_LEVEL: &str =
    r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#;

/// A client that may do everything with the catalogs of the first location.
fn author(hub: &TestHub) -> Caller {
    hub.client_with("author", EVERYTHING)
}

/// A client that may do everything with the catalogs of the account.
fn chain(hub: &TestHub) -> Caller {
    hub.client_with("chain", "account[all_catalogs.write]")
}

/// A small carte with something of everything.
fn carte() -> Value {
    json!({
        "variants": [{ "ref": "V-PLT", "name": "Plateformes" }],
        "categories": [
            { "ref": "PIZ-B", "parent_ref": "PIZ", "name": "Base crème" },
            { "ref": "DES", "name": "Desserts", "description": "Maison", "tags": ["hidden"] },
            { "ref": "PIZ", "name": "Pizzas" },
            { "ref": "PIZ-T", "parent_ref": "PIZ", "name": "Base tomate" }
        ],
        "products": [
            {
                "ref": "SAV", "category_ref": "PIZ-B", "name": "Savoyarde",
                "tags": ["allergen_milk"],
                "tax_rate": { "delivery": "10.0", "collection": "10.0", "eat_in": "10.0" },
                "nutrition": { "allergens": ["milk"], "legal_name": "Pizza savoyarde" },
                "skus": [
                    {
                        "ref": "SAV-33", "name": "33 cm", "price": "13.50 EUR",
                        "price_overrides": [{ "variant_refs": ["V-PLT"], "price": "15.90 EUR" }],
                        "restrictions": { "dow": "-234567", "max_per_order": 10 },
                        "option_list_refs": ["SUP", "CUI"], "barcodes": ["3700000000017"],
                        "custom_fields": { "poids_g": 620 }
                    },
                    { "ref": "SAV-40", "name": "40 cm", "price": "17.50 EUR",
                      "restrictions": { "enabled": false } }
                ]
            },
            { "category_ref": "DES", "name": "Tiramisu", "skus": [{ "ref": "TIRA", "price": "5.00 EUR" }] }
        ],
        "option_lists": [
            {
                "ref": "SUP", "name": "Suppléments", "max_selections": 3, "multiple_selection": true,
                "options": [
                    { "ref": "SUP-BUR", "name": "Burrata", "price": "3.00 EUR" },
                    { "name": "Basilic" }
                ]
            },
            { "ref": "CUI", "name": "Cuisson", "type": "single",
              "options": [{ "name": "Bien cuite", "default": true }, { "name": "Normale" }] }
        ],
        "deals": [{
            "ref": "DUO", "category_ref": "PIZ", "name": "Duo du soir", "coupon_codes": ["DUO"],
            "lines": [
                { "label": "Pizza", "skus": [{ "ref": "SAV-33" }, { "ref": "SAV-40" }],
                  "pricing_effect": "unchanged" },
                { "label": "Dessert", "skus": [{ "ref": "TIRA", "extra_charge": "1.50 EUR" }],
                  "pricing_effect": "fixed_price", "pricing_value": "2.00 EUR" }
            ]
        }],
        "discounts": [{
            "ref": "BIENVENUE", "name": "Bienvenue", "coupon_codes": ["BIENVENUE"],
            "pricing_effect": "percentage_off", "pricing_value": "10"
        }],
        "charges": [
            { "ref": "LIV", "name": "Livraison", "type": "delivery", "price": "2.90 EUR" },
            { "name": "Pourboire", "type": "tip" }
        ]
    })
}

/// Creates a catalog at the author's location.
#[track_caller]
fn created(who: &Caller, name: &str, data: Value) -> Value {
    let new = json!({ "name": name, "data": data });
    who.post("/location/catalogs", new).ok()
}

/// The path of a catalog.
fn path(catalog: &Value) -> String {
    format!("/catalogs/{}", id(catalog))
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

/// A value without what the hub adds: ids and the ids of others.
fn without_ids(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| *key != "id" && !key.ends_with("_id") && !key.ends_with("_ids"))
            .map(|(key, value)| (key.clone(), without_ids(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_ids).collect(),
        other => other.clone(),
    }
}

/// The names of a list, in its order.
fn names(list: &Value) -> Vec<&str> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(|thing| thing["name"].as_str().expect("a name"))
        .collect()
}

/// `field message` of every complaint.
#[track_caller]
fn complaints(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{answer:?}");
    let body = answer.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| format!("{} {}", text(&error["field"]), text(&error["message"])))
        .collect()
}
