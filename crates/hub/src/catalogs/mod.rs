//! Catalogs: what a business sells (API, chapter Catalogs).
//!
//! A catalog belongs to an account or to one of its locations. It is replaced as a whole: whoever
//! changes a price sends everything again, and everything gets new ids. Its name is the only one of
//! its kind at its place.
//!
//! - An upload is good or it is not: nothing is kept of a bad one, and every mistake in it is told.
//! - A token with `catalog.*` reaches the one catalog that was chosen, also if it is the account's;
//!   with `all_catalogs.*` at a location it reads those of the location and of the account, and
//!   writes those of the location ([`rules::may`]).
//! - `catalog.create`, `catalog.update` and `catalog.delete` carry no states: who hears of one reads
//!   the catalog.
//!
//! A large upload takes its time, but nobody else's: it is read, checked and compressed on a thread
//! apart ([`upload`]), and the change itself writes some dozens of small rows ([`packed`]). Reading
//! a catalog puts its parts in a row without parsing them; reading one product looks at one part.

mod changes;
mod http;
mod packed;
mod rules;
pub mod store;
mod upload;

use std::pin::Pin;

use wire::scope::{Resource, Right};

use crate::http::answer::Answer;
use crate::http::caller::AtAccount;
use crate::http::routes::{Needs, Paths, Routes, needs};
use crate::hub::Hub;
use http::Named;

pub use changes::fill;

const AT_LOCATION: Paths = &["/locations/{location_id}/catalogs", "/location/catalogs"];
const AT_ACCOUNT: Paths = &["/accounts/{account_id}/catalogs", "/account/catalogs"];
const CATALOG: Paths = &["/catalogs/{catalog_id}"];

/// Any catalog, or the one that was chosen.
const READ: Needs = Needs::AnyOf(&[Resource::Catalog, Resource::AllCatalogs], Right::Read);
const WRITE: Needs = Needs::AnyOf(&[Resource::Catalog, Resource::AllCatalogs], Right::Write);
const WRITE_ALL: Needs = needs(Resource::AllCatalogs, Right::Write);

/// The endpoints of catalogs.
pub fn routes() -> Routes {
    let catalogs = Routes::new()
        .get(AT_LOCATION, READ, http::list_of_location)
        .post(AT_LOCATION, WRITE_ALL, http::create_at_location)
        .get(AT_ACCOUNT, READ, http::list_of_account)
        .post(AT_ACCOUNT, WRITE_ALL, http::create_at_account)
        .get(CATALOG, READ, http::find)
        .heavy_unless("hide_data", "true")
        .put(CATALOG, WRITE, http::update)
        .delete(CATALOG, WRITE_ALL, http::remove);
    catalogs
        .get(
            &["/catalogs/{catalog_id}/categories"],
            READ,
            http::list_categories,
        )
        .get(
            &["/catalogs/{catalog_id}/categories/{category_id}"],
            READ,
            one_of("categories"),
        )
        .get(
            &["/catalogs/{catalog_id}/products"],
            READ,
            all_of("products"),
        )
        .get(
            &["/catalogs/{catalog_id}/products/{product_id}"],
            READ,
            one_of("products"),
        )
        .get(
            &["/catalogs/{catalog_id}/products/{product_id}/skus"],
            READ,
            all_within("products", "skus"),
        )
        .get(
            &["/catalogs/{catalog_id}/products/{product_id}/skus/{sku_id}"],
            READ,
            one_within("products", "skus"),
        )
        .get(
            &["/catalogs/{catalog_id}/option_lists"],
            READ,
            all_of("option_lists"),
        )
        .get(
            &["/catalogs/{catalog_id}/option_lists/{option_list_id}"],
            READ,
            one_of("option_lists"),
        )
        .get(
            &["/catalogs/{catalog_id}/option_lists/{option_list_id}/options"],
            READ,
            all_within("option_lists", "options"),
        )
        .get(
            &["/catalogs/{catalog_id}/option_lists/{option_list_id}/options/{option_id}"],
            READ,
            one_within("option_lists", "options"),
        )
        .get(&["/catalogs/{catalog_id}/deals"], READ, all_of("deals"))
        .get(
            &["/catalogs/{catalog_id}/deals/{deal_id}"],
            READ,
            one_of("deals"),
        )
        .get(
            &["/catalogs/{catalog_id}/discounts"],
            READ,
            all_of("discounts"),
        )
        .get(
            &["/catalogs/{catalog_id}/discounts/{discount_id}"],
            READ,
            one_of("discounts"),
        )
        .get(&["/catalogs/{catalog_id}/charges"], READ, all_of("charges"))
        .get(
            &["/catalogs/{catalog_id}/charges/{charge_id}"],
            READ,
            one_of("charges"),
        )
}

type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A handler of things in a catalog.
trait Asked: Fn(Hub, AtAccount, Named) -> Answering + Clone + Send + Sync + 'static {}
impl<T: Fn(Hub, AtAccount, Named) -> Answering + Clone + Send + Sync + 'static> Asked for T {}

fn all_of(section: &'static str) -> impl Asked {
    move |hub, at, named| -> Answering { Box::pin(http::list(hub, at, named, section)) }
}

fn one_of(section: &'static str) -> impl Asked {
    move |hub, at, named| -> Answering { Box::pin(http::find_one(hub, at, named, section)) }
}

fn all_within(section: &'static str, inner: &'static str) -> impl Asked {
    move |hub, at, named| -> Answering {
        Box::pin(http::list_within(hub, at, named, (section, inner)))
    }
}

fn one_within(section: &'static str, inner: &'static str) -> impl Asked {
    move |hub, at, named| -> Answering {
        Box::pin(http::find_within(hub, at, named, (section, inner)))
    }
}
