//! What a new till sells: the shop of the demo and of the guides, with the long names that tills are full of.

use rusqlite::{Transaction, params};

use super::menus::{ArticleMenu, MenuLine};
use super::{Article, menus, save};
use crate::kit::store::StoreError;

/// The number of the first article.
const FIRST_IDART: i64 = 10_001;

/// The number of the first menu.
const FIRST_MENU: i64 = 90_001;

/// Rayon, famille and sous-famille of articles.
const SHELVES: &[(&str, &str, &str)] = &[
    ("Restauration", "Pizzas", "Pizzas rouges"),
    ("Restauration", "Pizzas", "Pizzas blanches"),
    ("Restauration", "Burgers", "Burgers au bœuf Salers"),
    ("Restauration", "Burgers", "Burgers végétariens"),
    ("Restauration", "Salades", "Salades composées"),
    (
        "Restauration",
        "Suppléments",
        "Suppléments chauds et fromages",
    ),
    ("Desserts", "Desserts maison", "Desserts à la cuillère"),
    ("Boissons", "Sans alcool", "Eaux et limonades"),
    ("Boissons", "Avec alcool", "Bières artisanales"),
    ("Épicerie", "Coffrets", "Coffrets cadeaux"),
];

/// Shelf, internal code, name, price in cents, tax in tenths of a percent, stock, whether it is sold on the web,
/// list of options.
type Row = (
    usize,
    &'static str,
    &'static str,
    i64,
    i64,
    Option<i64>,
    bool,
    &'static str,
);

const EXTRAS: &str = "Suppléments";

/// The shelf whose articles are options.
const OPTION_SHELF: usize = 5;

const ROWS: &[Row] = &[
    (
        0,
        "MAR-33",
        "Margherita 33 cm",
        950,
        100,
        None,
        true,
        EXTRAS,
    ),
    (
        0,
        "MAR-40",
        "Margherita 40 cm",
        1350,
        100,
        None,
        true,
        EXTRAS,
    ),
    (0, "REG-33", "Regina 33 cm", 1250, 100, None, true, EXTRAS),
    (0, "REG-40", "Regina 40 cm", 1650, 100, None, true, EXTRAS),
    (
        1,
        "SAV-33",
        "Savoyarde au reblochon fermier et aux lardons fumés au bois de hêtre 33 cm",
        1390,
        100,
        Some(12),
        true,
        EXTRAS,
    ),
    (
        1,
        "CHE-33",
        "Chèvre, miel de lavande de Haute-Provence et noix du Périgord AOP 33 cm",
        1350,
        100,
        None,
        true,
        EXTRAS,
    ),
    (
        2,
        "BUR-CLA",
        "Burger de France classique, bœuf Salers, cantal entre-deux et oignons confits",
        1290,
        100,
        Some(30),
        true,
        EXTRAS,
    ),
    (
        2,
        "BUR-SAV",
        "Burger savoyard au reblochon",
        1390,
        100,
        Some(24),
        true,
        EXTRAS,
    ),
    (
        3,
        "BUR-VEG",
        "Burger végétarien aux lentilles vertes du Puy et crème de ciboulette",
        1250,
        100,
        Some(18),
        true,
        "",
    ),
    (4, "SAL-CES", "Salade César", 890, 100, None, true, ""),
    (
        4,
        "",
        "Salade du marché (selon arrivage, prix au saladier)",
        750,
        100,
        None,
        false,
        "",
    ),
    (
        OPTION_SHELF,
        "SUP-BUR",
        "Burrata",
        300,
        100,
        Some(15),
        true,
        EXTRAS,
    ),
    (OPTION_SHELF, "SUP-OEU", "Œuf", 150, 100, None, true, EXTRAS),
    (
        OPTION_SHELF,
        "SUP-CHA",
        "Champignons",
        150,
        100,
        None,
        true,
        EXTRAS,
    ),
    (
        OPTION_SHELF,
        "SUP-REB",
        "Reblochon",
        250,
        100,
        None,
        true,
        EXTRAS,
    ),
    (6, "TIRA", "Tiramisu", 500, 100, Some(20), true, ""),
    (
        6,
        "",
        "Mousse au chocolat grand cru de Madagascar, éclats de fèves de cacao torréfiées",
        550,
        100,
        Some(16),
        true,
        "",
    ),
    (
        7,
        "EAU-50",
        "Eau pétillante 50 cl",
        250,
        55,
        Some(96),
        true,
        "",
    ),
    (
        7,
        "LIMO",
        "Limonade artisanale au citron de Menton 33 cl",
        350,
        55,
        Some(48),
        true,
        "",
    ),
    (
        8,
        "BIE",
        "Bière blonde de la brasserie du Vieux-Lyon, bouteille consignée 33 cl",
        490,
        200,
        Some(60),
        true,
        "",
    ),
    (
        9,
        "",
        "Coffret cadeau « Grandes Tables » (deux bouteilles, terrine, confiture, étiquette au nom du client)",
        5900,
        200,
        Some(4),
        false,
        "",
    ),
];

