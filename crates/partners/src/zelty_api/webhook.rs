//! Webhooks: registering for them, and reading what comes.

use client::Secret;
use client::callbacks::sign;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::order_view::StatusWord;
use super::reading;
use super::restaurant::StockAvailability;
use super::secret::WebhookSecret;

/// The header with the signature: the HMAC-SHA256 of the raw body in lower-case hexadecimal digits.
pub const SIGNATURE_HEADER: &str = "x-zelty-hmac-sha256";

/// What to send where from now on. Registering is an upsert by event; other events stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRegistration {
    /// The secret of all signatures of the account.
    pub secret_key: WebhookSecret,
    /// The events, each with the address that it is sent to; none removes it. They are asked for in
    /// version 2, since version 1 is not signed.
    pub targets: Vec<(String, Option<String>)>,
}

impl Serialize for WebhookRegistration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let webhooks: serde_json::Map<String, Value> = self
            .targets
            .iter()
            .map(|(event, target)| {
                let entry = target.as_ref().map_or(
                    Value::Null,
                    |target| json!({ "target": target, "version": "v2" }),
                );
                (event.clone(), entry)
            })
            .collect();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("webhooks", &webhooks)?;
        map.serialize_entry("secret_key", self.secret_key.expose())?;
        map.end()
    }
}

/// An event, after its signature was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct WebhookEvent {
    /// Its id: the same event may come more than once.
    pub event_id: String,
    /// Its name, such as `order.status.update`.
    pub event_name: String,
    /// The restaurant; none for an event of the whole brand.
    pub restaurant_id: Option<i64>,
    /// What happened.
    pub data: WebhookData,
}

/// What happened, as far as a bridge needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum WebhookData {
    /// An order came further.
    OrderStatus {
        /// Zelty's id of the order.
        order_id: i64,
        /// The id that the program which sent it gave it.
        remote_id: Option<String>,
        /// How far it has come.
        status: StatusWord,
    },
    /// An order is over. Its entries are in `contents` there, in an older format: read the order instead.
    OrderEnded {
        /// Zelty's id of the order.
        order_id: i64,
        /// The id that the program which sent it gave it.
        remote_id: Option<String>,
    },
    /// Somebody sent a catalog in Zelty's back office.
    CatalogPush {
        /// Its id.
        catalog_id: Option<String>,
    },
    /// Dishes or values of options were sold out or came back.
    Availability(StockAvailability),
    /// The restaurant's hours, delay or switch for online orders changed: read it again.
    RestaurantUpdate,
    /// Dishes, menus, options or tags changed. One's own changes come back so, one event for each dish.
    MenuChange,
    /// Anything else.
    Other,
}

/// Why a webhook was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The request has no signature: version 1, or not from Zelty.
    #[error("the signature is missing")]
    MissingSignature,
    /// The signature does not belong to this body and secret.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The body is signed, but is no event.
    #[error("not an event: {0}")]
    InvalidEvent(String),
}

#[derive(Deserialize)]
struct EventEnvelope {
    #[serde(deserialize_with = "reading::required_text")]
    event_id: String,
    event_name: String,
    #[serde(default, deserialize_with = "reading::integer")]
    restaurant_id: Option<i64>,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct OrderData {
    #[serde(deserialize_with = "reading::id")]
    id: i64,
    #[serde(default, deserialize_with = "reading::text")]
    remote_id: Option<String>,
    #[serde(default)]
    status: StatusWord,
}

#[derive(Deserialize)]
struct CatalogData {
    #[serde(default, deserialize_with = "reading::text")]
    id: Option<String>,
}

/// Checks the signature of a body as it came, before anything is parsed, and reads the event. The comparison
/// takes the same time wherever the difference is.
///
/// # Errors
/// [`WebhookError`]; an unsigned body is refused like a wrongly signed one.
pub fn read_webhook(
    secret: &WebhookSecret,
    raw_body: &[u8],
    signature: Option<&str>,
) -> Result<WebhookEvent, WebhookError> {
    let signature = signature.ok_or(WebhookError::MissingSignature)?;
    let expected = sign(&Secret::new(secret.expose()), raw_body);
    let given = signature.trim().to_ascii_lowercase();
    if !bool::from(expected.as_bytes().ct_eq(given.as_bytes())) {
        return Err(WebhookError::WrongSignature);
    }
    let invalid = |error: serde_json::Error| WebhookError::InvalidEvent(error.to_string());
    let envelope: EventEnvelope = serde_json::from_slice(raw_body).map_err(invalid)?;
    Ok(WebhookEvent {
        data: data(&envelope.event_name, envelope.data).map_err(invalid)?,
        event_id: envelope.event_id,
        event_name: envelope.event_name,
        restaurant_id: envelope.restaurant_id,
    })
}

fn data(event_name: &str, data: Value) -> Result<WebhookData, serde_json::Error> {
    Ok(match event_name {
        "order.status.update" => {
            let order: OrderData = serde_json::from_value(data)?;
            WebhookData::OrderStatus {
                order_id: order.id,
                remote_id: order.remote_id,
                status: order.status,
            }
        }
        "order.ended" => {
            let order: OrderData = serde_json::from_value(data)?;
            WebhookData::OrderEnded {
                order_id: order.id,
                remote_id: order.remote_id,
            }
        }
        "catalog.push" => {
            let catalog: CatalogData = serde_json::from_value(data)?;
            WebhookData::CatalogPush {
                catalog_id: catalog.id,
            }
        }
        "dish.availability_update" | "option_value.availability_update" => {
            WebhookData::Availability(serde_json::from_value(data)?)
        }
        "restaurant.update" => WebhookData::RestaurantUpdate,
        name if [
            "dish.",
            "menu.",
            "option.",
            "tag.",
            "dish_override.",
            "menu_override.",
        ]
        .iter()
        .any(|area| name.starts_with(area)) =>
        {
            WebhookData::MenuChange
        }
        _ => WebhookData::Other,
    })
}
