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
    assert_eq!(dead.count(), 8, "the window of the dead one");
}

#[test]
fn a_receiver_that_only_fails_is_tried_one_by_one() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(500));
    let chain = hub.connect("chain", "account[orders.read]", None);
    let office = hub.connect("office", "account[orders.write]", None);
    follow(&chain, &receiver.url("/"));
    for number in 0..24 {
        let location = hub.add_location(&format!("Kiosk {number}"));
        change(&office, &location, 21);
    }
    hub.dispatch();
    let at_once: Vec<usize> = receiver.received().iter().map(|r| r.at_once).collect();
    assert_eq!(at_once.len(), 24);
    assert!(at_once[..8].iter().any(|count| *count > 1), "{at_once:?}");
    assert!(at_once[12..].iter().all(|count| *count == 1), "{at_once:?}");
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
