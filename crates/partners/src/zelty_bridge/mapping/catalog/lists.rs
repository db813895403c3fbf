//! All products, from the lists of dishes, menus, options and tags.

use std::collections::{BTreeMap, BTreeSet};

use client::catalog::{CatalogOption, Category, Deal, OptionList, Product, Sku, Variant};
use client::order::Currency;
use wire::catalog::{Conditions, PriceOverride};

use super::super::options::{BridgeLanguage, BridgeOptions};
use super::{
    CatalogImage, CatalogNote, DealPart, HIDDEN_REF, MappedCatalog, UNTAGGED_REF, deal, hidden,
    money, selections, taxes, untagged,
};
use crate::zelty_api::{Dish, DishOption, SetMenu, Tag};

/// The variants for prices: ref, French name, English name.
const PRICE_VARIANTS: [(&str, &str, &str); 3] = [
    ("delivery", "Livraison", "Delivery"),
    ("takeaway", "À emporter", "Takeaway"),
    ("happy_hour", "Happy Hour", "Happy Hour"),
];

/// The catalog of all that is sold. Categories are the first tags of the products, with the tags that those are
/// within.
pub fn catalog_of_lists(
    dishes: &[Dish],
    menus: &[SetMenu],
    (options, tags): (&[DishOption], &[Tag]),
    settings: &BridgeOptions,
    currency: Currency,
) -> MappedCatalog {
    let mut mapped = MappedCatalog::default();
    let lists = ListCatalog {
        tags: tags.iter().map(|tag| (tag.id, tag)).collect(),
        in_menus: menus
            .iter()
            .flat_map(|menu| &menu.parts)
            .flat_map(|part| part.dishes.iter().copied())
            .collect(),
        settings,
        currency,
    };
    if settings.makes_price_variants {
        for (reference, french, english) in PRICE_VARIANTS {
            let name = settings.language.pick(french, english);
            mapped.data = mapped.data.variant(Variant::new(reference, name));
        }
    }
    let known_options = lists.add_options(options, &mut mapped);
    let mut dishes: Vec<&Dish> = dishes.iter().filter(|dish| !dish.disable).collect();
    dishes.sort_by_key(|dish| dish.o.unwrap_or_default());
    let mut used_categories = BTreeSet::new();
    for dish in &dishes {
        let category = lists.category_of_dish(dish);
        used_categories.insert(category.clone());
        let product = lists.product(dish, category, &known_options);
        mapped.data = mapped.data.product(product);
        add_image(&mut mapped, dish.id, dish.image.as_deref());
    }
    let sold: BTreeSet<i64> = dishes.iter().map(|dish| dish.id).collect();
    for menu in menus.iter().filter(|menu| !menu.disable) {
        let category = menu.tags.iter().find(|tag| lists.tags.contains_key(tag));
        match lists.deal(menu, category, &sold) {
            Some(deal) => {
                used_categories.extend(category.map(ToString::to_string));
                mapped.data = mapped.data.deal(deal);
                add_image(&mut mapped, menu.id, menu.image.as_deref());
            }
            None => mapped
                .notes
                .push(CatalogNote::MenuWithoutDishes(menu.name.clone())),
        }
    }
    mapped.data.categories = lists.categories(tags, &used_categories);
    mapped
}

/// Adds a picture, if there is one.
pub(super) fn add_image(mapped: &mut MappedCatalog, id: i64, url: Option<&str>) {
    if let Some(url) = url.filter(|url| !url.is_empty()) {
        mapped.images.push(CatalogImage {
            reference: id.to_string(),
            url: url.to_owned(),
        });
    }
}

struct ListCatalog<'a> {
    tags: BTreeMap<i64, &'a Tag>,
    in_menus: BTreeSet<i64>,
    settings: &'a BridgeOptions,
    currency: Currency,
}

