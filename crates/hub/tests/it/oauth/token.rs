//! POST /oauth2/v1/token.

use std::time::Duration;

use super::approved;
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, json};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
// "app.clients.test:secret of app" in base 64
const BASIC: (&str, &str) = (
    "authorization",
    "Basic YXBwLmNsaWVudHMudGVzdDpzZWNyZXQgb2YgYXBw",
);

fn app(hub: &TestHub) -> Caller {
    hub.connect("app", "location[orders.read]", Some(&hub.location))
}

fn form(hub: &TestHub, code: &str) -> Answer {
    let body = format!("client_id=app.clients.test&client_secret=secret+of+app&code={code}");
    hub.anybody()
        .send("POST", "/oauth2/v1/token", &[FORM], body)
}

#[apply(each_engine!)]
fn a_code_gives_the_token_with_every_id_and_name(hub: TestHub) {
    let app = app(&hub);
    let code = approved(&hub, &app, None);
    assert_eq!(code.len(), 32);
    assert_eq!(
        form(&hub, &code).ok(),
        json!({
            "access_token": app.token, "token_type": "Bearer",
            "account_id": hub.account.as_str(), "account_name": "Pizzeria Lumière",
            "location_id": hub.location.as_str(), "location_name": "Lyon Bellecour",
            "catalog_id": hub.catalog.as_str(), "catalog_name": "Pizzeria Lumière",
            "customer_list_id": null, "customer_list_name": null,
            "app_instance_id": app.connection.as_str(), "user_id": null
        })
    );
}

#[test]
fn every_form_of_request_that_real_clients_send_is_understood() {
    let hub = TestHub::start();
    let app = app(&hub);
    let ids = "client_id=app.clients.test&client_secret=secret%20of%20app";
    type Form = (
        &'static str,
        Vec<(&'static str, &'static str)>,
        fn(&str, &str) -> (String, String),
    );
    let forms: [Form; 8] = [
        ("JSON without grant_type", vec![JSON], |_, code| {
            let body = json!({
                "client_id": "app.clients.test", "client_secret": "secret of app", "code": code
            });
            (String::new(), body.to_string())
        }),
        ("a form", vec![FORM], |ids, code| {
            (String::new(), format!("{ids}&code={code}"))
        }),
        ("Basic and a form", vec![BASIC, FORM], |_, code| {
            (String::new(), format!("code={code}"))
        }),
        ("superfluous parameters", vec![BASIC, FORM], |_, code| {
            let more = "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fx.example";
            (String::new(), format!("{more}&code={code}"))
        }),
        ("JSON with superfluous keys", vec![JSON], |_, code| {
            let body = json!({
                "grant_type": "authorization_code", "redirect_uri": "https://x.example",
                "client_id": "app.clients.test", "client_secret": "secret of app", "code": code
            });
            (String::new(), body.to_string())
        }),
        (
            "the query alone",
            vec![("content-length", "0")],
            |ids, code| {
                (
                    format!("?{ids}&code={code}&account_name=x&country=FR"),
                    String::new(),
                )
            },
        ),
        (
            "the query alone, said to be encoded",
            vec![("content-length", "0"), ("content-encoding", "utf-8")],
            |ids, code| (format!("?{ids}&code={code}"), String::new()),
        ),
        ("a form without a type", vec![], |ids, code| {
            (String::new(), format!("{ids}&code={code}"))
        }),
    ];
    for (what, headers, make) in forms {
        let (query, body) = make(ids, &approved(&hub, &app, None));
        let path = format!("/oauth2/v1/token{query}");
        let answer = hub.anybody().send("POST", &path, &headers, body);
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
        assert_eq!(answer.json()["access_token"], app.token.as_str(), "{what}");
    }
}

/// A form in parts, as curl makes it of `-F`, and its type.
fn parts(fields: &[(&str, &str)]) -> (String, String) {
    const BOUNDARY: &str = "------------------------Yb1x9lDyN7w2PzTtE5sQ0a";
    let mut body: String = fields
        .iter()
        .map(|(name, value)| {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"");
            format!("--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n")
        })
        .collect();
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

fn post_parts(hub: &TestHub, path: &str, fields: &[(&str, &str)]) -> Answer {
    let (kind, body) = parts(fields);
    let headers = [("content-type", kind.as_str())];
    hub.anybody().send("POST", path, &headers, body)
}

