//! Identifiers.
//!
//! Every kind of thing has its own type, so that a customer's id cannot be used where an order's is
//! meant. An id is short and plain enough to be printed into a URL, a log or a query as it is.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;

use crate::schema::{self, JsonSchema, Schema, SchemaGenerator};
use crate::text::Text;

/// The text cannot be an identifier of that kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid identifier")]
pub struct IdError;

/// The most characters that an identifier has.
pub const MAX_ID_CHARS: usize = 24;

/// The most characters of a private ref, of the id of a device, and of a ref by which something is
/// counted or found: the indexes of databases have bounds.
pub const MAX_REF_CHARS: usize = 255;

/// The most characters of an `Idempotency-Key`.
pub const MAX_IDEMPOTENCY_KEY_CHARS: usize = 255;

fn is_plain(text: &str) -> bool {
    (1..=MAX_ID_CHARS).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_location(text: &str) -> bool {
    let Some((account, index)) = text.split_once('-') else {
        return false;
    };
    is_plain(account)
        && index
            .parse::<u32>()
            .is_ok_and(|number| number.to_string() == index)
}

fn is_client(text: &str) -> bool {
    // A colon would end the name in an HTTP Basic header.
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b':')
}

/// The form of an id as a regular expression, for schemas.
macro_rules! pattern {
    (is_plain) => {
        "^[a-z0-9]{1,24}$"
    };
    (is_location) => {
        "^[a-z0-9]{1,24}-(0|[1-9][0-9]{0,9})$"
    };
    (is_client) => {
        "^[!-9;-~]{1,128}$"
    };
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident: $valid:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the text if it can be such an id.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                if $valid(text) { Ok(Self(text.into())) } else { Err(IdError) }
            }

            /// Takes what the source of ids has made, which is trusted to be of the right form.
            /// Anything that came from outside goes through `parse`.
            pub fn from_generated(text: String) -> Self {
                debug_assert!($valid(&text), "the source of ids makes valid ids");
                Self(text.into_boxed_str())
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schema::of(json!({ "type": "string", "pattern": pattern!($valid) }))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Text::deserialize(deserializer)?;
                Self::parse(text.as_str()).map_err(D::Error::custom)
            }
        }
    )+};
}

ids! {
    /// An account: a business with one or more locations.
    AccountId: is_plain;
    /// A location of an account: the account's id, a hyphen, and the number of the location, as in
    /// `q7h2d-0`.
    LocationId: is_location;
    /// An order.
    OrderId: is_plain;
    /// An item, discount, charge or payment of an order.
    ElementId: is_plain;
    /// A customer of a customer list.
    CustomerId: is_plain;
    /// A customer list.
    CustomerListId: is_plain;
    /// A catalog.
    CatalogId: is_plain;
    /// A category, product, sku, option list, option, deal, discount or charge of a catalog.
    CatalogItemId: is_plain;
    /// A loyalty card.
    LoyaltyCardId: is_plain;
    /// An operation on a loyalty card.
    LoyaltyOperationId: is_plain;
    /// An event, which keeps its id over all attempts to deliver it.
    EventId: is_plain;
    /// A job that sends events again.
    ResendJobId: is_plain;
    /// A connection of a client to a location or account; clients know it as `app_instance_id`.
    ConnectionId: is_plain;
    /// A person who can log in.
    UserId: is_plain;
    /// A delivery of an order.
    DeliveryId: is_plain;
    /// What a carrier asks for the delivery of an order.
    DeliveryQuoteId: is_plain;
    /// An image of a catalog.
    ImageId: is_plain;
    /// An OAuth client, such as `312908447765.clients.hubrise.com`: up to 128 visible ASCII
    /// characters, no colon.
    ClientId: is_client;
}

impl LocationId {
    /// The location of that number in the account.
    pub fn new(account: &AccountId, index: u32) -> Self {
        Self(format!("{account}-{index}").into_boxed_str())
    }

    /// The account the location belongs to.
    pub fn account(&self) -> AccountId {
        let account = self
            .0
            .split_once('-')
            .map_or(&*self.0, |(account, _)| account);
        AccountId(account.into())
    }

    /// The number of the location in its account, from 0.
    pub fn index(&self) -> u32 {
        self.0
            .split_once('-')
            .and_then(|(_, index)| index.parse().ok())
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_lower_case_and_plain() {
        assert_eq!(OrderId::parse("w5x2rk").unwrap().as_str(), "w5x2rk");
        for bad in ["", "W5", "a-0", "a b", "é", "0123456789012345678901234"] {
            assert!(OrderId::parse(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<OrderId>("\"a/b\"").is_err());
    }

    #[test]
    fn a_location_knows_its_account_and_number() {
        let location = LocationId::parse("q7h2d-12").unwrap();
        assert_eq!(location.account().as_str(), "q7h2d");
        assert_eq!(location.index(), 12);
        assert_eq!(LocationId::new(&location.account(), 12), location);
        for bad in [
            "q7h2d",
            "q7h2d-",
            "-1",
            "q7h2d-01",
            "q7h2d-+1",
            "q7h2d-1-2",
            "q-4294967296",
        ] {
            assert!(LocationId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_client_id_may_look_like_a_host() {
        assert!(ClientId::parse("312908447765.clients.hubrise.com").is_ok());
        for bad in ["", "a b", "a:b", "é", &"x".repeat(129)] {
            assert!(ClientId::parse(bad).is_err(), "{bad}");
        }
    }
}
