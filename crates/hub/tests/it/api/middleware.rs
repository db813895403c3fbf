//! What every answer of the API has in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use hub::http::middleware;

use crate::engine::apply;
use crate::support::{TestHub, json};

#[test]
fn no_token_and_a_wrong_token_are_told_apart_from_nothing() {
    let hub = TestHub::start();
    let message = "The access token is invalid or the connection has been revoked";
    let expected = format!(r#"401 {{"message":"{message}","error_type":"unauthorized"}}"#);
    for headers in [
        vec![],
        vec![("X-Access-Token", "0123456789abcdef0123456789")],
    ] {
        assert_eq!(
            hub.anybody()
                .send("GET", "/v1/location", &headers, "")
                .status_and_body(),
            expected
        );
    }
}

#[test]
fn every_answer_allows_other_origins_and_carries_its_id() {
    let hub = TestHub::start();
    for path in ["/v1/location", "/v1/no/such/route"] {
        let answer = hub.anybody().send("GET", path, &[], "");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        assert_eq!(
            answer.header("x-request-id").map(str::len),
            Some(16),
            "{path}"
        );
    }
}

/// Routes whose only handler does this.
fn doing<F>(what: impl Fn() -> F + Clone + Send + Sync + 'static) -> axum::Router
where
    F: Future<Output = &'static str> + Send + 'static,
{
    let handler = axum::routing::get(async move || what().await);
    axum::Router::new().route("/v1/location", handler)
}

#[test]
fn a_handler_that_panics_is_answered_as_every_call_is() {
    let hub = TestHub::start();
    let routes = doing(async || panic!("the address of Ada Martin"));
    let request = axum::http::Request::get("/v1/location");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let (head, body) = hub.wait(async {
        let answer = middleware::handle(hub.hub.clone(), routes, request).await;
        let (head, body) = answer.into_parts();
        (head, axum::body::to_bytes(body, usize::MAX).await.unwrap())
    });
    assert_eq!(head.status, 500);
    for name in [
        "x-request-id",
        "access-control-allow-origin",
        "cache-control",
    ] {
        assert!(head.headers.contains_key(name), "{name}");
    }
    assert_eq!(body, r#"{"error_type":"internal_error"}"#);
}

#[test]
fn a_hub_that_stops_waits_for_a_call_whose_caller_is_gone() {
    let hub = TestHub::start();
    let is_answered = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&is_answered);
    let routes = doing(move || {
        let mark = Arc::clone(&mark);
        async move {
            // As long as a slow answer takes.
            tokio::time::sleep(Duration::from_millis(300)).await;
            mark.store(true, Ordering::SeqCst);
            ""
        }
    });
    let request = axum::http::Request::get("/v1/location");
    let request = request.body(axum::body::Body::empty()).unwrap();
    hub.wait(async {
        let mut call = Box::pin(middleware::handle(hub.hub.clone(), routes, request));
        assert!(futures_util::poll!(call.as_mut()).is_pending());
        drop(call);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        hub::serve(hub.hub.clone(), listener.unwrap(), async {}).await;
    });
    assert!(is_answered.load(Ordering::SeqCst));
}

#[test]
fn a_preflight_needs_no_token() {
    let hub = TestHub::start();
    let answer = hub
        .anybody()
        .send("OPTIONS", "/v1/location/orders", &[], "");
    assert_eq!(answer.status, 200);
    let allowed = answer.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("X-Access-Token") && allowed.contains("X-Http-Method-Override"));
}

#[test]
fn an_unknown_path_is_a_routing_error() {
    let hub = TestHub::start();
    let till = hub.client("till");
    for path in ["/catalogs", "/locations/a/b/c", "", "/"] {
        assert_eq!(
            till.get(path).status_and_body(),
            r#"404 {"error_type":"routing_error"}"#,
            "{path}"
        );
    }
}

#[test]
fn a_post_may_stand_for_another_method() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let headers = [
        ("x-http-method-override", "patch"),
        ("content-type", "application/json"),
    ];
    let changed = till
        .send("POST", "/location", &headers, r#"{"preparation_time":7}"#)
        .ok();
    assert_eq!(changed["preparation_time"], 7);
}

#[test]
fn only_json_is_taken_for_json() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let body = r#"{"preparation_time":7}"#;
    let length = [("content-length", "22"), ("content-type", "text/plain")];
    assert_eq!(
        till.send("PATCH", "/location", &length, body)
            .status_and_body(),
        r#"415 {"message":"The body must be application/json","error_type":"unsupported_media_type"}"#
    );
    let broken = till.send("PATCH", "/location", &[], r#"{"preparation_time":"#);
    assert_eq!(broken.status, 400);
    assert_eq!(broken.json()["error_type"], "unprocessable_entity");
}

#[test]
fn the_budget_of_a_connection_is_refilled_at_the_round_minute() {
    let hub = TestHub::start_with(&[("limits.enabled", "true"), ("limits.per_minute", "2")]);
    let (till, kiosk) = (hub.client("till"), hub.client("kiosk"));
    till.get("/location").ok();
    till.get("/location").ok();
    let refused = till.get("/location");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["error_type"], "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("52"));
    kiosk.get("/location").ok();
    hub.pass(std::time::Duration::from_secs(52));
    till.get("/location").ok();
}

#[test]
fn every_call_is_in_the_journal_with_both_bodies() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let answer = till.patch("/location", json!({ "preparation_time": 9 }));
    let id = answer.header("x-request-id").unwrap().to_owned();
    hub.wait(hub.hub.journal().flush()).unwrap();
    let account = hub.account.clone();
    let found = hub
        .wait(hub.hub.journal().db().read("test", move |tx| {
            hub::journal::store::find(tx, &account, &id)
        }))
        .unwrap()
        .expect("the entry");
    assert_eq!((found.method.as_str(), found.status), ("PATCH", 200));
    assert_eq!(found.resource, "location");
    assert_eq!(found.request, r#"{"preparation_time":9}"#);
    assert_eq!(found.response, answer.text);
}

/// A body of that many pieces of 64 KiB, and how many of them were taken in.
fn pieces(
    count: usize,
) -> (
    axum::body::Body,
    std::sync::Arc<std::sync::atomic::AtomicUsize>,
) {
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&taken);
    let stream = futures_util::stream::iter(0..count).map(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok::<_, std::convert::Infallible>(axum::body::Bytes::from(vec![b' '; 65_536]))
    });
    (axum::body::Body::from_stream(stream), taken)
}

