//! What is left at each location when everything has gone that goes by itself, and what the catalogs
//! sell in the evening.

use std::collections::BTreeMap;

use crate::chain::cents::{Cents, Thousandths, cents, thousandths};
use crate::chain::menu::{self, Dish, Service};
use crate::chain::plan::sold_out::{FAR_AWAY, StockChange, Thing};
use crate::chain::plan::{BRANCHES, Day, Step};
use crate::chain::responses::{Product, StockLevel};
use crate::chain::setup::Chain;

/// By ref: how many, and until when there are none.
type Stock = BTreeMap<String, (Thousandths, Option<String>)>;

/// Stock is what there was in the morning and what came in, less what completed orders have sold;
/// beside it there is what was last said of what nobody counts, unless its time has come.
pub async fn left(chain: &Chain, day: &Day) {
    for branch in 0..BRANCHES {
        let mut shown = Stock::new();
        let office = chain.office_at(branch);
        for catalog in [&chain.catalog, &chain.branches[branch].catalog] {
            let entries: Vec<StockLevel> = office.inventory(catalog).await.unwrap();
            for entry in entries {
                let many = thousandths(entry.stock.as_ref().unwrap());
                let what = entry.reference().to_owned();
                shown.insert(what, (many, entry.expires_at));
            }
        }
        assert_eq!(shown, expected(day, branch), "left at location {branch}");
    }
}

fn expected(day: &Day, branch: usize) -> Stock {
    let opening = day.opening[branch].iter();
    let mut stock: Stock = opening
        .map(|(sku, many)| (sku.clone(), (*many, None)))
        .collect();
    for step in &day.shifts[branch] {
        if let Step::Receive(sku, many) = step {
            stock.get_mut(sku).unwrap().0 += many;
        }
    }
    for order in day.orders.iter().filter(|it| it.branch == branch) {
        for item in order.sold() {
            if let Some((many, _)) = stock.get_mut(&item.sku) {
                *many -= item.quantity;
            }
        }
    }
    stock.extend(uncounted_stock(day, branch));
    stock
}

/// What is left in the evening of what nobody counts.
fn uncounted_stock(day: &Day, branch: usize) -> Stock {
    let mut last = BTreeMap::new();
    last.extend(day.morning[branch].iter().cloned());
    for step in &day.shifts[branch] {
        match step {
            Step::Say(words) => last.extend(words.iter().cloned()),
            Step::Overwrite => last.retain(|thing, _| !matches!(thing, Thing::Own(_))),
            _ => {}
        }
    }
    let left = last.into_iter().filter_map(|(thing, says)| {
        let left = match says {
            StockChange::NoMore => (0, None),
            StockChange::Left(many) => (many, None),
            StockChange::NoneUntil(FAR_AWAY) => (0, Some(FAR_AWAY.to_owned())),
            StockChange::NoneFor(_)
            | StockChange::NoneUntil(_)
            | StockChange::NoneToTheEnd
            | StockChange::Plenty => {
                return None;
            }
        };
        Some((thing.named().1.to_owned(), left))
    });
    left.collect()
}

/// In the evening the catalogs have the things of the dinner, at its prices, in their order.
pub async fn catalogs(chain: &Chain) {
    let shared: Vec<Product> = chain.office.products(&chain.catalog).await.unwrap();
    assert_eq!(sold_in(&shared), on(&menu::shared(Service::Dinner)));
    for (branch, at) in chain.branches.iter().enumerate() {
        let own: Vec<Product> = at.till.products(&at.catalog).await.unwrap();
        assert_eq!(sold_in(&own), on(&menu::specials(branch, Service::Dinner)));
    }
}

fn sold_in(products: &[Product]) -> Vec<(String, Cents)> {
    let skus = products.iter().flat_map(|product| &product.skus);
    skus.map(|sku| (sku.reference.clone(), cents(&sku.price)))
        .collect()
}

fn on(menu: &[Dish]) -> Vec<(String, Cents)> {
    let dishes = menu.iter();
    dishes.map(|dish| (dish.sku.clone(), dish.price)).collect()
}
