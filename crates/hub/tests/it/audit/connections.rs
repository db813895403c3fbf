//! Who connected, blocked and disconnected an app: on its card, among ended connections, and by mail.

use hub::audit::{AuditActorKind, AuditFilter};
use hub::db;
use hub::oauth::codes::{self, ApprovedBy, PendingGrant};
use hub::oauth::connections::Grant;
use hub::users::permissions::{Permissions, Role};
use serde_json::json;
use wire::id::ConnectionId;

use super::{administrator, entries, last};
use crate::engine::apply;
use crate::support::{Browser, Caller, TestHub};

/// Lets Ana approve an app at the first location, and the app fetch its token.
fn connect(hub: &TestHub, app: &Caller, scope: &str) {
    let (user, _) = hub.user_of(&hub.account, "Eva", Permissions::NONE, None);
    let approval = PendingGrant {
        grant: Grant {
            client: app.client.clone(),
            account: Some(hub.account.clone()),
            location: Some(hub.second_location.clone()),
            device: String::new(),
            scope: scope.to_owned(),
            catalog: None,
            customer_list: None,
            user: None,
        },
        challenge: None,
        instance: None,
        approved_by: ApprovedBy {
            name: "Eva".to_owned(),
            address: Some([192, 0, 2, 8].into()),
        },
    };
    let code = hub
        .wait(
            hub.hub
                .write("test.approve", move |tx| codes::make(tx, &user, &approval)),
        )
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let body = format!("client_id=till.clients.test&client_secret=secret of till&code={code}");
    hub.anybody()
        .send("POST", "/oauth2/v1/token", &[], body)
        .ok();
}

fn disconnect(browser: &Browser, id: &ConnectionId) {
    let path = format!("/connections/{id}/disconnect");
    browser.fill(&browser.open(&path), &path, &[]);
}

#[apply(each_engine!)]
fn a_card_says_who_connected_the_app(hub: TestHub) {
    let till = hub.client("till");
    connect(&hub, &till, "location[orders.write]");
    let page = administrator(&hub).open("/connections");
    page.says("Connectée le 07/03/2026 par Eva");
    let made = entries(&hub, AuditFilter::default()).remove(0);
    assert_eq!(made.action, "connection.create");
    assert_eq!(made.address, "192.0.2.8");
    assert_eq!(made.location, Some(hub.second_location.clone()));
}

#[apply(each_engine!)]
fn a_blocked_card_says_by_whom_and_since_when(hub: TestHub) {
    let till = hub.client("till");
    let ana = administrator(&hub);
    let path = format!("/connections/{}/block", till.connection);
    let page = ana.fill(&ana.open("/connections"), &path, &[]);
    page.says("Bloquée par Ana le 07/03/2026");
    assert_eq!(
        last(&hub, till.connection.as_str()).action,
        "connection.block"
    );
}

#[apply(each_engine!)]
fn an_ended_connection_says_who_ended_it_and_keeps_its_logs(hub: TestHub) {
    let till = hub.client("till");
    till.get("/location").ok();
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let ana = administrator(&hub);
    disconnect(&ana, &till.connection);
    let text = "par Ana, depuis le back-office";
    for path in ["/connections", "/connections/ended"] {
        let page = ana.open(path);
        page.says("Connexions terminées");
        page.says(text);
    }
    let path = format!("/connections/{}/logs", till.connection);
    let links = ana.open("/connections/ended").all("a", "href");
    assert!(links.contains(&path), "{links:?}");
    let logs = ana.open(&path);
    logs.says(text);
    logs.says("/v1/location");
    // Its token can be shown no longer.
    let refused = ana.forge(&path, &[("token", "show")]);
    assert_eq!(refused.status(), 404);
}

#[apply(each_engine!)]
fn an_app_that_gives_its_token_back_has_ended_its_connection_itself(hub: TestHub) {
    let till = hub.client("till");
    let body = format!(
        "client_id=till.clients.test&client_secret=secret of till&token={}",
        till.token
    );
    hub.anybody().send("POST", "/oauth2/v1/revoke", &[], body);
    let entry = last(&hub, till.connection.as_str());
    assert_eq!(
        (entry.action.as_str(), entry.actor_kind),
        ("connection.end", AuditActorKind::App)
    );
    let page = administrator(&hub).open("/connections/ended");
    page.says("par l'application elle-même");
}

