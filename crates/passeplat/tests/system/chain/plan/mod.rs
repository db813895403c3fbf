//! The day, made up from a seed before anything is sent: who orders what, where, in which turns, and
//! what becomes of it. Nothing in it depends on what the hub answers.

mod basket;
mod life;
mod shift;
pub mod sold_out;

use super::bill::{App, Bill, Edit, Item};
use super::cents::Thousandths;
use crate::random::SeededRandom;
use shift::Shift;
use sold_out::StockChanges;

pub const BRANCHES: usize = 50;

/// How a kitchen hears of its location's orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KitchenMode {
    /// The hub calls it.
    Called,
    /// It asks now and then, and acknowledges each event.
    Polling,
    /// It was switched off, and asks when the shift ends for what it has missed.
    PollingLate,
}

/// How the kitchen of a location hears: two of them ask, ten are called.
pub fn kitchen(branch: usize) -> KitchenMode {
    match branch % 25 {
        0 => KitchenMode::Polling,
        1..6 => KitchenMode::Called,
        _ => KitchenMode::PollingLate,
    }
}

/// A day of the chain.
pub struct Day {
    pub orders: Vec<Order>,
    pub customers: Vec<Customer>,
    /// What happens at each location, one after the other.
    pub shifts: Vec<Vec<Step>>,
    /// The stock of each location in the morning, by sku.
    pub opening: Vec<Vec<(String, Thousandths)>>,
    /// What the till of each location says in the morning of what nobody counts.
    pub morning: Vec<StockChanges>,
}

pub struct Order {
    /// In the whole day, from 0.
    pub number: usize,
    pub branch: usize,
    pub by: App,
    pub service: &'static str,
    pub who: Who,
    pub initial_bill: Bill,
    /// What the sender thinks it costs.
    pub sent_total: Option<i64>,
    /// What the order does to the customer's loyalty card.
    pub points: Vec<Points>,
    pub edits: Vec<Edit>,
    /// After all edits.
    pub final_bill: Bill,
    /// The answer is lost on the way, and the order sent again with its key.
    pub is_sent_twice: bool,
}

/// Who orders. Customers are numbers in the day's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// Somebody who is in no list.
    Guest(&'static str),
    /// Named by the hub's id.
    Customer(usize),
    /// Named by the shop's own id.
    CustomerOfShop(usize),
}

impl Who {
    pub fn customer(self) -> Option<usize> {
        match self {
            Who::Customer(number) | Who::CustomerOfShop(number) => Some(number),
            Who::Nobody | Who::Guest(_) => None,
        }
    }
}

pub struct Points {
    pub delta: Thousandths,
    pub reason: &'static str,
}

/// Somebody in the account's customer list.
pub struct Customer {
    pub name: &'static str,
    /// Where the customer mostly orders.
    pub home: usize,
    /// Has a loyalty card in the morning; the others get theirs with their first order.
    pub has_card: bool,
}

/// Something that happens at a location.
pub enum Step {
    Place(usize),
    /// An order, and which of its edits.
    Edit(usize, usize),
    /// The till takes from the stock what these orders have sold.
    Count(Vec<usize>),
    /// Goods come in: sku and how many.
    Receive(String, Thousandths),
    /// The till says of things that nobody counts how long there are none, or that there are some.
    Say(StockChanges),
    /// The till overwrites what it said of the location's own catalog: what it counts, and no more.
    Overwrite,
    /// The till gives a customer points, or takes them, without an order.
    Points(usize, Thousandths),
    /// The location's own catalog is replaced.
    Dinner,
    /// The kitchen looks what is new.
    Look,
}

const NAMES: [&str; 8] = [
    "Ada", "Blaise", "Camille", "Édith", "Émile", "Marcel", "Rosa", "Zoé",
];

impl Day {
    /// The day that belongs to a seed.
    pub fn from_seed(seed: u64, orders: usize) -> Self {
        let mut random = SeededRandom::from_seed(seed);
        let mut day = Self {
            orders: Vec::with_capacity(orders),
            customers: Vec::new(),
            shifts: Vec::new(),
            opening: Vec::new(),
            morning: Vec::new(),
        };
        for number in 0..orders.div_ceil(20) {
            day.customers.push(Customer {
                name: random.pick(&NAMES),
                home: number % BRANCHES,
                has_card: random.percent(50),
            });
        }
        for branch in 0..BRANCHES {
            let share = (orders + branch) / BRANCHES;
            let shift = Shift::new(&mut day, &mut random, branch).work(share);
            day.shifts.push(shift);
        }
        day
    }

    /// PATCHes of orders in the whole day.
    pub fn edits(&self) -> usize {
        self.orders.iter().map(|order| order.edits.len()).sum()
    }
}

impl Order {
    /// The public number, printed on the ticket.
    pub fn reference(&self) -> String {
        format!("C-{:05}", self.number)
    }

    /// The platform's own id of the order.
    pub fn private_ref(&self) -> Option<String> {
        (self.by == App::Platform).then(|| format!("P-{:05}", self.number))
    }

    /// What of it was counted by the till.
    pub fn sold(&self) -> impl Iterator<Item = &Item> {
        let is_sold = self.final_bill.status == "completed";
        self.final_bill.items.valid().filter(move |_| is_sold)
    }
}
