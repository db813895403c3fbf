//! When which order is placed, and what becomes of it.

use fastrand::Rng;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::orders::{self, Service};

/// Every demo has the same orders.
const SEED: u64 = 2026;

/// Guests of a location on a quiet day: at the first, and at the second.
const ORDERS_A_DAY: [usize; 2] = [9, 5];

/// What happens at a moment.
pub(super) enum Step {
    /// A guest places an order.
    Place {
        order: usize,
        shop: usize,
        body: Value,
    },
    /// The till changes it.
    Change {
        order: usize,
        shop: usize,
        body: Value,
    },
}

/// All that happens, in its order.
pub(super) struct Plan {
    pub steps: Vec<(Timestamp, Step)>,
    /// How many orders there are: they are numbered from 0.
    pub orders: usize,
}

/// Plans the time between two moments: every order that is placed in it is also finished in it.
pub(super) fn make(from: Timestamp, until: Timestamp) -> Plan {
    let mut random = Rng::with_seed(SEED);
    let mut plan = Plan {
        steps: Vec::new(),
        orders: 0,
    };
    let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    let last = until.to_zoned(zone.clone()).date();
    let mut day = from.to_zoned(zone.clone()).date();
    while day <= last {
        for shop in 0..ORDERS_A_DAY.len() {
            for _ in 0..guests(day, shop, &mut random) {
                let placed = moment(day, &zone, &mut random);
                if let Some(placed) = placed.filter(|placed| *placed > from) {
                    plan.add_order(placed, shop, until, &mut random);
                }
            }
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    plan.steps.sort_by_key(|(at, _)| *at);
    plan
}

/// More at the end of the week.
fn guests(day: Date, shop: usize, random: &mut Rng) -> usize {
    let usual = ORDERS_A_DAY.get(shop).copied().unwrap_or_default();
    let more = match day.weekday() {
        Weekday::Friday | Weekday::Saturday => usual / 2,
        Weekday::Sunday => usual / 4,
        _ => 0,
    };
    usual + more + random.usize(0..4)
}

/// At noon or in the evening.
fn moment(day: Date, zone: &TimeZone, random: &mut Rng) -> Option<Timestamp> {
    let (opens, minutes) = if random.f32() < 0.4 {
        (11 * 60 + 40, 130)
    } else {
        (18 * 60 + 40, 180)
    };
    // The middle of a service is its peak.
    let minute = opens + (random.i64(0..minutes) + random.i64(0..minutes)) / 2;
    let second = minute * 60 + random.i64(0..60);
    let at = day.at(0, 0, 0, 0).checked_add(second.seconds()).ok()?;
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}

impl Plan {
    /// Adds an order with all that becomes of it, unless that would end too late.
    fn add_order(&mut self, placed: Timestamp, shop: usize, until: Timestamp, random: &mut Rng) {
        let order = self.orders;
        let made = orders::make(order, placed, random);
        // In the last days all went well: at the first start nothing needs anybody.
        let is_recent = placed + jiff::SignedDuration::from_hours(36) > until;
        let changes = changes(made.service, is_recent, random);
        let at = |minutes: i64| placed.checked_add(minutes.minutes()).unwrap_or(placed);
        if changes
            .last()
            .is_some_and(|(minutes, _)| at(*minutes) > until)
        {
            return;
        }
        self.orders += 1;
        let body = made.body;
        self.steps.push((placed, Step::Place { order, shop, body }));
        for (minutes, body) in changes {
            self.steps
                .push((at(minutes), Step::Change { order, shop, body }));
        }
    }
}

/// What the till does with an order, and how many minutes after it was placed.
fn changes(service: Service, ends_well: bool, random: &mut Rng) -> Vec<(i64, Value)> {
    let status = |status: &str| json!({ "status": status });
    let accepted = random.i64(1..3);
    match random.u32(0..100) {
        _ if ends_well => {}
        0..2 => {
            let reason = json!({ "status": "rejected", "seller_notes": "Plus de pâte ce soir" });
            return vec![(accepted, reason)];
        }
        2..4 => {
            return vec![
                (accepted, status("accepted")),
                (accepted + 4, status("cancelled")),
            ];
        }
        _ => {}
    }
    let ready = accepted + random.i64(12..25);
    let mut changes = vec![(accepted, status("accepted"))];
    match service {
        Service::Delivery => {
            changes.push((ready, status("awaiting_shipment")));
            changes.push((ready + 4, status("in_delivery")));
        }
        Service::Collection => changes.push((ready, status("awaiting_collection"))),
        Service::EatIn => {}
    }
    changes.push((ready + random.i64(10..25), status("completed")));
    changes
}
