//! POST /oauth2/v1/revoke.

use crate::support::{Answer, TestHub, on_each_engine};

fn revoke(hub: &TestHub, client: &str, token: &str) -> Answer {
    let body =
        format!("client_id={client}.clients.test&client_secret=secret of {client}&token={token}");
    hub.anybody().send("POST", "/oauth2/v1/revoke", &[], body)
}

#[test]
fn a_revoked_token_is_dead_at_once() {
    on_each_engine(|hub| {
        let till = hub.client("till");
        till.get("/location").ok();
        let answer = revoke(&hub, "till", &till.token);
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        assert_eq!(till.get("/location").status, 401);
    });
}

#[test]
fn an_unknown_or_ended_token_is_no_error() {
    let hub = TestHub::start();
    let till = hub.client("till");
    for token in ["0123", &till.token, &till.token] {
        assert_eq!(revoke(&hub, "till", token).status, 200);
    }
}

#[test]
fn another_clients_token_is_refused_and_lives() {
    let hub = TestHub::start();
    let (till, _thief) = (hub.client("till"), hub.client("thief"));
    assert_eq!(revoke(&hub, "thief", &till.token).status, 401);
    till.get("/location").ok();
}

#[test]
fn what_is_connected_after_a_revocation_has_a_new_token() {
    let hub = TestHub::start();
    let till = hub.client("till");
    assert_eq!(hub.client("till").token, till.token);
    revoke(&hub, "till", &till.token);
    let again = hub.client("till");
    assert_ne!(again.token, till.token);
    again.get("/location").ok();
}
