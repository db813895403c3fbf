//! Where OAuth has something, and what it says where it has nothing.

use super::approved;
use crate::support::TestHub;

const NOTHING: &str = r#"404 {"error_type":"routing_error"}"#;

#[test]
fn where_there_is_nothing_programs_are_told_in_json() {
    let hub = TestHub::start();
    for (method, path) in [
        ("GET", "/oauth2/v1/token"),
        ("PUT", "/oauth2/v1/token"),
        ("GET", "/oauth2/v1/revoke"),
        ("DELETE", "/oauth2/v1/revoke/"),
        ("POST", "/oauth2/v1/tokens"),
        ("GET", "/oauth2/v1/token/x"),
        ("POST", "/oauth2/v1"),
        ("GET", "/oauth2/v1/"),
    ] {
        let answer = hub.anybody().send(method, path, &[], "");
        assert_eq!(answer.status_and_body(), NOTHING, "{method} {path}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn a_slash_at_the_end_is_forgiven() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let ids = "client_id=till.clients.test&client_secret=secret of till";
    let code = approved(&hub, &till, None);
    let post = |path: &str, body: String| hub.anybody().send("POST", path, &[], body);
    let token = post("/oauth2/v1/token/", format!("{ids}&code={code}")).ok();
    assert_eq!(token["access_token"], till.token.as_str());
    let ended = post("/oauth2/v1/revoke/", format!("{ids}&token={}", till.token));
    assert_eq!((ended.status, ended.text.as_str()), (200, ""));
    assert_eq!(till.get("/location").status, 401);
    // The page leads somebody who is not signed in to the log-in, as it does without the slash.
    let page = hub
        .anybody()
        .send("GET", "/oauth2/v1/authorize/?client_id=till", &[], "");
    assert_eq!(page.status, 303, "{page:?}");
}
