//! A location's day: in which turns orders come and go, and what happens beside them.

use super::life::{Arrival, Life};
use super::off::{self, FAR_AWAY, LONG_AGO, Says, Thing};
use super::{Customer, Day, NAMES, Step, Who};
use crate::chain::bill::App;
use crate::chain::menu::{self, Dish, Service};
use crate::chance::Entropy;

/// Orders that a location has in hand at a time.
const AT_A_TIME: usize = 6;

/// The till counts what it sold after so many orders.
const COUNTED_TOGETHER: usize = 5;

/// A location's day while it is being made up.
pub struct Shift<'a> {
    day: &'a mut Day,
    chance: &'a mut Entropy,
    branch: usize,
    dishes: Vec<Dish>,
    steps: Vec<Step>,
    /// Orders in hand, each with its next edit.
    open: Vec<(usize, usize)>,
    /// Orders that were completed since the till counted.
    sold: Vec<usize>,
    /// What may be off the menu for a while; nothing at most locations.
    things: Vec<Thing>,
    /// That of which the till has said something.
    said: Vec<Thing>,
}

impl<'a> Shift<'a> {
    pub fn new(day: &'a mut Day, chance: &'a mut Entropy, branch: usize) -> Self {
        let dishes = dishes(branch, Service::Lunch);
        let counted = dishes.iter().filter(|dish| dish.is_counted);
        let opening = counted.map(|dish| (dish.sku.clone(), chance.between(1000, 1500) * 1000));
        day.opening.push(opening.collect());
        let (mut things, mut morning, mut said) = (Vec::new(), Vec::new(), Vec::new());
        if off::takes_off(branch) {
            things = off::things(branch);
            morning = off::in_the_morning(branch);
            said.extend(morning.iter().map(|(thing, _)| thing.clone()));
        }
        day.morning.push(morning);
        Self {
            day,
            chance,
            branch,
            dishes,
            steps: Vec::new(),
            open: Vec::new(),
            sold: Vec::new(),
            things,
            said,
        }
    }

    /// All of it, with so many orders.
    pub fn work(mut self, orders: usize) -> Vec<Step> {
        let takes_off = off::takes_off(self.branch);
        if takes_off {
            self.steps.push(Step::Say(off::at_first()));
        }
        let mut placed = 0;
        while placed < orders || !self.open.is_empty() {
            let has_room = self.open.len() < AT_A_TIME && placed < orders;
            if has_room && (self.open.is_empty() || self.chance.percent(40)) {
                if placed == orders / 2 {
                    self.dinner();
                }
                self.place();
                placed += 1;
            } else {
                self.edit();
            }
            self.aside();
        }
        self.count(1);
        if takes_off {
            self.steps.push(Step::Say(off::at_last(self.branch)));
        }
        self.steps
    }

    fn place(&mut self) {
        let number = self.day.orders.len();
        let by = match self.chance.below(100) {
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
        let order = Life::new(self.chance, &self.dishes).of(arrival);
        self.day.orders.push(order);
        self.steps.push(Step::Place(number));
        self.go_on(number, 0);
    }

    /// The next edit of some order in hand.
    fn edit(&mut self) {
        let at = self.chance.below(self.open.len() as u64) as usize;
        let (number, next) = self.open.swap_remove(at);
        self.steps.push(Step::Edit(number, next));
        self.go_on(number, next + 1);
    }

    /// An order stays in hand until nothing more happens to it.
    fn go_on(&mut self, number: usize, next: usize) {
        let order = &self.day.orders[number];
        if next < order.edits.len() {
            self.open.push((number, next));
        } else if order.finally.status == "completed" {
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
        let customer = if neighbours.is_empty() || self.chance.percent(25) {
            self.chance.below(self.day.customers.len() as u64) as usize
        } else {
            self.chance.pick(&neighbours)
        };
        match by {
            App::Platform => Who::Guest(self.chance.pick(&NAMES)),
            App::Till if self.chance.percent(80) => Who::Nobody,
            App::Shop if self.chance.percent(30) => Who::Guest(self.chance.pick(&NAMES)),
            App::Shop if self.chance.percent(50) => Who::CustomerOfShop(customer),
            App::Till | App::Shop => Who::Customer(customer),
        }
    }

    /// What happens beside the orders.
    fn aside(&mut self) {
        match self.chance.below(200) {
            0 => {
                let dish = self.chance.one(&self.day.opening[self.branch]);
                let many = self.chance.between(1, 30) * 1000;
                self.steps.push(Step::Receive(dish.0.clone(), many));
            }
            1 => {
                let option = self.chance.pick(&menu::OPTIONS).2;
                let until = self.chance.pick(&[LONG_AGO, FAR_AWAY]);
                let says = (Thing::Option(option.into()), Says::NoneUntil(until));
                self.steps.push(Step::Say(vec![says]));
            }
            2 => {
                let customer = self.chance.below(self.day.customers.len() as u64) as usize;
                if self.day.customers[customer].has_card {
                    let delta = self.chance.between(-40, 100) * 100;
                    self.steps.push(Step::Points(customer, delta));
                }
            }
            3..6 => self.steps.push(Step::Look),
            6..18 if off::takes_off(self.branch) => {
                let words = off::anything(self.chance, &self.things, &self.said);
                self.said
                    .extend(words.iter().map(|(thing, _)| thing.clone()));
                self.steps.push(Step::Say(words));
            }
            18..20 if off::takes_off(self.branch) => self.steps.push(Step::Overwrite),
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
