//! What is sold: lists, catalogs, and changing dishes.

use serde_json::{Value, json};

use super::super::events::{BRAND_ID, record};
use super::super::store::{RecordKind, StoreTx};
use super::{ApiCall, Refusal};

/// Entries that a list has unless `limit` says otherwise.
const DEFAULT_LIMIT: usize = 100;

/// Entries that a list has at most, but for `limit=0`.
const MAX_LIMIT: usize = 2500;

/// `GET /catalog/dishes`, `menus`, `options`, `tags`. What only the till shows needs `show_all=true`.
pub(super) fn list(call: &ApiCall<'_>, list: &str) -> Result<Value, Refusal> {
    let kind = match list {
        "dishes" => RecordKind::Dish,
        "menus" => RecordKind::Menu,
        "options" => RecordKind::Option,
        "tags" => RecordKind::Tag,
        _ => return Err(Refusal::UnknownEndpoint),
    };
    let shows_all = call.query.is_true("show_all");
    let all = call.state.store().list(kind)?;
    let visible = all
        .into_iter()
        .filter(|it| shows_all || it["zc_only"] != true);
    let page = call.query.page(visible.collect(), DEFAULT_LIMIT, MAX_LIMIT);
    Ok(json!({ list: page }))
}

/// `GET /catalog/taxes`.
pub(super) fn taxes(_: &ApiCall<'_>) -> Result<Value, Refusal> {
    Ok(json!({ "taxes": tax_list() }))
}

fn tax_list() -> Value {
    let taxes = [550, 1000, 2000].map(|rate| {
        json!({ "id": format!("ZTX{rate}"), "name": format!("TVA {}", rate / 100), "rate": rate })
    });
    json!(taxes)
}

/// `POST /catalog/dishes`: updates or inserts a bare list. An object that leaves a price out overwrites it.
/// Each dish is an event of its own.
pub(super) fn upsert_dishes(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let sent = call.json()?;
    let Value::Array(sent) = sent else {
        return Err(Refusal::field("dishes", "Must be an array"));
    };
    let now = call.state.now();
    call.state.store().write(|tx| {
        let mut dishes = Vec::new();
        for dish in sent {
            if !dish["name"].is_string() || !dish["price"].is_i64() || !dish["tax"].is_i64() {
                return Err(Refusal::field(
                    "dishes",
                    "name, price and tax are mandatory",
                ));
            }
            let id = match dish["id"].as_i64() {
                Some(id) => id,
                None => tx.next_id(RecordKind::Dish)?,
            };
            let mut stored = json!({
                "id": id, "remote_id": null, "description": null, "image": null, "price_togo": null,
                "price_delivery": null, "happy_price": null, "tax_takeaway": null,
                "tax_delivery": null, "tags": [], "options": [], "disable": false, "zc_only": false,
            });
            if let (Some(stored), Some(dish)) = (stored.as_object_mut(), dish.as_object()) {
                stored.extend(dish.clone());
            }
            stored["id"] = json!(id);
            tx.put(RecordKind::Dish, &id.to_string(), None, &stored)?;
            // Absent prices and taxes are null in lists, and missing in events.
            let mut event = stored.clone();
            if let Some(members) = event.as_object_mut() {
                members.retain(|_, value| !value.is_null());
            }
            record(tx, now, "dish.update", None, &json!({ "dishes": [event] }))?;
            dishes.push(stored);
        }
        Ok(json!({ "dishes": dishes }))
    })
}

/// `GET /catalogs`.
pub(super) fn catalogs(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let catalogs = call.state.store().list(RecordKind::Catalog)?;
    let heads = catalogs.iter().map(catalog_head);
    Ok(json!({ "catalogs": heads.collect::<Vec<_>>() }))
}

fn catalog_head(catalog: &Value) -> Value {
    json!({
        "id": catalog["id"], "brand_id": BRAND_ID, "restaurant_id": null, "locale": "fr_FR",
        "name": catalog["name"], "description": "", "currency": "EUR",
    })
}

/// `GET /catalogs/:id`.
pub(super) fn catalog(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    call.state.store().write(|tx| {
        let catalog = tx.find(RecordKind::Catalog, id)?.ok_or(Refusal::NotFound)?;
        Ok(json!({ "catalog": catalog_document(tx, &catalog)? }))
    })
}

/// A catalog with its content, in the form in which it is pushed, too.
pub(in super::super) fn catalog_document(
    tx: &StoreTx<'_>,
    catalog: &Value,
) -> Result<Value, Refusal> {
    let has = |list: &str, id: &Value| {
        let mut ids = catalog[list].as_array().into_iter().flatten();
        ids.any(|it| it == id)
    };
    let all_dishes = tx.list(RecordKind::Dish)?;
    let dishes: Vec<Value> = all_dishes
        .into_iter()
        .filter(|it| has("dishes", &it["id"]))
        .collect();
    let all_menus = tx.list(RecordKind::Menu)?;
    let menus: Vec<Value> = all_menus
        .into_iter()
        .filter(|it| has("menus", &it["id"]))
        .collect();
    let tags = tx.list(RecordKind::Tag)?;
    let tags: Vec<Value> = tags
        .iter()
        .map(|tag| tag_document(tag, &dishes, &menus))
        .collect();
    let options = tx.list(RecordKind::Option)?;
    let values = options
        .iter()
        .flat_map(|it| it["values"].as_array().cloned().unwrap_or_default());
    let mut items: Vec<Value> = dishes.iter().map(|dish| dish_item(dish, &menus)).collect();
    items.extend(menus.iter().map(menu_item));
    let parts = menus
        .iter()
        .flat_map(|it| it["parts"].as_array().cloned().unwrap_or_default());
    let mut document = catalog_head(catalog);
    document["tags"] = json!(tags);
    document["items"] = json!(items);
    document["options"] = json!(options.iter().map(option_document).collect::<Vec<_>>());
    document["optionValues"] = json!(values.map(|it| value_document(&it)).collect::<Vec<_>>());
    document["menuParts"] = json!(parts.map(|it| part_document(&it)).collect::<Vec<_>>());
    document["taxes"] = tax_list();
    Ok(document)
}

