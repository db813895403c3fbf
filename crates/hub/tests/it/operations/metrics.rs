//! `/metrics`: what Prometheus reads.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Running, scraped, value};
use crate::engine::{Engine, apply};
use crate::support::{Receiver, Reply, TestHub, json};

/// The names that a text of metrics has.
fn names_in(text: &str) -> BTreeSet<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

/// The names that the documentation has in its table.
fn names_documented() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    let text = std::fs::read_to_string(path).expect("the documentation");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split(['`', '{', ' ']).next())
        .filter(|name| name.starts_with("passeplat_"))
        .map(str::to_owned)
        .collect()
}

/// Asks the address of the metrics.
fn asked(hub: &TestHub, running: &Running, path: &str) -> String {
    hub.wait(async {
        let mut caller = TcpStream::connect(running.metrics)
            .await
            .expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        caller
            .write_all(request.as_bytes())
            .await
            .expect("a request");
        let mut answer = String::new();
        caller.read_to_string(&mut answer).await.expect("an answer");
        answer
    })
}

#[apply(each_engine!)]
fn every_metric_is_documented_and_what_is_documented_is_there(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let till = hub.client("till");
    let wanted = json!({ "url": receiver.url("/"), "events": { "order": ["create"] } });
    till.post("/callback", wanted).ok();
    let running = Running::start(&hub);
    let kiosk = hub.client("kiosk");
    kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    hub.wait(receiver.has(1));
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    // The dispatcher writes down what it has sent, and has got through a round then.
    let mut text = asked(&hub, &running, "/metrics");
    while !text.contains("outcome=\"acknowledged\"") {
        text = asked(&hub, &running, "/metrics");
    }
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(
        text.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"),
        "{text}"
    );
    assert_eq!(names_in(&text), names_documented());
    for path in ["/livez", "/readyz"] {
        let answer = asked(&hub, &running, path);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    let elsewhere = asked(&hub, &running, "/v1/location");
    assert!(elsewhere.starts_with("HTTP/1.1 404 "), "{elsewhere}");
    running.stop(&hub);
}

#[apply(each_engine!)]
fn open_alarms_are_counted_by_their_kind(hub: TestHub) {
    let shop = hub.client("shop");
    let chores = || {
        hub.wait(hub::chores::run_due(&hub.hub))
            .expect("the chores")
    };
    chores();
    shop.post("/location/orders", json!({ "status": "new" }))
        .ok();
    for _ in 0..6 {
        hub.pass(Duration::from_secs(30));
        chores();
    }
    let text = scraped(&hub);
    let open = |kind: &str| value(&text, &format!("passeplat_alarms_open{{kind=\"{kind}\"}}"));
    assert_eq!(open("order_unreached"), Some(1.0), "{text}");
    assert_eq!(open("connection_silent"), Some(0.0), "{text}");
}

#[test]
fn callers_of_the_hub_do_not_see_its_metrics() {
    let hub = TestHub::start();
    let answer = hub.anybody().send("GET", "/metrics", &[], "");
    assert_eq!(answer.status, 404, "{answer:?}");
}

#[apply(each_engine!)]
fn a_request_is_counted_by_its_route_and_nothing_that_a_caller_makes_up_is_a_label(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    let id = order["id"].as_str().expect("an id");
    kiosk
        .get(&format!("/location/orders/{id}?secret=geheim"))
        .ok();
    kiosk.send("GET", "/location/orders/made-up", &[], "");
    kiosk.send("GET", "/made-up", &[], "");
    kiosk.send("MADEUP", "/location", &[], "");
    hub.anybody().send("GET", "/v1/location", &[], "");
    hub.anybody()
        .send("GET", "/reset_password/made-up", &[], "");
    hub.anybody().send("GET", "/nowhere/made-up", &[], "");
    let text = scraped(&hub);
    let requests = |method: &str, route: &str, status: &str| {
        let series = format!(
            "passeplat_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        );
        value(&text, &series)
    };
    assert_eq!(requests("POST", "/v1/location/orders", "2xx"), Some(1.0));
    let order = "/v1/location/orders/{order_id}";
    assert_eq!(requests("GET", order, "2xx"), Some(1.0), "{text}");
    assert_eq!(requests("GET", order, "4xx"), Some(1.0));
    assert_eq!(requests("GET", "none", "4xx"), Some(2.0));
    assert_eq!(requests("other", "none", "4xx"), Some(1.0));
    assert_eq!(requests("GET", "/v1/location", "4xx"), Some(1.0));
    let page = requests("GET", "/reset_password/{token}", "2xx");
    let gone = requests("GET", "/reset_password/{token}", "4xx");
    assert_eq!(page.or(gone), Some(1.0), "{text}");
    let duration = format!(
        "passeplat_http_request_duration_seconds_count{{method=\"GET\",route=\"{order}\"}}"
    );
    assert_eq!(value(&text, &duration), Some(2.0));
    for made_up in ["made-up", "MADEUP", "geheim", id, kiosk.token.as_str()] {
        assert!(!text.contains(made_up), "{made_up} in {text}");
    }
}

#[apply(each_engine!)]
fn a_transaction_is_counted_by_its_name_and_its_end(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    for _ in 0..3 {
        kiosk
            .post("/location/orders", json!({ "status": "new" }))
            .ok();
    }
    let text = scraped(&hub);
    let series = "passeplat_transaction_duration_seconds_count{database=\"hub\",\
                  name=\"orders.create\",outcome=\"committed\"}";
    assert_eq!(value(&text, series), Some(3.0), "{text}");
    // Threads may still be on their way to the queue, or back to it.
    for (metric, wanted) in [
        ("queue_length", 0.0),
        ("connections", 2.0),
        ("connections_busy", 0.0),
    ] {
        let series = format!("passeplat_database_{metric}{{database=\"hub\",queue=\"reads\"}}");
        while value(&scraped(&hub), &series) != Some(wanted) {
            std::thread::yield_now();
        }
    }
}

#[apply(each_engine!)]
fn a_call_that_a_limit_refuses_is_counted(engine: Engine) {
    let settings = [("limits.enabled", "true"), ("limits.per_minute", "1")];
    let hub = engine.start_with(&settings);
    let kiosk = hub.client("kiosk");
    let series = "passeplat_limit_refusals_total{limit=\"calls\"}";
    assert_eq!(value(&scraped(&hub), series), Some(0.0));
    kiosk.get("/location").ok();
    let refused = kiosk.send("GET", "/location", &[], "");
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(value(&scraped(&hub), series), Some(1.0));
}

#[apply(each_engine!)]
fn a_backlog_is_as_old_as_what_has_been_due_for_longest_and_attempts_are_counted_by_outcome(
    engine: Engine,
) {
    let hub = engine.start_with(&[("events.order_retry_seconds", "[60]")]);
    let receiver = Receiver::start(&hub);
    let refused = hub.wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    });
    let wanted = |url: &str| json!({ "url": url, "events": { "order": ["create"] } });
    let (well, ill) = (hub.client("well"), hub.client("ill"));
    well.post("/callback", wanted(&receiver.url("/"))).ok();
    ill.post("/callback", wanted(&format!("http://{refused}/")))
        .ok();
    let passive = hub.client("passive");
    let events = json!({ "events": { "order": ["create"] } });
    passive.post("/callback", events).ok();
    let kiosk = hub.client("kiosk");
    kiosk
        .post("/location/orders", json!({ "status": "new" }))
        .ok();
    hub.pass(Duration::from_secs(90));

    let text = scraped(&hub);
    let backlog = |text: &str| {
        let connections = value(text, "passeplat_callback_backlog_connections");
        (
            connections,
            value(text, "passeplat_callback_backlog_age_seconds"),
        )
    };
    // What a passive callback has not fetched is not behind.
    assert_eq!(backlog(&text), (Some(2.0), Some(90.0)), "{text}");

    receiver.plans([Reply::Status(500)]);
    hub.dispatch();
    hub.pass(Duration::from_secs(2));
    let text = scraped(&hub);
    assert_eq!(backlog(&text), (Some(0.0), Some(0.0)), "{text}");
    let attempts = |text: &str, outcome: &str| {
        let series =
            format!("passeplat_callback_attempt_duration_seconds_count{{outcome=\"{outcome}\"}}");
        value(text, &series)
    };
    assert_eq!(attempts(&text, "error status"), Some(1.0), "{text}");
    assert_eq!(attempts(&text, "connection refused"), Some(1.0), "{text}");
    assert_eq!(
        value(&text, "passeplat_callbacks_given_up_total"),
        Some(0.0)
    );

    // A tenth more than the wait at most.
    hub.pass(Duration::from_secs(66));
    hub.dispatch();
    let text = scraped(&hub);
    assert_eq!(attempts(&text, "acknowledged"), Some(1.0), "{text}");
    assert_eq!(attempts(&text, "connection refused"), Some(2.0), "{text}");
    assert_eq!(
        value(&text, "passeplat_callbacks_given_up_total"),
        Some(1.0)
    );
    assert_eq!(value(&text, "passeplat_callbacks_in_flight"), Some(0.0));
}

#[apply(each_engine!)]
fn what_waits_for_the_journal_is_as_old_as_its_oldest_entry(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let lag = "passeplat_journal_lag_seconds";
    assert_eq!(value(&scraped(&hub), lag), Some(0.0));
    kiosk.get("/location").ok();
    hub.pass(Duration::from_secs(7));
    kiosk.get("/location").ok();
    let text = scraped(&hub);
    assert_eq!(value(&text, lag), Some(7.0), "{text}");
    assert_eq!(value(&text, "passeplat_journal_queue_entries"), Some(2.0));
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let text = scraped(&hub);
    assert_eq!(value(&text, lag), Some(0.0), "{text}");
    assert_eq!(value(&text, "passeplat_journal_queue_entries"), Some(0.0));
}
