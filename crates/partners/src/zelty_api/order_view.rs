//! Orders as Zelty shows them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::customer::ZeltyCustomer;
use super::reading;

/// How far an order has come. A created and fully paid order shows the number 255 in place of a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StatusWord {
    /// Being worked on; things can be added.
    #[default]
    Opened,
    /// The kitchen works on it.
    Production,
    /// To be fetched.
    Ready,
    /// Over, and paid.
    Ended,
    /// Over, and counted by the till.
    Closed,
    /// Cancelled.
    Cancelled,
    /// A number of the older format.
    Code(i64),
    /// Another word.
    Other(String),
}

impl StatusWord {
    /// The status of a word.
    pub fn from_word(word: &str) -> StatusWord {
        match word {
            "opened" => StatusWord::Opened,
            "production" => StatusWord::Production,
            "ready" => StatusWord::Ready,
            "ended" => StatusWord::Ended,
            "closed" => StatusWord::Closed,
            "cancelled" | "canceled" => StatusWord::Cancelled,
            other => StatusWord::Other(other.to_owned()),
        }
    }

    /// Whether entries and payments can be added.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            StatusWord::Opened | StatusWord::Production | StatusWord::Ready
        )
    }
}

impl<'de> Deserialize<'de> for StatusWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<StatusWord, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => StatusWord::Opened,
            Value::String(word) => StatusWord::from_word(&word),
            Value::Number(number) => StatusWord::Code(number.as_i64().unwrap_or(-1)),
            other => StatusWord::Other(other.to_string()),
        })
    }
}

/// An order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ZeltyOrder {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Another id of it, the same on all tills.
    #[serde(default)]
    pub uuid: Option<String>,
    /// The id that the program which sent it gave it; none for an order of the till.
    #[serde(default, deserialize_with = "reading::text")]
    pub remote_id: Option<String>,
    /// The number on tickets.
    #[serde(default, rename = "ref", deserialize_with = "reading::text")]
    pub reference: Option<String>,
    /// The number on tickets that the program which sent it gave it.
    #[serde(default, deserialize_with = "reading::text")]
    pub display_id: Option<String>,
    /// Zelty's id of the restaurant.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id_restaurant: Option<i64>,
    /// How far it has come.
    #[serde(default)]
    pub status: StatusWord,
    /// `eat_in`, `takeaway` or `delivery`.
    #[serde(default, deserialize_with = "reading::text")]
    pub mode: Option<String>,
    /// Where it comes from.
    #[serde(default, deserialize_with = "reading::text")]
    pub source: Option<String>,
    /// The table.
    #[serde(default, deserialize_with = "reading::integer")]
    pub table: Option<i64>,
    /// The note.
    #[serde(default)]
    pub comment: Option<String>,
    /// The name of a guest whom Zelty does not keep.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The phone number of a guest whom Zelty does not keep.
    #[serde(default, deserialize_with = "reading::text")]
    pub phone: Option<String>,
    /// When it should be ready.
    #[serde(default)]
    pub due_date: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<String>,
    /// What it costs.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub price: OrderPrice,
    /// Whether it was made in training mode.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub is_sandbox: bool,
    /// Its entries; empty unless they were asked for.
    #[serde(default, deserialize_with = "reading::list")]
    pub items: Vec<OrderEntry>,
    /// Its payments; empty unless they were asked for.
    #[serde(default, deserialize_with = "reading::list")]
    pub transactions: Vec<OrderTransaction>,
    /// The guest, if Zelty keeps them.
    #[serde(default)]
    pub customer: Option<ZeltyCustomer>,
}

/// What an order costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderPrice {
    /// All of it, in cents with tax.
    pub final_amount_inc_tax: i64,
    /// What was taken off; empty unless it was asked for.
    pub discounts: Vec<OrderDiscountLine>,
}

