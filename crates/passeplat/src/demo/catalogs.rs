//! What the demo's business sells: the dinner menu that its locations share, and the lunch menu of the
//! first of them.

use hub::catalogs;
use hub::db::{self, Tx};
use wire::catalog::{
    CatalogData, CatalogOption, Category, Charge, ChargeType, Conditions, Deal, DealLine, DealSku,
    Discount, Nutrition, OptionList, PriceOverride, Product, Restrictions, Sku, TaxRate, Variant,
};
use wire::currency::Currency;
use wire::decimal::Decimal;
use wire::dow::Dow;
use wire::id::{AccountId, CatalogId};
use wire::money::Money;
use wire::time::TimeOfDay;

/// Ref, name, price, what the allergens tags say, and what is on it.
type Dish = (&'static str, &'static str, i64, &'static str, &'static str);

const PIZZAS: [Dish; 6] = [
    (
        "MAR",
        "Margherita",
        950,
        "milk",
        "Tomate, mozzarella, basilic",
    ),
    (
        "REI",
        "Reine",
        1150,
        "milk",
        "Tomate, mozzarella, jambon, champignons",
    ),
    (
        "SAV",
        "Savoyarde",
        1350,
        "milk",
        "Crème, reblochon, pommes de terre, lardons",
    ),
    (
        "CHE",
        "Chèvre miel",
        1250,
        "milk",
        "Crème, chèvre, miel, noix",
    ),
    (
        "4FR",
        "Quatre fromages",
        1300,
        "milk",
        "Mozzarella, gorgonzola, chèvre, reblochon",
    ),
    (
        "MAI",
        "Marinière",
        1400,
        "molluscs",
        "Tomate, moules, ail, persil",
    ),
];
const BURGERS: [Dish; 3] = [
    (
        "BUR-CLA",
        "Le Classique",
        1090,
        "milk",
        "Bœuf charolais, cheddar, salade, oignons",
    ),
    (
        "BUR-SAV",
        "Le Savoyard",
        1290,
        "milk",
        "Bœuf charolais, raclette, oignons confits",
    ),
    (
        "BUR-VEG",
        "Le Potager",
        1090,
        "gluten",
        "Galette de lentilles, légumes grillés",
    ),
];
const DRINKS: [Dish; 3] = [
    ("EAU", "Eau minérale 50 cl", 200, "", "Plate"),
    (
        "LIM",
        "Limonade artisanale 33 cl",
        320,
        "",
        "Citron de Menton",
    ),
    ("BIE", "Bière blonde 33 cl", 450, "gluten", "Brassée à Lyon"),
];
const DESSERTS: [Dish; 2] = [
    ("TIRA", "Tiramisu", 500, "milk", "Maison, au café"),
    (
        "MOU",
        "Mousse au chocolat",
        450,
        "eggs",
        "Chocolat noir 70 %",
    ),
];

/// Fills the catalog of the account and the one of its first location.
pub(super) fn fill(
    tx: &mut Tx<'_>,
    account: &AccountId,
    shared: &CatalogId,
    lunch: &CatalogId,
) -> db::Result<()> {
    catalogs::fill(tx, account, shared, &dinner_menu())?;
    catalogs::fill(tx, account, lunch, &lunch_menu())
}

fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

/// 5.5 % or 10 % for food, 20 % for alcohol, in tenths of a percent.
fn tax(tenths: i64) -> Option<TaxRate> {
    Decimal::from_thousandths(tenths * 100).map(TaxRate::same)
}

fn plain(category: &str, dish: Dish, tenths: i64) -> Product {
    let (reference, name, cents, allergen, description) = dish;
    let mut product = Product::new(category, name)
        .reference(reference)
        .description(description)
        .sku(Sku::new(eur(cents)).reference(reference));
    if !allergen.is_empty() {
        product = product.tag(format!("allergen_{allergen}"));
    }
    product.tax_rate = tax(tenths);
    product
}

fn pizza(dish: Dish) -> Product {
    let (reference, _, cents, _, _) = dish;
    let size = |name: &str, short: &str, cents: i64| {
        Sku::new(eur(cents))
            .reference(format!("{reference}-{short}"))
            .name(name)
            .option_list("SUP")
            .option_list("CUI")
            // Platforms take a commission, and the price says so.
            .price_override(PriceOverride {
                price: eur(cents + 200),
                conditions: Conditions {
                    variant_refs: Some(vec!["PLATEFORMES".to_owned()]),
                    ..Conditions::default()
                },
            })
    };
    let mut product = plain("PIZ", dish, 100);
    product.skus = vec![size("33 cm", "33", cents), size("40 cm", "40", cents + 400)];
    product
}

fn burger(dish: Dish) -> Product {
    let mut product = plain("BUR", dish, 100);
    for sku in &mut product.skus {
        sku.option_list_refs = vec!["ACC".to_owned(), "SUP".to_owned()];
    }
    product
}

fn options(list: OptionList, options: &[(&str, &str, i64)]) -> OptionList {
    options.iter().fold(list, |list, (reference, name, cents)| {
        list.option(CatalogOption::new(*name, eur(*cents)).reference(*reference))
    })
}

