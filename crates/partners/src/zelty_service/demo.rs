//! A restaurant to begin with: what it sells, how guests pay, when it is open.

use serde_json::{Value, json};

use super::store::{RecordKind, StoreError, StoreTx};

/// The first restaurant.
pub(super) const FIRST_RESTAURANT: i64 = 5146;

/// Writes the restaurant and its neighbour of the same brand.
pub(super) fn fill(tx: &StoreTx<'_>) -> Result<(), StoreError> {
    for restaurant in [
        restaurant(FIRST_RESTAURANT, "Les Trois Gourmands"),
        restaurant(5134, "Les Trois Gourmands – Confluence"),
    ] {
        put(tx, RecordKind::Restaurant, &restaurant)?;
    }
    for tag in tags() {
        put(tx, RecordKind::Tag, &tag)?;
    }
    for option in options() {
        put(tx, RecordKind::Option, &option)?;
    }
    for dish in dishes() {
        put(tx, RecordKind::Dish, &dish)?;
    }
    for menu in menus() {
        put(tx, RecordKind::Menu, &menu)?;
    }
    for (id, name, kind, is_disabled) in [
        (14_055, "CB", "card", false),
        (14_056, "Espèces", "cash", false),
        (14_057, "Paiement en ligne", "web", false),
        (14_058, "Ticket Restaurant", "ticket_restaurant", true),
    ] {
        let method = json!({
            "id": id, "name": name, "type": kind, "order": id - 14_055,
            "overflow": if kind == "cash" { "change" } else { "disallow" },
            "disable": is_disabled, "ico": null, "accounting_code": null,
        });
        put(tx, RecordKind::TransactionMethod, &method)?;
    }
    put(
        tx,
        RecordKind::Coupon,
        &json!({ "id": 1_210_137, "name": "Offre de bienvenue", "code": "BIENVENUE",
                 "promo_type": "total", "disable": false }),
    )?;
    for (id, name, dishes, menus) in [
        (
            "a1642a0f-23e8-46ad-9b50-64a15bb42b02",
            "Livraison",
            vec![1974, 1975, 1976, 1978],
            vec![59_583],
        ),
        (
            "b2753b10-34f9-47be-8c61-75b26cc53c13",
            "Click and collect",
            vec![1974, 1975, 1977],
            vec![],
        ),
    ] {
        let catalog = json!({ "id": id, "name": name, "dishes": dishes, "menus": menus });
        tx.put(RecordKind::Catalog, id, None, &catalog)?;
    }
    Ok(())
}

fn put(tx: &StoreTx<'_>, kind: RecordKind, document: &Value) -> Result<(), StoreError> {
    tx.put(kind, &document["id"].to_string(), None, document)
}

fn restaurant(id: i64, name: &str) -> Value {
    let every_day = || {
        let days = (1..=7).map(|day| (day.to_string(), json!([[690, 870], [1110, 1350]])));
        days.collect::<serde_json::Map<_, _>>()
    };
    json!({
        "id": id, "remote_id": null, "disable": false, "name": name, "description": "",
        "country_code": "FR", "currency": "EUR", "image": "", "default_lang": "fr",
        "takeaway_delay": 15, "delivery_time": 45, "delay": 0, "delivery_charge": 0,
        "delivery_charge_tva": 2000, "delivery_minimum": 1500, "delivery_no_charge_min": 2500,
        "delivery_hours": every_day(), "opening_hours": every_day(), "opening_hours_txt": null,
        "happy_hours": { "5": [[1020, 1140]] }, "closures": [],
        "address": "8 rue de la République, 69001 Lyon", "phone": "+33478000000",
        "public_name": name, "online_ordering_hidden": false, "loc": null, "is_sandbox": false,
    })
}

fn tags() -> Vec<Value> {
    [
        (468, None, "La carte"),
        (469, Some(468), "Pizzas"),
        (470, Some(468), "Desserts"),
        (471, None, "Boissons"),
        (472, None, "Menus"),
    ]
    .map(|(id, parent, name): (i64, Option<i64>, &str)| {
        json!({
            "id": id, "remote_id": null, "id_parent": parent, "name": name, "description": null,
            "img": null, "color": "169c78", "o": id - 468, "zc_only": false, "zc_hidden": false,
        })
    })
    .into()
}

