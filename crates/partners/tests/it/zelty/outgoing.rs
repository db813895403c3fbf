//! From an order of the hub to an order of Zelty: each rule is a test.

use client::order::{Order, OrderStatus};
use partners::zelty_api::{NewEntry, OrderSource};
use partners::zelty_bridge::mapping::{
    BridgeLanguage, BridgeOptions, FallbackTicket, OrderNote, OrderRefusal, OutgoingOrder,
    SentElements, StatusAction, outgoing_additions, outgoing_order, status_action, transaction_id,
};
use serde_json::{Value, json};

use super::support::{Zelty, context, hub_order};

async fn mapped_by(options: &BridgeOptions, change: Value) -> Result<OutgoingOrder, OrderRefusal> {
    let menu = Zelty::start().await.menu().await;
    outgoing_order(&hub_order(change), &context(&menu, options))
}

async fn mapped(change: Value) -> OutgoingOrder {
    mapped_by(&BridgeOptions::default(), change).await.unwrap()
}

async fn refused(change: Value) -> OrderRefusal {
    mapped_by(&BridgeOptions::default(), change)
        .await
        .unwrap_err()
}

/// What is sent, as JSON.
async fn sent(change: Value) -> Value {
    serde_json::to_value(mapped(change).await.order).unwrap()
}

fn item(change: Value) -> Value {
    let mut item = json!({ "product_name": "Margherita", "sku_ref": "1974", "price": "9.00 EUR",
                           "quantity": "1.0" });
    for (name, value) in change.as_object().unwrap() {
        item[name] = value.clone();
    }
    json!([item])
}

fn address() -> Value {
    json!({ "first_name": "Ada", "last_name": "Byron", "phone": "06 12 34 56 78",
            "address_1": "12 bis rue de Rivoli", "address_2": "Bât. A", "postal_code": "75001",
            "city": "Paris", "delivery_notes": "3e étage", "latitude": "48.85", "longitude": "2.35" })
}

#[tokio::test]
async fn the_order_id_is_the_remote_id() {
    assert_eq!(sent(json!({})).await["remote_id"], "ord1");
}

#[tokio::test]
async fn an_item_without_a_ref_is_skipped_and_the_rest_is_sent() {
    let mut items = item(json!({}));
    let sauce =
        json!({ "product_name": "Sauce", "sku_ref": "S-1", "price": "1.00 EUR", "quantity": "2" });
    items.as_array_mut().unwrap().push(sauce);
    let mapped = mapped(json!({ "items": items, "total": "11.00 EUR" })).await;
    assert_eq!(mapped.order.items.len(), 1);
    let note = OrderNote::LineSkipped {
        quantity: "2".into(),
        name: "Sauce".into(),
    };
    assert!(mapped.notes.contains(&note), "{:?}", mapped.notes);
    assert_eq!(
        mapped.order.comment.as_deref(),
        Some("Hors caisse : 2 × Sauce")
    );
    assert_eq!(mapped.order.total, Some(900));
}

#[tokio::test]
async fn an_unknown_number_refuses_the_order() {
    let refusal = refused(json!({ "items": item(json!({ "sku_ref": "1" })) })).await;
    let sentence = refusal.sentence(BridgeLanguage::French);
    assert_eq!(
        sentence,
        "La caisse ne connaît pas l'article Margherita (code 1)."
    );
}

#[tokio::test]
async fn nothing_but_skipped_items_is_refused() {
    let refusal = refused(json!({ "items": item(json!({ "sku_ref": null })) })).await;
    assert_eq!(refusal, OrderRefusal::NothingToSend);
}

#[tokio::test]
async fn a_repeated_quantity_is_repeated_lines() {
    let mapped =
        mapped(json!({ "items": item(json!({ "quantity": "3" })), "total": "27.00 EUR" })).await;
    assert_eq!(mapped.order.items.len(), 3);
    assert_eq!(mapped.order.total, Some(2700));
}

#[tokio::test]
async fn a_fraction_of_an_item_is_refused() {
    let refusal = refused(json!({ "items": item(json!({ "quantity": "1.5" })) })).await;
    assert!(matches!(refusal, OrderRefusal::FractionalQuantity { .. }));
}

