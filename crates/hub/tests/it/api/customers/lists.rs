//! Customer lists.

use super::{NOT_FOUND, WRONG_LEVEL, complaints, each};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

fn id(list: &Value) -> &str {
    list["id"].as_str().expect("an id")
}

fn chain(hub: &TestHub) -> Caller {
    hub.client_with("chain", "account[all_customer_lists.write]")
}

fn shop(hub: &TestHub) -> Caller {
    hub.client_with("shop", "location[all_customer_lists.write]")
}

#[apply(each_engine!)]
fn a_list_says_whether_it_is_of_a_location_or_of_the_account(hub: TestHub) {
    let (shop, chain) = (shop(&hub), chain(&hub));
    let own = shop
        .post("/location/customer_lists", json!({ "name": "Comptoir" }))
        .ok();
    assert_eq!(
        own,
        json!({
            "id": own["id"], "location_id": hub.location.as_str(), "name": "Comptoir",
            "created_at": "2026-03-07T19:41:08+01:00"
        })
    );
    let vip = chain
        .post("/account/customer_lists", json!({ "name": "VIP" }))
        .ok();
    assert_eq!(
        vip,
        json!({
            "id": vip["id"], "account_id": hub.account.as_str(), "name": "VIP",
            "created_at": "2026-03-07T19:41:08+01:00"
        })
    );
    for list in [&own, &vip] {
        let path = format!("/customer_lists/{}", id(list));
        assert_eq!(shop.get(&path).ok(), *list);
        assert_eq!(chain.get(&path).ok(), *list);
    }
}

#[apply(each_engine!)]
fn each_place_lists_what_it_can_reach(hub: TestHub) {
    let (shop, chain) = (shop(&hub), chain(&hub));
    shop.post("/location/customer_lists", json!({ "name": "Comptoir" }))
        .ok();
    let long = |location: &str| format!("/locations/{location}/customer_lists");
    let there = long(hub.second_location.as_str());
    chain.post(&there, json!({ "name": "Part-Dieu" })).ok();
    let account = format!("/accounts/{}/customer_lists", hub.account);
    chain.post(&account, json!({ "name": "VIP" })).ok();
    let named = |who: &Caller, path: &str| each(&who.get(path).ok(), "name");
    let mine = ["Pizzeria Lumière", "Comptoir", "VIP"];
    assert_eq!(named(&shop, "/location/customer_lists"), mine);
    assert_eq!(named(&shop, &long(hub.location.as_str())), mine);
    assert_eq!(named(&chain, &long(hub.location.as_str())), mine);
    assert_eq!(
        named(&chain, &there),
        ["Pizzeria Lumière", "Part-Dieu", "VIP"]
    );
    assert_eq!(
        named(&chain, "/account/customer_lists"),
        ["Pizzeria Lumière", "VIP"]
    );
    assert_eq!(named(&chain, &account), ["Pizzeria Lumière", "VIP"]);
    let bound = hub.client_with("bound", "location[customer_list.read]");
    assert_eq!(
        named(&bound, "/location/customer_lists"),
        ["Pizzeria Lumière"]
    );
    let bound = hub.client_with("bound", "account[customer_list.read]");
    assert_eq!(
        named(&bound, "/account/customer_lists"),
        ["Pizzeria Lumière"]
    );
    let page = chain.get("/account/customer_lists?count=1");
    let next = page
        .header("X-Cursor-Next")
        .expect("another page")
        .to_owned();
    assert_eq!(each(&page.ok(), "name"), ["Pizzeria Lumière"]);
    let page = chain.get(&format!("/account/customer_lists?count=1&cursor={next}"));
    assert_eq!(page.header("X-Cursor-Next"), None);
    assert_eq!(each(&page.ok(), "name"), ["VIP"]);
}

