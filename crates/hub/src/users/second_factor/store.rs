//! Second factors in the database.

use std::fmt;

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::UserId;

use super::recovery_codes::RecoveryCode;
use super::totp::TotpSecret;
use crate::db::{self, Tx};
use crate::secret::MasterKey;
use crate::{args, row, statements};

statements! {
    BEGIN = "INSERT INTO second_factors (user_id, secret, created_at, last_step)
        VALUES ($1, $2, $3, 0)
        ON CONFLICT (user_id) DO UPDATE
        SET secret = excluded.secret, created_at = excluded.created_at
        WHERE second_factors.enabled_at IS NULL";
    FIND = formatcp!("SELECT {} FROM second_factors WHERE user_id = $1", StoredFactor::COLUMNS);
    ENABLE = "UPDATE second_factors SET enabled_at = $2, last_step = $3
        WHERE user_id = $1 AND enabled_at IS NULL";
    USE_STEP = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
    DELETE = "DELETE FROM second_factors WHERE user_id = $1";
    INSERT_CODE = "INSERT INTO recovery_codes (user_id, digest) VALUES ($1, $2)";
    USE_CODE = "DELETE FROM recovery_codes WHERE user_id = $1 AND digest = $2";
    DELETE_CODES = "DELETE FROM recovery_codes WHERE user_id = $1";
    COUNT_CODES = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1";
}

row! {
    /// A second factor as it is stored.
    #[derive(Clone)]
    pub(super) struct StoredFactor {
        sealed: Vec<u8> = "secret",
        /// When its secret was made.
        pub created_at: Timestamp = "created_at",
        /// Since when it counts.
        pub enabled_at: Option<Timestamp> = "enabled_at",
    }
}

/// Prints no field: one of them is a sealed secret.
impl fmt::Debug for StoredFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFactor").finish_non_exhaustive()
    }
}

/// The second factor of a user as their page shows it.
#[derive(Clone, Copy, Debug)]
pub struct SecondFactorState {
    /// Since when it counts.
    pub enabled_at: Timestamp,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// What a secret is sealed for: another user's does not open in its place.
fn label(user: &UserId) -> String {
    format!("second factor of {user}")
}

impl StoredFactor {
    pub fn open(&self, key: &MasterKey, user: &UserId) -> db::Result<TotpSecret> {
        let damaged = || db::Error::Damaged("the secret of a second factor".to_owned());
        let text = key.open(&label(user), &self.sealed);
        let text = text.map_err(|_| damaged())?;
        TotpSecret::parse(&text).ok_or_else(damaged)
    }
}

pub(super) fn find(tx: &mut Tx<'_>, user: &UserId) -> db::Result<Option<StoredFactor>> {
    tx.first(FIND, args![user])
}

/// Makes a secret for the authenticator app of a user who has no second factor, in the place of one that was made
/// before.
pub fn begin(tx: &mut Tx<'_>, key: &MasterKey, user: &UserId) -> db::Result<()> {
    let secret = TotpSecret::generate(tx.entropy());
    let sealed = key
        .seal(&label(user), &secret.text(), tx.entropy())
        .map_err(|error| db::Error::Broken(error.to_string()))?;
    tx.write(BEGIN, args![user, sealed, tx.now()])
}

/// For how long a secret may be confirmed: it should be new to whoever does.
const PENDING_HOURS: i64 = 1;

/// The secret that a user has not confirmed yet.
pub fn find_pending(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    user: &UserId,
) -> db::Result<Option<TotpSecret>> {
    let since = tx.now() - SignedDuration::from_hours(PENDING_HOURS);
    let found = find(tx, user)?.filter(|it| it.enabled_at.is_none() && it.created_at > since);
    found.map(|it| it.open(key, user)).transpose()
}

/// Whether a user has a second factor.
pub fn is_enabled(tx: &mut Tx<'_>, user: &UserId) -> db::Result<bool> {
    let found = find(tx, user)?;
    Ok(found.is_some_and(|it| it.enabled_at.is_some()))
}

/// Since when a user has a second factor, and how many recovery codes.
pub fn find_state(tx: &mut Tx<'_>, user: &UserId) -> db::Result<Option<SecondFactorState>> {
    let Some(enabled_at) = find(tx, user)?.and_then(|it| it.enabled_at) else {
        return Ok(None);
    };
    let codes_left = count_codes(tx, user)?;
    Ok(Some(SecondFactorState {
        enabled_at,
        codes_left,
    }))
}

/// Lets a secret count from now on; false when it does already.
pub(super) fn enable(tx: &mut Tx<'_>, user: &UserId, step: i64) -> db::Result<bool> {
    Ok(tx.execute(ENABLE, args![user, tx.now(), step])? == 1)
}

/// Takes a step of time, unless a code of it or of a later one was used.
pub(super) fn use_step(tx: &mut Tx<'_>, user: &UserId, step: i64) -> db::Result<bool> {
    Ok(tx.execute(USE_STEP, args![user, step])? == 1)
}

/// Deletes a second factor with its recovery codes, and says whether there was one.
pub(super) fn delete(tx: &mut Tx<'_>, user: &UserId) -> db::Result<bool> {
    tx.write(DELETE_CODES, args![user])?;
    Ok(tx.execute(DELETE, args![user])? == 1)
}

/// Stores recovery codes in the place of those before.
pub(super) fn replace_codes(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    user: &UserId,
    codes: &[RecoveryCode],
) -> db::Result<()> {
    tx.write(DELETE_CODES, args![user])?;
    for code in codes {
        tx.write(INSERT_CODE, args![user, code.digest(key, user)])?;
    }
    Ok(())
}

/// Takes a recovery code, if it is one that is left.
pub(super) fn use_code(tx: &mut Tx<'_>, user: &UserId, digest: &str) -> db::Result<bool> {
    Ok(tx.execute(USE_CODE, args![user, digest])? == 1)
}

pub(super) fn count_codes(tx: &mut Tx<'_>, user: &UserId) -> db::Result<i64> {
    let found: Option<(i64,)> = tx.first(COUNT_CODES, args![user])?;
    Ok(found.map_or(0, |(count,)| count))
}
