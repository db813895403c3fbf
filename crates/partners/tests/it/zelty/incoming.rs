//! From an order of Zelty to an order of the hub: each rule is a test.

use client::order::{Currency, CustomerListId, OrderStatus};
use partners::zelty_api::{StatusWord, ZeltyCustomer, ZeltyOrder};
use partners::zelty_bridge::mapping::{
    BridgeOptions, IncomingContext, hub_status, incoming_change, incoming_customer, incoming_order,
};
use serde_json::{Value, json};

use super::support::hub_order;

fn till_order(change: Value) -> ZeltyOrder {
    let mut order = json!({
        "id": 204_276_623, "remote_id": null, "ref": "t44", "status": "opened", "mode": "eat_in",
        "table": 10, "comment": "Vite", "items": [{
            "id": 1000, "type": "dish", "item_id": "1974", "name": "Margherita",
            "price": { "base_original_amount_inc_tax": 950, "original_amount_inc_tax": 1100 },
            "tax": { "tax_rate": 1000 },
            "modifiers": [{ "id": 25101, "name": "Mozzarella", "quantity": 1,
                            "price": { "original_amount_inc_tax": 150 } }],
        }],
        "transactions": [{ "id": 900_000, "id_transaction_method": 14055, "price": 1100,
                           "method": { "name": "CB" } }],
        "price": { "final_amount_inc_tax": 1100, "discounts": [] }, "customer": null,
    });
    for (name, value) in change.as_object().unwrap() {
        order[name] = value.clone();
    }
    serde_json::from_value(order).unwrap()
}

