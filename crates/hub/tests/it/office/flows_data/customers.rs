//! What readers find in the lists of customers, and of one customer.

use std::time::Duration;

use hub::users::permissions::Role;

use super::order;
use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, json};

/// The names in a list, in its order.
fn names(page: &Page) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.answer.text);
    let rows = scraper::Selector::parse("table.list th a.row").unwrap();
    html.select(&rows)
        .map(|link| link.text().collect::<String>())
        .collect()
}

fn viewer(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::BackOfficeViewer.permissions(true), None)
}

/// Adds a customer to a list of the first location; answers the id.
fn add(hub: &TestHub, list: &str, customer: serde_json::Value) -> String {
    let chain = hub.client_with(
        "chain",
        "location[all_customer_lists.write,customer_list.write]",
    );
    let path = format!("/customer_lists/{list}/customers");
    hub.pass(Duration::from_secs(1));
    let made = chain.post(&path, customer).ok();
    made["id"].as_str().unwrap().to_owned()
}

/// Makes a list at the first location; answers its id.
fn add_list(hub: &TestHub, name: &str) -> String {
    let chain = hub.client_with(
        "chain",
        "location[all_customer_lists.write,customer_list.write]",
    );
    let made = chain.post("/location/customer_lists", json!({ "name": name }));
    made.ok()["id"].as_str().unwrap().to_owned()
}

#[apply(each_engine!)]
fn the_newest_customer_comes_first_with_orders_and_spending(hub: TestHub) {
    let list = hub.customer_list.to_string();
    let ada =
        json!({ "first_name": "Ada", "last_name": "Lovelace", "email": "ada@clients.example" });
    let ada = add(&hub, &list, ada);
    add(&hub, &list, json!({ "company_name": "Société Lumière" }));
    let own = json!({ "customer_id": ada });
    order(&hub.client("site"), "UN", own);
    let page = viewer(&hub).open("/customers");
    assert_eq!(names(&page), ["Société Lumière", "Ada Lovelace"]);
    page.says(&format!(
        "Ada Lovelace {ada} · ada@clients.example 1 5,00 € 07/03/2026"
    ));
    page.says("NOM COMMANDES DÉPENSE DEPUIS");
}

#[apply(each_engine!)]
fn a_part_of_an_address_or_of_a_number_finds_a_customer(hub: TestHub) {
    let list = hub.customer_list.to_string();
    let names_of = |search: &str| {
        let query = form_urlencoded::byte_serialize(search.as_bytes()).collect::<String>();
        names(&viewer_again(&hub).open(&format!("/customers?list={list}&search={query}")))
    };
    add(
        &hub,
        &list,
        json!({ "first_name": "Ada", "email": "ada@clients.example", "phone": "+33601020304" }),
    );
    add(
        &hub,
        &list,
        json!({ "first_name": "Bob", "email": "bob@clients.example", "phone": "0478000000" }),
    );
    assert_eq!(names_of("ADA@"), ["Ada"]);
    assert_eq!(names_of("clients.example"), ["Ada", "Bob"]);
    assert_eq!(names_of("06 01 02"), ["Ada"], "as it is dialled at home");
    assert_eq!(names_of("+33601020304"), ["Ada"]);
    assert_eq!(names_of("0478"), ["Bob"]);
    assert_eq!(names_of("b*@clients.example"), ["Bob"]);
    assert_eq!(names_of("nobody"), [""; 0]);
}

/// Somebody else every time: names are given out once.
fn viewer_again(hub: &TestHub) -> Browser {
    let held = Role::BackOfficeViewer.permissions(true);
    let number = hub.hub.entropy().hex::<4>();
    hub.user(&format!("Ana{number}"), held, None)
}

#[apply(each_engine!)]
fn pages_of_customers_follow_one_another_to_the_first_of_them(hub: TestHub) {
    let list = hub.customer_list.to_string();
    for number in 0..53 {
        let person =
            json!({ "first_name": format!("C{number}"), "email": format!("{number}@x.example") });
        add(&hub, &list, person);
    }
    let browser = viewer(&hub);
    for (search, is_newest_first) in [("", true), ("x.example", false)] {
        let first = browser.open(&format!("/customers?search={search}"));
        let next = first.all("a[rel=next]", "href");
        let second = browser.open(&next[0]);
        let all = [names(&first), names(&second)].concat();
        let mut expected: Vec<String> = (0..53).map(|number| format!("C{number}")).collect();
        if is_newest_first {
            expected.reverse();
        }
        assert_eq!(all, expected);
        assert_eq!(second.all("a[rel=next]", "href"), [""; 0]);
        second.says("Revenir au début");
    }
}

