//! What is sold out: an entry of 0 in the hub's inventory; what is available has none.

use client::order::Time;
use wire::inventory::{Counted, InventoryEntry, Stock};

use crate::zelty_api::StockAvailability;

fn entry(counted: Counted, stock: Option<Stock>, expires_at: Option<Time>) -> InventoryEntry {
    InventoryEntry {
        counted,
        stock,
        expires_at: stock.and(expires_at),
    }
}

/// The whole inventory, for replacing the hub's: what is sold out, and nothing else. It comes back by itself at
/// `expires_at`, if that is given.
pub fn whole_inventory(
    availability: &StockAvailability,
    expires_at: Option<Time>,
) -> Vec<InventoryEntry> {
    let mut entries = changed_stock(availability, expires_at);
    entries.retain(|entry| entry.stock.is_some());
    entries
}

/// What has changed, for merging into the hub's inventory: 0 when it is sold out, no limit when it came back.
pub fn changed_stock(
    availability: &StockAvailability,
    expires_at: Option<Time>,
) -> Vec<InventoryEntry> {
    let stock = |is_sold_out: bool| is_sold_out.then_some(Stock::NONE);
    let dishes = availability.dishes.iter().map(|dish| {
        let counted = Counted::Sku(dish.id_dish.to_string());
        entry(counted, stock(dish.outofstock), expires_at)
    });
    let values = availability.options_values.iter().map(|value| {
        let counted = Counted::Option(value.id_option_value.to_string());
        entry(counted, stock(value.outofstock), expires_at)
    });
    dishes.chain(values).collect()
}
