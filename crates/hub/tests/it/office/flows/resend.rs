//! Events that a merchant has sent to an app again.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};

use super::connections::administrator;
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, json};

const HOUR: Duration = Duration::from_secs(3_600);

/// A till that was connected after a location had changed.
fn late_till(hub: &TestHub) -> Caller {
    let office = hub.connect("office", "account[orders.write]", None);
    let path = format!("/locations/{}", hub.location);
    office.patch(&path, json!({ "preparation_time": 21 })).ok();
    hub.pass(HOUR);
    let till = hub.client("till");
    let passive = json!({ "events": { "location": ["update"] } });
    till.post("/callback", passive).ok();
    till
}

fn chores(hub: &TestHub) {
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
}

#[apply(each_engine!)]
fn a_merchant_counts_events_has_them_sent_again_and_sees_how_far_that_is(hub: TestHub) {
    let till = late_till(&hub);
    let browser = administrator(&hub);
    let path = format!("/connections/{}/resend", till.connection);
    let entries = browser.open("/connections").all("a.entry", "href");
    assert!(entries.contains(&path));
    let form = browser.open(&path);
    form.says("Renvoyer des événements : till");
    form.says("Rien n'a encore été renvoyé.");
    assert_eq!(form.all("#since", "value"), ["2026-03-07T18:41"]);
    let preview = browser.open(&format!("{path}?what=missed&since=2026-03-07T19:00"));
    preview.says("1 événement à renvoyer.");
    let sent = browser.send_form(&preview, &path, &[]);
    assert_eq!(sent.location(), Some(path.as_str()));
    let running = browser.open(&path);
    running.says("En cours");
    assert_eq!(running.answer.header("refresh"), Some("5"));
    assert!(!running.has("#since"), "one at a time");
    let again = browser.send_form(&preview, &path, &[]);
    assert_eq!(again.status(), 303, "the same form is the same job");
    chores(&hub);
    let ended = browser.open(&path);
    ended.says("Terminé");
    ended.says("Renvoyés : 1 événement. Trouvés au départ : 1 événement.");
    assert_eq!(ended.answer.header("refresh"), None);
    let listed = till.get("/callback/events").ok();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let none = browser.open(&format!("{path}?what=missed&since=2026-03-07T19:00"));
    none.says("Aucun événement à renvoyer.");
}

#[apply(each_engine!)]
fn a_merchant_stops_what_is_sent_again(hub: TestHub) {
    let till = late_till(&hub);
    let browser = administrator(&hub);
    let path = format!("/connections/{}/resend", till.connection);
    let preview = browser.open(&format!("{path}?what=missed&since=2026-03-07T19:00"));
    browser.fill(&preview, &path, &[]);
    let running = browser.open(&path);
    let stop = running.all("form[action$='/stop']", "action").remove(0);
    browser.fill(&running, &stop, &[]);
    chores(&hub);
    let stopped = browser.open(&path);
    stopped.says("Arrêté");
    stopped.says("Renvoyés : 0 événement.");
    assert_eq!(till.get("/callback/events").status_and_body(), "200 []");
    let unknown = format!("{path}/zzzzzz/stop");
    assert_eq!(browser.forge(&unknown, &[]).status(), 404);
}

#[apply(each_engine!)]
fn what_is_typed_wrongly_is_said_beside_its_field(hub: TestHub) {
    let till = hub.client("till");
    let browser = administrator(&hub);
    let path = format!("/connections/{}/resend", till.connection);
    for (query, error) in [
        ("since=soon", "Indiquez une date et une heure."),
        (
            "since=2026-03-07T19:00&until=2026-03-07T18:00",
            "La fin doit venir après le début.",
        ),
        (
            "since=2026-03-07T19:00&order=%3C%3E",
            "Ce n'est pas l'identifiant d'une commande.",
        ),
    ] {
        let page = browser.get(&format!("{path}?what=failed&{query}"));
        assert_eq!(page.status(), 422, "{query}");
        page.says(error);
        assert!(page.has("[aria-invalid=true]"));
    }
    let typed = [("what", "missed"), ("since", "2026-03-07T19:00")];
    let refused = browser.forge(&path, &typed);
    assert_eq!(refused.status(), 422);
    refused.says("L'application n'a pas de callback : elle ne recevrait rien.");
}

#[apply(each_engine!)]
fn who_may_not_manage_connections_sends_nothing_again(hub: TestHub) {
    let till = late_till(&hub);
    let path = format!("/connections/{}/resend", till.connection);
    let typed = [("what", "missed"), ("since", "2026-03-07T19:00")];
    let viewer = hub.user("Tom", Permissions::VIEW, None);
    assert_eq!(viewer.get(&path).status(), 403);
    assert_eq!(viewer.forge(&path, &typed).status(), 403);
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other, "Eve", held, None);
    assert_eq!(stranger.get(&path).status(), 404);
    assert_eq!(stranger.forge(&path, &typed).status(), 404);
    let stop = format!("{path}/zzzzzz/stop");
    assert_eq!(stranger.forge(&stop, &[]).status(), 404);
}

#[apply(each_engine!)]
fn a_card_says_when_an_app_does_not_respond(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let till = hub.client("till");
    let events = json!({ "location": ["update"] });
    till.post(
        "/callback",
        json!({ "url": receiver.url("/"), "events": events }),
    )
    .ok();
    let office = hub.connect("office", "account[orders.write]", None);
    let path = format!("/locations/{}", hub.location);
    let browser = administrator(&hub);
    office.patch(&path, json!({ "preparation_time": 21 })).ok();
    hub.dispatch();
    let cards = browser.open("/connections");
    cards.does_not_say("Envois");
    receiver.answers(Reply::Status(500));
    office.patch(&path, json!({ "preparation_time": 22 })).ok();
    hub.dispatch();
    let cards = browser.open("/connections");
    cards.says("Envois ralentis : 1 événement en attente d'un nouvel essai, prochain à");
}
