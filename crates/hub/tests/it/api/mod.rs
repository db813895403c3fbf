//! The API, resource by resource: the folders mirror the URLs.

mod callback;
mod catalogs;
mod locations;
mod manners;
mod orders;
