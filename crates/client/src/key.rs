//! The key under which a hub makes a request once, however often it is sent.

use http::HeaderValue;

use crate::error::Error;

/// The value of `Idempotency-Key`. The hub keeps it for 24 hours, apart for each connection: the
/// same request with the same key gets the same answer, and another request with it is refused.
///
/// A program that may stop between sending an order and reading the answer keeps the key beside the
/// order before it sends it, and sends both again when it is back:
///
/// ```no_run
/// # async fn example(connection: client::Connection) -> Result<(), client::Error> {
/// use client::IdempotencyKey;
///
/// let order = serde_json::json!({"status": "new", "ref": "4711"});
/// let key = IdempotencyKey::new("web shop, order 4711")?;
/// let placed: serde_json::Value = connection.create_order_once(&key, &order).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(HeaderValue);

impl IdempotencyKey {
    /// A key of one's own: 1 to 255 printable ASCII characters.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for anything else.
    pub fn new(key: &str) -> Result<IdempotencyKey, Error> {
        let is_good =
            (1..=255).contains(&key.len()) && key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        match HeaderValue::from_str(key) {
            Ok(value) if is_good && key.trim() == key => Ok(IdempotencyKey(value)),
            _ => Err(Error::Unwritable(
                "an idempotency key is 1 to 255 printable ASCII characters".into(),
            )),
        }
    }

    /// A key that nobody else has.
    ///
    /// # Errors
    /// [`Error::Unwritable`] when the operating system has no randomness to give.
    pub fn random() -> Result<IdempotencyKey, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| Error::Unwritable(error.to_string()))?;
        IdempotencyKey::new(&format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}