impl ListCatalog<'_> {
    /// The first tag; without one, the category of hidden products if menus have it, else that of the untagged.
    fn category_of_dish(&self, dish: &Dish) -> String {
        match dish.tags.iter().find(|tag| self.tags.contains_key(tag)) {
            Some(tag) => tag.to_string(),
            None if self.in_menus.contains(&dish.id) => HIDDEN_REF.to_owned(),
            None => UNTAGGED_REF.to_owned(),
        }
    }

    /// The categories that are used, with those that they are within, in the order of the till.
    fn categories(&self, tags: &[Tag], used: &BTreeSet<String>) -> Vec<Category> {
        let mut needed = BTreeSet::new();
        for id in used.iter().filter_map(|reference| reference.parse().ok()) {
            let mut next = Some(id);
            // A circle of parents ends where it began.
            while let Some(id) = next.filter(|id| needed.insert(*id)) {
                next = self.parent(id);
            }
        }
        let mut sorted: Vec<&Tag> = tags.iter().filter(|tag| needed.contains(&tag.id)).collect();
        sorted.sort_by_key(|tag| tag.o.unwrap_or_default());
        let mut categories: Vec<Category> = sorted
            .into_iter()
            .map(|tag| Category {
                description: tag.description.clone(),
                parent_ref: self.parent(tag.id).map(|id| id.to_string()),
                ..Category::new(tag.id.to_string(), tag.name.clone())
            })
            .collect();
        let language: BridgeLanguage = self.settings.language;
        if used.contains(UNTAGGED_REF) {
            categories.push(untagged(language));
        }
        if used.contains(HIDDEN_REF) {
            categories.push(hidden(language));
        }
        categories
    }

    fn parent(&self, tag: i64) -> Option<i64> {
        let parent = self.tags.get(&tag)?.id_parent?;
        (parent != tag && self.tags.contains_key(&parent)).then_some(parent)
    }

    /// Adds the options; the ids of those that have values.
    fn add_options(&self, options: &[DishOption], mapped: &mut MappedCatalog) -> BTreeSet<i64> {
        let mut known = BTreeSet::new();
        for option in options.iter().filter(|option| !option.disable) {
            if option.values.is_empty() {
                let note = CatalogNote::OptionWithoutValues(option.name.clone());
                mapped.notes.push(note);
                continue;
            }
            let (min, max) = selections(option.min_choices, option.max_choices);
            let mut list =
                OptionList::new(option.id.to_string(), option.name.clone()).selections(min, max);
            if option.pick_same_value {
                list = list.multiple_selection();
            }
            for value in &option.values {
                let price = money(value.price, self.currency);
                let value =
                    CatalogOption::new(value.name.clone(), price).reference(value.id.to_string());
                list = list.option(value);
            }
            mapped.data.option_lists.push(list);
            known.insert(option.id);
        }
        known
    }

    /// A product with exactly one SKU.
    fn product(&self, dish: &Dish, category: String, options: &BTreeSet<i64>) -> Product {
        let mut sku = Sku::new(money(dish.price, self.currency)).reference(dish.id.to_string());
        for option in dish
            .options
            .iter()
            .filter(|option| options.contains(option))
        {
            sku = sku.option_list(option.to_string());
        }
        for (variant, price) in self.variant_prices(dish) {
            sku = sku.price_override(override_for(variant, money(Some(price), self.currency)));
        }
        let mut product = Product::new(category, dish.name.clone())
            .reference(dish.id.to_string())
            .sku(sku);
        product.description = dish.description.clone();
        product.tax_rate = taxes(dish.tax, dish.tax_takeaway, dish.tax_delivery);
        product
    }

    /// The prices of the variants that this dish has.
    fn variant_prices(&self, dish: &Dish) -> Vec<(&'static str, i64)> {
        if !self.settings.makes_price_variants {
            return Vec::new();
        }
        let prices = [dish.price_delivery, dish.price_togo, dish.happy_price];
        let variants = PRICE_VARIANTS.iter().zip(prices);
        let with_price = variants.filter_map(|((variant, ..), price)| Some((*variant, price?)));
        with_price.collect()
    }

    fn deal(&self, menu: &SetMenu, category: Option<&i64>, sold: &BTreeSet<i64>) -> Option<Deal> {
        let mut head = Deal::new(menu.name.clone()).reference(menu.id.to_string());
        head.description = menu.description.clone();
        head.category_ref = category.map(ToString::to_string);
        let parts: Vec<DealPart<'_>> = menu
            .parts
            .iter()
            .map(|part| DealPart {
                name: &part.name,
                max: part.max.unwrap_or(1),
                dishes: part
                    .dishes
                    .iter()
                    .map(|id| (*id, part.dishes_prices.get(id).copied().unwrap_or_default()))
                    .collect(),
            })
            .collect();
        deal(head, money(menu.price, self.currency), &parts, sold)
    }
}

/// Another price for one variant.
pub(super) fn override_for(variant: &str, price: client::order::Money) -> PriceOverride {
    PriceOverride {
        price,
        conditions: Conditions {
            variant_refs: Some(vec![variant.to_owned()]),
            ..Conditions::default()
        },
    }
}
