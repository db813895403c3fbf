use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::currency::Currency;
use crate::decimal::Decimal;
use crate::id::ImageId;
use crate::input::{Input, read};
use crate::money::Money;
use crate::problem::{Path, Problems};

fn raw(json: &str) -> RawCatalog {
    let body: Input<RawCatalog> = read(json.as_bytes()).unwrap();
    body.required(&Path::ROOT, &mut Problems::new()).unwrap()
}

fn images() -> BTreeSet<ImageId> {
    [ImageId::parse("y3k7d").unwrap()].into()
}

fn create(json: &str) -> Result<NewCatalog, Vec<String>> {
    let images = images();
    let context = CatalogContext {
        currency: Currency::EUR,
        images: &images,
    };
    raw(json).check_new(&context).map_err(|problems| {
        let line =
            |error: &crate::problem::FieldError| format!("{} {}", error.field, error.message);
        problems.errors().iter().map(line).collect()
    })
}

/// A catalog with this as its data, or what is wrong with it.
fn data(data: Value) -> Result<CatalogData, Vec<String>> {
    create(&json!({ "name": "Carte", "data": data }).to_string()).map(|new| new.data)
}

fn refused(wrong: Value) -> Vec<String> {
    data(wrong).unwrap_err()
}

/// A product with this in its only sku.
fn sku(more: Value) -> Value {
    let mut sku = json!({ "price": "1.00 EUR" });
    for (key, value) in more.as_object().unwrap() {
        sku[key] = value.clone();
    }
    json!({
        "variants": [{ "ref": "V", "name": "Plateformes" }],
        "categories": [{ "ref": "C", "name": "Pizzas" }],
        "products": [{ "category_ref": "C", "name": "Margherita", "skus": [sku] }]
    })
}

fn numbered(mut data: CatalogData) -> CatalogData {
    let mut number = 0;
    data.number(|| {
        number += 1;
        CatalogItemId::parse(&format!("i{number}")).ok()
    });
    data
}

#[test]
fn the_example_upload_makes_the_example_catalog() {
    let new = create(include_str!("../../tests/examples/new_catalog.json")).unwrap();
    let catalog: Catalog =
        serde_json::from_str(include_str!("../../tests/examples/catalog.json")).unwrap();
    assert_eq!(new.name, catalog.name);
    assert_eq!(new.data.items(), 9);
    assert_eq!(Some(numbered(new.data)), catalog.data);
}

#[test]
fn what_was_read_can_be_sent_back() {
    let read = include_str!("../../tests/examples/catalog.json");
    let catalog: Catalog = serde_json::from_str(read).unwrap();
    let new = create(read).unwrap();
    assert_eq!(Some(numbered(new.data)), catalog.data);
}

