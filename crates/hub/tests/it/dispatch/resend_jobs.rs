//! Many events that are sent once more by a job in the background.

use std::time::Duration;

use hub::Hub;
use hub::db;
use hub::events::resend_jobs::{
    self, EventCount, MAX_BATCH_EVENTS, ResendFilter, ResendJob, ResendRefusal,
};
use jiff::Timestamp;
use wire::callback::{ResendKind, ResendState, Subscriptions};
use wire::id::{AccountId, ConnectionId, ResendJobId};

use super::{change, follow, log, minutes, till_and_office};
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, Value, json, on_postgres_with};

const HOUR: Duration = Duration::from_secs(3_600);

fn filter(what: ResendKind) -> ResendFilter {
    ResendFilter {
        what,
        since: Timestamp::UNIX_EPOCH,
        until: "2100-01-01T00:00:00Z".parse().unwrap(),
        events: Subscriptions::new(),
        location: None,
        order: None,
    }
}

fn count(hub: &TestHub, to: &Caller, filter: &ResendFilter) -> EventCount {
    let (account, connection) = (hub.account.clone(), to.connection.clone());
    let filter = filter.clone();
    let counted: Result<_, db::Error> = hub.wait(hub.hub.read("test.count", move |tx| {
        resend_jobs::count(tx, &account, &connection, &filter)
    }));
    counted.unwrap()
}

fn create(hub: &TestHub, to: &Caller, filter: &ResendFilter) -> Result<ResendJobId, ResendRefusal> {
    let counted = count(hub, to, filter);
    let (account, connection) = (hub.account.clone(), to.connection.clone());
    let filter = filter.clone();
    let made: Result<_, db::Error> = hub.wait(hub.hub.write("test.create", move |tx| {
        resend_jobs::create(tx, &account, &connection, &filter, counted, "test")
    }));
    made.unwrap().map(|job| job.id)
}

async fn work_on(
    hub: &Hub,
    account: AccountId,
    connection: ConnectionId,
    id: ResendJobId,
) -> ResendJob {
    let done: Result<_, db::Error> = hub
        .write("test.work", move |tx| {
            resend_jobs::work_on(tx, &account, &connection, &id)
        })
        .await;
    done.unwrap().expect("a job")
}

/// Does one part of a job.
fn part(hub: &TestHub, to: &Caller, id: &ResendJobId) -> ResendJob {
    let (account, connection) = (hub.account.clone(), to.connection.clone());
    hub.wait(work_on(&hub.hub, account, connection, id.clone()))
}

/// Begins a job and does it to its end, without sending anything.
fn resend(hub: &TestHub, to: &Caller, filter: &ResendFilter) -> ResendJob {
    let id = create(hub, to, filter).expect("a job");
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let (account, connection) = (hub.account.clone(), to.connection.clone());
    let found: Result<_, db::Error> = hub.wait(hub.hub.read("test.find", move |tx| {
        resend_jobs::find(tx, &account, &connection, &id)
    }));
    found.unwrap().expect("a job")
}

/// Done, repeated, skipped.
fn sums(job: &ResendJob) -> (u32, u32, u32) {
    (job.done, job.repeated, job.skipped)
}

fn office(hub: &TestHub) -> Caller {
    hub.connect("office", "account[orders.write]", None)
}

fn marks(receiver: &Receiver) -> Vec<bool> {
    let sent = receiver.received();
    let is_marked = sent
        .iter()
        .map(|sent| sent.header("x-hubrise-replay").is_some());
    is_marked.collect()
}

const MISSED: &str = "INSERT INTO events (account_id, id, resource, kind, subject_id, location_id,
        order_id, turn, client_id, request_id, created_at, kept_from, document)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
    SELECT CAST($1 AS TEXT), 'zz' || (10000 + n), 'location', 'update', 'thing' || (n % 4000), $2,
        NULL, n, NULL, NULL, $3, $3, '{}' FROM numbers";

