//! GET /locations/:id/orders/:order_id and /location/orders/:order_id.

use super::{path, tiramisu};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn an_order_is_read_as_it_was_answered_by_every_path_and_client(hub: TestHub) {
    let (kiosk, till) = (hub.client("kiosk"), hub.client("till"));
    let chain = hub.client_with("chain", "account[orders.read]");
    let new = json!({ "status": "new", "items": [tiramisu()], "total": "1.00 EUR" });
    let order = kiosk.post("/location/orders", new).ok();
    let long = format!(
        "/locations/{}/orders/{}",
        hub.location,
        order["id"].as_str().unwrap()
    );
    for answer in [
        kiosk.get(&path(&order)),
        till.get(&path(&order)),
        till.get(&long),
        chain.get(&long),
    ] {
        assert_eq!(answer.ok(), order);
    }
}

#[test]
fn what_is_not_an_order_is_not_found() {
    let hub = TestHub::start();
    let till = hub.client("till");
    for id in ["zzzzz", "NOT-AN-ID", "a%20b", "%00"] {
        let answer = till.get(&format!("/location/orders/{id}"));
        assert_eq!(
            answer.status_and_body(),
            r#"404 {"error_type":"not_found"}"#,
            "{id}"
        );
    }
}
