//! Restaurants, ways to pay, promotions and guests.

use serde_json::{Value, json};

use super::super::store::{RecordKind, StoreTx};
use super::{ApiCall, Refusal};

/// Members of a guest that are taken over as they were sent.
const CUSTOMER_MEMBERS: [&str; 12] = [
    "remote_id",
    "fname",
    "name",
    "company",
    "phone",
    "mail",
    "birthday",
    "card",
    "sms_optin",
    "mail_optin",
    "country_code",
    "addresses",
];

fn find(call: &ApiCall<'_>, kind: RecordKind, id: &str) -> Result<Value, Refusal> {
    call.state.store().find(kind, id)?.ok_or(Refusal::NotFound)
}

/// A restaurant without what only this program knows.
pub(in super::super) fn restaurant_document(mut restaurant: Value) -> Value {
    if let Some(members) = restaurant.as_object_mut() {
        members.remove("is_sandbox");
    }
    restaurant
}

/// `GET /restaurants`: those that the key can see.
pub(super) fn restaurants(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let all = call.state.store().list(RecordKind::Restaurant)?;
    let visible = all.into_iter().filter(|it| call.may_see(&it["id"]));
    let visible: Vec<Value> = visible.map(restaurant_document).collect();
    Ok(json!({ "restaurants": visible }))
}

/// `GET /restaurants/:id`.
pub(super) fn restaurant(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let restaurant = find(call, RecordKind::Restaurant, id)?;
    if !call.may_see(&restaurant["id"]) {
        return Err(Refusal::NotFound);
    }
    Ok(json!({ "restaurant": restaurant_document(restaurant) }))
}

/// `GET /restaurants/:id/dishes_availability`: all dishes and values, each with its flag.
pub(super) fn availability(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let restaurant = find(call, RecordKind::Restaurant, id)?;
    if !call.may_see(&restaurant["id"]) {
        return Err(Refusal::NotFound);
    }
    let id = &restaurant["id"];
    call.state.store().write(|tx| {
        let sold_out = tx.list(RecordKind::SoldOut)?;
        let is_sold_out = |kind: &str, thing: &Value| {
            sold_out
                .iter()
                .any(|it| it["kind"] == kind && it["thing"] == *thing && it["restaurant"] == *id)
        };
        let mut dishes = Vec::new();
        for dish in tx.list(RecordKind::Dish)? {
            dishes.push(json!({
                "id_dish": dish["id"], "dish_remote_id": null, "id_restaurant": id,
                "restaurant_remote_id": null, "outofstock": is_sold_out("dish", &dish["id"]),
            }));
        }
        let mut values = Vec::new();
        for option in tx.list(RecordKind::Option)? {
            for value in option["values"].as_array().into_iter().flatten() {
                values.push(json!({
                    "id_option": option["id"], "option_remote_id": null,
                    "id_option_value": value["id"], "option_value_remote_id": null,
                    "outofstock": is_sold_out("option_value", &value["id"]),
                    "id_restaurant": id, "restaurant_remote_id": null,
                }));
            }
        }
        Ok(json!({ "dishes": dishes, "options_values": values }))
    })
}

/// `GET /transaction-methods`.
pub(super) fn methods(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let methods = call.state.store().list(RecordKind::TransactionMethod)?;
    Ok(json!({ "transaction_methods": methods }))
}

/// `GET /transaction-methods/:id`.
pub(super) fn method(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    let method = find(call, RecordKind::TransactionMethod, id)?;
    Ok(json!({ "transaction_method": method }))
}

/// `GET /coupons`: only those without a code come by themselves.
pub(super) fn coupons(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let coupons = call.state.store().list(RecordKind::Coupon)?;
    let automatic = coupons.into_iter().filter(|it| it["code"].is_null());
    let page = call.query.page(automatic.collect(), 100, 500);
    Ok(json!({ "coupons": page, "offset": call.query.number("offset").unwrap_or_default() }))
}

/// `GET /coupons/:id`.
pub(super) fn coupon(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    Ok(json!({ "coupon": find(call, RecordKind::Coupon, id)?, "ret": 0 }))
}

/// `GET /customers`.
pub(super) fn customers(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let customers = call.state.store().list(RecordKind::Customer)?;
    let found = customers.into_iter().filter(|customer| {
        [("mail", "mail"), ("phone", "phone"), ("cardnum", "card")]
            .iter()
            .all(|(parameter, member)| {
                let wanted = call.query.get(parameter);
                wanted.is_none_or(|wanted| customer[*member] == wanted)
            })
    });
    Ok(json!({ "customers": call.query.page(found.collect(), 100, 1000) }))
}

/// `GET /customers/:id`.
pub(super) fn customer(call: &ApiCall<'_>, id: &str) -> Result<Value, Refusal> {
    Ok(json!({ "customer": find(call, RecordKind::Customer, id)? }))
}

/// `POST /customers`: looks for a guest who is there already only when asked to.
pub(super) fn upsert_customer(call: &ApiCall<'_>) -> Result<Value, Refusal> {
    let sent = call.json()?;
    let checks = call.query.is_true("check_existing");
    let customer = call
        .state
        .store()
        .write(|tx| put_customer(tx, &sent, checks))?;
    Ok(json!({ "customer": customer }))
}

/// Makes or updates a guest: known by id, remote id, mail or phone.
pub(super) fn put_customer(
    tx: &StoreTx<'_>,
    sent: &Value,
    checks_existing: bool,
) -> Result<Value, Refusal> {
    let known = if checks_existing {
        tx.list(RecordKind::Customer)?.into_iter().find(|known| {
            ["id", "remote_id", "mail", "phone"]
                .iter()
                .any(|member| !sent[*member].is_null() && sent[*member] == known[*member])
        })
    } else {
        None
    };
    let mut customer = match known {
        Some(known) => known,
        None => json!({
            "id": tx.next_id(RecordKind::Customer)?, "uuid": super::super::events::uuid_v4()?,
            "remote_id": null, "fname": null, "name": null, "company": null, "country_code": null,
            "last_restaurant_id": null, "other": null, "loyalty": 0, "balance": 0, "card": null,
            "phone": null, "mail": null, "birthday": null, "sms_optin": null, "mail_optin": null,
            "addresses": [],
        }),
    };
    for member in CUSTOMER_MEMBERS {
        if !sent[member].is_null() {
            customer[member] = sent[member].clone();
        }
    }
    let has_name = ["fname", "name", "company"]
        .iter()
        .any(|member| customer[*member].as_str().is_some_and(|it| !it.is_empty()));
    if !has_name {
        return Err(Refusal::field("customer", "A name is mandatory"));
    }
    let remote_id = customer["remote_id"].as_str();
    tx.put(
        RecordKind::Customer,
        &customer["id"].to_string(),
        remote_id,
        &customer,
    )?;
    Ok(customer)
}