#[test]
fn ended_connections_of_other_places_are_not_shown() {
    let hub = TestHub::start();
    let ana = administrator(&hub);
    let till = hub.client("till");
    let screen = hub.connect(
        "screen",
        "location[orders.write]",
        Some(&hub.second_location),
    );
    for ended in [&till, &screen] {
        disconnect(&ana, &ended.connection);
    }
    let viewer = hub.user("Eve", Permissions::VIEW, Some(&hub.second_location));
    let page = viewer.open("/connections/ended");
    page.says("screen");
    page.does_not_say("till");
    let path = format!("/connections/{}/logs", till.connection);
    assert_eq!(viewer.open(&path).status(), 404);
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, zoe) = hub.user_of(&other, "Zoe", held, None);
    assert_eq!(zoe.open(&path).status(), 404);
    zoe.open("/connections/ended").does_not_say("screen");
}

#[apply(each_engine!)]
fn those_who_manage_the_place_are_written_to_when_somebody_ends_a_connection(hub: TestHub) {
    let till = hub.client("till");
    let ana = administrator(&hub);
    let held = Role::TechnicalPartner.permissions(false);
    hub.user("Max", held, Some(&hub.location));
    hub.user("Eve", Permissions::VIEW, None);
    disconnect(&ana, &till.connection);
    for reader in ["ana@example.com", "max@example.com"] {
        let mail = &hub.mails(reader, 1)[0];
        assert!(mail.contains("till"), "{mail}");
        assert!(mail.contains("Par : Ana"), "{mail}");
        assert!(mail.contains("/connections/ended"), "{mail}");
    }
}

#[apply(each_engine!)]
fn whoever_shows_a_token_is_recorded_and_the_token_is_not(hub: TestHub) {
    let till = hub.client("till");
    let ana = administrator(&hub);
    let path = format!("/connections/{}/logs", till.connection);
    let page = ana.fill(&ana.open(&path), &path, &[("token", "show")]);
    page.says(&till.token);
    let entry = last(&hub, till.connection.as_str());
    assert_eq!(entry.action, "token.show");
    assert!(entry.fields.is_empty(), "{:?}", entry.fields);
}

#[apply(each_engine!)]
fn settings_of_a_connection_are_recorded_when_they_differ(hub: TestHub) {
    let till = hub.client("till");
    let ana = administrator(&hub);
    let path = format!("/connections/{}/repeats", till.connection);
    for _ in 0..2 {
        ana.fill(&ana.open(&path), &path, &[("minutes", "10")]);
    }
    let found = entries(&hub, AuditFilter::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].action, "connection.update");
    assert_eq!(found[0].fields.after.get("ref_window"), Some(&json!(10)));
}

#[apply(each_engine!)]
fn opening_an_app_again_is_no_change_and_another_scope_is_one(hub: TestHub) {
    let till = hub.client("till");
    connect(&hub, &till, "location[orders.write]");
    let reconnect = |scope: &str| {
        let approval = PendingGrant {
            grant: Grant {
                client: till.client.clone(),
                account: Some(hub.account.clone()),
                location: Some(hub.second_location.clone()),
                device: String::new(),
                scope: scope.to_owned(),
                catalog: None,
                customer_list: None,
                user: None,
            },
            challenge: None,
            instance: None,
            approved_by: ApprovedBy::default(),
        };
        let user = wire::id::UserId::from_generated("u1".to_owned());
        let code = hub
            .wait(
                hub.hub
                    .write("test.approve", move |tx| codes::make(tx, &user, &approval)),
            )
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
        let body = format!("client_id=till.clients.test&client_secret=secret of till&code={code}");
        hub.anybody()
            .send("POST", "/oauth2/v1/token", &[], body)
            .ok();
        entries(&hub, AuditFilter::default()).len()
    };
    assert_eq!(reconnect("location[orders.write]"), 1);
    assert_eq!(reconnect("location[orders.read]"), 2);
}