#[tokio::test]
async fn the_price_of_a_line_includes_its_options() {
    let options = json!([{ "option_list_name": "S", "name": "Mozzarella", "ref": "25101",
                           "price": "1.50 EUR", "quantity": 2 }]);
    let sent =
        sent(json!({ "items": item(json!({ "options": options })), "total": "12.00 EUR" })).await;
    assert_eq!(sent["items"][0]["price"], 1200);
    let modifier =
        json!({ "option_id": 5517, "option_value_id": 25101, "quantity": 2, "price": 150 });
    assert_eq!(sent["items"][0]["modifiers"], json!([modifier]));
}

#[tokio::test]
async fn a_value_of_another_dish_is_sent_with_a_warning() {
    let options = json!([{ "option_list_name": "C", "name": "Normale", "ref": "25202",
                           "price": "0.00 EUR", "quantity": 1 }]);
    let items = item(json!({ "sku_ref": "1975", "price": "12.50 EUR", "options": options }));
    let mapped = mapped(json!({ "items": items, "total": "12.50 EUR" })).await;
    assert!(matches!(
        mapped.notes[0],
        OrderNote::OptionOfAnotherDish { .. }
    ));
}

#[tokio::test]
async fn an_unknown_value_refuses_the_order() {
    let options = json!([{ "option_list_name": "C", "name": "Bleue", "ref": "1",
                           "price": "0.00 EUR", "quantity": 1 }]);
    let refusal = refused(json!({ "items": item(json!({ "options": options })) })).await;
    assert!(matches!(
        refusal,
        OrderRefusal::UnknownOption { reference: 1, .. }
    ));
}

#[tokio::test]
async fn notes_of_items_and_orders_are_comments_that_are_cut() {
    let items = item(json!({ "customer_notes": "n".repeat(150) }));
    let mapped = mapped(json!({ "items": items, "customer_notes": "o".repeat(300) })).await;
    let NewEntry::Dish { comment, .. } = &mapped.order.items[0] else {
        panic!("no dish")
    };
    assert_eq!(comment.as_ref().unwrap().len(), 140);
    assert_eq!(mapped.order.comment.unwrap().len(), 256);
}

#[tokio::test]
async fn a_tax_rate_is_sent_in_hundredths() {
    let sent = sent(json!({ "items": item(json!({ "tax_rate": "5.5" })) })).await;
    assert_eq!(sent["items"][0]["tax"], json!({ "tax_rate": 550 }));
}

#[tokio::test]
async fn names_of_products_are_not_sent() {
    let sent = sent(json!({})).await.to_string();
    assert!(!sent.contains("Margherita"));
}

fn deal(lines: &[(&str, &str, &str)]) -> Value {
    let items: Vec<Value> = lines
        .iter()
        .map(|(name, sku, price)| {
            json!({ "product_name": name, "sku_ref": sku, "price": price, "quantity": "1",
                    "deal_line": { "deal_key": "0" } })
        })
        .collect();
    json!({ "items": items, "deals": { "0": { "name": "Menu midi", "ref": "59583" } },
            "total": "14.00 EUR" })
}

#[tokio::test]
async fn a_deal_is_a_menu_whose_lines_are_matched_to_parts_in_order() {
    let order = deal(&[
        ("Margherita", "1974", "14.00 EUR"),
        ("Tiramisu", "1976", "0.00 EUR"),
    ]);
    let sent = sent(order).await;
    let menu = json!({ "type": "menu", "id": 59583, "price": 1400, "dishes": [
        { "id_part": 94721, "id": 1974 }, { "id_part": 94722, "id": 1976 }] });
    assert_eq!(sent["items"], json!([menu]));
}

#[tokio::test]
async fn a_menu_with_fewer_dishes_than_parts_is_refused() {
    let refusal = refused(deal(&[("Margherita", "1974", "14.00 EUR")])).await;
    let sentence = refusal.sentence(BridgeLanguage::French);
    assert_eq!(
        sentence,
        "Le menu Menu midi est incomplet : il manque Dessert."
    );
}

