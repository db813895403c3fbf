//! What can go wrong with a request to Zelty, told apart by what somebody can do about it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// `errno` of a key that is wrong or was revoked.
const KEY_REFUSED: i64 = 5;

/// A restaurant that a key can see, to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestaurantChoice {
    /// Zelty's id of it.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// Why a request to Zelty failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZeltyError {
    /// Zelty does not know the key, and never did as far as we know.
    #[error("Zelty does not know this key")]
    KeyWrong,
    /// Zelty refuses a key that it accepted before: the app was deactivated in Zelty's back office.
    #[error("Zelty accepts this key no longer")]
    KeyRevoked,
    /// The key is good, and the restaurant is not one of its restaurants.
    #[error("Zelty has no restaurant {0} for this key")]
    RestaurantUnknown(i64),
    /// The key is good and has no restaurant at all.
    #[error("Zelty has no restaurant for this key")]
    NoRestaurant,
    /// The key is a brand's, with several restaurants: somebody has to choose.
    #[error("the key belongs to a brand with {} restaurants", .0.len())]
    SeveralRestaurants(Vec<RestaurantChoice>),
    /// Too many requests, also after waiting.
    #[error("Zelty asks to wait {} s", .wait.as_secs())]
    Limit {
        /// For how long Zelty asks to send nothing.
        wait: Duration,
    },
    /// Zelty read the request and refuses it.
    #[error("Zelty refuses: {sentence} (errno {number}, HTTP {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Zelty's `errno`.
        number: i64,
        /// Zelty's `errmsg`, with what `errors` says of single fields.
        sentence: String,
    },
    /// Zelty cannot be reached, or fails itself. A request that may not be repeated was perhaps
    /// carried out if `may_have_happened` says so.
    #[error("Zelty cannot be reached: {reason}")]
    Unreachable {
        /// What the system or Zelty's server says.
        reason: String,
        /// Whether the request may have been carried out all the same.
        may_have_happened: bool,
    },
    /// The reply is not what the API documents.
    #[error("the reply of Zelty cannot be read: {0}")]
    Unreadable(String),
    /// The address of the API, or a request, cannot be used.
    #[error("the request cannot be sent: {0}")]
    NotSendable(String),
}

/// The members that every reply has.
#[derive(Deserialize)]
pub(super) struct Envelope {
    #[serde(default)]
    errno: Option<i64>,
    #[serde(default)]
    errmsg: Option<String>,
    #[serde(default)]
    errors: Option<Value>,
}

impl Envelope {
    /// Whether the reply says that all went well.
    pub(super) fn is_good(&self) -> bool {
        self.errno.unwrap_or_default() == 0
    }
}

/// The error of a reply that was read as far as it could be. `was_accepted` says whether the key was good
/// before.
pub(super) fn refusal(
    status: u16,
    retry_after: Option<Duration>,
    body: &[u8],
    was_accepted: bool,
) -> ZeltyError {
    let envelope: Option<Envelope> = serde_json::from_slice(body).ok();
    let number = envelope.as_ref().and_then(|envelope| envelope.errno);
    if number == Some(KEY_REFUSED) || status == 401 {
        return if was_accepted {
            ZeltyError::KeyRevoked
        } else {
            ZeltyError::KeyWrong
        };
    }
    match status {
        423 | 425 | 429 => ZeltyError::Limit {
            wait: retry_after.unwrap_or(DEFAULT_WAIT),
        },
        500.. => ZeltyError::Unreachable {
            reason: format!("HTTP {status}"),
            may_have_happened: true,
        },
        _ => ZeltyError::Refused {
            status,
            number: number.unwrap_or_else(|| i64::from(status)),
            sentence: envelope.map(sentence).unwrap_or_default(),
        },
    }
}

/// How long to wait after a 429 that does not say.
const DEFAULT_WAIT: Duration = Duration::from_secs(2);

/// `errmsg`, and in brackets what is wrong with single fields.
fn sentence(envelope: Envelope) -> String {
    let message = envelope.errmsg.unwrap_or_default();
    match envelope.errors {
        Some(Value::Object(fields)) if !fields.is_empty() => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, problem)| match problem {
                    Value::String(text) => format!("{name}: {text}"),
                    other => format!("{name}: {other}"),
                })
                .collect();
            format!("{message} ({})", fields.join("; "))
        }
        Some(Value::Array(lines)) if !lines.is_empty() => {
            let lines: Vec<String> = lines.iter().map(plain_text).collect();
            format!("{message} ({})", lines.join("; "))
        }
        _ => message,
    }
}

fn plain_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
