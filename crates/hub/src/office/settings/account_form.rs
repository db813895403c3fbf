//! The form of an account.

use askama::Template;

use super::editing::{EditForm, FormValues};
use crate::accounts::store::AccountRow;
use crate::office::country_lists;
use crate::office::form::FormFields;
use crate::office::frame::Frame;
use crate::office::session::http::required;
use crate::office::translations::{Language, Translations};
use crate::office::widgets::{Field, SelectOption};

/// `GET` and `POST /settings/account`: fields `name`, `timezone`, `revision`.
#[derive(Template)]
#[template(path = "settings/account.html")]
pub struct AccountFormPage {
    /// The common part.
    pub frame: Frame,
    /// The account's id.
    pub id: String,
    /// The name.
    pub name: Field,
    /// The time zones.
    pub timezones: Vec<SelectOption>,
    /// The currency, which never changes.
    pub currency: String,
    /// Which values the form was filled with.
    pub revision: String,
}

/// The fields of the form.
#[derive(Clone, Debug)]
pub(super) struct AccountForm {
    pub name: Field,
    pub timezone: String,
}

impl EditForm for AccountForm {
    fn values(&self, words: &Translations) -> FormValues {
        FormValues(vec![
            (words.settings.name, self.name.value.clone()),
            (words.settings.timezone, self.timezone.clone()),
        ])
    }
}

impl AccountForm {
    /// The form of an account as it is.
    pub(super) fn of(account: &AccountRow) -> Self {
        Self {
            name: Field::of(account.name.as_str()),
            timezone: account.timezone.clone(),
        }
    }

    /// The form as it was sent.
    pub(super) fn read(posted: &FormFields, language: Language) -> Self {
        Self {
            name: required(posted, "name", language),
            timezone: posted.get("timezone").to_owned(),
        }
    }

    /// Whether it can be saved.
    pub(super) fn is_right(&self) -> bool {
        self.name.error.is_none() && country_lists::is_timezone(&self.timezone)
    }

    /// The page of the form.
    pub(super) fn page(
        self,
        frame: Frame,
        account: &AccountRow,
        revision: String,
    ) -> AccountFormPage {
        AccountFormPage {
            frame,
            id: account.id.to_string(),
            name: self.name,
            timezones: country_lists::timezones_with(&self.timezone),
            currency: account.currency.as_str().to_owned(),
            revision,
        }
    }
}
