//! Everything the hub promises, through its front door.
//!
//! The suite runs on SQLite, and on PostgreSQL when `PASSEPLAT_TEST_POSTGRES` names a server.

mod api;
mod db;
mod dispatch;
mod oauth;
mod office;
mod support;
