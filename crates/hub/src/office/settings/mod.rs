//! **CONFIGURATION**: the account or the location, and who may do what there.

mod accounts;
mod entity;
mod permissions;

pub use accounts::{AccountLine, AccountsPage};
pub use entity::{LocationLine, Permissions, Person, SettingsPage};
pub use permissions::{PermissionGroup, SetPermissionsPage, Tick, role_choices};