#[apply(each_engine!)]
fn a_location_shows_the_lists_that_it_reaches(hub: TestHub) {
    let own = add_list(&hub, "Habitués");
    let customer = add(&hub, &own, json!({ "first_name": "Ada" }));
    let held = Role::BackOfficeViewer.permissions(false);
    let here = hub.user("Ici", held, Some(&hub.location));
    here.open("/customers").says("Habitués");
    let page = here.open(&format!("/customers?list={own}"));
    assert_eq!(names(&page), ["Ada"]);
    let there = hub.user("Ailleurs", held, Some(&hub.second_location));
    let page = there.open(&format!("/customers?list={own}"));
    page.does_not_say("Habitués");
    assert_eq!(names(&page), [""; 0], "another list is shown");
    let path = format!("/customers/{customer}");
    assert_eq!(here.get(&path).status(), 200);
    assert_eq!(there.get(&path).status(), 404);
}

#[apply(each_engine!)]
fn a_customer_shows_address_cards_and_orders(hub: TestHub) {
    let list = hub.customer_list.to_string();
    let ada = json!({
        "first_name": "Ada", "last_name": "Lovelace", "email": "ada@clients.example",
        "phone": "+33601020304", "address_1": "12 rue de la République", "postal_code": "69002",
        "city": "Lyon", "country": "FR", "birth_date": "1985-12-10", "email_marketing": true,
        "custom_fields": { "shop": { "vip": true } },
    });
    let ada = add(&hub, &list, ada);
    let site = hub.client("site");
    let card = json!({ "customer_id": ada, "name": "Habitués", "ref": "H-77" });
    let card = site
        .post(&format!("/customer_lists/{list}/loyalty_cards"), card)
        .ok();
    let id = card["id"].as_str().unwrap();
    let path = format!("/customer_lists/{list}/loyalty_cards/{id}/operations");
    site.post(&path, json!({ "delta": "12.5" })).ok();
    let own = json!({ "customer_id": ada });
    order(&site, "UN", own);
    order(&site, "AUTRE", json!({}));
    let page = viewer(&hub).open(&format!("/customers/{ada}"));
    for text in [
        "Ada Lovelace",
        "ada@clients.example",
        "+33601020304",
        "10/12/1985",
        "12 rue de la République 69002 Lyon France",
        "Publicité par e-mail",
        "Dépense 5,00 €",
        "Habitués H-77 12,5",
        "UN 1000",
        "\"vip\": true",
    ] {
        page.says(text);
    }
    page.does_not_say("AUTRE");
}

#[apply(each_engine!)]
fn orders_of_a_customer_are_shown_to_whoever_sees_their_location(hub: TestHub) {
    let list = hub.customer_list.to_string();
    let ada = add(&hub, &list, json!({ "first_name": "Ada" }));
    let scope = "location[orders.write,customer_list.write]";
    let own = || json!({ "customer_id": ada });
    order(&hub.connect("a", scope, Some(&hub.location)), "ICI", own());
    let there = hub.connect("b", scope, Some(&hub.second_location));
    order(&there, "AILLEURS", own());
    let held = Role::BackOfficeViewer.permissions(false);
    let here = hub.user("Ici", held, Some(&hub.location));
    let page = here.open(&format!("/customers/{ada}"));
    page.says("ICI 1000");
    page.does_not_say("AILLEURS 1000");
    page.says("Commandes 2");
}

#[apply(each_engine!)]
fn orders_of_a_customer_follow_one_another(hub: TestHub) {
    let list = hub.customer_list.to_string();
    let ada = add(&hub, &list, json!({ "first_name": "Ada" }));
    let site = hub.client("site");
    for number in 0..22 {
        hub.pass(Duration::from_secs(1));
        let own = json!({ "customer_id": ada });
        order(&site, &format!("N{number}"), own);
    }
    let browser = viewer(&hub);
    let first = browser.open(&format!("/customers/{ada}"));
    first.says("N21 1000");
    first.does_not_say("N1 1000");
    let second = browser.open(&first.all("a[rel=next]", "href")[0]);
    second.says("N1 1000");
    second.does_not_say("N2 1000");
}

#[apply(each_engine!)]
fn an_erased_customer_says_so_and_shows_nothing_personal(hub: TestHub) {
    let list = hub.customer_list.to_string();
    let ada = add(
        &hub,
        &list,
        json!({ "first_name": "Ada", "email": "ada@clients.example" }),
    );
    let path = format!("/customer_lists/{list}/customers/{ada}/anonymise");
    hub.client("site").post(&path, json!({})).ok();
    let page = viewer(&hub).open(&format!("/customers/{ada}"));
    page.says("Données effacées à la demande du client");
    page.does_not_say("ada@clients.example");
}

#[test]
fn customers_are_for_whoever_may_view_and_of_the_own_account() {
    let hub = TestHub::start();
    let list = hub.customer_list.to_string();
    let ada = add(&hub, &list, json!({ "first_name": "Ada" }));
    let operator = Role::OrderLineOperator.permissions(true);
    let lea = hub.user("Lea", operator, None);
    assert_eq!(lea.get("/customers").status(), 403);
    assert_eq!(lea.get(&format!("/customers/{ada}")).status(), 404);
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other, "Eve", held, None);
    assert_eq!(stranger.get(&format!("/customers/{ada}")).status(), 404);
    let page = stranger.open(&format!("/customers?list={list}"));
    page.does_not_say("Ada");
    page.says("Cette liste n'a pas encore de client.");
}
