//! A location's day: in which turns orders come and go, and what happens beside them.

use super::life::{Arrival, Life};
use super::sold_out::{self, FAR_AWAY, LONG_AGO, StockChange, Thing};
use super::{Customer, Day, NAMES, Step, Who};
use crate::chain::bill::App;
use crate::chain::menu::{self, Dish, Service};
use crate::random::SeededRandom;

/// Orders that a location has in hand at a time.
const MAX_SHIFTS_AT_A_TIME: usize = 6;

/// The till counts what it sold after so many orders.
const COUNTED_TOGETHER: usize = 5;

/// A location's day while it is being made up.
pub struct Shift<'a> {
    day: &'a mut Day,
    random: &'a mut SeededRandom,
    branch: usize,
    dishes: Vec<Dish>,
    steps: Vec<Step>,
    /// Orders in hand, each with its next edit.
    open: Vec<(usize, usize)>,
    /// Orders that were completed since the till counted.
    sold: Vec<usize>,
    /// What may be off the menu for a while; nothing at most locations.
    things: Vec<Thing>,
    /// The things of which the till has reported something.
    reports: Vec<Thing>,
}

impl<'a> Shift<'a> {
    pub fn new(day: &'a mut Day, random: &'a mut SeededRandom, branch: usize) -> Self {
        let dishes = dishes(branch, Service::Lunch);
        let counted = dishes.iter().filter(|dish| dish.is_counted);
        let opening = counted.map(|dish| (dish.sku.clone(), random.between(1000, 1500) * 1000));
        day.opening.push(opening.collect());
        let (mut things, mut morning, mut reports) = (Vec::new(), Vec::new(), Vec::new());
        if sold_out::has_sold_out_items(branch) {
            things = sold_out::things(branch);
            morning = sold_out::in_the_morning(branch);
            reports.extend(morning.iter().map(|(thing, _)| thing.clone()));
        }
        day.morning.push(morning);
        Self {
            day,
            random,
            branch,
            dishes,
            steps: Vec::new(),
            open: Vec::new(),
            sold: Vec::new(),
            things,
            reports,
        }
    }

    /// All of it, with so many orders.
    pub fn work(mut self, orders: usize) -> Vec<Step> {
        let has_sold_out_items = sold_out::has_sold_out_items(self.branch);
        if has_sold_out_items {
            self.steps.push(Step::Say(sold_out::at_first()));
        }
        let mut placed = 0;
        while placed < orders || !self.open.is_empty() {
            let has_room = self.open.len() < MAX_SHIFTS_AT_A_TIME && placed < orders;
            if has_room && (self.open.is_empty() || self.random.percent(40)) {
                if placed == orders / 2 {
                    self.dinner();
                }
                self.place_order();
                placed += 1;
            } else {
                self.edit();
            }
            self.aside();
        }
        self.count(1);
        if has_sold_out_items {
            self.steps.push(Step::Say(sold_out::at_last(self.branch)));
        }
        self.steps
    }

    fn place_order(&mut self) {
        let number = self.day.orders.len();
        let by = match self.random.below(100) {
            0..58 => App::Till,
            58..82 => App::Shop,
            _ => App::Platform,
        };
        let who = self.who(by);
        let arrival = Arrival {
            number,
            branch: self.branch,
            by,
            who,
        };
        let order = Life::new(self.random, &self.dishes).of(arrival);
        self.day.orders.push(order);
        self.steps.push(Step::Place(number));
        self.go_on(number, 0);
    }

    /// The next edit of some order in hand.
    fn edit(&mut self) {
        let at = self.random.below(self.open.len() as u64) as usize;
        let (number, next) = self.open.swap_remove(at);
        self.steps.push(Step::Edit(number, next));
        self.go_on(number, next + 1);
    }

    /// An order stays in hand until nothing more happens to it.
    fn go_on(&mut self, number: usize, next: usize) {
        let order = &self.day.orders[number];
        if next < order.edits.len() {
            self.open.push((number, next));
        } else if order.final_bill.status == "completed" {
            self.sold.push(number);
            self.count(COUNTED_TOGETHER);
        }
    }

    /// The till counts, if there are at least so many orders to count.
    fn count(&mut self, least: usize) {
        if self.sold.len() >= least {
            self.steps.push(Step::Count(std::mem::take(&mut self.sold)));
        }
    }

    /// Who orders from that app: most customers at home, some wherever they are.
    fn who(&mut self, by: App) -> Who {
        let home = |it: &(usize, &Customer)| it.1.home == self.branch;
        let listed = self.day.customers.iter().enumerate();
        let neighbours: Vec<usize> = listed.filter(home).map(|(number, _)| number).collect();
        let customer = if neighbours.is_empty() || self.random.percent(25) {
            self.random.below(self.day.customers.len() as u64) as usize
        } else {
            self.random.pick(&neighbours)
        };
        match by {
            App::Platform => Who::Guest(self.random.pick(&NAMES)),
            App::Till if self.random.percent(80) => Who::Nobody,
            App::Shop if self.random.percent(30) => Who::Guest(self.random.pick(&NAMES)),
            App::Shop if self.random.percent(50) => Who::CustomerOfShop(customer),
            App::Till | App::Shop => Who::Customer(customer),
        }
    }

    /// What happens beside the orders.
    fn aside(&mut self) {
        match self.random.below(200) {
            0 => {
                let dish = self.random.one(&self.day.opening[self.branch]);
                let many = self.random.between(1, 30) * 1000;
                self.steps.push(Step::Receive(dish.0.clone(), many));
            }
            1 => {
                let option = self.random.pick(&menu::OPTIONS).2;
                let until = self.random.pick(&[LONG_AGO, FAR_AWAY]);
                let says = (Thing::Option(option.into()), StockChange::NoneUntil(until));
                self.steps.push(Step::Say(vec![says]));
            }
            2 => {
                let customer = self.random.below(self.day.customers.len() as u64) as usize;
                if self.day.customers[customer].has_card {
                    let delta = self.random.between(-40, 100) * 100;
                    self.steps.push(Step::Points(customer, delta));
                }
            }
            3..6 => self.steps.push(Step::Look),
            6..18 if sold_out::has_sold_out_items(self.branch) => {
                let words = sold_out::anything(self.random, &self.things, &self.reports);
                self.reports
                    .extend(words.iter().map(|(thing, _)| thing.clone()));
                self.steps.push(Step::Say(words));
            }
            18..20 if sold_out::has_sold_out_items(self.branch) => self.steps.push(Step::Overwrite),
            _ => {}
        }
    }

    fn dinner(&mut self) {
        self.dishes = dishes(self.branch, Service::Dinner);
        self.steps.push(Step::Dinner);
    }
}

fn dishes(branch: usize, service: Service) -> Vec<Dish> {
    let mut dishes = menu::shared(service);
    dishes.extend(menu::specials(branch, service));
    dishes
}
