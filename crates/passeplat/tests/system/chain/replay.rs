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
use super::plan::sold_out::{self, Thing};
use super::plan::{self, BRANCHES, Day, KitchenMode, Step};
use super::setup::Chain;
use super::stock_changes::{StockReport, StockReporter, now};
use super::{kitchen, requests, responses};

const MAX_SHIFTS_AT_A_TIME: usize = 16;

/// The day as it was replayed.
pub struct ReplayedDay {
    /// The hub's id of each order.
    pub ids: Vec<String>,
    /// What the till of each location has said of things that nobody counts, since the morning.
    pub reports: Vec<Vec<StockReport>>,
}

/// Lives the day.
pub async fn replay(chain: &Arc<Chain>, day: &Arc<Day>) -> ReplayedDay {
    let slots = Arc::new(Semaphore::new(MAX_SHIFTS_AT_A_TIME));
    let mut shifts = JoinSet::new();
    for branch in 0..BRANCHES {
        let (chain, day, slots) = (chain.clone(), day.clone(), slots.clone());
        shifts.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            // In the middle of everything the head office changes the menu of all.
            if branch == BRANCHES / 2 {
                change_menu(&chain).await;
            }
            (branch, Shift::new(chain, day, branch).await.work().await)
        });
    }
    let mut replayed = ReplayedDay {
        ids: vec![String::new(); day.orders.len()],
        reports: vec![Vec::new(); BRANCHES],
    };
    for (branch, (ids, reports)) in shifts.join_all().await {
        replayed.reports[branch] = reports;
        for (number, id) in ids {
            replayed.ids[number] = id;
        }
    }
    replayed
}

async fn change_menu(chain: &Chain) {
    let dinner = requests::catalog(&menu::shared(Service::Dinner), true);
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
    orders: BTreeMap<usize, (responses::Order, Bill)>,
    /// What the till knows of its stock: the catalog through which it says so, and how many.
    stock: BTreeMap<String, (String, Thousandths)>,
    /// Reports what is not counted.
    reporter: StockReporter,
}

impl Shift {
    async fn new(chain: Arc<Chain>, day: Arc<Day>, branch: usize) -> Self {
        let (till, at) = (chain.app(App::Till, branch), &chain.branches[branch]);
        let opening: BTreeMap<_, _> = day.opening[branch].iter().cloned().collect();
        let mut stock = BTreeMap::new();
        for catalog in [&chain.catalog, &at.catalog] {
            let entries: Vec<responses::StockLevel> = till.inventory(catalog).await.unwrap();
            let counted = entries.iter();
            for entry in counted.filter(|entry| opening.contains_key(entry.reference())) {
                let many = thousandths(entry.stock.as_ref().unwrap());
                stock.insert(entry.reference().to_owned(), (catalog.clone(), many));
            }
        }
        assert_eq!(stock.len(), opening.len(), "what location {branch} counts");
        let reporter = StockReporter::new(
            till.clone(),
            &chain.catalog,
            &at.catalog,
            at.reports.clone(),
        );
        Self {
            chain,
            day,
            branch,
            till,
            orders: BTreeMap::new(),
            stock,
            reporter,
        }
    }

    /// Lives the shift; answers the ids of its orders, and what was said.
    async fn work(mut self) -> (Vec<(usize, String)>, Vec<StockReport>) {
        let day = self.day.clone();
        for step in &day.shifts[self.branch] {
            match step {
                Step::Place(number) => self.place_order(*number).await,
                Step::Edit(number, which) => self.edit(*number, *which).await,
                Step::Count(orders) => self.count(orders).await,
                Step::Receive(sku, many) => self.change_stock([(sku.clone(), *many)]).await,
                Step::Say(words) => self.reporter.say(words).await,
                Step::Overwrite => self.overwrite().await,
                Step::Points(customer, delta) => self.points(*customer, *delta).await,
                Step::Dinner => self.dinner().await,
                Step::Look => self.look().await,
            }
        }
        self.close().await;
        let orders = self.orders.into_iter();
        let ids = orders.map(|(number, (order, _))| (number, order.id));
        (ids.collect(), self.reporter.reports)
    }

