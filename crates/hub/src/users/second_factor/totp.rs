//! The secret that an authenticator app shares with the hub, and the codes of a moment.

use std::fmt;

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret, Totp};

use crate::entropy::Entropy;

/// The secret of an authenticator app: codes of six figures, a new one every 30 seconds, by HMAC-SHA-1, which is
/// what every app knows.
#[derive(Clone)]
pub struct TotpSecret(Totp);

/// Prints nothing of the secret.
impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(****)")
    }
}

impl TotpSecret {
    /// A new secret, of as many bytes as HMAC-SHA-1 has.
    pub(super) fn generate(entropy: &Entropy) -> Self {
        Self::of(Secret::new_stack(entropy.bytes()))
    }

    /// Reads a secret as [`TotpSecret::text`] writes it, with or without blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.split_whitespace().collect();
        Secret::try_from_base32(&text).ok().map(Self::of)
    }

    fn of(secret: Secret) -> Self {
        // Six figures, 30 seconds, one step before and behind: all of this is what the builder begins with.
        Self(Builder::new().with_secret(secret).build_noncompliant())
    }

    /// The secret in base 32, as apps take it.
    pub fn text(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The secret in groups of four characters, as people type it.
    pub fn spaced_text(&self) -> String {
        let text: Vec<char> = self.text().chars().collect();
        let groups: Vec<String> = text.chunks(4).map(String::from_iter).collect();
        groups.join(" ")
    }

    /// The address that a QR code holds, by which an app takes the secret and says whose it is.
    pub fn address(&self, brand: &str, email: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, email) = (encode(brand), encode(email));
        let secret = self.text();
        format!("otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}")
    }

    /// The code of a moment.
    pub fn code(&self, at: Timestamp) -> String {
        self.0.generate(seconds(at)).to_string()
    }

    /// The step of time of a code, if it is one of this moment or of the step before or behind it.
    pub(super) fn step_of(&self, code: &str, at: Timestamp) -> Option<i64> {
        let step = self.0.check(code, seconds(at))?;
        i64::try_from(step).ok()
    }
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}
