//! Orders (API, chapter Orders).
//!
//! [`Order`] and its parts are what the API returns and what is stored. [`RawOrder`] and
//! [`RawOrderPatch`] are what clients send; their `check` lists everything that is wrong or gives
//! [`CheckedNewOrder`] and [`CheckedOrderPatch`]. What those make of an order is said here as well:
//! [`CheckedNewOrder::place`], [`CheckedOrderPatch::apply_to`]; ids, the time and the customer are the
//! hub's to give. Programs that send orders make them with [`NewOrder`] and [`OrderPatch`]. The sums
//! are in [`price`].

mod apply;
mod build;
mod elements;
mod new;
mod part;
mod patch;
mod place;
pub mod price;
mod words;

use serde::{Deserialize, Serialize};

use crate::free::FreeObject;

pub use crate::customer::{
    CustomerDetails, CustomerLoyaltyCard, OrderCustomer, RawCustomerDetails,
};
pub use apply::ChangedOrder;
pub use build::{
    AttachedCustomer, NewCharge, NewDeal, NewDealLine, NewDiscount, NewItem, NewLoyaltyOperation,
    NewOption, NewOrder, NewPayment, OrderPatch,
};
pub use elements::{RawCharge, RawDealLine, RawDiscount, RawItem, RawOption, RawPayment, Word};
pub(crate) use elements::{amount, private_ref};
pub(crate) use new::instant;
pub use new::{CheckedNewOrder, CustomerForm, RawDeal, RawLoyaltyOperation, RawOrder};
pub use part::{Fresh, PrivateRefs};
pub use patch::{CheckedOrderPatch, ElementChange, RawOrderPatch};
pub use place::PlacementContext;
pub use words::{
    ChargeType, DealPricingEffect, DiscountPricingEffect, Gender, OrderStatus, PaymentType,
    SentPricingEffect, ServiceType,
};

use jiff::tz::TimeZone;

use crate::currency::Currency;
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::delivery::OrderDelivery;
use crate::id::{ElementId, LocationId, OrderId};
use crate::money::Money;
use crate::schema::JsonSchema;
use crate::time::Time;

/// Items an order may have.
pub const MAX_ORDER_ITEMS: usize = 1_000;
/// Options an item may have.
pub const MAX_OPTIONS_PER_ITEM: usize = 100;
/// Entries any other list of an order may have.
pub const MAX_OTHER_ENTRIES: usize = 1_000;

/// What a check needs to know of the location.
#[derive(Debug, Clone, Copy)]
pub struct OrderContext<'a> {
    /// The currency of the account, in which every amount must be.
    pub currency: Currency,
    /// The zone in which times without offset are read.
    pub zone: &'a TimeZone,
}

/// An order. Each client sees only the private refs that it has set itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// Identifier.
    pub id: OrderId,
    /// The location it was placed at.
    pub location_id: LocationId,
    /// The sender's public order number.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The identifier that the client has given it. Each client sees only its own.
    pub private_ref: Option<String>,
    /// Its status.
    pub status: OrderStatus,
    /// Where it comes from, such as a marketplace.
    pub channel: Option<String>,
    /// How the customer gets it.
    pub service_type: Option<ServiceType>,
    /// The merchant's code for channel, brand and method.
    pub service_type_ref: Option<String>,
    /// When the hub got it.
    pub created_at: Time,
    /// Name of the client that sent it.
    pub created_by: Option<String>,
    /// Name of the connection that sent it.
    pub connection_name: Option<String>,
    /// When it should be ready or delivered.
    pub expected_time: Option<Time>,
    /// Whether `expected_time` is the time at which the driver collects the order.
    #[serde(default)]
    pub expected_time_pickup: bool,
    /// Whether it is wanted as soon as possible. `expected_time` is then the latest time.
    #[serde(default)]
    pub asap: bool,
    /// The time that the merchant has confirmed.
    pub confirmed_time: Option<Time>,
    /// Notes of the customer.
    pub customer_notes: Option<String>,
    /// Notes of the merchant.
    pub seller_notes: Option<String>,
    /// A short code that the customer shows when collecting the order.
    pub collection_code: Option<String>,
    /// The codes of the coupons used.
    #[serde(default)]
    pub coupon_codes: Vec<String>,
    /// The total price, computed by the hub from items, charges and discounts.
    pub total: Money,
    /// The total that the sender gave minus the computed one. `None` if the sender gave none.
    pub total_discrepancy: Option<Money>,
    /// The sum of the payments minus the total. `None` if there are no payments.
    pub payment_discrepancy: Option<Money>,
    /// What was ordered.
    #[serde(default)]
    pub items: Vec<OrderItem>,
    /// The deals that items are part of.
    #[serde(default)]
    pub deals: Deals,
    /// Reductions of the whole order.
    #[serde(default)]
    pub discounts: Vec<OrderDiscount>,
    /// Additional costs.
    #[serde(default)]
    pub charges: Vec<OrderCharge>,
    /// The payments.
    #[serde(default)]
    pub payments: Vec<OrderPayment>,
    /// The customer as they were at the time of the order. Without `id` for a guest.
    pub customer: OrderCustomer,
    /// The delivery, if one was arranged.
    pub delivery: Option<OrderDelivery>,
    /// What the order changes on loyalty cards.
    #[serde(default)]
    pub loyalty_operations: Vec<OrderLoyaltyOperation>,
    /// Custom fields.
    #[serde(default)]
    pub custom_fields: CustomFields,
}

