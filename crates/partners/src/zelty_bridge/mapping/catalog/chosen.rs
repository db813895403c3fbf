//! Only what some catalogs of Zelty have: their categories merged, and one variant each if there are several.

use std::collections::{BTreeMap, BTreeSet};

use client::catalog::{CatalogOption, Category, Deal, OptionList, Product, Sku, Variant};
use client::order::Currency;
use wire::catalog::{Conditions, Restrictions};

use super::super::options::BridgeOptions;
use super::lists::{add_image, override_for};
use super::{
    CatalogNote, DealPart, HIDDEN_REF, MappedCatalog, UNTAGGED_REF, deal, hidden, money,
    selections, taxes, untagged,
};
use crate::zelty_api::{CatalogItem, CatalogItemKind, CatalogMenuPart, CatalogTag, ZeltyCatalog};

/// The catalog of these catalogs. Where they differ, the first one that has something says what it is like.
pub fn catalog_of_catalogs(
    catalogs: &[ZeltyCatalog],
    settings: &BridgeOptions,
    currency: Currency,
) -> MappedCatalog {
    let merger = CatalogMerger { catalogs, currency };
    let mut mapped = MappedCatalog::default();
    if catalogs.len() > 1 {
        for catalog in catalogs {
            let variant = Variant::new(catalog.id.clone(), catalog.name.clone());
            mapped.data.variants.push(variant);
        }
    }
    merger.add_options(&mut mapped);
    let options: BTreeSet<String> = mapped
        .data
        .option_lists
        .iter()
        .map(|it| it.reference.clone())
        .collect();
    let (categories, category_of) = merger.categories();
    mapped.data.categories = categories;
    let dishes = merger.items(CatalogItemKind::Dish);
    let in_menus = merger.dishes_of_menus();
    let mut other_categories = BTreeSet::new();
    for (item, offers) in &dishes {
        let category = category_of
            .get(&item.public_id)
            .cloned()
            .unwrap_or_else(|| {
                let is_hidden = in_menus.contains(&item.internal_id);
                let reference = if is_hidden { HIDDEN_REF } else { UNTAGGED_REF };
                other_categories.insert(reference);
                reference.to_owned()
            });
        let product = merger.product(item, offers, category, &options);
        mapped.data.products.push(product);
        add_image(&mut mapped, item.internal_id, item.img.as_deref());
    }
    let sold: BTreeSet<i64> = dishes.iter().map(|(item, _)| item.internal_id).collect();
    for (item, offers) in merger.items(CatalogItemKind::Menu) {
        let category = category_of.get(&item.public_id).cloned();
        match merger.deal(item, &offers, category, &sold) {
            Some(deal) => {
                mapped.data.deals.push(deal);
                add_image(&mut mapped, item.internal_id, item.img.as_deref());
            }
            None => mapped
                .notes
                .push(CatalogNote::MenuWithoutDishes(item.name.clone())),
        }
    }
    if other_categories.contains(UNTAGGED_REF) {
        mapped.data.categories.push(untagged(settings.language));
    }
    if other_categories.contains(HIDDEN_REF) {
        mapped.data.categories.push(hidden(settings.language));
    }
    mapped
}

/// An item, and what it is like in each catalog that has it, by the number of the catalog.
type Offers<'a> = BTreeMap<usize, &'a CatalogItem>;

struct CatalogMerger<'a> {
    catalogs: &'a [ZeltyCatalog],
    currency: Currency,
}

