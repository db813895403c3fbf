//! What both engines promise.

mod at_rest;
mod contract;
mod cut;
mod migrations;
mod plans;
mod sessions;
mod silence;
mod trouble;
