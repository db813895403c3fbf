//! What items, discounts, charges and payments have in common: an id, an end, and a private ref of
//! each client.

use std::collections::BTreeMap;

use super::{Order, OrderCharge, OrderDiscount, OrderItem, OrderPayment};
use crate::id::ElementId;

/// Where ids of new things come from, one after the other. They are of the form that
/// [`ElementId::from_generated`] trusts in.
pub type Fresh<'a, E> = &'a mut dyn FnMut() -> Result<String, E>;

/// Private refs of one client in an order, by the id of what has them.
pub type PrivateRefs = BTreeMap<String, String>;

/// A part of an order with an id of its own.
pub(super) trait OrderElement: Sized {
    /// The part before it has an id.
    type New;

    fn with_id(new: Self::New, id: ElementId) -> Self;
    fn id(&self) -> &ElementId;
    fn deleted(&mut self) -> &mut bool;
    /// The private ref, and whose it is.
    fn own_ref(&mut self) -> (&ElementId, &mut Option<String>);
}

macro_rules! parts {
    ($($name:ident { $($field:ident),+ })+) => {$(
        impl OrderElement for $name {
            type New = $name<()>;

            fn with_id(new: $name<()>, id: ElementId) -> Self {
                let $name { id: (), $($field),+ } = new;
                $name { id, $($field),+ }
            }

            fn id(&self) -> &ElementId {
                &self.id
            }

            fn deleted(&mut self) -> &mut bool {
                &mut self.deleted
            }

            fn own_ref(&mut self) -> (&ElementId, &mut Option<String>) {
                (&self.id, &mut self.private_ref)
            }
        }
    )+};
}

parts! {
    OrderItem {
        private_ref, product_name, sku_name, sku_ref, price, quantity, subtotal, tax_rate, subset,
        customer_notes, points_earned, points_used, options, deleted, deal_line
    }
    OrderDiscount { private_ref, name, reference, price_off, pricing_effect, pricing_value, deleted }
    OrderCharge {
        private_ref, kind, name, reference, price, tax_rate, charge_type, charge_ref, charge_price,
        deleted
    }
    OrderPayment { private_ref, kind, name, reference, amount, info, deleted }
}

/// A new part with its id.
pub(super) fn with_id<T: OrderElement, E>(new: T::New, fresh: Fresh<'_, E>) -> Result<T, E> {
    Ok(T::with_id(new, ElementId::from_generated(fresh()?)))
}

/// Every new part with its id.
pub(super) fn with_ids<T: OrderElement, E>(
    new: Vec<T::New>,
    fresh: Fresh<'_, E>,
) -> Result<Vec<T>, E> {
    new.into_iter().map(|new| with_id(new, fresh)).collect()
}

impl Order {
    /// Takes the private refs out of the order and its elements.
    pub fn take_private_refs(&mut self) -> PrivateRefs {
        let mut refs = PrivateRefs::new();
        self.each_private_ref(|id, private_ref| {
            if let Some(value) = private_ref.take() {
                refs.insert(id.to_owned(), value);
            }
        });
        refs
    }

    /// Puts private refs into the order, its elements and its customer, and takes all others away;
    /// of a guest nothing changes.
    pub fn fill_private_refs(&mut self, refs: &PrivateRefs) {
        self.each_private_ref(|id, private_ref| {
            *private_ref = refs.get(id).cloned();
        });
        if let Some(id) = &self.customer.id {
            self.customer.private_ref = refs.get(id.as_str()).cloned();
        }
    }

    /// Shows `look` the private ref of the order and of each of its elements, with the id of what has
    /// it.
    fn each_private_ref(&mut self, mut look: impl FnMut(&str, &mut Option<String>)) {
        look(self.id.as_str(), &mut self.private_ref);
        for_each_ref(&mut self.items, &mut look);
        for_each_ref(&mut self.discounts, &mut look);
        for_each_ref(&mut self.charges, &mut look);
        for_each_ref(&mut self.payments, &mut look);
    }
}

fn for_each_ref<T: OrderElement>(
    parts: &mut [T],
    look: &mut impl FnMut(&str, &mut Option<String>),
) {
    for part in parts {
        let (id, private_ref) = part.own_ref();
        look(id.as_str(), private_ref);
    }
}
