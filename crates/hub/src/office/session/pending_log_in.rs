//! A log-in whose password was right, and whose code of the second factor is still to come.
//!
//! It is a cookie and no session: the user it names, until when, and a digest of both that is keyed with the master
//! key and ends with the password. So it opens nothing but the page that asks for the code, and nothing of it is
//! stored.

use jiff::{SignedDuration, Timestamp};
use wire::id::UserId;

use crate::entropy::hex;
use crate::secret::{self, MasterKey};
use crate::users::store::User;

/// The cookie that holds it.
pub(crate) const PENDING_LOG_IN: &str = "passeplat_log_in";

/// For how long the code may be given, in seconds.
pub(crate) const PENDING_SECONDS: i64 = 600;

/// What the cookie says, before it is checked.
#[derive(Clone)]
pub(crate) struct PendingLogIn {
    /// Whose it would be.
    pub user: UserId,
    until: i64,
    digest: String,
}

impl PendingLogIn {
    /// The text of the cookie of a user.
    pub fn text(key: &MasterKey, user: &User, now: Timestamp) -> String {
        let until = (now + SignedDuration::from_secs(PENDING_SECONDS)).as_second();
        format!("{}.{until}.{}", user.id, digest(key, user, until))
    }

    /// Reads the text of a cookie.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (user, until, digest) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            user: UserId::parse(user).ok()?,
            until: until.parse().ok()?,
            digest: digest.to_owned(),
        })
    }

    /// Whether it was made for this user, with the password that they have, and is not over.
    pub fn is_of(&self, key: &MasterKey, user: &User, now: Timestamp) -> bool {
        let is_whole = secret::constant_time_eq(&self.digest, &digest(key, user, self.until));
        let left = self.until - now.as_second();
        // A clock that was set back makes it no longer.
        is_whole && (1..=PENDING_SECONDS).contains(&left)
    }
}

fn digest(key: &MasterKey, user: &User, until: i64) -> String {
    let password = user.password_hash.as_deref().unwrap_or_default();
    let parts = [user.id.as_str(), &until.to_string(), password];
    hex(&key.mac("pending log-in", &parts)[..16])
}
