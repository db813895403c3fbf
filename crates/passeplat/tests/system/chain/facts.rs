//! What can be said of an order and of a day, once from the plan alone and once from what the hub
//! shows alone. If the two are the same, the hub has kept its books.

use std::collections::BTreeMap;

use super::bill::Elements;
use super::cents::{Cents, Thousandths, cents, thousandths};
use super::plan::Order;
use super::responses;

/// An order at the end of the day.
#[derive(Debug, PartialEq, Eq)]
pub struct OrderFacts {
    pub branch: usize,
    pub reference: String,
    pub by: String,
    pub status: String,
    pub service: String,
    pub confirmed_time: Option<String>,
    pub seller_notes: Option<String>,
    pub total: Cents,
    pub total_discrepancy: Option<Cents>,
    pub payment_discrepancy: Option<Cents>,
    pub items: Vec<SoldItem>,
    pub discounts: Vec<Amount>,
    pub charges: Vec<Amount>,
    pub payments: Vec<Amount>,
    /// The number of the customer in the list.
    pub customer: Option<usize>,
    pub first_name: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct SoldItem {
    pub sku: String,
    pub quantity: Thousandths,
    pub subtotal: Cents,
    /// The key of its deal and its label there.
    pub deal_line: Option<(String, String)>,
    pub is_deleted: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Amount {
    pub kind: String,
    pub name: String,
    pub amount: Cents,
    pub is_deleted: bool,
}

impl OrderFacts {
    /// As the plan has it.
    pub fn from_plan(order: &Order, first_name: Option<&str>) -> Self {
        let bill = &order.final_bill;
        let total = bill.total();
        let items = bill.items.0.iter().map(|(item, gone)| SoldItem {
            sku: item.sku.clone(),
            quantity: item.quantity,
            subtotal: item.subtotal(),
            deal_line: item.deal_line.map(|label| ("0".into(), label.into())),
            is_deleted: *gone,
        });
        Self {
            branch: order.branch,
            reference: order.reference(),
            by: order.by.name().into(),
            status: bill.status.into(),
            service: order.service.into(),
            confirmed_time: bill.confirmed_time.clone(),
            seller_notes: bill.seller_notes.map(Into::into),
            total,
            total_discrepancy: order.sent_total.map(|sent| sent - total),
            payment_discrepancy: bill.payment_discrepancy(),
            items: items.collect(),
            discounts: amounts(&bill.discounts, |it| ("", it.name, it.off)),
            charges: amounts(&bill.charges, |it| (it.kind, it.name, it.price)),
            payments: amounts(&bill.payments, |it| (it.kind, it.name, it.amount)),
            customer: order.who.customer(),
            first_name: first_name.map(Into::into),
        }
    }

    /// As the hub shows it. Locations and customers are known by their ids.
    pub fn from_response(
        order: responses::Order,
        branches: &BTreeMap<String, usize>,
        customers: &BTreeMap<String, usize>,
    ) -> Self {
        let items = order.items.into_iter().map(|item| SoldItem {
            sku: item.sku_ref,
            quantity: thousandths(&item.quantity),
            subtotal: cents(&item.subtotal),
            deal_line: item.deal_line.map(|line| (line.deal_key, line.label)),
            is_deleted: item.deleted,
        });
        let amount = |kind, name, text: String, is_deleted| Amount {
            kind,
            name,
            amount: cents(&text),
            is_deleted,
        };
        let (discounts, charges) = (order.discounts.into_iter(), order.charges.into_iter());
        let discounts =
            discounts.map(|it| amount(String::new(), it.name, it.price_off, it.deleted));
        let charges = charges.map(|it| amount(it.kind, it.name, it.price, it.deleted));
        let payments = order.payments.into_iter();
        let payments = payments.map(|it| amount(it.kind, it.name, it.amount, it.deleted));
        Self {
            branch: branches[&order.location_id],
            reference: order.reference,
            by: order.created_by,
            status: order.status,
            service: order.service_type,
            confirmed_time: order.confirmed_time,
            seller_notes: order.seller_notes,
            total: cents(&order.total),
            total_discrepancy: order.total_discrepancy.as_deref().map(cents),
            payment_discrepancy: order.payment_discrepancy.as_deref().map(cents),
            items: items.collect(),
            discounts: discounts.collect(),
            charges: charges.collect(),
            payments: payments.collect(),
            customer: order.customer.id.map(|id| customers[&id]),
            first_name: order.customer.first_name,
        }
    }
}

fn amounts<T>(
    elements: &Elements<T>,
    say: impl Fn(&T) -> (&'static str, &'static str, Cents),
) -> Vec<Amount> {
    let each = elements.0.iter().map(|(it, gone)| {
        let (kind, name, amount) = say(it);
        Amount {
            kind: kind.into(),
            name: name.into(),
            amount,
            is_deleted: *gone,
        }
    });
    each.collect()
}

/// So many, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub times: u64,
    pub amount: i64,
}

/// The books of the day.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub orders: Sum,
    /// By location and status.
    pub turnover: BTreeMap<(usize, String), Sum>,
    /// By how the customer got it.
    pub services: BTreeMap<String, Sum>,
    /// By the app that placed it.
    pub apps: BTreeMap<String, Sum>,
    /// What was handed over, by sku: orders, and thousandths of a piece or kilogram.
    pub sold: BTreeMap<String, Sum>,
    /// By name.
    pub discounts: BTreeMap<String, Sum>,
    /// By name, without tips.
    pub charges: BTreeMap<String, Sum>,
    /// By location.
    pub tips: BTreeMap<usize, Sum>,
    /// By means of payment.
    pub payments: BTreeMap<String, Sum>,
    /// What is still to be paid, or to be paid back.
    pub discrepancies: Sum,
}

impl Totals {
    pub fn of<'a>(orders: impl Iterator<Item = &'a OrderFacts>) -> Self {
        let mut totals = Self::default();
        orders.for_each(|order| totals.add(order));
        totals
    }

    fn add(&mut self, order: &OrderFacts) {
        let key = (order.branch, order.status.clone());
        self.orders.add(order.total);
        add(&mut self.turnover, key, order.total);
        add(&mut self.services, order.service.clone(), order.total);
        add(&mut self.apps, order.by.clone(), order.total);
        if order.status == "completed" {
            for item in order.items.iter().filter(|it| !it.is_deleted) {
                add(&mut self.sold, item.sku.clone(), item.quantity);
            }
        }
        for it in valid(&order.discounts) {
            add(&mut self.discounts, it.name.clone(), it.amount);
        }
        for it in valid(&order.charges) {
            if it.kind == "tip" {
                add(&mut self.tips, order.branch, it.amount);
            } else {
                add(&mut self.charges, it.name.clone(), it.amount);
            }
        }
        for it in valid(&order.payments) {
            add(&mut self.payments, it.name.clone(), it.amount);
        }
        if let Some(discrepancy) = order.payment_discrepancy {
            self.discrepancies.add(discrepancy);
        }
    }
}

impl Sum {
    fn add(&mut self, amount: i64) {
        self.times += 1;
        self.amount += amount;
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Sum>, key: K, amount: i64) {
    sums.entry(key).or_default().add(amount);
}

fn valid(amounts: &[Amount]) -> impl Iterator<Item = &Amount> {
    amounts.iter().filter(|it| !it.is_deleted)
}
