use std::time::Duration;

use hub::db;
use hub::office::place::Place;
use hub::users::permissions::Role;

use super::order;
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, json};

fn follow(who: &Caller, url: Option<&str>) {
    let body = json!({ "url": url, "events": { "order": ["create", "update"] } });
    who.post("/callback", body).ok();
}

/// The order's page, with everything written down that has happened.
fn page(hub: &TestHub, id: &str) -> String {
    hub.wait(hub.hub.journal().flush()).unwrap();
    hub.reader(Role::FullAdministrator, None)
        .page(&format!("/orders/{id}"))
}

/// The address of an order's journey.
fn journey_of(hub: &TestHub, id: &str) -> String {
    Place::of(&hub.account, Some(&hub.location)).to(&format!("/orders/{id}#journey"))
}

/// Where the first link that ends so leads.
fn link(page: &str, end: &str) -> String {
    page.split("href=\"")
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .find(|href| Place::split(href).1.starts_with("/orders/") && href.ends_with(end))
        .unwrap_or_else(|| panic!("no link … {end}"))
        .to_owned()
}

#[apply(each_engine!)]
fn who_received_an_order_is_said_at_the_top(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, Some(&receiver.url("/")));
    let id = order(&site, "LUM-1", json!({}));
    hub.dispatch();
    let page = page(&hub, &id);
    assert!(page.contains("Reçue par Kezia en 0\u{a0}ms."), "{page}");
    assert!(page.contains("Kezia a bien reçu l&#39;événement."));
    assert!(page.contains("<b>Commande créée</b> par Site"));
}

#[apply(each_engine!)]
fn an_app_that_fetches_has_not_taken_the_order_until_it_has(hub: TestHub) {
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, None);
    let id = order(&site, "LUM-1", json!({}));
    let before = page(&hub, &id);
    assert!(before.contains("Kezia n&#39;a pas encore pris cette commande."));
    let waiting = till.get("/callback/events").ok();
    let event = waiting[0]["id"].as_str().unwrap();
    hub.pass(Duration::from_secs(4));
    till.delete(&format!("/callback/events/{event}"));
    let after = hub
        .reader(Role::BackOfficeViewer, None)
        .page(&format!("/orders/{id}"));
    assert!(after.contains("Reçue par Kezia en 4\u{a0}s."), "{after}");
    assert!(after.contains("Kezia est venue chercher l&#39;événement à 19:41:12."));
}

#[test]
fn what_is_on_its_way_is_said_in_the_language_of_the_reader() {
    let hub = TestHub::start();
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, Some("http://127.0.0.1:9/"));
    let id = order(&site, "LUM-1", json!({}));
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let page = browser.open(&format!("/orders/{id}"));
    page.says("Kezia : Envoi en cours.");
    browser.fill(&page, "/language", &[("locale", "en-GB")]);
    let page = browser.open(&format!("/orders/{id}"));
    page.says("Kezia: Being sent.");
}

#[apply(each_engine!)]
fn a_failed_delivery_says_why_and_when_it_is_tried_again(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Text(503, "maintenance".to_owned()));
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, Some(&receiver.url("/")));
    let id = order(&site, "LUM-1", json!({}));
    hub.dispatch();
    let page = page(&hub, &id);
    assert!(page.contains("Kezia est en panne (réponse 503). Prochain essai à 19:4"));
    assert!(page.contains("Nouvel essai prévu"));
    assert!(page.contains("maintenance"));
}

#[apply(each_engine!)]
fn an_answer_of_4xx_is_a_delivery_with_a_flaw(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(422));
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, Some(&receiver.url("/")));
    let id = order(&site, "LUM-1", json!({}));
    hub.dispatch();
    let page = page(&hub, &id);
    assert!(page.contains("Transmis, avec une erreur"));
    assert!(page.contains("Kezia a répondu 422"));
}

#[apply(each_engine!)]
fn a_change_of_status_is_told_in_words_and_nobody_else_is_told(hub: TestHub) {
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    let id = order(&site, "LUM-1", json!({}));
    hub.pass(Duration::from_secs(1));
    till.patch(
        &format!("/location/orders/{id}"),
        json!({ "status": "accepted" }),
    )
    .ok();
    let page = page(&hub, &id);
    assert!(page.contains("Nouvelle → Acceptée"));
    assert!(page.contains("Aucune application n&#39;attendait cet événement."));
    let made = page.find("par Site").unwrap();
    assert!(made < page.find("par Kezia").unwrap(), "oldest first");
}

#[apply(each_engine!)]
fn an_order_that_nobody_is_to_receive_says_so_first(hub: TestHub) {
    let id = order(&hub.client("Site"), "LUM-1", json!({}));
    let page = page(&hub, &id);
    assert!(page.contains("Cette commande n&#39;est arrivée nulle part"));
}

