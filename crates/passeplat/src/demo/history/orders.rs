//! What guests order, and who they are.

use fastrand::Rng;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// How an order reaches its guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Delivery,
    Collection,
    EatIn,
}

/// An order before it is placed.
pub(super) struct PlannedOrder {
    pub service: Service,
    pub body: Value,
}

/// Ref, name and cents of what is sold, and how often it is chosen among all.
const DISHES: [(&str, &str, i64, u32); 12] = [
    ("MAR-33", "Margherita", 950, 9),
    ("REI-33", "Reine", 1150, 8),
    ("REI-40", "Reine", 1550, 3),
    ("4FR-33", "Quatre fromages", 1300, 6),
    ("CHE-33", "Chèvre miel", 1250, 4),
    ("SAV-40", "Savoyarde", 1750, 2),
    ("BUR-CLA", "Le Classique", 1090, 5),
    ("BUR-VEG", "Le Potager", 1090, 2),
    ("TIRA", "Tiramisu", 500, 6),
    ("MOU", "Mousse au chocolat", 450, 3),
    ("LIM", "Limonade artisanale 33 cl", 320, 5),
    ("EAU", "Eau minérale 50 cl", 200, 4),
];

const FIRST_NAMES: [&str; 12] = [
    "Camille",
    "Louis",
    "Inès",
    "Hugo",
    "Léa",
    "Nathan",
    "Zoé",
    "Karim",
    "Élise",
    "Mathis",
    "Sofia",
    "Jean-Baptiste",
];
const LAST_NAMES: [&str; 12] = [
    "Moreau",
    "Garcia",
    "Lefèvre",
    "Roux",
    "Fontaine",
    "Chevalier",
    "Benali",
    "Gauthier",
    "Perrin",
    "da Silva",
    "Marchand",
    "Saint-Georges",
];
const STREETS: [&str; 6] = [
    "rue des Tanneurs",
    "quai de la Gare d'Eau",
    "rue du Bœuf",
    "cours des Chartreux",
    "montée du Gourguillon",
    "place des Célestins",
];

/// The order with this number, placed at this moment.
pub(super) fn make(number: usize, placed: Timestamp, random: &mut Rng) -> PlannedOrder {
    let (service, channel) = service(random);
    let mut cents = 0;
    let items: Vec<Value> = (0..random.usize(1..5))
        .map(|_| item(&mut cents, random))
        .collect();
    let mut body = json!({
        "status": "new",
        "ref": format!("{}-{:04}", channel.1, 1000 + number),
        "channel": channel.0,
        "items": items,
        "collection_code": format!("{}{:02}", char::from(b'A' + random.u8(0..26)), number % 100),
    });
    let (service_type, charge) = match service {
        Service::Delivery => ("delivery", 290),
        Service::Collection => ("collection", 0),
        Service::EatIn => ("eat_in", 0),
    };
    body["service_type"] = json!(service_type);
    if charge > 0 {
        body["charges"] = json!([{ "type": "delivery", "name": "Livraison", "ref": "LIV", "price": euros(charge) }]);
    }
    if service == Service::EatIn {
        body["custom_fields"] =
            json!({ "restaurant": { "table_name": format!("T{}", random.u8(1..15)) } });
    } else {
        let expected = placed
            .checked_add(random.i64(30..50).minutes())
            .unwrap_or(placed);
        body["expected_time"] = json!(expected.to_string());
        body["customer"] = customer(number);
    }
    if random.u32(0..100) < 12 {
        body["customer_notes"] = json!("Sans couverts, merci");
    }
    body["payments"] = json!([payment(cents + charge, random)]);
    PlannedOrder { service, body }
}

/// How the guest is served, the channel and the beginning of its refs.
fn service(random: &mut Rng) -> (Service, (&'static str, &'static str)) {
    match random.u32(0..100) {
        0..38 => (Service::Delivery, ("Site web", "WEB")),
        38..70 => (Service::Collection, ("Site web", "WEB")),
        70..82 => (Service::Collection, ("Téléphone", "TEL")),
        _ => (Service::EatIn, ("Borne", "BOR")),
    }
}

fn item(cents: &mut i64, random: &mut Rng) -> Value {
    let all: u32 = DISHES.iter().map(|(.., weight)| weight).sum();
    let mut left = random.u32(0..all);
    let chosen = DISHES.iter().find(|(.., weight)| {
        let is_it = left < *weight;
        left = left.saturating_sub(*weight);
        is_it
    });
    let (reference, name, price, _) = chosen.unwrap_or(&DISHES[0]);
    let quantity = if random.u32(0..100) < 15 { 2 } else { 1 };
    let mut item = json!({
        "sku_ref": reference,
        "product_name": name,
        "price": euros(*price),
        "quantity": quantity.to_string(),
        "tax_rate": "10.0",
    });
    *cents += price * quantity;
    if reference.ends_with("-33") && random.u32(0..100) < 25 {
        item["options"] = json!([{
            "option_list_name": "Suppléments", "name": "Burrata", "ref": "SUP-BUR", "price": euros(300),
        }]);
        *cents += 300 * quantity;
    }
    item
}

fn payment(cents: i64, random: &mut Rng) -> Value {
    let (kind, name, reference) = match random.u32(0..100) {
        0..80 => ("online", "Carte en ligne", "CB"),
        _ => ("cash", "Espèces", "ESP"),
    };
    json!({ "type": kind, "name": name, "ref": reference, "amount": euros(cents) })
}

/// Somebody, by number. Their mail and telephone reach nobody.
fn customer(number: usize) -> Value {
    let first_name = FIRST_NAMES[number % FIRST_NAMES.len()];
    let last_name = LAST_NAMES[number / FIRST_NAMES.len() % LAST_NAMES.len()];
    json!({
        "first_name": first_name,
        "last_name": last_name,
        "phone": format!("+3363998{:04}", number % 10_000),
        "email": format!("guest{number}@clients.example"),
        "address_1": format!("{} {}", 1 + number % 90, STREETS[number % STREETS.len()]),
        "postal_code": format!("6900{}", 1 + number % 9),
        "city": "Lyon",
        "country": "FR",
    })
}

/// Those who are in the customer list.
pub(super) fn customers() -> impl Iterator<Item = Value> {
    (0..30).map(|number| customer(5_000 + number * 7))
}

/// What is left of some things; the rest is not counted.
pub(super) fn stock() -> Value {
    json!([
        { "sku_ref": "TIRA", "stock": "14" },
        { "sku_ref": "MOU", "stock": "3" },
        { "sku_ref": "LIM", "stock": "48" },
        { "sku_ref": "SAV-40", "stock": "0" },
        { "option_ref": "SUP-BUR", "stock": "22" },
    ])
}

fn euros(cents: i64) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}
