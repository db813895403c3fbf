//! Users: the people who sign in, and what each may do where.
//!
//! A user has permissions on accounts (which cover all their locations) or on single locations. The
//! API shows a user only to the holder of a token with a profile permission.

pub mod changes;
mod http;
pub(crate) mod invitations;
pub mod mailbox;
pub mod passwords;
pub mod permissions;
pub mod second_factor;
pub mod store;

pub use invitations::ALL as INVITATIONS;

use wire::user::User;

use crate::http::routes::{Needs, Paths, Routes};

const USER: Paths = Paths::of_any_token("/user");

/// The endpoint of users.
pub fn routes() -> Routes {
    Routes::new()
        .get(USER, Needs::Profile, http::find)
        .operation_id("users.find")
        .summary("Read the user who authorized the client")
        .response::<User>()
}