/// 5,000 events that nobody was sent, about 4,000 things.
fn miss_5000(hub: &TestHub) {
    let (account, location) = (hub.account.clone(), hub.location.clone());
    let done: Result<u64, db::Error> = hub.wait(hub.hub.write("test.miss", move |tx| {
        let now = wire::time::stored(tx.now());
        let values = [
            db::Value::from(&account),
            db::Value::from(&location),
            db::Value::from(now),
        ];
        tx.execute(MISSED, &values)
    }));
    assert_eq!(done.unwrap(), 5_000);
}

#[apply(each_engine!)]
fn an_app_gets_what_happened_before_it_was_connected(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let office = office(&hub);
    for minutes in [21, 22] {
        change(&office, &hub.location, minutes);
    }
    hub.pass(HOUR);
    let till = hub.client("till");
    follow(&till, &receiver.url("/till"));
    let missed = filter(ResendKind::Missed);
    let counted = EventCount {
        found: 2,
        has_more: false,
    };
    assert_eq!(count(&hub, &till, &missed), counted);
    let job = resend(&hub, &till, &missed);
    assert_eq!((job.state, sums(&job)), (ResendState::Finished, (2, 0, 0)));
    hub.dispatch();
    assert_eq!(minutes(&receiver), [21, 22]);
    assert_eq!(marks(&receiver), [true, true]);
    assert_eq!(count(&hub, &till, &missed), EventCount::default());
    assert_eq!(sums(&resend(&hub, &till, &missed)), (0, 0, 0));
}

#[apply(each_engine!)]
fn a_newer_event_that_has_arrived_is_sent_again_after_what_was_missed(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let office = office(&hub);
    change(&office, &hub.location, 21);
    change(&office, &hub.location, 22);
    let till = hub.client("till");
    follow(&till, &receiver.url("/till"));
    change(&office, &hub.location, 23);
    change(&office, &hub.location, 24);
    hub.dispatch();
    let job = resend(&hub, &till, &filter(ResendKind::Missed));
    assert_eq!(sums(&job), (2, 1, 0));
    hub.dispatch();
    assert_eq!(minutes(&receiver), [23, 24, 21, 22, 24]);
    assert_eq!(marks(&receiver), [false, false, true, true, true]);
    let events = receiver.events();
    assert_eq!(events[1]["id"], events[4]["id"]);
}

#[apply(each_engine!)]
fn what_was_missed_goes_before_newer_events_that_wait(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let office = office(&hub);
    change(&office, &hub.location, 21);
    let till = hub.client("till");
    follow(&till, &receiver.url("/till"));
    receiver.plans([Reply::Status(500)]);
    change(&office, &hub.location, 22);
    change(&office, &hub.location, 23);
    hub.dispatch();
    let job = resend(&hub, &till, &filter(ResendKind::Missed));
    assert_eq!(sums(&job), (1, 0, 0));
    for _ in 0..3 {
        hub.pass(HOUR);
        hub.dispatch();
    }
    assert_eq!(minutes(&receiver), [22, 21, 22, 23]);
    assert_eq!(marks(&receiver), [false, true, false, false]);
    let tries: Vec<u32> = log(&hub, &till).iter().map(|sent| sent.tries).collect();
    assert_eq!(tries, [1, 2, 1]);
}

#[apply(each_engine!)]
fn a_job_waits_for_a_newer_event_in_flight(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let office = office(&hub);
    change(&office, &hub.location, 21);
    let till = hub.client("till");
    follow(&till, &receiver.url("/till"));
    receiver.plans([Reply::Hang]);
    change(&office, &hub.location, 22);
    hub.wait(async {
        tokio::select! {
            done = hub::dispatch::run_due(&hub.hub) => panic!("{done:?}: it did not hang"),
            () = receiver.has(1) => {}
        }
    });
    let id = create(&hub, &till, &filter(ResendKind::Missed)).unwrap();
    let job = part(&hub, &till, &id);
    assert!(job.is_waiting());
    assert_eq!((job.state, job.done), (ResendState::Running, 0));
    hub.pass(Duration::from_secs(30));
    let job = part(&hub, &till, &id);
    assert_eq!((job.state, job.done), (ResendState::Finished, 1));
    hub.dispatch();
    assert_eq!(minutes(&receiver), [22, 21, 22]);
}