#[apply(each_engine!)]
fn an_order_that_was_dealt_with_has_arrived_somewhere(hub: TestHub) {
    let id = order(&hub.client("Site"), "LUM-1", json!({}));
    let status = json!({ "status": "accepted" });
    let till = hub.client("Kezia");
    till.patch(&format!("/location/orders/{id}"), status).ok();
    assert!(!page(&hub, &id).contains("nulle part"));
}

#[apply(each_engine!)]
fn who_called_an_order_off_is_said_at_the_top(hub: TestHub) {
    let id = order(&hub.client("Site"), "LUM-1", json!({}));
    hub.pass(Duration::from_secs(9));
    let status = json!({ "status": "cancelled" });
    let till = hub.client("Kezia");
    till.patch(&format!("/location/orders/{id}"), status).ok();
    let page = page(&hub, &id);
    assert!(page.contains("Annulée par Kezia le 07/03/2026"), "{page}");
}

#[apply(each_engine!)]
fn who_called_an_order_off_is_known_without_its_log(hub: TestHub) {
    let id = order(&hub.client("Site"), "LUM-1", json!({}));
    let (till, screen) = (hub.client("Kezia"), hub.client("OrderLine"));
    let path = format!("/location/orders/{id}");
    till.patch(&path, json!({ "status": "cancelled" })).ok();
    screen.patch(&path, json!({ "seller_notes": "Froid" })).ok();
    // Nothing of it is in the journal yet.
    let reader = hub.reader(Role::FullAdministrator, None);
    let page = reader.page(&format!("/orders/{id}"));
    assert!(page.contains("Annulée par Kezia le 07/03/2026"), "{page}");
}

#[apply(each_engine!)]
fn an_order_whose_events_are_forgotten_is_not_said_to_have_reached_nobody(hub: TestHub) {
    let id = order(&hub.client("Site"), "LUM-1", json!({}));
    let forgotten: db::Result<()> = hub.wait(
        hub.hub
            .write("test.forget", |tx| tx.write("DELETE FROM events", &[])),
    );
    forgotten.unwrap();
    assert!(!page(&hub, &id).contains("nulle part"));
}

#[apply(each_engine!)]
fn what_was_refused_under_its_ref_is_said_to_those_who_may_see_where(hub: TestHub) {
    let id = order(&hub.client("Site"), "LUM-1", json!({}));
    let scope = "location[orders.write]";
    let elsewhere = hub.connect("Borne", scope, Some(&hub.second_location));
    let item = json!({ "product_name": "Reine", "price": "dix", "quantity": "1" });
    let wrong = json!({ "status": "new", "ref": "LUM-1", "items": [item] });
    assert_eq!(elsewhere.post("/location/orders", wrong).status, 422);
    assert!(page(&hub, &id).contains("Borne"));
    let reader = hub.reader(Role::BackOfficeViewer, Some(&hub.location));
    assert!(!reader.page(&format!("/orders/{id}")).contains("Borne"));
}

#[apply(each_engine!)]
fn an_order_names_the_one_of_its_ref(hub: TestHub) {
    let site = hub.client("Site");
    let first = order(&site, "LUM-1", json!({}));
    let second = order(&site, "LUM-1", json!({}));
    order(&site, "LUM-2", json!({}));
    let page = page(&hub, &second);
    assert!(page.contains("porte la même référence"));
    assert!(page.contains(&format!("Ouvrir {first}")));
    assert!(!page.contains("Ouvrir LUM-2"));
}

#[apply(each_engine!)]
fn what_was_said_can_be_had_as_files(hub: TestHub) {
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, None);
    let id = order(&site, "LUM-1", json!({}));
    let page = page(&hub, &id);
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let asked = reader.get(&link(&page, "/request"));
    assert!(
        asked
            .header("content-disposition")
            .is_some_and(|text| text.starts_with("attachment; filename=\""))
    );
    assert_eq!(asked.ok()["ref"], "LUM-1");
    assert_eq!(reader.get(&link(&page, "/response")).ok()["id"], id);
    let event = reader.get(&link(&page, till.connection.as_str())).ok();
    assert_eq!(event["new_state"]["ref"], "LUM-1");
    assert_eq!(event["app_instance_id"], till.connection.as_str());
}

#[apply(each_engine!)]
fn files_of_another_order_or_place_are_not_there(hub: TestHub) {
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, None);
    let id = order(&site, "LUM-1", json!({}));
    let other = order(&site, "LUM-2", json!({}));
    let page = page(&hub, &id);
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let elsewhere = hub.reader(Role::FullAdministrator, Some(&hub.second_location));
    for end in ["/request", "/response", till.connection.as_str()] {
        let href = link(&page, end);
        assert_eq!(elsewhere.get(&href).status, 404, "{href}");
        assert_eq!(reader.get(&href.replace(&id, &other)).status, 404, "{href}");
    }
}

