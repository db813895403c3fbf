//! What happens to one order from its placing to its end.

use super::{Order, Points, Who, basket};
use crate::chain::bill::{App, Bill, Changes, Charge, Discount, Edit, Elements, Item, Payment};
use crate::chain::cents::Cents;
use crate::chain::menu::Dish;
use crate::random::SeededRandom;

/// An order that is being made up.
pub struct Life<'a> {
    random: &'a mut SeededRandom,
    /// What is on the table.
    dishes: &'a [Dish],
    bill: Bill,
    edits: Vec<Edit>,
}

/// How an order comes in.
pub struct Arrival {
    pub number: usize,
    pub branch: usize,
    pub by: App,
    pub who: Who,
}

impl<'a> Life<'a> {
    pub fn new(random: &'a mut SeededRandom, dishes: &'a [Dish]) -> Self {
        Self {
            random,
            dishes,
            bill: Bill::default(),
            edits: Vec::new(),
        }
    }

    /// The whole life of an order.
    pub fn of(mut self, arrival: Arrival) -> Order {
        let service = self.service(arrival.by);
        self.fill(service);
        let is_over_the_counter = service == "collection" && arrival.by == App::Till;
        self.bill.status = if is_over_the_counter {
            "completed"
        } else if arrival.by == App::Till {
            "accepted"
        } else {
            "new"
        };
        if service != "eat_in" {
            let (kind, name) = match arrival.by {
                App::Till => ("cash", "Espèces"),
                App::Shop => ("online", "Carte en ligne"),
                App::Platform => ("online", "Payé à la plateforme"),
            };
            self.bill.payments = Elements::of(vec![pay(kind, name, self.bill.total())]);
        }
        let placed = self.bill.clone();
        let total = placed.total();
        // A platform says what it thinks the order costs, and is sometimes wrong.
        let sent_total = (arrival.by == App::Platform)
            .then(|| total + if self.random.percent(5) { -10 } else { 0 });
        let points = self.points(arrival.who, total);
        match arrival.by {
            App::Till if is_over_the_counter => self.over_the_counter(),
            App::Till => self.at_a_table(),
            App::Shop => self.ordered_in_the_shop(service, arrival.number),
            App::Platform => self.ordered_on_the_platform(arrival.number),
        }
        Order {
            number: arrival.number,
            branch: arrival.branch,
            by: arrival.by,
            service,
            is_sent_twice: arrival.by == App::Shop && self.random.percent(5),
            who: arrival.who,
            initial_bill: placed,
            sent_total,
            points,
            edits: self.edits,
            final_bill: self.bill,
        }
    }