#[apply(each_engine!)]
fn what_was_given_up_is_sent_again_by_a_job_in_its_order(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    receiver.plans(vec![Reply::Status(500); 14]);
    for minutes in [21, 22] {
        change(&office, &hub.location, minutes);
        for _ in 0..8 {
            hub.dispatch();
            hub.pass(HOUR);
        }
    }
    change(&office, &hub.location, 23);
    hub.dispatch();
    let failed = filter(ResendKind::Failed);
    assert_eq!(count(&hub, &till, &failed).found, 2);
    let job = resend(&hub, &till, &failed);
    assert_eq!(sums(&job), (2, 1, 0));
    hub.dispatch();
    assert_eq!(minutes(&receiver)[14..], [23, 21, 22, 23]);
}

#[apply(each_engine!)]
fn what_matches_is_sent_again_whatever_became_of_it(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let till = hub.connect("chain", "account[orders.read]", None);
    let events = json!({ "location": ["update"], "order": ["create", "update"] });
    let body = json!({ "url": receiver.url("/till"), "events": events });
    till.post("/callback", body).ok();
    let office = office(&hub);
    let path = format!("/locations/{}/orders", hub.location);
    let made = office.post(&path, json!({ "status": "new" })).ok();
    let order = made["id"].as_str().unwrap();
    let path = format!("{path}/{order}");
    office.patch(&path, json!({ "status": "received" })).ok();
    change(&office, &hub.location, 21);
    change(&office, &hub.second_location, 22);
    hub.dispatch();
    assert_eq!(receiver.count(), 4);

    let ids = |from: usize| {
        let events = receiver.events().split_off(from);
        let ids = events.iter().map(|event| event["id"].to_string());
        ids.collect::<Vec<_>>()
    };
    let matching = || filter(ResendKind::Matching);
    let of_order = ResendFilter {
        order: Some(order.parse().unwrap()),
        ..matching()
    };
    let at_second = ResendFilter {
        location: Some(hub.second_location.clone()),
        ..matching()
    };
    let mut updates = matching();
    let update = wire::event::EventType::Update;
    updates
        .events
        .insert(wire::event::EventResource::Order, vec![update]);
    let those = |is: &dyn Fn(&Value) -> bool| {
        let events = receiver.events();
        let found = events.iter().filter(|event| is(event));
        found
            .map(|event| event["id"].to_string())
            .collect::<Vec<_>>()
    };
    let is_order = |event: &Value| event["resource_type"] == "order";
    let expected = [
        (of_order, those(&is_order)),
        (
            at_second,
            those(&|event| event["new_state"]["preparation_time"] == 22),
        ),
        (
            updates,
            those(&|event| is_order(event) && event["event_type"] == "update"),
        ),
    ];
    assert_eq!(expected.each_ref().map(|it| it.1.len()), [2, 1, 1]);
    for (filter, mut expected) in expected {
        let before = receiver.count();
        let job = resend(&hub, &till, &filter);
        assert_eq!(job.done as usize, expected.len());
        assert_eq!((job.repeated, job.skipped), (0, 0));
        hub.dispatch();
        let mut came = ids(before);
        came.sort();
        expected.sort();
        assert_eq!(came, expected);
    }
    let before = receiver.count();
    assert_eq!(sums(&resend(&hub, &till, &matching())), (4, 0, 0));
    hub.dispatch();
    assert_eq!(receiver.count(), before + 4);
}