#[tokio::test]
async fn a_dish_that_is_not_in_the_menu_is_refused() {
    let order = deal(&[
        ("Limonade", "1977", "14.00 EUR"),
        ("Tiramisu", "1976", "0.00 EUR"),
    ]);
    assert!(matches!(
        refused(order).await,
        OrderRefusal::DishNotInMenu { .. }
    ));
}

#[tokio::test]
async fn a_deal_without_a_ref_is_sent_dish_by_dish_and_an_unknown_one_refused() {
    let mut order = deal(&[
        ("Margherita", "1974", "9.00 EUR"),
        ("Tiramisu", "1976", "5.00 EUR"),
    ]);
    order["deals"]["0"]["ref"] = Value::Null;
    assert_eq!(mapped(order.clone()).await.order.items.len(), 2);
    order["deals"]["0"]["ref"] = json!("1");
    assert!(matches!(
        refused(order).await,
        OrderRefusal::UnknownMenu { .. }
    ));
}

#[tokio::test]
async fn charges_are_dishes() {
    let charges = json!([
        { "type": "delivery", "name": "Livraison", "ref": "1979", "price": "3.00 EUR" },
        { "type": "other", "name": "Sac", "ref": null, "price": "0.10 EUR" },
    ]);
    let mapped = mapped(json!({ "charges": charges, "total": "12.10 EUR" })).await;
    assert_eq!(mapped.order.items[1].price(), 300);
    assert_eq!(mapped.order.items.len(), 2);
}

#[tokio::test]
async fn two_discounts_are_one_promotion_with_their_sum() {
    let discounts = json!([
        { "name": "Fidélité", "price_off": "1.00 EUR" },
        { "name": "Bienvenue", "ref": "1210137", "price_off": "0.50 EUR" },
    ]);
    let sent = sent(json!({ "discounts": discounts, "total": "7.50 EUR" })).await;
    assert_eq!(
        (&sent["id_promotion"], &sent["promotion_discount"]),
        (&json!(1_210_137), &json!(150))
    );
    assert_eq!(sent["total"], 750);
}

#[tokio::test]
async fn an_unknown_promotion_refuses_the_order() {
    let discounts = json!([{ "name": "X", "ref": "1", "price_off": "1.00 EUR" }]);
    assert!(matches!(
        refused(json!({ "discounts": discounts })).await,
        OrderRefusal::UnknownPromotion { .. }
    ));
}

#[tokio::test]
async fn payments_are_transactions_by_the_id_of_their_method() {
    let payments = json!([
        { "name": "CB", "ref": "14055", "amount": "5.00 EUR" },
        { "name": "Espèces", "ref": "14056", "amount": "4.00 EUR" },
        { "name": "Avoir", "ref": null, "amount": "1.00 EUR" },
    ]);
    let order = json!({ "payments": payments });
    let sent = sent(order.clone()).await;
    assert_eq!(sent["transactions"][0]["id_transaction_method"], 14055);
    assert_eq!(sent["transactions"][1]["price"], 400);
    assert_eq!(sent["transactions"].as_array().unwrap().len(), 2);
    // The id of a payment is a UUID of version 4, and always the same.
    let order = hub_order(order);
    let id = transaction_id(&order, &order.payments[0].id);
    assert_eq!(sent["transactions"][0]["remote_id"], id);
    assert_eq!((id.len(), &id[14..15]), (36, "4"));
}

#[tokio::test]
async fn a_payment_method_that_is_missing_is_named() {
    for reference in ["1", "14058"] {
        let payments =
            json!([{ "name": "Ticket Restaurant", "ref": reference, "amount": "9.00 EUR" }]);
        let refusal = refused(json!({ "payments": payments })).await;
        let sentence = refusal.sentence(BridgeLanguage::French);
        assert!(
            sentence.starts_with("Méthode de paiement manquante en caisse : Ticket Restaurant")
        );
    }
}

