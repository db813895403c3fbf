//! POST /oauth2/v1/revoke.

use hub::oauth::connections;

use super::approved;
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, json};

fn revoke(hub: &TestHub, client: &str, token: &str) -> Answer {
    let body =
        format!("client_id={client}.clients.test&client_secret=secret of {client}&token={token}");
    hub.anybody().send("POST", "/oauth2/v1/revoke", &[], body)
}

#[apply(each_engine!)]
fn a_revoked_token_is_dead_at_once(hub: TestHub) {
    let till = hub.client("till");
    till.get("/location").ok();
    let answer = revoke(&hub, "till", &till.token);
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(till.get("/location").status, 401);
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

#[apply(each_engine!)]
fn what_is_owed_of_another_catalog_than_the_one_now_chosen_is_not_told(hub: TestHub) {
    let till = hub.client_with("till", "location[all_catalogs.read]");
    let events = json!({ "catalog": ["create"] });
    till.post("/callback", json!({ "events": events })).ok();
    let maker = hub.connect("maker", "account[all_catalogs.write]", None);
    let new = json!({ "name": "Traiteur", "data": {} });
    maker.post("/account/catalogs", new).ok();
    let owed = || till.get("/callback/events").ok().as_array().map(Vec::len);
    assert_eq!(owed(), Some(1));
    hub.client_with("till", "location[catalog.read]");
    assert_eq!(owed(), Some(0));
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

fn exchange(hub: &TestHub, code: &str) -> Answer {
    let body = format!("client_id=till.clients.test&client_secret=secret of till&code={code}");
    hub.anybody().send("POST", "/oauth2/v1/token", &[], body)
}

fn block(hub: &TestHub, app: &Caller, blocked: bool) {
    let (account, id) = (hub.account.clone(), app.connection.clone());
    let outcome: Result<(), hub::db::Error> = hub.wait(hub.hub.write("test.block", move |tx| {
        connections::set_blocked(tx, &account, &id, blocked)
    }));
    outcome.expect("a block");
}

#[apply(each_engine!)]
fn a_code_approved_before_a_block_is_void_and_one_approved_after_it_lifts_it(hub: TestHub) {
    let till = hub.client("till");
    let before = approved(&hub, &till, None);
    block(&hub, &till, true);
    assert_eq!(exchange(&hub, &before).status, 400);
    assert_eq!(till.get("/location").status, 401);
    let after = approved(&hub, &till, None);
    exchange(&hub, &after).ok();
    till.get("/location").ok();
}

#[test]
fn an_unblocked_connection_has_its_codes_still() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let code = approved(&hub, &till, None);
    block(&hub, &till, false);
    exchange(&hub, &code).ok();
}

#[apply(each_engine!)]
fn a_code_approved_before_a_disconnection_is_void(hub: TestHub) {
    let till = hub.client("till");
    let code = approved(&hub, &till, None);
    let (account, id) = (hub.account.clone(), till.connection.clone());
    let ended: Result<bool, hub::db::Error> =
        hub.wait(hub.hub.write("test.disconnect", move |tx| {
            connections::revoke(tx, Some(&account), &id)
        }));
    assert!(ended.expect("an end"));
    assert_eq!(exchange(&hub, &code).status, 400);
}

#[test]
fn a_code_for_another_place_outlives_a_block() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let code = approved(&hub, &till, None);
    let elsewhere = hub.connect("till", "location[orders.write]", Some(&hub.second_location));
    block(&hub, &elsewhere, true);
    exchange(&hub, &code).ok();
}

#[test]
fn an_app_may_give_its_token_back_and_then_use_a_code_that_it_got_before() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let code = approved(&hub, &till, None);
    assert_eq!(revoke(&hub, "till", &till.token).status, 200);
    exchange(&hub, &code).ok();
}
