//! What one receiver may cost the others, and what a block does.

use std::time::Duration;

use hub::oauth::connections;

use super::{change, follow, log, minutes, till_and_office};
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub};

fn block(hub: &TestHub, caller: &Caller, blocked: bool) {
    let (account, connection) = (hub.account.clone(), caller.connection.clone());
    let done: Result<(), hub::db::Error> = hub.wait(hub.hub.write("test.block", move |tx| {
        connections::set_blocked(tx, &account, &connection, blocked)
    }));
    done.unwrap();
}

#[apply(each_engine!)]
fn a_dead_receiver_costs_the_others_nothing(hub: TestHub) {
    let (dead, alive) = (Receiver::start(&hub), Receiver::start(&hub));
    dead.answers(Reply::Hang);
    let chain = hub.connect("chain", "account[orders.read]", None);
    follow(&chain, &dead.url("/"));
    let (_till, office) = till_and_office(&hub, &alive);
    for number in 0..10 {
        let location = hub.add_location(&format!("Kiosk {number}"));
        change(&office, &location, 30);
    }
    for minutes in 21..41 {
        change(&office, &hub.location, minutes);
    }
    hub.wait(async {
        tokio::select! {
            done = hub::dispatch::run_due(&hub.hub) => panic!("{done:?}: nobody hung"),
            () = alive.has(20) => {}
        }
    });
    assert_eq!(minutes(&alive), (21..41).collect::<Vec<u64>>());
    assert_eq!(dead.count(), 2, "the first window of the dead one");
}

/// A connection that is told of 24 locations, and has not been told yet.
fn behind_by_24(hub: &TestHub, receiver: &Receiver) {
    let chain = hub.connect("chain", "account[orders.read]", None);
    let office = hub.connect("office", "account[orders.write]", None);
    follow(&chain, &receiver.url("/"));
    for number in 0..24 {
        let location = hub.add_location(&format!("Kiosk {number}"));
        change(&office, &location, 21);
    }
}

#[test]
fn a_receiver_that_only_fails_is_probed_less_and_less_often() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(500));
    behind_by_24(&hub, &receiver);
    let mut worker = hub::dispatch::ManualDispatcher::new(&hub.hub);
    let mut tries_after = |milliseconds: u64| {
        hub.pass(Duration::from_millis(milliseconds));
        hub.wait(worker.run_due()).expect("a round");
        receiver.count()
    };
    let tries: Vec<usize> = [0, 249, 1, 499, 1, 999, 1, 1_999, 1, 3_999, 1, 4_999, 1]
        .into_iter()
        .map(&mut tries_after)
        .collect();
    assert_eq!(tries, [5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11]);
}

#[test]
fn everything_that_waits_goes_when_a_receiver_answers_again() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(503));
    behind_by_24(&hub, &receiver);
    let mut worker = hub::dispatch::ManualDispatcher::new(&hub.hub);
    let mut run = || hub.wait(worker.run_due()).expect("a round");
    run();
    let tries = receiver.count();
    assert_eq!(tries, 5, "those that failed wait for a minute");
    receiver.answers(Reply::Status(200));
    hub.pass(Duration::from_millis(250));
    run();
    assert_eq!(receiver.count(), tries + 24);
}

#[test]
fn the_window_of_a_receiver_grows_with_what_it_acknowledges() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    behind_by_24(&hub, &receiver);
    let mut worker = hub::dispatch::ManualDispatcher::new(&hub.hub);
    hub.wait(worker.run_due()).expect("a round");
    receiver.answers(Reply::Hang);
    let office = hub.connect("office", "account[orders.write]", None);
    for number in 24..48 {
        let location = hub.add_location(&format!("Kiosk {number}"));
        change(&office, &location, 22);
    }
    hub.wait(async {
        tokio::select! {
            done = worker.run_due() => panic!("{done:?}: it did not hang"),
            () = receiver.has(24 + 8) => {}
        }
    });
    assert_eq!(receiver.count(), 24 + 8);
}

