//! What the apps read: the API's JSON, money and numbers still as text.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    pub id: String,
    pub location_id: String,
    #[serde(rename = "ref")]
    pub reference: String,
    pub private_ref: Option<String>,
    pub status: String,
    pub service_type: String,
    pub created_at: String,
    pub created_by: String,
    pub confirmed_time: Option<String>,
    pub seller_notes: Option<String>,
    pub total: String,
    pub total_discrepancy: Option<String>,
    pub payment_discrepancy: Option<String>,
    pub items: Vec<Item>,
    pub discounts: Vec<Discount>,
    pub charges: Vec<Charge>,
    pub payments: Vec<Payment>,
    pub customer: OrderCustomer,
}

/// Something of an order that can be taken back.
pub trait Element {
    fn id(&self) -> &str;
}

macro_rules! elements {
    ($($name:ident),+) => {$(
        impl Element for $name {
            fn id(&self) -> &str {
                &self.id
            }
        }
    )+};
}

elements!(Item, Discount, Charge, Payment);

#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    pub id: String,
    pub sku_ref: String,
    pub quantity: String,
    pub subtotal: String,
    pub deal_line: Option<DealLine>,
    pub deleted: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct DealLine {
    pub deal_key: String,
    pub label: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Discount {
    pub id: String,
    pub name: String,
    pub price_off: String,
    pub deleted: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Charge {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    pub price: String,
    pub deleted: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Payment {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    pub amount: String,
    pub deleted: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct OrderCustomer {
    pub id: Option<String>,
    pub first_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Customer {
    pub id: String,
    pub first_name: String,
    pub private_ref: Option<String>,
    pub nb_orders: u64,
    pub order_total: String,
    pub first_order_date: Option<String>,
    pub last_order_date: Option<String>,
    pub loyalty_cards: Vec<CustomerCard>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct CustomerCard {
    pub id: String,
    pub balance: String,
}

#[derive(Debug, Deserialize)]
pub struct Card {
    pub id: String,
    pub customer_id: String,
    #[serde(rename = "ref")]
    pub reference: String,
    pub name: String,
    pub balance: String,
}

#[derive(Debug, Deserialize)]
pub struct Operation {
    pub order_id: Option<String>,
    pub delta: String,
    pub new_balance: String,
}

/// What is left of something; `None` is no limit.
#[derive(Debug, Deserialize)]
pub struct StockLevel {
    pub sku_ref: Option<String>,
    pub option_ref: Option<String>,
    pub stock: Option<String>,
    pub expires_at: Option<String>,
}

impl StockLevel {
    /// The ref of what it is.
    pub fn reference(&self) -> &str {
        self.sku_ref
            .as_deref()
            .or(self.option_ref.as_deref())
            .unwrap()
    }
}

/// An order in a list where only who is there is of interest.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderIds {
    pub id: String,
    pub private_ref: Option<String>,
}

/// Anything of which only the id is of interest.
#[derive(Debug, Deserialize)]
pub struct WithId {
    pub id: String,
}

#[derive(Debug, Deserialize)]
pub struct Product {
    pub skus: Vec<Sku>,
}

#[derive(Debug, Deserialize)]
pub struct Sku {
    #[serde(rename = "ref")]
    pub reference: String,
    pub price: String,
}
