//! From a later state of an order of Zelty to a change of the order that the hub has.
//!
//! Items and payments are recognised by their private refs. What is gone at the till is marked as deleted, what
//! is new is added; another quantity is lines that are added or gone.

use std::collections::BTreeSet;

use client::order::{Order, OrderPatch};

use super::incoming::{IncomingContext, dish_item, hub_status, menu_items, payment, table_fields};
use crate::zelty_api::{EntryKind, OrderEntry, ZeltyOrder};

/// The change that makes the hub's order what Zelty's is; none if nothing is different. An order that the hub
/// sent keeps its items: it belongs to whoever sent it, and only its status and payments are followed.
pub fn incoming_change(
    hub: &Order,
    order: &ZeltyOrder,
    context: &IncomingContext<'_>,
) -> Option<OrderPatch> {
    let mut patch = OrderPatch::default();
    let is_own = order.remote_id.as_deref() == Some(hub.id.as_str());
    if let Some(status) = hub_status(&order.status)
        && status != hub.status
    {
        patch = patch.status(status);
    }
    if !is_own {
        patch = items_change(patch, hub, order, context);
        let fields = table_fields(order);
        if !fields.is_empty() && fields.0.get("restaurant") != hub.custom_fields.0.get("restaurant")
        {
            patch = patch.custom_fields(fields);
        }
        patch = payments_change(patch, hub, order, context);
    }
    (patch != OrderPatch::default()).then_some(patch)
}

/// The private refs that the items of an entry have.
fn item_refs(entry: &OrderEntry) -> Vec<String> {
    let Some(id) = entry.id else {
        return Vec::new();
    };
    match entry.kind {
        EntryKind::Dish => vec![id.to_string()],
        EntryKind::Menu => (0..entry.items.len())
            .map(|index| format!("{id}-{index}"))
            .collect(),
    }
}

fn items_change(
    mut patch: OrderPatch,
    hub: &Order,
    order: &ZeltyOrder,
    context: &IncomingContext<'_>,
) -> OrderPatch {
    let there: BTreeSet<String> = order.items.iter().flat_map(item_refs).collect();
    let present = hub.items.iter().filter(|item| !item.deleted);
    let known: BTreeSet<&str> = present
        .clone()
        .filter_map(|item| item.private_ref.as_deref())
        .collect();
    for item in present {
        let is_gone = item
            .private_ref
            .as_ref()
            .is_some_and(|own| !there.contains(own));
        if is_gone {
            patch = patch.delete_item(item.id.clone());
        }
    }
    for entry in &order.items {
        let refs = item_refs(entry);
        let is_new = !refs.is_empty() && refs.iter().all(|it| !known.contains(it.as_str()));
        if !is_new {
            continue;
        }
        match entry.kind {
            EntryKind::Dish => patch = patch.add_item(dish_item(entry, context)),
            // A change cannot add a deal: its dishes are added as items.
            EntryKind::Menu => {
                for item in menu_items(entry, context) {
                    patch = patch.add_item(item);
                }
            }
        }
    }
    patch
}

fn payments_change(
    mut patch: OrderPatch,
    hub: &Order,
    order: &ZeltyOrder,
    context: &IncomingContext<'_>,
) -> OrderPatch {
    let ids = order.transactions.iter().filter_map(|it| it.id);
    let there: BTreeSet<String> = ids.map(|id| id.to_string()).collect();
    let present = hub.payments.iter().filter(|payment| !payment.deleted);
    let known: BTreeSet<&str> = present
        .clone()
        .filter_map(|it| it.private_ref.as_deref())
        .collect();
    for own in present {
        let is_gone = own
            .private_ref
            .as_ref()
            .is_some_and(|it| !there.contains(it));
        if is_gone {
            patch = patch.delete_payment(own.id.clone());
        }
    }
    for transaction in &order.transactions {
        let id = transaction.id.map(|id| id.to_string());
        if id.is_some_and(|id| !known.contains(id.as_str())) {
            patch = patch.add_payment(payment(transaction, context));
        }
    }
    patch
}
