//! A restaurant's hours, and whether it takes orders.

use std::collections::BTreeMap;

use serde::Serialize;
use wire::location::{Day, OpeningHours, OrderAcceptance, Slot};
use wire::time::TimeOfDay;

use super::options::BridgeOptions;
use crate::zelty_api::{Restaurant, Timetable};

/// Minutes of a day.
const MINUTES_PER_DAY: u16 = 24 * 60;

/// What the hub is told of a location: only what the options ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LocationChange {
    /// When it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<OpeningHours>,
    /// Whether it takes orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_acceptance: Option<OrderAcceptance>,
    /// Minutes that preparing an order takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preparation_time: Option<u32>,
}

/// What to tell the hub; none if no option asks for anything. The hours are the restaurant's, never those of its
/// deliveries.
pub fn location_change(restaurant: &Restaurant, options: &BridgeOptions) -> Option<LocationChange> {
    let mut change = LocationChange::default();
    if options.sends_opening_hours {
        change.opening_hours = restaurant.opening_hours.as_ref().and_then(opening_hours);
    }
    if options.sends_acceptance {
        change.order_acceptance = Some(acceptance(restaurant));
        let minutes = restaurant.preparation_minutes();
        change.preparation_time = minutes.and_then(|minutes| u32::try_from(minutes).ok());
    }
    (change != LocationChange::default()).then_some(change)
}

/// Paused when online orders are off, busy when there is a delay, else normal.
fn acceptance(restaurant: &Restaurant) -> OrderAcceptance {
    let delay = restaurant
        .delay
        .and_then(|minutes| u32::try_from(minutes).ok());
    if restaurant.online_ordering_hidden {
        OrderAcceptance::Paused {
            resume_at: None,
            reason: None,
        }
    } else if let Some(extra_preparation_time) = delay.filter(|minutes| *minutes > 0) {
        OrderAcceptance::Busy {
            resume_at: None,
            extra_preparation_time,
        }
    } else {
        OrderAcceptance::Normal
    }
}

/// Day `1` is Monday. A slot that ends on the next morning ends after midnight at the hub, too. A restaurant that
/// never opens has no hours there: the hub wants at least one slot.
fn opening_hours(timetable: &Timetable) -> Option<OpeningHours> {
    let mut hours = BTreeMap::new();
    for (number, slots) in &timetable.0 {
        let index = number
            .parse::<usize>()
            .ok()
            .and_then(|it| it.checked_sub(1));
        let Some(day) = index.and_then(|index| Day::ALL.get(index)) else {
            continue;
        };
        let slots: Vec<Slot> = slots
            .iter()
            .filter_map(|(from, to)| {
                Some(Slot {
                    from: time_of_day(*from)?,
                    to: time_of_day(*to)?,
                })
            })
            .filter(|slot| slot.from != slot.to)
            .collect();
        hours.insert(*day, slots);
    }
    let is_ever_open = hours.values().any(|slots| !slots.is_empty());
    is_ever_open.then_some(OpeningHours(hours))
}

fn time_of_day(minutes: u16) -> Option<TimeOfDay> {
    let minutes = minutes % MINUTES_PER_DAY;
    TimeOfDay::new(
        u8::try_from(minutes / 60).ok()?,
        u8::try_from(minutes % 60).ok()?,
    )
}
