//! PostgreSQL that does not answer: nobody waits without end, and everything goes on afterwards.

use hub::db::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{count_stored, orders_at_once};
use crate::support::{
    Caller, ClientStep, Cut, CutMoment, Rule, TestHub, on_postgres_through_a_proxy,
    on_postgres_through_proxies, on_postgres_with,
};

const IMPATIENT: [(&str, &str); 2] = [("database.threads", "4"), ("database.timeout_seconds", "2")];

fn place_orders(hub: &TestHub, kiosk: &Caller, count: usize) -> Vec<u16> {
    hub.wait(orders_at_once(hub, kiosk, count))
}

#[test]
fn who_asks_a_server_that_became_silent_hears_503_and_everybody_is_served_when_it_speaks_again() {
    on_postgres_through_a_proxy(&IMPATIENT, |hub, proxy| {
        let kiosk = hub.client("kiosk");
        assert_eq!(place_orders(&hub, &kiosk, 6), [200; 6]);
        proxy.hang();
        // More than there are sessions: the others wait in the queue.
        assert_eq!(place_orders(&hub, &kiosk, 30), [503; 30]);
        // These find no connection any more, and no new one.
        assert_eq!(place_orders(&hub, &kiosk, 30), [503; 30]);
        proxy.heal();
        assert_eq!(place_orders(&hub, &kiosk, 30), [200; 30]);
        let stored = count_stored(&hub);
        assert!((36..=96).contains(&stored), "{stored}");
    });
}

#[test]
fn a_change_hears_503_when_the_server_falls_silent_at_any_of_its_steps() {
    let alone = [("database.threads", "1"), ("database.timeout_seconds", "2")];
    on_postgres_through_a_proxy(&alone, |hub, proxy| {
        let steps = [
            ClientStep::Prepare,
            ClientStep::Begin,
            ClientStep::Run,
            ClientStep::Commit,
        ];
        for (step, moment) in steps
            .into_iter()
            .flat_map(|step| [CutMoment::Before, CutMoment::After].map(|moment| (step, moment)))
        {
            if step == ClientStep::Prepare {
                proxy.close_all();
            }
            let rule = Rule {
                step,
                skip: 0,
                moment,
                cut: Cut::Silence,
            };
            proxy.cut(rule);
            let change = || {
                hub.wait(hub.hub.write("test.change", |tx| {
                    tx.write(
                        "INSERT INTO hub_settings (name, value) VALUES ('a', '1') ON CONFLICT (name)
                            DO UPDATE SET value = CAST(CAST(hub_settings.value AS INT) + 1 AS TEXT)",
                        &[],
                    )
                }))
            };
            let silent: Result<(), Error> = change();
            assert!(
                matches!(silent, Err(Error::Unavailable(_))),
                "{rule:?}: {silent:?}"
            );
            let next: Result<(), Error> = change();
            assert!(next.is_ok(), "after {rule:?}: {next:?}");
        }
        let session = hub.session();
        let value: String = hub
            .wait(session.query_one("SELECT value FROM hub_settings WHERE name = 'a'", &[]))
            .expect("a row")
            .get(0);
        // Eight were acknowledged, and one whose COMMIT was carried out was kept as well.
        assert_eq!(value, "9");
    });
}

#[test]
fn a_refusal_stands_though_the_server_falls_silent_at_its_rollback() {
    on_postgres_through_a_proxy(&IMPATIENT, |hub, proxy| {
        proxy.cut(Rule {
            step: ClientStep::Rollback,
            skip: 0,
            moment: CutMoment::Before,
            cut: Cut::Silence,
        });
        let refused: Result<(), Error> = hub.wait(hub.hub.write("test.refuse", |tx| {
            tx.execute("UPDATE hub_settings SET value = 'a' WHERE name = 'a'", &[])?;
            Err(Error::Broken("refused".to_owned()))
        }));
        let refused = refused.expect_err("a refusal").to_string();
        assert!(refused.ends_with("refused"), "{refused}");
        assert_eq!(proxy.cuts(), 1);
    });
}

#[test]
fn who_waits_for_a_lock_that_somebody_holds_on_to_hears_503_and_the_next_one_is_served() {
    on_postgres_with(&IMPATIENT, |hub| {
        let kiosk = hub.client("kiosk");
        let locker = hub.session();
        let lock = "BEGIN; LOCK TABLE events";
        hub.wait(locker.batch_execute(lock)).expect("a lock");
        assert_eq!(place_orders(&hub, &kiosk, 20), [503; 20]);
        hub.wait(locker.batch_execute("COMMIT")).expect("no lock");
        assert_eq!(place_orders(&hub, &kiosk, 20), [200; 20]);
    });
}

#[test]
fn a_hub_stops_though_its_server_is_silent_for_as_long_as_any_question_may_take() {
    let patient = [
        ("database.threads", "4"),
        ("database.timeout_seconds", "600"),
    ];
    on_postgres_through_a_proxy(&patient, |hub, proxy| {
        let kiosk = hub.client("kiosk");
        let (stop, stopped) = oneshot::channel::<()>();
        let (running,) = hub.wait(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let serving = hub::serve(hub.hub.clone(), listener, async {
                let _stop = stopped.await;
            });
            (tokio::spawn(serving),)
        });
        // An order that the journal, the dispatcher and the notifier hear of.
        assert_eq!(place_orders(&hub, &kiosk, 1), [200]);
        proxy.hang();
        let orders = orders_at_once(&hub, &kiosk, 20);
        hub.wait(async {
            let stopping = async {
                let _told = stop.send(());
                running.await.expect("an end");
                hub.hub.close().await;
            };
            tokio::select! {
                () = stopping => {}
                _ = orders => panic!("a server that is silent answered"),
            }
        });
    });
}

#[test]
fn a_notifier_whose_server_fell_silent_connects_anew() {
    on_postgres_through_a_proxy(&IMPATIENT, |hub, proxy| {
        let kiosk = hub.client("kiosk");
        hub.wait(proxy.has_seen_notifiers(1));
        proxy.silence_the_notifier();
        // What is kept rings the notifier.
        assert_eq!(place_orders(&hub, &kiosk, 1), [200]);
        hub.wait(proxy.has_seen_notifiers(2));
    });
}

#[test]
fn a_hub_whose_notifications_never_come_back_places_orders() {
    on_postgres_through_a_proxy(&IMPATIENT, |hub, proxy| {
        proxy.drop_notifications();
        proxy.close_all();
        let kiosk = hub.client("kiosk");
        assert_eq!(place_orders(&hub, &kiosk, 6), [200; 6]);
        hub.wait(proxy.has_seen_notifiers(2));
        assert_eq!(place_orders(&hub, &kiosk, 6), [200; 6]);
    });
}

#[test]
fn of_several_hosts_a_silent_one_is_passed_over() {
    on_postgres_through_proxies(2, &[("database.threads", "4")], |hub, proxies| {
        let kiosk = hub.client("kiosk");
        assert_eq!(place_orders(&hub, &kiosk, 6), [200; 6]);
        let [first, _second] = proxies else {
            panic!("two")
        };
        first.hang();
        first.close_all();
        assert_eq!(place_orders(&hub, &kiosk, 6), [200; 6]);
    });
}
