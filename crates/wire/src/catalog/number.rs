//! Ids for what is in a catalog.

use std::collections::BTreeMap;

use super::{CatalogData, CatalogItemId};

impl CatalogData {
    /// How many things in it have an id.
    pub fn items(&self) -> usize {
        let skus: usize = self.products.iter().map(|it| it.skus.len()).sum();
        let options: usize = self.option_lists.iter().map(|it| it.options.len()).sum();
        self.categories.len()
            + self.products.len()
            + skus
            + self.option_lists.len()
            + options
            + self.deals.len()
            + self.discounts.len()
            + self.charges.len()
    }

    /// Gives everything a new id, in the order of the lists, and turns refs into ids where the API
    /// shows both. Asks `fresh` once for each of [`CatalogData::items`]; none left is none given.
    pub fn number(&mut self, mut fresh: impl FnMut() -> Option<CatalogItemId>) {
        let mut categories = BTreeMap::new();
        for category in &mut self.categories {
            category.id = fresh();
            if let Some(id) = &category.id {
                categories.insert(category.reference.clone(), id.clone());
            }
        }
        let category = |reference: &str| categories.get(reference).cloned();
        for child in &mut self.categories {
            child.parent_id = child.parent_ref.as_deref().and_then(category);
        }
        let mut skus = BTreeMap::new();
        for product in &mut self.products {
            product.id = fresh();
            product.category_id = category(&product.category_ref);
            for sku in &mut product.skus {
                sku.id = fresh();
                sku.product_id.clone_from(&product.id);
                if let (Some(reference), Some(id)) = (&sku.reference, &sku.id) {
                    skus.entry(reference.clone()).or_insert_with(|| id.clone());
                }
            }
        }
        let mut option_lists = BTreeMap::new();
        for list in &mut self.option_lists {
            list.id = fresh();
            if let Some(id) = &list.id {
                option_lists.insert(list.reference.clone(), id.clone());
            }
            for option in &mut list.options {
                option.id = fresh();
                option.option_list_id.clone_from(&list.id);
            }
        }
        for sku in self.products.iter_mut().flat_map(|it| &mut it.skus) {
            let lists = sku.option_list_refs.iter();
            sku.option_list_ids = lists
                .filter_map(|reference| option_lists.get(reference).cloned())
                .collect();
        }
        for deal in &mut self.deals {
            deal.id = fresh();
            deal.category_id = deal.category_ref.as_deref().and_then(category);
            for sku in deal.lines.iter_mut().flat_map(|line| &mut line.skus) {
                sku.id = skus.get(&sku.reference).cloned();
            }
        }
        for discount in &mut self.discounts {
            discount.id = fresh();
        }
        for charge in &mut self.charges {
            charge.id = fresh();
        }
    }
}
