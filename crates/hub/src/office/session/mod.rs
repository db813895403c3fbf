//! Signing in and up, lost password, first account, invitation: the pages outside the menu.

mod account;
mod login;
mod mail;
mod password;
mod signup;

pub use account::{FirstAccountPage, NewLocationPage};
pub use login::LoginPage;
pub use mail::{Letter, invitation, reset};
pub use password::{AskResetPage, ExpiredLinkPage, NewPasswordPage, ResetSentPage};
pub use signup::{InvitationPage, SignUpPage};
