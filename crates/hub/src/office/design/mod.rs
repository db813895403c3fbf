//! `/design`: what the pages are made of, on one page, for those who make pages. Everything on it is drawn by
//! the macros and classes of the other pages, so it cannot say anything else than they do. Served where
//! `developers.design_page` says so.

pub(crate) mod http;
mod page;
mod stylesheet;

pub use page::DesignPage;
pub use stylesheet::STYLESHEET;
