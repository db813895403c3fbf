//! Changing a delivery.

use super::{Delivery, DeliveryMoment, DeliveryStatus, RawDelivery};
use crate::decimal::Decimal;
use crate::input::Input;
use crate::order::{OrderContext, instant};
use crate::patch::Patch;
use crate::problem::{Path, Problems, UNCHANGEABLE};
use crate::time::{Time, TimeInput};

/// A good change of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckedDeliveryPatch {
    /// Tracking number.
    pub reference: Patch<String>,
    /// The new status.
    pub status: Option<DeliveryStatus>,
    /// When the driver should be at the store.
    pub estimated_pickup_at: Patch<Time>,
    /// When the driver should be at the customer's.
    pub estimated_dropoff_at: Patch<Time>,
    /// A page for the customer.
    pub tracking_url: Patch<String>,
    /// What the driver scans at the store.
    pub driver_pickup_url: Patch<String>,
    /// The driver's name.
    pub driver_name: Patch<String>,
    /// The driver's phone.
    pub driver_phone: Patch<String>,
    /// An extension or code for that phone.
    pub driver_phone_access_code: Patch<String>,
    /// The latitude of the driver in degrees, positive in the north.
    pub driver_latitude: Patch<Decimal>,
    /// The longitude of the driver in degrees, positive in the east.
    pub driver_longitude: Patch<Decimal>,
    /// When a driver was found.
    pub assigned_at: Patch<Time>,
    /// When the driver left the store.
    pub pickup_at: Patch<Time>,
    /// When it was handed over.
    pub delivered_at: Patch<Time>,
    /// When it was cancelled.
    pub cancelled_at: Patch<Time>,
}

impl RawDelivery {
    /// The change asked for, or everything that is wrong with it. What is settled for ever (carrier,
    /// its code, the fee) may be said again but not changed.
    pub fn check_change(
        mut self,
        context: &OrderContext<'_>,
        before: &Delivery,
    ) -> Result<CheckedDeliveryPatch, Problems> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let (root, settled) = (Path::ROOT, &before.shown);
        let carrier = std::mem::take(&mut self.carrier);
        let carrier_ref = std::mem::take(&mut self.carrier_ref);
        let fee = std::mem::take(&mut self.fee);
        refuse_change(carrier, Some(&settled.carrier), &root.key("carrier"), p);
        let known = settled.carrier_ref.as_ref();
        refuse_change(carrier_ref.text(), known, &root.key("carrier_ref"), p);
        refuse_change(fee, settled.fee.as_ref(), &root.key("fee"), p);
        let status = std::mem::take(&mut self.status);
        let status = if status.is_absent() {
            None
        } else {
            status.required(&root.key("status"), p)
        };
        let rest = self.changes(context, p);
        problems.unless_any(Some(CheckedDeliveryPatch { status, ..rest }))
    }

    /// What it says about everything that may change, but for the status.
    pub(super) fn changes(
        self,
        context: &OrderContext<'_>,
        p: &mut Problems,
    ) -> CheckedDeliveryPatch {
        let root = Path::ROOT;
        let time = |given: Input<TimeInput>, key: &str, p: &mut Problems| {
            instant(given, context)
                .and_then(|at| Ok(Time::new(at, context.zone)))
                .patch(&root.key(key), p)
        };
        let text =
            |given: Input<String>, key: &str, p: &mut Problems| given.patch(&root.key(key), p);
        CheckedDeliveryPatch {
            status: None,
            reference: text(self.reference.text(), "ref", p),
            estimated_pickup_at: time(self.estimated_pickup_at, "estimated_pickup_at", p),
            estimated_dropoff_at: time(self.estimated_dropoff_at, "estimated_dropoff_at", p),
            tracking_url: text(self.tracking_url, "tracking_url", p),
            driver_pickup_url: text(self.driver_pickup_url, "driver_pickup_url", p),
            driver_name: text(self.driver_name, "driver_name", p),
            driver_phone: text(self.driver_phone.text(), "driver_phone", p),
            driver_phone_access_code: text(
                self.driver_phone_access_code.text(),
                "driver_phone_access_code",
                p,
            ),
            driver_latitude: self.driver_latitude.patch(&root.key("driver_latitude"), p),
            driver_longitude: self
                .driver_longitude
                .patch(&root.key("driver_longitude"), p),
            assigned_at: time(self.assigned_at, "assigned_at", p),
            pickup_at: time(self.pickup_at, "pickup_at", p),
            delivered_at: time(self.delivered_at, "delivered_at", p),
            cancelled_at: time(self.cancelled_at, "cancelled_at", p),
        }
    }
}

