//! Signing in and up, lost password, first account, invitation: the pages outside the menu.

mod account;
mod login;
mod mail;
mod password;
mod signup;

pub use account::{FirstAccountPage, NewLocationPage};
pub use login::LoginPage;
pub use mail::{Letter, invitation, known, reset, sign_up};
pub use password::{AskResetPage, ExpiredLinkPage, NewPasswordPage, ResetSentPage};
pub use signup::{
    ConfirmSignUpPage, ExpiredSignUpPage, InvitationPage, SignUpPage, SignUpSentPage,
};

pub(crate) mod http;
pub(crate) mod store;

pub use store::ALL as STATEMENTS;
