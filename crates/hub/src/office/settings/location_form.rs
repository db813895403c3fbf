//! The form of a location: its name, address and time zone.

use askama::Template;
use wire::location::Location;

use super::editing::{EditForm, FormValues};
use crate::locations::rules::LocationDetails;
use crate::office::country_lists;
use crate::office::form::FormFields;
use crate::office::frame::Frame;
use crate::office::session::http::required;
use crate::office::translations::{Language, Translations};
use crate::office::widgets::{Field, SelectOption};

/// `GET` and `POST /settings/locations/{id}`: fields `name`, `address`, `postal_code`, `city`, `country`,
/// `timezone`, `revision`.
#[derive(Template)]
#[template(path = "settings/location.html")]
pub struct LocationFormPage {
    /// The common part.
    pub frame: Frame,
    /// The location's id.
    pub id: String,
    /// The name.
    pub name: Field,
    /// Street and number.
    pub address: Field,
    /// The postal code.
    pub postal_code: Field,
    /// The city.
    pub city: Field,
    /// The countries.
    pub countries: Vec<SelectOption>,
    /// The time zones.
    pub timezones: Vec<SelectOption>,
    /// Which values the form was filled with.
    pub revision: String,
}

/// The fields of the form.
#[derive(Clone, Debug)]
pub(super) struct LocationForm {
    pub name: Field,
    address: String,
    postal_code: String,
    city: String,
    country: String,
    timezone: String,
}

impl EditForm for LocationForm {
    fn values(&self, words: &Translations) -> FormValues {
        let (w, s) = (&words.settings, &words.session);
        FormValues(vec![
            (w.name, self.name.value.clone()),
            (w.address, self.address.clone()),
            (s.postal_code, self.postal_code.clone()),
            (s.city, self.city.clone()),
            (w.country, self.country.clone()),
            (w.timezone, self.timezone.clone()),
        ])
    }
}

impl LocationForm {
    /// The form of a location as it is.
    pub(super) fn of(location: &Location) -> Self {
        let details = LocationDetails::of(location);
        Self {
            name: Field::of(details.name),
            address: details.address.unwrap_or_default(),
            postal_code: details.postal_code.unwrap_or_default(),
            city: details.city.unwrap_or_default(),
            country: details.country.unwrap_or_default(),
            timezone: details.timezone,
        }
    }

    /// The form as it was sent.
    pub(super) fn read(posted: &FormFields, language: Language) -> Self {
        let text = |name: &str| posted.text(name).unwrap_or_default();
        Self {
            name: required(posted, "name", language),
            address: text("address"),
            postal_code: text("postal_code"),
            city: text("city"),
            country: text("country"),
            timezone: text("timezone"),
        }
    }

    /// What the form asks for, if it can be saved in place of the stored details.
    pub(super) fn check(&self, stored: &LocationDetails) -> Option<LocationDetails> {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let country = filled(&self.country);
        let is_known = country.as_deref().is_some_and(country_lists::is_country);
        let is_right = self.name.error.is_none()
            && (is_known || country == stored.country)
            && country_lists::is_timezone(&self.timezone);
        is_right.then(|| LocationDetails {
            name: self.name.value.clone(),
            address: filled(&self.address),
            postal_code: filled(&self.postal_code),
            city: filled(&self.city),
            country,
            timezone: self.timezone.clone(),
        })
    }

    /// The page of the form.
    pub(super) fn page(self, frame: Frame, id: &str, revision: String) -> LocationFormPage {
        let words = frame.words;
        let mut countries = country_lists::countries(&self.country, words.language);
        if !country_lists::is_country(&self.country) {
            // What is stored stays chosen until somebody chooses another.
            countries.iter_mut().for_each(|it| it.chosen = false);
            let label = match self.country.as_str() {
                "" => words.location_settings.no_country,
                code => code,
            };
            let own = SelectOption::new(self.country.as_str(), label, true);
            countries.insert(0, own);
        }
        LocationFormPage {
            frame,
            id: id.to_owned(),
            name: self.name,
            address: Field::of(self.address),
            postal_code: Field::of(self.postal_code),
            city: Field::of(self.city),
            countries,
            timezones: country_lists::timezones_with(&self.timezone),
            revision,
        }
    }
}
