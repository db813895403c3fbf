//! The back office: what merchants, their partners and developers see in a browser.
//!
//! A page is a struct that derives `Template`: all it shows is already formatted, in the reader's
//! language, and it knows nothing of the database. A folder per section as the user sees it, a file
//! per page; `templates/` mirrors it. Every page holds a [`frame::Frame`], from which come the menu,
//! the selectors, the notices, the CSRF token and the [`words::Words`].
//!
//! Pages work without JavaScript, without inline scripts and without inline styles, so that a
//! strict Content-Security-Policy holds: see [`assets`].

pub mod assets;
pub mod confirm;
pub mod connections;
pub mod consent;
pub mod dashboard;
pub mod data;
pub mod developer;
pub mod exchange;
pub mod format;
pub mod frame;
pub mod json;
pub mod mishap;
pub mod parts;
pub mod profile;
pub mod session;
pub mod settings;
pub mod words;