const CREDENTIALS: [(&str, &str); 2] = [
    ("client_id", "app.clients.test"),
    ("client_secret", "secret of app"),
];

#[test]
fn a_form_in_parts_is_understood() {
    let hub = TestHub::start();
    let app = app(&hub);
    let code = approved(&hub, &app, None);
    let fields = [&CREDENTIALS[..], &[("code", &code)]].concat();
    let token = post_parts(&hub, "/oauth2/v1/token", &fields).ok();
    assert_eq!(token["access_token"], app.token.as_str());
    let fields = [&CREDENTIALS[..], &[("token", &app.token)]].concat();
    let revoked = post_parts(&hub, "/oauth2/v1/revoke", &fields);
    assert_eq!((revoked.status, revoked.text.as_str()), (200, ""));
    assert_eq!(app.get("/location").status, 401);
}

#[test]
fn a_form_in_parts_that_is_broken_or_too_large_cannot_be_read() {
    let hub = TestHub::start();
    app(&hub);
    let large = "x".repeat(64 * 1024);
    let fields = [&CREDENTIALS[..], &[("code", &large)]].concat();
    let refused = post_parts(&hub, "/oauth2/v1/token", &fields);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "invalid_request");
    let (kind, mut body) = parts(&CREDENTIALS);
    body.truncate(body.len() / 2);
    let headers = [("content-type", kind.as_str())];
    let refused = hub
        .anybody()
        .send("POST", "/oauth2/v1/token", &headers, body);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "invalid_request");
}

#[test]
fn a_form_that_is_said_to_have_parts_and_has_none_is_read_as_it_is() {
    let hub = TestHub::start();
    let app = app(&hub);
    let code = approved(&hub, &app, None);
    let body = format!("client_id=app.clients.test&client_secret=secret of app&code={code}");
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    let token = hub
        .anybody()
        .send("POST", "/oauth2/v1/token", &headers, body)
        .ok();
    assert_eq!(token["access_token"], app.token.as_str());
}

#[apply(each_engine!)]
fn a_code_works_once_and_for_ten_minutes(hub: TestHub) {
    let app = app(&hub);
    let code = approved(&hub, &app, None);
    form(&hub, &code).ok();
    let again = form(&hub, &code);
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["error"], "invalid_grant");
    assert_eq!(again.json()["error_type"], "unprocessable_entity");

    let code = approved(&hub, &app, None);
    hub.pass(Duration::from_secs(600));
    assert_eq!(form(&hub, &code).status, 400);
}

#[test]
fn another_client_cannot_use_the_code() {
    let hub = TestHub::start();
    let code = approved(&hub, &app(&hub), None);
    hub.connect("thief", "location[orders.read]", Some(&hub.location));
    let body = format!("client_id=thief.clients.test&client_secret=secret of thief&code={code}");
    let stolen = hub
        .anybody()
        .send("POST", "/oauth2/v1/token", &[FORM], body);
    assert_eq!(stolen.status, 400, "{stolen:?}");
    form(&hub, &code).ok();
}

#[test]
fn wrong_credentials_are_a_401_and_guessing_is_bounded() {
    let hub = TestHub::start_with(&[("limits.logins_per_minute", "2")]);
    app(&hub);
    let guess = |secret: &str| {
        let body = format!("client_id=app.clients.test&client_secret={secret}&code=x");
        hub.anybody()
            .send("POST", "/oauth2/v1/token", &[FORM], body)
    };
    let wrong = guess("wrong");
    assert_eq!(
        (wrong.status, &wrong.json()["error"]),
        (401, &json!("invalid_client"))
    );
    assert_eq!(wrong.header("access-control-allow-origin"), None);
    assert_eq!(guess("wrong again").status, 401);
    let slowed = guess("and again");
    assert_eq!(
        (slowed.status, slowed.header("retry-after")),
        (429, Some("60"))
    );
    hub.pass(Duration::from_secs(60));
    assert_eq!(guess("wrong").status, 401);
}

#[test]
fn a_challenge_must_be_met() {
    let hub = TestHub::start();
    let app = app(&hub);
    // RFC 7636, appendix B
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let code = approved(
        &hub,
        &app,
        Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    );
    assert_eq!(form(&hub, &code).status, 400);
    assert_eq!(
        form(&hub, &format!("{code}&code_verifier=wrong")).status,
        400
    );
    form(&hub, &format!("{code}&code_verifier={verifier}")).ok();
}