#[test]
fn a_large_body_is_not_taken_in_before_the_token_is_known() {
    let hub = TestHub::start();
    let token = [("x-access-token", "0123456789abcdef0123456789")];
    for headers in [&[][..], &token] {
        let (body, taken) = pieces(160);
        let answer = hub
            .anybody()
            .send("POST", "/v1/location/orders", headers, body);
        assert_eq!(answer.status, 401);
        assert!(taken.load(std::sync::atomic::Ordering::SeqCst) <= 4);
    }
}

#[test]
fn a_body_beyond_the_bound_is_told_so_to_whoever_may_send_one() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let (body, _) = pieces(160);
    let answer = till.send("POST", "/location/orders", &[], body);
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("maximum is 8388608 bytes"),
        "{answer:?}"
    );
}

#[test]
fn a_body_that_breaks_off_is_told_so_and_makes_nothing() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let parts = [Ok("{\"status\": \"ne"), Err(std::io::Error::other("gone"))];
    let body = axum::body::Body::from_stream(futures_util::stream::iter(parts));
    let answer = till.send("POST", "/location/orders", &[], body);
    assert_eq!(
        answer.status_and_body(),
        r#"400 {"message":"The request body is incomplete: it ended early or arrived too slowly","error_type":"unprocessable_entity"}"#
    );
    assert_eq!(till.get("/location/orders").status_and_body(), "200 []");
}

