//! The ready-made goods, and how a form becomes an order (API, chapter Orders).

use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use crate::kit::amount::Amount;
use crate::kit::clock;
use crate::kit::visitor::Posted;

/// Something to order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Good {
    /// Name of the form's fields.
    pub key: &'static str,
    pub name: &'static str,
    pub sku_name: &'static str,
    pub sku_ref: &'static str,
    pub cents: i64,
    pub tax_rate: &'static str,
    /// Key, list, name, ref, cents, removed.
    pub options: &'static [Extra],
}

/// An option of a good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extra {
    pub key: &'static str,
    pub list: &'static str,
    pub name: &'static str,
    pub sku_ref: &'static str,
    pub cents: i64,
    pub removed: bool,
}

const fn extra(
    key: &'static str,
    list: &'static str,
    name: &'static str,
    sku_ref: &'static str,
    cents: i64,
    removed: bool,
) -> Extra {
    Extra {
        key,
        list,
        name,
        sku_ref,
        cents,
        removed,
    }
}

/// The goods on the form. One of them has a ref that no till knows, on purpose.
pub(crate) const GOODS: [Good; 6] = [
    Good {
        key: "margherita",
        name: "Margherita",
        sku_name: "33 cm",
        sku_ref: "MAR-33",
        cents: 950,
        tax_rate: "10.0",
        options: &[
            extra("burrata", "Suppléments", "Burrata", "SUP-BUR", 300, false),
            extra("basilic", "Sans", "Basilic", "ING-BAS", 0, true),
        ],
    },
    Good {
        key: "regina",
        name: "Regina",
        sku_name: "33 cm",
        sku_ref: "REG-33",
        cents: 1250,
        tax_rate: "10.0",
        options: &[
            extra("oeuf", "Suppléments", "Œuf", "SUP-OEU", 150, false),
            extra("olives", "Sans", "Olives", "ING-OLI", 0, true),
        ],
    },
    Good {
        key: "salade",
        name: "Salade César",
        sku_name: "",
        sku_ref: "SAL-CES",
        cents: 890,
        tax_rate: "10.0",
        options: &[extra(
            "vinaigrette",
            "Sauce",
            "Vinaigrette",
            "SAU-VIN",
            0,
            false,
        )],
    },
    Good {
        key: "tiramisu",
        name: "Tiramisu",
        sku_name: "",
        sku_ref: "TIRA",
        cents: 500,
        tax_rate: "10.0",
        options: &[],
    },
    Good {
        key: "eau",
        name: "Eau pétillante",
        sku_name: "50 cl",
        sku_ref: "EAU-50",
        cents: 250,
        tax_rate: "5.5",
        options: &[],
    },
    Good {
        key: "surprise",
        name: "Article sans référence connue",
        sku_name: "",
        sku_ref: "INCONNU-999",
        cents: 100,
        tax_rate: "20.0",
        options: &[],
    },
];

fn money(cents: i64, currency: &str) -> String {
    Amount {
        cents,
        currency: currency.into(),
    }
    .to_api()
}

/// What keeps a form from being an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing was chosen.
    Empty,
    /// A time was wanted and none given.
    NoTime,
}

/// The order that a form describes.
pub(crate) fn order(form: &Posted, currency: &str, timezone: &str) -> Result<Value, Gap> {
    let mut items = Vec::new();
    let mut cents = 0;
    for good in &GOODS {
        let quantity = form.get(good.key).parse::<i64>().unwrap_or(0).clamp(0, 99);
        if quantity == 0 {
            continue;
        }
        let chosen = good
            .options
            .iter()
            .filter(|e| form.has(&format!("{}.{}", good.key, e.key)));
        let mut options = Vec::new();
        let mut unit = good.cents;
        for option in chosen {
            unit += option.cents;
            options.push(json!({
                "option_list_name": option.list, "name": option.name, "ref": option.sku_ref,
                "price": money(option.cents, currency), "removed": option.removed,
            }));
        }
        cents += unit * quantity;
        items.push(json!({
            "product_name": good.name, "sku_name": some(good.sku_name), "sku_ref": good.sku_ref,
            "price": money(good.cents, currency), "quantity": quantity.to_string(),
            "tax_rate": good.tax_rate, "options": options,
        }));
    }
    let mut deals = Map::new();
    if form.has("deal") {
        deals.insert("duo".into(), json!({ "name": "Menu duo", "ref": "DUO" }));
        for (name, sku_ref, price, label) in [
            ("Margherita", "MAR-33", 800, "Pizza"),
            ("Tiramisu", "TIRA", 350, "Dessert"),
        ] {
            cents += price;
            items.push(json!({
                "product_name": name, "sku_ref": sku_ref, "price": money(price, currency),
                "quantity": "1", "tax_rate": "10.0",
                "deal_line": { "deal_key": "duo", "label": label },
            }));
        }
    }
    if items.is_empty() {
        return Err(Gap::Empty);
    }
    let service = form.get("service_type");
    let mut discounts = Vec::new();
    if form.has("discount") {
        cents -= 200;
        discounts.push(json!({
            "name": "Bienvenue", "ref": "BIENVENUE", "price_off": money(200, currency),
        }));
    }
    let mut charges = Vec::new();
    if form.has("delivery_charge") {
        cents += 290;
        charges.push(json!({
            "type": "delivery", "name": "Frais de livraison", "ref": "LIV",
            "price": money(290, currency), "tax_rate": "20.0",
        }));
    }
    let payments = match form.get("payment").as_str() {
        "card" => json!([{ "type": "online", "name": "Carte en ligne", "ref": "CB",
                           "amount": money(cents, currency) }]),
        "cash" => json!([{ "type": "cash", "name": "Espèces", "ref": "ESP",
                           "amount": money(cents, currency) }]),
        _ => json!([]),
    };
    let asap = form.get("when") != "at";
    let expected = if asap {
        None
    } else {
        Some(wanted(&form.get("at"), timezone)?)
    };
    let mut order = json!({
        "status": "new",
        "private_ref": form.get("nonce"),
        "ref": some(&form.get("ref")),
        "service_type": some(&service),
        "asap": asap,
        "expected_time": expected,
        "customer_notes": some(&form.get("customer_notes")),
        "items": items,
        "deals": deals,
        "discounts": discounts,
        "charges": charges,
        "payments": payments,
        "customer": customer(form),
    });
    let channel = form.get("channel");
    if !channel.is_empty() {
        order["channel"] = channel.into();
    }
    let table = form.get("table_name");
    if service == "eat_in" && !table.is_empty() {
        order["custom_fields"] = json!({ "restaurant": { "table_name": table } });
    }
    Ok(order)
}

fn customer(form: &Posted) -> Value {
    let delivered = form.get("service_type") == "delivery";
    let mut customer = Map::new();
    for name in ["first_name", "last_name", "phone", "email"] {
        customer.insert(name.into(), some(&form.get(name)).into());
    }
    if delivered {
        for name in ["address_1", "postal_code", "city", "delivery_notes"] {
            customer.insert(name.into(), some(&form.get(name)).into());
        }
    }
    customer.into()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}

/// `2026-03-07T20:30` of a form, in the location's zone.
fn wanted(text: &str, timezone: &str) -> Result<String, Gap> {
    let local: DateTime = text.parse().map_err(|_| Gap::NoTime)?;
    let zone = clock::zone(timezone);
    let at = local.to_zoned(zone.clone()).map_err(|_| Gap::NoTime)?;
    Ok(clock::iso(at.timestamp(), &zone))
}
