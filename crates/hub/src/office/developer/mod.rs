//! **DÉVELOPPEUR**: the OAuth clients of a reader, one per application.

mod client;
pub(crate) mod http;
mod list;
mod secret;

pub use client::{ClientPage, NewClientPage};
pub use list::{ClientLine, ClientsPage};
pub use secret::SecretPage;
