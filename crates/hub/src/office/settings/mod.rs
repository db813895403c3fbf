//! **CONFIGURATION**: the account or the location, and who may do what there.

mod accounts;
mod entity;
pub(crate) mod http;
mod permissions;

pub use accounts::{AccountLine, AccountsPage};
pub use entity::{LocationLine, Permissions, Person, SettingsPage};
pub use permissions::{PermissionGroup, SetPermissionsPage, Tick, role_choices};

use crate::office::words::Words;
use crate::users::permissions::{Permissions as Held, Role};

/// How a permission is called, for somebody who lacks it.
pub(crate) fn permission_label(words: &Words, permission: Held) -> Option<String> {
    let settings = &words.settings;
    let label = match permission {
        Held::VIEW => settings.view_back_office,
        Held::CONNECTIONS => settings.manage_connections,
        Held::ENTITY => settings.manage_entity,
        Held::BILLING => settings.manage_billing,
        Held::ORDER_LINE => settings.use_orderline,
        Held::CATALOG_MANAGER => settings.use_catalog_manager,
        _ => return None,
    };
    Some(label.to_owned())
}

/// What a set of permissions is called: a role, or the permissions themselves.
pub(crate) fn role_name(words: &Words, held: Held, is_account: bool) -> String {
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
                Held::VIEW,
                Held::CONNECTIONS,
                Held::ENTITY,
                Held::BILLING,
                Held::ORDER_LINE,
                Held::CATALOG_MANAGER,
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
