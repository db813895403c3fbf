//! `POST /orders`.

use serde_json::{Value, json};

use super::super::orders::PAID_AT_CREATION;
use super::super::orders::{add_transactions, blank, cents, compute_price, due, paid, put};
use super::super::store::{RecordKind, StoreTx};
use super::orders::{expanded, number_entries};
use super::{ApiCall, Refusal};

/// Characters that texts of an order may have.
const MAX_CHARS: [(&str, usize); 3] = [("remote_id", 128), ("display_id", 10), ("comment", 256)];

/// Sources that may be sent; the tills' own are not among them.
const SOURCES: [&str; 9] = [
    "web",
    "mobile",
    "kiosk",
    "justeat",
    "foodora",
    "ubereats",
    "glovo",
    "deliveroo",
    "order-it",
];

/// Members that an order takes over as they were sent.
const PLAIN_MEMBERS: [&str; 13] = [
    "remote_id",
    "display_id",
    "due_date",
    "source",
    "mode",
    "table",
    "seats",
    "comment",
    "first_name",
    "phone",
    "fulfillment_type",
    "virtual_brand_name",
    "address",
];

/// Makes an order, or answers the one of that `remote_id`.
pub(super) fn create(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let sent = call.json()?;
    let now = call.state.now();
    call.state.store().write(|tx| {
        if let Some(remote_id) = sent["remote_id"].as_str()
            && let Some(known) = tx.find_by_remote_id(RecordKind::Order, remote_id)?
        {
            let order = expanded(known, &call.query);
            return Ok(json!({ "order": order, "already_registred": true }));
        }
        check_members(&sent)?;
        let restaurant = restaurant(call, &sent)?;
        if tx
            .find(RecordKind::Restaurant, &restaurant.to_string())?
            .is_none()
        {
            return Err(Refusal::NotFound);
        }
        let mut order = blank(tx.next_id(RecordKind::Order)?, restaurant, now)?;
        for member in PLAIN_MEMBERS {
            order[member] = sent[member].clone();
        }
        order["channel"] = json!("API");
        order["items"] = entries(tx, &sent["items"])?;
        number_entries(&mut order);
        order["customer"] = customer(tx, &sent["customer"], &sent["mode"])?;
        take_promotion_off(tx, &mut order, &sent)?;
        compute_price(&mut order);
        check_total(&mut order, &sent["total"])?;
        add_transactions(tx, &mut order, &sent["transactions"], now)?;
        order["is_paid_at_creation"] = json!(due(&order) > 0 && paid(&order) == due(&order));
        put(tx, &order)?;
        // Lines are not asked for here: they are empty in the reply, too.
        Ok(json!({ "order": expanded(order, &call.query) }))
    })
}

fn check_members(sent: &Value) -> Result<(), Refusal> {
    for (name, max) in MAX_CHARS {
        let length = sent[name].as_str().map(|text| text.chars().count());
        if length.is_some_and(|length| length > max) {
            return Err(Refusal::field(name, "Too long"));
        }
    }
    let is_one_of = |name: &str, words: &[&str]| {
        sent[name].is_null() || sent[name].as_str().is_some_and(|it| words.contains(&it))
    };
    if !sent["mode"].is_string() || !is_one_of("mode", &["eat_in", "takeaway", "delivery"]) {
        return Err(Refusal::field("mode", "Invalid mode"));
    }
    if !is_one_of("source", &SOURCES) {
        return Err(Refusal::field("source", "Invalid source"));
    }
    if !is_one_of(
        "fulfillment_type",
        &["deliver_by_restaurant", "deliver_by_partner"],
    ) {
        return Err(Refusal::field(
            "fulfillment_type",
            "Invalid fulfillment type",
        ));
    }
    if !sent["table"].is_null() && !sent["table"].is_i64() {
        return Err(Refusal::field("table", "Must be an integer"));
    }
    if let Some(due_date) = sent["due_date"].as_str()
        && due_date.parse::<jiff::Timestamp>().is_err()
    {
        return Err(Refusal::InvalidDate);
    }
    if sent["mode"] == "delivery"
        && sent["address"].is_null()
        && sent["id_delivery_address"].is_null()
    {
        return Err(Refusal::field("address", "Mandatory for a delivery order"));
    }
    Ok(())
}

fn restaurant(call: &ApiCall<'_>, sent: &Value) -> Result<i64, Refusal> {
    let missing = || Refusal::field("id_restaurant", "Mandatory");
    let id = sent["id_restaurant"].as_i64().ok_or_else(missing)?;
    if call.may_see(&json!(id)) {
        Ok(id)
    } else {
        Err(Refusal::NotFound)
    }
}

/// The entries as they will be read. A menu with fewer dishes than it has parts is taken, and so is a value
/// of an option that the dish does not have.
pub(super) fn entries(tx: &StoreTx<'_>, sent: &Value) -> Result<Value, Refusal> {
    let mut entries = Vec::new();
    for (index, item) in sent.as_array().into_iter().flatten().enumerate() {
        entries.push(entry(tx, item, index)?);
    }
    Ok(json!(entries))
}

