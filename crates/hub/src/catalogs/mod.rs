//! Catalogs: what a business sells (API, chapter Catalogs).
//!
//! A catalog belongs to an account or to one of its locations. It is replaced as a whole: whoever
//! changes a price sends everything again, and everything gets new ids. Its name is the only one of
//! its kind at its place.
//!
//! - An upload is good or it is not: nothing is kept of a bad one, and every mistake in it is told.
//! - A token with `catalog.*` reaches the one catalog that was chosen, also if it is the account's;
//!   with `all_catalogs.*` at a location it reads those of the location and of the account, and
//!   writes those of the location ([`access`]).
//! - `catalog.create`, `catalog.update` and `catalog.delete` carry no states: who hears of one reads
//!   the catalog.
//!
//! A large upload takes its time, but nobody else's: it is read, checked and compressed on a thread
//! apart ([`upload`]), and the change itself writes some dozens of small rows ([`compressed`]). Reading
//! a catalog puts its parts in a row without parsing them; reading one product looks at one part.

mod access;
pub(crate) mod browse;
mod changes;
mod compressed;
mod http;
pub mod images;
pub(crate) mod owner_changes;
mod parts;
mod rules;
pub mod store;
mod upload;

use wire::catalog::{Catalog, RawCatalog};
use wire::scope::{Resource, Right};

use crate::http::endpoint_doc::EmptyObject;
use crate::http::routes::{Needs, Paths, Routes, needs};

pub(crate) use access::{find_permitted, is_chosen};
pub use browse::ALL as BROWSE;
pub use changes::fill;
pub use owner_changes::ALL as OWNER_CHANGES;

/// What paths call the id of a catalog.
pub(crate) const ID: &str = "catalog_id";

const AT_LOCATION: Paths =
    Paths::of_location("/locations/{location_id}/catalogs", "/location/catalogs");
const AT_ACCOUNT: Paths = Paths::of_account("/accounts/{account_id}/catalogs", "/account/catalogs");
const CATALOG: Paths = Paths::of_any_token("/catalogs/{catalog_id}");

const EXAMPLE: &str = include_str!("example.json");
const NEEDS_NAME: &str = "`name` is required. Unknown members are refused.";

const ONE_OR_ALL: &[Resource] = &[Resource::Catalog, Resource::AllCatalogs];

/// To read the chosen catalog, or all of them.
pub(crate) const READ: Needs = Needs::AnyOf(ONE_OR_ALL, Right::Read);
/// To write them.
pub(crate) const WRITE: Needs = Needs::AnyOf(ONE_OR_ALL, Right::Write);
/// To make and delete catalogs.
const WRITE_ALL: Needs = needs(Resource::AllCatalogs, Right::Write);

/// The endpoints of catalogs.
pub fn routes() -> Routes {
    collection_routes()
        .and(catalog_routes())
        .and(parts::routes())
}

fn collection_routes() -> Routes {
    Routes::new()
        .get(AT_LOCATION, READ, http::list_of_location)
        .operation_id("catalogs.list_of_location")
        .summary("List the catalogs of a location and of its account, oldest first")
        .note("The answer is without `data`. With the permission `catalog.read` it has only the catalog that the user chose.")
        .response::<Vec<Catalog>>()
        .post(AT_LOCATION, WRITE_ALL, http::create_at_location)
        .operation_id("catalogs.create_at_location")
        .summary("Create a catalog of a location")
        .note(NEEDS_NAME)
        .request::<RawCatalog>()
        .example(EXAMPLE)
        .response::<Catalog>()
        .get(AT_ACCOUNT, READ, http::list_of_account)
        .operation_id("catalogs.list_of_account")
        .summary("List the catalogs of the account itself, oldest first")
        .note("The answer is without `data`. With the permission `catalog.read` it has only the catalog that the user chose.")
        .response::<Vec<Catalog>>()
        .post(AT_ACCOUNT, WRITE_ALL, http::create_at_account)
        .operation_id("catalogs.create_at_account")
        .summary("Create a catalog that all locations share")
        .note(NEEDS_NAME)
        .request::<RawCatalog>()
        .example(EXAMPLE)
        .response::<Catalog>()
}

fn catalog_routes() -> Routes {
    Routes::new()
        .get(CATALOG, READ, http::find)
        .operation_id("catalogs.find")
        .heavy_unless("hide_data", "true")
        .summary("Read a catalog")
        .note("It counts as a light one if `hide_data` is `true`.")
        .filter::<bool>("hide_data", "`true` to leave out `data`")
        .response::<Catalog>()
        .put(CATALOG, WRITE, http::update)
        .operation_id("catalogs.update")
        .summary("Replace the content of a catalog, its name, or both")
        .note("The content is replaced as a whole, and every part of it gets a new id. A `name` or `data` that is left out stays as it is.")
        .request::<RawCatalog>()
        .example(
            r#"{ "name": "Carte de midi", "data": {
                "categories": [{ "ref": "PIZ", "name": "Pizzas" }],
                "products": [{ "name": "Reine", "category_ref": "PIZ",
                    "skus": [{ "ref": "REI-33", "price": "11.90 EUR" }] }] } }"#,
        )
        .response::<Catalog>()
        .delete(CATALOG, WRITE_ALL, http::remove)
        .operation_id("catalogs.remove")
        .summary("Delete a catalog, with its images")
        .response::<EmptyObject>()
}