    fn service(&mut self, by: App) -> &'static str {
        match by {
            App::Till if self.random.percent(50) => "eat_in",
            App::Till => "collection",
            App::Shop => self.random.pick(&["delivery", "delivery", "collection"]),
            App::Platform => "delivery",
        }
    }

    /// Items, and what is added to them or taken off.
    fn fill(&mut self, service: &str) {
        let items = basket::items(self.random, self.dishes);
        let mut charges = Vec::new();
        if service == "delivery" {
            charges.push(charge("delivery", "Livraison", 290));
        }
        let mut discounts = Vec::new();
        if self.random.percent(15) {
            discounts.push(Discount {
                name: "Bienvenue",
                off: 200,
            });
        }
        self.bill.items = Elements::of(items);
        self.bill.charges = Elements::of(charges);
        self.bill.discounts = Elements::of(discounts);
    }

    fn item(&mut self) -> Item {
        basket::item(self.random, self.dishes)
    }

    /// A point for each euro in tenths, and now and then points are turned into a treat.
    fn points(&mut self, who: Who, total: Cents) -> Vec<Points> {
        if who.customer().is_none() {
            return Vec::new();
        }
        let mut points = vec![Points {
            delta: total / 10 * 100,
            reason: "Commande",
        }];
        if self.random.percent(10) {
            points.push(Points {
                delta: -12_500,
                reason: "Un café offert",
            });
        }
        points
    }

    fn then(&mut self, edit: Edit) {
        self.bill.apply(&edit);
        self.edits.push(edit);
    }

    fn then_is(&mut self, by: App, status: &'static str) {
        self.then(Edit {
            by,
            status: Some(status),
            ..Edit::default()
        });
    }

    /// Sold, paid and taken away at once; a few bring something back.
    fn over_the_counter(&mut self) {
        if self.random.percent(5) {
            let index = self.random.pick(&self.bill.items.indexes());
            let back = self.bill.items.0[index].0.subtotal();
            self.then(Edit {
                items: removing(index),
                payments: adding(pay("cash", "Remboursement", -back)),
                ..Edit::default()
            });
        }
    }

    /// Eaten on the spot: more is ordered, something is sent back, and at the end it is paid.
    fn at_a_table(&mut self) {
        if self.random.percent(3) {
            return self.then_is(App::Till, "cancelled");
        }
        if self.random.percent(20) {
            let item = self.item();
            self.then(Edit {
                items: adding(item),
                ..Edit::default()
            });
        }
        if self.random.percent(8) {
            let index = self.random.pick(&self.bill.items.indexes());
            self.then(Edit {
                items: removing(index),
                seller_notes: Some("Renvoyé en cuisine"),
                ..Edit::default()
            });
        }
        let mut edit = Edit {
            status: Some("completed"),
            ..Edit::default()
        };
        if self.random.percent(25) {
            let tip = self.random.between(50, 500);
            edit.charges = adding(charge("tip", "Pourboire", tip));
        }
        if self.random.percent(5) {
            edit.discounts = adding(Discount {
                name: "Geste commercial",
                off: 150,
            });
        }
        // Paid as it then stands, by one or by two.
        let mut then = self.bill.clone();
        then.apply(&edit);
        let total = then.total();
        let half = if self.random.percent(20) {
            total / 2
        } else {
            0
        };
        edit.payments.add = vec![pay("cash", "Carte bancaire", total - half)];
        if half > 0 {
            edit.payments
                .add
                .push(pay("cash", "Titres-restaurant", half));
        }
        self.then(edit);
    }

    /// Received, accepted, made, handed over; or refused, cancelled, lost on the way.
    fn ordered_in_the_shop(&mut self, service: &str, number: usize) {
        if self.random.percent(2) {
            return self.then(Edit {
                status: Some("rejected"),
                seller_notes: Some("Fermé exceptionnellement"),
                ..Edit::default()
            });
        }
        if self.random.percent(25) {
            self.then_is(App::Till, "received");
        }
        self.accept(number);
        if self.random.percent(4) {
            // The shop gives the money back.
            return self.then(Edit {
                by: App::Shop,
                status: Some("cancelled"),
                payments: removing(0),
                ..Edit::default()
            });
        }
        if self.random.percent(15) {
            self.then_is(App::Till, "in_preparation");
        }
        let last = if service == "delivery" {
            self.then_is(App::Till, "in_delivery");
            if self.random.percent(3) {
                "delivery_failed"
            } else {
                "completed"
            }
        } else {
            self.then_is(App::Till, "awaiting_collection");
            "completed"
        };
        self.then_is(App::Till, last);
    }

    fn ordered_on_the_platform(&mut self, number: usize) {
        self.accept(number);
        if self.random.percent(3) {
            return self.then_is(App::Platform, "cancelled");
        }
        self.then_is(App::Platform, "completed");
    }

    /// The till accepts for a certain time. What has run out is taken back, something else put in
    /// its place, and the difference paid, or paid back.
    fn accept(&mut self, number: usize) {
        let minute = self.random.below(60);
        let mut edit = Edit {
            status: Some("accepted"),
            confirmed_time: Some(format!("2026-03-07T20:{minute:02}:00+01:00")),
            ..Edit::default()
        };
        if self.random.percent(10) {
            let index = self.random.pick(&self.bill.items.indexes());
            edit.items = Changes {
                remove: vec![index],
                add: vec![self.item()],
            };
            let mut then = self.bill.clone();
            then.apply(&edit);
            let difference = then.total() - self.bill.total();
            edit.payments = adding(pay("online", "Différence", difference));
        }
        self.then(edit);
        // Its own number for the order is the till's alone.
        if self.random.percent(20) {
            self.then(Edit {
                ticket: Some(format!("ticket {number}")),
                ..Edit::default()
            });
        }
        // A coupon that was not valid.
        if !self.bill.discounts.0.is_empty() && self.random.percent(20) {
            self.then(Edit {
                discounts: removing(0),
                seller_notes: Some("Le code promo a expiré"),
                ..Edit::default()
            });
        }
    }
}

fn adding<T>(it: T) -> Changes<T> {
    Changes {
        remove: Vec::new(),
        add: vec![it],
    }
}

fn removing<T>(index: usize) -> Changes<T> {
    Changes {
        remove: vec![index],
        add: Vec::new(),
    }
}

fn charge(kind: &'static str, name: &'static str, price: Cents) -> Charge {
    Charge { kind, name, price }
}

fn pay(kind: &'static str, name: &'static str, amount: Cents) -> Payment {
    Payment { kind, name, amount }
}
