use hub::users::permissions::{Permissions, Role};

use super::{begin, english, live, mail_count, mails, order, passive_till, set_status};
use crate::engine::apply;
use crate::support::{Browser, TestHub};

fn administrator(hub: &TestHub) -> Browser {
    let held = Role::FullAdministrator.permissions(true);
    let browser = hub.user("Ada", held, None);
    super::change(hub, "UPDATE users SET locale = 'en-GB'");
    browser
}

#[apply(each_engine!)]
fn the_page_has_what_is_open_and_what_is_past(hub: TestHub) {
    let (shop, browser) = (hub.client("shop"), english(&hub, "Ana"));
    begin(&hub);
    let page = browser.open("/alarms");
    page.says("No open alarm.");
    page.says("No alarm so far.");
    browser.open("/dashboard").does_not_say("Open alarm");
    let id = order(&shop, "W-1234");
    live(&hub, 6);
    let page = browser.open("/alarms");
    page.says("Order not passed on");
    page.says("Order W-1234 has not reached a till.");
    assert!(page.has(&format!("a[href='/orders/{id}/ticket']")));
    let page = browser.open("/dashboard");
    page.says("1 Open alarm");
    page.says("1 order needs you");
    page.does_not_say("none is missing");
    set_status(&shop, &id, "accepted");
    live(&hub, 2);
    let page = browser.open("/alarms");
    page.says("No open alarm.");
    page.says("Order W-1234 has not reached a till.");
}

#[apply(each_engine!)]
fn past_alarms_are_paged(hub: TestHub) {
    let browser = english(&hub, "Ana");
    begin(&hub);
    super::change(
        &hub,
        "INSERT INTO alarms (account_id, id, location_id, kind, subject_id, began_at, ended_at)
            SELECT a.id, 'x' || l.id || m.n || k.n, l.id, 'order_new', 'gone',
                '2026-03-07T10:0' || m.n || ':0' || k.n || '.000000Z', '2026-03-07T11:00:00.000000Z'
            FROM accounts a JOIN locations l ON l.account_id = a.id
            CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
                UNION ALL SELECT 4 UNION ALL SELECT 5) m
            CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
                UNION ALL SELECT 4 UNION ALL SELECT 5) k",
    );
    let page = browser.open("/alarms");
    assert_eq!(page.all(".alarm-lines li .badge", "class").len(), 50);
    let older = page.all(".paging a[rel=next]", "href").remove(0);
    let page = browser.open(&older);
    assert_eq!(page.all(".alarm-lines li .badge", "class").len(), 22);
    assert!(page.has(".paging a[href='/alarms']"));
}

#[apply(each_engine!)]
fn settings_are_saved_and_hold(hub: TestHub) {
    let (shop, browser) = (hub.client("shop"), administrator(&hub));
    begin(&hub);
    let page = browser.open("/alarms/settings");
    page.says("Alarms of Pizzeria Lumière");
    let saved = browser.fill(
        &page,
        "/alarms/settings",
        &[("minutes", "1"), ("webhook_url", "https://example.com/a")],
    );
    saved.says("The settings of alarms are saved.");
    let page = browser.open("/alarms/settings");
    assert_eq!(page.all("#minutes", "value"), ["1"]);
    assert_eq!(page.all("#webhook_secret", "value")[0].len(), 64);
    order(&shop, "W-1");
    live(&hub, 2);
    assert_eq!(super::open(&hub).len(), 1);
    let viewer = english(&hub, "Ana");
    let page = viewer.open("/alarms/settings");
    page.says("You lack the right");
    assert!(!page.has("#webhook_secret") && !page.has("form[action='/alarms/test']"));
    let refused = viewer.forge("/alarms/settings", &[("minutes", "5")]);
    assert_eq!(refused.status(), 403);
}

#[apply(each_engine!)]
fn a_wrong_setting_is_named_at_its_field(hub: TestHub) {
    let browser = administrator(&hub);
    let wrong = [
        ("minutes", "0", "minutes"),
        ("minutes", "61", "minutes"),
        ("minutes", "three", "minutes"),
        ("silent_minutes", "1", "silent_minutes"),
        ("quiet_from", "25:00", "quiet_from"),
        ("quiet_from", "22:00", "quiet_to"),
        ("quiet_to", "7", "quiet_to"),
        ("webhook_url", "example.com", "webhook_url"),
        ("webhook_url", "http://10.0.0.1/", "webhook_url"),
        ("webhook_url", "ftp://example.com/", "webhook_url"),
    ];
    for (field, typed, named) in wrong {
        let page = browser.open("/alarms/settings");
        let again = browser.fill(&page, "/alarms/settings", &[(field, typed)]);
        assert_eq!(again.status(), 422, "{field} {typed}");
        assert!(again.has(&format!("#{named}-error")), "{field} {typed}");
        assert_eq!(again.all(".error", "id").len(), 1, "{field} {typed}");
        assert_eq!(again.all(&format!("#{field}"), "value"), [typed]);
    }
}

#[apply(each_engine!)]
fn a_test_alarm_is_sent_like_a_real_one(hub: TestHub) {
    let browser = administrator(&hub);
    begin(&hub);
    let page = browser.open("/alarms/settings");
    let sent = browser.fill(&page, "/alarms/test", &[]);
    sent.says("The test alarm is on its way.");
    live(&hub, 1);
    let mail = mails(&hub, "Ada", 1).remove(0);
    assert!(mail.contains("This is a test: all is well."), "{mail}");
    assert_eq!(mail_count(&hub), 1);
    let page = browser.open("/alarms");
    page.says("No open alarm.");
    page.says("Test alarm for Pizzeria Lumière.");
}

#[apply(each_engine!)]
fn a_stranger_sees_neither_alarm_nor_ticket(hub: TestHub) {
    let (shop, _till) = (hub.client("shop"), passive_till(&hub));
    begin(&hub);
    let id = order(&shop, "W-1234");
    live(&hub, 6);
    let other = hub.another_account();
    let held = Permissions::VIEW.with_implied(true);
    let (_, stranger) = hub.user_of(&other.account, "Max", held, None);
    assert_eq!(stranger.get(&format!("/orders/{id}/ticket")).status(), 404);
    stranger.open("/alarms").does_not_say("W-1234");
    let elsewhere = hub.user("Leo", Permissions::VIEW, Some(&hub.second_location));
    assert_eq!(elsewhere.get(&format!("/orders/{id}/ticket")).status(), 404);
    elsewhere.open("/alarms").does_not_say("W-1234");
    assert_eq!(elsewhere.get("/orders/none/ticket").status(), 404);
}