/// The reply to a new order has a number, reading an order gives an object.
impl<'de> Deserialize<'de> for OrderPrice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OrderPrice, D::Error> {
        #[derive(Deserialize)]
        struct PriceObject {
            #[serde(default, deserialize_with = "reading::integer")]
            final_amount_inc_tax: Option<i64>,
            #[serde(default, deserialize_with = "reading::list")]
            discounts: Vec<OrderDiscountLine>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum NumberOrObject {
            Number(i64),
            Object(PriceObject),
        }
        Ok(match NumberOrObject::deserialize(deserializer)? {
            NumberOrObject::Number(cents) => OrderPrice {
                final_amount_inc_tax: cents,
                discounts: Vec::new(),
            },
            NumberOrObject::Object(price) => OrderPrice {
                final_amount_inc_tax: price.final_amount_inc_tax.unwrap_or_default(),
                discounts: price.discounts,
            },
        })
    }
}

/// Something taken off an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrderDiscountLine {
    /// Zelty's id of the promotion.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id: Option<i64>,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// How much, in cents.
    #[serde(default, alias = "price", deserialize_with = "reading::integer")]
    pub amount_inc_tax: Option<i64>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A dish.
    #[default]
    Dish,
    /// A menu.
    Menu,
}

/// An entry of an order: one dish, or one menu with its dishes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrderEntry {
    /// Zelty's id of the entry itself.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id: Option<i64>,
    /// Zelty's id of the dish or menu: read under this name, sent as `id`.
    #[serde(default, deserialize_with = "reading::integer")]
    pub item_id: Option<i64>,
    /// What it is.
    #[serde(default, rename = "type", deserialize_with = "reading::or_default")]
    pub kind: EntryKind,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// What it costs.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub price: EntryPrice,
    /// Its tax.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub tax: EntryTax,
    /// A note for the kitchen.
    #[serde(default)]
    pub comment: Option<String>,
    /// What was chosen with it.
    #[serde(default, deserialize_with = "reading::list")]
    pub modifiers: Vec<OrderEntryModifier>,
    /// The dishes of a menu.
    #[serde(default, alias = "dishes", deserialize_with = "reading::list")]
    pub items: Vec<OrderEntry>,
    /// The name of the part of a menu that a dish was chosen for.
    #[serde(default)]
    pub part_name: Option<String>,
}

/// What an entry costs, in cents with tax.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct EntryPrice {
    /// Without supplements and modifiers.
    #[serde(default, deserialize_with = "reading::integer")]
    pub base_original_amount_inc_tax: Option<i64>,
    /// With supplements and modifiers.
    #[serde(default, deserialize_with = "reading::integer")]
    pub original_amount_inc_tax: Option<i64>,
    /// After what is taken off.
    #[serde(default, deserialize_with = "reading::integer")]
    pub final_amount_inc_tax: Option<i64>,
}

/// The tax of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct EntryTax {
    /// In hundredths of a percent; none for a menu whose dishes have several.
    #[serde(default, deserialize_with = "reading::integer")]
    pub tax_rate: Option<i64>,
}

/// A value of an option that was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrderEntryModifier {
    /// Zelty's id of the value, under the name that Zelty's description of the API has.
    #[serde(default, deserialize_with = "reading::integer")]
    id: Option<i64>,
    /// Zelty's id of the value, under the name that entries have it.
    #[serde(
        default,
        alias = "option_value_id",
        deserialize_with = "reading::integer"
    )]
    item_id: Option<i64>,
    /// Its name.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// How often.
    #[serde(default, deserialize_with = "reading::integer")]
    pub quantity: Option<i64>,
    /// What one costs.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub price: EntryPrice,
}

impl OrderEntryModifier {
    /// Zelty's id of the value.
    pub fn value_id(&self) -> Option<i64> {
        self.item_id.or(self.id)
    }
}

/// A payment of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OrderTransaction {
    /// Zelty's id of the payment.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id: Option<i64>,
    /// The id that the program which sent it gave it.
    #[serde(default, deserialize_with = "reading::text")]
    pub remote_id: Option<String>,
    /// Zelty's id of the method.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id_transaction_method: Option<i64>,
    /// How much, in cents.
    #[serde(default, deserialize_with = "reading::integer")]
    pub price: Option<i64>,
    /// The method: its name, or an object when it was asked for.
    #[serde(default)]
    method: Option<Value>,
}

impl OrderTransaction {
    /// The name of the method.
    pub fn method_name(&self) -> Option<&str> {
        match &self.method {
            Some(Value::String(name)) => Some(name),
            Some(Value::Object(method)) => method.get("name")?.as_str(),
            _ => None,
        }
    }
}
