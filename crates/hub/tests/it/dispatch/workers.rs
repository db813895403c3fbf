//! Workers that are lost, several of them, and the one that runs beside the API.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::TcpListener;

use super::{change, log, minutes, till_and_office};
use crate::engine::apply;
use crate::support::{Receiver, Reply, TestHub, on_postgres_with};

#[apply(each_engine!)]
fn what_a_lost_worker_held_is_taken_over_when_its_lease_ends(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.plans([Reply::Hang]);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    change(&office, &hub.location, 22);
    hub.wait(async {
        tokio::select! {
            done = hub::dispatch::run_due(&hub.hub) => panic!("{done:?}: it did not hang"),
            () = receiver.has(1) => {}
        }
    });
    hub.pass(Duration::from_secs(29));
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21]);
    hub.pass(Duration::from_secs(1));
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 21, 22]);
    assert!(log(&hub, &till).iter().all(|dispatch| dispatch.tries == 1));
}

#[apply(each_engine!)]
fn two_workers_tell_everything_once(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let chain = hub.connect("chain", "account[orders.read]", None);
    super::follow(&chain, &receiver.url("/"));
    let office = hub.connect("office", "account[orders.write]", None);
    for minutes in 21..31 {
        change(&office, &hub.location, minutes);
        change(&office, &hub.second_location, minutes);
    }
    let (one, other) = hub.wait(async {
        tokio::join!(
            hub::dispatch::run_due(&hub.hub),
            hub::dispatch::run_due(&hub.hub)
        )
    });
    one.and(other).expect("two rounds");
    // Either may have seen nothing to do while the other held it.
    hub.dispatch();
    assert_eq!(receiver.count(), 20);
}

#[apply(each_engine!)]
fn a_change_wakes_the_dispatcher_if_it_is_to_be_sent_somewhere(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let office = hub.connect("office", "account[orders.write]", None);
    let wake = hub.hub.db().dispatch_signal();
    let is_woken = || wake.notified().now_or_never().is_some();
    // Connecting may have woken it.
    is_woken();
    change(&office, &hub.location, 21);
    assert!(!is_woken(), "nobody follows");
    let till = hub.connect("till", "location[orders.read]", Some(&hub.location));
    super::follow(&till, &receiver.url("/"));
    is_woken();
    change(&office, &hub.location, 22);
    assert!(is_woken(), "the till follows");
}

#[test]
fn a_running_hub_delivers_by_itself_and_ends_what_is_under_way() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    let served = hub.wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(hub::serve(hub.hub.clone(), listener, async {
            let _stop = stopped.await;
        }));
        (stop, running)
    });
    change(&office, &hub.location, 21);
    hub.wait(receiver.has(1));
    change(&office, &hub.location, 22);
    hub.wait(receiver.has(2));
    let (stop, running) = served;
    stop.send(()).expect("a running hub");
    hub.wait(running).expect("a good end");
    assert_eq!(minutes(&receiver), [21, 22]);
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
}

#[test]
fn a_change_at_one_hub_rings_at_another_which_delivers_it() {
    on_postgres_with(&[], |hub| {
        let receiver = Receiver::start(&hub);
        let other = hub.another_hub();
        let (_till, office) = till_and_office(&hub, &receiver);
        let wake = other.db().dispatch_signal();
        for minutes in 21..24 {
            change(&office, &hub.location, minutes);
            hub.wait(wake.notified());
            hub.wait(hub::dispatch::run_due(&other)).expect("a round");
        }
        assert_eq!(minutes(&receiver), [21, 22, 23]);
    });
}
