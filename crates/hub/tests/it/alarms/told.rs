use hub::secret;

use super::{
    active_till, alarm, begin, change, english, fetch, live, live_with, mail_count, mails, open,
    order, passive_till, run_chores, set_status,
};
use crate::engine::{Engine, apply};
use crate::support::{Receiver, Reply, TestHub, on_postgres_with};

#[apply(each_engine!)]
fn those_who_handle_orders_get_one_mail_with_the_ticket_and_one_at_the_end(hub: TestHub) {
    let shop = hub.client("shop");
    let _browser = english(&hub, "Ana");
    begin(&hub);
    let id = order(&shop, "W-1234");
    live(&hub, 12);
    let mail = mails(&hub, "Ana", 1).remove(0);
    let expected = [
        "Subject: Lyon Bellecour: order W-1234 has not reached a till for 3 minutes\r\n",
        "Enter it by hand",
        "ORDER W-1234",
        "Service: Delivery",
        "Expected: 7 Mar 2026, 20:30",
        "Customer notes: Ring twice",
        "Nina Roy",
        "1 rue Merci\u{e8}re",
        "69002 Lyon",
        "+33612345678",
        "2 \u{d7} Reine Large  \u{20ac}21.60",
        "+ Olives  \u{20ac}1.00",
        "> well done",
        "Total  \u{20ac}21.60",
        "Card",
        "Paid",
        "WHAT FAILED",
        "No connected application receives the orders of this location.",
        &format!(
            "http://hub.test/accounts/{}/locations/{}/orders/{id}",
            hub.account, hub.location
        ),
    ];
    for text in expected {
        assert!(mail.contains(text), "{text}\n{mail}");
    }
    assert_eq!(mail_count(&hub), 1);
    set_status(&shop, &id, "accepted");
    live(&hub, 3);
    let all = mails(&hub, "Ana", 2).join("");
    let end = "Subject: Lyon Bellecour: order W-1234 is being dealt with";
    assert!(all.contains(end), "{all}");
    assert_eq!(mail_count(&hub), 2);
}

#[apply(each_engine!)]
fn the_ticket_says_which_app_failed_and_how(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(503));
    let (_till, shop) = (
        active_till(&hub, &receiver.url("/till")),
        hub.client("shop"),
    );
    let browser = english(&hub, "Ana");
    begin(&hub);
    let id = order(&shop, "W-1");
    hub.dispatch();
    live(&hub, 6);
    let mail = mails(&hub, "Ana", 2).join("");
    assert!(mail.contains("till failed (response 503)."), "{mail}");
    let silent =
        "Subject: Lyon Bellecour: till has not answered for 3 minutes, orders do not reach it";
    assert!(mail.contains(silent), "{mail}");
    let page = browser.open(&format!("/orders/{id}/ticket"));
    page.says("Fallback ticket W-1");
    page.says("till failed (response 503).");
    page.says("Nina Roy");
}

#[apply(each_engine!)]
fn everybody_reads_their_own_language(hub: TestHub) {
    let shop = hub.client("shop");
    let _english = english(&hub, "Ana");
    let _french = hub.user(
        "Eve",
        hub::users::permissions::Permissions::ORDER_LINE,
        Some(&hub.location),
    );
    let _elsewhere = hub.user(
        "Leo",
        hub::users::permissions::Permissions::VIEW,
        Some(&hub.second_location),
    );
    begin(&hub);
    order(&shop, "W-1");
    live(&hub, 6);
    let english = mails(&hub, "Ana", 1).remove(0);
    assert!(english.contains("has not reached a till"), "{english}");
    let french = mails(&hub, "Eve", 1).remove(0);
    assert!(french.contains("Saisissez-la \u{e0} la main"), "{french}");
    assert_eq!(mail_count(&hub), 2);
}

#[apply(each_engine!)]
fn in_quiet_hours_nothing_is_mailed_and_what_lasts_is_mailed_at_their_end(hub: TestHub) {
    let shop = hub.client("shop");
    let _browser = english(&hub, "Ana");
    begin(&hub);
    // It is 19:41 in Lyon.
    change(
        &hub,
        "INSERT INTO alarm_settings (account_id, location_id, kinds, minutes, silent_minutes,
            quiet_from, quiet_to, has_mails, webhook_url, webhook_salt, changed_at)
            SELECT id, '', 15, 3, 10, 1140, 1200, TRUE, NULL, '', '' FROM accounts",
    );
    let (first, second) = (order(&shop, "W-1"), order(&shop, "W-2"));
    live(&hub, 8);
    assert_eq!(open(&hub).len(), 2);
    set_status(&shop, &first, "accepted");
    live(&hub, 24);
    assert_eq!(
        (mail_count(&hub), open(&hub)),
        (0, alarm("order_unreached", &second))
    );
    live(&hub, 8);
    let mail = mails(&hub, "Ana", 1).remove(0);
    assert!(mail.contains("order W-2 has not reached"), "{mail}");
    assert_eq!(mail_count(&hub), 1);
}

#[test]
fn two_hubs_tell_once() {
    on_postgres_with(&[], |hub| {
        let (shop, other) = (hub.client("shop"), hub.another_hub());
        let _browser = english(&hub, "Ana");
        begin(&hub);
        let id = order(&shop, "W-1");
        live_with(&hub, &[&hub.hub, &other], 8);
        assert_eq!(mail_count(&hub), 1);
        set_status(&shop, &id, "accepted");
        for _ in 0..4 {
            hub.pass(std::time::Duration::from_secs(30));
            // At the same time.
            let both = async {
                tokio::join!(hub::chores::run_due(&hub.hub), hub::chores::run_due(&other))
            };
            let (one, two) = hub.wait(both);
            one.and(two).expect("the chores");
        }
        assert_eq!(mail_count(&hub), 2);
    });
}