fn prefixed(prefix: &str, ids: &Value) -> Vec<String> {
    let ids = ids.as_array().into_iter().flatten();
    ids.map(|id| format!("{prefix}{id}")).collect()
}

fn tag_document(tag: &Value, dishes: &[Value], menus: &[Value]) -> Value {
    let first_is_tag = |it: &&Value| it["tags"][0] == tag["id"];
    let dishes = dishes
        .iter()
        .filter(first_is_tag)
        .map(|it| format!("ZD{}", it["id"]));
    let menus = menus
        .iter()
        .filter(first_is_tag)
        .map(|it| format!("ZM{}", it["id"]));
    let parent = tag["id_parent"].as_i64().map(|id| format!("ZT{id}"));
    json!({
        "internal_id": tag["id"], "id": format!("ZT{}", tag["id"]), "external_id": null,
        "parent_id": parent, "name": tag["name"], "description": tag["description"], "image": null,
        "color": tag["color"], "item_ids": dishes.chain(menus).collect::<Vec<_>>(),
        "disabled": false, "metadata": {},
    })
}

fn price_document(price: &Value, overrides: &Value) -> Value {
    json!({ "price": price, "is_fixed": true, "prevent_discounts": false, "overrides": overrides })
}

fn dish_item(dish: &Value, menus: &[Value]) -> Value {
    let mut overrides = Vec::new();
    for (mode, member) in [("takeaway", "price_togo"), ("delivery", "price_delivery")] {
        if !dish[member].is_null() {
            overrides.push(json!({ "context": { "type": "mode", "value": mode },
                                   "price": dish[member] }));
        }
    }
    let id = dish["id"].to_string();
    for part in menus
        .iter()
        .flat_map(|it| it["parts"].as_array().cloned().unwrap_or_default())
    {
        let supplement = &part["dishes_prices"][&id];
        if !supplement.is_null() {
            let value = format!("ZMP{}", part["id"]);
            overrides.push(json!({ "context": { "type": "menu_part", "value": value },
                                   "price": supplement }));
        }
    }
    json!({
        "internal_id": dish["id"], "id": format!("ZD{id}"), "type": "Dish", "external_id": null,
        "name": dish["name"], "description": dish["description"], "img": dish["image"],
        "disabled": dish["disable"], "is_sold_out": false,
        "price": price_document(&dish["price"], &json!(overrides)), "availability": null,
        "metadata": {}, "tax_rules": { "tax_id": format!("ZTX{}", dish["tax"]), "overrides": [] },
        "option_ids": prefixed("ZO", &dish["options"]), "parts": [],
    })
}

fn menu_item(menu: &Value) -> Value {
    let parts = menu["parts"].as_array().into_iter().flatten();
    let parts = parts.map(|it| {
        json!({ "menu_part_id": format!("ZMP{}", it["id"]), "has_combination": false,
                "prevent_customisation": false })
    });
    json!({
        "internal_id": menu["id"], "id": format!("ZM{}", menu["id"]), "type": "Menu",
        "external_id": null, "name": menu["name"], "description": menu["description"],
        "img": menu["image"], "disabled": menu["disable"], "is_sold_out": false,
        "price": price_document(&menu["price"], &json!([])), "availability": null, "metadata": {},
        "tax_rules": { "tax_id": "ZTX1000", "overrides": [] }, "option_ids": [],
        "parts": parts.collect::<Vec<_>>(),
    })
}

fn option_document(option: &Value) -> Value {
    let values = option["values"].as_array().into_iter().flatten();
    let values = values.map(|it| format!("ZOV{}", it["id"]));
    json!({
        "internal_id": option["id"], "id": format!("ZO{}", option["id"]), "type": "option",
        "external_id": null, "name": option["name"], "minimum_choices": option["min_choices"],
        "maximum_choices": option["max_choices"], "pick_same_value": option["pick_same_value"],
        "disabled": option["disable"], "value_ids": values.collect::<Vec<_>>(), "metadata": {},
    })
}

fn value_document(value: &Value) -> Value {
    json!({
        "internal_id": value["id"], "id": format!("ZOV{}", value["id"]), "type": "option_value",
        "external_id": null, "name": value["name"], "disabled": false, "is_sold_out": false,
        "price": price_document(&value["price"], &json!([])), "metadata": {},
    })
}

fn part_document(part: &Value) -> Value {
    json!({
        "internal_id": part["id"], "id": format!("ZMP{}", part["id"]), "type": "menu_part",
        "external_id": null, "name": part["name"], "disabled": false, "is_sold_out": false,
        "price": price_document(&json!(0), &json!([])), "metadata": {},
        "minimum_choices": i64::from(part["required"] == true), "maximum_choices": part["max"],
        "dish_ids": prefixed("ZD", &part["dishes"]),
    })
}
