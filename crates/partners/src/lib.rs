//! Partner apps that reach the hub over HTTP only, as anybody's app would.
//!
//! - [`developer_tools`]: a web app to place orders by hand and watch what the hub sends back;
//! - [`kezia`]: Kezia II, a till program that fetches web orders;
//! - [`kit`]: what apps share.
//!
//! Nothing here knows the hub's own crate: [`client`] and HTTP are the only way in.

pub mod developer_tools;
pub mod kezia;
pub mod kit;

pub use kit::Failure;
pub use kit::settings::Settings;
