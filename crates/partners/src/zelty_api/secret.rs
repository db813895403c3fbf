//! The two secrets of a restaurant at Zelty: types that are never printed, and refuse masks.

use client::Secret;
use serde::{Deserialize, Serialize};

/// Why a text is not a secret of Zelty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing but spaces.
    #[error("the secret is empty")]
    Empty,
    /// Zelty shows stars in place of a secret that was stored. Storing those would lose the real one.
    #[error("the secret is masked: copy the real one")]
    Masked,
    /// A secret is one word of printable ASCII, as it travels in a header.
    #[error("the secret has characters that no secret has")]
    NotPrintable,
}

/// A key that Zelty's back office shows when the marketplace app is activated. `Debug` shows stars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Secret")]
pub struct ApiKey(Secret);

/// The secret that a caller chooses for the signatures of webhooks. `Debug` shows stars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Secret")]
pub struct WebhookSecret(Secret);

/// The text without spaces around it, if it can be a secret.
fn checked(text: &str) -> Result<Secret, SecretError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(SecretError::Empty);
    }
    if text.contains("***") || text.chars().all(|it| matches!(it, '*' | '•' | '·')) {
        return Err(SecretError::Masked);
    }
    if !text.chars().all(|it| it.is_ascii_graphic()) {
        return Err(SecretError::NotPrintable);
    }
    Ok(Secret::new(text))
}

macro_rules! secret {
    ($name:ident) => {
        impl $name {
            /// Reads a pasted or stored text; spaces around it are ignored.
            ///
            /// # Errors
            /// [`SecretError`], among others for a mask such as `***`.
            pub fn parse(text: &str) -> Result<$name, SecretError> {
                checked(text).map($name)
            }

            /// The text itself, to be sent and never logged.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl TryFrom<String> for $name {
            type Error = SecretError;

            fn try_from(text: String) -> Result<$name, SecretError> {
                $name::parse(&text)
            }
        }

        impl From<$name> for Secret {
            fn from(secret: $name) -> Secret {
                secret.0
            }
        }
    };
}

secret!(ApiKey);
secret!(WebhookSecret);

impl WebhookSecret {
    /// Makes a secret that nobody can guess.
    ///
    /// # Errors
    /// [`client::Error::Randomness`] when the operating system has no randomness.
    pub fn random() -> Result<WebhookSecret, client::Error> {
        Secret::random().map(WebhookSecret)
    }
}
