//! Loyalty cards.

use std::time::Duration;

use super::{NOT_FOUND, add, cards, complaints, each, path};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_new_card_is_empty_and_shown_by_its_customer(hub: TestHub) {
    let till = hub.client("till");
    let ada = add(&hub, &till, json!({}));
    let new = json!({ "customer_id": ada["id"], "name": "Club", "ref": "FID", "balance": "9" });
    let card = till.post(&cards(&hub), new).ok();
    let id = card["id"].as_str().unwrap();
    assert_eq!(
        card,
        json!({ "id": id, "customer_id": ada["id"], "name": "Club", "ref": "FID", "balance": "0.0" })
    );
    assert_eq!(till.get(&format!("{}/{id}", cards(&hub))).ok(), card);
    assert_eq!(
        till.get(&path(&ada)).ok()["loyalty_cards"],
        json!([{ "id": id, "ref": "FID", "name": "Club", "balance": "0.0" }])
    );
}

#[apply(each_engine!)]
fn a_balance_cannot_be_written(hub: TestHub) {
    let till = hub.client("till");
    let ada = add(&hub, &till, json!({}));
    let new = json!({ "customer_id": ada["id"], "balance": "9" });
    let card = till.post(&cards(&hub), new).ok();
    let path = format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    assert_eq!(till.patch(&path, json!({ "balance": "9" })).ok(), card);
    assert_eq!(till.get(&path).ok()["balance"], "0.0");
}

#[apply(each_engine!)]
fn a_ref_is_unique_among_the_cards_of_a_customer(hub: TestHub) {
    let till = hub.client("till");
    let (ada, eve) = (add(&hub, &till, json!({})), add(&hub, &till, json!({})));
    let taken = ["ref has already been taken"];
    let new = |who: &crate::support::Value, reference: crate::support::Value| {
        till.post(
            &cards(&hub),
            json!({ "customer_id": who["id"], "ref": reference }),
        )
    };
    let first = new(&ada, json!("FID")).ok();
    assert_eq!(complaints(&new(&ada, json!("FID"))), taken);
    let plain = new(&ada, json!(null)).ok();
    assert_eq!(
        complaints(&new(&ada, json!(null))),
        taken,
        "one without ref"
    );
    new(&eve, json!("FID")).ok();
    let card =
        |card: &crate::support::Value| format!("{}/{}", cards(&hub), card["id"].as_str().unwrap());
    let refused = till.patch(&card(&plain), json!({ "ref": "FID" }));
    assert_eq!(complaints(&refused), taken);
    assert_eq!(
        complaints(&till.patch(&card(&first), json!({ "ref": null }))),
        taken
    );
    let same = till
        .patch(
            &card(&first),
            json!({ "ref": "FID", "customer_id": eve["id"] }),
        )
        .ok();
    assert_eq!(same, first, "the customer stays");
    let changed = till
        .patch(&card(&first), json!({ "ref": "GOLD", "name": "Or" }))
        .ok();
    assert_eq!(
        (&changed["ref"], &changed["name"]),
        (&json!("GOLD"), &json!("Or"))
    );
    assert_eq!(till.get(&card(&first)).ok(), changed);
    new(&ada, json!("FID")).ok();
}

#[apply(each_engine!)]
fn an_empty_ref_of_a_card_is_none(hub: TestHub) {
    let till = hub.client("till");
    let ada = add(&hub, &till, json!({}));
    let new = json!({ "customer_id": ada["id"], "ref": "" });
    let plain = till.post(&cards(&hub), new.clone()).ok();
    assert_eq!(plain["ref"], json!(null));
    let again = till.post(&cards(&hub), new);
    assert_eq!(complaints(&again), ["ref has already been taken"]);
    let new = json!({
        "status": "new", "customer_id": ada["id"],
        "loyalty_operations": [{ "ref": "", "delta": "2" }]
    });
    till.post("/location/orders", new).ok();
    assert_eq!(
        till.get(&path(&ada)).ok()["loyalty_cards"],
        json!([{ "id": plain["id"], "ref": null, "name": null, "balance": "2.0" }])
    );
}

#[apply(each_engine!)]
fn cards_are_listed_oldest_first_and_narrowed_down(hub: TestHub) {
    let till = hub.client("till");
    let (ada, eve) = (add(&hub, &till, json!({})), add(&hub, &till, json!({})));
    for (who, reference, name) in [
        (&ada, "1", "Club"),
        (&eve, "1", "Club"),
        (&ada, "2", "Or"),
        (&eve, "3", "Or"),
    ] {
        hub.pass(Duration::from_secs(1));
        let new = json!({ "customer_id": who["id"], "ref": reference, "name": name });
        till.post(&cards(&hub), new).ok();
    }
    let refs = |query: &str| each(&till.get(&format!("{}{query}", cards(&hub))).ok(), "ref");
    let id = ada["id"].as_str().unwrap();
    assert_eq!(refs(""), ["1", "1", "2", "3"]);
    assert_eq!(refs(&format!("?customer_id={id}")), ["1", "2"]);
    assert_eq!(refs("?name=Or"), ["2", "3"]);
    assert_eq!(refs("?ref=1"), ["1", "1"]);
    assert_eq!(refs(&format!("?ref=1&name=Club&customer_id={id}")), ["1"]);
    assert_eq!(refs("?ref=9"), [""; 0]);
    let page = till.get(&format!("{}?count=3", cards(&hub)));
    let next = page
        .header("X-Cursor-Next")
        .expect("another page")
        .to_owned();
    assert_eq!(each(&page.ok(), "ref"), ["1", "1", "2"]);
    assert_eq!(refs(&format!("?count=3&cursor={next}")), ["3"]);
}

#[apply(each_engine!)]
fn a_card_needs_a_customer_of_its_list(hub: TestHub) {
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let list = chain
        .post("/account/customer_lists", json!({ "name": "VIP" }))
        .ok();
    let vip = format!("/customer_lists/{}", list["id"].as_str().unwrap());
    let other = chain.post(&format!("{vip}/customers"), json!({})).ok();
    for customer in [&json!("zzzzz"), &other["id"]] {
        let refused = chain.post(&cards(&hub), json!({ "customer_id": customer }));
        assert_eq!(complaints(&refused), ["customer_id not found"]);
    }
    let new = json!({ "customer_id": other["id"] });
    let card = chain.post(&format!("{vip}/loyalty_cards"), new).ok();
    let id = card["id"].as_str().unwrap();
    let elsewhere = format!("{}/{id}", cards(&hub));
    for answer in [
        chain.get(&elsewhere),
        chain.patch(&elsewhere, json!({ "name": "x" })),
        chain.get(&format!("{elsewhere}/operations")),
        chain.post(&format!("{elsewhere}/operations"), json!({ "delta": 1 })),
        chain.get(&format!("{}/zzzzz", cards(&hub))),
    ] {
        assert_eq!(answer.status_and_body(), NOT_FOUND);
    }
}
