//! What goes into an order.

use crate::chain::bill::Item;
use crate::chain::menu::{self, Dish};
use crate::random::SeededRandom;

/// Some items, and a deal now and then.
pub fn items(random: &mut SeededRandom, dishes: &[Dish]) -> Vec<Item> {
    let mut items = Vec::new();
    for _ in 0..random.between(1, 4) {
        items.push(item(random, dishes));
    }
    if random.percent(12) {
        items.extend(deal(dishes));
    }
    items
}

/// One item: so many pieces, or so many grams; a pizza as the customer likes it.
pub fn item(random: &mut SeededRandom, dishes: &[Dish]) -> Item {
    let dish = random.one(dishes);
    let quantity = if dish.by_weight {
        random.between(80, 900)
    } else {
        random.pick(&[1000, 1000, 1000, 2000, 3000])
    };
    let mut item = dish.item(quantity);
    if dish.category == "PIZ" {
        for (option, (list, ..)) in menu::OPTIONS.iter().enumerate() {
            if random.percent(10) {
                let most = if *list == "SUP" { 2 } else { 1 };
                let times = random.between(1, most + 1);
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