#[apply(each_engine!)]
fn an_event_that_a_receiver_cannot_take_is_not_sent_again_before_its_time(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let chain = hub.connect("chain", "account[orders.read]", None);
    let office = hub.connect("office", "account[orders.write]", None);
    follow(&chain, &receiver.url("/"));
    let poisonous = hub.location.to_string();
    receiver.answers_by(move |request| {
        let is_poisonous = request.event()["location_id"] == poisonous.as_str();
        Reply::Status(if is_poisonous { 500 } else { 200 })
    });
    let mut worker = hub::dispatch::ManualDispatcher::new(&hub.hub);
    change(&office, &hub.location, 21);
    for number in 0..10 {
        let location = hub.add_location(&format!("Kiosk {number}"));
        change(&office, &location, 30);
        hub.wait(worker.run_due()).expect("a round");
    }
    assert_eq!(receiver.count(), 11);
}

#[test]
fn however_many_receivers_hang_the_others_are_told() {
    let hub = TestHub::start();
    let (dead, alive) = (Receiver::start(&hub), Receiver::start(&hub));
    dead.answers(Reply::Hang);
    for number in 0..140 {
        let chain = hub.connect(&format!("chain{number}"), "account[orders.read]", None);
        follow(&chain, &dead.url(&format!("/{number}")));
    }
    let (_till, office) = till_and_office(&hub, &alive);
    for number in 0..4 {
        let location = hub.add_location(&format!("Kiosk {number}"));
        change(&office, &location, 30);
    }
    for minutes in 21..41 {
        change(&office, &hub.location, minutes);
    }
    hub.wait(async {
        tokio::select! {
            done = hub::dispatch::run_due(&hub.hub) => panic!("{done:?}: nobody hung"),
            () = alive.has(20) => {}
        }
    });
    assert_eq!(minutes(&alive), (21..41).collect::<Vec<u64>>());
}

#[test]
fn a_host_that_only_fails_is_called_by_few_of_its_receivers_at_a_time() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(500));
    let office = hub.connect("office", "account[orders.write]", None);
    for number in 0..40 {
        let screen = hub.client(&format!("screen{number}"));
        follow(&screen, &receiver.url(&format!("/{number}")));
    }
    change(&office, &hub.location, 21);
    let mut worker = hub::dispatch::ManualDispatcher::new(&hub.hub);
    hub.wait(worker.run_due()).expect("a round");
    let before = receiver.count();
    hub.pass(Duration::from_secs(60));
    hub.wait(worker.run_due()).expect("a round");
    let later: Vec<usize> = receiver.received()[before..]
        .iter()
        .map(|r| r.at_once)
        .collect();
    assert_eq!(later.len(), 40);
    assert!(later.iter().all(|count| *count <= 4), "{later:?}");
}

#[apply(each_engine!)]
fn a_blocked_connection_hears_nothing_and_everything_once_it_is_unblocked(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    block(&hub, &till, true);
    change(&office, &hub.location, 21);
    hub.pass(Duration::from_secs(7_200));
    hub.dispatch();
    assert_eq!(receiver.count(), 0);
    block(&hub, &till, false);
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21]);
}

#[apply(each_engine!)]
fn a_revoked_connection_hears_nothing_any_more(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let ended: Result<bool, hub::db::Error> = hub.wait(hub.hub.write("test.revoke", move |tx| {
        connections::revoke(tx, Some(&account), &connection)
    }));
    assert!(ended.unwrap());
    hub.dispatch();
    assert_eq!(receiver.count(), 0);
}

#[test]
fn more_receivers_than_a_round_serves_are_all_told() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    let office = hub.connect("office", "account[orders.write]", None);
    let many: Vec<Caller> = (0..150)
        .map(|number| {
            let caller = hub.client(&format!("screen{number}"));
            follow(&caller, &receiver.url(&format!("/{number}")));
            caller
        })
        .collect();
    change(&office, &hub.location, 21);
    hub.dispatch();
    assert_eq!(receiver.count(), 150);
    assert_eq!(log(&hub, &many[149])[0].tries, 1);
}
