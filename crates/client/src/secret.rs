//! Secret texts: they are not printed, and are compared in constant time.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::error::Error;

/// Random bytes of a [`Secret::random`] and of a random idempotency key.
const RANDOM_BYTES: usize = 16;

/// A secret text, such as a client secret, an access token, or the `state` of an OAuth request.
///
/// `Debug` shows stars, and `==` takes the same time wherever two secrets differ. Serialising writes
/// the text itself, since a program has to keep its token somewhere: write it to a file that only its
/// owner can read.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// Makes a secret that nobody can guess: 32 hexadecimal digits, from the randomness of the
    /// operating system.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the operating system has none.
    pub fn random() -> Result<Secret, Error> {
        random_hex().map(Secret)
    }

    /// The text itself, to be sent and never logged.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Lengths are no secret; of texts of one length the comparison looks at every byte.
impl PartialEq for Secret {
    fn eq(&self, other: &Secret) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret(text.into())
    }
}

/// 128 random bits as hexadecimal digits.
pub(crate) fn random_hex() -> Result<String, Error> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Randomness(error.to_string()))?;
    Ok(hex(&bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