/// One entry: sent with `id`, read with `item_id`.
pub(in super::super) fn entry(
    tx: &StoreTx<'_>,
    sent: &Value,
    index: usize,
) -> Result<Value, Refusal> {
    let is_menu = sent["type"] == "menu";
    let kind = if is_menu {
        RecordKind::Menu
    } else {
        RecordKind::Dish
    };
    let field = format!("items.{index}.id");
    let known = sent["id"].as_i64().map(|id| tx.find(kind, &id.to_string()));
    let known = known.transpose()?.flatten();
    let known = known.ok_or_else(|| Refusal::field(&field, "Unknown item"))?;
    if sent["comment"]
        .as_str()
        .is_some_and(|text| text.chars().count() > 140)
    {
        return Err(Refusal::field(&field, "Comment is too long"));
    }
    let price = sent["price"]
        .as_i64()
        .unwrap_or_else(|| cents(&known["price"]));
    let (modifiers, supplements) = modifiers(tx, &sent["modifiers"], &field)?;
    let mut dishes = Vec::new();
    for (place, dish) in sent["dishes"].as_array().into_iter().flatten().enumerate() {
        let mut part = entry(tx, dish, place)?;
        part["part_name"] = part_name(&known, &dish["id_part"]);
        part["price"] = menu_dish_price(&known, dish);
        dishes.push(part);
    }
    let rate = match &sent["tax"]["tax_rate"] {
        Value::Null if is_menu => Value::Null,
        Value::Null => known["tax"].clone(),
        rate => rate.clone(),
    };
    Ok(json!({
        "id": null, "item_id": known["id"].to_string(), "type": if is_menu { "menu" } else { "dish" },
        "name": known["name"], "comment": sent["comment"], "course": null,
        "price": {
            "base_original_amount_inc_tax": if is_menu { cents(&known["price"]) } else { price - supplements },
            "original_amount_inc_tax": price,
            "discounted_amount_inc_tax": price, "final_amount_inc_tax": price,
        },
        "tax": { "tax_amount": null, "tax_rate": rate },
        "modifiers": modifiers, "items": dishes,
    }))
}

fn part_name(menu: &Value, part: &Value) -> Value {
    let mut parts = menu["parts"].as_array().into_iter().flatten();
    let found = parts.find(|it| it["id"] == *part);
    found.map_or(Value::Null, |it| it["name"].clone())
}

/// What a dish of a menu costs on top: its supplement.
fn menu_dish_price(menu: &Value, dish: &Value) -> Value {
    let mut parts = menu["parts"].as_array().into_iter().flatten();
    let part = parts.find(|it| it["id"] == dish["id_part"]);
    let supplement = part.map_or(0, |part| {
        cents(&part["dishes_prices"][dish["id"].to_string()])
    });
    json!({ "base_original_amount_inc_tax": supplement, "original_amount_inc_tax": supplement,
            "discounted_amount_inc_tax": supplement, "final_amount_inc_tax": supplement })
}

/// The modifiers as they will be read, and what they cost.
fn modifiers(tx: &StoreTx<'_>, sent: &Value, field: &str) -> Result<(Value, i64), Refusal> {
    let options = tx.list(RecordKind::Option)?;
    let values = |option: &Value| option["values"].as_array().cloned().unwrap_or_default();
    let mut read = Vec::new();
    let mut supplements = 0;
    for modifier in sent.as_array().into_iter().flatten() {
        let mut known = options.iter().flat_map(values);
        let value = known
            .find(|value| value["id"] == modifier["option_value_id"])
            .ok_or_else(|| Refusal::field(field, "Unknown option value"))?;
        let quantity = modifier["quantity"].as_i64().unwrap_or(1);
        let price = modifier["price"]
            .as_i64()
            .unwrap_or_else(|| cents(&value["price"]));
        supplements += quantity * price;
        read.push(json!({
            "id": value["id"], "type": "option_value", "name": value["name"], "quantity": quantity,
            "course": null, "price": { "original_amount_inc_tax": price },
        }));
    }
    Ok((json!(read), supplements))
}

fn take_promotion_off(tx: &StoreTx<'_>, order: &mut Value, sent: &Value) -> Result<(), Refusal> {
    let Some(id) = sent["id_promotion"].as_i64() else {
        return Ok(());
    };
    let coupon = tx.find(RecordKind::Coupon, &id.to_string())?;
    let coupon = coupon.ok_or_else(|| Refusal::field("id_promotion", "Unknown promotion"))?;
    order["price"]["discounts"] = json!([{
        "id": id, "name": coupon["name"], "amount_inc_tax": cents(&sent["promotion_discount"]),
    }]);
    Ok(())
}

/// A total below what was computed becomes a discount without a word; one above is refused.
fn check_total(order: &mut Value, total: &Value) -> Result<(), Refusal> {
    let Some(total) = total.as_i64() else {
        return Ok(());
    };
    let computed = due(order);
    if total > computed {
        return Err(Refusal::field("total", "Does not match calculated total"));
    }
    if total < computed
        && let Some(discounts) = order["price"]["discounts"].as_array_mut()
    {
        discounts.push(json!({ "id": null, "name": "Remise", "amount_inc_tax": computed - total }));
        compute_price(order);
    }
    Ok(())
}

/// The guest: the one who is known by id, remote id, mail or phone, updated; else a new one.
pub(super) fn customer(tx: &StoreTx<'_>, sent: &Value, mode: &Value) -> Result<Value, Refusal> {
    if sent.is_null() {
        return if mode == "delivery" {
            Err(Refusal::field("customer", "Mandatory for a delivery order"))
        } else {
            Ok(Value::Null)
        };
    }
    super::others::put_customer(tx, sent, true)
}

/// What an order's status reads as.
pub(super) fn status(order: &Value) -> Value {
    if order["is_paid_at_creation"] == true && order["status"] == "opened" {
        json!(PAID_AT_CREATION)
    } else {
        order["status"].clone()
    }
}
