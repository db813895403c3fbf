//! What the hub knows of customers: what they ordered, and the points on their cards (API, chapter
//! Customer lists, customers, loyalty).

use std::collections::BTreeMap;

use client::{CustomerFilter, LoyaltyCardFilter};

use super::orders::PlacedAt;
use crate::chain::bill::App;
use crate::chain::cents::{Cents, Thousandths, cents, thousandths};
use crate::chain::plan::{BRANCHES, Day, Step};
use crate::chain::requests::{CARD, shop_id};
use crate::chain::responses::{Card, Customer, CustomerCard, Operation};
use crate::chain::setup::Chain;

/// What a customer ordered.
#[derive(Debug, Default, PartialEq, Eq)]
struct CustomerOrders {
    times: u64,
    /// An order counts with its total when it was placed, whatever becomes of it.
    total: Cents,
    first: Option<String>,
    last: Option<String>,
}

/// Every customer is in the list once, with the number of orders, their sum, and the times
/// of the first and the last; and each part of the list is found by its filter.
pub async fn statistics(chain: &Chain, day: &Day, placed: &PlacedAt) -> Vec<Customer> {
    let mut expected = expected_orders(day, placed);
    let all = customers(chain, CustomerFilter::default()).await;
    assert_eq!(all.len(), day.customers.len(), "customers");
    for (number, customer) in all.iter().enumerate() {
        assert_eq!(customer.id, chain.customers.ids[number]);
        assert_eq!(customer.private_ref, Some(shop_id(number)));
        let shown = CustomerOrders {
            times: customer.nb_orders,
            total: cents(&customer.order_total),
            first: customer.first_order_date.clone(),
            last: customer.last_order_date.clone(),
        };
        let expected = expected.remove(&number).unwrap_or_default();
        assert_eq!(shown, expected, "{} {number}", customer.first_name);
    }
    for home in 0..BRANCHES {
        let filter = CustomerFilter {
            email: Some(format!("*@quartier-{home:02}.example")),
            ..CustomerFilter::default()
        };
        let found = customers(chain, filter).await.into_iter().map(|it| it.id);
        let people = day.customers.iter().enumerate();
        let neighbours = people.filter(|(_, it)| it.home == home);
        let neighbours = neighbours.map(|(number, _)| chain.customers.ids[number].clone());
        assert!(found.eq(neighbours), "the customers of location {home}");
    }
    all
}

fn expected_orders(day: &Day, placed: &PlacedAt) -> BTreeMap<usize, CustomerOrders> {
    let mut expected: BTreeMap<usize, CustomerOrders> = BTreeMap::new();
    for order in &day.orders {
        let Some(customer) = order.who.customer() else {
            continue;
        };
        let ordered = expected.entry(customer).or_default();
        ordered.times += 1;
        ordered.total += order.initial_bill.total();
        let at = &placed[order.number];
        if ordered.first.as_ref().is_none_or(|first| at < first) {
            ordered.first = Some(at.clone());
        }
        if ordered.last.as_ref().is_none_or(|last| at > last) {
            ordered.last = Some(at.clone());
        }
    }
    expected
}

/// From the shop, which knows them by its own ids. They are in the order in which they came.
async fn customers(chain: &Chain, filter: CustomerFilter) -> Vec<Customer> {
    let shop = chain.app(App::Shop, 0);
    let list = shop.customers(&chain.customers.list, filter);
    list.count(40).all().await.unwrap()
}

/// Every card is in the list and at its customer once, with the points that its orders and the tills
/// gave and took; and so do its operations say, one after the other.
pub async fn loyalty(chain: &Chain, day: &Day, ids: &[String], customers: &[Customer]) {
    let mut expected = operations(chain, day, ids);
    let mut at_customers = BTreeMap::new();
    for customer in customers {
        at_customers.insert(customer.id.as_str(), &customer.loyalty_cards);
    }
    let list = &chain.customers.list;
    let filter = LoyaltyCardFilter {
        reference: Some(CARD.0.into()),
        ..LoyaltyCardFilter::default()
    };
    let cards = chain.office.loyalty_cards(list, filter);
    let cards: Vec<Card> = cards.all().await.unwrap();
    assert_eq!(cards.len(), expected.len(), "cards");
    for card in cards {
        let whose = card.customer_id.as_str();
        assert_eq!((card.reference.as_str(), card.name.as_str()), CARD);
        assert_eq!(
            *at_customers[whose],
            [CustomerCard {
                id: card.id.clone(),
                balance: card.balance.clone()
            }]
        );
        let mut expected = expected.remove(whose).unwrap_or_default();
        let balance: Thousandths = expected.iter().map(|(_, delta)| delta).sum();
        assert_eq!(thousandths(&card.balance), balance, "{card:?}");
        let operations = chain.office.loyalty_operations(list, &card.id).count(20);
        let newest_first: Vec<Operation> = operations.all().await.unwrap();
        let mut after = 0;
        let mut found = Vec::new();
        for operation in newest_first.iter().rev() {
            let delta = thousandths(&operation.delta);
            after += delta;
            assert_eq!(thousandths(&operation.new_balance), after, "{card:?}");
            found.push((operation.order_id.as_deref(), delta));
        }
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "the operations of {card:?}");
    }
}

/// The orders that changed a card, if it was one, and by how much; by customer.
type Operations<'a> = BTreeMap<&'a str, Vec<(Option<&'a str>, Thousandths)>>;

fn operations<'a>(chain: &'a Chain, day: &Day, ids: &'a [String]) -> Operations<'a> {
    let mut expected = Operations::new();
    let id = |number: usize| chain.customers.ids[number].as_str();
    for number in chain.cards.keys() {
        expected.insert(id(*number), Vec::new());
    }
    for order in &day.orders {
        for points in &order.points {
            let whose = id(order.who.customer().unwrap());
            let operation = (Some(ids[order.number].as_str()), points.delta);
            expected.entry(whose).or_default().push(operation);
        }
    }
    for step in day.shifts.iter().flatten() {
        if let Step::Points(number, delta) = step {
            let of_card = expected.entry(id(*number)).or_default();
            of_card.push((None, *delta));
        }
    }
    expected
}