/// Changes many things in many ways, from an account's app.
fn change_everything(hub: &TestHub) {
    let scope = "account[orders.write,all_catalogs.write,all_customer_lists.write,inventory.write]";
    let office = hub.connect("office", scope, None);
    change(&office, &hub.location, 21);
    change(&office, &hub.second_location, 22);
    for location in [&hub.location, &hub.second_location] {
        let path = format!("/locations/{location}/orders");
        office.post(&path, json!({ "status": "new" })).ok();
    }
    let path = format!("/accounts/{}/catalogs", hub.account);
    let other = office.post(&path, json!({ "name": "Other" }));
    let other = other.ok()["id"].as_str().unwrap().to_owned();
    for catalog in [hub.catalog.as_str(), &other] {
        let path = format!("/catalogs/{catalog}");
        office
            .put(&path, json!({ "name": format!("New {catalog}") }))
            .ok();
    }
    let path = format!("/accounts/{}/customer_lists", hub.account);
    let other = office.post(&path, json!({ "name": "Other" })).ok();
    for list in [hub.customer_list.as_str(), other["id"].as_str().unwrap()] {
        let path = format!("/customer_lists/{list}/customers");
        office.post(&path, json!({ "first_name": "Ana" })).ok();
    }
}

#[apply(each_engine!)]
fn what_was_missed_is_what_another_with_the_same_grant_was_sent(hub: TestHub) {
    let scopes = [
        "location[orders.read]",
        "location[orders.write,customer_list.read,catalog.read]",
        "location[catalog.read,inventory.read]",
        "account[orders.read,all_catalogs.read,all_customer_lists.read]",
    ];
    let events = json!({
        "order": ["create", "update"], "customer": ["create", "update"],
        "catalog": ["create", "update"], "inventory": ["update", "patch"],
        "location": ["update"], "account": ["update"],
    });
    let listen = |name: &str, scope: &str| {
        let caller = hub.client_with(name, scope);
        let mut events = events.clone();
        loop {
            let answer = caller.post("/callback", json!({ "events": events }));
            if answer.status < 300 {
                return caller;
            }
            let refused = answer.json()["errors"][0]["field"].clone();
            let resource = refused.as_str().unwrap().strip_prefix("events.").unwrap();
            events.as_object_mut().unwrap().remove(resource);
        }
    };
    let pending = |caller: &Caller| {
        let listed = caller.get("/callback/events?count=100").ok();
        let ids = listed.as_array().unwrap().iter();
        let mut ids: Vec<String> = ids.map(|event| event["id"].to_string()).collect();
        ids.sort();
        ids
    };
    let early: Vec<Caller> = (0..)
        .zip(scopes)
        .map(|(number, scope)| listen(&format!("early{number}"), scope))
        .collect();
    change_everything(&hub);
    for (number, scope) in scopes.into_iter().enumerate() {
        let late = listen(&format!("late{number}"), scope);
        assert_eq!(pending(&late), [""; 0]);
        resend(&hub, &late, &filter(ResendKind::Missed));
        let sent = pending(&early[number]);
        assert!(!sent.is_empty(), "{scope}");
        assert_eq!(pending(&late), sent, "{scope}");
    }
    // What the app itself has changed was not missed.
    let scope = "account[orders.write,all_catalogs.write,all_customer_lists.write,inventory.write]";
    let office = listen("office", scope);
    assert_eq!(count(&hub, &office, &filter(ResendKind::Missed)).found, 0);
}

#[apply(each_engine!)]
fn what_the_connection_is_not_sent_any_longer_is_skipped(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (till, office) = till_and_office(&hub, &receiver);
    change(&office, &hub.location, 21);
    hub.dispatch();
    let other = json!({ "url": receiver.url("/till"), "events": { "order": ["create"] } });
    till.post("/callback", other).ok();
    let matching = filter(ResendKind::Matching);
    assert_eq!(count(&hub, &till, &matching).found, 0);
    assert_eq!(sums(&resend(&hub, &till, &matching)), (0, 0, 1));
    till.delete("/callback").ok();
    assert_eq!(
        create(&hub, &till, &matching),
        Err(ResendRefusal::NoCallback)
    );
}

