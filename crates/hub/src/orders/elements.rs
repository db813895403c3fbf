//! What items, discounts, charges and payments have in common.

use wire::id::ElementId;
use wire::order::{Order, OrderCharge, OrderDiscount, OrderItem, OrderPayment};

use crate::db;

/// Where ids of new things come from.
pub(super) type Fresh<'a> = &'a mut dyn FnMut() -> db::Result<String>;

/// A part of an order with an id of its own.
pub(super) trait Element {
    /// The same before it has an id.
    type New;

    fn from_new(new: Self::New, id: ElementId) -> Self;
    fn id(&self) -> &ElementId;
    fn deleted(&mut self) -> &mut bool;
    fn private_ref(&mut self) -> &mut Option<String>;
}

macro_rules! elements {
    ($($name:ident),+) => {$(
        impl Element for $name {
            type New = $name<()>;

            fn from_new(new: $name<()>, id: ElementId) -> Self {
                new.with_id(id)
            }

            fn id(&self) -> &ElementId {
                &self.id
            }

            fn deleted(&mut self) -> &mut bool {
                &mut self.deleted
            }

            fn private_ref(&mut self) -> &mut Option<String> {
                &mut self.private_ref
            }
        }
    )+};
}
elements!(OrderItem, OrderDiscount, OrderCharge, OrderPayment);

/// Gives every new element its id.
pub(super) fn with_ids<T: Element>(new: Vec<T::New>, fresh: Fresh<'_>) -> db::Result<Vec<T>> {
    new.into_iter()
        .map(|new| Ok(T::from_new(new, ElementId::from_generated(fresh()?))))
        .collect()
}

/// Shows `look` the private ref of the order and of each of its elements, with the id it belongs to.
pub(super) fn each_private_ref(order: &mut Order, mut look: impl FnMut(&str, &mut Option<String>)) {
    look(order.id.as_str(), &mut order.private_ref);
    each(&mut order.items, &mut look);
    each(&mut order.discounts, &mut look);
    each(&mut order.charges, &mut look);
    each(&mut order.payments, &mut look);
}

fn each<T: Element>(elements: &mut [T], look: &mut impl FnMut(&str, &mut Option<String>)) {
    for element in elements {
        let id = element.id().clone();
        look(id.as_str(), element.private_ref());
    }
}
