//! Making changes of orders.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{NewCharge, NewDealLine, NewDiscount, NewItem, NewPayment};
use crate::custom_fields::CustomFields;
use crate::id::ElementId;
use crate::order::{ElementChange, OrderStatus};
use crate::patch::Patch;
use crate::time::Time;

/// A change of an order, which [`default`](Self::default) has nothing of yet. What it does not
/// mention stays as it is; elements are added or deleted, never edited. What the customer asked for
/// cannot be changed so.
///
/// ```
/// use wire::id::ElementId;
/// use wire::money::Money;
/// use wire::order::{NewPayment, OrderPatch, OrderStatus, PaymentType};
///
/// let amount = Money::parse("4.00 EUR").unwrap();
/// let change = OrderPatch::default()
///     .status(OrderStatus::Accepted)
///     .delete_item(ElementId::parse("d1r7t").unwrap())
///     .add_payment(NewPayment::new(amount).kind(PaymentType::Cash));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OrderPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<OrderStatus>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    confirmed_time: Patch<Time>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    seller_notes: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    collection_code: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    private_ref: Patch<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<ElementChange<NewItem>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    discounts: Vec<ElementChange<NewDiscount>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    charges: Vec<ElementChange<NewCharge>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    payments: Vec<ElementChange<NewPayment>>,
    #[serde(skip_serializing_if = "CustomFields::is_empty")]
    custom_fields: CustomFields,
}

impl OrderPatch {
    /// The order is that far now. Any status may follow any other.
    #[must_use]
    pub fn status(self, status: OrderStatus) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }

    /// Adds this item to a deal that the order has, by its key in [`Order::deals`]. Deals themselves
    /// stay as they are.
    ///
    /// [`Order::deals`]: crate::order::Order::deals
    #[must_use]
    pub fn add_to_deal(
        mut self,
        deal_key: impl Into<String>,
        line: impl Into<NewDealLine>,
    ) -> Self {
        let item = line.into().of(deal_key);
        self.items.push(ElementChange::Add(item));
        self
    }

    /// With this custom field, beside or in place of what the order has (API, chapter Custom
    /// fields).
    #[must_use]
    pub fn custom_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.custom_fields.0.insert(name, value);
        self
    }

    /// With these custom fields, beside or in place of what the order has; `null` removes one.
    #[must_use]
    pub fn custom_fields(mut self, fields: CustomFields) -> Self {
        self.custom_fields.0.extend(fields.0);
        self
    }

    /// Without the custom field of that name.
    #[must_use]
    pub fn remove_custom_field(self, name: impl Into<String>) -> Self {
        self.custom_field(name, Value::Null)
    }
}

/// A method that sets a value, and one that takes it away.
macro_rules! sets_and_clears {
    ($(
        $(#[doc = $doc:literal])* $field:ident: $kind:ty,
        $(#[doc = $clear_doc:literal])* $clear:ident;
    )+) => {
        impl OrderPatch {$(
            $(#[doc = $doc])*
            #[must_use]
            pub fn $field(self, $field: impl Into<$kind>) -> Self {
                let $field = Patch::Value($field.into());
                Self { $field, ..self }
            }

            $(#[doc = $clear_doc])*
            #[must_use]
            pub fn $clear(self) -> Self {
                Self { $field: Patch::Null, ..self }
            }
        )+}
    };
}

sets_and_clears! {
    /// With this time of the merchant's own, which counts before the expected one.
    confirmed_time: Time,
    /// Without a confirmed time: the expected one counts.
    clear_confirmed_time;
    /// Notes of the merchant.
    seller_notes: String,
    /// Without notes of the merchant.
    clear_seller_notes;
    /// With this short code, which the customer is shown.
    collection_code: String,
    /// Without a collection code.
    clear_collection_code;
    /// Under this identifier of the changing client's own, which nobody else sees.
    private_ref: String,
    /// Without a private ref of the changing client's.
    clear_private_ref;
}

/// What can be done to each kind of element.
macro_rules! elements {
    ($($what:literal: $list:ident of $new:ident {
        $add:ident, $delete:ident, $set_ref:ident, $clear_ref:ident
    })+) => {
        impl OrderPatch {$(
            #[doc = concat!("Adds this ", $what, ".")]
            #[must_use]
            pub fn $add(mut self, new: $new) -> Self {
                self.$list.push(ElementChange::Add(new));
                self
            }

            #[doc = concat!("Marks the ", $what, " of that id as deleted, for ever.")]
            #[must_use]
            pub fn $delete(mut self, id: ElementId) -> Self {
                self.$list.push(ElementChange::Delete(id));
                self
            }

            #[doc = concat!("Gives the ", $what, " of that id a private ref of the changing client's.")]
            #[must_use]
            pub fn $set_ref(mut self, id: ElementId, private_ref: impl Into<String>) -> Self {
                let private_ref = Some(private_ref.into());
                self.$list.push(ElementChange::SetPrivateRef(id, private_ref));
                self
            }

            #[doc = concat!("Takes the changing client's private ref from the ", $what, " of that id.")]
            #[must_use]
            pub fn $clear_ref(mut self, id: ElementId) -> Self {
                self.$list.push(ElementChange::SetPrivateRef(id, None));
                self
            }
        )+}
    };
}

elements! {
    "item": items of NewItem {
        add_item, delete_item, item_private_ref, clear_item_private_ref
    }
    "discount": discounts of NewDiscount {
        add_discount, delete_discount, discount_private_ref, clear_discount_private_ref
    }
    "charge": charges of NewCharge {
        add_charge, delete_charge, charge_private_ref, clear_charge_private_ref
    }
    "payment": payments of NewPayment {
        add_payment, delete_payment, payment_private_ref, clear_payment_private_ref
    }
}

/// As an entry of the list in a PATCH.
impl<T: Serialize> Serialize for ElementChange<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Add(new) => new.serialize(serializer),
            Self::Delete(id) => {
                let mut entry = serializer.serialize_map(Some(2))?;
                entry.serialize_entry("id", id)?;
                entry.serialize_entry("deleted", &true)?;
                entry.end()
            }
            Self::SetPrivateRef(id, private_ref) => {
                let mut entry = serializer.serialize_map(Some(2))?;
                entry.serialize_entry("id", id)?;
                entry.serialize_entry("private_ref", private_ref)?;
                entry.end()
            }
        }
    }
}
