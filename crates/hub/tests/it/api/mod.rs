//! The API, resource by resource: the folders mirror the URLs.

mod callback;
mod catalogs;
mod customers;
mod idempotency;
mod images;
mod inventories;
mod limits;
mod locations;
mod manners;
mod orders;
mod scopes;
mod senders;
mod tags;
mod users;
