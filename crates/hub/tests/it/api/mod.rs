//! The API, resource by resource: the folders mirror the URLs.

mod callback;
mod catalogs;
mod customers;
mod etag;
mod idempotency;
mod images;
mod inventories;
mod limits;
mod locations;
mod middleware;
mod orders;
mod scopes;
mod senders;
mod users;
