//! What both engines promise.

mod contract;
mod migrations;
mod plans;
mod trouble;
