//! What one person may do here.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::translations::Translations;
use crate::office::widgets::SelectOption;
use crate::users::permissions::{Permissions, Role};

/// A permission that can be ticked.
#[derive(Clone, Debug)]
pub struct Tick {
    /// The value of `permission`, `view_back_office`.
    pub value: String,
    /// Its name.
    pub label: String,
    /// What it gives.
    pub gives: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// Whether the reader may give it.
    pub given: bool,
}

/// Permissions of one kind.
#[derive(Clone, Debug)]
pub struct PermissionGroup {
    /// The kind's name.
    pub name: String,
    /// The permissions.
    pub ticks: Vec<Tick>,
}

/// `GET /settings/permissions/{user}`, or the answer to an added address without a role. The form
/// posts `email` or nothing, `role`, and `permission` (several) when the role is `custom`.
#[derive(Template)]
#[template(path = "settings/permissions.html")]
pub struct SetPermissionsPage {
    /// The common part.
    pub frame: Frame,
    /// The person's name, or address.
    pub who: String,
    /// The address when the person is being added.
    pub email: String,
    /// For somebody who is there already: what they may do now.
    pub now: Option<String>,
    /// Where the form posts to.
    pub action: String,
    /// The roles.
    pub roles: Vec<SelectOption>,
    /// The permissions.
    pub groups: Vec<PermissionGroup>,
    /// What is wrong.
    pub error: Option<String>,
}

/// The predefined roles for a drop-down, an empty one first, as far as the reader `may` give them.
/// `account_level` adds those that exist only there. **Manager** is an older name of **Partenaire
/// technique** and still offered, because guides ask for it.
#[must_use]
pub fn role_choices(
    words: &Translations,
    account_level: bool,
    chosen: &str,
    may: Permissions,
) -> Vec<SelectOption> {
    let settings = &words.settings;
    let mut roles = vec![
        ("", settings.choose_role),
        ("full_administrator", settings.full_administrator),
        ("technical_partner", settings.technical_partner),
        ("manager", settings.manager),
        ("back_office_viewer", settings.viewer),
        ("billing_manager", settings.billing_manager),
        ("orderline_operator", settings.orderline_operator),
    ];
    if account_level {
        roles.push(("catalog_manager", settings.catalog_manager));
    }
    roles.push(("custom", settings.custom));
    let is_given = |value: &str| {
        Role::parse(value).is_none_or(|role| may.has(role.permissions(account_level)))
    };
    roles
        .into_iter()
        .filter(|(value, _)| is_given(value))
        .map(|(value, label)| SelectOption::new(value, label, value == chosen))
        .collect()
}
