//! What both engines promise.

mod at_rest;
mod contract;
mod migrations;
mod plans;
mod trouble;
