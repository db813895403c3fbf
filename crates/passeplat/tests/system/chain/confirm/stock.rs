//! What is left at each location, and what the catalogs sell in the evening.

use std::collections::BTreeMap;

use crate::chain::cents::{Cents, Thousandths, cents, thousandths};
use crate::chain::menu::{self, Dish, Service};
use crate::chain::morning::Chain;
use crate::chain::plan::{BRANCHES, Day, FAR_AWAY, Step};
use crate::chain::read::{Left, Product};

/// By ref: how many, and until when there are none.
type Stock = BTreeMap<String, (Thousandths, Option<String>)>;

/// Stock is what there was in the morning and what came in, less what completed orders have sold;
/// options that have run out are missing until their time.
pub async fn left(chain: &Chain, day: &Day) {
    for branch in 0..BRANCHES {
        let mut shown = Stock::new();
        let office = chain.office_at(branch);
        for catalog in [&chain.catalog, &chain.branches[branch].catalog] {
            let entries: Vec<Left> = office.inventory(catalog).await.unwrap();
            for entry in entries {
                let what = entry.sku_ref.or(entry.option_ref).unwrap();
                let many = thousandths(&entry.stock.unwrap());
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
        match step {
            Step::Receive(sku, many) => stock.get_mut(sku).unwrap().0 += many,
            Step::SoldOut(option, until) if *until == FAR_AWAY => {
                stock.insert((*option).into(), (0, Some(FAR_AWAY.into())));
            }
            Step::SoldOut(option, _) => {
                stock.remove(*option);
            }
            _ => {}
        }
    }
    for order in day.orders.iter().filter(|it| it.branch == branch) {
        for item in order.sold() {
            if let Some((many, _)) = stock.get_mut(&item.sku) {
                *many -= item.quantity;
            }
        }
    }
    stock
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
