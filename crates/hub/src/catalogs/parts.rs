//! The parts of a catalog, each with an address of its own.

use std::pin::Pin;

use wire::catalog::{CatalogOption, Category, Charge, Deal, Discount, OptionList, Product, Sku};

use super::READ;
use super::http;
use crate::http::caller::AtAccount;
use crate::http::path_ids::PathIds;
use crate::http::response::ApiResult;
use crate::http::routes::{Paths, Routes};
use crate::hub::Hub;

/// A list in a catalog: a section of it, or a list within one of its things.
#[derive(Clone, Copy, Debug)]
pub(super) struct SectionSpec {
    /// The key that it has in the JSON.
    pub key: &'static str,
    /// What paths call the id of a thing in it.
    pub id: &'static str,
}

impl SectionSpec {
    const fn new(key: &'static str, id: &'static str) -> Self {
        Self { key, id }
    }
}

const CATEGORIES: SectionSpec = SectionSpec::new("categories", "category_id");
const PRODUCTS: SectionSpec = SectionSpec::new("products", "product_id");
const OPTION_LISTS: SectionSpec = SectionSpec::new("option_lists", "option_list_id");
const DEALS: SectionSpec = SectionSpec::new("deals", "deal_id");
const DISCOUNTS: SectionSpec = SectionSpec::new("discounts", "discount_id");
const CHARGES: SectionSpec = SectionSpec::new("charges", "charge_id");
const SKUS: SectionSpec = SectionSpec::new("skus", "sku_id");
const OPTIONS: SectionSpec = SectionSpec::new("options", "option_id");

/// The endpoints of the parts.
pub(super) fn routes() -> Routes {
    products().and(option_lists()).and(offers())
}

fn products() -> Routes {
    Routes::new()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/categories"),
            READ,
            http::list_categories,
        )
        .operation_id("catalogs.list_categories")
        .summary("List the categories of a catalog, parents before their children")
        .response::<Vec<Category>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/categories/{category_id}"),
            READ,
            one_of(CATEGORIES),
        )
        .operation_id("catalogs.find_category")
        .summary("Read a category of a catalog")
        .response::<Category>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/products"),
            READ,
            all_of(PRODUCTS),
        )
        .operation_id("catalogs.list_products")
        .summary("List the products of a catalog")
        .response::<Vec<Product>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/products/{product_id}"),
            READ,
            one_of(PRODUCTS),
        )
        .operation_id("catalogs.find_product")
        .summary("Read a product of a catalog")
        .response::<Product>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/products/{product_id}/skus"),
            READ,
            all_within(PRODUCTS, SKUS),
        )
        .operation_id("catalogs.list_skus")
        .summary("List the skus of a product")
        .response::<Vec<Sku>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/products/{product_id}/skus/{sku_id}"),
            READ,
            one_within(PRODUCTS, SKUS),
        )
        .operation_id("catalogs.find_sku")
        .summary("Read a sku of a product")
        .response::<Sku>()
}

fn option_lists() -> Routes {
    Routes::new()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/option_lists"),
            READ,
            all_of(OPTION_LISTS),
        )
        .operation_id("catalogs.list_option_lists")
        .summary("List the option lists of a catalog")
        .response::<Vec<OptionList>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/option_lists/{option_list_id}"),
            READ,
            one_of(OPTION_LISTS),
        )
        .operation_id("catalogs.find_option_list")
        .summary("Read an option list of a catalog")
        .response::<OptionList>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/option_lists/{option_list_id}/options"),
            READ,
            all_within(OPTION_LISTS, OPTIONS),
        )
        .operation_id("catalogs.list_options")
        .summary("List the options of an option list")
        .response::<Vec<CatalogOption>>()
        .get(
            Paths::of_any_token(
                "/catalogs/{catalog_id}/option_lists/{option_list_id}/options/{option_id}",
            ),
            READ,
            one_within(OPTION_LISTS, OPTIONS),
        )
        .operation_id("catalogs.find_option")
        .summary("Read an option of an option list")
        .response::<CatalogOption>()
}

fn offers() -> Routes {
    Routes::new()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/deals"),
            READ,
            all_of(DEALS),
        )
        .operation_id("catalogs.list_deals")
        .summary("List the deals of a catalog")
        .response::<Vec<Deal>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/deals/{deal_id}"),
            READ,
            one_of(DEALS),
        )
        .operation_id("catalogs.find_deal")
        .summary("Read a deal of a catalog")
        .response::<Deal>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/discounts"),
            READ,
            all_of(DISCOUNTS),
        )
        .operation_id("catalogs.list_discounts")
        .summary("List the discounts of a catalog")
        .response::<Vec<Discount>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/discounts/{discount_id}"),
            READ,
            one_of(DISCOUNTS),
        )
        .operation_id("catalogs.find_discount")
        .summary("Read a discount of a catalog")
        .response::<Discount>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/charges"),
            READ,
            all_of(CHARGES),
        )
        .operation_id("catalogs.list_charges")
        .summary("List the charges of a catalog")
        .response::<Vec<Charge>>()
        .get(
            Paths::of_any_token("/catalogs/{catalog_id}/charges/{charge_id}"),
            READ,
            one_of(CHARGES),
        )
        .operation_id("catalogs.find_charge")
        .summary("Read a charge of a catalog")
        .response::<Charge>()
}

type ResponseFuture = Pin<Box<dyn Future<Output = ApiResult> + Send>>;

/// A handler of things in a catalog.
trait SectionQuery:
    Fn(Hub, AtAccount, PathIds) -> ResponseFuture + Clone + Send + Sync + 'static
{
}
impl<T: Fn(Hub, AtAccount, PathIds) -> ResponseFuture + Clone + Send + Sync + 'static> SectionQuery
    for T
{
}

fn all_of(section: SectionSpec) -> impl SectionQuery {
    move |hub, at, ids| -> ResponseFuture { Box::pin(http::list(hub, at, ids, section)) }
}

fn one_of(section: SectionSpec) -> impl SectionQuery {
    move |hub, at, ids| -> ResponseFuture { Box::pin(http::find_one(hub, at, ids, section)) }
}

fn all_within(section: SectionSpec, inner: SectionSpec) -> impl SectionQuery {
    move |hub, at, ids| -> ResponseFuture {
        Box::pin(http::list_within(hub, at, ids, (section, inner)))
    }
}

fn one_within(section: SectionSpec, inner: SectionSpec) -> impl SectionQuery {
    move |hub, at, ids| -> ResponseFuture {
        Box::pin(http::find_within(hub, at, ids, (section, inner)))
    }
}
