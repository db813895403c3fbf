//! What people do in the back office, through a browser.

mod addresses;
mod budgets;
mod callback_log;
mod confirmation;
mod connections;
mod consent;
mod dashboard;
mod developer;
mod forms;
mod hosts;
mod live;
mod location_settings;
mod mail;
mod people;
mod portal;
mod profile;
mod resend;
mod resources;
mod rights;
mod roles;
mod search;
mod second_factor;
mod session;
mod sessions;
mod suspended;
