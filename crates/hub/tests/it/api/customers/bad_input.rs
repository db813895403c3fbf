//! Bad input against customer lists, customers and loyalty cards: each with the exact answer, as a
//! table that is kept beside the tests.

use super::{ada, add, cards};
use crate::api::orders::bad_input::Table;
use crate::support::{TestHub, Value, json};

#[test]
fn bad_input_about_customers_is_refused_in_these_words() {
    let hub = TestHub::start();
    let scope = "location[customer_list.write,all_customer_lists.write,orders.write]";
    let till = hub.client_with("till", scope);
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let mut body = ada();
    body["private_ref"] = json!("T1");
    let ada = add(&hub, &till, body);
    let eve = add(&hub, &till, json!({}));
    let card = till
        .post(
            &cards(&hub),
            json!({ "customer_id": ada["id"], "ref": "FID" }),
        )
        .ok();
    let done = format!(
        "{}/{}/operations",
        cards(&hub),
        card["id"].as_str().unwrap()
    );
    let done = till.post(&done, json!({ "delta": "1" })).ok();
    let own = till
        .post("/location/customer_lists", json!({ "name": "Comptoir" }))
        .ok();
    let vip = chain
        .post("/account/customer_lists", json!({ "name": "VIP" }))
        .ok();
    let there = format!("/locations/{}/customer_lists", hub.second_location);
    let sibling = chain.post(&there, json!({ "name": "Part-Dieu" })).ok();
    let foreign = hub.another_account();
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let mut table = Table {
        who: &till,
        names: vec![
            (id(&done), "{operation}"),
            (id(&card), "{card}"),
            (id(&ada), "{ada}"),
            (id(&eve), "{eve}"),
            (id(&own), "{own}"),
            (id(&vip), "{vip}"),
            (id(&sibling), "{of_sibling}"),
            (foreign.customer_list.to_string(), "{foreign}"),
            (hub.customer_list.to_string(), "{list}"),
            (hub.second_location.to_string(), "{sibling}"),
            (hub.location.to_string(), "{location}"),
            (hub.account.to_string(), "{account}"),
        ],
        text: String::new(),
        lines: 0,
    };
    lists(&mut table);
    customers(&mut table);
    changes(&mut table);
    searches(&mut table);
    loyalty_cards(&mut table);
    operations(&mut table);
    let Table { text, lines, .. } = table;
    assert!(lines >= 100, "only {lines}");
    let shown = till.get(&super::path(&ada)).ok();
    assert_eq!(
        shown["loyalty_cards"][0]["balance"], "1.0",
        "a refusal changes nothing"
    );
    assert_eq!(
        till.get(&super::customers(&hub))
            .ok()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_input_customers", text);
    });
}

fn send(table: &mut Table<'_>, method: &str, path: &str, bodies: &[Value]) {
    for body in bodies {
        table.line(method, path, &[], &body.to_string());
    }
}

