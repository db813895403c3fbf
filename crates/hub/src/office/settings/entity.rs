//! The facts of the account or location, and its permissions.

use askama::Template;

use super::ResourceLine;
use crate::office::frame::Frame;
use crate::office::widgets::{Field, LabelledValue, SelectOption};

/// A location of the account.
#[derive(Clone, Debug)]
pub struct LocationLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The city.
    pub city: String,
    /// Whether the reader may change it.
    pub may_change: bool,
}

/// How the chosen location works.
#[derive(Clone, Debug)]
pub struct LocationSection {
    /// The location's id.
    pub id: String,
    /// Preparation time, order acceptance, opening hours.
    pub facts: Vec<LabelledValue>,
}

/// Who may do what here; shown to those who may change it.
#[derive(Clone, Debug)]
pub struct PeopleSection {
    /// Users and invited persons.
    pub people: Vec<Person>,
    /// The address to add.
    pub email: Field,
    /// The predefined roles, an empty one first: see `role_choices`.
    pub roles: Vec<SelectOption>,
}

/// A user, or somebody invited.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id of the user or of the invitation.
    pub id: String,
    /// Full name; empty for somebody invited.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// The role's name, or the permissions in words.
    pub role: String,
    /// Whether the reader holds all of it, and so may change or take it.
    pub may_change: bool,
    /// `valable jusqu'au 14/03/2026`, for somebody invited.
    pub pending: Option<String>,
    /// `Invitation de Ada Martin`, for somebody invited.
    pub by: Option<String>,
}

/// `GET /settings`. The form posts `email` and `role` to `/settings/permissions`. A predefined role is
/// given, or offered in an invitation, and this page says so; without one, the page that sets
/// permissions one by one comes next.
#[derive(Template)]
#[template(path = "settings/entity.html")]
pub struct SettingsPage {
    /// The common part.
    pub frame: Frame,
    /// Whether these are the settings of the whole account.
    pub account_level: bool,
    /// Name, id, time zone, currency …
    pub facts: Vec<LabelledValue>,
    /// Whether the reader may change them.
    pub may_manage: bool,
    /// How the location works, for a location.
    pub location: Option<LocationSection>,
    /// The locations, for the whole account.
    pub locations: Vec<LocationLine>,
    /// The catalogs.
    pub catalogs: Vec<ResourceLine>,
    /// The customer lists.
    pub customer_lists: Vec<ResourceLine>,
    /// Whether the reader may add to them here.
    pub may_add: bool,
    /// The permissions; `None` for a reader who may not see them.
    pub permissions: Option<PeopleSection>,
}
