//! The key under which a hub applies a request once, however often it is sent.

use http::HeaderValue;
use wire::id::MAX_IDEMPOTENCY_KEY_CHARS;

use crate::error::Error;
use crate::secret::random_hex;

/// The value of the header `Idempotency-Key`. The hub keeps keys for 24 hours, those of each
/// connection apart: the same request with the same key gets the same response, and another request
/// with that key is refused.
///
/// A program that may stop between sending an order and reading the response stores the key beside the
/// order before it sends it, and sends both again when it is back:
///
/// ```no_run
/// # async fn example(connection: client::Connection) -> Result<(), client::Error> {
/// use client::IdempotencyKey;
///
/// let order = serde_json::json!({"status": "new", "ref": "4711"});
/// let key = IdempotencyKey::new("web shop, order 4711")?;
/// let placed: serde_json::Value = connection.create_order_with_key(&key, &order).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(HeaderValue);

impl IdempotencyKey {
    /// A key of the caller's choice: 1 to 255 printable ASCII characters.
    ///
    /// # Errors
    /// [`Error::Encode`] for anything else.
    pub fn new(key: &str) -> Result<IdempotencyKey, Error> {
        let is_good = (1..=MAX_IDEMPOTENCY_KEY_CHARS).contains(&key.len())
            && key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        match HeaderValue::from_str(key) {
            Ok(value) if is_good && key.trim() == key => Ok(IdempotencyKey(value)),
            _ => Err(Error::Encode(format!(
                "an idempotency key is 1 to {MAX_IDEMPOTENCY_KEY_CHARS} printable ASCII characters"
            ))),
        }
    }

    /// A key that nobody else has.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the operating system has none.
    pub fn random() -> Result<IdempotencyKey, Error> {
        IdempotencyKey::new(&random_hex()?)
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}
