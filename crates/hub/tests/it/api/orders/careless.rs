//! What real apps send that is not quite as the API says, and means something all the same.

use super::path;
use crate::support::{json, on_each_engine};

#[test]
fn times_as_ruby_prints_them_are_read_wherever_there_are_times() {
    on_each_engine(|hub| {
        let kiosk = hub.client("kiosk");
        let new = json!({
            "status": "new", "service_type": "delivery",
            "expected_time": "2026-03-07 20:30:00 +0100", "confirmed_time": "2026-03-07 19:40:00 UTC"
        });
        let order = kiosk.post("/location/orders", new).ok();
        assert_eq!(order["expected_time"], "2026-03-07T20:30:00+01:00");
        assert_eq!(order["confirmed_time"], "2026-03-07T20:40:00+01:00");
        let delivery = json!({
            "carrier": "Vélo Rhône", "status": "pending",
            "estimated_pickup_at": "2026-03-07 13:20:00 -06:00"
        });
        let delivery = kiosk
            .post(&format!("{}/delivery", path(&order)), delivery)
            .ok();
        assert_eq!(delivery["estimated_pickup_at"], "2026-03-07T20:20:00+01:00");
        let paused = json!({ "mode": "paused", "resume_at": "2026-03-07 20:15:00 +0100" });
        let location = kiosk
            .patch("/location", json!({ "order_acceptance": paused }))
            .ok();
        let resume_at = &location["order_acceptance"]["resume_at"];
        assert_eq!(resume_at, "2026-03-07T20:15:00+01:00");
    });
}