#[apply(each_engine!)]
fn a_name_is_taken_where_the_list_can_be_reached(hub: TestHub) {
    let (shop, chain) = (shop(&hub), chain(&hub));
    let there = format!("/locations/{}/customer_lists", hub.second_location);
    let taken = ["name has already been taken"];
    let vip = json!({ "name": "VIP" });
    let own = shop.post("/location/customer_lists", vip.clone()).ok();
    chain.post(&there, vip.clone()).ok();
    assert_eq!(
        complaints(&shop.post("/location/customer_lists", vip.clone())),
        taken
    );
    assert_eq!(
        complaints(&chain.post("/account/customer_lists", vip)),
        taken
    );
    let lumiere = json!({ "name": "Pizzeria Lumière" });
    assert_eq!(
        complaints(&shop.post("/location/customer_lists", lumiere.clone())),
        taken
    );
    let path = format!("/customer_lists/{}", id(&own));
    assert_eq!(complaints(&shop.patch(&path, lumiere)), taken);
    for same in [json!({ "name": "VIP" }), json!({}), json!({ "id": "x" })] {
        assert_eq!(shop.patch(&path, same).ok(), own);
    }
    let renamed = shop.patch(&path, json!({ "name": "Habitués" })).ok();
    assert_eq!(renamed["name"], "Habitués");
    assert_eq!(shop.get(&path).ok(), renamed);
    shop.post("/location/customer_lists", json!({ "name": "VIP" }))
        .ok();
}

#[apply(each_engine!)]
fn a_location_reads_the_lists_of_its_account_and_changes_its_own(hub: TestHub) {
    let (shop, chain) = (shop(&hub), chain(&hub));
    let of_account = format!("/customer_lists/{}", hub.customer_list);
    let there = format!("/locations/{}/customer_lists", hub.second_location);
    let sibling = chain.post(&there, json!({ "name": "Part-Dieu" })).ok();
    let sibling = format!("/customer_lists/{}", id(&sibling));
    shop.get(&of_account).ok();
    shop.get(&format!("{of_account}/customers")).ok();
    shop.get(&format!("{of_account}/loyalty_cards")).ok();
    for answer in [
        shop.patch(&of_account, json!({ "name": "x" })),
        shop.delete(&of_account),
        shop.post(&format!("{of_account}/customers"), json!({})),
        shop.get(&sibling),
        shop.get(&format!("{sibling}/customers")),
        shop.patch(&sibling, json!({ "name": "x" })),
        shop.delete(&sibling),
    ] {
        assert_eq!(answer.status_and_body(), WRONG_LEVEL);
    }
    chain.patch(&of_account, json!({ "name": "Clients" })).ok();
    assert_eq!(chain.delete(&sibling).status_and_body(), "200 {}");
    assert_eq!(chain.get(&sibling).status_and_body(), NOT_FOUND);
    assert_eq!(chain.delete(&sibling).status_and_body(), NOT_FOUND);
}

#[apply(each_engine!)]
fn a_token_for_one_list_changes_that_one_wherever_it_belongs(hub: TestHub) {
    let till = hub.client_with("till", "location[customer_list.write]");
    let other = chain(&hub)
        .post("/account/customer_lists", json!({ "name": "VIP" }))
        .ok();
    let mine = format!("/customer_lists/{}", hub.customer_list);
    let other = format!("/customer_lists/{}", id(&other));
    till.patch(&mine, json!({ "name": "Clients" })).ok();
    till.post(&format!("{mine}/customers"), json!({})).ok();
    for answer in [
        till.get(&other),
        till.get(&format!("{other}/customers")),
        till.patch(&other, json!({ "name": "x" })),
        till.post(&format!("{other}/customers"), json!({})),
    ] {
        assert_eq!(answer.status_and_body(), WRONG_LEVEL);
    }
    let refused = r#"403 {"message":"A 'all_customer_lists' write scope is required","error_type":"forbidden"}"#;
    assert_eq!(till.delete(&mine).status_and_body(), refused);
    let new = till.post("/location/customer_lists", json!({ "name": "x" }));
    assert_eq!(new.status_and_body(), refused);
}
