//! What the chain sells: a menu that all locations share, and four dishes of each location's own.

use super::bill::{Choice, Item};
use super::cents::{Cents, Thousandths};

/// Which menu is on the table. Between them the catalogs are replaced: the same things, other prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Lunch,
    Dinner,
}

pub struct Dish {
    pub category: &'static str,
    pub product: &'static str,
    pub size: Option<&'static str>,
    pub sku: String,
    pub price: Cents,
    /// Whether it is sold by the kilogram.
    pub by_weight: bool,
    /// The till keeps its stock.
    pub is_counted: bool,
}

impl Dish {
    /// So much of it, with nothing else.
    pub fn item(&self, quantity: Thousandths) -> Item {
        Item {
            product: self.product,
            size: self.size,
            sku: self.sku.clone(),
            price: self.price,
            quantity,
            options: Vec::new(),
            deal_line: None,
        }
    }
}

pub const CATEGORIES: [(&str, &str); 4] = [
    ("PIZ", "Pizzas"),
    ("DES", "Desserts"),
    ("BOI", "Boissons"),
    ("EPI", "Épicerie"),
];

/// Category, product, size, ref, price at lunch and at dinner, whether it is counted.
type Row = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    Cents,
    Cents,
    bool,
);

const SHARED: [Row; 13] = [
    (
        "PIZ",
        "Margherita",
        Some("26 cm"),
        "MAR-26",
        890,
        950,
        false,
    ),
    (
        "PIZ",
        "Margherita",
        Some("33 cm"),
        "MAR-33",
        1150,
        1250,
        false,
    ),
    (
        "PIZ",
        "Quatre saisons",
        Some("33 cm"),
        "QS-33",
        1350,
        1450,
        false,
    ),
    (
        "PIZ",
        "Savoyarde",
        Some("33 cm"),
        "SAV-33",
        1395,
        1495,
        false,
    ),
    ("PIZ", "Calzone", None, "CAL", 1290, 1390, false),
    ("DES", "Tiramisu", None, "TIRA", 500, 550, true),
    ("DES", "Panna cotta", None, "PANNA", 450, 495, true),
    ("DES", "Café gourmand", None, "CAFE-G", 690, 790, false),
    (
        "BOI",
        "Eau pétillante",
        Some("50 cl"),
        "EAU-50",
        320,
        320,
        true,
    ),
    ("BOI", "Limonade", Some("33 cl"), "LIM-33", 350, 380, true),
    ("BOI", "Café", None, "CAFE", 190, 190, false),
    (
        "EPI",
        "Fromage à la coupe",
        None,
        "FROMAGE-KG",
        2390,
        2390,
        true,
    ),
    (
        "EPI",
        "Olives marinées",
        None,
        "OLIVES-KG",
        1667,
        1667,
        true,
    ),
];

/// The menu of the account's catalog.
pub fn shared(service: Service) -> Vec<Dish> {
    let dish = |row: &Row| Dish {
        category: row.0,
        product: row.1,
        size: row.2,
        sku: row.3.to_owned(),
        price: price_at(service, row.4, row.5),
        by_weight: row.0 == "EPI",
        is_counted: row.6,
    };
    SHARED.iter().map(dish).collect()
}

/// What only this location sells, in its own catalog. All of it but the soup is counted.
pub fn specials(branch: usize, service: Service) -> Vec<Dish> {
    let dear = branch as Cents % 7 * 10;
    let rows = [
        ("PIZ", "Pizza du chef", "CHEF", 1490, 1690),
        ("DES", "Tarte maison", "TARTE", 590, 640),
        ("BOI", "Vin du mois", "VIN", 550, 620),
        ("EPI", "Soupe du jour", SOUP, 650, 720),
    ];
    let dish = |(category, product, sku, lunch, dinner)| Dish {
        category,
        product,
        size: None,
        sku: own(sku, branch),
        price: price_at(service, lunch, dinner) + dear,
        by_weight: false,
        is_counted: sku != SOUP,
    };
    rows.into_iter().map(dish).collect()
}

const SOUP: &str = "SOUPE";

/// The sku of a location's soup.
pub fn soup(branch: usize) -> String {
    own(SOUP, branch)
}

fn own(sku: &str, branch: usize) -> String {
    format!("{sku}-{branch:02}")
}

fn price_at(service: Service, lunch: Cents, dinner: Cents) -> Cents {
    match service {
        Service::Lunch => lunch,
        Service::Dinner => dinner,
    }
}

/// The lists of options of pizzas, by ref.
pub const OPTION_LISTS: [(&str, &str); 2] = [("SUP", "Suppléments"), ("SANS", "Sans")];

/// What can be put on a pizza or left out, with the ref of its list and its own.
pub const OPTIONS: [(&str, &str, &str, Cents); 5] = [
    ("SUP", "Burrata", "SUP-BUR", 300),
    ("SUP", "Jambon cru", "SUP-JAM", 250),
    ("SUP", "Câpres", "SUP-CAP", 85),
    ("SANS", "Olives", "ING-OLI", 0),
    ("SANS", "Gluten", "ING-GLU", 120),
];

/// That option, so many times.
pub fn choice(option: usize, times: i64) -> Choice {
    let (list, name, reference, price) = OPTIONS[option];
    let is_removed = list == "SANS";
    let (_, list) = OPTION_LISTS[usize::from(is_removed)];
    Choice {
        list,
        name,
        reference,
        price,
        times,
        is_removed,
    }
}