impl<'a> CatalogMerger<'a> {
    /// The items of a kind, each once, in the order of first occurrence.
    fn items(&self, kind: CatalogItemKind) -> Vec<(&'a CatalogItem, Offers<'a>)> {
        let mut items: Vec<(&CatalogItem, Offers<'_>)> = Vec::new();
        let mut places: BTreeMap<i64, usize> = BTreeMap::new();
        for (number, catalog) in self.catalogs.iter().enumerate() {
            let sold = catalog
                .items
                .iter()
                .filter(|it| it.kind == kind && !it.disabled);
            for item in sold {
                let place = *places.entry(item.internal_id).or_insert_with(|| {
                    items.push((item, BTreeMap::new()));
                    items.len() - 1
                });
                if let Some((_, offers)) = items.get_mut(place) {
                    offers.insert(number, item);
                }
            }
        }
        items
    }

    /// The categories with the hierarchy of first occurrence, and the category of each item.
    fn categories(&self) -> (Vec<Category>, BTreeMap<String, String>) {
        let mut categories: Vec<Category> = Vec::new();
        let mut of_items = BTreeMap::new();
        let mut known = BTreeSet::new();
        for catalog in self.catalogs {
            let all: BTreeMap<i64, &CatalogTag> =
                catalog.tags.iter().map(|it| (it.id, it)).collect();
            let used = used_tags(catalog, &all);
            let tags = catalog.tags.iter().filter(|it| used.contains(&it.id));
            for tag in tags.clone().filter(|tag| known.insert(tag.id)) {
                let parent = tag.parent_id.filter(|id| used.contains(id));
                categories.push(Category {
                    description: tag.description.clone(),
                    parent_ref: parent.map(|id| id.to_string()),
                    ..Category::new(tag.id.to_string(), tag.name.clone())
                });
            }
            for tag in tags {
                for item in &tag.item_ids {
                    of_items
                        .entry(item.clone())
                        .or_insert_with(|| tag.id.to_string());
                }
            }
        }
        (categories, of_items)
    }

    /// The dishes that a menu of a catalog offers.
    fn dishes_of_menus(&self) -> BTreeSet<i64> {
        let parts = self.catalogs.iter().flat_map(|catalog| &catalog.menu_parts);
        parts
            .flat_map(|part| part.dish_ids.iter().copied())
            .collect()
    }

    fn add_options(&self, mapped: &mut MappedCatalog) {
        let mut known = BTreeSet::new();
        for catalog in self.catalogs {
            let values: BTreeMap<i64, _> =
                catalog.option_values.iter().map(|it| (it.id, it)).collect();
            for option in catalog.options.iter().filter(|it| !it.disabled) {
                if !known.insert(option.id) {
                    continue;
                }
                let (min, max) = selections(option.minimum_choices, option.maximum_choices);
                let mut list = OptionList::new(option.id.to_string(), option.name.clone())
                    .selections(min, max);
                if option.pick_same_value {
                    list = list.multiple_selection();
                }
                let chosen = option.value_ids.iter().filter_map(|id| values.get(id));
                for value in chosen.filter(|value| !value.disabled) {
                    let price = money(value.price.price, self.currency);
                    let value = CatalogOption::new(value.name.clone(), price)
                        .reference(value.id.to_string());
                    list = list.option(value);
                }
                if list.options.is_empty() {
                    let note = CatalogNote::OptionWithoutValues(option.name.clone());
                    mapped.notes.push(note);
                } else {
                    mapped.data.option_lists.push(list);
                }
            }
        }
    }

    /// The variants that an item is restricted to: none if every catalog has it.
    fn restrictions(&self, offers: &Offers<'_>) -> Restrictions {
        if offers.len() == self.catalogs.len() {
            return Restrictions::default();
        }
        let variants = offers
            .keys()
            .filter_map(|number| self.catalogs.get(*number));
        Restrictions {
            conditions: Conditions {
                variant_refs: Some(variants.map(|catalog| catalog.id.clone()).collect()),
                ..Conditions::default()
            },
            ..Restrictions::default()
        }
    }

    fn product(
        &self,
        item: &CatalogItem,
        offers: &Offers<'_>,
        category: String,
        options: &BTreeSet<String>,
    ) -> Product {
        let price = item.price.price;
        let mut sku = Sku::new(money(price, self.currency))
            .reference(item.internal_id.to_string())
            .restrictions(self.restrictions(offers));
        let option_refs = item.option_ids.iter().map(ToString::to_string);
        for option in option_refs.filter(|option| options.contains(option)) {
            sku = sku.option_list(option);
        }
        for (number, offer) in offers {
            let catalog = self.catalogs.get(*number);
            if let Some(catalog) = catalog.filter(|_| offer.price.price != price) {
                let price = money(offer.price.price, self.currency);
                sku = sku.price_override(override_for(&catalog.id, price));
            }
        }
        let mut product = Product::new(category, item.name.clone())
            .reference(item.internal_id.to_string())
            .sku(sku);
        product.description = item.description.clone();
        let [eat_in, collection, delivery] = self.tax_rates(item, offers);
        product.tax_rate = taxes(eat_in, collection, delivery);
        product
    }

    /// The tax on the spot, to take away and delivered, in hundredths of a percent.
    fn tax_rates(&self, item: &CatalogItem, offers: &Offers<'_>) -> [Option<i64>; 3] {
        let catalog = offers
            .keys()
            .next()
            .and_then(|number| self.catalogs.get(*number));
        let rate = |id: Option<i64>| {
            let tax = catalog?.taxes.iter().find(|tax| Some(tax.id) == id)?;
            tax.rate
        };
        let of_mode = |mode: &str| {
            let rules = &item.tax_rules;
            let other = rules
                .overrides
                .iter()
                .find(|it| it.context.kind == "mode" && it.context.value == mode);
            rate(other.and_then(|it| it.tax_id))
        };
        [
            rate(item.tax_rules.tax_id),
            of_mode("takeaway"),
            of_mode("delivery"),
        ]
    }

    fn deal(
        &self,
        item: &CatalogItem,
        offers: &Offers<'_>,
        category: Option<String>,
        sold: &BTreeSet<i64>,
    ) -> Option<Deal> {
        let catalog = self.catalogs.get(*offers.keys().next()?)?;
        let parts: BTreeMap<i64, &CatalogMenuPart> = catalog
            .menu_parts
            .iter()
            .map(|part| (part.id, part))
            .collect();
        let parts: Vec<DealPart<'_>> = item
            .parts
            .iter()
            .filter_map(|part| parts.get(&part.menu_part_id))
            .map(|part| DealPart {
                name: &part.name,
                max: part.maximum_choices.unwrap_or(1),
                dishes: part
                    .dish_ids
                    .iter()
                    .map(|id| (*id, supplement(catalog, *id, part.id)))
                    .collect(),
            })
            .collect();
        let mut head = Deal::new(item.name.clone()).reference(item.internal_id.to_string());
        head.description = item.description.clone();
        head.category_ref = category;
        let head = head.restrictions(self.restrictions(offers));
        deal(head, money(item.price.price, self.currency), &parts, sold)
    }
}

/// What a dish costs on top in a part of a menu: another price in the context of that part.
fn supplement(catalog: &ZeltyCatalog, dish: i64, part: i64) -> i64 {
    let item = catalog
        .items
        .iter()
        .find(|it| it.kind == CatalogItemKind::Dish && it.internal_id == dish);
    let context = format!("ZMP{part}");
    let of_part = item.and_then(|item| {
        let mut overrides = item.price.overrides.iter();
        overrides.find(|it| {
            let value = &it.context.value;
            it.context.kind == "menu_part" && (*value == context || *value == part.to_string())
        })
    });
    of_part.and_then(|it| it.price).unwrap_or_default()
}

/// The tags with items of the catalog, and those that they are within.
fn used_tags(catalog: &ZeltyCatalog, all: &BTreeMap<i64, &CatalogTag>) -> BTreeSet<i64> {
    let items: BTreeSet<&str> = catalog
        .items
        .iter()
        .map(|it| it.public_id.as_str())
        .collect();
    let mut used = BTreeSet::new();
    for tag in catalog.tags.iter().filter(|tag| !tag.disabled) {
        if !tag.item_ids.iter().any(|id| items.contains(id.as_str())) {
            continue;
        }
        let mut next = Some(tag.id);
        // A circle of parents ends where it began.
        while let Some(id) = next.filter(|id| all.contains_key(id) && used.insert(*id)) {
            next = all.get(&id).and_then(|tag| tag.parent_id);
        }
    }
    used
}