#[apply(each_engine!)]
fn a_job_of_5000_events_is_done_in_small_parts_and_outlives_the_hub(mut hub: TestHub) {
    let till = hub.client("till");
    let passive = json!({ "events": { "location": ["update"] } });
    till.post("/callback", passive).ok();
    miss_5000(&hub);
    let missed = filter(ResendKind::Missed);
    let id = create(&hub, &till, &missed).unwrap();
    let again = create(&hub, &till, &missed);
    assert_eq!(again, Err(ResendRefusal::JobRuns(id.clone())));
    let (mut parts, mut done) = (0, 0);
    loop {
        let job = part(&hub, &till, &id);
        parts += 1;
        assert!(job.done + job.repeated - done <= MAX_BATCH_EVENTS);
        done = job.done + job.repeated;
        if job.state != ResendState::Running {
            assert_eq!(
                (job.state, sums(&job)),
                (ResendState::Finished, (5_000, 0, 0))
            );
            break;
        }
        // It ends without a word in the middle of the work.
        if parts % 10 == 5 {
            hub.restart();
        }
    }
    let account = hub.account.clone();
    let pending: Result<_, db::Error> = hub.wait(hub.hub.read("test.pending", move |tx| {
        hub::events::store::count_pending(tx, &account)
    }));
    assert_eq!(pending.unwrap().get(&till.connection), Some(&5_000));
}

#[apply(each_engine!)]
fn a_stopped_job_sends_nothing_more_and_another_can_begin(hub: TestHub) {
    let till = hub.client("till");
    let passive = json!({ "events": { "location": ["update"] } });
    till.post("/callback", passive).ok();
    miss_5000(&hub);
    let missed = filter(ResendKind::Missed);
    let id = create(&hub, &till, &missed).unwrap();
    let first = part(&hub, &till, &id);
    let (account, connection, stopped) = (hub.account.clone(), till.connection.clone(), id.clone());
    let done: Result<bool, db::Error> = hub.wait(hub.hub.write("test.stop", move |tx| {
        resend_jobs::stop(tx, &account, &connection, &stopped)
    }));
    assert!(done.unwrap());
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let job = part(&hub, &till, &id);
    assert_eq!((job.state, job.done), (ResendState::Stopped, first.done));
    assert!(job.ended_at.is_some());
    let rest = create(&hub, &till, &missed).unwrap();
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let rest = part(&hub, &till, &rest);
    assert_eq!(first.done + rest.done, 5_000);
}

#[test]
fn two_hubs_do_the_jobs_together_and_send_nothing_twice() {
    on_postgres_with(&[], |hub| {
        let tills = ["one", "two", "three"].map(|name| {
            let till = hub.client(name);
            let passive = json!({ "events": { "location": ["update"] } });
            till.post("/callback", passive).ok();
            till
        });
        miss_5000(&hub);
        let missed = filter(ResendKind::Missed);
        let jobs = tills
            .each_ref()
            .map(|till| create(&hub, till, &missed).unwrap());
        let other = hub.another_hub();
        let (one, two) = hub.wait(async {
            tokio::join!(hub::chores::run_due(&hub.hub), hub::chores::run_due(&other))
        });
        one.and(two).unwrap();
        hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
        for (till, id) in tills.iter().zip(&jobs) {
            let job = part(&hub, till, id);
            assert_eq!(
                (job.state, sums(&job)),
                (ResendState::Finished, (5_000, 0, 0))
            );
        }
        hub.wait(other.close());
    });
}