/// An item. `Id` is `()` as long as it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderItem", description = "An item.")]
pub struct OrderItem<Id = ElementId> {
    /// Identifier.
    pub id: Id,
    /// The identifier that the client has given it. Each client sees only its own.
    pub private_ref: Option<String>,
    /// The name of the product.
    pub product_name: String,
    /// The name of the sku, such as a size or a colour.
    pub sku_name: Option<String>,
    /// Its code at the till.
    pub sku_ref: Option<String>,
    /// The price of one, without its options.
    pub price: Money,
    /// The quantity.
    pub quantity: Decimal,
    /// The price of all of them, with their options.
    pub subtotal: Money,
    /// The tax rate in percent.
    pub tax_rate: Option<Decimal>,
    /// A text that some older clients use. It is stored and returned as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Notes of the customer.
    pub customer_notes: Option<String>,
    /// Loyalty points earned with it. For information: nothing is computed from it.
    pub points_earned: Option<Decimal>,
    /// Loyalty points used for it. For information: nothing is computed from it.
    pub points_used: Option<Decimal>,
    /// What was chosen with it.
    #[serde(default)]
    pub options: Vec<OrderOption>,
    /// Whether it was deleted. A deleted element stays in the order and is not counted.
    #[serde(default)]
    pub deleted: bool,
    /// The line of a deal that the item belongs to. Missing if it belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal_line: Option<DealLine>,
}

/// An option of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderOption {
    /// The name of the list that it was chosen from.
    pub option_list_name: String,
    /// Its name.
    pub name: String,
    /// Its code at the till.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The price of one.
    pub price: Money,
    /// How many of the option for each single item.
    pub quantity: i64,
    /// Whether it is left out, such as an ingredient that the customer does not want.
    #[serde(default)]
    pub removed: bool,
}

/// The place of an item in a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DealLine {
    /// The key of the deal in `deals`.
    pub deal_key: String,
    /// Always `null`; kept for old clients.
    pub position: Option<i64>,
    /// The name of the line.
    pub label: Option<String>,
    /// How the deal changes the price.
    pub pricing_effect: Option<DealPricingEffect>,
    /// The amount or the percentage of the change, depending on `pricing_effect`.
    pub pricing_value: Option<String>,
}

/// A deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderDeal {
    /// Its name.
    pub name: String,
    /// Its code at the till.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
}

/// The deals of an order by key, in order. In JSON: an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deals(pub Vec<(String, OrderDeal)>);

/// A reduction of the whole order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderDiscount")]
pub struct OrderDiscount<Id = ElementId> {
    /// Identifier.
    pub id: Id,
    /// The identifier that the client has given it. Each client sees only its own.
    pub private_ref: Option<String>,
    /// Its name.
    pub name: String,
    /// Its code at the till.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// What is taken off; not negative.
    pub price_off: Money,
    /// Always `price_off`; kept for old clients.
    pub pricing_effect: DiscountPricingEffect,
    /// Always the amount of `price_off`; kept for old clients.
    pub pricing_value: Money,
    /// Whether it was deleted. A deleted element stays in the order and is not counted.
    #[serde(default)]
    pub deleted: bool,
}

/// An additional cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderCharge")]
pub struct OrderCharge<Id = ElementId> {
    /// Identifier.
    pub id: Id,
    /// The identifier that the client has given it. Each client sees only its own.
    pub private_ref: Option<String>,
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: ChargeType,
    /// Its name.
    pub name: String,
    /// Its code at the till.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// What it costs.
    pub price: Money,
    /// The tax rate in percent.
    pub tax_rate: Option<Decimal>,
    /// The type again; kept for old clients.
    pub charge_type: ChargeType,
    /// The ref again; kept for old clients.
    pub charge_ref: Option<String>,
    /// The price again; kept for old clients.
    pub charge_price: Money,
    /// Whether it was deleted. A deleted element stays in the order and is not counted.
    #[serde(default)]
    pub deleted: bool,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderPayment")]
pub struct OrderPayment<Id = ElementId> {
    /// Identifier.
    pub id: Id,
    /// The identifier that the client has given it. Each client sees only its own.
    pub private_ref: Option<String>,
    /// How the payment is made.
    #[serde(rename = "type")]
    pub kind: PaymentType,
    /// Its name.
    pub name: Option<String>,
    /// Its code at the till.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// How much.
    pub amount: Money,
    /// Additional data about the payment.
    pub info: Option<FreeObject>,
    /// Whether it was deleted. A deleted element stays in the order and is not counted.
    #[serde(default)]
    pub deleted: bool,
}

/// What an order does to a loyalty card of its customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLoyaltyOperation {
    /// The ref of the loyalty card. `None` is the card without a ref.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The card's name.
    pub name: Option<String>,
    /// The points added. A negative number takes points away.
    pub delta: Decimal,
    /// The reason, in words.
    pub reason: Option<String>,
}

impl Deals {
    /// The deal of that key.
    pub fn get(&self, key: &str) -> Option<&OrderDeal> {
        self.0
            .iter()
            .find(|(own, _)| own == key)
            .map(|(_, deal)| deal)
    }
}

impl Serialize for Deals {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, deal)| (key, deal)))
    }
}

impl<'de> Deserialize<'de> for Deals {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DealsVisitor;

        impl<'de> serde::de::Visitor<'de> for DealsVisitor {
            type Value = Deals;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("deals by key")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Deals, A::Error> {
                let mut deals = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    deals.push(entry);
                }
                Ok(Deals(deals))
            }
        }

        deserializer.deserialize_map(DealsVisitor)
    }
}

#[cfg(test)]
mod tests;
