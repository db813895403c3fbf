//! What both engines promise.

mod at_rest;
mod contract;
mod cut;
mod migrations;
mod plans;
mod pooler;
mod sessions;
mod silence;
mod tls;
mod trouble;
