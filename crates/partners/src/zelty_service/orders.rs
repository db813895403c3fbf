//! What happens to an order, whether the API or the till asks for it.
//!
//! A stored order has all that can be read of it. What a reading does not ask for is left out there.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::Refusal;
use super::events::{record, uuid_v4};
use super::store::{RecordKind, StoreTx};

/// The number in place of a word that a created and fully paid order shows.
pub(super) const PAID_AT_CREATION: i64 = 255;

/// The cents in a member.
pub(super) fn cents(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// The sum of a member over a list.
fn sum(list: &Value, member: impl Fn(&Value) -> i64) -> i64 {
    list.as_array().into_iter().flatten().map(member).sum()
}

/// What is paid of an order.
pub(super) fn paid(order: &Value) -> i64 {
    sum(&order["transactions"], |it| cents(&it["price"]))
}

/// What an order costs.
pub(super) fn due(order: &Value) -> i64 {
    cents(&order["price"]["final_amount_inc_tax"])
}

/// Whether things can still be added.
pub(super) fn is_open(order: &Value) -> bool {
    order["status"] == "opened"
}

/// An order without entries and payments.
pub(super) fn blank(id: i64, restaurant: i64, now: Timestamp) -> Result<Value, Refusal> {
    Ok(json!({
        "id": id, "uuid": uuid_v4()?, "remote_id": null, "display_id": null,
        "ref": format!("t{}", id % 1000), "id_restaurant": restaurant, "comment": null,
        "device_id": 47_553, "loyalty": 0, "seats": 0, "table": null, "created_at": now.to_string(),
        "closed_at": null, "due_date": null, "mode": "eat_in", "source": "pos", "status": "opened",
        "kitchen_status": null,
        "price": { "final_amount_inc_tax": 0, "final_amount_exc_tax": 0, "discounts": [], "taxes": [] },
        "transactions": [], "items": [], "customer": null, "channel": "Zelty Caisse",
        "virtual_brand_name": null, "first_name": null, "phone": null, "fulfillment_type": null,
        "is_sandbox": false, "user": "Julien",
    }))
}

/// Computes the price of an order from its entries and what is taken off.
pub(super) fn compute_price(order: &mut Value) {
    let items = sum(&order["items"], |it| {
        cents(&it["price"]["final_amount_inc_tax"])
    });
    let off = sum(&order["price"]["discounts"], |it| {
        cents(&it["amount_inc_tax"])
    });
    order["price"]["final_amount_inc_tax"] = json!(items - off);
    let taxes: Vec<Value> = order["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| {
            let rate = item["tax"]["tax_rate"].as_i64()?;
            let amount = cents(&item["price"]["final_amount_inc_tax"]);
            let without = amount * 10_000 / (10_000 + rate);
            Some(json!({ "rate": rate, "inc_tax": amount, "exc_tax": without,
                         "amount": amount - without }))
        })
        .collect();
    let without = taxes.iter().map(|tax| cents(&tax["exc_tax"])).sum::<i64>();
    order["price"]["final_amount_exc_tax"] = json!(without);
    order["price"]["taxes"] = json!(taxes);
}

/// Stores an order.
pub(super) fn put(tx: &StoreTx<'_>, order: &Value) -> Result<(), Refusal> {
    let remote_id = order["remote_id"].as_str();
    tx.put(
        RecordKind::Order,
        &order["id"].to_string(),
        remote_id,
        order,
    )?;
    Ok(())
}

/// The open order of that id.
pub(super) fn find_open(tx: &StoreTx<'_>, id: &str) -> Result<Value, Refusal> {
    let order = tx.find(RecordKind::Order, id)?.ok_or(Refusal::NotFound)?;
    if is_open(&order) {
        Ok(order)
    } else {
        Err(Refusal::field("id", "Order is not opened"))
    }
}

