//! A customer, in a list and in an order, and what clients send of one.

use serde::{Deserialize, Serialize};

use super::MAX_SEARCHED_CHARS;
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::id::{CustomerId, CustomerListId, LoyaltyCardId};
use crate::input::{Identifier, Input, at_most_chars};
use crate::money::Money;
use crate::order::{Gender, private_ref};
use crate::patch::Patch;
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
    ($($(#[$doc:meta])* $field:ident: $kind:ty | $sent:ty,)+) => {
        /// What a client tells about a customer. As JSON: what is known.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
        pub struct CustomerDetails {
            $($(#[$doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $field: Option<$kind>,)+
            /// Whether the customer agreed to advertising by text message.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub sms_marketing: bool,
            /// Whether the customer agreed to advertising by e-mail.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            pub email_marketing: bool,
        }

        /// Making details in a program, from [`default`](Self::default), which has none.
        impl CustomerDetails {
            $($(#[$doc])*
            #[must_use]
            pub fn $field(self, $field: impl Into<$kind>) -> Self {
                Self { $field: Some($field.into()), ..self }
            })+

            /// Whether the customer agreed to advertising by text message.
            #[must_use]
            pub fn sms_marketing(self) -> Self {
                Self { sms_marketing: true, ..self }
            }

            /// Whether the customer agreed to advertising by e-mail.
            #[must_use]
            pub fn email_marketing(self) -> Self {
                Self { email_marketing: true, ..self }
            }
        }

        paste_raw! { $($field: $kind | $sent),+ }

        /// The customer of an order. Attached to a customer list if it has an id, else a guest.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct OrderCustomer {
            /// Identifier; `None` for a guest.
            pub id: Option<CustomerId>,
            /// The list the customer is in.
            pub customer_list_id: Option<CustomerListId>,
            /// Whether the personal data was erased.
            #[serde(default)]
            pub anonymised: bool,
            /// The identifier that the client has given it. Each client sees only its own.
            pub private_ref: Option<String>,
            $($(#[$doc])* pub $field: Option<$kind>,)+
            /// Whether the customer agreed to advertising by text message.
            #[serde(default)]
            pub sms_marketing: bool,
            /// Whether the customer agreed to advertising by e-mail.
            #[serde(default)]
            pub email_marketing: bool,
            /// When the customer was added to the list; the key is not there for a guest.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub created_at: Option<Time>,
            /// The number of orders so far.
            #[serde(default)]
            pub nb_orders: u64,
            /// The sum of the totals of these orders.
            pub order_total: Option<Money>,
            /// The date of the first of these orders.
            pub first_order_date: Option<Time>,
            /// The date of the last of these orders.
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

        /// A customer of a list. Each client sees only the private ref that it has set itself.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct Customer {
            /// Identifier.
            pub id: CustomerId,
            /// The list that the customer is in.
            pub customer_list_id: CustomerListId,
            /// Whether the personal data was erased.
            #[serde(default)]
            pub anonymised: bool,
            /// The identifier that the client has given it. Each client sees only its own.
            pub private_ref: Option<String>,
            $($(#[$doc])* pub $field: Option<$kind>,)+
            /// Whether the customer agreed to advertising by text message.
            #[serde(default)]
            pub sms_marketing: bool,
            /// Whether the customer agreed to advertising by e-mail.
            #[serde(default)]
            pub email_marketing: bool,
            /// When the customer was added to the list.
            pub created_at: Time,
            /// The number of orders so far.
            #[serde(default)]
            pub nb_orders: u64,
            /// The sum of the totals of these orders.
            pub order_total: Money,
            /// The date of the first of these orders.
            pub first_order_date: Option<Time>,
            /// The date of the last of these orders.
            pub last_order_date: Option<Time>,
            /// Loyalty cards, in the order of their creation.
            #[serde(default)]
            pub loyalty_cards: Vec<CustomerLoyaltyCard>,
            /// Custom fields.
            #[serde(default)]
            pub custom_fields: CustomFields,
        }

        crate::input::input_named! {
            /// The body of `POST …/customers` and of `PATCH …/customers/:id`, as sent.
            pub struct RawCustomer {
                private_ref: Identifier,
                $($field: $sent,)+
                sms_marketing: bool,
                email_marketing: bool,
                custom_fields: CustomFields,
            }
            like Customer;
        }

        impl RawCustomer {
            /// What the body makes of `before`, who is [`OrderCustomer::default`] when the customer
            /// is new, or everything that is wrong with it. Only what was sent changes; `null`
            /// clears; unknown keys are ignored. Personal data that was erased stays so.
            pub fn check(self, before: &OrderCustomer) -> Result<CheckedCustomer, Problems> {
                let mut problems = Problems::new();
                let p = &mut problems;
                let root = Path::ROOT;
                let private_ref = private_ref(self.private_ref).patch(&root.key("private_ref"), p);
                let raw = Self {
                    private_ref: Input::Absent,
                    email: at_most_chars(self.email, MAX_SEARCHED_CHARS),
                    phone: at_most_chars(self.phone, MAX_SEARCHED_CHARS),
                    ..self
                };
                let mut person = before.clone();
                $(raw.$field
                    .patch(&root.key(stringify!($field)), p)
                    .map(<$kind>::from)
                    .apply_to(&mut person.$field);)+
                in_upper_case(&mut person.country);
                let consents = [
                    (&mut person.sms_marketing, raw.sms_marketing, "sms_marketing"),
                    (&mut person.email_marketing, raw.email_marketing, "email_marketing"),
                ];
                for (consent, given, key) in consents {
                    match given.patch(&root.key(key), p) {
                        Patch::Absent => {}
                        Patch::Null => *consent = false,
                        Patch::Value(agreed) => *consent = agreed,
                    }
                }
                let custom_fields = raw
                    .custom_fields
                    .and_then(|sent| before.custom_fields.merged(&sent).map_err(|e| e.to_string()))
                    .optional(&root.key("custom_fields"), p);
                if let Some(custom_fields) = custom_fields {
                    person.custom_fields = custom_fields;
                }
                if before.anonymised {
                    person.anonymise();
                }
                problems.unless_any(Some(CheckedCustomer {
                    private_ref,
                    person,
                }))
            }
        }
    };
}

macro_rules! paste_raw {
    ($($field:ident: $kind:ty | $sent:ty),+) => {
        crate::input::input_named! {
            /// Details of a customer as sent.
            pub struct RawCustomerDetails {
                $($field: $sent,)+
                sms_marketing: bool,
                email_marketing: bool,
            }
            like OrderCustomer;
        }

        impl RawCustomerDetails {
            /// The details; a country code is put in upper case, unknown keys are ignored.
            pub fn check(self, path: &Path<'_>, problems: &mut Problems) -> CustomerDetails {
                let mut details = CustomerDetails {
                    $($field: self
                        .$field
                        .optional(&path.key(stringify!($field)), problems)
                        .map(<$kind>::from),)+
                    sms_marketing: self
                        .sms_marketing
                        .optional(&path.key("sms_marketing"), problems)
                        .unwrap_or_default(),
                    email_marketing: self
                        .email_marketing
                        .optional(&path.key("email_marketing"), problems)
                        .unwrap_or_default(),
                };
                in_upper_case(&mut details.country);
                details
            }
        }
    };
}

/// A country code in its usual form; what is no code stays as it is.
fn in_upper_case(country: &mut Option<String>) {
    if let Some(country) = country.as_mut().filter(|country| country.len() == 2) {
        country.make_ascii_uppercase();
    }
}

/// A customer that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCustomer {
    /// The client's own identifier.
    pub private_ref: Patch<String>,
    /// Personal data and custom fields as they are from now on; the rest is as it was before.
    pub person: OrderCustomer,
}

macro_rules! personal {
    ($($field:ident),+ $(,)?) => {
        /// The keys of a customer that anonymising clears. City, state and country are kept (API,
        /// chapter Customer lists, customers, loyalty: anonymise).
        pub const PERSONAL: &[&str] = &[$(stringify!($field)),+];

        impl OrderCustomer {
            /// Erases the personal data, for ever.
            pub fn anonymise(&mut self) {
                let rest = std::mem::take(self);
                *self = Self {
                    anonymised: true,
                    $($field: None,)+
                    ..rest
                };
            }
        }
    };
}

personal! {
    email, first_name, last_name, gender, birth_date, company_name, phone, phone_access_code, address_1,
    address_2, postal_code, latitude, longitude, delivery_notes,
}

details! {
    /// E-mail address.
    email: String | String,
    /// First name.
    first_name: String | String,
    /// Last name.
    last_name: String | String,
    /// Gender.
    gender: Gender | Gender,
    /// Date of birth.
    birth_date: Date | Date,
    /// Company.
    company_name: String | String,
    /// Phone number, as sent.
    phone: String | Identifier,
    /// An extension or code for that number.
    phone_access_code: String | Identifier,
    /// First line of the address.
    address_1: String | String,
    /// Second line of the address.
    address_2: String | String,
    /// Postal code.
    postal_code: String | Identifier,
    /// City.
    city: String | String,
    /// State.
    state: String | String,
    /// Country, ISO 3166-1 alpha-2.
    country: String | String,
    /// The latitude in degrees, positive in the north.
    latitude: Decimal | Decimal,
    /// The longitude in degrees, positive in the east.
    longitude: Decimal | Decimal,
    /// Directions for the driver, such as a floor or a door code.
    delivery_notes: String | String,
}
