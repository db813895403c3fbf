//! Changing an order: what a good PATCH makes of it (API, chapter Orders, update).

use jiff::tz::TimeZone;

use super::part::{Fresh, OrderElement, with_id};
use super::{CheckedOrderPatch, ElementChange, Order};
use crate::patch::Patch;
use crate::problem::Problems;
use crate::time::Time;

/// What a change makes of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedOrder {
    /// The order, with the private refs it had before.
    pub order: Order,
    /// The private refs that are set or removed, in turn, by the id of what has them.
    pub private_refs: Vec<(String, Option<String>)>,
}

impl CheckedOrderPatch {
    /// The order after this change, which was checked against it; times have the offsets of `zone`.
    /// Each new element gets an id.
    ///
    /// # Errors
    /// Whatever the source of ids has; inside, a new total that does not fit.
    pub fn apply_to<E>(
        self,
        before: &Order,
        zone: &TimeZone,
        fresh: Fresh<'_, E>,
    ) -> Result<Result<ChangedOrder, Problems>, E> {
        let mut order = before.clone();
        let mut refs = Vec::new();
        match self.private_ref {
            Patch::Absent => {}
            Patch::Null => refs.push((order.id.to_string(), None)),
            Patch::Value(value) => refs.push((order.id.to_string(), Some(value))),
        }
        if let Some(status) = self.status {
            order.status = status;
        }
        self.confirmed_time
            .map(|instant| Time::new(instant, zone))
            .apply_to(&mut order.confirmed_time);
        self.customer_notes.apply_to(&mut order.customer_notes);
        self.seller_notes.apply_to(&mut order.seller_notes);
        self.collection_code.apply_to(&mut order.collection_code);
        if let Some(custom_fields) = self.custom_fields {
            order.custom_fields = custom_fields;
        }
        change(&mut order.items, self.items, &mut refs, fresh)?;
        change(&mut order.discounts, self.discounts, &mut refs, fresh)?;
        change(&mut order.charges, self.charges, &mut refs, fresh)?;
        change(&mut order.payments, self.payments, &mut refs, fresh)?;
        Ok(match order.recompute() {
            Ok(()) => Ok(ChangedOrder {
                order,
                private_refs: refs,
            }),
            Err(too_much) => Err(Problems::one("total", too_much.to_string())),
        })
    }
}

fn change<T: OrderElement, E>(
    parts: &mut Vec<T>,
    changes: Vec<ElementChange<T::New>>,
    refs: &mut Vec<(String, Option<String>)>,
    fresh: Fresh<'_, E>,
) -> Result<(), E> {
    for change in changes {
        match change {
            ElementChange::SetPrivateRef(id, value) => refs.push((id.to_string(), value)),
            ElementChange::Delete(id) => {
                for part in parts.iter_mut().filter(|part| *part.id() == id) {
                    *part.deleted() = true;
                }
            }
            ElementChange::Add(new) => {
                let mut part: T = with_id(new, fresh)?;
                let (id, private_ref) = part.own_ref();
                if let Some(value) = private_ref.take() {
                    refs.push((id.to_string(), Some(value)));
                }
                parts.push(part);
            }
        }
    }
    Ok(())
}
