//! What people do in the back office, through a browser.

mod callback_log;
mod connections;
mod consent;
mod dashboard;
mod developer;
mod forms;
mod hosts;
mod mail;
mod people;
mod portal;
mod profile;
mod roles;
mod session;
mod suspended;
