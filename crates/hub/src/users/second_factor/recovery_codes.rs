//! Codes for whoever has lost their authenticator app: 60 bits each, stored as digests.

use std::fmt;

use wire::id::UserId;

use crate::entropy::{Entropy, hex};
use crate::secret::MasterKey;

/// How many a user gets at once.
pub const RECOVERY_CODES: usize = 10;

/// Characters of a code, without the hyphens between its groups.
const CODE_CHARS: usize = 12;

/// Characters of a group.
const GROUP_CHARS: usize = 4;

/// Figures and letters that are not taken for each other: no `i`, `l`, `o` and `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A recovery code.
#[derive(Clone)]
pub struct RecoveryCode(String);

/// Prints nothing of the code.
impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(****)")
    }
}

impl RecoveryCode {
    pub(super) fn generate(entropy: &Entropy) -> Self {
        let bytes: [u8; CODE_CHARS] = entropy.bytes();
        let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        Self(String::from_iter(letters))
    }

    /// Reads what somebody typed: capitals, blanks and hyphens make no difference, and letters that are taken for
    /// figures are those. None for what cannot be a code.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let letters = typed
            .chars()
            .filter(|char| char.is_ascii_alphanumeric())
            .map(|char| match char.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            });
        let code: String = letters.collect();
        (code.len() == CODE_CHARS).then_some(Self(code))
    }

    /// The code as it is shown, `xxxx-xxxx-xxxx`.
    pub fn text(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = letters.chunks(GROUP_CHARS).map(String::from_iter).collect();
        groups.join("-")
    }

    /// What is stored of it.
    pub(super) fn digest(&self, key: &MasterKey, user: &UserId) -> String {
        hex(&key.mac("recovery code", &[user.as_str(), &self.0])[..16])
    }
}
