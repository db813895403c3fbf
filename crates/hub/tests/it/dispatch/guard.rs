//! Where callbacks do not go.

use hub::events::store::DispatchState;

use super::{change, follow, log, till_and_office};
use crate::support::{Receiver, Reply, TestHub};

#[test]
fn a_redirect_is_an_acknowledgement_and_is_not_followed() {
    let hub = TestHub::start();
    let (receiver, elsewhere) = (Receiver::start(&hub), Receiver::start(&hub));
    receiver.answers(Reply::Redirect(elsewhere.url("/inside")));
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    assert_eq!((receiver.count(), elsewhere.count()), (1, 0));
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(
        (dispatch.state, dispatch.attempts[0].status),
        (DispatchState::Acknowledged, Some(302))
    );
}

#[test]
fn a_name_that_resolves_to_an_internal_address_is_not_called() {
    let open = TestHub::start();
    let receiver = Receiver::start(&open);
    let port = receiver.url("").rsplit(':').next().unwrap().to_owned();
    let outcome = |hub: &TestHub, url: &str| {
        let outbound = hub.hub.outbound().clone();
        hub.wait(outbound.get(url)).status.map_err(|f| f.as_str())
    };
    let by_name = format!("http://localhost:{port}/");
    assert_eq!(outcome(&open, &by_name), Ok(200));
    let closed = TestHub::start_with(&[("egress.allow_loopback", "false")]);
    assert_eq!(outcome(&closed, &by_name), Err("blocked address"));
}

#[test]
fn a_literal_internal_address_is_not_called_even_if_it_was_once_allowed() {
    let hub = TestHub::start_with(&[("egress.allow_loopback", "false")]);
    let outbound = hub.hub.outbound().clone();
    for url in [
        "http://127.0.0.1:9/",
        "http://[::1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://0.0.0.0:9/",
        "http://169.254.169.254/",
        "http://2130706433:9/",
        "http://0x7f.1:9/",
    ] {
        let outcome = hub.wait(outbound.get(url));
        let status = outcome.status.map_err(|failure| failure.as_str());
        assert_eq!(status, Err("blocked address"), "{url}");
    }
}

#[test]
fn an_address_without_a_name_is_a_failure_that_says_so() {
    let hub = TestHub::start();
    let till = hub.client("till");
    follow(&till, "http://no-such-name.invalid/");
    let office = hub.connect("office", "account[orders.write]", None);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let dispatch = &log(&hub, &till)[0];
    assert_eq!(dispatch.attempts[0].failure.as_deref(), Some("dns"));
}
