//! Changing an order.

use jiff::Timestamp;
use serde_json::json;

use super::elements::{RawCharge, RawDiscount, RawItem, RawPayment, private_ref};
use super::new::instant;
use super::{
    MAX_ORDER_ITEMS, MAX_OTHER_ENTRIES, Order, OrderCharge, OrderContext, OrderDiscount, OrderItem,
    OrderPayment, OrderStatus,
};
use crate::custom_fields::CustomFields;
use crate::id::{ElementId, MAX_REF_CHARS};
use crate::input::{Identifier, Input};
use crate::patch::Patch;
use crate::problem::{NOT_A_VALID_KEY, Path, Problems, too_many};
use crate::schema::{self, Schema, SchemaGenerator};
use crate::time::TimeInput;

crate::input_struct! {
    /// The body of `PATCH …/orders/:id`, as sent. Unknown keys are ignored.
    pub struct RawOrderPatch {
        status: OrderStatus = "status",
        confirmed_time: TimeInput = "confirmed_time",
        customer_notes: String = "customer_notes",
        seller_notes: String = "seller_notes",
        collection_code: Identifier = "collection_code",
        private_ref: Identifier = "private_ref",
        items: Vec<Input<RawItem>> = "items",
        discounts: Vec<Input<RawDiscount>> = "discounts",
        charges: Vec<Input<RawCharge>> = "charges",
        payments: Vec<Input<RawPayment>> = "payments",
        custom_fields: CustomFields = "custom_fields",
    }
    like Order;
    shape element_changes;
}

/// An entry of `items` and the like is a new element, or the end or the private ref of one there is.
fn element_changes(generator: &mut SchemaGenerator, mut patch: Schema) -> Schema {
    let mut id = generator.subschema_for::<ElementId>();
    id.insert("description".to_owned(), "The id of the element.".into());
    let private_ref = json!({
        "description": "The identifier; `null` or an empty text removes it.",
        "type": ["string", "integer", "null"],
        "maxLength": MAX_REF_CHARS,
    });
    let nothing = json!({ "const": null });
    let deletion = json!({
        "description": "Marks an element of the order as deleted.",
        "type": "object",
        "properties": {
            "id": id,
            "deleted": { "description": "Always `true`.", "type": "boolean", "const": true },
        },
        "required": ["id", "deleted"],
        "additionalProperties": nothing,
    });
    let reference = json!({
        "description": "Sets or removes the client's own identifier of an element of the order.",
        "type": "object",
        "properties": { "id": id, "private_ref": private_ref },
        "required": ["id", "private_ref"],
        "additionalProperties": nothing,
    });
    let marks = [
        schema::named(generator, "ElementDeletionInput", deletion),
        schema::named(generator, "ElementPrivateRefInput", reference),
    ];
    for key in ["items", "discounts", "charges", "payments"] {
        let each = patch.pointer_mut(&format!("/properties/{key}/items"));
        if let Some(each) = each {
            let mut forms = vec![each.take()];
            forms.extend(marks.clone());
            *each = json!({ "anyOf": forms });
        }
    }
    if let Some(notes) = patch.pointer_mut("/properties/customer_notes") {
        *notes = json!({
            "description": "Notes of the customer. Only PUT changes them; PATCH ignores this member.",
            "examples": ["Sans olives"],
        });
    }
    patch
}

/// What happens to an element of an order; elements are never edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElementChange<T> {
    /// It is marked as deleted, if it is not already.
    Delete(ElementId),
    /// The client's private ref on it is set, or removed.
    SetPrivateRef(ElementId, Option<String>),
    /// A new one is added.
    Add(T),
}

/// A good change of an order. All ids in it are those of elements the order has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedOrderPatch {
    /// The new status.
    pub status: Option<OrderStatus>,
    /// The time that the merchant has confirmed.
    pub confirmed_time: Patch<Timestamp>,
    /// What the customer asks for; only the old `PUT` changes it.
    pub customer_notes: Patch<String>,
    /// Notes of the merchant.
    pub seller_notes: Patch<String>,
    /// A short code that the customer shows when collecting the order.
    pub collection_code: Patch<String>,
    /// The client's own identifier.
    pub private_ref: Patch<String>,
    /// Changes of items.
    pub items: Vec<ElementChange<OrderItem<()>>>,
    /// Changes of discounts.
    pub discounts: Vec<ElementChange<OrderDiscount<()>>>,
    /// Changes of charges.
    pub charges: Vec<ElementChange<OrderCharge<()>>>,
    /// Changes of payments.
    pub payments: Vec<ElementChange<OrderPayment<()>>>,
    /// All custom fields after the merge.
    pub custom_fields: Option<CustomFields>,
}

