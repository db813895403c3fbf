//! Every order is there once, as it should be, and found by every filter.

use std::collections::{BTreeMap, BTreeSet};

use client::order::{CustomerId, OrderStatus, Time};
use client::{Connection, OrderFilter};

use crate::chain::bill::App;
use crate::chain::facts::{OrderFacts, Totals};
use crate::chain::plan::{BRANCHES, Day, Order, Who};
use crate::chain::responses::{self, OrderIds};
use crate::chain::setup::Chain;

/// When each order was placed, as the hub shows it.
pub type PlacedAt = Vec<String>;

/// The head office reads all orders of the account: each is as planned, and so are the books.
pub async fn of_account(chain: &Chain, day: &Day, ids: &[String]) -> PlacedAt {
    let mut placed = vec![None; ids.len()];
    let numbers: BTreeMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
    let (branches, customers) = (branches(chain), customers(chain));
    let mut all = Vec::with_capacity(ids.len());
    let mut pages = chain
        .office
        .account_orders::<responses::Order>(OrderFilter::default());
    while let Some(page) = pages.next().await.unwrap() {
        for order in page {
            let number = numbers.get(order.id.as_str());
            let number = *number.unwrap_or_else(|| panic!("{order:?} was never placed"));
            let before = placed[number].replace(order.created_at.clone());
            assert_eq!(before, None, "{} is there twice", order.reference);
            assert_eq!(order.private_ref, None, "others' refs are not shown");
            let facts = OrderFacts::from_response(order, &branches, &customers);
            assert_eq!(facts, planned_facts(day, &day.orders[number]));
            all.push(facts);
        }
    }
    let placed: Option<PlacedAt> = placed.into_iter().collect();
    let planned: Vec<OrderFacts> = day.orders.iter().map(|it| planned_facts(day, it)).collect();
    assert_eq!(
        Totals::of(all.iter()),
        Totals::of(planned.iter()),
        "the books of the day"
    );
    placed.expect("every order is there")
}

fn planned_facts(day: &Day, order: &Order) -> OrderFacts {
    let first_name = match order.who {
        Who::Nobody => None,
        Who::Guest(name) => Some(name),
        Who::Customer(number) | Who::CustomerOfShop(number) => Some(day.customers[number].name),
    };
    OrderFacts::from_plan(order, first_name)
}

fn branches(chain: &Chain) -> BTreeMap<String, usize> {
    let locations = chain.branches.iter().map(|it| it.location.clone());
    locations.zip(0..).collect()
}

fn customers(chain: &Chain) -> BTreeMap<String, usize> {
    chain.customers.ids.iter().cloned().zip(0..).collect()
}

/// Each app reads its location's orders by status, by sender, by its own refs, by customer and by
/// time: each list has what the plan says, no less and no more.
pub async fn by_location_and_filter(chain: &Chain, day: &Day, ids: &[String], placed: &PlacedAt) {
    for branch in 0..BRANCHES {
        let here = day.orders.iter().filter(|it| it.branch == branch);
        let here: Vec<&Order> = here.collect();
        let lists = Lists { here, ids };
        let till = chain.app(App::Till, branch);
        lists.by_status(&till).await;
        lists.by_ticket(&till).await;
        lists.of_platform(&chain.app(App::Platform, branch)).await;
        let shop = chain.app(App::Shop, branch);
        lists.by_customer(chain, &shop).await;
        if branch % 10 == 0 {
            lists.by_time(&shop, placed).await;
        }
    }
}

/// The orders of a location, and the lists in which they are found.
struct Lists<'a> {
    here: Vec<&'a Order>,
    ids: &'a [String],
}

impl Lists<'_> {
    /// What a list should have, seen by an app with these private refs.
    fn expected(
        &self,
        holds: impl Fn(&Order) -> bool,
        private_ref: impl Fn(&Order) -> Option<String>,
    ) -> BTreeSet<OrderIds> {
        let listed = |it: &&Order| OrderIds {
            id: self.ids[it.number].clone(),
            private_ref: private_ref(it),
        };
        let expected = self.here.iter().filter(|it| holds(it));
        expected.map(listed).collect()
    }

    async fn by_status(&self, till: &Connection) {
        let statuses = self.here.iter().map(|it| it.final_bill.status);
        let mut statuses: BTreeSet<&str> = statuses.collect();
        statuses.insert("awaiting_shipment");
        for status in statuses {
            let filter = OrderFilter {
                status: OrderStatus::parse(status),
                ..OrderFilter::default()
            };
            let expected = self.expected(|it| it.final_bill.status == status, ticket);
            assert_eq!(find_ids(till, filter).await, expected, "{status}");
        }
    }

    /// The till finds an order by the number on its ticket.
    async fn by_ticket(&self, till: &Connection) {
        let Some(wanted) = self.here.iter().find_map(|it| ticket(it)) else {
            return;
        };
        let filter = OrderFilter {
            private_ref: Some(wanted.clone()),
            ..OrderFilter::default()
        };
        let has_it = |it: &Order| ticket(it).is_some_and(|own| own == wanted);
        let expected = self.expected(has_it, ticket);
        assert_eq!(find_ids(till, filter).await, expected);
    }

    /// The platform sees its own ids.
    async fn of_platform(&self, platform: &Connection) {
        let filter = OrderFilter {
            created_by: Some(App::Platform.name().into()),
            ..OrderFilter::default()
        };
        let expected = self.expected(|it| it.by == App::Platform, Order::private_ref);
        assert_eq!(find_ids(platform, filter).await, expected);
    }

    /// The shop finds what one of its customers has ordered here, from whichever app.
    async fn by_customer(&self, chain: &Chain, shop: &Connection) {
        let Some(customer) = self.here.iter().find_map(|it| it.who.customer()) else {
            return;
        };
        let filter = OrderFilter {
            customer_id: CustomerId::parse(&chain.customers.ids[customer]).ok(),
            ..OrderFilter::default()
        };
        let is_the_customers = |it: &Order| it.who.customer() == Some(customer);
        assert_eq!(
            find_ids(shop, filter).await,
            self.expected(is_the_customers, |_| None)
        );
    }

    /// What was placed before a moment and what was placed from then on is all there is.
    async fn by_time(&self, shop: &Connection, placed: &PlacedAt) {
        let Some(middle) = self.here.get(self.here.len() / 2) else {
            return;
        };
        let moment = &placed[middle.number];
        let time = Time::parse(moment).ok();
        let before = OrderFilter {
            before: time,
            ..OrderFilter::default()
        };
        let after = OrderFilter {
            after: time,
            ..OrderFilter::default()
        };
        let is_before = |it: &Order| placed[it.number] < *moment;
        let expected = self.expected(is_before, |_| None);
        assert_eq!(find_ids(shop, before).await, expected, "before {moment}");
        let expected = self.expected(|it| !is_before(it), |_| None);
        assert_eq!(find_ids(shop, after).await, expected, "from {moment} on");
    }
}

fn ticket(order: &Order) -> Option<String> {
    order.final_bill.ticket.clone()
}

/// The orders in a list, each there once.
async fn find_ids(app: &Connection, filter: OrderFilter) -> BTreeSet<OrderIds> {
    let orders: Vec<OrderIds> = app.orders(filter).all().await.unwrap();
    let many = orders.len();
    let found: BTreeSet<_> = orders.into_iter().collect();
    assert_eq!(found.len(), many, "an order is in a list twice");
    found
}
