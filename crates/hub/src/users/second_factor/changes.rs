//! What is done with a second factor, with the entry of the audit log that reports it.

use serde_json::json;

use super::recovery_codes::{RECOVERY_CODES, RecoveryCode};
use super::store;
use crate::audit::{self, AuditAction, AuditActor, AuditChange, AuditFields};
use crate::db::{self, Tx};
use crate::rate_limits::{count_wrong_code, may_try_code};
use crate::secret::MasterKey;
use crate::users::store::User;

/// What came of looking at a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCheck {
    /// It was right, and is used up.
    Right(ProvenCode),
    /// It was wrong, or was used before.
    Wrong,
    /// There were too many wrong ones today.
    TooMany,
}

/// Which code was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvenCode {
    /// One of the authenticator app.
    App,
    /// A recovery code.
    Recovery {
        /// How many are left.
        left: i64,
    },
}

fn record(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    user: &User,
    action: AuditAction,
    fields: AuditFields,
) -> db::Result<()> {
    let change = AuditChange::outside_accounts(action, user.id.as_str(), &user.name, fields);
    audit::record(tx, by, &change)
}

/// Looks at a code of a user, of their app or for recovery, and uses it up. A wrong one is counted and recorded.
pub fn check(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    by: &AuditActor,
    user: &User,
    typed: &str,
) -> db::Result<CodeCheck> {
    let code: String = typed.split_whitespace().collect();
    let is_of_app = code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_digit());
    let found = store::find(tx, &user.id)?.filter(|it| it.enabled_at.is_some());
    let Some(factor) = found else {
        return Ok(CodeCheck::Wrong);
    };
    if is_of_app {
        if !may_try_code(tx, &user.id)? {
            return Ok(CodeCheck::TooMany);
        }
        let step = factor.open(key, &user.id)?.step_of(&code, tx.now());
        if let Some(step) = step
            && store::use_step(tx, &user.id, step)?
        {
            return Ok(CodeCheck::Right(ProvenCode::App));
        }
    } else if let Some(code) = RecoveryCode::parse(typed)
        && store::use_code(tx, &user.id, &code.digest(key, &user.id))?
    {
        let left = store::count_codes(tx, &user.id)?;
        let fields = AuditFields::of_new(json!({ "codes_left": left }));
        record(tx, by, user, AuditAction::SecondFactorRecover, fields)?;
        return Ok(CodeCheck::Right(ProvenCode::Recovery { left }));
    }
    // As many as are looked at are recorded.
    if count_wrong_code(tx, &user.id)? {
        let none = AuditFields::default();
        record(tx, by, user, AuditAction::SecondFactorFail, none)?;
    }
    Ok(CodeCheck::Wrong)
}

/// Lets the secret of a user count from now on, if the code shows that their app knows it. Answers the recovery
/// codes; none when the code is wrong, or there is no secret that waits.
pub fn enable(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    by: &AuditActor,
    user: &User,
    typed: &str,
) -> db::Result<Option<Vec<RecoveryCode>>> {
    let Some(secret) = store::find_pending(tx, key, &user.id)? else {
        return Ok(None);
    };
    let code: String = typed.split_whitespace().collect();
    let Some(step) = secret.step_of(&code, tx.now()) else {
        return Ok(None);
    };
    if !store::enable(tx, &user.id, step)? {
        return Ok(None);
    }
    let none = AuditFields::default();
    record(tx, by, user, AuditAction::SecondFactorEnable, none)?;
    let codes = generate_codes(tx);
    store::replace_codes(tx, key, &user.id, &codes)?;
    Ok(Some(codes))
}

fn generate_codes(tx: &Tx<'_>) -> Vec<RecoveryCode> {
    let codes = (0..RECOVERY_CODES).map(|_| RecoveryCode::generate(tx.entropy()));
    codes.collect()
}

/// Makes new recovery codes in the place of those before; none for a user without a second factor.
pub fn renew_recovery_codes(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    by: &AuditActor,
    user: &User,
) -> db::Result<Option<Vec<RecoveryCode>>> {
    if !store::is_enabled(tx, &user.id)? {
        return Ok(None);
    }
    let codes = generate_codes(tx);
    store::replace_codes(tx, key, &user.id, &codes)?;
    let none = AuditFields::default();
    record(tx, by, user, AuditAction::SecondFactorRenew, none)?;
    Ok(Some(codes))
}

/// Takes the second factor of a user away, and says whether there was one.
pub fn disable(tx: &mut Tx<'_>, by: &AuditActor, user: &User) -> db::Result<bool> {
    let was_enabled = store::is_enabled(tx, &user.id)?;
    store::delete(tx, &user.id)?;
    if was_enabled {
        let none = AuditFields::default();
        record(tx, by, user, AuditAction::SecondFactorDisable, none)?;
    }
    Ok(was_enabled)
}
