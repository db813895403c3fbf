//! The articles and menus with **Publication WEB**, as the hub's catalog has them.

use std::collections::BTreeSet;

use client::catalog::{
    CatalogData, CatalogOption, Category, Deal, DealLine, DealSku, OptionList, Product, Sku,
    TaxRate,
};
use client::order::{Currency, Decimal, Money};
use rusqlite::Transaction;

use crate::kezia::articles::menus::{self, ArticleMenu};
use crate::kezia::articles::{self, Article, ArticleCategory};
use crate::kezia::hub_options::HubOptions;
use crate::kit::store::StoreError;

/// What is uploaded.
pub(super) fn published(
    tx: &Transaction<'_>,
    options: &HubOptions,
    currency: Currency,
) -> Result<CatalogData, StoreError> {
    let articles = articles::all(tx)?;
    let published: Vec<Article> = articles
        .into_iter()
        .filter(|article| article.is_published)
        .collect();
    let upload = CatalogUpload {
        published,
        is_by_code: options.is_by_code,
        currency,
    };
    let data = CatalogData::default();
    let categories = upload.categories(&articles::categories(tx)?);
    let data = categories.into_iter().fold(data, CatalogData::category);
    let data = upload
        .products()
        .into_iter()
        .fold(data, CatalogData::product);
    let lists = upload.option_lists();
    let data = lists.into_iter().fold(data, CatalogData::option_list);
    let menus = menus::all(tx)?;
    let deals = menus.iter().filter(|menu| menu.is_published);
    let deals = deals.filter_map(|menu| upload.deal(menu));
    Ok(deals.fold(data, CatalogData::deal))
}

struct CatalogUpload {
    published: Vec<Article>,
    is_by_code: bool,
    currency: Currency,
}

impl CatalogUpload {
    fn money(&self, cents: i64) -> Money {
        Money::new(cents, self.currency)
    }

    fn products_of_web(&self) -> impl Iterator<Item = &Article> {
        self.published.iter().filter(|article| !article.is_option)
    }

    fn options(&self) -> impl Iterator<Item = &Article> {
        let options = self.published.iter().filter(|article| article.is_option);
        options.filter(|article| !article.option_list.is_empty())
    }

    /// The categories with something in them, each after the one above it.
    fn categories(&self, known: &[ArticleCategory]) -> Vec<Category> {
        let mut used = BTreeSet::new();
        for article in self.products_of_web() {
            let mut next = Some(article.category);
            while let Some(id) = next
                && used.insert(id)
            {
                let found = known.iter().find(|category| category.id == id);
                next = found.and_then(|category| category.parent);
            }
        }
        let used = known.iter().filter(|category| used.contains(&category.id));
        used.map(|category| {
            let reference = ArticleCategory::reference(category.id);
            let uploaded = Category::new(reference, category.name.as_str());
            match category.parent {
                Some(parent) => uploaded.parent_ref(ArticleCategory::reference(parent)),
                None => uploaded,
            }
        })
        .collect()
    }

    fn products(&self) -> Vec<Product> {
        let lists: BTreeSet<&str> = self.options().map(|it| it.option_list.as_str()).collect();
        let products = self.products_of_web().map(|article| {
            let reference = article.reference(self.is_by_code);
            let mut sku = Sku::new(self.money(article.price_cents)).reference(reference.as_str());
            if lists.contains(article.option_list.as_str()) {
                sku = sku.option_list(list_reference(&article.option_list));
            }
            let category = ArticleCategory::reference(article.category);
            let product = Product::new(category, article.name.as_str())
                .reference(reference)
                .sku(sku);
            match Decimal::from_thousandths(article.tax_thousandths) {
                Some(rate) => product.tax_rate(TaxRate::same(rate)),
                None => product,
            }
        });
        products.collect()
    }

    /// The lists of options that have one.
    fn option_lists(&self) -> Vec<OptionList> {
        let mut lists: Vec<(&str, OptionList)> = Vec::new();
        for article in self.options() {
            let name = article.option_list.as_str();
            let option = CatalogOption::new(article.name.as_str(), self.money(article.price_cents))
                .reference(article.reference(self.is_by_code));
            let (known, list) = match lists.iter().position(|(known, _)| *known == name) {
                Some(at) => lists.remove(at),
                None => (name, OptionList::new(list_reference(name), name)),
            };
            lists.push((known, list.option(option)));
        }
        lists.into_iter().map(|(_, list)| list).collect()
    }

    /// A menu as a deal; none if one of its lines has nothing that is sold on the web.
    fn deal(&self, menu: &ArticleMenu) -> Option<Deal> {
        let deal = Deal::new(menu.name.as_str()).reference(menu.idart.to_string());
        let mut lines = menu.lines.iter().map(|line| {
            let chosen = self
                .products_of_web()
                .filter(|article| line.articles.contains(&article.idart));
            let skus: Vec<DealSku> = chosen
                .map(|article| DealSku::new(article.reference(self.is_by_code)))
                .collect();
            let is_empty = skus.is_empty();
            let line =
                DealLine::fixed_price(self.money(line.price_cents)).label(line.label.as_str());
            (!is_empty).then(|| skus.into_iter().fold(line, DealLine::sku))
        });
        lines.try_fold(deal, |deal, line| Some(deal.line(line?)))
    }
}

/// The ref of a list of options, made of its name.
fn list_reference(name: &str) -> String {
    let letters = name.chars().map(|letter| {
        if letter.is_alphanumeric() {
            letter.to_ascii_uppercase()
        } else {
            '-'
        }
    });
    format!("OPT-{}", letters.collect::<String>())
}