fn options() -> Vec<Value> {
    let value = |id: i64, name: &str, price: i64| {
        json!({ "id": id, "remote_id": null, "name": name, "description": null,
                "image": null, "price": price })
    };
    vec![
        json!({
            "id": 5517, "remote_id": null, "name": "Suppléments", "disable": false,
            "zc_only": false, "donotpresent": false, "pick_same_value": true,
            "min_choices": 0, "max_choices": 3, "meta": null,
            "values": [value(25_101, "Mozzarella", 150), value(25_102, "Champignons", 100)],
        }),
        json!({
            "id": 5518, "remote_id": null, "name": "Cuisson", "disable": false,
            "zc_only": false, "donotpresent": false, "pick_same_value": false,
            "min_choices": 1, "max_choices": 1, "meta": null,
            "values": [value(25_201, "Bien cuite", 0), value(25_202, "Normale", 0)],
        }),
    ]
}

/// The parts of a dish that differ between dishes.
struct DemoDish {
    id: i64,
    name: &'static str,
    price: i64,
    other_prices: [Option<i64>; 3],
    tax: i64,
    tags: &'static [i64],
    options: &'static [i64],
    is_for_till_only: bool,
}

impl DemoDish {
    fn document(&self) -> Value {
        let [price_togo, price_delivery, happy_price] = self.other_prices;
        json!({
            "id": self.id, "remote_id": null, "id_restaurant": null, "sku": null, "name": self.name,
            "description": null, "image": null, "thumb": null, "price": self.price,
            "price_togo": price_togo, "price_delivery": price_delivery, "happy_price": happy_price,
            "cost_price": null, "tax": self.tax, "tax_takeaway": null, "tax_delivery": null,
            "tags": self.tags, "options": self.options, "id_fabrication_place": 0, "fab_name": null,
            "color": null, "loyalty_points": 0, "loyalty_points_discount": null, "earn_loyalty": 0,
            "price_to_define": false, "weight_for_price": null, "disable": false,
            "disable_takeaway": false, "disable_delivery": false, "disable_before": null,
            "disable_after": null, "o": self.id - 1974, "zc_only": self.is_for_till_only, "meta": {},
        })
    }
}

fn dishes() -> Vec<Value> {
    let dish = |id, name, price, tags: &'static [i64]| DemoDish {
        id,
        name,
        price,
        other_prices: [None; 3],
        tax: 1000,
        tags,
        options: &[],
        is_for_till_only: false,
    };
    [
        DemoDish {
            other_prices: [Some(900), Some(1100), None],
            options: &[5517, 5518],
            ..dish(1974, "Margherita", 950, &[469])
        },
        DemoDish {
            options: &[5517],
            ..dish(1975, "Burrata", 1250, &[469])
        },
        dish(1976, "Tiramisu", 600, &[470]),
        DemoDish {
            other_prices: [None, None, Some(300)],
            tax: 550,
            ..dish(1977, "Limonade", 350, &[471])
        },
        dish(1978, "Eau plate", 200, &[]),
        DemoDish {
            tax: 2000,
            ..dish(1979, "Frais de livraison", 300, &[])
        },
        DemoDish {
            is_for_till_only: true,
            ..dish(1980, "Repas du personnel", 0, &[])
        },
    ]
    .iter()
    .map(DemoDish::document)
    .collect()
}

fn menus() -> Vec<Value> {
    let part = |id: i64, name: &str, dishes: Value, supplements: Value| {
        json!({ "id": id, "remote_id": null, "name": name, "description": null, "max": 1,
                "required": true, "dishes": dishes, "price": 0, "suite": 1,
                "dishes_prices": supplements })
    };
    vec![json!({
        "id": 59_583, "remote_id": null, "name": "Menu midi", "description": "Pizza et dessert",
        "image": null, "thumb": null, "price": 1400, "price_togo": null, "price_delivery": null,
        "sup": 0, "tags": [472], "disable": false, "o": 0, "meta": {},
        "parts": [
            part(94_721, "Pizza", json!([1974, 1975]), json!({ "1975": 200 })),
            part(94_722, "Dessert", json!([1976]), json!([])),
        ],
    })]
}
