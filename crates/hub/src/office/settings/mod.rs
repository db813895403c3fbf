//! **CONFIGURATION**: the account or the location, and who may do what there.

mod accounts;
mod entity;
mod permissions;

pub use accounts::{AccountLine, AccountsPage};
pub use entity::{LocationLine, Permissions, Person, SettingsPage};
pub use permissions::{PermissionGroup, SetPermissionsPage, Tick, role_choices};

use crate::office::words::Words;
use crate::users::permissions::Permissions as Held;

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
