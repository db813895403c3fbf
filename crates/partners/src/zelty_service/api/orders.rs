//! Reading orders, and what can be done to them.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::orders::{
    add_transactions, close as close_order, compute_price, due, find_open, is_open, paid, put,
    set_kitchen_status,
};
use super::super::store::RecordKind;
use super::new_order::{customer, entries, status};
use super::query::Query;
use super::{ApiCall, Refusal};

/// Days that a list may span.
const MAX_DAYS: i32 = 31;

/// The order as it is read: lists that were not asked for are empty, without an error.
pub(super) fn expanded(mut order: Value, query: &Query) -> Value {
    order["status"] = status(&order);
    for (list, name) in [("items", "items"), ("transactions", "transactions")] {
        if !query.expands(name) {
            order[list] = json!([]);
        }
    }
    for list in ["taxes", "discounts"] {
        if !query.expands(&format!("price.{list}")) {
            order["price"][list] = json!([]);
        }
    }
    if !query.expands("customer") {
        order["customer"] = Value::Null;
    }
    if !query.expands("transactions.method")
        && let Some(transactions) = order["transactions"].as_array_mut()
    {
        for transaction in transactions {
            transaction["method"] = Value::Null;
        }
    }
    if let Some(members) = order.as_object_mut() {
        members.remove("is_paid_at_creation");
        members.remove("next_entry");
    }
    order
}

/// `GET /orders`: of some days, or those that are open.
pub(super) fn list(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let query = &call.query;
    let is_opened = query.is_true("opened");
    let days = if is_opened || query.is_true("noz") {
        None
    } else {
        Some(days(query)?)
    };
    let wants_cancelled = query.is_true("include_cancelled");
    let without_training = query.get("is_sandbox") == Some("false");
    let orders = call.state.store().list(RecordKind::Order)?;
    let chosen = orders.into_iter().filter(|order| {
        let created = order["created_at"].as_str().and_then(|it| it.get(..10));
        let is_of_days = days.as_ref().is_none_or(|(from, to)| {
            created.is_some_and(|day| from.as_str() <= day && day <= to.as_str())
        });
        let is_wanted = if is_opened {
            is_open(order)
        } else {
            !is_open(order) && (wants_cancelled || order["status"] != "cancelled")
        };
        let is_of_mode = query.get("mode").is_none_or(|mode| order["mode"] == mode);
        is_of_days
            && is_wanted
            && is_of_mode
            && call.may_see(&order["id_restaurant"])
            && !(without_training && order["is_sandbox"] == true)
    });
    let orders = query.page(chosen.collect(), 100, 200);
    let orders: Vec<Value> = orders.into_iter().map(|it| expanded(it, query)).collect();
    Ok(json!({ "orders": orders }))
}

fn days(query: &Query) -> Result<(String, String), Refusal> {
    let day = |name: &str| {
        let text = query.get(name);
        let text = text.ok_or_else(|| Refusal::InvalidParameter(name.to_owned()))?;
        // A date with a time is no date.
        let date: Date = text.parse().map_err(|_| Refusal::InvalidDate)?;
        if text.len() == 10 {
            Ok(date)
        } else {
            Err(Refusal::InvalidDate)
        }
    };
    let (from, to) = (day("from")?, day("to")?);
    let span = from
        .until(to)
        .map(|span| span.get_days())
        .unwrap_or_default();
    if (0..MAX_DAYS).contains(&span) {
        Ok((from.to_string(), to.to_string()))
    } else {
        Err(Refusal::InvalidParameter("to".to_owned()))
    }
}

/// `GET /order`: by table or by the number on the ticket.
pub(super) fn search(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let table = call.query.number("table");
    let reference = call.query.get("ref");
    let orders = call.state.store().list(RecordKind::Order)?;
    let found: Vec<Value> = orders
        .into_iter()
        .filter(|order| is_open(order) && call.may_see(&order["id_restaurant"]))
        .filter(|order| table.is_none_or(|table| order["table"] == table))
        .filter(|order| reference.is_none_or(|reference| order["ref"] == reference))
        .map(|order| expanded(order, &call.query))
        .collect();
    Ok(json!({ "orders": found }))
}

/// `GET /orders/:id`.
pub(super) fn show(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let order = call.state.store().find(RecordKind::Order, id)?;
    let order = order.filter(|order| call.may_see(&order["id_restaurant"]));
    let order = order.ok_or(Refusal::NotFound)?;
    Ok(json!({ "order": expanded(order, &call.query) }))
}

/// `PATCH /orders/:id`: adds entries, sets the note, and the guest if there is none.
pub(super) fn change(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let sent = call.json()?;
    call.state.store().write(|tx| {
        let mut order = find_open(tx, id)?;
        let added = entries(tx, &sent["items"])?;
        if let (Some(items), Value::Array(added)) = (order["items"].as_array_mut(), added) {
            items.extend(added);
        }
        number_entries(&mut order);
        if !sent["comment"].is_null() {
            order["comment"] = sent["comment"].clone();
        }
        if order["customer"].is_null() && !sent["customer"].is_null() {
            order["customer"] = customer(tx, &sent["customer"], &Value::Null)?;
        }
        compute_price(&mut order);
        order["is_paid_at_creation"] = json!(false);
        put(tx, &order)?;
        Ok(json!({}))
    })
}

/// Gives each new entry an id of its own, which no entry of the order had before.
pub(in super::super) fn number_entries(order: &mut Value) {
    let mut next = order["next_entry"].as_i64().unwrap_or(1_000);
    let items = order["items"].as_array_mut();
    for item in items.into_iter().flatten().filter(|it| it["id"].is_null()) {
        item["id"] = json!(next);
        next += 1;
    }
    order["next_entry"] = json!(next);
}

/// `POST /orders/:id/transactions`.
pub(super) fn pay(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let sent = call.json()?;
    let now = call.state.now();
    call.state.store().write(|tx| {
        let mut order = find_open(tx, id)?;
        add_transactions(tx, &mut order, &sent["transactions"], now)?;
        put(tx, &order)?;
        if sent["close_if_paid"] == true && paid(&order) == due(&order) {
            close_order(tx, &mut order, now)?;
        }
        Ok(json!({}))
    })
}

/// `POST /orders/:id/closure`.
pub(super) fn close(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let now = call.state.now();
    call.state.store().write(|tx| {
        let mut order = find_open(tx, id)?;
        close_order(tx, &mut order, now)?;
        Ok(json!({ "order": expanded(order, &call.query) }))
    })
}

/// `POST /orders/:id/production`.
pub(super) fn produce(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let sent = call.json()?;
    if !sent["entry_ids"].is_array() {
        return Err(Refusal::field("entry_ids", "Mandatory"));
    }
    let now = call.state.now();
    call.state.store().write(|tx| {
        let mut order = find_open(tx, id)?;
        set_kitchen_status(tx, &mut order, "production", now)?;
        Ok(json!({ "order": expanded(order, &call.query) }))
    })
}
