//! Counts log-in attempts for handlers: with the hub's database and clock, and its metric of refusals. The
//! limits themselves are in [`crate::rate_limits`].

use super::Hub;
use crate::db;
use crate::metrics::Limit;
use crate::rate_limits::{AttemptKey, ClientIp};

impl Hub {
    /// Counts an attempt at a secret from one address, and says whether the secret may be checked. `kind`
    /// is the kind of the secret, `whose` its owner; empty when there is none.
    pub(crate) async fn check_attempt(
        &self,
        peer: ClientIp,
        kind: &'static str,
        whose: &str,
    ) -> db::Result<bool> {
        let attempt = AttemptKey {
            peer: peer.0,
            kind,
            whose,
            from_anywhere: false,
        };
        self.take_attempt(attempt).await
    }

    /// Counts an attempt at the password of a user, and says whether it may be checked; after a while,
    /// when there were many from anywhere. `is_known`: this user has logged in with this browser before.
    pub(crate) async fn check_password_attempt(
        &self,
        peer: ClientIp,
        kind: &'static str,
        whose: &str,
        is_known: bool,
    ) -> db::Result<bool> {
        let attempt = AttemptKey {
            peer: peer.0,
            kind,
            whose,
            from_anywhere: !is_known,
        };
        self.take_attempt(attempt).await
    }

    async fn take_attempt(&self, attempt: AttemptKey<'_>) -> db::Result<bool> {
        let now = self.clock().now();
        let taken = self.inner.attempts.take(self.db(), attempt, now).await?;
        let Some(delay) = taken else {
            self.metrics().refusals.count(Limit::Guesses);
            return Ok(false);
        };
        if !delay.is_zero() {
            self.clock().wait(delay).await;
        }
        Ok(true)
    }

    /// Takes an attempt off the count again, because the password was right.
    pub(crate) async fn give_back_attempt(
        &self,
        peer: ClientIp,
        kind: &'static str,
        whose: &str,
        is_known: bool,
    ) -> db::Result<()> {
        let attempt = AttemptKey {
            peer: peer.0,
            kind,
            whose,
            from_anywhere: !is_known,
        };
        let now = self.clock().now();
        self.inner.attempts.give_back(self.db(), attempt, now).await
    }
}