#[test]
fn a_name_is_enough() {
    let new = create(r#"{"name": "Carte"}"#).unwrap();
    assert_eq!(new.data, CatalogData::default());
    for blank in [r#"{}"#, r#"{"name": null}"#, r#"{"name": " "}"#] {
        assert_eq!(create(blank).unwrap_err(), ["name can't be blank"]);
    }
}

#[test]
fn keys_that_do_not_exist_are_refused_wherever_they_are() {
    let found = refused(json!({
        "options_lists": [],
        "variants": [{ "ref": "V", "name": "v", "id": "x" }],
        "categories": [{ "ref": "C", "name": "c", "colour": 1 }],
        "products": [{
            "category_ref": "C", "name": "p", "images_ids": [],
            "tax_rate": { "delivery": "1", "collection": "1", "eat_in": "1", "x": 1 },
            "skus": [{ "price": "1.00 EUR", "prix": 1, "restrictions": { "days": 1 },
                "price_overrides": [{ "price": "1.00 EUR", "dow": "1------", "max_per_order": 1 }] }]
        }],
        "option_lists": [{ "ref": "O", "name": "o", "min": 1,
            "options": [{ "name": "x", "quantity": 1 }] }],
        "deals": [{ "name": "d", "price": "1.00 EUR",
            "lines": [{ "name": "l", "skus": [], "pricing_effect": "unchanged" }] }],
        "discounts": [{ "name": "d", "tags": [], "pricing_effect": "price_off",
            "pricing_value": "1.00 EUR" }],
        "charges": [{ "name": "c", "type": "tip", "tax_rate": "1" }]
    }));
    let unknown: Vec<&str> = found
        .iter()
        .filter_map(|line| line.strip_suffix(" is not a valid key"))
        .collect();
    assert_eq!(
        unknown,
        [
            "data.options_lists",
            "data.variants[0].id",
            "data.categories[0].colour",
            "data.products[0].images_ids",
            "data.products[0].tax_rate.x",
            "data.products[0].skus[0].prix",
            "data.products[0].skus[0].restrictions.days",
            "data.products[0].skus[0].price_overrides[0].max_per_order",
            "data.option_lists[0].min",
            "data.option_lists[0].options[0].quantity",
            "data.deals[0].price",
            "data.deals[0].lines[0].name",
            "data.discounts[0].tags",
            "data.charges[0].tax_rate",
        ]
    );
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let found = refused(json!({
        "variants": [{ "ref": "V", "name": "a" }, { "ref": "V", "name": "" }],
        "categories": [{ "name": "x" }, { "ref": "A", "name": "a", "parent_ref": "Z" }],
        "products": [
            { "name": "p", "category_ref": "Z", "skus": [], "image_ids": ["zzz"] },
            { "name": "q", "category_ref": "A", "tax_rate": { "delivery": "x", "eat_in": null },
              "nutrition": { "allergens": ["gluten", "milk"] },
              "skus": [
                { "price": "12", "barcodes": ["123", "12345678"], "option_list_refs": ["O", "Z"] },
                { "price": "1.00 USD", "restrictions": { "variant_refs": ["V", "Z"], "dow": "x",
                    "start_time": "24:00", "end_date": "31/12/2026", "max_per_order": -1 } },
                { "name": "L", "price": "1.00 EUR",
                  "price_overrides": [{ "price": "2.00 EUR" }, { "variant_refs": [] }] }
              ] }
        ],
        "option_lists": [
            { "ref": "O", "name": "o", "min_selections": 2, "max_selections": 1,
              "multiple_selection": true,
              "options": [{ "name": "a", "default": true }, { "name": "b", "default": true }] },
            { "ref": "O", "name": "again", "options": [] }
        ],
        "deals": [{ "name": "d", "category_ref": "Z", "lines": [
            { "skus": [{ "ref": "NONE" }], "pricing_effect": "half" },
            { "skus": [], "pricing_effect": "percentage_off", "pricing_value": "101" },
            { "skus": [{}], "pricing_effect": "fixed_price" }
        ] }],
        "discounts": [{ "name": "d", "pricing_effect": "price_off", "pricing_value": "-1.00 EUR" }],
        "charges": [{ "name": "c", "type": "service" }, 7]
    }));
    assert_eq!(
        found,
        [
            "data.variants[1].ref has already been taken",
            "data.option_lists[1].ref has already been taken",
            "data.variants[1].name can't be blank",
            "data.categories[0].ref can't be blank",
            "data.categories[1].parent_ref category not found",
            "data.products[0].category_ref category not found",
            "data.products[0].image_ids[0] image not found",
            "data.products[0].skus must have at least 1 item(s)",
            "data.products[1].tax_rate.delivery 'x' is not a valid decimal",
            "data.products[1].tax_rate.collection can't be blank",
            "data.products[1].tax_rate.eat_in can't be blank",
            "data.products[1].nutrition.allergens[0] is not included in the list",
            "data.products[1].skus[0].price '12' is not a valid monetary amount",
            "data.products[1].skus[0].option_list_refs[1] option list not found",
            "data.products[1].skus[0].barcodes[0] must have 8, 12 or 13 digits",
            "data.products[1].skus[1].name has already been taken",
            "data.products[1].skus[1].restrictions.variant_refs[1] variant not found",
            "data.products[1].skus[1].restrictions.dow 'x' is not a valid set of weekdays",
            "data.products[1].skus[1].restrictions.start_time '24:00' is not a valid time of day",
            "data.products[1].skus[1].restrictions.end_date '31/12/2026' is not a valid date",
            "data.products[1].skus[1].restrictions.max_per_order must be between 0 and 4294967295",
            "data.products[1].skus[1].price must be in 'EUR' ('USD' given)",
            "data.products[1].skus[2].price_overrides[0] must have at least one condition",
            "data.products[1].skus[2].price_overrides[1].price can't be blank",
            "data.products[1].skus[2].price_overrides[1].variant_refs must have at least 1 item(s)",
            "data.option_lists[0].max_selections must not be less than min_selections",
            "data.option_lists[0].multiple_selection cannot be true when max_selections is 0 or 1",
            "data.option_lists[0].options has too many default options (maximum is 1)",
            "data.option_lists[1].options must have at least 1 item(s)",
            "data.deals[0].category_ref category not found",
            "data.deals[0].lines[0].skus[0].ref sku not found",
            "data.deals[0].lines[0].pricing_effect is not included in the list",
            "data.deals[0].lines[1].skus must have at least 1 item(s)",
            "data.deals[0].lines[1].pricing_value must be between 0 and 100",
            "data.deals[0].lines[2].skus[0].ref can't be blank",
            "data.deals[0].lines[2].pricing_value can't be blank",
            "data.discounts[0].pricing_value must be positive ('-1.00 EUR' given)",
            "data.charges[0].type is not included in the list",
            "data.charges[1] must be an object",
        ]
    );
}

#[test]
fn more_than_a_hundred_mistakes_are_all_told() {
    let skus: Vec<Value> = (0..2_000)
        .map(|number| json!({ "name": number.to_string(), "price": "1.00 USD" }))
        .collect();
    let mut wrong = sku(json!({}));
    wrong["products"][0]["skus"] = json!(skus);
    let found = refused(wrong);
    assert_eq!(found.len(), 2_000);
    assert_eq!(
        found[1_999],
        "data.products[0].skus[1999].price must be in 'EUR' ('USD' given)"
    );
}

#[test]
fn a_list_that_cannot_be_read_is_complained_about_once() {
    let found = refused(json!({
        "categories": "x",
        "products": [{ "category_ref": "C", "name": "p", "skus": [{ "price": "1.00 EUR" }] }]
    }));
    assert_eq!(found, ["data.categories must be an array"]);
    let found = create(r#"{"name": "Carte", "data": []}"#).unwrap_err();
    assert_eq!(found, ["data must be an object"]);
}

#[test]
fn categories_that_go_round_in_a_circle_are_refused() {
    let category =
        |own: &str, parent: &str| json!({ "ref": own, "name": own, "parent_ref": parent });
    let found = refused(json!({ "categories": [
        7, category("A", "B"), category("B", "A"), category("C", "C"), category("D", "E"),
        { "ref": "E", "name": "E" }
    ] }));
    let message = "parent_ref must end at a category without a parent";
    let mut expected: Vec<String> = (1..4)
        .map(|number| format!("data.categories[{number}].{message}"))
        .collect();
    expected.push("data.categories[0] must be an object".to_owned());
    assert_eq!(found, expected);
}

#[test]
fn a_walk_meets_parents_first_and_siblings_in_their_order() {
    let category = |own: &str, parent: Option<&str>| {
        let new = Category::new(own, own);
        parent.map_or(new.clone(), |parent| new.parent_ref(parent))
    };
    let categories = [
        category("b1", Some("b")),
        category("a", None),
        category("b", None),
        category("a2", Some("a")),
        category("b11", Some("b1")),
        category("a1", Some("a")),
    ];
    let walked: Vec<&str> = depth_first(&categories)
        .iter()
        .map(|category| category.reference.as_str())
        .collect();
    assert_eq!(walked, ["a", "a2", "a1", "b", "b1", "b11"]);
}

#[test]
fn a_very_deep_forest_is_walked() {
    let categories: Vec<Category> = (0..20_000)
        .map(|depth: usize| {
            let new = Category::new(depth.to_string(), "x");
            match depth.checked_sub(1) {
                Some(parent) => new.parent_ref(parent.to_string()),
                None => new,
            }
        })
        .collect();
    assert_eq!(depth_first(&categories).len(), 20_000);
}

#[test]
fn the_older_words_are_understood() {
    let made = data(json!({
        "categories": [{ "ref": "C", "name": "c" }],
        "products": [{ "category_ref": "C", "name": "p", "skus": [{ "ref": "S", "price": "1.00 EUR" }] }],
        "option_lists": [
            { "ref": "1", "name": "a", "type": "single", "options": [{ "name": "x" }] },
            { "ref": "2", "name": "b", "type": "multiple", "options": [{ "name": "x" }] },
            { "ref": "3", "name": "c", "type": "single", "min_selections": 0, "max_selections": null,
              "options": [{ "name": "x" }] }
        ],
        "deals": [{ "name": "d", "lines": [{ "skus": [{ "ref": "S" }], "pricing_effect": "free" }] }]
    }))
    .unwrap();
    let selections: Vec<_> = made
        .option_lists
        .iter()
        .map(|list| (list.min_selections, list.max_selections, list.kind))
        .collect();
    assert_eq!(
        selections,
        [
            (1, Some(1), OptionListType::Single),
            (0, None, OptionListType::Multiple),
            (0, None, OptionListType::Multiple),
        ]
    );
    assert_eq!(
        made.option_lists[0].options[0].price,
        Money::zero(Currency::EUR)
    );
    let line = &made.deals[0].lines[0];
    assert_eq!(line.pricing_effect, DealPricingEffect::PercentageOff);
    assert_eq!(
        line.pricing_value,
        Some(PricingValue::Percent(Decimal::HUNDRED))
    );
}

#[test]
fn nulls_are_as_good_as_nothing() {
    let made = data(sku(json!({
        "ref": null, "name": null, "restrictions": null, "price_overrides": null,
        "option_list_refs": null, "tags": null, "barcodes": null, "custom_fields": null
    })))
    .unwrap();
    assert_eq!(made, data(sku(json!({}))).unwrap());
    let empty = data(json!({
        "variants": null, "categories": null, "products": null, "option_lists": null,
        "deals": null, "discounts": null, "charges": null
    }));
    assert_eq!(empty.unwrap(), CatalogData::default());
}

#[test]
fn restrictions_say_only_what_was_said() {
    let shown = |restrictions: Value| {
        let made = data(sku(json!({ "restrictions": restrictions }))).unwrap();
        serde_json::to_value(&made.products[0].skus[0].restrictions).unwrap()
    };
    for nothing in [
        json!(null),
        json!({}),
        json!({ "enabled": true, "dow": null }),
    ] {
        assert_eq!(shown(nothing), json!({}));
    }
    let all = json!({
        "enabled": false, "variant_refs": [], "dow": "12----7", "start_time": "11:00",
        "end_time": "14:30", "start_date": "2026-01-01", "end_date": "2026-12-31",
        "service_types": ["delivery"], "service_type_refs": [], "min_order_amount": "10.00 EUR",
        "max_per_order": 2, "max_per_customer": 1
    });
    assert_eq!(shown(all.clone()), all);
}

#[test]
fn an_override_names_each_thing_once() {
    let found = refused(sku(json!({ "price_overrides": [
        { "price": "1.00 EUR", "variant_refs": ["V", "V"], "service_types": ["delivery", "delivery"] }
    ] })));
    assert_eq!(
        found,
        [
            "data.products[0].skus[0].price_overrides[0].variant_refs[1] is listed twice",
            "data.products[0].skus[0].price_overrides[0].service_types[1] is listed twice",
        ]
    );
}

#[test]
fn custom_fields_of_a_sku_are_bounded() {
    let found = refused(sku(json!({ "custom_fields": { "a": "x".repeat(8_192) } })));
    assert_eq!(
        found,
        ["data.products[0].skus[0].custom_fields is too big (maximum is 8192 bytes)"]
    );
}

#[test]
fn allergens_are_unknown_none_or_some() {
    let allergens = |nutrition: Value| {
        let mut wanted = sku(json!({}));
        wanted["products"][0]["nutrition"] = nutrition;
        let made = data(wanted).unwrap();
        made.products[0]
            .nutrition
            .as_ref()
            .and_then(Nutrition::allergens)
    };
    assert_eq!(allergens(json!({ "legal_name": "Pizza" })), None);
    assert_eq!(allergens(json!({ "allergens": null })), None);
    assert_eq!(allergens(json!({ "allergens": [] })), Some(vec![]));
    let some = json!({ "allergens": ["gluten_wheat", "milk"], "other": [1] });
    assert_eq!(
        allergens(some),
        Some(vec![Allergen::GlutenWheat, Allergen::Milk])
    );
}

#[test]
fn objects_are_counted_before_they_are_read() {
    let body = "{".repeat(MAX_CATALOG_OBJECTS);
    assert!(!has_too_many_objects(body.as_bytes()));
    assert!(has_too_many_objects(format!("{body}{{").as_bytes()));
}

#[test]
fn what_a_program_builds_is_good() {
    let eur = |cents| Money::new(cents, Currency::EUR);
    let built = NewCatalog::new("Carte").data(
        CatalogData::default()
            .variant(Variant::new("V", "Plateformes"))
            .category(Category::new("PIZ", "Pizzas").description("Au feu de bois"))
            .category(Category::new("PIZ-B", "Base crème").parent_ref("PIZ"))
            .product(
                Product::new("PIZ-B", "Savoyarde")
                    .reference("SAV")
                    .tag("allergen_milk")
                    .tax_rate(TaxRate::same(Decimal::parse("10").unwrap()))
                    .sku(
                        Sku::new(eur(1350))
                            .reference("SAV-33")
                            .name("33 cm")
                            .option_list("SUP")
                            .barcode("3700000000017")
                            .price_override(PriceOverride {
                                price: eur(1590),
                                conditions: Conditions {
                                    variant_refs: Some(vec!["V".to_owned()]),
                                    ..Conditions::default()
                                },
                            }),
                    ),
            )
            .option_list(
                OptionList::new("SUP", "Suppléments")
                    .selections(0, Some(3))
                    .multiple_selection()
                    .option(CatalogOption::new("Burrata", eur(300)).by_default()),
            )
            .deal(
                Deal::new("Duo")
                    .category_ref("PIZ")
                    .line(DealLine::unchanged().sku(DealSku::new("SAV-33")))
                    .line(
                        DealLine::percentage_off(Decimal::HUNDRED)
                            .label("Offerte")
                            .sku(DealSku::new("SAV-33").extra_charge(eur(150))),
                    ),
            )
            .discount(Discount::price_off("Bienvenue", eur(200)).coupon_code("BIENVENUE"))
            .charge(Charge::new("Livraison", ChargeType::Delivery).price(eur(290))),
    );
    let sent = serde_json::to_string(&built).unwrap();
    assert_eq!(create(&sent).unwrap(), built);
}

/// Any data: refs from a handful, so that some of them meet.
fn any_data() -> impl Strategy<Value = CatalogData> {
    let word = || "[A-D]";
    let text = || proptest::option::of("[a-zé ]{1,8}x");
    let sku = (
        0_i64..10_000,
        text(),
        proptest::option::of(word()),
        any::<bool>(),
    )
        .prop_map(|(cents, _, reference, enabled)| Sku {
            reference,
            restrictions: Restrictions {
                enabled,
                ..Restrictions::default()
            },
            ..Sku::new(Money::new(cents, Currency::EUR))
        });
    let product = (text(), sku, word()).prop_map(|(description, sku, category)| Product {
        description,
        ..Product::new(category, "p").sku(sku)
    });
    let products = proptest::collection::vec(product, 0..8);
    let parents = proptest::collection::vec(0_usize..4, 4);
    (products, parents).prop_map(|(products, parents)| {
        let mut data = CatalogData {
            products,
            ..CatalogData::default()
        };
        for (number, parent) in parents.into_iter().enumerate() {
            let name = |number: usize| ["A", "B", "C", "D"][number];
            let category = Category::new(name(number), "c");
            // A parent is always an earlier one: no circles.
            data = data.category(if parent < number {
                category.parent_ref(name(parent))
            } else {
                category
            });
        }
        data
    })
}

proptest! {
    #[test]
    fn any_catalog_that_is_read_can_be_sent_back(content in any_data()) {
        let first = numbered(content);
        let read = serde_json::to_value(&first).unwrap();
        let again = data(read).map(numbered);
        prop_assert_eq!(again, Ok(first));
    }

    #[test]
    fn ids_are_given_in_rising_order_and_once(content in any_data()) {
        let mut given = 0;
        let count = content.items();
        let mut content = content;
        content.number(|| {
            given += 1;
            CatalogItemId::parse(&format!("{given:04}")).ok()
        });
        prop_assert_eq!(given, count);
        let products: Vec<_> = content.products.iter().map(|it| it.id.clone()).collect();
        prop_assert!(products.is_sorted());
    }

    #[test]
    fn a_walk_meets_every_category_once(content in any_data()) {
        let walked: BTreeSet<&str> =
            depth_first(&content.categories).iter().map(|it| it.reference.as_str()).collect();
        prop_assert_eq!(walked.len(), content.categories.len());
    }

    #[test]
    fn reading_never_panics(text in "[\\[\\]{}\":,a-z0-9]{0,60}") {
        if let Ok(body) = read::<RawCatalog>(text.as_bytes()) {
            let images = images();
            let context = CatalogContext { currency: Currency::EUR, images: &images };
            let _ = body.optional(&Path::ROOT, &mut Problems::new()).map(|it| it.check_new(&context));
        }
    }
}
