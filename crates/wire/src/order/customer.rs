//! The customer of an order: who it was when he ordered.

use serde::{Deserialize, Serialize};

use super::Gender;
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::id::{CustomerId, CustomerListId, LoyaltyCardId};
use crate::money::Money;
use crate::problem::{Path, Problems};
use crate::schema::JsonSchema;
use crate::time::{Date, Time};

/// A loyalty card, as a customer shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerLoyaltyCard {
    /// Identifier.
    pub id: LoyaltyCardId,
    /// The card's code among the customer's; one card may have none.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Marketing name.
    pub name: Option<String>,
    /// Points on it.
    pub balance: Decimal,
}

macro_rules! details {
    ($($(#[$doc:meta])* $field:ident: $kind:ty,)+) => {
        /// What a client tells about a customer.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct CustomerDetails {
            $($(#[$doc])* pub $field: Option<$kind>,)+
            /// Agreed to advertising by text message.
            pub sms_marketing: bool,
            /// Agreed to advertising by e-mail.
            pub email_marketing: bool,
        }

        paste_raw! { $($field: $kind),+ }

        /// The customer of an order. Attached to a customer list if it has an id, else a guest.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct OrderCustomer {
            /// Identifier; `None` for a guest.
            pub id: Option<CustomerId>,
            /// The list the customer is in.
            pub customer_list_id: Option<CustomerListId>,
            /// The personal data was erased.
            #[serde(default)]
            pub anonymised: bool,
            /// The reading client's own identifier.
            pub private_ref: Option<String>,
            $($(#[$doc])* pub $field: Option<$kind>,)+
            /// Agreed to advertising by text message.
            #[serde(default)]
            pub sms_marketing: bool,
            /// Agreed to advertising by e-mail.
            #[serde(default)]
            pub email_marketing: bool,
            /// When the customer was added to the list; the key is not there for a guest.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub created_at: Option<Time>,
            /// Orders so far.
            #[serde(default)]
            pub nb_orders: u64,
            /// What they cost together.
            pub order_total: Option<Money>,
            /// The first of them.
            pub first_order_date: Option<Time>,
            /// The last of them.
            pub last_order_date: Option<Time>,
            /// Loyalty cards.
            #[serde(default)]
            pub loyalty_cards: Vec<CustomerLoyaltyCard>,
            /// Custom fields of the customer.
            #[serde(default)]
            pub custom_fields: CustomFields,
        }

        impl OrderCustomer {
            /// A guest with those details; with none, it is an object of nulls all the same.
            pub fn guest(details: CustomerDetails) -> Self {
                Self {
                    $($field: details.$field,)+
                    sms_marketing: details.sms_marketing,
                    email_marketing: details.email_marketing,
                    ..Self::default()
                }
            }
        }
    };
}

macro_rules! paste_raw {
    ($($field:ident: $kind:ty),+) => {
        crate::given::given_named! {
            /// Details of a customer as sent.
            pub struct RawCustomerDetails {
                $($field: $kind,)+
                sms_marketing: bool,
                email_marketing: bool,
            }
            like OrderCustomer;
        }

        impl RawCustomerDetails {
            /// The details; a country code is put in upper case, unknown keys are ignored.
            pub fn check(self, path: &Path<'_>, problems: &mut Problems) -> CustomerDetails {
                let mut details = CustomerDetails {
                    $($field: self.$field.optional(&path.key(stringify!($field)), problems),)+
                    sms_marketing: self
                        .sms_marketing
                        .optional(&path.key("sms_marketing"), problems)
                        .unwrap_or_default(),
                    email_marketing: self
                        .email_marketing
                        .optional(&path.key("email_marketing"), problems)
                        .unwrap_or_default(),
                };
                if let Some(country) = &mut details.country {
                    if country.len() == 2 {
                        country.make_ascii_uppercase();
                    }
                }
                details
            }
        }
    };
}

details! {
    /// E-mail address.
    email: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Gender.
    gender: Gender,
    /// Date of birth.
    birth_date: Date,
    /// Company.
    company_name: String,
    /// Phone number, as sent.
    phone: String,
    /// An extension or code for that number.
    phone_access_code: String,
    /// First line of the address.
    address_1: String,
    /// Second line of the address.
    address_2: String,
    /// Postal code.
    postal_code: String,
    /// City.
    city: String,
    /// State.
    state: String,
    /// Country, ISO 3166-1 alpha-2.
    country: String,
    /// Degrees north.
    latitude: Decimal,
    /// Degrees east.
    longitude: Decimal,
    /// How to find the door.
    delivery_notes: String,
}
