//! The API, resource by resource: the folders mirror the URLs.

mod callback;
mod customers;
mod locations;
mod manners;
mod orders;
