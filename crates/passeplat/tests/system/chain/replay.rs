//! The day itself: every location lives its shift, sixteen of them at a time, without the pauses
//! that people make. Within a location one thing happens after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use client::catalog::CatalogUpdate;
use client::{Connection, IdempotencyKey};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::bill::{App, Bill};
use super::cents::{Thousandths, cents, decimal, thousandths};
use super::menu::{self, Service};
use super::morning::Chain;
use super::plan::{self, BRANCHES, Day, Hears, Step};
use super::{read, sent};

const AT_A_TIME: usize = 16;

/// Lives the day; answers the hub's id of each order.
pub async fn replay(chain: &Arc<Chain>, day: &Arc<Day>) -> Vec<String> {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    let mut shifts = JoinSet::new();
    for branch in 0..BRANCHES {
        let (chain, day, places) = (chain.clone(), day.clone(), places.clone());
        shifts.spawn(async move {
            let _place = places.acquire_owned().await.unwrap();
            // In the middle of everything the head office changes the menu of all.
            if branch == BRANCHES / 2 {
                change_menu(&chain).await;
            }
            Shift::new(chain, day, branch).await.work().await
        });
    }
    let mut ids = vec![String::new(); day.orders.len()];
    for (number, id) in shifts.join_all().await.into_iter().flatten() {
        ids[number] = id;
    }
    ids
}

async fn change_menu(chain: &Chain) {
    let dinner = sent::catalog(&menu::shared(Service::Dinner), true);
    let dinner = CatalogUpdate::replace(dinner);
    let _catalog: Value = chain
        .office
        .put_catalog(&chain.catalog, &dinner)
        .await
        .unwrap();
}

struct Shift {
    chain: Arc<Chain>,
    day: Arc<Day>,
    branch: usize,
    till: Connection,
    /// Each order as the hub last showed it, and as it should be.
    orders: BTreeMap<usize, (read::Order, Bill)>,
    /// What the till knows of its stock: the catalog through which it says so, and how many.
    stock: BTreeMap<String, (String, Thousandths)>,
}

impl Shift {
    async fn new(chain: Arc<Chain>, day: Arc<Day>, branch: usize) -> Self {
        let till = chain.app(App::Till, branch);
        let mut stock = BTreeMap::new();
        for catalog in [&chain.catalog, &chain.branches[branch].catalog] {
            let entries: Vec<read::Left> = till.inventory(catalog).await.unwrap();
            for entry in entries {
                let many = thousandths(&entry.stock.unwrap());
                stock.insert(entry.sku_ref.unwrap(), (catalog.clone(), many));
            }
        }
        Self {
            chain,
            day,
            branch,
            till,
            orders: BTreeMap::new(),
            stock,
        }
    }

    /// Lives the shift; answers the ids of its orders.
    async fn work(mut self) -> Vec<(usize, String)> {
        let day = self.day.clone();
        for step in &day.shifts[self.branch] {
            match step {
                Step::Place(number) => self.place(*number).await,
                Step::Edit(number, which) => self.edit(*number, *which).await,
                Step::Count(orders) => self.count(orders).await,
                Step::Receive(sku, many) => self.change_stock([(sku.clone(), *many)]).await,
                Step::SoldOut(option, until) => self.sold_out(option, until).await,
                Step::Points(customer, delta) => self.points(*customer, *delta).await,
                Step::Dinner => self.dinner().await,
                Step::Look => self.look().await,
            }
        }
        self.close().await;
        let orders = self.orders.into_iter();
        orders
            .map(|(number, (order, _))| (number, order.id))
            .collect()
    }

    /// The order is placed once, even if its sender has to send it again.
    async fn place(&mut self, number: usize) {
        let order = &self.day.orders[number];
        let app = self.chain.app(order.by, self.branch);
        let body = sent::order(order, &self.chain.customers);
        let key = IdempotencyKey::new(&order.reference()).unwrap();
        let shown: read::Order = app.create_order_once(&key, &body).await.unwrap();
        if order.is_sent_twice {
            let again: read::Order = app.create_order_once(&key, &body).await.unwrap();
            assert_eq!(again.id, shown.id, "{} sent again", order.reference());
        }
        self.keep(number, shown, order.placed.clone());
    }

