//! The apps against a hub that does just enough.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod developer_tools;
mod fake;
mod kezia;
mod password;
mod pos_helper;
mod printer;
mod zelty;
