//! The API, resource by resource: the folders mirror the URLs.

mod callback;
mod catalogs;
mod images;
mod inventories;
mod locations;
mod manners;
mod orders;