fn lists(table: &mut Table<'_>) {
    table.chapter("Customer lists");
    let path = "/location/customer_lists";
    table.line("POST", path, &[], "{");
    table.line("POST", path, &[("Content-Type", "text/plain")], "{}");
    send(
        table,
        "POST",
        path,
        &[
            json!([]),
            json!({}),
            json!({ "name": null }),
            json!({ "name": "" }),
            json!({ "name": " " }),
            json!({ "name": 7 }),
            json!({ "name": "x".repeat(256) }),
            json!({ "name": "Comptoir" }),
            json!({ "name": "VIP" }),
        ],
    );
    send(
        table,
        "PATCH",
        "/customer_lists/{own}",
        &[
            json!({ "name": null }),
            json!({ "name": [] }),
            json!({ "name": "VIP" }),
        ],
    );
    for path in [
        "/customer_lists/zzzzz",
        "/customer_lists/NOT-AN-ID",
        "/customer_lists/{foreign}",
        "/customer_lists/{of_sibling}",
        "/customer_lists/{vip}",
    ] {
        table.line("PATCH", path, &[], r#"{"name":"x"}"#);
        table.line("DELETE", path, &[], "");
    }
    for path in [
        "/customer_lists",
        "/account/customer_lists",
        "/accounts/{account}/customer_lists",
        "/locations/{sibling}/customer_lists",
        "/location/customer_lists?cursor=x",
        "/customer_lists/{of_sibling}",
        "/customer_lists/{foreign}",
    ] {
        table.line("GET", path, &[], "");
    }
}

fn customers(table: &mut Table<'_>) {
    table.chapter("New customers");
    let path = "/customer_lists/{list}/customers";
    table.line("POST", path, &[], "{\"email\"}");
    table.line("POST", path, &[("Content-Type", "application/xml")], "{}");
    send(
        table,
        "POST",
        path,
        &[json!([7]), json!("Ada"), json!({ "private_ref": "T1" })],
    );
    for key in [
        "private_ref",
        "email",
        "first_name",
        "last_name",
        "company_name",
        "phone",
        "phone_access_code",
        "address_1",
        "address_2",
        "postal_code",
        "city",
        "state",
        "country",
        "delivery_notes",
    ] {
        send(table, "POST", path, &[json!({ key: 7.5 })]);
    }
    send(
        table,
        "POST",
        path,
        &[
            json!({ "private_ref": "x".repeat(256) }),
            json!({ "email": "x".repeat(256) }),
            json!({ "phone": "1".repeat(256) }),
            json!({ "first_name": "x".repeat(10_001) }),
            json!({ "gender": "other" }),
            json!({ "birth_date": "28/02/1990" }),
            json!({ "birth_date": "1990-02-30" }),
            json!({ "birth_date": 1990 }),
            json!({ "latitude": "north" }),
            json!({ "longitude": "1e3" }),
            json!({ "latitude": true }),
            json!({ "sms_marketing": "yes" }),
            json!({ "email_marketing": 1 }),
            json!({ "custom_fields": "x" }),
            json!({ "custom_fields": { "a": "x".repeat(8_192) } }),
            json!({ "email": [], "phone": {}, "gender": 1, "custom_fields": [] }),
        ],
    );
    for list in ["zzzzz", "NOT-AN-ID", "{foreign}", "{of_sibling}", "{vip}"] {
        let path = format!("/customer_lists/{list}/customers");
        table.line("POST", &path, &[], "{}");
    }
}

fn changes(table: &mut Table<'_>) {
    table.chapter("Changes of a customer");
    let path = "/customer_lists/{list}/customers/{eve}";
    table.line("PATCH", path, &[], "{");
    send(
        table,
        "PATCH",
        path,
        &[
            json!([7]),
            json!({ "private_ref": "T1" }),
            json!({ "private_ref": [] }),
            json!({ "gender": "x", "email": 7 }),
            json!({ "custom_fields": 7 }),
        ],
    );
    table.line("PUT", path, &[], r#"{"birth_date":"soon"}"#);
    for path in [
        "/customer_lists/{list}/customers/zzzzz",
        "/customer_lists/{own}/customers/{eve}",
        "/customer_lists/{foreign}/customers/{eve}",
        "/customer_lists/{vip}/customers/{eve}",
    ] {
        table.line("PATCH", path, &[], "{}");
        table.line("POST", &format!("{path}/anonymise"), &[], "{}");
    }
    table.line("DELETE", path, &[], "");
    table.line("GET", &format!("{path}/anonymise"), &[], "");
    table.line("POST", &format!("{path}/anonymize"), &[], "{}");
}

fn searches(table: &mut Table<'_>) {
    table.chapter("Searches");
    for query in [
        "customers?cursor=x",
        "loyalty_cards?cursor=AAAA",
        "loyalty_cards/{card}/operations?cursor=x",
        "customers/zzzzz",
    ] {
        table.line("GET", &format!("/customer_lists/{{list}}/{query}"), &[], "");
    }
    let long = format!(
        "/customer_lists/{{list}}/customers?email={}",
        "x".repeat(10_001)
    );
    table.line("GET", &long, &[], "");
}

fn loyalty_cards(table: &mut Table<'_>) {
    table.chapter("Loyalty cards");
    let path = "/customer_lists/{list}/loyalty_cards";
    table.line("POST", path, &[], "nope");
    send(
        table,
        "POST",
        path,
        &[
            json!([]),
            json!({}),
            json!({ "customer_id": null }),
            json!({ "customer_id": 7 }),
            json!({ "customer_id": "NOT AN ID" }),
            json!({ "customer_id": "zzzzz" }),
            json!({ "customer_id": "{ada}", "ref": "FID" }),
            json!({ "customer_id": "{ada}", "ref": 7.5, "name": [] }),
            json!({ "customer_id": "{ada}", "ref": "x".repeat(256) }),
            json!({ "customer_id": "{ada}", "name": "x".repeat(256) }),
        ],
    );
    let card = "/customer_lists/{list}/loyalty_cards/{card}";
    send(
        table,
        "PATCH",
        card,
        &[json!([7]), json!({ "ref": 7.5 }), json!({ "name": {} })],
    );
    table.line("DELETE", card, &[], "");
    table.line("PUT", card, &[], "{}");
    for path in [
        "/customer_lists/{list}/loyalty_cards/zzzzz",
        "/customer_lists/{own}/loyalty_cards/{card}",
        "/customer_lists/{foreign}/loyalty_cards/{card}",
    ] {
        table.line("GET", path, &[], "");
        table.line("PATCH", path, &[], "{}");
    }
}

fn operations(table: &mut Table<'_>) {
    table.chapter("Loyalty operations");
    let path = "/customer_lists/{list}/loyalty_cards/{card}/operations";
    table.line("POST", path, &[], "{\"delta\":}");
    send(
        table,
        "POST",
        path,
        &[
            json!([]),
            json!({}),
            json!({ "delta": null }),
            json!({ "delta": "x" }),
            json!({ "delta": "1,5" }),
            json!({ "delta": "+1" }),
            json!({ "delta": "0.0004" }),
            json!({ "delta": true }),
            json!({ "delta": "1000000000000" }),
            json!({ "delta": "999999999999" }),
            json!({ "delta": 1, "reason": 7 }),
            json!({ "delta": 1, "order_id": 7 }),
            json!({ "delta": 1, "order_id": "zzzzz" }),
        ],
    );
    for path in [
        "/customer_lists/{list}/loyalty_cards/zzzzz/operations",
        "/customer_lists/{own}/loyalty_cards/{card}/operations",
    ] {
        table.line("POST", path, &[], r#"{"delta":1}"#);
        table.line("GET", path, &[], "");
    }
    table.line("GET", &format!("{path}/zzzzz"), &[], "");
    table.line("DELETE", &format!("{path}/{{operation}}"), &[], "");
    table.line("PATCH", &format!("{path}/{{operation}}"), &[], "{}");
}