/// Adds payments. One whose `remote_id` is there already is left out without a word.
pub(super) fn add_transactions(
    tx: &StoreTx<'_>,
    order: &mut Value,
    transactions: &Value,
    now: Timestamp,
) -> Result<(), Refusal> {
    let methods = tx.list(RecordKind::TransactionMethod)?;
    for sent in transactions.as_array().into_iter().flatten() {
        let method = methods
            .iter()
            .filter(|method| method["disable"] != true)
            .find(|method| match &sent["id_transaction_method"] {
                Value::Null => method["name"] == sent["name"] && sent["name"].is_string(),
                id => method["id"] == *id,
            })
            .ok_or_else(|| Refusal::field("transactions", "Méthode de paiement invalide"))?;
        let price = sent["price"].as_i64().filter(|price| *price != 0);
        let price = price.ok_or_else(|| Refusal::field("transactions.price", "Invalid price"))?;
        let remote_id = &sent["remote_id"];
        if !remote_id.is_null() && !remote_id.as_str().is_some_and(is_uuid_v4) {
            return Err(Refusal::field(
                "transactions.remote_id",
                "Must be a UUID v4",
            ));
        }
        let list = order["transactions"].as_array_mut();
        let Some(list) = list else { continue };
        let is_known = list.iter().any(|it| it["remote_id"] == *remote_id);
        if !remote_id.is_null() && is_known {
            continue;
        }
        let id = 900_000 + list.len();
        list.push(json!({
            "id": id, "remote_id": remote_id, "id_transaction_method": method["id"],
            "price": price, "date": now.to_string(), "device_id": 47_553,
            "method": method,
        }));
    }
    Ok(())
}

fn is_uuid_v4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && text.chars().all(|it| it == '-' || it.is_ascii_hexdigit())
        && parts[2].starts_with('4')
}

/// Closes an order that has entries and is fully paid.
pub(super) fn close(tx: &StoreTx<'_>, order: &mut Value, now: Timestamp) -> Result<(), Refusal> {
    let has_items = order["items"].as_array().is_some_and(|it| !it.is_empty());
    if !has_items {
        return Err(Refusal::field("items", "Order is empty"));
    }
    if paid(order) != due(order) {
        return Err(Refusal::field("transactions", "Order is not fully paid"));
    }
    order["status"] = json!("closed");
    order["closed_at"] = json!(now.to_string());
    put(tx, order)?;
    record_status(tx, order, "ended", now)?;
    let restaurant = order["id_restaurant"].as_i64();
    record(tx, now, "order.ended", restaurant, &ended_order(order))?;
    Ok(())
}

/// Cancels an open order.
pub(super) fn cancel(tx: &StoreTx<'_>, order: &mut Value, now: Timestamp) -> Result<(), Refusal> {
    order["status"] = json!("cancelled");
    put(tx, order)?;
    record_status(tx, order, "cancelled", now)
}

/// Has the kitchen begin, or says that the order is ready.
pub(super) fn set_kitchen_status(
    tx: &StoreTx<'_>,
    order: &mut Value,
    status: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    order["kitchen_status"] = json!(status);
    put(tx, order)?;
    record_status(tx, order, status, now)
}

fn record_status(
    tx: &StoreTx<'_>,
    order: &Value,
    status: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let data = json!({
        "id": order["id"], "uuid": order["uuid"], "restaurant_id": order["id_restaurant"],
        "remote_id": order["remote_id"], "status": status,
        "kitchen_status": order["kitchen_status"].as_str().unwrap_or("preparation"),
    });
    let restaurant = order["id_restaurant"].as_i64();
    record(tx, now, "order.status.update", restaurant, &data)?;
    Ok(())
}

/// A whole order in the older format: numbers for words, entries in `contents`.
fn ended_order(order: &Value) -> Value {
    let mode = match order["mode"].as_str() {
        Some("takeaway") => 1,
        Some("delivery") => 2,
        _ => 0,
    };
    json!({
        "id": order["id"], "uuid": order["uuid"], "comment": order["comment"],
        "device_id": order["device_id"], "closed_by_device_id": order["device_id"],
        "remote_id": order["remote_id"], "ref": cents(&order["id"]) % 1000, "loyalty": 0,
        "covers": order["seats"], "table": cents(&order["table"]),
        "id_restaurant": order["id_restaurant"], "created_at": order["created_at"],
        "due_date": order["due_date"], "mode": mode, "source": 0, "status": PAID_AT_CREATION,
        "total_discount": 0, "price": due(order), "contents": order["items"],
        "channel": order["channel"], "virtual_brand_name": order["virtual_brand_name"],
        "transactions": order["transactions"], "user": order["user"],
    })
}