#[apply(each_engine!)]
fn a_silent_till_is_told(hub: TestHub) {
    let till = passive_till(&hub);
    let _browser = english(&hub, "Ana");
    begin(&hub);
    live(&hub, 21);
    let mail = mails(&hub, "Ana", 1).remove(0);
    let subject = "till has been silent for 10 minutes, orders wait for it";
    assert!(mail.contains(subject), "{mail}");
    fetch(&till);
    live(&hub, 1);
    let all = mails(&hub, "Ana", 2).join("");
    assert!(all.contains("till is heard of again"), "{all}");
}

/// Has the alarms of the first location posted to an address.
fn post_to(hub: &TestHub, url: &str) {
    let (account, location, url) = (hub.account.clone(), hub.location.clone(), url.to_owned());
    let put: hub::db::Result<()> = hub.wait(hub.hub.write("test.webhook", move |tx| {
        let settings = hub::alarms::settings::AlarmSettings {
            webhook_url: Some(url.clone()),
            webhook_salt: "salt".to_owned(),
            ..hub::alarms::settings::AlarmSettings::DEFAULT
        };
        hub::alarms::settings::put(tx, &account, Some(&location), &settings)
    }));
    put.expect("settings");
}

#[apply(each_engine!)]
fn a_webhook_is_signed_and_tried_again(hub: TestHub) {
    let (shop, receiver) = (hub.client("shop"), Receiver::start(&hub));
    receiver.plans([Reply::Status(500), Reply::Status(404), Reply::Status(204)]);
    post_to(&hub, &receiver.url("/alarms?x=1"));
    begin(&hub);
    let id = order(&shop, "W-1");
    live(&hub, 6);
    assert_eq!(receiver.count(), 1);
    live(&hub, 1);
    assert_eq!(receiver.count(), 2);
    live(&hub, 20);
    assert_eq!(receiver.count(), 3);
    let sent = receiver.received().remove(2);
    let settings = hub::alarms::settings::AlarmSettings {
        webhook_salt: "salt".to_owned(),
        ..hub::alarms::settings::AlarmSettings::DEFAULT
    };
    let key = settings.webhook_secret(hub.hub.key(), &hub.account, Some(&hub.location));
    let signature = secret::signature(&key, &sent.body);
    assert_eq!(
        sent.header("x-hubrise-hmac-sha256"),
        Some(signature.as_str())
    );
    let body = sent.event();
    assert_eq!(body["type"], "alarm.begin");
    assert_eq!(body["kind"], "order_unreached");
    assert_eq!(body["order_id"], id.as_str());
    assert_eq!(body["shop"], "Lyon Bellecour");
    assert!(!body.to_string().contains("Nina"), "{body}");
    set_status(&shop, &id, "accepted");
    live(&hub, 1);
    let body = receiver.received().remove(3).event();
    assert_eq!(body["type"], "alarm.end");
    assert!(body["ended_at"].is_string(), "{body}");
}

#[apply(each_engine!)]
fn a_webhook_that_never_succeeds_is_given_up(hub: TestHub) {
    let (shop, receiver) = (hub.client("shop"), Receiver::start(&hub));
    receiver.answers(Reply::Status(500));
    post_to(&hub, &receiver.url("/alarms"));
    begin(&hub);
    order(&shop, "W-1");
    live(&hub, 6 + 120);
    assert_eq!(receiver.count(), 5);
}

#[apply(each_engine!)]
fn a_webhook_does_not_lead_into_the_own_network(engine: Engine) {
    let hub = engine.start_with(&[("egress.allow_loopback", "false")]);
    let (shop, receiver) = (hub.client("shop"), Receiver::start(&hub));
    post_to(&hub, &receiver.url("/alarms"));
    begin(&hub);
    order(&shop, "W-1");
    live(&hub, 10);
    assert_eq!(open(&hub).len(), 1);
    assert_eq!(receiver.count(), 0);
}

#[apply(each_engine!)]
fn a_location_is_mailed_a_bounded_number_of_alarms_in_an_hour(hub: TestHub) {
    let shop = hub.client("shop");
    let _browser = english(&hub, "Ana");
    begin(&hub);
    for number in 0..40 {
        order(&shop, &format!("W-{number}"));
    }
    live(&hub, 6);
    for _ in 0..3 {
        run_chores(&hub, &hub.hub);
    }
    // Those that are told at once are counted together.
    let count = mail_count(&hub);
    assert!((30..=40).contains(&count), "{count}");
}

#[apply(each_engine!)]
fn who_was_not_told_of_an_alarm_is_not_told_of_its_end(hub: TestHub) {
    let shop = hub.client("shop");
    let _browser = english(&hub, "Ana");
    begin(&hub);
    let number = |number| order(&shop, &format!("W-{number}"));
    let orders: Vec<String> = (0..50).map(number).collect();
    live(&hub, 6);
    for _ in 0..3 {
        run_chores(&hub, &hub.hub);
    }
    let mails = mail_count(&hub);
    assert!(mails < 50, "{mails}");
    for id in &orders {
        set_status(&shop, id, "accepted");
    }
    live(&hub, 6);
    assert_eq!(mail_count(&hub), 2 * mails);
}