#[test]
fn the_journal_shows_what_a_refused_call_sent() {
    let hub = TestHub::start();
    let reader = hub.client_with("reader", "location[orders.read]");
    let answer = reader.post("/location/orders", json!({ "status": "new" }));
    assert_eq!(answer.status, 403);
    let id = answer.header("x-request-id").unwrap().to_owned();
    hub.wait(hub.hub.journal().flush()).unwrap();
    let account = hub.account.clone();
    let found = hub
        .wait(hub.hub.journal().db().read("test", move |tx| {
            hub::journal::store::find(tx, &account, &id)
        }))
        .unwrap()
        .expect("the entry");
    assert_eq!(
        (found.status, found.request.as_str()),
        (403, r#"{"status":"new"}"#)
    );
}

#[apply(each_engine!)]
fn a_suspended_account_is_told_why(hub: TestHub) {
    let till = hub.client("till");
    let account = hub.account.clone();
    hub.wait(hub.hub.write("test.suspend", move |tx| {
        tx.write(
            "UPDATE accounts SET suspended_at = $1 WHERE id = $2",
            hub::args![tx.now(), &account],
        )
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let message = "The account/location has been suspended for non payment of the subscription";
    let expected = format!(r#"401 {{"message":"{message}","error_type":"unauthorized"}}"#);
    assert_eq!(till.get("/location").status_and_body(), expected);
}

#[apply(each_engine!)]
fn a_blocked_connection_is_told_so_until_it_is_unblocked(hub: TestHub) {
    let till = hub.client("till");
    let set = |blocked: bool| {
        let (account, connection) = (hub.account.clone(), till.connection.clone());
        hub.wait(hub.hub.write("test.block", move |tx| {
            hub::oauth::connections::set_blocked(tx, &account, &connection, blocked)
        }))
        .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    };
    set(true);
    assert_eq!(
        till.get("/location").status_and_body(),
        r#"401 {"message":"The connection has been blocked","error_type":"unauthorized"}"#
    );
    set(false);
    till.get("/location").ok();
}

#[test]
fn the_token_may_come_as_bearer_and_in_a_header_of_any_case() {
    let hub = TestHub::start();
    let token = hub.client("till").token;
    let bearer = format!("Bearer {token}");
    for header in [
        ("X-ACCESS-TOKEN", token.as_str()),
        ("x-access-token", &token),
        ("Authorization", &bearer),
    ] {
        let answer = hub.anybody().send("GET", "/v1/location", &[header], "");
        assert_eq!(answer.status, 200, "{}", header.0);
    }
}

#[test]
fn a_head_is_a_get_without_a_body() {
    let hub = TestHub::start();
    let answer = hub.client("till").send("HEAD", "/location", &[], "");
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(
        answer.header("content-type"),
        Some("application/json; charset=utf-8")
    );
}

#[test]
fn only_a_post_may_stand_for_another_method_and_only_for_some() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let over = |method: &str, other: &str| {
        let headers = [("X-HTTP-METHOD-OVERRIDE", other)];
        till.send(method, "/callback", &headers, "")
            .status_and_body()
    };
    let default = r#"200 {"url":null,"events":{}}"#;
    till.post("/callback", json!({ "url": "http://till.test/" }))
        .ok();
    let set = r#"200 {"url":"http://till.test/","events":{}}"#;
    assert_eq!(over("GET", "DELETE"), set, "a GET changes nothing");
    assert_eq!(over("POST", "get"), set);
    assert_eq!(over("POST", "DELETE"), default);
    assert_eq!(over("POST", "HEAD"), default, "an unknown one is a POST");
}

#[test]
fn a_body_need_not_say_its_type_and_a_get_may_say_any() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let body = r#"{"preparation_time":7}"#;
    for headers in [
        vec![],
        vec![("content-type", "application/json; charset=utf-8")],
        vec![("content-type", "APPLICATION/JSON")],
    ] {
        let answer = till.send("PATCH", "/location", &headers, body);
        assert_eq!(answer.status, 200, "{headers:?}");
    }
    let get = till.send("GET", "/location", &[("content-type", "text/html")], "");
    assert_eq!(get.status, 200);
    let delete = [
        ("content-type", "application/json"),
        ("content-length", "2"),
    ];
    assert_eq!(till.send("DELETE", "/callback", &delete, "{}").status, 200);
}

#[test]
fn hours_and_days_have_budgets_too() {
    for (key, wait) in [("limits.per_hour", 1_132), ("limits.per_day", 19_132)] {
        let hub = TestHub::start_with(&[("limits.enabled", "true"), (key, "1")]);
        let till = hub.client("till");
        till.get("/location").ok();
        let refused = till.get("/location");
        assert_eq!(refused.status, 429, "{key}");
        let seconds = wait.to_string();
        assert_eq!(
            refused.header("retry-after"),
            Some(seconds.as_str()),
            "{key}"
        );
        hub.pass(std::time::Duration::from_secs(wait));
        till.get("/location").ok();
    }
}

#[test]
fn browsers_may_read_the_headers_of_pages_and_limits() {
    let hub = TestHub::start();
    let answer = hub.client("till").get("/location");
    let exposed = answer.header("access-control-expose-headers").unwrap();
    for name in ["X-Cursor-Next", "Retry-After", "X-Request-Id"] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
    let preflight = hub.anybody().send("OPTIONS", "/v1/location", &[], "");
    let methods = preflight.header("access-control-allow-methods").unwrap();
    for name in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        assert!(methods.contains(name), "{name}: {methods}");
    }
}
