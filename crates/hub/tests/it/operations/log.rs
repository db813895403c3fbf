//! What the log says of requests, transactions and callbacks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::engine::{Engine, apply};
use crate::support::{Caller, Receiver, Reply, TestHub, json, logged};

/// A client that is told of new orders at a receiver, and one that places them.
fn till_and_kiosk(hub: &TestHub, receiver: &Receiver) -> (Caller, Caller) {
    let till = hub.client("till");
    let wanted = json!({ "url": receiver.url("/"), "events": { "order": ["create"] } });
    till.post("/callback", wanted).ok();
    (till, hub.client("kiosk"))
}

fn place_orders(kiosk: &Caller, orders: usize) {
    for _ in 0..orders {
        kiosk
            .post("/location/orders", json!({ "status": "new" }))
            .ok();
    }
}

/// The lines that begin so, without their beginning.
fn lines_with<'l>(lines: &'l [String], beginning: &str) -> Vec<&'l str> {
    let found = lines.iter().filter_map(|line| line.strip_prefix(beginning));
    found.map(str::trim_start).collect()
}

#[apply(each_engine!)]
fn a_request_is_one_line_with_its_route_and_its_connection_and_so_is_each_of_its_transactions(
    hub: TestHub,
) {
    let kiosk = hub.client("kiosk");
    let lines = logged(|| place_orders(&kiosk, 1));
    let requests = lines_with(&lines, "DEBUG message=request completed");
    let connection = &kiosk.connection;
    let line = format!(
        "method=\"POST\" route=\"/v1/location/orders\" path=\"/v1/location/orders\" \
         connection=\"{connection}\" status=200 ms=0"
    );
    assert_eq!(requests, [line]);
    let transactions = lines_with(&lines, "TRACE message=transaction completed");
    let made = "change=\"orders.create\" outcome=\"committed\" ms=";
    let made = transactions.iter().filter(|line| line.starts_with(made));
    assert_eq!(made.count(), 1, "{transactions:?}");

    let lines = logged(|| {
        hub.anybody().send("GET", "/reset_password/geheim", &[], "");
    });
    let pages = lines_with(&lines, "DEBUG message=page request completed");
    let line = "method=\"GET\" route=\"/reset_password/{token}\" status=";
    assert!(
        pages.len() == 1 && pages.iter().all(|page| page.starts_with(line)),
        "{pages:?}"
    );
    assert!(
        !lines.iter().any(|line| line.contains("geheim")),
        "{lines:?}"
    );
}

#[apply(each_engine!)]
fn a_receiver_that_fails_is_one_warning_that_names_the_shop_however_many_callbacks_fail(
    hub: TestHub,
) {
    let receiver = Receiver::start(&hub);
    let (till, kiosk) = till_and_kiosk(&hub, &receiver);
    receiver.answers(Reply::Status(500));
    place_orders(&kiosk, 5);
    let lines = logged(|| hub.dispatch());
    let tried = lines_with(&lines, "DEBUG message=callback attempt completed");
    assert_eq!(tried.len(), 5, "{lines:?}");
    let warned = lines_with(&lines, "WARN message=callbacks failing");
    let (account, location) = (&hub.account, &hub.location);
    let shop = format!(
        "account=\"{account}\" location=\"{location}\" connection=\"{}\"",
        till.connection
    );
    assert_eq!(warned.len(), 1, "{warned:?}");
    let ends = "outcome=\"error status\" status=500 seconds=5";
    assert!(
        warned
            .iter()
            .all(|line| line.contains(&shop) && line.ends_with(ends)),
        "{warned:?}"
    );
}

#[apply(each_engine!)]
fn a_receiver_that_fails_now_and_then_is_told_of_once_a_minute_at_most(engine: Engine) {
    let hub = engine.start_with(&[("events.max_in_flight", "1")]);
    let receiver = Receiver::start(&hub);
    let (_till, kiosk) = till_and_kiosk(&hub, &receiver);
    let (clock, count) = (hub.hub.clock().clone(), AtomicUsize::new(0));
    receiver.answers_by(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 | 2 | 4 => Reply::Status(500),
        5 => {
            clock.advance(Duration::from_secs(61));
            Reply::Status(200)
        }
        _ => Reply::Status(200),
    });
    place_orders(&kiosk, 6);
    let lines = logged(|| hub.dispatch());
    let warned = lines_with(&lines, "WARN message=callbacks failing");
    assert_eq!(warned.len(), 1, "{lines:?}");
    let again = lines_with(&lines, "INFO message=callbacks acknowledged again");
    assert_eq!(again.len(), 1, "{lines:?}");
}

#[apply(each_engine!)]
fn a_callback_that_is_given_up_is_a_warning_that_names_the_shop_and_the_event(engine: Engine) {
    let hub = engine.start_with(&[("events.order_retry_seconds", "[60]")]);
    let receiver = Receiver::start(&hub);
    let (till, kiosk) = till_and_kiosk(&hub, &receiver);
    receiver.answers(Reply::Drop);
    place_orders(&kiosk, 1);
    hub.dispatch();
    // A tenth more than the wait at most.
    hub.pass(Duration::from_secs(66));
    let lines = logged(|| hub.dispatch());
    let warned = lines_with(&lines, "WARN message=callback given up");
    let (account, location) = (&hub.account, &hub.location);
    let shop = format!(
        "account=\"{account}\" location=\"{location}\" connection=\"{}\" event=\"",
        till.connection
    );
    assert_eq!(warned.len(), 1, "{lines:?}");
    assert!(warned.iter().all(|line| line.contains(&shop)), "{warned:?}");
    assert!(
        warned.iter().all(|line| line.contains("tries=2")),
        "{warned:?}"
    );
    // Of the last attempt it is said what became of the event, not that it fails.
    let fails = lines_with(&lines, "WARN message=callbacks failing");
    assert_eq!(fails.len(), 0, "{lines:?}");
}