#[apply(each_engine!)]
fn an_app_asks_for_a_job_and_sees_how_far_it_is(hub: TestHub) {
    let office = office(&hub);
    change(&office, &hub.location, 21);
    change(&office, &hub.second_location, 22);
    let till = hub.client("till");
    let passive = json!({ "events": { "location": ["update"] } });
    let ask = |body: Value| till.post("/callback/events/resend", body);
    let since = "2026-03-07T19:41:08+01:00";
    let missed = json!({ "what": "missed", "since": since });
    let without = ask(missed.clone());
    assert!(
        without.status_and_body().contains(r#""field":"what""#),
        "{}",
        without.status_and_body()
    );
    till.post("/callback", passive).ok();
    let counted = json!({ "what": "missed", "since": since, "dry_run": true });
    assert_eq!(
        ask(counted).status_and_body(),
        r#"200 {"found":1,"resent":0,"has_more":false}"#
    );
    let job = ask(missed.clone()).ok();
    assert_eq!(
        (&job["found"], &job["state"]),
        (&json!(1), &json!("running"))
    );
    let refused = ask(missed).status_and_body();
    assert!(
        refused.starts_with("422") && refused.contains(r#""field":"what""#),
        "{refused}"
    );
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    let path = format!("/callback/events/resend/{}", job["id"].as_str().unwrap());
    let ended = till.get(&path).ok();
    assert_eq!(
        (&ended["resent"], &ended["state"]),
        (&json!(1), &json!("finished"))
    );
    let listed = till.get("/callback/events").ok();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let stranger = hub.client("stranger");
    assert_eq!(stranger.get(&path).status, 404);
    assert_eq!(till.get("/callback/events/resend/zzzzzz").status, 404);
    for (body, field) in [
        (json!({ "since": since, "what": "lost" }), "what"),
        (json!({ "since": since, "until": "soon" }), "until"),
        (
            json!({ "since": since, "events": { "menu": ["update"] } }),
            "events.menu",
        ),
        (
            json!({ "since": since, "events": { "order": ["delete"] } }),
            "events.order[0]",
        ),
        (json!({ "what": "missed" }), "since"),
    ] {
        let answer = ask(body).status_and_body();
        let named = answer.contains(&format!(r#""field":"{field}""#));
        assert!(answer.starts_with("422") && named, "{answer}");
    }
}

/// A job that an app has asked for, which missed the events that came before its callback.
fn missed_job(till: &Caller, more: &[(&str, &str)]) -> Value {
    let passive = json!({ "events": { "order": ["create"], "location": ["update"] } });
    till.post("/callback", passive).ok();
    let mut wanted = json!({ "what": "missed", "since": "2026-03-07T19:41:08+01:00" });
    for (name, value) in more {
        wanted[*name] = json!(value);
    }
    let job = till.post("/callback/events/resend", wanted).ok();
    assert_eq!(job["state"], "running");
    job
}

#[apply(each_engine!)]
fn an_app_stops_a_job(hub: TestHub) {
    let office = office(&hub);
    change(&office, &hub.location, 21);
    let till = hub.client("till");
    let job = missed_job(&till, &[]);
    let path = format!("/callback/events/resend/{}", job["id"].as_str().unwrap());
    assert_eq!(hub.client("stranger").delete(&path).status, 404);
    let stale = [("If-Match", "\"00000000000000000000000000000000\"")];
    assert_eq!(till.send("DELETE", &path, &stale, "").status, 412);
    assert_eq!(till.delete(&path).ok()["state"], "stopped");
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(till.get("/callback/events").ok(), json!([]));
    assert_eq!(till.delete(&path).ok()["state"], "stopped");
}

#[apply(each_engine!)]
fn an_app_asks_for_the_events_of_one_location_or_order(hub: TestHub) {
    let office = office(&hub);
    change(&office, &hub.location, 21);
    let shop = hub.client("shop");
    let order = |reference: &str| {
        let order = json!({ "status": "new", "ref": reference });
        let made = shop.post("/location/orders", order).ok();
        made["id"].as_str().unwrap().to_owned()
    };
    let (first, _second) = (order("A1"), order("A2"));
    let till = hub.client("till");
    let found = |name, value: &str| missed_job(&till, &[(name, value)])["found"].clone();
    let end = || hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(found("order_id", &first), 1);
    end();
    // The other order, and the change of the location.
    assert_eq!(found("location_id", hub.location.as_str()), 2);
    end();
    assert_eq!(found("location_id", hub.second_location.as_str()), 0);
}
