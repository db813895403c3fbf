//! Orders as they are sent to Zelty.

use serde::Serialize;

use super::customer::{CustomerDraft, DeliveryAddress};

/// How the guest gets the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderMode {
    /// Eaten on the spot.
    EatIn,
    /// Fetched by the guest.
    #[default]
    Takeaway,
    /// Brought to the guest.
    Delivery,
}

/// Who brings the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentType {
    /// The restaurant.
    DeliverByRestaurant,
    /// A partner, such as the platform that sold it.
    DeliverByPartner,
}

/// Where the order comes from. `pos` cannot be sent: only Zelty's own tills write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderSource {
    /// A web site.
    Web,
    /// An app.
    Mobile,
    /// A kiosk.
    Kiosk,
    /// Just Eat.
    JustEat,
    /// Uber Eats.
    UberEats,
    /// Deliveroo.
    Deliveroo,
}

/// A new order. What the API requires to be there is sent as `null` when there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NewZeltyOrder {
    /// The caller's own id, at most 128 characters; a second order of the same id is not made.
    pub remote_id: String,
    /// The number on tickets, at most ten characters; else Zelty makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_id: Option<String>,
    /// Zelty's id of the restaurant.
    pub id_restaurant: i64,
    /// When it should be ready; none means as soon as possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<OrderSource>,
    /// How the guest gets it.
    pub mode: OrderMode,
    /// Who brings it, for a delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfillment_type: Option<FulfillmentType>,
    /// The table, for an order that is eaten on the spot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<i64>,
    /// The name of the brand under which it was sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_brand_name: Option<String>,
    /// A guest whom Zelty keeps.
    pub customer: Option<CustomerDraft>,
    /// Where it is delivered.
    pub address: Option<DeliveryAddress>,
    /// Zelty's id of the address, in place of `address`.
    pub id_delivery_address: Option<i64>,
    /// What was ordered; a repeated quantity is repeated entries.
    pub items: Vec<NewEntry>,
    /// Zelty's id of the promotion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_promotion: Option<i64>,
    /// What the promotion takes off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promotion_discount: Option<i64>,
    /// What the guest owes. Below what Zelty computes, Zelty books the difference as a discount without a
    /// word; above it, Zelty refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Payments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<NewTransaction>,
    /// A note for the kitchen, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The name of a guest whom Zelty does not keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The phone number of a guest whom Zelty does not keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// An entry of an order: one dish, or one menu with its dishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum NewEntry {
    /// A dish.
    Dish {
        /// Zelty's id of the dish.
        id: i64,
        /// What it costs with its modifiers, in cents with tax.
        price: i64,
        /// A note for the kitchen, at most 140 characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        /// Its tax.
        #[serde(skip_serializing_if = "Option::is_none")]
        tax: Option<NewEntryTax>,
        /// What was chosen with it, at most 20.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        modifiers: Vec<NewModifier>,
    },
    /// A menu.
    Menu {
        /// Zelty's id of the menu.
        id: i64,
        /// What all of it costs, in cents with tax.
        price: i64,
        /// Its dishes, at most 20.
        dishes: Vec<MenuDish>,
    },
}

impl NewEntry {
    /// What it costs, with all that belongs to it.
    pub fn price(&self) -> i64 {
        match self {
            NewEntry::Dish { price, .. } | NewEntry::Menu { price, .. } => *price,
        }
    }
}

/// The tax of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewEntryTax {
    /// In hundredths of a percent.
    pub tax_rate: i64,
}

/// A dish of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuDish {
    /// Zelty's id of the part that it is chosen for.
    pub id_part: i64,
    /// Zelty's id of the dish.
    pub id: i64,
    /// A note for the kitchen, at most 140 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What was chosen with it, at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<NewModifier>,
}

/// A value of an option that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewModifier {
    /// Zelty's id of the option.
    pub option_id: i64,
    /// Zelty's id of the value.
    pub option_value_id: i64,
    /// How often.
    pub quantity: i64,
    /// What one costs, in cents with tax.
    pub price: i64,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewTransaction {
    /// Zelty's id of the method. Names must equal a configured method to the letter: ids cannot be misspelt.
    pub id_transaction_method: i64,
    /// How much in cents, never 0.
    pub price: i64,
    /// The caller's own id, a UUID of version 4; a second payment of the same id is ignored without a word.
    pub remote_id: String,
}

/// What can be changed of an open order: things are added, nothing is taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OrderChange {
    /// Entries to add.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<NewEntry>,
    /// Another note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The guest, if the order has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerDraft>,
}

/// Payments for an open order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AddedTransactions {
    /// The payments.
    pub transactions: Vec<NewTransaction>,
    /// Whether the order is closed when exactly all is paid.
    pub close_if_paid: bool,
}

/// What the kitchen begins with, by the ids of the entries in the order that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProductionStart {
    /// Entries.
    pub entry_ids: Vec<i64>,
    /// Dishes within menus.
    pub subentry_ids: Vec<i64>,
}
