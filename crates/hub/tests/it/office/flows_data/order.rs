use hub::users::permissions::Role;

use super::order;
use crate::support::{TestHub, Value, json};

/// An order with everything that the page shows.
fn everything() -> Value {
    json!({
        "channel": "Appli mobile",
        "service_type": "delivery",
        "service_type_ref": "LIV",
        "asap": true,
        "customer_notes": "Sans sonner",
        "collection_code": "A12",
        "coupon_codes": ["BIENVENUE"],
        "items": [
            {
                "product_name": "Quatre saisons", "sku_name": "33 cm", "sku_ref": "4S",
                "price": "12.50 EUR", "quantity": "2", "tax_rate": "10.0",
                "customer_notes": "Bien cuite",
                "options": [
                    { "option_list_name": "Suppléments", "name": "Burrata", "price": "3.00 EUR" },
                    { "option_list_name": "Sans", "name": "Olives", "removed": true },
                ],
                "deal_line": { "deal_key": "0", "label": "Plat" },
            },
        ],
        "deals": { "0": { "name": "Duo du soir", "ref": "DUO" } },
        "discounts": [{ "name": "Fidèle", "ref": "FID", "price_off": "2.00 EUR" }],
        "charges": [{ "name": "Livraison", "type": "delivery", "price": "2.90 EUR" }],
        "payments": [{ "type": "cash", "amount": "20.00 EUR" }],
        "total": "32.00 EUR",
        "customer": {
            "first_name": "Ada", "last_name": "Lovelace", "phone": "+33612345678",
            "address_1": "12 rue Neuve", "postal_code": "69002", "city": "Lyon",
        },
        "custom_fields": { "restaurant": { "table_name": "T4" } },
    })
}

#[test]
fn an_order_shows_what_was_ordered_by_whom_and_what_is_left_to_pay() {
    let hub = TestHub::start();
    let id = order(&hub.client("Site"), "LUM-1", everything());
    let page = hub
        .reader(Role::BackOfficeViewer, None)
        .page(&format!("/orders/{id}"));
    for shown in [
        "Commande LUM-1",
        "Appli mobile",
        "Dès que possible",
        "Sans sonner",
        "BIENVENUE",
        "Quatre saisons",
        "33 cm",
        "TVA 10\u{a0}%",
        "Burrata",
        "<del><bdi>Olives</bdi></del>",
        "Duo du soir · Plat",
        "\u{2212}2,00\u{a0}€",
        "31,90\u{a0}€",
        "0,10\u{a0}€",
        "Espèces",
        "Reste à payer",
        "11,90\u{a0}€",
        "Ada Lovelace",
        "Client de passage",
        "69002 Lyon",
        "table_name",
        "Lyon Bellecour",
    ] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
}

#[test]
fn a_rejected_order_says_why_in_plain_words() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let id = order(&till, "LUM-1", json!({}));
    let cause = "Code ref **MAR-XL** inconnu.\n- Voir [l'aide](https://example.com/aide)";
    till.patch(
        &format!("/location/orders/{id}"),
        json!({
            "status": "rejected",
            "custom_fields": { "epos": { "rejection": { "cause": cause } } },
        }),
    )
    .ok();
    let page = hub
        .reader(Role::BackOfficeViewer, None)
        .page(&format!("/orders/{id}"));
    assert!(page.contains("<strong>Le logiciel de caisse a rejeté cette commande.</strong>"));
    assert!(
        page.contains("<bdi>Code ref MAR-XL inconnu.</bdi><br><bdi>• Voir l&#39;aide</bdi>"),
        "{page}"
    );
    assert!(page.contains("href=\"https://example.com/aide\""));
}

#[test]
fn the_whole_order_can_be_had_as_a_file() {
    let hub = TestHub::start();
    let id = order(&hub.client("site"), "LUM-1", json!({}));
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let answer = reader.get(&format!("/orders/{id}.json"));
    assert_eq!(
        answer.header("content-disposition"),
        Some(format!("attachment; filename=\"order-{id}.json\"").as_str())
    );
    assert_eq!(answer.ok()["ref"], "LUM-1");
}

#[test]
fn an_order_of_another_account_or_location_is_not_there() {
    let hub = TestHub::start();
    let id = order(&hub.client("site"), "LUM-1", json!({}));
    let other = hub.another_account();
    let strangers = [
        hub.reader_in(&other.account, Role::FullAdministrator, None),
        hub.reader(Role::FullAdministrator, Some(&hub.second_location)),
        hub.reader(Role::OrderLineOperator, None),
    ];
    for stranger in strangers {
        for path in [
            format!("/orders/{id}"),
            format!("/orders/{id}.json"),
            "/orders/unknown".to_owned(),
            "/orders/%00".to_owned(),
        ] {
            let answer = stranger.get(&path);
            assert_eq!(answer.status, 404, "{path}");
            assert!(!answer.text.contains("LUM-1"));
        }
    }
}
