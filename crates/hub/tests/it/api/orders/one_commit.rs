//! New orders share a commit with others: once the request is admitted, creating one asks the database nothing,
//! because who asks waits for an answer while it holds a transaction.

use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

/// The questions that were asked while an order is created.
fn questions(hub: &TestHub, who: &Caller, order: Value) -> Vec<String> {
    hub.hub.db().show_plans(true);
    who.post("/location/orders", order).ok();
    let plans = hub.hub.db().show_plans(false);
    let asked = plans.into_iter().map(|plan| plan.sql);
    // A token is admitted before.
    asked.filter(|sql| !sql.contains("token_hash")).collect()
}

#[apply(each_engine!)]
fn an_order_for_later_with_all_its_parts_asks_nothing(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    super::follow(&till, None, json!({ "order": ["create", "update"] }));
    let order = json!({
        "status": "new", "ref": "17", "private_ref": "W-17", "asap": false,
        "expected_time": "2036-03-07T20:30:00+01:00", "service_type": "delivery",
        "items": [super::tiramisu()],
        "payments": [{ "type": "online", "name": "Card", "amount": "10.00 EUR" }],
        "customer": { "first_name": "Ada", "phone": "+33 6 12 34 56 78", "email": "ada@example.com" }
    });
    assert_eq!(questions(&hub, &kiosk, order), [""; 0]);
}
