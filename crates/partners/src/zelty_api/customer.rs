//! Guests of a restaurant and their addresses.

use serde::{Deserialize, Serialize};

use super::reading;

/// A guest as Zelty keeps one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ZeltyCustomer {
    /// Zelty's id of the guest.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// The caller's own id of the guest.
    #[serde(default, deserialize_with = "reading::text")]
    pub remote_id: Option<String>,
    /// First name.
    #[serde(default)]
    pub fname: Option<String>,
    /// Last name.
    #[serde(default)]
    pub name: Option<String>,
    /// Company.
    #[serde(default)]
    pub company: Option<String>,
    /// Phone number.
    #[serde(default, deserialize_with = "reading::text")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub mail: Option<String>,
    /// Date of birth, `YYYY-MM-DD`.
    #[serde(default)]
    pub birthday: Option<String>,
    /// The number of the loyalty card.
    #[serde(default, deserialize_with = "reading::text")]
    pub card: Option<String>,
    /// Points on the loyalty card.
    #[serde(default, deserialize_with = "reading::integer")]
    pub loyalty: Option<i64>,
    /// Whether the guest agreed to advertising by text message.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub sms_optin: bool,
    /// Whether the guest agreed to advertising by e-mail.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub mail_optin: bool,
}

/// What is sent of a guest. What identifies one is `remote_id`, mail or phone; the other values update it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CustomerDraft {
    /// Zelty's id of the guest, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The caller's own id of the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_id: Option<String>,
    /// First name. Zelty refuses a guest without first name, last name and company.
    pub fname: Option<String>,
    /// Last name.
    pub name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Phone number in the form of E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Date of birth, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
    /// The number of the loyalty card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// Whether the guest agreed to advertising by text message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_optin: Option<bool>,
    /// Whether the guest agreed to advertising by e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_optin: Option<bool>,
    /// Country, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// Addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<DeliveryAddress>,
}

/// Where an order is delivered.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DeliveryAddress {
    /// The caller's own id of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_id: Option<String>,
    /// What the address is called.
    pub name: String,
    /// The number in the street, such as `12 bis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_num: Option<String>,
    /// The street.
    pub street: String,
    /// Postal code.
    pub zip_code: String,
    /// City.
    pub city: String,
    /// What the courier should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_more: Option<String>,
    /// Latitude and longitude in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<[f64; 2]>,
}

/// No coordinate is NaN: they come from decimals.
impl Eq for DeliveryAddress {}
