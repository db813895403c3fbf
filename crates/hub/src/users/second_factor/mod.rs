//! The second factor of a user: what they show beside their password, a code of an authenticator app (TOTP, RFC
//! 6238), or one of ten recovery codes.
//!
//! - The secret counts once a code has shown that the app knows it.
//! - A code is taken once: neither it nor one of a step before it is taken again. Clocks may differ by one step.
//! - A recovery code is taken once, and new ones end those before.
//! - Of wrong codes only so many are looked at a day, whoever types them: they are short. Recovery codes are long,
//!   and always work.
//! - The secret is stored sealed with the master key, of recovery codes a digest that is keyed with it: the
//!   database alone helps nobody.

mod changes;
mod recovery_codes;
mod store;
mod totp;

pub use changes::{CodeCheck, ProvenCode, check, disable, enable, renew_recovery_codes};
pub use recovery_codes::{RECOVERY_CODES, RecoveryCode};
pub use store::{
    ALL as STATEMENTS, SecondFactorState, begin, find_pending, find_state, is_enabled,
};
pub use totp::TotpSecret;