#[tokio::test]
async fn the_service_type_is_the_mode() {
    for (service_type, mode) in [("collection", "takeaway"), ("eat_in", "eat_in")] {
        assert_eq!(
            sent(json!({ "service_type": service_type })).await["mode"],
            mode
        );
    }
}

#[tokio::test]
async fn the_three_cases_of_who_delivers() {
    let mut registered = address();
    registered["id"] = json!("cus1");
    for (customer, reference, expected) in [
        (
            registered.clone(),
            Some("LIV_PARTENAIRE"),
            "deliver_by_partner",
        ),
        (registered, None, "deliver_by_restaurant"),
        (address(), None, "deliver_by_partner"),
    ] {
        let order = json!({ "service_type": "delivery", "service_type_ref": reference,
                            "customer": customer });
        assert_eq!(sent(order).await["fulfillment_type"], expected);
    }
}

#[tokio::test]
async fn a_registered_customer_is_made_or_updated() {
    let customer = json!({
        "id": "cus1", "first_name": "Ada", "last_name": "Byron", "company_name": "Analytique",
        "phone": "0612345678", "email": "ada@example.com", "birth_date": "1990-12-10",
        "sms_marketing": true, "email_marketing": false,
        "loyalty_cards": [{ "id": "loy1", "ref": "C-7", "name": null, "balance": "12.0" }],
    });
    let sent = sent(json!({ "customer": customer })).await;
    let expected = json!({
        "remote_id": "cus1", "fname": "Ada", "name": "Byron", "company": "Analytique",
        "phone": "+33612345678", "mail": "ada@example.com", "birthday": "1990-12-10", "card": "C-7",
        "sms_optin": true, "mail_optin": false,
    });
    assert_eq!(sent["customer"], expected);
    assert_eq!(sent.get("first_name"), None);
}

#[tokio::test]
async fn a_customer_without_any_name_gets_one() {
    let customer = json!({ "id": "cus1", "email": "ada@example.com" });
    assert_eq!(
        sent(json!({ "customer": customer })).await["customer"]["fname"],
        "ada"
    );
}