    async fn edit(&mut self, number: usize, which: usize) {
        let edit = &self.day.orders[number].edits[which];
        let (stands, mut bill) = self.orders.remove(&number).unwrap();
        let app = self.chain.app(edit.by, self.branch);
        let body = sent::edit(edit, &stands);
        let shown: read::Order = app.patch_order(&stands.id, &body).await.unwrap();
        bill.apply(edit);
        self.keep(number, shown, bill);
    }

    /// What the hub answers is right at every moment of the day.
    fn keep(&mut self, number: usize, shown: read::Order, bill: Bill) {
        let said = (shown.status.as_str(), cents(&shown.total));
        assert_eq!(said, (bill.status, bill.total()), "{}", shown.reference);
        self.orders.insert(number, (shown, bill));
    }

    /// The till takes from its stock what these orders have sold.
    async fn count(&mut self, orders: &[usize]) {
        let mut sold: BTreeMap<String, Thousandths> = BTreeMap::new();
        for number in orders {
            for item in self.day.orders[*number].sold() {
                *sold.entry(item.sku.clone()).or_default() -= item.quantity;
            }
        }
        self.change_stock(sold).await;
    }

    /// The till knows what it has from the last answer, and says what it has now.
    async fn change_stock(&mut self, changes: impl IntoIterator<Item = (String, Thousandths)>) {
        let mut entries: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (sku, change) in changes {
            let Some((catalog, has)) = self.stock.get(&sku) else {
                continue;
            };
            let entry = json!({ "sku_ref": sku, "stock": decimal(has + change) });
            entries.entry(catalog.clone()).or_default().push(entry);
        }
        for (catalog, entries) in entries {
            let left: Vec<read::Left> =
                self.till.patch_inventory(&catalog, &entries).await.unwrap();
            for entry in left {
                let many = thousandths(&entry.stock.unwrap());
                self.stock
                    .insert(entry.sku_ref.unwrap(), (catalog.clone(), many));
            }
        }
    }

    async fn sold_out(&self, option: &str, until: &str) {
        let entry = json!({ "option_ref": option, "stock": "0", "expires_at": until });
        let catalog = &self.chain.catalog;
        let _left: Value = self.till.patch_inventory(catalog, &[entry]).await.unwrap();
    }

    async fn points(&self, customer: usize, delta: Thousandths) {
        let (list, card) = (&self.chain.customers.list, &self.chain.cards[&customer]);
        let operation = json!({ "delta": decimal(delta), "reason": "Au comptoir" });
        let made = self
            .till
            .create_loyalty_operation(list, card, &operation)
            .await;
        let _operation: Value = made.unwrap();
    }

    async fn dinner(&self) {
        let dishes = menu::specials(self.branch, Service::Dinner);
        let dinner = CatalogUpdate::replace(sent::catalog(&dishes, false));
        let own = &self.chain.branches[self.branch].catalog;
        let _catalog: Value = self.till.put_catalog(own, &dinner).await.unwrap();
    }

    async fn look(&self) {
        let (kitchens, at) = (&self.chain.kitchens, &self.chain.branches[self.branch]);
        if plan::kitchen(self.branch) == Hears::Asking {
            kitchens.look(self.branch, &at.kitchen).await;
        }
    }

    /// The kitchen has heard of everything.
    async fn close(&self) {
        let (kitchens, at) = (&self.chain.kitchens, &self.chain.branches[self.branch]);
        match plan::kitchen(self.branch) {
            Hears::Asking => kitchens.look(self.branch, &at.kitchen).await,
            Hears::Late => kitchens.catch_up(self.branch, &at.kitchen).await,
            Hears::Called => kitchens.hear_all(&at.kitchen).await,
        }
    }
}
