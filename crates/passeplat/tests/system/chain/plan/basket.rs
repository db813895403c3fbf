//! What goes into an order.

use crate::chain::bill::Item;
use crate::chain::menu::{self, Dish};
use crate::chance::Entropy;

/// Some items, and a deal now and then.
pub fn items(chance: &mut Entropy, dishes: &[Dish]) -> Vec<Item> {
    let mut items = Vec::new();
    for _ in 0..chance.between(1, 4) {
        items.push(item(chance, dishes));
    }
    if chance.percent(12) {
        items.extend(deal(dishes));
    }
    items
}

/// One item: so many pieces, or so many grams; a pizza as the customer likes it.
pub fn item(chance: &mut Entropy, dishes: &[Dish]) -> Item {
    let dish = chance.one(dishes);
    let quantity = if dish.by_weight {
        chance.between(80, 900)
    } else {
        chance.pick(&[1000, 1000, 1000, 2000, 3000])
    };
    let mut item = dish.item(quantity);
    if dish.category == "PIZ" {
        for (option, (list, ..)) in menu::OPTIONS.iter().enumerate() {
            if chance.percent(10) {
                let most = if *list == "SUP" { 2 } else { 1 };
                let times = chance.between(1, most + 1);
                item.options.push(menu::choice(option, times));
            }
        }
    }
    item
}

/// Two lines of the deal: the second one costs what the deal says.
fn deal(dishes: &[Dish]) -> [Item; 2] {
    let line = |sku: &str, label| {
        let dish = dishes.iter().find(|it| it.sku == sku);
        let mut item = dish.expect("is on every menu").item(1000);
        item.deal_line = Some(label);
        item
    };
    let (pizza, mut dessert) = (line("SAV-33", "Pizza"), line("TIRA", "Dessert"));
    dessert.price = 300;
    [pizza, dessert]
}
