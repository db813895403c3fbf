//! What both engines promise.

mod contract;
mod migrations;
mod trouble;