    /// The order is placed once, even if its sender has to send it again.
    async fn place_order(&mut self, number: usize) {
        let order = &self.day.orders[number];
        let app = self.chain.app(order.by, self.branch);
        let body = requests::order(order, &self.chain.customers);
        let key = IdempotencyKey::new(&order.reference()).unwrap();
        let shown: responses::Order = app.create_order_with_key(&key, &body).await.unwrap();
        if order.is_sent_twice {
            let again: responses::Order = app.create_order_with_key(&key, &body).await.unwrap();
            assert_eq!(again.id, shown.id, "{} sent again", order.reference());
        }
        self.check_and_save(number, shown, order.initial_bill.clone());
    }

    async fn edit(&mut self, number: usize, which: usize) {
        let edit = &self.day.orders[number].edits[which];
        let (stands, mut bill) = self.orders.remove(&number).unwrap();
        let app = self.chain.app(edit.by, self.branch);
        let body = requests::edit(edit, &stands);
        let shown: responses::Order = app.patch_order(&stands.id, &body).await.unwrap();
        bill.apply(edit);
        self.check_and_save(number, shown, bill);
    }

    /// What the hub answers is right at every moment of the day.
    fn check_and_save(&mut self, number: usize, shown: responses::Order, bill: Bill) {
        let actual = (shown.status.as_str(), cents(&shown.total));
        assert_eq!(actual, (bill.status, bill.total()), "{}", shown.reference);
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
            let left = self.till.patch_inventory(&catalog, &entries).await;
            self.update_stock(&catalog, left.unwrap());
        }
    }

    /// The location's own catalog has what the till counts, and no limit for anything else.
    async fn overwrite(&mut self) {
        let catalog = self.chain.branches[self.branch].catalog.clone();
        let counted = self.stock.iter().filter(|(_, (of, _))| *of == catalog);
        let entries: Vec<Value> = counted
            .map(|(sku, (_, has))| json!({ "sku_ref": sku, "stock": decimal(*has) }))
            .collect();
        let sent = now();
        let left: Vec<responses::StockLevel> =
            self.till.put_inventory(&catalog, &entries).await.unwrap();
        let answered = now();
        assert_eq!(left.len(), entries.len(), "{entries:?} became {left:?}");
        self.update_stock(&catalog, left);
        let mut own = sold_out::things(self.branch);
        own.retain(|thing| matches!(thing, Thing::Own(_)));
        self.reporter.record_overwritten(own, sent, answered);
    }

    fn update_stock(&mut self, catalog: &str, left: Vec<responses::StockLevel>) {
        for entry in left {
            let many = thousandths(entry.stock.as_ref().unwrap());
            let location_in_menu = (catalog.to_owned(), many);
            self.stock
                .insert(entry.reference().to_owned(), location_in_menu);
        }
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
        let dinner = CatalogUpdate::replace(requests::catalog(&dishes, false));
        let own = &self.chain.branches[self.branch].catalog;
        let _catalog: Value = self.till.put_catalog(own, &dinner).await.unwrap();
    }

    async fn look(&self) {
        let (kitchens, at) = (&self.chain.kitchens, &self.chain.branches[self.branch]);
        if plan::kitchen(self.branch) == KitchenMode::Polling {
            kitchens.look(self.branch, &at.kitchen).await;
        }
    }

    /// The kitchen has heard of everything.
    async fn close(&self) {
        let (kitchens, at) = (&self.chain.kitchens, &self.chain.branches[self.branch]);
        match plan::kitchen(self.branch) {
            KitchenMode::Polling => kitchens.look(self.branch, &at.kitchen).await,
            KitchenMode::PollingLate => kitchens.catch_up(self.branch, &at.kitchen).await,
            KitchenMode::Called => kitchen::wait_until_idle(&at.kitchen).await,
        }
    }
}
