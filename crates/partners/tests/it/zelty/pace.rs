//! One request per second, the most urgent first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use partners::zelty_api::pace::{PaceClock, RequestPace, Urgency};

/// Lets the other tasks run until they wait.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Starts a task that writes down its name when its turn comes.
fn queue_up(
    pace: &RequestPace,
    turns: &Arc<Mutex<Vec<&'static str>>>,
    name: &'static str,
    urgency: Urgency,
) {
    let (pace, turns) = (pace.clone(), Arc::clone(turns));
    tokio::spawn(async move {
        pace.turn(urgency).await;
        turns.lock().unwrap().push(name);
    });
}

#[tokio::test]
async fn an_order_never_waits_behind_a_catalog() {
    let (time, clock) = PaceClock::manual();
    let pace = RequestPace::new(clock);
    let turns = Arc::default();
    for name in ["catalog 1", "catalog 2", "catalog 3"] {
        queue_up(&pace, &turns, name, Urgency::Catalog);
        settle().await;
    }
    queue_up(&pace, &turns, "order", Urgency::Order);
    settle().await;
    for second in 1..=3 {
        time.send(Duration::from_secs(second)).unwrap();
        settle().await;
    }
    let turns = turns.lock().unwrap().clone();
    assert_eq!(turns, ["catalog 1", "order", "catalog 2", "catalog 3"]);
}

#[tokio::test]
async fn a_key_sends_once_per_second() {
    let (time, clock) = PaceClock::manual();
    let pace = RequestPace::new(clock);
    let turns = Arc::default();
    queue_up(&pace, &turns, "first", Urgency::Order);
    queue_up(&pace, &turns, "second", Urgency::Order);
    settle().await;
    time.send(Duration::from_millis(999)).unwrap();
    settle().await;
    assert_eq!(*turns.lock().unwrap(), ["first"]);
    time.send(Duration::from_secs(1)).unwrap();
    settle().await;
    assert_eq!(*turns.lock().unwrap(), ["first", "second"]);
}

#[tokio::test]
async fn nothing_is_sent_while_zelty_asks_to_wait() {
    let (time, clock) = PaceClock::manual();
    let pace = RequestPace::new(clock);
    pace.hold(Duration::from_secs(5));
    let turns = Arc::default();
    queue_up(&pace, &turns, "order", Urgency::Order);
    time.send(Duration::from_secs(4)).unwrap();
    settle().await;
    assert!(turns.lock().unwrap().is_empty());
    time.send(Duration::from_secs(5)).unwrap();
    settle().await;
    assert_eq!(*turns.lock().unwrap(), ["order"]);
}

#[tokio::test]
async fn one_who_gives_up_leaves_the_queue() {
    let (_time, clock) = PaceClock::manual();
    let pace = RequestPace::new(clock);
    pace.turn(Urgency::Order).await;
    let waiting = tokio::spawn({
        let pace = pace.clone();
        async move { pace.turn(Urgency::Catalog).await }
    });
    settle().await;
    assert_eq!(pace.waiting(), 1);
    waiting.abort();
    settle().await;
    assert_eq!(pace.waiting(), 0);
}
