use std::time::Duration;

use super::{active_till, begin, live, order, passive_till, run_chores, texts};
use crate::engine::apply;
use crate::support::{Receiver, Reply, TestHub, on_postgres_with};

/// The connections that were heard of, each with the time.
fn heard(hub: &TestHub) -> Vec<(String, String)> {
    texts(
        hub,
        "SELECT connection_id, heard_at FROM connection_presence
            WHERE heard_at IS NOT NULL ORDER BY connection_id",
    )
}

/// The connections whose callbacks have ended, each with the beginning of failures or nothing.
fn failing(hub: &TestHub) -> Vec<(String, String)> {
    texts(
        hub,
        "SELECT connection_id, failing_since FROM connection_presence
            WHERE failing_since IS NOT NULL ORDER BY connection_id",
    )
}

#[apply(each_engine!)]
fn a_connection_is_heard_of_by_its_requests(hub: TestHub) {
    let till = hub.client("till");
    begin(&hub);
    assert_eq!(heard(&hub), []);
    till.get("/location").ok();
    begin(&hub);
    let at = |time: &str| vec![(till.connection.to_string(), time.to_owned())];
    assert_eq!(heard(&hub), at("2026-03-07T18:41:08.000000Z"));
    // Within ten seconds nothing is written.
    hub.pass(Duration::from_secs(9));
    till.get("/location").ok();
    begin(&hub);
    assert_eq!(heard(&hub), at("2026-03-07T18:41:08.000000Z"));
    hub.pass(Duration::from_secs(1));
    till.get("/location").ok();
    begin(&hub);
    assert_eq!(heard(&hub), at("2026-03-07T18:41:18.000000Z"));
}

#[apply(each_engine!)]
fn a_connection_is_heard_of_by_its_answers_to_callbacks(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, shop) = (
        active_till(&hub, &receiver.url("/till")),
        hub.client("shop"),
    );
    let connection = till.connection.to_string();
    let failing_of_till = || {
        let all = failing(&hub).into_iter();
        all.filter(|it| it.0 == connection)
            .map(|it| it.1)
            .collect::<Vec<_>>()
    };
    receiver.answers(Reply::Status(500));
    order(&shop, "A1");
    hub.pass(Duration::from_secs(60));
    hub.dispatch();
    begin(&hub);
    assert_eq!(failing_of_till(), ["2026-03-07T18:42:08.000000Z"]);
    let before: Vec<_> = heard(&hub)
        .into_iter()
        .filter(|it| it.0 == connection)
        .collect();
    // It stays as it began.
    hub.pass(Duration::from_secs(60));
    hub.dispatch();
    begin(&hub);
    assert_eq!(failing_of_till(), ["2026-03-07T18:42:08.000000Z"]);
    receiver.answers(Reply::Status(404));
    hub.pass(Duration::from_secs(60));
    hub.dispatch();
    begin(&hub);
    assert_eq!(failing_of_till(), [""]);
    let after: Vec<_> = heard(&hub)
        .into_iter()
        .filter(|it| it.0 == connection)
        .collect();
    assert!(after[0].1 > before[0].1, "{after:?}");
}

#[apply(each_engine!)]
fn a_callback_that_is_acknowledged_between_two_failures_begins_their_time_anew(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let shop = hub.client("shop");
    let _till = active_till(&hub, &receiver.url("/till"));
    let minute_later = |reply| {
        receiver.answers(reply);
        hub.pass(Duration::from_secs(60));
        hub.dispatch();
    };
    order(&shop, "A1");
    minute_later(Reply::Status(500));
    begin(&hub);
    let since = || failing(&hub).remove(0).1;
    assert_eq!(since(), "2026-03-07T18:42:08.000000Z");
    minute_later(Reply::Status(200));
    order(&shop, "A2");
    minute_later(Reply::Status(500));
    begin(&hub);
    assert_eq!(since(), "2026-03-07T18:44:08.000000Z");
}

#[test]
fn a_hub_whose_callbacks_still_fail_says_so_again_after_another_has_said_that_they_do_not() {
    on_postgres_with(&[], |hub| {
        let receiver = Receiver::start(&hub);
        let shop = hub.client("shop");
        let till = active_till(&hub, &receiver.url("/till"));
        receiver.answers(Reply::Status(500));
        let fail = || {
            hub.pass(Duration::from_secs(60));
            hub.dispatch();
            run_chores(&hub, &hub.hub);
        };
        order(&shop, "A1");
        fail();
        let other_hub = format!(
            "UPDATE connection_presence SET failing_since = '' WHERE connection_id = '{}'",
            till.connection
        );
        let session = hub.session();
        hub.wait(session.batch_execute(&other_hub))
            .expect("written");
        fail();
        assert_eq!(failing(&hub).remove(0).1, "2026-03-07T18:42:08.000000Z");
    });
}

#[apply(each_engine!)]
fn many_connections_are_written_down_together(hub: TestHub) {
    let callers: Vec<_> = (0..19).map(|n| hub.client(&format!("till{n}"))).collect();
    for caller in &callers {
        caller.get("/location").ok();
    }
    begin(&hub);
    assert_eq!(heard(&hub).len(), 19);
}

#[test]
fn of_two_hubs_the_one_that_has_heard_last_wins() {
    on_postgres_with(&[], |hub| {
        let (till, other) = (hub.client("till"), hub.another_hub());
        till.get("/location").ok();
        hub.pass(Duration::from_secs(60));
        hub.anybody();
        let browser = crate::support::Browser::new(&hub).to(&other);
        let token = hub.hub.key().access_token(till.connection.as_str());
        let asked =
            browser
                .anybody()
                .send("GET", "/v1/location", &[("X-Access-Token", &token)], "");
        assert_eq!(asked.status, 200, "{}", asked.text);
        run_chores(&hub, &other);
        run_chores(&hub, &hub.hub);
        let at = "2026-03-07T18:42:08.000000Z".to_owned();
        assert_eq!(heard(&hub), [(till.connection.to_string(), at)]);
    });
}

#[apply(each_engine!)]
fn the_card_of_a_connection_says_when_it_was_last_heard_of(hub: TestHub) {
    let till = passive_till(&hub);
    begin(&hub);
    let browser = super::english(&hub, "Ana");
    browser.open("/connections").says("Heard of just now");
    live(&hub, 8);
    let page = browser.open("/connections");
    page.says("Last heard of 4 minutes ago");
    page.does_not_say("Silent since");
    live(&hub, 16);
    browser
        .open("/connections")
        .says("Silent since 7 Mar 2026, 19:41");
    till.get("/location").ok();
    let page = browser.open("/connections");
    page.says("Heard of just now");
    page.does_not_say("Silent since");
}