#[apply(each_engine!)]
fn whoever_manages_connections_can_throw_a_waiting_delivery_away(hub: TestHub) {
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, None);
    let id = order(&site, "LUM-1", json!({}));
    let viewer = hub.reader(Role::BackOfficeViewer, None);
    assert!(!viewer.page(&format!("/orders/{id}")).contains("/delete\""));
    let manager = hub.reader(Role::TechnicalPartner, None);
    let href = link(&manager.page(&format!("/orders/{id}")), "/delete");
    assert_eq!(viewer.get(&href).status, 403);
    assert_eq!(manager.post(&href, "csrf=made-up").status, 403);
    assert_eq!(
        till.get("/callback/events").ok().as_array().unwrap().len(),
        1
    );
    let done = manager.confirm(&href);
    assert_eq!(
        done.header("location"),
        Some(journey_of(&hub, &id).as_str())
    );
    assert_eq!(till.get("/callback/events").ok(), json!([]));
    let page = manager.page(&format!("/orders/{id}"));
    assert!(page.contains("Cet envoi a été supprimé"));
}

#[apply(each_engine!)]
fn whoever_manages_connections_can_send_an_event_once_more(hub: TestHub) {
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, None);
    let id = order(&site, "LUM-1", json!({}));
    let events = |till: &Caller| till.get("/callback/events").ok();
    let event = events(&till)[0]["id"].as_str().unwrap().to_owned();
    let order_page = format!("/orders/{id}");
    let manager = hub.reader(Role::TechnicalPartner, None);
    assert!(!manager.page(&order_page).contains("/resend\""), "it waits");
    till.delete(&format!("/callback/events/{event}")).ok();
    let viewer = hub.reader(Role::BackOfficeViewer, None);
    assert!(!viewer.page(&order_page).contains("/resend\""));
    let href = link(&manager.page(&order_page), "/resend");
    assert_eq!(viewer.get(&href).status, 403);
    assert_eq!(manager.post(&href, "csrf=made-up").status, 403);
    let done = manager.confirm(&href);
    assert_eq!(
        done.header("location"),
        Some(journey_of(&hub, &id).as_str())
    );
    assert_eq!(events(&till)[0]["id"], event.as_str());
    let elsewhere = order(&site, "LUM-2", json!({}));
    assert_eq!(manager.get(&href.replace(&id, &elsewhere)).status, 404);
    let (account, connection) = (hub.account.clone(), till.connection.clone());
    let ended: Result<bool, hub::db::Error> = hub.wait(hub.hub.write("test.revoke", move |tx| {
        hub::oauth::connections::revoke(tx, Some(&account), &connection)
    }));
    assert!(ended.unwrap());
    assert!(
        !manager.page(&order_page).contains("/resend\""),
        "it is gone"
    );
}

#[apply(each_engine!)]
fn an_order_that_was_sent_again_was_received_when_it_came_first(hub: TestHub) {
    let receiver = Receiver::start(&hub);
    let (site, till) = (hub.client("Site"), hub.client("Kezia"));
    follow(&till, Some(&receiver.url("/")));
    let id = order(&site, "LUM-1", json!({}));
    hub.pass(Duration::from_secs(7));
    hub.dispatch();
    let manager = hub.reader(Role::TechnicalPartner, None);
    let before = manager.page(&format!("/orders/{id}"));
    let received = "Reçue par Kezia en 7";
    assert!(before.contains(received), "{before}");
    hub.pass(Duration::from_secs(600));
    manager.confirm(&link(&before, "/resend"));
    hub.dispatch();
    assert_eq!(receiver.count(), 2);
    assert!(manager.page(&format!("/orders/{id}")).contains(received));
}

#[apply(each_engine!)]
fn what_carriers_did_for_an_order_is_named(hub: TestHub) {
    let velo = hub.client("Velo");
    let id = order(&velo, "LUM-1", json!({ "service_type": "delivery" }));
    let path = format!("/location/orders/{id}");
    let offer = json!({ "carrier": "Vélo Rhône", "fee": "5.20 EUR" });
    let quote = velo.post(&format!("{path}/delivery_quotes"), offer).ok();
    let quote = quote["id"].as_str().unwrap();
    let accept = format!("{path}/delivery_quotes/{quote}/accept");
    velo.post(&accept, json!({})).ok();
    let new = json!({ "carrier": "Vélo Rhône", "status": "pending", "driver_name": "Sacha" });
    velo.post(&format!("{path}/delivery"), new).ok();
    let change = json!({ "status": "delivered" });
    velo.patch(&format!("{path}/delivery"), change).ok();
    let page = page(&hub, &id);
    for what in [
        "Devis de livraison reçu",
        "Devis de livraison accepté",
        "Livraison créée",
        "Livraison modifiée",
    ] {
        assert!(page.contains(&format!("<b>{what}</b> par Velo")), "{what}");
        assert_eq!(page.matches(&format!("<b>{what}</b>")).count(), 2, "{what}");
    }
    assert!(page.contains("Vélo Rhône · Sacha"), "{page}");
}
