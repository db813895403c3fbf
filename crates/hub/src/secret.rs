//! Values that must not leak: the master key and what is made with it, tokens, passwords.
//!
//! The database alone opens nothing: access tokens are derived from the master key and stored as
//! hashes, client secrets are sealed with it (they sign callbacks, so they must come back), codes
//! and sessions are stored as hashes, passwords as argon2id.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use argon2::{PasswordHasher as _, PasswordVerifier as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, Mac as _};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::cpu_pool::CpuPool;
use crate::entropy::{Entropy, hex};

/// Parts of the names of parameters whose values are secrets, in lower case.
const SECRET_NAMES: [&str; 9] = [
    "access_key",
    "api_key",
    "apikey",
    "authorization",
    "credential",
    "pass",
    "secret",
    "signature",
    "token",
];

/// An address, or a path with a query, as people may see it: without the user and the password before
/// its host, and without the values of parameters that are called like a secret.
pub fn shown_address(address: &str) -> Cow<'_, str> {
    let (before, query) = match address.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (address, None),
    };
    let user = before.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find('/').unwrap_or(rest.len());
        let (_, host) = rest.get(..end)?.rsplit_once('@')?;
        Some(format!("{scheme}://****@{host}{}", rest.get(end..)?))
    });
    let has_secret = query.is_some_and(|query| query.split('&').any(is_secret_pair));
    if user.is_none() && !has_secret {
        return Cow::Borrowed(address);
    }
    let mut shown = user.unwrap_or_else(|| before.to_owned());
    if let Some(query) = query {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret_pair(pair) => format!("{name}=****"),
            _ => pair.to_owned(),
        });
        shown = format!("{shown}?{}", pairs.collect::<Vec<_>>().join("&"));
    }
    Cow::Owned(shown)
}

/// Whether a pair of a query has a name that secrets have, and a value.
fn is_secret_pair(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = percent_decode_str(name).decode_utf8_lossy();
    !value.is_empty() && is_secret_name(&name)
}

/// Whether what is called so is a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    SECRET_NAMES.iter().any(|known| name.contains(known))
}

/// The key that lives outside the database.
#[derive(Clone)]
pub struct MasterKey(Arc<[u8; 32]>);

/// The master key cannot be read, or a sealed value does not open with it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(String);

impl KeyError {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(****)")
    }
}

impl MasterKey {
    /// A key from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Arc::new(bytes))
    }

    /// A key from 64 hexadecimal characters.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let wrong = || KeyError("a master key is 64 hexadecimal characters".to_owned());
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self::from_bytes(bytes))
    }

    /// What its file holds.
    pub(crate) fn text(&self) -> String {
        hex(&self.0[..])
    }

    /// What tells this key from others without telling anything of it.
    pub(crate) fn fingerprint(&self) -> String {
        hex(&self.mac("key check", &[])[..8])
    }

    /// HMAC-SHA256 of `parts` for one purpose; parts cannot run into each other.
    pub fn mac(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        let mut mac = hmac(&self.0[..]);
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// The access token of a connection: the same at every asking, 26 hexadecimal characters (API,
    /// chapter OAuth 2.0).
    pub fn access_token(&self, connection: &str) -> String {
        hex(&self.mac("access token", &[connection])[..13])
    }

    /// Seals a secret so that only this key, with the same `label`, opens it.
    pub fn seal(&self, label: &str, secret: &str, entropy: &Entropy) -> Result<Vec<u8>, KeyError> {
        let nonce: [u8; 12] = entropy.bytes();
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: label.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| KeyError("a secret could not be sealed".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what [`MasterKey::seal`] made.
    pub fn open(&self, label: &str, sealed: &[u8]) -> Result<String, KeyError> {
        let trouble = || KeyError("a sealed secret does not open with this master key".to_owned());
        let (nonce, sealed) = sealed.split_first_chunk::<12>().ok_or_else(trouble)?;
        let payload = Payload {
            msg: sealed,
            aad: label.as_bytes(),
        };
        let opened = self
            .cipher()
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| trouble())?;
        String::from_utf8(opened).map_err(|_| trouble())
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.mac("seal", &[]).into())
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length")
}

/// Lower-case hexadecimal HMAC-SHA256: how callbacks are signed (API, chapter Callbacks and
/// events).
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = hmac(secret.as_bytes());
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

/// The signature of Standard Webhooks, with its version: of the message's id, the time in seconds and the
/// body. The key is the secret's bytes, which verifying libraries take as [`webhook_secret`].
pub fn webhook_signature(secret: &str, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut mac = hmac(secret.as_bytes());
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// A client's secret as libraries for Standard Webhooks take it.
pub fn webhook_secret(secret: &str) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

/// What is stored of a token, a code or a session: enough to find it, too little to use it.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Compares two secrets in a time that does not depend on where they differ.
pub fn constant_time_eq(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Hashes and checks passwords, a few at a time and on threads of their own: each costs tens of
/// milliseconds and 19 MiB.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    cpu_pool: CpuPool,
    entropy: Entropy,
}

impl PasswordHasher {
    /// Two at a time, so that a flood of log-ins leaves the orders their processor.
    pub fn new(entropy: Entropy) -> Self {
        Self {
            cpu_pool: CpuPool::new("password", 2),
            entropy,
        }
    }

    /// argon2id with the parameters that OWASP gives as its minimum (19 MiB, 2 passes).
    fn argon2() -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
    }

    /// What to store of a password; none when no thread could be had.
    pub async fn hash(&self, password: String) -> Option<String> {
        let salt: [u8; 16] = self.entropy.bytes();
        self.cpu_pool
            .run(move || {
                Self::argon2()
                    .hash_password_with_salt(password.as_bytes(), &salt)
                    .ok()
                    .map(|hash| hash.to_string())
            })
            .await
            .flatten()
    }

    /// Whether `password` is the one that was stored. Without a stored hash the same work is done
    /// in vain, so that the time does not tell whether the user exists.
    pub async fn check(&self, password: String, stored: Option<String>) -> bool {
        self.cpu_pool
            .run(move || match stored {
                Some(stored) => {
                    argon2::password_hash::phc::PasswordHash::new(&stored).is_ok_and(|stored| {
                        Self::argon2()
                            .verify_password(password.as_bytes(), &stored)
                            .is_ok()
                    })
                }
                None => {
                    let _in_vain =
                        Self::argon2().hash_password_with_salt(password.as_bytes(), &[7; 16]);
                    false
                }
            })
            .await
            .unwrap_or(false)
    }
}