fn with_context<T>(
    list: Option<&CustomerListId>,
    run: impl FnOnce(&IncomingContext<'_>) -> T,
) -> T {
    let options = BridgeOptions::default();
    run(&IncomingContext {
        currency: Currency::EUR,
        customer_list: list,
        options: &options,
    })
}

/// What is sent to the hub, as JSON.
fn sent(change: Value) -> Value {
    let order = till_order(change);
    with_context(None, |context| {
        serde_json::to_value(incoming_order(&order, context)).unwrap()
    })
}

#[test]
fn a_dish_is_an_item_with_its_price_without_options() {
    let item = &sent(json!({}))["items"][0];
    assert_eq!(item["product_name"], "Margherita");
    assert_eq!(item["sku_ref"], "1974");
    assert_eq!(item["price"], "9.50 EUR");
    assert_eq!(item["quantity"], "1.0");
    assert_eq!(item["tax_rate"], "10.0");
}

#[test]
fn a_modifier_is_an_option() {
    let option = &sent(json!({}))["items"][0]["options"][0];
    let expected = json!({ "option_list_name": "Options", "name": "Mozzarella", "ref": "25101",
                           "price": "1.50 EUR", "quantity": 1 });
    assert_eq!(*option, expected);
}

#[test]
fn a_menu_is_a_deal_whose_first_dish_has_its_price() {
    let dish = |id: i64, name: &str, supplement: i64| {
        json!({ "item_id": id, "type": "dish", "name": name, "part_name": "P",
                "price": { "base_original_amount_inc_tax": supplement } })
    };
    let menu = json!({ "id": 1000, "item_id": 59583, "type": "menu", "name": "Menu midi",
        "price": { "base_original_amount_inc_tax": 1400 }, "tax": { "tax_rate": null },
        "items": [dish(1974, "Margherita", 0), dish(1976, "Tiramisu", 50)] });
    let order = sent(json!({ "items": [menu] }));
    assert_eq!(
        order["deals"]["0"],
        json!({ "name": "Menu midi", "ref": "59583" })
    );
    assert_eq!(order["items"][0]["price"], "14.00 EUR");
    assert_eq!(order["items"][1]["price"], "0.50 EUR");
    assert_eq!(order["items"][1]["deal_line"]["deal_key"], "0");
}

#[test]
fn a_transaction_is_a_payment() {
    let payment = &sent(json!({}))["payments"][0];
    assert_eq!(
        (&payment["name"], &payment["ref"]),
        (&json!("CB"), &json!("14055"))
    );
    assert_eq!(payment["amount"], "11.00 EUR");
}

#[test]
fn a_discount_has_its_name_and_amount() {
    let price = json!({ "final_amount_inc_tax": 1000,
                        "discounts": [{ "id": 7, "name": "Remise", "amount_inc_tax": 100 }] });
    let discount = &sent(json!({ "price": price }))["discounts"][0];
    assert_eq!(
        (&discount["name"], &discount["price_off"]),
        (&json!("Remise"), &json!("1.00 EUR"))
    );
}

#[test]
fn numbers_notes_and_table_have_their_places() {
    let order = sent(json!({ "remote_id": "X-1" }));
    assert_eq!(
        (&order["collection_code"], &order["ref"]),
        (&json!("t44"), &json!("X-1"))
    );
    assert_eq!(order["private_ref"], "204276623");
    assert_eq!(order["customer_notes"], "Vite");
    assert_eq!(order["custom_fields"]["restaurant"]["table_name"], "10");
    assert_eq!(order["service_type"], "eat_in");
}

#[test]
fn a_customer_is_found_by_the_id_of_zelty() {
    let order = till_order(json!({ "customer": { "id": 42, "fname": "Ada" } }));
    let list = CustomerListId::parse("list1").unwrap();
    let sent = with_context(Some(&list), |context| {
        serde_json::to_value(incoming_order(&order, context)).unwrap()
    });
    assert_eq!(sent["customer_private_ref"], "42");
    assert_eq!(sent["customer_list_id"], "list1");
}

#[test]
fn a_customer_has_all_that_zelty_knows() {
    let customer: ZeltyCustomer = serde_json::from_value(json!({
        "id": 42, "fname": "Ada", "name": "Byron", "mail": "ada@example.com", "phone": "+33612345678",
        "birthday": "1990-12-10", "company": "Analytique", "sms_optin": true, "mail_optin": null,
    }))
    .unwrap();
    let details = serde_json::to_value(incoming_customer(&customer)).unwrap();
    let expected = json!({ "email": "ada@example.com", "first_name": "Ada", "last_name": "Byron",
        "birth_date": "1990-12-10", "company_name": "Analytique", "phone": "+33612345678",
        "sms_marketing": true });
    assert_eq!(details, expected);
}

#[test]
fn a_new_order_is_accepted_and_statuses_are_mapped() {
    assert_eq!(sent(json!({}))["status"], "accepted");
    for (word, status) in [
        ("production", Some(OrderStatus::InPreparation)),
        ("ready", Some(OrderStatus::AwaitingCollection)),
        ("ended", Some(OrderStatus::Completed)),
        ("closed", Some(OrderStatus::Completed)),
        ("cancelled", Some(OrderStatus::Cancelled)),
        ("opened", None),
    ] {
        assert_eq!(hub_status(&StatusWord::from_word(word)), status, "{word}");
    }
}

#[test]
fn the_number_255_says_nothing() {
    assert_eq!(sent(json!({ "status": 255 }))["status"], "accepted");
}

#[test]
fn null_and_missing_are_read_alike() {
    let null =
        json!({ "id": 1, "items": null, "transactions": null, "price": null, "table": null });
    let null: ZeltyOrder = serde_json::from_value(null).unwrap();
    let missing: ZeltyOrder = serde_json::from_value(json!({ "id": 1 })).unwrap();
    assert_eq!(null, missing);
}

#[test]
fn what_is_gone_is_deleted_and_what_is_new_is_added() {
    let hub = hub_order(json!({ "status": "accepted", "items": [
        { "product_name": "Eau", "private_ref": "999", "price": "2.00 EUR", "quantity": "1" },
    ] }));
    let order = till_order(json!({ "status": "production" }));
    let patch = with_context(None, |context| incoming_change(&hub, &order, context)).unwrap();
    let patch = serde_json::to_value(patch).unwrap();
    assert_eq!(patch["status"], "in_preparation");
    assert_eq!(
        patch["items"][0],
        json!({ "id": hub.items[0].id.as_str(), "deleted": true })
    );
    assert_eq!(patch["items"][1]["product_name"], "Margherita");
    assert_eq!(patch["payments"][0]["amount"], "11.00 EUR");
}

#[test]
fn the_hubs_own_order_keeps_its_items() {
    let hub = hub_order(json!({ "status": "accepted" }));
    let order = till_order(json!({ "remote_id": hub.id.as_str(), "status": "ready" }));
    let patch = with_context(None, |context| incoming_change(&hub, &order, context)).unwrap();
    let patch = serde_json::to_value(patch).unwrap();
    assert_eq!(patch, json!({ "status": "awaiting_collection" }));
}
