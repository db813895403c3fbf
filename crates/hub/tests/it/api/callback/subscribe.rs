//! GET, POST and DELETE /callback.

use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn a_connection_without_callback_shows_the_default(hub: TestHub) {
    let found = hub.client("till").get("/callback");
    assert_eq!(found.status_and_body(), r#"200 {"url":null,"events":{}}"#);
}

#[apply(each_engine!)]
fn what_is_posted_is_what_is_read_and_empty_lists_are_dropped(hub: TestHub) {
    let till = hub.client("till");
    let url = "https://app.example/cb/aGVsbG8=?app_instance_id=q7h2d&x=a%20b'c";
    let body = json!({
        "url": url,
        "events": { "order": ["create", "update"], "catalog": [], "customer_list": ["update"] }
    });
    let stored = json!({
        "url": url,
        "events": { "order": ["create", "update"], "customer_list": ["update"] }
    });
    assert_eq!(till.post("/callback", body).ok(), stored);
    assert_eq!(till.get("/callback").ok(), stored);
}

#[apply(each_engine!)]
fn posting_again_replaces_everything(hub: TestHub) {
    let till = hub.client("till");
    let first = json!({ "url": "https://a.example", "events": { "order": ["create"] } });
    till.post("/callback", first).ok();
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    assert_eq!(
        till.get("/callback").status_and_body(),
        r#"200 {"url":null,"events":{"location":["update"]}}"#
    );
}

#[apply(each_engine!)]
fn deleting_a_callback_answers_the_default_with_or_without_a_body(hub: TestHub) {
    let till = hub.client("till");
    let default = r#"200 {"url":null,"events":{}}"#;
    for headers in [vec![], vec![("content-type", "application/json")]] {
        till.post("/callback", json!({ "events": { "location": ["update"] } }))
            .ok();
        let body = if headers.is_empty() { "" } else { "{}" };
        let removed = till.send("DELETE", "/callback", &headers, body);
        assert_eq!(removed.status_and_body(), default);
        assert_eq!(till.get("/callback").status_and_body(), default);
    }
}

#[test]
fn events_that_the_scope_hides_cannot_be_subscribed_to() {
    let hub = TestHub::start();
    let screen = hub.client_with("screen", "location[catalog.read]");
    let refused = screen.post(
        "/callback",
        json!({ "events": {
            "order": ["create"], "customer": ["create"], "catalog": ["update"],
            "inventory": ["patch"], "location": ["update"]
        } }),
    );
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.json()["errors"],
        json!([
            { "field": "events.order", "message": "orders scope required" },
            { "field": "events.customer", "message": "customer_list scope required" }
        ])
    );
}

#[test]
fn internal_addresses_are_refused_however_they_are_written() {
    let hub = TestHub::start_with(&[("egress.allow_loopback", "false")]);
    let till = hub.client("till");
    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://localhost:8080/",
        "http://app.localhost./",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.31.255.255/",
        "http://192.168.0.1:9000/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://198.18.0.1/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a00:1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://[ff02::1]/",
    ] {
        let refused = till.post("/callback", json!({ "url": url, "events": {} }));
        assert_eq!(refused.status, 422, "{url}");
        assert_eq!(
            refused.json()["errors"],
            json!([{ "field": "url", "message": "must not lead to an internal address" }]),
            "{url}"
        );
    }
}

#[test]
fn public_addresses_and_names_are_taken() {
    let hub = TestHub::start_with(&[("egress.allow_loopback", "false")]);
    let till = hub.client("till");
    for url in [
        "http://93.184.215.14/",
        "https://[2606:2800:21f:cb07::1]/cb",
        "https://caisse.example:8443/cb?a=b",
        "http://172.32.0.1/",
        "http://100.128.0.1/",
    ] {
        till.post("/callback", json!({ "url": url, "events": {} }))
            .ok();
    }
}

#[test]
fn a_network_that_the_settings_name_may_be_called() {
    let hub = TestHub::start_with(&[("egress.allow_nets", r#"["10.1.2.0/24"]"#)]);
    let till = hub.client("till");
    let post = |url: &str| till.post("/callback", json!({ "url": url, "events": {} }));
    post("http://10.1.2.9/").ok();
    post("http://[::ffff:10.1.2.9]/").ok();
    assert_eq!(post("http://10.1.3.9/").status, 422);
}

#[test]
fn a_url_with_a_password_or_of_another_kind_is_refused() {
    let hub = TestHub::start();
    let till = hub.client("till");
    for url in [
        "https://user:secret@app.example/",
        "https://user@app.example/",
        "ftp://app.example/",
        "https://",
        "app.example",
        "http://[::1/",
        "http://app.example:99999/",
    ] {
        let refused = till.post("/callback", json!({ "url": url, "events": {} }));
        assert_eq!(refused.status, 422, "{url}");
        assert_eq!(
            refused.json()["errors"],
            json!([{ "field": "url", "message": "is not a valid URL" }]),
            "{url}"
        );
    }
}

#[test]
fn callbacks_belong_to_connections_and_profiles_have_none() {
    let hub = TestHub::start();
    let (till, kiosk) = (hub.client("till"), hub.client("kiosk"));
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    assert_eq!(
        kiosk.get("/callback").status_and_body(),
        r#"200 {"url":null,"events":{}}"#
    );
    let put = kiosk.put("/callback", json!({}));
    assert_eq!(
        put.status_and_body(),
        r#"404 {"error_type":"routing_error"}"#
    );
}

#[test]
fn every_pair_that_is_documented_can_be_subscribed_to() {
    let hub = TestHub::start();
    let scope = "location[orders.read,customer_list.read,catalog.read,inventory.read]";
    let till = hub.client_with("till", scope);
    for (resource, kinds) in [
        ("order", vec!["create", "update"]),
        ("delivery", vec!["create", "update"]),
        ("customer", vec!["create", "update"]),
        ("catalog", vec!["create", "update", "delete"]),
        ("inventory", vec!["update", "patch"]),
        ("location", vec!["update"]),
        ("customer_list", vec!["update"]),
        ("account", vec!["update"]),
    ] {
        for kind in kinds {
            let body = json!({ "url": null, "events": { resource: [kind] } });
            assert_eq!(till.post("/callback", body.clone()).ok(), body);
        }
    }
    let refused = till.post("/callback", json!({ "events": { "order": ["delete"] } }));
    assert_eq!(refused.status, 422);
}