fn dinner_menu() -> CatalogData {
    let data = CatalogData::default()
        .variant(Variant::new("BOUTIQUE", "Boutique"))
        .variant(Variant::new("PLATEFORMES", "Plateformes"))
        .category(Category::new("PIZ", "Pizzas").description("Pâte levée deux jours"))
        .category(Category::new("BUR", "Burgers"))
        .category(Category::new("DES", "Desserts"))
        .category(Category::new("BOI", "Boissons"))
        .category(Category::new("ALC", "Avec alcool").parent_ref("BOI"));
    let data = dinner_products()
        .into_iter()
        .fold(data, CatalogData::product);
    let data = option_lists()
        .into_iter()
        .fold(data, CatalogData::option_list);
    data.deal(evening_deal())
        .discount(
            Discount::price_off("Bienvenue", eur(300))
                .reference("BIENVENUE")
                .coupon_code("BIENVENUE")
                .restrictions(Restrictions {
                    min_order_amount: Some(eur(2000)),
                    max_per_customer: Some(1),
                    ..Restrictions::default()
                }),
        )
        .charge(
            Charge::new("Livraison", ChargeType::Delivery)
                .reference("LIV")
                .price(eur(290)),
        )
        .charge(Charge::new("Pourboire", ChargeType::Tip).reference("POU"))
}

fn dinner_products() -> Vec<Product> {
    let mut products = Vec::new();
    products.extend(PIZZAS.map(pizza));
    products.extend(BURGERS.map(burger));
    products.extend(DESSERTS.map(|dish| plain("DES", dish, 100)));
    products.extend(DRINKS.map(drink));
    if let Some(tiramisu) = products.iter_mut().find(|it| it.name == "Tiramisu") {
        let mut nutrition = Nutrition::default();
        let allergens = ["milk", "eggs", "gluten_wheat"].map(str::to_owned);
        nutrition.0.insert("allergens", allergens.to_vec());
        tiramisu.nutrition = Some(nutrition);
    }
    products
}

fn drink(dish: Dish) -> Product {
    let is_beer = dish.0 == "BIE";
    if is_beer {
        plain("ALC", dish, 200).tag("alcoholic")
    } else {
        plain("BOI", dish, 55)
    }
}

fn option_lists() -> [OptionList; 3] {
    let cooking = OptionList::new("CUI", "Cuisson")
        .selections(1, Some(1))
        .option(
            CatalogOption::new("Normale", eur(0))
                .reference("CUI-NOR")
                .by_default(),
        )
        .option(CatalogOption::new("Bien cuite", eur(0)).reference("CUI-BIE"));
    let side = OptionList::new("ACC", "Accompagnement").selections(1, Some(1));
    let sides = [
        ("ACC-FRI", "Frites maison", 0),
        ("ACC-SAL", "Salade verte", 0),
    ];
    let extra = OptionList::new("SUP", "Suppléments")
        .selections(0, Some(4))
        .multiple_selection();
    let extras = [
        ("SUP-BUR", "Burrata", 300),
        ("SUP-OEU", "Œuf", 100),
        ("SUP-CHA", "Champignons", 150),
        ("SUP-REB", "Reblochon", 250),
    ];
    [cooking, options(side, &sides), options(extra, &extras)]
}

/// Two pizzas, the second at half its price.
fn evening_deal() -> Deal {
    let anywhere = DealLine::unchanged().label("Pizza");
    let pizzas = PIZZAS.iter().fold(anywhere, |line, (reference, ..)| {
        line.sku(DealSku::new(format!("{reference}-33")))
            .sku(DealSku::new(format!("{reference}-40")).extra_charge(eur(300)))
    });
    Deal::new("Duo du soir")
        .reference("DUO")
        .category_ref("PIZ")
        .description("Deux pizzas, la seconde à moitié prix")
        .line(pizzas.clone())
        .line(DealLine {
            skus: pizzas.skus,
            ..DealLine::percentage_off(Decimal::from(50)).label("Seconde pizza")
        })
}

/// A main course and a dessert at noon, from Monday to Friday.
fn lunch_menu() -> CatalogData {
    let at_noon = Restrictions {
        conditions: Conditions {
            dow: Dow::parse("12345--").ok(),
            start_time: TimeOfDay::new(11, 30),
            end_time: TimeOfDay::new(14, 30),
            ..Conditions::default()
        },
        ..Restrictions::default()
    };
    let mut data = CatalogData::default()
        .category(Category::new("PLA", "Plats du midi"))
        .category(Category::new("DES", "Desserts"));
    let mains: [Dish; 3] = [
        ("MID-PIZ", "Pizza du jour", 1050, "milk", "Selon le marché"),
        (
            "MID-SAL",
            "Salade de chèvre chaud",
            980,
            "milk",
            "Miel et noix",
        ),
        (
            "MID-LAS",
            "Lasagnes",
            1120,
            "milk",
            "Bœuf, béchamel, parmesan",
        ),
    ];
    data.products
        .extend(mains.map(|dish| plain("PLA", dish, 100)));
    data.products
        .extend(DESSERTS.map(|dish| plain("DES", dish, 100)));
    let main = mains.iter().fold(
        DealLine::fixed_price(eur(990)).label("Plat"),
        |line, dish| line.sku(DealSku::new(dish.0)),
    );
    let dessert = DESSERTS.iter().fold(
        DealLine::fixed_price(eur(300)).label("Dessert"),
        |line, dish| line.sku(DealSku::new(dish.0)),
    );
    data.deal(
        Deal::new("Formule du midi")
            .reference("FOR-MIDI")
            .category_ref("PLA")
            .restrictions(at_noon)
            .line(main)
            .line(dessert),
    )
}