/// Complains unless the value is as it was, or nothing is said about it.
fn refuse_change<T: PartialEq>(
    given: Input<T>,
    before: Option<&T>,
    path: &Path<'_>,
    p: &mut Problems,
) {
    let same = match &given {
        Input::Absent | Input::Bad(_) => true,
        Input::Null => before.is_none(),
        Input::Good(value) => before == Some(value),
    };
    if !same {
        p.add(path, UNCHANGEABLE);
    }
    given.optional(path, p);
}

impl CheckedDeliveryPatch {
    /// The delivery after this change, which was checked against it. If it comes into another status,
    /// the time of that is `now` unless the change itself gives it. A `null` beside the status is no
    /// time.
    pub fn apply_to(self, before: &Delivery, now: Time) -> Delivery {
        let moves = self
            .status
            .is_some_and(|status| status != before.shown.status);
        self.after(before.clone(), moves, now)
    }

    /// What it makes of a delivery; whoever calls says whether that moves it into its status.
    pub(super) fn after(self, mut delivery: Delivery, moves: bool, now: Time) -> Delivery {
        let status = self.status.unwrap_or(delivery.shown.status);
        let noted = status
            .moment()
            .filter(|moment| moves && !self.names_moment(*moment));
        self.set_in(&mut delivery);
        if let Some(moment) = noted {
            *delivery.shown.time_of(moment) = Some(now);
        }
        delivery
    }

    /// Whether it gives a time for that moment.
    fn names_moment(&self, moment: DeliveryMoment) -> bool {
        let time = match moment {
            DeliveryMoment::Assigned => &self.assigned_at,
            DeliveryMoment::PickedUp => &self.pickup_at,
            DeliveryMoment::Delivered => &self.delivered_at,
            DeliveryMoment::Cancelled => &self.cancelled_at,
        };
        time.value().is_some()
    }

    /// Sets what it says, nothing else.
    fn set_in(self, delivery: &mut Delivery) {
        let shown = &mut delivery.shown;
        if let Some(status) = self.status {
            shown.status = status;
        }
        self.reference.apply_to(&mut shown.reference);
        self.estimated_pickup_at
            .apply_to(&mut shown.estimated_pickup_at);
        self.estimated_dropoff_at
            .apply_to(&mut shown.estimated_dropoff_at);
        self.tracking_url.apply_to(&mut shown.tracking_url);
        self.driver_pickup_url
            .apply_to(&mut shown.driver_pickup_url);
        self.driver_name.apply_to(&mut shown.driver_name);
        self.driver_phone.apply_to(&mut shown.driver_phone);
        self.driver_phone_access_code
            .apply_to(&mut shown.driver_phone_access_code);
        self.assigned_at.apply_to(&mut shown.assigned_at);
        self.pickup_at.apply_to(&mut shown.pickup_at);
        self.delivered_at.apply_to(&mut shown.delivered_at);
        self.cancelled_at.apply_to(&mut shown.cancelled_at);
        self.driver_latitude.apply_to(&mut delivery.driver_latitude);
        self.driver_longitude
            .apply_to(&mut delivery.driver_longitude);
    }
}
