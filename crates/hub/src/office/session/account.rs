//! The forms that make an account with its first location, or one more location.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::{Field, SelectOption};

/// `GET` and `POST /accounts/new`: fields `account_name`, `location_name`, `country`, `timezone`,
/// `address`, `postal_code`, `city`, `currency`, `back`.
#[derive(Template)]
#[template(path = "session/first_account.html")]
pub struct FirstAccountPage {
    /// The common part.
    pub frame: Frame,
    /// The account's name.
    pub account_name: Field,
    /// The first location's name.
    pub location_name: Field,
    /// Two-letter codes with the country's name.
    pub countries: Vec<SelectOption>,
    /// Names of the time-zone database, `Europe/Paris`.
    pub timezones: Vec<SelectOption>,
    /// Street and number.
    pub address: Field,
    /// Postcode.
    pub postal_code: Field,
    /// City.
    pub city: Field,
    /// Three-letter codes with the currency's name.
    pub currencies: Vec<SelectOption>,
    /// Where to go afterwards; a path of this hub, or empty.
    pub back: String,
    /// Where **Annuler** leads; `None` when an account is needed to go on.
    pub cancel: Option<String>,
}

/// `GET` and `POST /locations/new`: fields `account_id`, `location_name`, `country`, `timezone`,
/// `address`, `postal_code`, `city`, `back`.
#[derive(Template)]
#[template(path = "session/new_location.html")]
pub struct NewLocationPage {
    /// The common part.
    pub frame: Frame,
    /// The accounts in which this reader may make a location.
    pub accounts: Vec<SelectOption>,
    /// The location's name.
    pub location_name: Field,
    /// Two-letter codes with the country's name.
    pub countries: Vec<SelectOption>,
    /// Names of the time-zone database.
    pub timezones: Vec<SelectOption>,
    /// Street and number.
    pub address: Field,
    /// Postcode.
    pub postal_code: Field,
    /// City.
    pub city: Field,
    /// Where to go afterwards; a path of this hub, or empty.
    pub back: String,
    /// Where **Annuler** leads.
    pub cancel: Option<String>,
}
