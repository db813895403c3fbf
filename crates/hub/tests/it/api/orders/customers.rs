//! Whose order it is: a guest, or a customer of a list.

use std::time::Duration;

use hub::args;
use hub::db;

use super::{ada, ada_now, complaints, path, tiramisu};
use crate::engine::apply;
use crate::support::{Caller, TestHub, json};

#[apply(each_engine!)]
fn a_guest_is_copied_into_the_order_and_kept_nowhere_else(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post(
            "/location/orders",
            json!({
                "status": "new",
                "customer": {
                    "first_name": "Grace", "country": "fr", "latitude": 45.75,
                    "birth_date": "1990-02-28", "gender": "female", "sms_marketing": true,
                    "nickname": "G"
                }
            }),
        )
        .ok();
    let customer = &order["customer"];
    assert_eq!(customer["id"], json!(null));
    assert_eq!(customer["first_name"], "Grace");
    assert_eq!(customer["country"], "FR");
    assert_eq!(customer["latitude"], "45.75");
    assert_eq!(customer["birth_date"], "1990-02-28");
    assert_eq!(customer["sms_marketing"], true);
    assert_eq!(customer.get("nickname"), None);
    let count: Option<(i64,)> = hub
        .wait(hub.hub.read("test.count", |tx| {
            tx.first("SELECT COUNT(*) FROM customers", &[])
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    assert_eq!(count, Some((0,)));
}

#[apply(each_engine!)]
fn an_order_shows_its_customer_as_of_before_it(hub: TestHub) {
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let new = json!({ "status": "new", "customer_id": ada.id.as_str(), "items": [tiramisu()] });
    let first = kiosk.post("/location/orders", new.clone()).ok();
    assert_eq!(first["customer"]["nb_orders"], 0);
    hub.pass(Duration::from_secs(60));
    let second = kiosk.post("/location/orders", new).ok();
    assert_eq!(second["customer"]["nb_orders"], 1);
    assert_eq!(second["customer"]["order_total"], "5.00 EUR");
    assert_eq!(
        second["customer"]["first_order_date"],
        "2026-03-07T19:41:08+01:00"
    );
    assert_eq!(kiosk.get(&path(&first)).ok()["customer"]["nb_orders"], 0);
    let now = ada_now(&hub, &ada, &kiosk);
    assert_eq!((now.nb_orders, now.order_total), (2, 1_000));
    assert_eq!(
        now.last_order,
        Some("2026-03-07T18:42:08Z".parse().unwrap())
    );
}

#[test]
fn a_cancelled_order_still_counts_for_its_customer() {
    let hub = TestHub::start();
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let new = json!({ "status": "new", "customer_id": ada.id.as_str(), "items": [tiramisu()] });
    let order = kiosk.post("/location/orders", new).ok();
    kiosk
        .patch(&path(&order), json!({ "status": "cancelled" }))
        .ok();
    assert_eq!(ada_now(&hub, &ada, &kiosk).nb_orders, 1);
}

fn name_customer(hub: &TestHub, ada: &hub::customers::Customer, who: &Caller, name: &str) {
    let (account, id) = (hub.account.clone(), ada.id.clone());
    let (client, name) = (who.client.clone(), name.to_owned());
    hub.wait(hub.hub.write("test.ref", move |tx| {
        hub::customers::store::set_private_ref(tx, &account, &client, &id, Some(&name))
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

#[apply(each_engine!)]
fn a_customer_is_found_by_what_the_sender_calls_them(hub: TestHub) {
    let (kiosk, till, ada) = (hub.client("kiosk"), hub.client("till"), ada(&hub));
    name_customer(&hub, &ada, &kiosk, "customer 7");
    let new = json!({
        "status": "new", "customer_list_id": hub.customer_list.as_str(),
        "customer_private_ref": "customer 7"
    });
    let order = kiosk.post("/location/orders", new.clone()).ok();
    assert_eq!(order["customer"]["id"], ada.id.as_str());
    assert_eq!(order["customer"]["private_ref"], "customer 7");
    assert_eq!(kiosk.get(&path(&order)).ok(), order);
    assert_eq!(kiosk.get("/location/orders").ok(), json!([order]));
    let found = till.get(&path(&order)).ok();
    assert_eq!(found["customer"]["private_ref"], json!(null));
    let refused = till.post("/location/orders", new);
    assert_eq!(complaints(&refused), ["customer_private_ref not found"]);
}

#[apply(each_engine!)]
fn a_customer_of_another_location_or_account_cannot_be_reached(hub: TestHub) {
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let second = hub.second_location.clone();
    let list = hub.customer_list.clone();
    hub.wait(hub.hub.write("test.move", move |tx| {
        tx.write(
            "UPDATE customer_lists SET location_id = $1 WHERE id = $2",
            args![&second, &list],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let new = json!({ "status": "new", "customer_id": ada.id.as_str() });
    let refused = kiosk.post("/location/orders", new.clone());
    assert_eq!(complaints(&refused), ["customer_id not found"]);
    let other = hub.another_account();
    let scope = "location[orders.write]";
    let foreign = hub.connect_in(&other.account, "kiosk", scope, Some(&other.location));
    let refused = foreign.post("/location/orders", new);
    assert_eq!(complaints(&refused), ["customer_id not found"]);
}

#[apply(each_engine!)]
fn orders_at_the_same_moment_are_all_counted(hub: TestHub) {
    let (kiosk, ada) = (hub.client("kiosk"), ada(&hub));
    let new = json!({
        "status": "new", "customer_id": ada.id.as_str(), "items": [tiramisu()],
        "loyalty_operations": [{ "ref": "FID", "delta": "0.5" }]
    });
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    kiosk.post("/location/orders", new.clone()).ok();
                }
            });
        }
    });
    let now = ada_now(&hub, &ada, &kiosk);
    assert_eq!((now.nb_orders, now.order_total), (20, 10_000));
    let last = kiosk.post("/location/orders", new).ok();
    let cards = last["customer"]["loyalty_cards"].as_array().unwrap();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["balance"], "10.0");
}