#[tokio::test]
async fn a_guest_is_a_name_and_a_phone_number_with_its_code() {
    let mut customer = address();
    customer["phone_access_code"] = json!("42");
    let sent = sent(json!({ "customer": customer })).await;
    assert_eq!(
        (&sent["first_name"], &sent["phone"]),
        (&json!("Ada Byron"), &json!("+33612345678 42"))
    );
    assert_eq!(
        (&sent["customer"], &sent["address"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn an_address_has_its_number_apart_and_all_directions() {
    let sent = sent(json!({ "service_type": "delivery", "customer": address() })).await;
    let expected = json!({
        "name": "Adresse par défaut", "street_num": "12 bis", "street": "rue de Rivoli",
        "zip_code": "75001", "city": "Paris", "address_more": "Bât. A, 3e étage",
        "location": [48.85, 2.35],
    });
    assert_eq!(sent["address"], expected);
}

#[tokio::test]
async fn a_collection_code_is_the_display_id() {
    let order = sent(json!({ "collection_code": "A12" })).await;
    assert_eq!(order["display_id"], "A12");
    let order = sent(json!({ "collection_code": "ABCDEFGHIJKLM" })).await;
    assert_eq!(order["display_id"], "ABCDEFGHIJ");
}

#[tokio::test]
async fn the_expected_time_is_the_due_date() {
    let time = "2026-03-07T20:30:00+01:00";
    assert_eq!(
        sent(json!({ "expected_time": time })).await["due_date"],
        time
    );
    assert_eq!(sent(json!({})).await.get("due_date"), None);
}

#[tokio::test]
async fn a_table_is_a_number_and_another_one_is_skipped() {
    let at = |name: &str| {
        json!({ "service_type": "eat_in", "total": "9.00 EUR",
                                  "custom_fields": { "restaurant": { "table_name": name } } })
    };
    assert_eq!(sent(at("12")).await["table"], 12);
    let mapped = mapped(at("Terrasse 3")).await;
    assert_eq!(mapped.order.table, None);
    assert!(
        mapped
            .notes
            .contains(&OrderNote::TableSkipped("Terrasse 3".into()))
    );
}

#[tokio::test]
async fn platforms_and_channels_are_sources() {
    for (created_by, channel, source) in [
        ("Uber Eats", "web", Some(OrderSource::UberEats)),
        ("Deliveroo", "x", Some(OrderSource::Deliveroo)),
        ("Just Eat", "x", Some(OrderSource::JustEat)),
        ("Shop", "kiosk", Some(OrderSource::Kiosk)),
        ("Shop", "Ma boutique", None),
    ] {
        let order = json!({ "created_by": created_by, "channel": channel });
        assert_eq!(mapped(order).await.order.source, source);
    }
}

#[tokio::test]
async fn the_connection_name_is_the_virtual_brand() {
    let sent = sent(json!({ "connection_name": "Burger Brigade" })).await;
    assert_eq!(sent["virtual_brand_name"], "Burger Brigade");
}

#[tokio::test]
async fn other_prices_are_a_warning_or_with_the_option_a_refusal() {
    let order = json!({ "items": item(json!({ "price": "8.00 EUR" })), "total": "8.00 EUR" });
    let mapped = mapped(order.clone()).await;
    let note = OrderNote::PricesDiffer {
        sent: 800,
        till: 900,
    };
    assert_eq!(mapped.notes, [note]);
    let options = BridgeOptions {
        refuses_other_prices: true,
        ..BridgeOptions::default()
    };
    let refusal = mapped_by(&options, order).await.unwrap_err();
    assert_eq!(
        refusal,
        OrderRefusal::OtherPrices {
            sent: 800,
            till: 900
        }
    );
}

#[tokio::test]
async fn what_was_added_later_is_sent_and_deletions_are_ignored() {
    let menu = Zelty::start().await.menu().await;
    let options = BridgeOptions::default();
    let before = hub_order(json!({}));
    let first = &before.items[0];
    let after: Order = hub_order(json!({
        "items": [
            { "id": first.id.as_str(), "product_name": "Margherita", "sku_ref": "1974",
              "price": "9.00 EUR", "quantity": "1", "deleted": true },
            { "id": "new1", "product_name": "Tiramisu", "sku_ref": "1976", "price": "6.00 EUR",
              "quantity": "1" },
        ],
        "payments": [{ "ref": "14055", "amount": "6.00 EUR" }],
    }));
    let sent = SentElements::of(&before);
    let added = outgoing_additions(&after, &sent, &context(&menu, &options)).unwrap();
    assert_eq!(added.entries.len(), 1);
    assert_eq!(added.entries[0].price(), 600);
    assert_eq!(added.transactions.len(), 1);
}

#[test]
fn statuses_start_the_kitchen_or_close_what_is_paid() {
    for (status, is_paid, action) in [
        (
            OrderStatus::InPreparation,
            false,
            StatusAction::StartProduction,
        ),
        (OrderStatus::Completed, true, StatusAction::Close),
        (OrderStatus::Cancelled, true, StatusAction::Close),
        (OrderStatus::Completed, false, StatusAction::CannotClose),
        (OrderStatus::Accepted, true, StatusAction::Nothing),
        (OrderStatus::InDelivery, true, StatusAction::Nothing),
    ] {
        assert_eq!(status_action(status, is_paid), action, "{status}");
    }
}

#[test]
fn a_fallback_ticket_says_platform_number_guest_lines_and_cause() {
    let order = hub_order(json!({ "channel": "Uber Eats", "collection_code": "A12",
        "customer": { "first_name": "Ada" }, "items": item(json!({ "sku_ref": "1" })) }));
    let refusal = OrderRefusal::UnknownItem {
        name: "Margherita".into(),
        reference: 1,
    };
    let ticket = FallbackTicket::new(&order, &refusal, BridgeLanguage::French);
    assert_eq!(
        ticket.lines,
        [
            "Uber Eats A12",
            "Ada",
            "1 × Margherita",
            "La caisse ne connaît pas l'article Margherita (code 1).",
        ]
    );
}
