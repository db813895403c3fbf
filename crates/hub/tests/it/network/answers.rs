//! What is answered where there is no request: as `docs/errors.md` promises of every answer.

use super::{LONG_TIME, MUCH, answer, connect, hear, roomy, say, served};
use crate::support::TestHub;

/// What is sent, the status that it is answered with, and what is said; none for a request that is good.
fn cases() -> Vec<(&'static str, String, u16, Option<&'static str>)> {
    const UNREADABLE: Option<&str> =
        Some("The request cannot be read: its first line or its header is not HTTP/1.1");
    const NO_HOST: Option<&str> = Some("The request has no Host header");
    const TWO_HOSTS: Option<&str> = Some("The request has more than one Host header");
    const BAD_HOST: Option<&str> = Some("The Host header of the request is not a host");
    let post = |fields: &str| format!("POST /v1/location HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
    let get =
        |hosts: &str| format!("GET /v1/location HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
    vec![
        ("no HTTP", "hello\r\n\r\n".to_owned(), 400, UNREADABLE),
        (
            "TLS",
            "\u{16}\u{3}\u{1}\0\u{1}\u{1}\r\n\r\n".to_owned(),
            400,
            UNREADABLE,
        ),
        (
            "a bad method",
            "G\u{7f}T / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            400,
            UNREADABLE,
        ),
        (
            "a bad address",
            "GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            400,
            UNREADABLE,
        ),
        (
            "another version",
            "GET / HTTP/3.7\r\nHost: a\r\n\r\n".to_owned(),
            400,
            UNREADABLE,
        ),
        ("a header without a colon", post("hello"), 400, UNREADABLE),
        ("a bad name", post("a b: c"), 400, UNREADABLE),
        ("a bad value", post("a: \u{1}"), 400, UNREADABLE),
        (
            "two lengths",
            post("Content-Length: 1\r\nContent-Length: 2"),
            400,
            UNREADABLE,
        ),
        (
            "a length that is none",
            post("Content-Length: +1"),
            400,
            UNREADABLE,
        ),
        (
            "a negative length",
            post("Content-Length: -1"),
            400,
            UNREADABLE,
        ),
        (
            "a huge length",
            post("Content-Length: 99999999999999999999"),
            400,
            UNREADABLE,
        ),
        (
            "another encoding",
            post("Transfer-Encoding: gzip"),
            400,
            UNREADABLE,
        ),
        (
            "chunks within another encoding",
            post("Transfer-Encoding: chunked, gzip"),
            400,
            UNREADABLE,
        ),
        (
            "chunks of 1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
            400,
            UNREADABLE,
        ),
        (
            "a long address",
            format!("GET /v1/{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(70_000)),
            414,
            Some("The address of the request is too long"),
        ),
        (
            "a long header",
            post(&format!("a: {}", "a".repeat(300_000))),
            431,
            Some("The header of the request is too large"),
        ),
        (
            "many headers",
            post(&vec!["a: b"; 101].join("\r\n")),
            431,
            Some("The header of the request is too large"),
        ),
        ("no host", get(""), 400, NO_HOST),
        (
            "no host but in the address",
            "GET http://a/v1/location HTTP/1.1\r\n\r\n".to_owned(),
            400,
            NO_HOST,
        ),
        ("two hosts", get("Host: a\r\nHost: b\r\n"), 400, TWO_HOSTS),
        (
            "one host twice",
            get("Host: a\r\nHost: a\r\n"),
            400,
            TWO_HOSTS,
        ),
        ("a host with a path", get("Host: a/b\r\n"), 400, BAD_HOST),
        ("a host with a user", get("Host: a@b\r\n"), 400, BAD_HOST),
        ("a host with a space", get("Host: a b\r\n"), 400, BAD_HOST),
        (
            "a host with a bad port",
            get("Host: a:b\r\n"),
            400,
            BAD_HOST,
        ),
        (
            "a host with a bad address",
            get("Host: [a]\r\n"),
            400,
            BAD_HOST,
        ),
        ("a host", get("Host: a\r\n"), 401, None),
        (
            "a host with a port",
            get("Host: a.example:8080\r\n"),
            401,
            None,
        ),
        (
            "a host that is an address",
            get("Host: [::1]:8080\r\n"),
            401,
            None,
        ),
        ("an empty host", get("Host:\r\n"), 401, None),
        (
            "1.0 without a host",
            "GET /v1/location HTTP/1.0\r\n\r\n".to_owned(),
            401,
            None,
        ),
        (
            "1.0 with two hosts",
            "GET /v1/location HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
            400,
            TWO_HOSTS,
        ),
        (
            "one length twice",
            post("Connection: close\r\nContent-Length: 0\r\nContent-Length: 0"),
            404,
            None,
        ),
    ]
}

#[test]
fn what_cannot_be_read_is_answered_as_every_call_is() {
    let hub = TestHub::start();
    let served = served(&hub, hub::router(&hub.hub), LONG_TIME, roomy());
    for (name, sent, status, message) in cases() {
        let response = hub.wait(async {
            let mut caller = connect(served.address).await;
            say(&mut caller, &sent).await;
            hear(&mut caller).await
        });
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
        let head = head.to_ascii_lowercase();
        let is_answered =
            head.starts_with("http/1.") && head.get(8..12) == Some(&format!(" {status}"));
        assert!(is_answered, "{name}: {response}");
        for part in [
            "\r\nx-request-id: ",
            "\r\naccess-control-allow-origin: *",
            "\r\naccess-control-expose-headers: x-cursor-next",
            "\r\ncontent-type: application/json; charset=utf-8",
            "\r\ncache-control: private, no-cache",
            "\r\nx-content-type-options: nosniff",
            "\r\ndate: ",
            &format!("\r\ncontent-length: {}", body.len()),
        ] {
            assert!(head.contains(part), "{name}, {part}: {response}");
        }
        if let Some(message) = message {
            let expected =
                format!(r#"{{"message":"{message}","error_type":"unprocessable_entity"}}"#);
            assert_eq!(body, expected, "{name}");
            assert!(head.contains("\r\nconnection: close"), "{name}: {response}");
        }
    }
}

#[test]
fn what_cannot_be_read_after_a_good_request_is_answered_so_too() {
    let hub = TestHub::start();
    let served = served(&hub, hub::router(&hub.hub), LONG_TIME, roomy());
    let sent = "GET /v1/location HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n";
    let response = hub.wait(async {
        let mut caller = connect(served.address).await;
        say(&mut caller, sent).await;
        hear(&mut caller).await
    });
    assert!(response.starts_with("HTTP/1.1 401 "), "{response}");
    let (_, second) = response
        .split_once("}HTTP/1.1 400 ")
        .expect("a second answer");
    assert!(
        second.contains(r#"is not HTTP/1.1","error_type""#),
        "{response}"
    );
    assert_eq!(response.matches("x-request-id").count(), 2, "{response}");
}

#[test]
fn a_sender_who_writes_everything_first_hears_why_it_was_refused() {
    let hub = TestHub::start();
    let token = hub.client("kiosk").token;
    let served = served(&hub, hub::router(&hub.hub), LONG_TIME, roomy());
    // More than the system keeps for a hub that does not read.
    let body = "x".repeat(MUCH);
    let (good, json) = (
        format!("X-Access-Token: {token}\r\n"),
        "Content-Type: application/json\r\n",
    );
    let text = "Content-Type: text/plain\r\n";
    hub.wait(async {
        for (path, headers, status) in [
            ("/v1/location/orders", format!("{good}{json}"), "422"),
            ("/v1/location/orders", json.to_owned(), "401"),
            ("/v1/location/orders", format!("{good}{text}"), "415"),
            ("/v1/location", format!("{good}{json}Host: b\r\n"), "400"),
            ("/v1/nowhere", format!("{good}{json}"), "404"),
            ("/login", text.to_owned(), "4"),
        ] {
            let mut caller = connect(served.address).await;
            let length = body.len();
            say(
                &mut caller,
                &format!(
                    "POST {path} HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: {length}\r\n\r\n"
                ),
            )
            .await;
            say(&mut caller, &body).await;
            let (head, response) = answer(&mut caller).await;
            assert!(
                head.starts_with(&format!("http/1.1 {status}")),
                "{path}: {head}{response}"
            );
        }
    });
}
