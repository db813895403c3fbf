//! Signing in and up, lost password, first account, invitation: the pages outside the menu.

mod account;
mod login;
mod login_code;
mod mail;
mod password;
mod pending_log_in;
mod signup;

pub use account::{FirstAccountPage, NewLocationPage};
pub use login::LoginPage;
pub use login_code::LoginCodePage;
pub(crate) use mail::harmless_name;
pub use mail::{
    ConnectionEndMail, PermissionMail, address_changed, address_requested, address_taken,
    already_registered, confirm_address, connection_ended, invitation, password_changed,
    permissions_changed, reset, second_factor_disabled, second_factor_enabled,
    second_factor_recovered, sign_up,
};
pub use password::{AskResetPage, ExpiredLinkPage, NewPasswordPage, ResetSentPage};
pub(crate) use pending_log_in::{PENDING_LOG_IN, PENDING_SECONDS, PendingLogIn};
pub use signup::{
    ConfirmSignUpPage, ExpiredSignUpPage, InvitationPage, JoinPage, SignUpPage, SignUpSentPage,
};

pub(crate) mod http;
pub(crate) mod store;

pub use store::ALL as STATEMENTS;
