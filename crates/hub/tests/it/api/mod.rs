//! The API, resource by resource: the folders mirror the URLs.

mod callback;
mod limits;
mod locations;
mod manners;
mod orders;
