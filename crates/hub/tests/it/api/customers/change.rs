//! Adding and changing customers, and what each client calls them.

use std::time::Duration;

use wire::customer::Customer;

use super::{NOT_FOUND, ada, add, complaints, customers, path};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_new_customer_is_answered_whole(hub: TestHub) {
    let till = hub.client("till");
    let made = add(&hub, &till, ada());
    assert_eq!(
        made,
        json!({
            "id": made["id"], "customer_list_id": hub.customer_list.as_str(),
            "anonymised": false, "private_ref": null,
            "email": "Ada.Martin@clients.example", "first_name": "Ada",
            "last_name": "Martin-Dupré", "gender": "female", "birth_date": "1990-02-28",
            "company_name": "Atelier Dupré", "phone": "+33601020304",
            "phone_access_code": "C0DE7", "address_1": "7 quai Rambaud",
            "address_2": "3e étage", "postal_code": "69992", "city": "Lyon",
            "state": "Rhône", "country": "FR", "latitude": "45.757",
            "longitude": "4.832", "delivery_notes": "Sonner 2x",
            "sms_marketing": true, "email_marketing": false,
            "created_at": "2026-03-07T19:41:08+01:00", "nb_orders": 0,
            "order_total": "0.00 EUR", "first_order_date": null, "last_order_date": null,
            "loyalty_cards": [], "custom_fields": { "epos": { "number": 118 } }
        })
    );
    assert_eq!(till.get(&path(&made)).ok(), made);
    let read: Customer = serde_json::from_value(made.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), made);
}

#[apply(each_engine!)]
fn nothing_is_mandatory_and_unknown_keys_are_ignored(hub: TestHub) {
    let till = hub.client("till");
    let nobody = add(&hub, &till, json!({}));
    assert_eq!(nobody["first_name"], json!(null));
    assert_eq!(nobody["custom_fields"], json!({}));
    let twin = add(
        &hub,
        &till,
        json!({ "id": "zzzzz", "nb_orders": 7, "nickname": "N", "email": null }),
    );
    assert_eq!(
        (&twin["nb_orders"], &twin["email"]),
        (&json!(0), &json!(null))
    );
    assert_ne!(twin["id"], nobody["id"]);
    assert_eq!(till.send("POST", &customers(&hub), &[], "").status, 200);
}

#[apply(each_engine!)]
fn a_change_leaves_what_was_not_sent(hub: TestHub) {
    let till = hub.client("till");
    let made = add(&hub, &till, ada());
    let change = json!({
        "city": "Paris", "phone": null, "sms_marketing": null, "nb_orders": 9,
        "custom_fields": { "epos": null, "vip": true }
    });
    let changed = till.patch(&path(&made), change).ok();
    let mut expected = made.clone();
    expected["city"] = json!("Paris");
    expected["phone"] = json!(null);
    expected["sms_marketing"] = json!(false);
    expected["custom_fields"] = json!({ "vip": true });
    assert_eq!(changed, expected);
    let put = till.put(&path(&made), json!({ "city": "Lille" })).ok();
    expected["city"] = json!("Lille");
    assert_eq!(put, expected, "the old name of PATCH");
    assert_eq!(till.get(&path(&made)).ok(), expected);
}

#[apply(each_engine!)]
fn a_customer_shows_orders_and_cards(hub: TestHub) {
    let till = hub.client("till");
    let made = add(&hub, &till, ada());
    let order = |price: &str| {
        let item = json!({ "product_name": "Tiramisu", "price": price, "quantity": 1 });
        let points = json!([{ "ref": "FID", "name": "Club", "delta": "2.5" }]);
        let new = json!({
            "status": "new", "customer_id": made["id"], "items": [item],
            "loyalty_operations": points
        });
        till.post("/location/orders", new).ok()
    };
    order("5.00 EUR");
    hub.pass(Duration::from_secs(60));
    order("7.50 EUR");
    let shown = till.get(&path(&made)).ok();
    assert_eq!(shown["nb_orders"], 2);
    assert_eq!(shown["order_total"], "12.50 EUR");
    assert_eq!(shown["first_order_date"], "2026-03-07T19:41:08+01:00");
    assert_eq!(shown["last_order_date"], "2026-03-07T19:42:08+01:00");
    let card = &shown["loyalty_cards"][0];
    assert_eq!(
        *card,
        json!({ "id": card["id"], "ref": "FID", "name": "Club", "balance": "5.0" })
    );
    assert_eq!(till.get(&customers(&hub)).ok(), json!([shown]));
}

#[apply(each_engine!)]
fn orders_that_overtake_each_other_leave_the_first_and_the_last_date_right(hub: TestHub) {
    let till = hub.client("till");
    let made = add(&hub, &till, ada());
    let new = json!({ "status": "new", "customer_id": made["id"] });
    let order = || till.post("/location/orders", new.clone()).ok();
    order();
    hub.turn_back(Duration::from_secs(2));
    order();
    let shown = till.get(&path(&made)).ok();
    assert_eq!(shown["first_order_date"], "2026-03-07T19:41:06+01:00");
    assert_eq!(shown["last_order_date"], "2026-03-07T19:41:08+01:00");
}

