//! **CONFIGURATION**: the account or the location, and who may do what there.

mod account_form;
mod accounts;
mod editing;
mod entity;
mod hours_form;
pub(crate) mod http;
mod location_form;
mod permissions;
mod resources;

pub use account_form::AccountFormPage;
pub use accounts::{AccountLine, AccountsPage};
pub use entity::{LocationLine, LocationSection, PeopleSection, Person, SettingsPage};
pub(super) use hours_form::slots_text;
pub use hours_form::{DayField, HoursFormPage};
pub use location_form::LocationFormPage;
pub use permissions::{PermissionGroup, SetPermissionsPage, Tick, role_choices};
pub use resources::{ResourceFormPage, ResourceLine};

use crate::office::translations::Translations;
use crate::users::permissions::{Permissions, Role};

/// How a permission is called, for somebody who lacks it.
pub(crate) fn permission_label(words: &Translations, permission: Permissions) -> Option<String> {
    let settings = &words.settings;
    let label = match permission {
        Permissions::VIEW => settings.view_back_office,
        Permissions::CONNECTIONS => settings.manage_connections,
        Permissions::ENTITY => settings.manage_entity,
        Permissions::BILLING => settings.manage_billing,
        Permissions::ORDER_LINE => settings.use_orderline,
        Permissions::CATALOG_MANAGER => settings.use_catalog_manager,
        _ => return None,
    };
    Some(label.to_owned())
}

/// What a set of permissions is called: a role, or the permissions themselves.
pub(crate) fn role_name(words: &Translations, held: Permissions, is_account: bool) -> String {
    let settings = &words.settings;
    let label = match Role::of(held, is_account) {
        Some(Role::FullAdministrator) => settings.full_administrator,
        Some(Role::TechnicalPartner) => settings.technical_partner,
        Some(Role::BackOfficeViewer) => settings.viewer,
        Some(Role::BillingManager) => settings.billing_manager,
        Some(Role::OrderLineOperator) => settings.orderline_operator,
        Some(Role::CatalogManager) => settings.catalog_manager,
        None => {
            let all = [
                Permissions::VIEW,
                Permissions::CONNECTIONS,
                Permissions::ENTITY,
                Permissions::BILLING,
                Permissions::ORDER_LINE,
                Permissions::CATALOG_MANAGER,
            ];
            let labels = all.into_iter().filter(|one| held.has(*one));
            let labels: Vec<String> = labels
                .filter_map(|one| permission_label(words, one))
                .collect();
            return labels.join(", ");
        }
    };
    label.to_owned()
}