/// Exchanges a code with an `Idempotency-Key`.
fn keyed(hub: &TestHub, code: &str, key: &str) -> Answer {
    let body = format!("client_id=app.clients.test&client_secret=secret+of+app&code={code}");
    let headers = [FORM, ("idempotency-key", key)];
    hub.anybody()
        .send("POST", "/oauth2/v1/token", &headers, body)
}

#[apply(each_engine!)]
fn an_exchange_that_is_repeated_with_its_key_is_answered_the_same(hub: TestHub) {
    let code = approved(&hub, &app(&hub), None);
    let first = keyed(&hub, &code, "k1");
    assert_eq!(first.header("idempotent-replayed"), Some("false"));
    let again = keyed(&hub, &code, "k1");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert_eq!(again.header("cache-control"), Some("no-store"));
}

#[apply(each_engine!)]
fn a_used_code_gives_nothing_to_another_key_or_client_or_without_a_key(hub: TestHub) {
    let code = approved(&hub, &app(&hub), None);
    hub.connect("other", "location[orders.read]", Some(&hub.location));
    keyed(&hub, &code, "k1").ok();
    assert_eq!(keyed(&hub, &code, "k2").status, 400);
    assert_eq!(form(&hub, &code).status, 400);
    let body = format!("client_id=other.clients.test&client_secret=secret+of+other&code={code}");
    let headers = [FORM, ("idempotency-key", "k1")];
    let other = hub
        .anybody()
        .send("POST", "/oauth2/v1/token", &headers, body);
    assert_eq!(other.status, 400, "{other:?}");
    // What was used without a key is not given again to one either.
    let code = approved(&hub, &app(&hub), None);
    form(&hub, &code).ok();
    assert_eq!(keyed(&hub, &code, "k1").status, 400);
}

#[apply(each_engine!)]
fn a_repeated_exchange_gives_nothing_once_the_connection_has_ended_or_the_code_is_old(
    hub: TestHub,
) {
    let code = approved(&hub, &app(&hub), None);
    let token = keyed(&hub, &code, "k1").ok()["access_token"].clone();
    let token = token.as_str().unwrap().to_owned();
    let body = format!("client_id=app.clients.test&client_secret=secret+of+app&token={token}");
    let ended = hub
        .anybody()
        .send("POST", "/oauth2/v1/revoke", &[FORM], body);
    assert_eq!(ended.status, 200);
    assert_eq!(keyed(&hub, &code, "k1").status, 400);
    let code = approved(&hub, &app(&hub), None);
    keyed(&hub, &code, "k1").ok();
    hub.pass(Duration::from_secs(601));
    assert_eq!(keyed(&hub, &code, "k1").status, 400);
}

#[test]
fn a_key_that_is_none_is_told() {
    let hub = TestHub::start();
    let code = approved(&hub, &app(&hub), None);
    let refused = keyed(&hub, &code, &"k".repeat(256));
    assert_eq!(refused.status, 400);
    assert!(
        refused.text.contains("Idempotency-Key must be"),
        "{refused:?}"
    );
    form(&hub, &code).ok();
}

#[test]
fn what_the_connection_reaches_changes_with_the_exchange_and_not_before() {
    let hub = TestHub::start();
    let app = app(&hub);
    let code = approved(&hub, &app, None);
    let change = json!({ "preparation_time": 1 });
    assert_eq!(app.patch("/location", change.clone()).status, 403);
    form(&hub, &code).ok();
    assert_eq!(app.patch("/location", change).status, 200);
}

#[test]
fn a_verifier_without_a_challenge_shows_that_the_challenge_was_taken_out() {
    let hub = TestHub::start();
    let code = approved(&hub, &app(&hub), None);
    assert_eq!(
        form(&hub, &format!("{code}&code_verifier=anything")).status,
        400
    );
    form(&hub, &code).ok();
}

#[test]
fn a_guesser_does_not_lock_out_other_clients_behind_the_same_proxy() {
    let hub = TestHub::start_with(&[("limits.logins_per_minute", "2")]);
    let code = approved(&hub, &app(&hub), None);
    for _ in 0..4 {
        let body = "client_id=other.clients.test&client_secret=guess&code=x";
        hub.anybody()
            .send("POST", "/oauth2/v1/token", &[FORM], body);
    }
    form(&hub, &code).ok();
}
