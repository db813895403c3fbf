//! What an order comes to: the independent calculation (API, chapter Orders, Computations).
//!
//! Elements are added and taken back, never edited; what was taken back stays and does not count.

use super::cents::{Cents, Thousandths};

/// The apps of a location that write orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum App {
    /// The till of the location.
    #[default]
    Till,
    /// The chain's own web shop.
    Shop,
    /// A delivery platform.
    Platform,
}

impl App {
    /// The name of the client, which orders show as `created_by`.
    pub fn name(self) -> &'static str {
        match self {
            App::Till => "Caisse",
            App::Shop => "Boutique en ligne",
            App::Platform => "Plateforme Vélo",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Item {
    pub product: &'static str,
    pub size: Option<&'static str>,
    pub sku: String,
    pub price: Cents,
    pub quantity: Thousandths,
    pub options: Vec<Choice>,
    /// Its line in the order's only deal.
    pub deal_line: Option<&'static str>,
}

/// An option that was chosen, or something that was left out.
#[derive(Clone, Debug)]
pub struct Choice {
    pub list: &'static str,
    pub name: &'static str,
    pub reference: &'static str,
    pub price: Cents,
    pub times: i64,
    pub is_removed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Discount {
    pub name: &'static str,
    pub off: Cents,
}

#[derive(Clone, Debug, Default)]
pub struct Charge {
    pub kind: &'static str,
    pub name: &'static str,
    pub price: Cents,
}

#[derive(Clone, Debug, Default)]
pub struct Payment {
    pub kind: &'static str,
    pub name: &'static str,
    pub amount: Cents,
}

impl Item {
    /// Price with options, times quantity, half a cent rounded up. What is left out costs what it
    /// costs to leave it out.
    pub fn subtotal(&self) -> Cents {
        let options = self.options.iter().map(|it| it.price * it.times);
        let one = self.price + options.sum::<Cents>();
        (one * self.quantity + 500).div_euclid(1000)
    }
}

/// The elements of an order of one kind, each with whether it was taken back.
#[derive(Clone, Debug, Default)]
pub struct Elements<T>(pub Vec<(T, bool)>);

impl<T: Clone> Elements<T> {
    pub fn of(elements: Vec<T>) -> Self {
        Self(elements.into_iter().map(|it| (it, false)).collect())
    }

    /// Those that count.
    pub fn valid(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter(|(_, gone)| !gone).map(|(it, _)| it)
    }

    /// The places of those that count.
    pub fn indexes(&self) -> Vec<usize> {
        let all = self.0.iter().enumerate();
        all.filter(|(_, (_, gone))| !gone)
            .map(|(index, _)| index)
            .collect()
    }

    fn change(&mut self, changes: &Changes<T>) {
        for index in &changes.remove {
            self.0[*index].1 = true;
        }
        self.0.extend(Self::of(changes.add.clone()).0);
    }
}

/// What a PATCH does to the elements of one kind: takes back those at these places, then adds.
#[derive(Clone, Debug, Default)]
pub struct Changes<T> {
    pub remove: Vec<usize>,
    pub add: Vec<T>,
}

impl<T> Changes<T> {
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.add.is_empty()
    }
}

/// One PATCH of an order.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub by: App,
    pub status: Option<&'static str>,
    pub confirmed_time: Option<String>,
    pub seller_notes: Option<&'static str>,
    /// The till's own number, which only the till sees: its private ref.
    pub ticket: Option<String>,
    pub items: Changes<Item>,
    pub discounts: Changes<Discount>,
    pub charges: Changes<Charge>,
    pub payments: Changes<Payment>,
}

impl Edit {
    /// Whether others can see it: only then are they told.
    pub fn is_visible_to_others(&self) -> bool {
        self.status.is_some()
            || self.confirmed_time.is_some()
            || self.seller_notes.is_some()
            || !self.items.is_empty()
            || !self.discounts.is_empty()
            || !self.charges.is_empty()
            || !self.payments.is_empty()
    }
}

/// An order as it stands.
#[derive(Clone, Debug, Default)]
pub struct Bill {
    pub status: &'static str,
    pub confirmed_time: Option<String>,
    pub seller_notes: Option<&'static str>,
    pub ticket: Option<String>,
    pub items: Elements<Item>,
    pub discounts: Elements<Discount>,
    pub charges: Elements<Charge>,
    pub payments: Elements<Payment>,
}

impl Bill {
    /// Items and charges, less discounts.
    pub fn total(&self) -> Cents {
        let items = self.items.valid().map(Item::subtotal);
        let charges = self.charges.valid().map(|it| it.price);
        let discounts = self.discounts.valid().map(|it| it.off);
        items.sum::<Cents>() + charges.sum::<Cents>() - discounts.sum::<Cents>()
    }

    /// What was paid.
    pub fn paid(&self) -> Cents {
        self.payments.valid().map(|it| it.amount).sum()
    }

    /// What was paid, less what is to be paid; none without any payment.
    pub fn payment_discrepancy(&self) -> Option<Cents> {
        let any = self.payments.valid().next();
        any.map(|_| self.paid() - self.total())
    }

    pub fn apply(&mut self, edit: &Edit) {
        self.status = edit.status.unwrap_or(self.status);
        if edit.confirmed_time.is_some() {
            self.confirmed_time.clone_from(&edit.confirmed_time);
        }
        self.seller_notes = edit.seller_notes.or(self.seller_notes);
        if edit.ticket.is_some() {
            self.ticket.clone_from(&edit.ticket);
        }
        self.items.change(&edit.items);
        self.discounts.change(&edit.discounts);
        self.charges.change(&edit.charges);
        self.payments.change(&edit.payments);
    }
}
