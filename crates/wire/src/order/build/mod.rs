//! Making orders, and changes of orders, in a program (API, chapter Orders): what is mandatory is
//! asked for, the rest is added, and what is not said is not sent.
//!
//! The types keep out what has no meaning: an order has one customer at most, loyalty operations
//! need one of a list, an item of a deal is in that deal, a price comes with its currency. Whatever
//! else the hub would refuse, but for what only its database knows, [`NewOrder::check`] and
//! [`OrderPatch::check`] find before anything is sent.

mod check;
mod customer;
mod deals;
mod items;
mod patch;
mod sums;

use serde::Serializer;
use serde_json::Value;

use super::{CustomerDetails, OrderStatus, ServiceType};
use crate::custom_fields::CustomFields;
use crate::money::Money;
use crate::time::Time;
use customer::Customer;
pub use customer::{AttachedCustomer, NewLoyaltyOperation};
pub use deals::{NewDeal, NewDealLine};
pub use items::{NewItem, NewOption};
pub use patch::OrderPatch;
pub use sums::{NewCharge, NewDiscount, NewPayment};

/// Defines something that clients send. `new` asks for what is mandatory; `says` has a method for
/// each value that may be left out, `adds` one for each list, which adds an entry; what `holds` has is
/// empty at first and has methods of its own. Behind `=` is the key in the JSON.
macro_rules! sent {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident;
        $(#[doc = $new_doc:literal])*
        new($($must:ident: $must_kind:ty = $must_key:literal),+);
        $(says {$(
            $(#[doc = $say_doc:literal])*
            $say:ident: $say_kind:ty = $say_key:literal,
        )+})?
        $(adds {$(
            $(#[doc = $add_doc:literal])*
            $add:ident: $add_kind:ty => $list:ident,
        )+})?
        $(holds {$(
            $(#[$held_attribute:meta])*
            $held:ident: $held_kind:ty,
        )+})?
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $(#[serde(rename = $must_key)]
            $must: $must_kind,)+
            $($(#[serde(rename = $say_key, skip_serializing_if = "Option::is_none")]
            $say: Option<$say_kind>,)+)?
            $($(#[serde(skip_serializing_if = "Vec::is_empty")]
            $list: Vec<$add_kind>,)+)?
            $($($(#[$held_attribute])*
            $held: $held_kind,)+)?
        }

        impl $name {
            $(#[doc = $new_doc])*
            pub fn new($($must: impl Into<$must_kind>),+) -> Self {
                Self {
                    $($must: $must.into(),)+
                    $($($say: None,)+)?
                    $($($list: Vec::new(),)+)?
                    $($($held: Default::default(),)+)?
                }
            }

            $($($(#[doc = $say_doc])*
            #[must_use]
            pub fn $say(mut self, $say: impl Into<$say_kind>) -> Self {
                self.$say = Some($say.into());
                self
            })+)?

            $($($(#[doc = $add_doc])*
            #[must_use]
            pub fn $add(mut self, $add: impl Into<$add_kind>) -> Self {
                self.$list.push($add.into());
                self
            })+)?
        }
    };
}
pub(super) use sent;

sent! {
    /// An order to be placed.
    ///
    /// ```
    /// use wire::money::Money;
    /// use wire::order::{CustomerDetails, NewItem, NewOrder, OrderStatus, ServiceType};
    ///
    /// let price = Money::parse("9.50 EUR").unwrap();
    /// let order = NewOrder::new(OrderStatus::New)
    ///     .service_type(ServiceType::Collection)
    ///     .item(NewItem::new("Margherita", price, 2).sku_ref("MAR"))
    ///     .guest(CustomerDetails::default().first_name("Ada"));
    /// assert_eq!(
    ///     serde_json::to_string(&order).unwrap(),
    ///     r#"{"status":"new","service_type":"collection","items":[{"product_name":"Margherita","price":"9.50 EUR","quantity":"2.0","sku_ref":"MAR"}],"customer":{"first_name":"Ada"}}"#
    /// );
    /// ```
    pub struct NewOrder;
    /// An order in that status, usually [`OrderStatus::New`] for one that the till has yet to take.
    new(status: OrderStatus = "status");
    says {
        /// Under this public order number.
        reference: String = "ref",
        /// Under this identifier of the sender's own, which nobody else sees.
        private_ref: String = "private_ref",
        /// From there, such as a marketplace; the name of the client unless said otherwise.
        channel: String = "channel",
        /// The customer gets it this way.
        service_type: ServiceType = "service_type",
        /// With the merchant's code for channel, brand and method.
        service_type_ref: String = "service_type_ref",
        /// To be ready or delivered then.
        expected_time: Time = "expected_time",
        /// Whether the expected time of a delivery is when the driver collects.
        expected_time_pickup: bool = "expected_time_pickup",
        /// Whether it is wanted as soon as possible, the expected time being the latest; so it is
        /// without an expected time unless said otherwise.
        asap: bool = "asap",
        /// With this time of the merchant's own, which counts before the expected one.
        confirmed_time: Time = "confirmed_time",
        /// Notes of the customer.
        customer_notes: String = "customer_notes",
        /// Notes of the merchant.
        seller_notes: String = "seller_notes",
        /// With this short code, which the customer is shown.
        collection_code: String = "collection_code",
        /// What the sender thinks it costs. The hub computes the total itself and shows the
        /// difference.
        total: Money = "total",
    }
    adds {
        /// With this coupon used.
        coupon_code: String => coupon_codes,
        /// With this item.
        item: NewItem => items,
        /// With this off.
        discount: NewDiscount => discounts,
        /// With this on top.
        charge: NewCharge => charges,
        /// With this payment; without one it counts as unpaid.
        payment: NewPayment => payments,
    }
    holds {
        #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "by_key")]
        deals: Vec<NewDeal>,
        #[serde(flatten)]
        customer: Option<Customer>,
        #[serde(skip_serializing_if = "CustomFields::is_empty")]
        custom_fields: CustomFields,
    }
}

impl NewOrder {
    /// With this deal and its items, which come after those there are.
    #[must_use]
    pub fn deal(mut self, mut deal: NewDeal) -> Self {
        let key = self.deals.len().to_string();
        self.items.extend(deal.take_items(&key));
        self.deals.push(deal);
        self
    }

    /// Placed by a guest with these details, which no customer list keeps. Whatever customer was
    /// named before is no longer.
    #[must_use]
    pub fn guest(self, details: CustomerDetails) -> Self {
        Self {
            customer: Some(Customer::Guest {
                customer: Box::new(details),
            }),
            ..self
        }
    }

    /// Placed by this customer of a customer list. Whatever customer was named before is no longer.
    #[must_use]
    pub fn customer(self, customer: AttachedCustomer) -> Self {
        Self {
            customer: Some(Customer::Attached(customer)),
            ..self
        }
    }

    /// With this custom field (API, chapter Custom fields).
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.custom_fields.0.insert(name, value);
        self
    }

    /// With these custom fields beside those it has.
    #[must_use]
    pub fn custom_fields(mut self, fields: CustomFields) -> Self {
        self.custom_fields.0.extend(fields.0);
        self
    }
}

/// An object of the deals, with the keys that the hub gives them, too.
fn by_key<S: Serializer>(deals: &[NewDeal], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(
        deals
            .iter()
            .enumerate()
            .map(|(at, deal)| (at.to_string(), deal)),
    )
}

#[cfg(test)]
mod tests;