#[apply(each_engine!)]
fn each_client_has_its_own_name_for_a_customer(hub: TestHub) {
    let (till, web) = (hub.client("till"), hub.client("web"));
    let made = add(&hub, &till, json!({ "private_ref": "T1" }));
    assert_eq!(made["private_ref"], "T1");
    assert_eq!(web.get(&path(&made)).ok()["private_ref"], json!(null));
    let named = web.patch(&path(&made), json!({ "private_ref": "T1" })).ok();
    assert_eq!(named["private_ref"], "T1");
    let removed = web.patch(&path(&made), json!({ "private_ref": null })).ok();
    assert_eq!(removed["private_ref"], json!(null));
    assert_eq!(till.get(&path(&made)).ok(), made);
    let listed = till.get(&customers(&hub)).ok();
    assert_eq!(listed, json!([made]));
}

#[apply(each_engine!)]
fn a_private_ref_is_unique_in_a_list_for_its_client(hub: TestHub) {
    let (till, web) = (hub.client("till"), hub.client("web"));
    let first = add(&hub, &till, json!({ "private_ref": "7" }));
    let again = till.post(&customers(&hub), json!({ "private_ref": "7" }));
    assert_eq!(complaints(&again), ["private_ref has already been taken"]);
    let second = add(&hub, &till, json!({ "private_ref": "8" }));
    let refused = till.patch(
        &path(&second),
        json!({ "private_ref": "7", "city": "Lyon" }),
    );
    assert_eq!(complaints(&refused), ["private_ref has already been taken"]);
    assert_eq!(till.get(&path(&second)).ok(), second, "nothing was kept");
    let same = till
        .patch(&path(&first), json!({ "private_ref": "7" }))
        .ok();
    assert_eq!(same, first, "its own");
    add(&hub, &web, json!({ "private_ref": "7" }));
    assert_eq!(till.get(&customers(&hub)).ok().as_array().unwrap().len(), 3);
}

#[apply(each_engine!)]
fn an_empty_private_ref_is_none(hub: TestHub) {
    let till = hub.client("till");
    for _ in 0..2 {
        let made = add(&hub, &till, json!({ "private_ref": "" }));
        assert_eq!(made["private_ref"], json!(null));
    }
    let named = add(&hub, &till, json!({ "private_ref": "7" }));
    let without = till.patch(&path(&named), json!({ "private_ref": "" })).ok();
    assert_eq!(without["private_ref"], json!(null));
    let found = till.get(&format!("{}?private_ref=", customers(&hub))).ok();
    assert_eq!(found, json!([]));
}

#[apply(each_engine!)]
fn a_private_ref_may_be_given_again_in_another_list(hub: TestHub) {
    let till = hub.client_with("till", "location[all_customer_lists.write]");
    let list = till
        .post("/location/customer_lists", json!({ "name": "VIP" }))
        .ok();
    let other = format!("/customer_lists/{}/customers", list["id"].as_str().unwrap());
    let chain = hub.client_with("till", "account[all_customer_lists.write]");
    add(&hub, &chain, json!({ "private_ref": "7" }));
    till.post(&other, json!({ "private_ref": "7" })).ok();
    let refused = till.post(&other, json!({ "private_ref": "7" }));
    assert_eq!(complaints(&refused), ["private_ref has already been taken"]);
}

#[apply(each_engine!)]
fn private_refs_given_at_the_same_moment_are_given_once(hub: TestHub) {
    let till = hub.client("till");
    let path = customers(&hub);
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| till.post(&path, json!({ "private_ref": "7" })).status))
            .collect();
        asked.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 3);
}

#[apply(each_engine!)]
fn a_customer_is_found_in_its_own_list_only(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let made = add(&hub, &chain, ada());
    let list = chain
        .post("/account/customer_lists", json!({ "name": "VIP" }))
        .ok();
    let id = made["id"].as_str().unwrap();
    let elsewhere = format!(
        "/customer_lists/{}/customers/{id}",
        list["id"].as_str().unwrap()
    );
    for answer in [
        chain.get(&elsewhere),
        chain.patch(&elsewhere, json!({ "city": "Paris" })),
        chain.post(&format!("{elsewhere}/anonymise"), json!({})),
        chain.get(&format!("{}/zzzzz", customers(&hub))),
        chain.get(&format!("{}/NOT-AN-ID", customers(&hub))),
        chain.get("/customer_lists/zzzzz/customers"),
    ] {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
    assert_eq!(chain.get(&path(&made)).ok(), made);
}

#[apply(each_engine!)]
fn a_list_of_a_location_shows_its_time_whoever_asks(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let (location, zone) = (hub.second_location.clone(), "America/Montreal");
    hub.wait(hub.hub.write("test.zone", move |tx| {
        tx.write(
            "UPDATE locations SET timezone = $1 WHERE id = $2",
            hub::args![zone, &location],
        )
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let lists = format!("/locations/{}/customer_lists", hub.second_location);
    let list = chain.post(&lists, json!({ "name": "Montréal" })).ok();
    assert_eq!(list["created_at"], "2026-03-07T13:41:08-05:00");
    let path = format!("/customer_lists/{}/customers", list["id"].as_str().unwrap());
    let made = chain.post(&path, json!({})).ok();
    assert_eq!(made["created_at"], "2026-03-07T13:41:08-05:00");
}
