//! What both engines promise.

mod contract;
mod cut;
mod migrations;
mod plans;
mod sessions;
mod trouble;