impl RawOrderPatch {
    /// The change asked for, or everything that is wrong with it. An added item may only be in a
    /// deal the order has. Whether the new total fits is known after
    /// [`Order::recompute`].
    #[cfg_attr(
        not(test),
        expect(
            clippy::too_many_lines,
            reason = "each member in turn, so that all complaints come in the order of the API"
        )
    )]
    pub fn check(
        self,
        context: &OrderContext<'_>,
        order: &Order,
    ) -> Result<CheckedOrderPatch, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let root = Path::ROOT;
        let status = if self.status.is_absent() {
            None
        } else {
            self.status.required(&root.key("status"), p)
        };
        let confirmed_time =
            instant(self.confirmed_time, context).patch(&root.key("confirmed_time"), p);
        let customer_notes = self.customer_notes.patch(&root.key("customer_notes"), p);
        let seller_notes = self.seller_notes.patch(&root.key("seller_notes"), p);
        let collection_code = self
            .collection_code
            .text()
            .patch(&root.key("collection_code"), p);
        let private_ref = private_ref(self.private_ref).patch(&root.key("private_ref"), p);
        let deal = |key: &str| order.deals.get(key).map(|_| key.to_owned());
        let ids: Vec<&ElementId> = order.items.iter().map(|item| &item.id).collect();
        let items = self
            .items
            .each(&root.key("items"), MAX_ORDER_ITEMS, p, |raw, path, p| {
                change(raw, &ids, path, p, |raw, p| {
                    raw.check(context, &deal, path, p)
                })
            });
        let ids: Vec<&ElementId> = order
            .discounts
            .iter()
            .map(|discount| &discount.id)
            .collect();
        let discounts = self.discounts.each(
            &root.key("discounts"),
            MAX_OTHER_ENTRIES,
            p,
            |raw, path, p| change(raw, &ids, path, p, |raw, p| raw.check(context, path, p)),
        );
        let ids: Vec<&ElementId> = order.charges.iter().map(|charge| &charge.id).collect();
        let charges = self.charges.each(
            &root.key("charges"),
            MAX_OTHER_ENTRIES,
            p,
            |raw, path, p| change(raw, &ids, path, p, |raw, p| raw.check(context, path, p)),
        );
        let ids: Vec<&ElementId> = order.payments.iter().map(|payment| &payment.id).collect();
        let payments = self.payments.each(
            &root.key("payments"),
            MAX_OTHER_ENTRIES,
            p,
            |raw, path, p| change(raw, &ids, path, p, |raw, p| raw.check(context, path, p)),
        );
        refuse_overflow("items", order.items.len(), &items, MAX_ORDER_ITEMS, p);
        refuse_overflow(
            "discounts",
            order.discounts.len(),
            &discounts,
            MAX_OTHER_ENTRIES,
            p,
        );
        refuse_overflow(
            "charges",
            order.charges.len(),
            &charges,
            MAX_OTHER_ENTRIES,
            p,
        );
        refuse_overflow(
            "payments",
            order.payments.len(),
            &payments,
            MAX_OTHER_ENTRIES,
            p,
        );
        let custom_fields = self
            .custom_fields
            .and_then(|sent| order.custom_fields.merged(&sent).map_err(|e| e.to_string()))
            .optional(&root.key("custom_fields"), p);
        problems.unless_any(Some(CheckedOrderPatch {
            status,
            confirmed_time,
            customer_notes,
            seller_notes,
            collection_code,
            private_ref,
            items,
            discounts,
            charges,
            payments,
            custom_fields,
        }))
    }
}

fn refuse_overflow<T>(
    key: &str,
    there: usize,
    changes: &[ElementChange<T>],
    most: usize,
    problems: &mut Problems,
) {
    let added = changes
        .iter()
        .filter(|change| matches!(change, ElementChange::Add(_)))
        .count();
    if added > 0 && there.saturating_add(added) > most {
        problems.add(&Path::ROOT.key(key), too_many(most));
    }
}

/// The keys that all elements share, and those that only new ones may have.
trait RawElement {
    fn id(&mut self) -> &mut Input<ElementId>;
    fn deleted(&mut self) -> &mut Input<bool>;
    fn private_ref(&mut self) -> &mut Input<Identifier>;
    /// Those that are there with a value.
    fn keys(&self) -> Vec<String>;
}

macro_rules! raw_elements {
    ($($name:ty)+) => {$(
        impl RawElement for $name {
            fn id(&mut self) -> &mut Input<ElementId> {
                &mut self.id
            }

            fn deleted(&mut self) -> &mut Input<bool> {
                &mut self.deleted
            }

            fn private_ref(&mut self) -> &mut Input<Identifier> {
                &mut self.private_ref
            }

            fn keys(&self) -> Vec<String> {
                let known = self.filled().into_iter().map(str::to_owned);
                known.chain(self.unknown.iter().cloned()).collect()
            }
        }
    )+};
}

raw_elements! { RawItem RawDiscount RawCharge RawPayment }

/// An entry with an id deletes the element or sets its private ref, and may do nothing else; one
/// without is a new element. Clients with types send every key they know: what is `null` says
/// nothing, but for a private ref that goes.
fn change<Raw: RawElement, New>(
    mut raw: Raw,
    ids: &[&ElementId],
    path: &Path<'_>,
    problems: &mut Problems,
    add: impl FnOnce(Raw, &mut Problems) -> Option<New>,
) -> Option<ElementChange<New>> {
    if !raw.id().is_something() {
        return add(raw, problems).map(ElementChange::Add);
    }
    let keys = raw.keys();
    let known = |id: ElementId| {
        if ids.contains(&&id) {
            Ok(id)
        } else {
            Err("not found".to_owned())
        }
    };
    let id = std::mem::take(raw.id())
        .and_then(known)
        .required(&path.key("id"), problems);
    let deletes = raw.deleted().is_something();
    let allowed = if deletes { "deleted" } else { "private_ref" };
    for key in keys.iter().filter(|key| *key != "id" && *key != allowed) {
        problems.add(&path.key(key), NOT_A_VALID_KEY);
    }
    if deletes {
        let confirmed = |deleted| {
            if deleted {
                Ok(())
            } else {
                Err("must be true".to_owned())
            }
        };
        let deleted = std::mem::take(raw.deleted()).and_then(confirmed);
        deleted.required(&path.key("deleted"), problems)?;
        return id.map(ElementChange::Delete);
    }
    let own_ref = std::mem::take(raw.private_ref());
    if own_ref.is_absent() {
        problems.add(path, "must have deleted or private_ref besides id");
        return None;
    }
    let own_ref = private_ref(own_ref).optional(&path.key("private_ref"), problems);
    id.map(|id| ElementChange::SetPrivateRef(id, own_ref))
}