/// Fills the store of a new till.
pub(crate) fn fill(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let shelves = insert_shelves(tx)?;
    for (row, idart) in ROWS.iter().zip(FIRST_IDART..) {
        let (shelf, code, name, price_cents, tax_tenths, stock, is_published, option_list) = *row;
        let article = Article {
            idart,
            code: code.into(),
            name: name.into(),
            category: shelves.get(shelf).copied().unwrap_or_default(),
            price_cents,
            tax_thousandths: tax_tenths * 100,
            stock,
            is_published,
            is_option: shelf == OPTION_SHELF,
            option_list: option_list.into(),
        };
        save(tx, &article)?;
    }
    insert_menus(tx)
}

/// Stores the categories, and answers the id of each shelf.
fn insert_shelves(tx: &Transaction<'_>) -> Result<Vec<i64>, StoreError> {
    let mut known: Vec<(Vec<&str>, i64)> = Vec::new();
    let mut shelves = Vec::new();
    for (rayon, famille, sous_famille) in SHELVES {
        let (mut path, mut parent) = (Vec::new(), None);
        for name in [rayon, famille, sous_famille] {
            path.push(*name);
            let id = match known.iter().find(|(known, _)| *known == path) {
                Some((_, id)) => *id,
                None => {
                    tx.prepare_cached("INSERT INTO categories (parent, name) VALUES (?1, ?2)")?
                        .execute(params![parent, name])?;
                    known.push((path.clone(), tx.last_insert_rowid()));
                    tx.last_insert_rowid()
                }
            };
            parent = Some(id);
        }
        shelves.push(parent.unwrap_or_default());
    }
    Ok(shelves)
}

fn insert_menus(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let numbers = |codes: &[&str]| -> Vec<i64> {
        let numbered = ROWS.iter().zip(FIRST_IDART..);
        let chosen = numbered.filter(|((_, code, ..), _)| codes.contains(code));
        chosen.map(|(_, idart)| idart).collect()
    };
    let line = |label: &str, price_cents, codes: &[&str]| MenuLine {
        label: label.into(),
        price_cents,
        articles: numbers(codes),
    };
    let lunch = ArticleMenu {
        idart: FIRST_MENU,
        name: "Menu du midi (burger au choix, dessert maison et boisson)".into(),
        is_published: true,
        lines: vec![
            line("Burger", 1100, &["BUR-CLA", "BUR-SAV", "BUR-VEG"]),
            line("Dessert", 350, &["TIRA"]),
            line("Boisson", 150, &["EAU-50", "LIMO"]),
        ],
    };
    let family = ArticleMenu {
        idart: FIRST_MENU + 1,
        name: "Formule famille (deux grandes pizzas)".into(),
        is_published: false,
        lines: vec![
            line("Première pizza", 1350, &["MAR-40", "REG-40"]),
            line("Seconde pizza", 950, &["MAR-40", "REG-40"]),
        ],
    };
    menus::insert(tx, &lunch)?;
    menus::insert(tx, &family)
}
