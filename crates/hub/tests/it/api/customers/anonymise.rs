//! Erasing personal data, wherever it was stored.

use std::time::Duration;

use hub::args;
use hub::db;

use super::{ada, add, cards, customers, fetch_events, follow, names, path};
use crate::engine::apply;
use crate::support::{Answer, Caller, Receiver, Reply, TestHub, Value, json};

/// What must be found nowhere afterwards.
const PERSONAL: [&str; 15] = [
    "ada.martin@clients.example",
    "\"Ada\"",
    "Martin-Dupré",
    "\"female\"",
    "1990-02-28",
    "Atelier Dupré",
    "+33601020304",
    "%2B33601020304",
    "C0DE7",
    "7 quai Rambaud",
    "3e étage",
    "69992",
    "45.757",
    "4.832",
    "Sonner 2x",
];

/// The personal words in a text.
pub(super) fn is_personal(text: &str) -> Vec<&'static str> {
    let folded = text.to_lowercase();
    PERSONAL
        .into_iter()
        .filter(|word| folded.contains(&word.to_lowercase()))
        .collect()
}

/// All that is stored in the hub's database and may hold personal data, row by row.
fn stored(hub: &TestHub) -> Vec<String> {
    let questions = [
        "SELECT document || COALESCE(email, '') || COALESCE(phone, '') FROM customers
            WHERE account_id = $1",
        "SELECT document FROM orders WHERE account_id = $1",
        "SELECT COALESCE(phone, '') || COALESCE(email, '') || COALESCE(first_name, '')
            || COALESCE(last_name, '') FROM order_search WHERE account_id = $1",
        "SELECT document FROM events WHERE account_id = $1",
        "SELECT answer FROM dispatch_attempts WHERE account_id = $1",
        "SELECT searched FROM erasures WHERE account_id = $1",
    ];
    let account = hub.account.clone();
    hub.wait(hub.hub.read("test.stored", move |tx| {
        let mut all = Vec::new();
        for sql in questions {
            let rows: Vec<(String,)> = tx.all(sql, args![&account])?;
            all.extend(rows.into_iter().map(|(text,)| text));
        }
        let answers: Vec<(Vec<u8>,)> = tx.all(
            "SELECT body FROM idempotency_keys WHERE account_id = $1 AND body IS NOT NULL",
            args![&account],
        )?;
        let answers = answers.into_iter();
        all.extend(answers.map(|(body,)| String::from_utf8_lossy(&body).into_owned()));
        Ok(all)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

/// The journal of these clients: URL and both bodies of each request.
fn journal(hub: &TestHub, who: &[&Caller]) -> Vec<String> {
    hub.wait(hub.hub.journal().flush()).unwrap();
    let account = hub.account.clone();
    let connections: Vec<_> = who.iter().map(|one| one.connection.clone()).collect();
    hub.wait(hub.hub.journal().db().read("test.journal", move |tx| {
        let mut all = Vec::new();
        for connection in &connections {
            let found = hub::journal::store::of_connection(
                tx,
                &account,
                connection,
                ("9", "0"),
                &[],
                &[],
                1_000,
            )?;
            all.extend(
                found
                    .into_iter()
                    .map(|it| format!("{} {}\n{}\n{}", it.method, it.url, it.request, it.response)),
            );
        }
        Ok(all)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

/// A request that may be sent again with the same key.
fn keyed(who: &Caller, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    who.send("POST", path, &headers, body.to_string())
}

/// As if the program had ended when it had just begun to look for what to erase.
pub(super) fn begin_again(hub: &TestHub) {
    let account = hub.account.clone();
    hub.wait(hub.hub.write("test.crash", move |tx| {
        tx.write(
            "UPDATE erasures SET step = 'events', after_key = '', after_id = '' WHERE account_id = $1",
            args![&account],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

/// Lets the chores walk through the journal.
fn settle(hub: &TestHub) {
    hub.wait(hub.hub.journal().flush()).unwrap();
    hub.pass(Duration::from_secs(10));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
}

#[apply(each_engine!)]
fn personal_data_is_cleared_and_the_rest_stays(hub: TestHub) {
    let till = hub.client("till");
    let mut body = ada();
    body["private_ref"] = json!("T1");
    let made = add(&hub, &till, body);
    let answer = till
        .post(&format!("{}/anonymise", path(&made)), json!({}))
        .ok();
    let mut expected = made.clone();
    expected["anonymised"] = json!(true);
    for key in [
        "email",
        "first_name",
        "last_name",
        "gender",
        "birth_date",
        "company_name",
        "phone",
        "phone_access_code",
        "address_1",
        "address_2",
        "postal_code",
        "latitude",
        "longitude",
        "delivery_notes",
    ] {
        expected[key] = json!(null);
    }
    assert_eq!(answer, expected);
    assert_eq!(till.get(&path(&made)).ok(), expected);
    for query in ["email=*", "phone=*", "email=Ada.Martin@clients.example"] {
        let found = till.get(&format!("{}?{query}", customers(&hub))).ok();
        assert_eq!(found, json!([]), "{query}");
    }
}

#[apply(each_engine!)]
fn what_was_erased_cannot_be_written_again(hub: TestHub) {
    let till = hub.client("till");
    let made = add(&hub, &till, ada());
    let anonymise = format!("{}/anonymise", path(&made));
    let cleared = till.send("POST", &anonymise, &[], "").ok();
    assert_eq!(till.patch(&path(&made), ada()).ok(), cleared);
    let change = json!({ "first_name": "Ada", "city": "Paris", "custom_fields": { "vip": 1 } });
    let changed = till.patch(&path(&made), change).ok();
    assert_eq!(changed["first_name"], json!(null));
    assert_eq!(changed["city"], "Paris");
    assert_eq!(changed["custom_fields"]["vip"], 1);
    assert_eq!(
        till.post(&anonymise, json!({})).ok(),
        changed,
        "a second time"
    );
    let card = json!({ "customer_id": made["id"], "ref": "FID" });
    till.post(&cards(&hub), card).ok();
    let new = json!({ "status": "new", "customer_id": made["id"] });
    let order = till.post("/location/orders", new).ok();
    assert_eq!(order["customer"]["anonymised"], true);
    assert_eq!(order["customer"]["first_name"], json!(null));
}

#[apply(each_engine!)]
fn orders_are_cleared_and_everything_is_sent_to_others(hub: TestHub) {
    let (till, web) = (hub.client("till"), hub.client("web"));
    let both = json!({ "customer": ["update"], "order": ["update"] });
    follow(&web, both.clone());
    follow(&till, both);
    let made = add(&hub, &till, ada());
    let new = json!({ "status": "new", "customer_id": made["id"] });
    // More than are cleared in one change.
    let orders: Vec<Value> = (0..25)
        .map(|_| till.post("/location/orders", new.clone()).ok())
        .collect();
    let guest = json!({ "status": "new", "customer": { "first_name": "Ada" } });
    let guest = till.post("/location/orders", guest).ok();
    till.post(&format!("{}/anonymise", path(&made)), json!({}))
        .ok();
    let shown = till.get("/location/orders").ok();
    for (order, before) in shown.as_array().unwrap().iter().zip(&orders) {
        let mut expected = before.clone();
        expected["customer"] = order["customer"].clone();
        assert_eq!(*order, expected, "nothing else changes");
        assert_eq!(order["customer"]["anonymised"], true);
        assert_eq!(order["customer"]["id"], made["id"]);
        assert_eq!(order["customer"]["email"], json!(null));
        assert_eq!(order["customer"]["city"], "Lyon");
    }
    assert_eq!(shown[25], guest, "a guest is somebody else");
    let events = fetch_events(&web);
    let mut expected = vec!["customer.update".to_owned()];
    expected.extend(vec!["order.update".to_owned(); 25]);
    assert_eq!(names(&events), expected);
    for event in &events {
        let customer = |state: &str| match event["resource_type"].as_str() {
            Some("order") => event[state]["customer"].clone(),
            _ => event[state].clone(),
        };
        assert_eq!(customer("previous_state")["anonymised"], false);
        assert_eq!(customer("new_state")["anonymised"], true);
        assert_eq!(is_personal(&event.to_string()), [""; 0]);
    }
    assert_eq!(
        fetch_events(&till),
        [json!(null); 0],
        "no client hears of its own change"
    );
}

#[apply(each_engine!)]
fn nothing_that_was_stored_holds_it_afterwards(hub: TestHub) {
    let (till, web) = (hub.client("till"), hub.client("web"));
    let echo = Receiver::start(&hub);
    echo.answers_by(|sent| Reply::Text(200, String::from_utf8_lossy(&sent.body).into_owned()));
    let following = json!({
        "url": echo.url("/"),
        "events": { "customer": ["create", "update"], "order": ["create", "update"] }
    });
    web.post("/callback", following).ok();
    let waiting = hub.client("waiting");
    follow(
        &waiting,
        json!({ "customer": ["create", "update"], "order": ["create"] }),
    );

    let mut wrong = ada();
    wrong["latitude"] = json!("north");
    assert_eq!(till.post(&customers(&hub), wrong).status, 422);
    let made = keyed(&till, &customers(&hub), "ada", &ada()).ok();
    let other = add(
        &hub,
        &till,
        json!({ "first_name": "Basile", "email": "b@c.example" }),
    );
    till.put(&path(&made), ada()).ok();
    till.patch(&path(&made), json!({ "city": "Oullins" })).ok();
    let new = json!({
        "status": "new", "customer_id": made["id"], "loyalty_operations": [{ "delta": 1 }]
    });
    let order = keyed(&till, "/location/orders", "order", &new).ok();
    let order = format!("/location/orders/{}", order["id"].as_str().unwrap());
    till.patch(&order, json!({ "status": "accepted" })).ok();
    web.get("/location/orders").ok();
    web.get(&order).ok();
    web.get(&customers(&hub)).ok();
    web.get(&format!(
        "{}?email=ada.martin@CLIENTS.example",
        customers(&hub)
    ))
    .ok();
    web.get(&format!(
        "{}?phone=%2B33601020304&city=Lyon",
        customers(&hub)
    ))
    .ok();
    web.get(&format!("{}?email=*dupr%C3%A9*", customers(&hub)))
        .ok();
    hub.dispatch();
    assert!(!fetch_events(&waiting).is_empty());
    assert!(echo.count() > 0);
    let all = [&till, &web, &waiting];
    let holding = |texts: &[String]| {
        texts
            .iter()
            .filter(|text| !is_personal(text).is_empty())
            .count()
    };
    assert!(holding(&stored(&hub)) > 10);
    assert!(holding(&journal(&hub, &all)) > 10);

    till.post(&format!("{}/anonymise", path(&made)), json!({}))
        .ok();
    let waiting_events = fetch_events(&waiting);
    for event in &waiting_events {
        assert_eq!(is_personal(&event.to_string()), [""; 0]);
    }
    settle(&hub);
    for text in stored(&hub) {
        assert_eq!(is_personal(&text), [""; 0], "{text}");
    }
    let requests = journal(&hub, &all);
    for text in &requests {
        assert_eq!(is_personal(text), [""; 0], "{text}");
    }
    let is_left = |text: &str| requests.iter().any(|request| request.contains(text));
    assert!(is_left("\"first_name\":\"Basile\""), "others stay");
    assert!(
        is_left("PATCH /v1/location/orders/"),
        "the requests themselves stay"
    );
    assert!(
        is_left("{\"status\":\"accepted\"}"),
        "and what is no personal data"
    );
    assert!(is_left(made["id"].as_str().unwrap()));
    assert_eq!(till.get(&path(&other)).ok(), other);
    assert_eq!(names(&waiting_events), names(&fetch_events(&waiting)));
}

#[apply(each_engine!)]
fn what_is_answered_again_holds_nothing_of_the_customer(hub: TestHub) {
    let till = hub.client("till");
    let made = keyed(&till, &customers(&hub), "ada", &ada()).ok();
    let other = json!({ "first_name": "Basile" });
    let other_made = keyed(&till, &customers(&hub), "basile", &other).ok();
    let new = json!({ "status": "new", "customer_id": made["id"] });
    let order = keyed(&till, "/location/orders", "order", &new).ok();
    let anonymise = format!("{}/anonymise", path(&made));
    let cleared = keyed(&till, &anonymise, "anonymise", &json!({})).ok();
    let again = keyed(&till, &customers(&hub), "ada", &ada());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.ok()["email"], json!(null));
    let again = keyed(&till, "/location/orders", "order", &new).ok();
    let mut expected = order;
    expected["customer"] = again["customer"].clone();
    assert_eq!(again, expected, "nothing else changes");
    assert_eq!(is_personal(&again.to_string()), [""; 0]);
    let again = keyed(&till, &customers(&hub), "basile", &other).ok();
    assert_eq!(again, other_made, "others stay");
    let again = keyed(&till, &anonymise, "anonymise", &json!({})).ok();
    assert_eq!(again, cleared);
}

#[apply(each_engine!)]
fn a_body_that_was_cut_or_cannot_be_cleared_goes_as_a_whole(hub: TestHub) {
    let till = hub.client("till");
    let made = add(&hub, &till, ada());
    // Once with the customer alone, once in a page that is too long to be kept whole.
    let note = "x".repeat(8_000);
    for _ in 0..40 {
        add(&hub, &till, json!({ "custom_fields": { "note": note } }));
    }
    till.get(&customers(&hub)).ok();
    let fields = json!({ "custom_fields": { "copy": "Ada.Martin@clients.example" } });
    till.patch(&path(&made), fields).ok();
    till.post(&format!("{}/anonymise", path(&made)), json!({}))
        .ok();
    settle(&hub);
    let requests = journal(&hub, &[&till]);
    for text in &requests {
        assert_eq!(is_personal(text), [""; 0], "{text:.200}");
    }
    let erased = "(erased: a customer was anonymised)";
    let page = requests
        .iter()
        .find(|text| text.starts_with("GET /v1/customer_lists"));
    assert!(page.unwrap().ends_with(erased));
    let change = requests.iter().find(|text| text.starts_with("PATCH"));
    assert_eq!(change.unwrap().matches(erased).count(), 2);
}

#[apply(each_engine!)]
fn what_a_crash_has_left_undone_is_done_by_the_chores(hub: TestHub) {
    let (till, web) = (hub.client("till"), hub.client("web"));
    follow(&web, json!({ "order": ["update"] }));
    let made = add(&hub, &till, ada());
    let new = json!({ "status": "new", "customer_id": made["id"] });
    for _ in 0..12 {
        till.post("/location/orders", new.clone()).ok();
    }
    till.post(&format!("{}/anonymise", path(&made)), json!({}))
        .ok();
    // As if the program had ended after the first ten orders, and the last two had been missed.
    begin_again(&hub);
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(fetch_events(&web).len(), 12, "no order is told twice");
    settle(&hub);
    for text in stored(&hub) {
        assert_eq!(is_personal(&text), [""; 0], "{text}");
    }
    let account = hub.account.clone();
    let left: Option<(i64,)> = hub
        .wait(hub.hub.read("test.left", move |tx| {
            tx.first(
                "SELECT COUNT(*) FROM erasures WHERE account_id = $1",
                args![&account],
            )
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    assert_eq!(left, Some((0,)));
}

#[apply(each_engine!)]
fn two_who_are_anonymised_are_looked_for_together(hub: TestHub) {
    let till = hub.client("till");
    let first = add(&hub, &till, ada());
    let second = add(
        &hub,
        &till,
        json!({ "first_name": "Zoé", "phone": "+33699887766" }),
    );
    let third = add(&hub, &till, json!({ "first_name": "Max" }));
    for one in [&first, &second] {
        till.post(&format!("{}/anonymise", path(one)), json!({}))
            .ok();
    }
    settle(&hub);
    let requests = journal(&hub, &[&till]);
    for text in &requests {
        assert_eq!(is_personal(text), [""; 0], "{text}");
        assert!(
            !text.contains("Zoé") && !text.contains("+33699887766"),
            "{text}"
        );
    }
    assert!(requests.iter().any(|text| text.contains("Max")));
    assert_eq!(till.get(&path(&third)).ok(), third);
}

/// Customers that one round of the chores takes up.
const A_ROUND: usize = 20;

#[apply(each_engine!)]
fn those_whose_erasing_fails_do_not_hold_up_the_others(hub: TestHub) {
    let till = hub.client("till");
    let all: Vec<Value> = (0..=A_ROUND).map(|_| add(&hub, &till, ada())).collect();
    for one in &all {
        till.post(&format!("{}/anonymise", path(one)), json!({}))
            .ok();
    }
    begin_again(&hub);
    // The last of them in the order in which they are taken up is the only one that can be erased.
    let mut ids: Vec<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
    ids.sort_unstable();
    let last = ids.pop().expect("customers").to_owned();
    let account = hub.account.clone();
    let good = last.clone();
    hub.wait(hub.hub.write("test.broken", move |tx| {
        tx.write(
            "UPDATE events SET document = '{'
                WHERE account_id = $1 AND resource = 'customer' AND subject_id <> $2",
            args![&account, &good],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let ended = hub.wait(hub::chores::run_due(&hub.hub));
    assert!(ended.is_err(), "it is told");
    hub.wait(hub::chores::run_due(&hub.hub))
        .expect("the next round goes on behind them");
    let account = hub.account.clone();
    let left: Vec<(String,)> = hub
        .wait(hub.hub.read("test.left", move |tx| {
            tx.all(
                "SELECT customer_id FROM erasures WHERE account_id = $1 AND step = 'events'",
                args![&account],
            )
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let left: Vec<&str> = left.iter().map(|(id,)| id.as_str()).collect();
    assert_eq!(left.len(), A_ROUND);
    assert!(!left.contains(&last.as_str()));
}
