//! What changes leave in the audit log, with which names and which fields.

use std::time::Duration;

use hub::audit::{AuditActorKind, AuditFilter};
use hub::users::permissions::{Permissions, Role};
use serde_json::{Value, json};

use super::{administrator, entries, last};
use crate::engine::{Engine, apply};
use crate::support::{Browser, TestHub, token_in};

fn names(value: Option<&Value>) -> Vec<&str> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}

#[apply(each_engine!)]
fn a_change_of_permissions_says_who_made_it_from_where_and_what_they_were(hub: TestHub) {
    let ana = administrator(&hub);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    let role = [("role", "technical_partner")];
    ana.forge(&format!("/settings/permissions/{bob}"), &role);
    let entry = last(&hub, bob.as_str());
    assert_eq!(entry.action, "permissions.update");
    assert_eq!(
        (entry.actor_kind, entry.actor_name.as_str()),
        (AuditActorKind::User, "Ana")
    );
    assert_eq!(entry.address, "192.0.2.7");
    assert_eq!(entry.subject_name, "Bob (bob@example.com)");
    let before = names(entry.fields.before.get("permissions"));
    assert!(!before.contains(&"manage_entity"), "{before:?}");
    let after = names(entry.fields.after.get("permissions"));
    assert!(after.contains(&"manage_entity"), "{after:?}");
    ana.forge(&format!("/settings/permissions/{bob}/delete"), &[]);
    let entry = last(&hub, bob.as_str());
    assert_eq!(entry.action, "permissions.remove");
    assert!(entry.fields.after.is_empty(), "{:?}", entry.fields);
}

#[apply(each_engine!)]
fn an_invitation_is_recorded_when_it_is_sent_and_when_it_is_accepted(hub: TestHub) {
    let ana = administrator(&hub);
    let typed = [("email", "new@example.com"), ("role", "back_office_viewer")];
    ana.forge("/settings/permissions", &typed);
    assert_eq!(last(&hub, "new@example.com").action, "invitation.send");
    let mail = &hub.mails("new@example.com", 1)[0];
    let link = format!("/invitations/{}", token_in(mail, "/invitations/"));
    let guest = Browser::new(&hub).from("192.0.2.9");
    let form = guest.open(&link);
    let typed = [("name", "Nina"), ("password", "fourchette bleue")];
    guest.fill(&form, &link, &typed);
    let entry = last(&hub, "new@example.com");
    assert_eq!(entry.action, "invitation.accept");
    assert_eq!(
        (entry.actor_name.as_str(), entry.address.as_str()),
        ("Nina", "192.0.2.9")
    );
}

#[test]
fn what_is_refused_leaves_no_entry() {
    let hub = TestHub::start();
    let held = Role::TechnicalPartner.permissions(true);
    let thomas = hub.user("Thomas", held, None);
    let typed = [("email", "new@example.com"), ("role", "full_administrator")];
    assert_eq!(thomas.forge("/settings/permissions", &typed).status(), 403);
    assert!(entries(&hub, AuditFilter::default()).is_empty());
}

#[apply(each_engine!)]
fn settings_of_alarms_are_recorded_without_what_an_address_may_hide(hub: TestHub) {
    let ana = administrator(&hub);
    let form = ana.open("/alarms/settings");
    let url = "https://alarms.example/hook?token=s3cret";
    let typed = [("minutes", "7"), ("webhook_url", url)];
    ana.fill(&form, "/alarms/settings", &typed)
        .says("Les réglages des alarmes sont enregistrés.");
    let entry = last(&hub, hub.account.as_str());
    assert_eq!(entry.action, "alarms.update");
    assert_eq!(entry.fields.before.get("minutes"), Some(&json!(3)));
    assert_eq!(entry.fields.after.get("minutes"), Some(&json!(7)));
    let text = format!("{:?}", entry.fields);
    assert!(text.contains("alarms.example/hook"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[apply(each_engine!)]
fn an_app_that_changes_opening_hours_is_recorded_and_one_that_changes_preparation_is_not(
    hub: TestHub,
) {
    let bridge = hub.client_with("bridge", "location[orders.write]");
    let patch = |body: Value| bridge.patch("/location", body);
    patch(json!({ "preparation_time": 25 })).ok();
    assert!(entries(&hub, AuditFilter::default()).is_empty());
    patch(json!({ "order_acceptance": { "mode": "paused" } })).ok();
    let entry = last(&hub, hub.location.as_str());
    assert_eq!(entry.action, "location.update");
    assert_eq!(
        (entry.actor_kind, entry.actor_name.as_str()),
        (AuditActorKind::App, "bridge")
    );
    let mode = |fields: &serde_json::Map<String, Value>| fields.get("order_acceptance").cloned();
    assert_eq!(mode(&entry.fields.before), Some(json!("normal")));
    assert_eq!(mode(&entry.fields.after), Some(json!("paused")));
}

#[apply(each_engine!)]
fn a_new_account_begins_with_who_made_it(hub: TestHub) {
    let zoe = Browser::new(&hub);
    hub.sign_up(&zoe, "Zoe", "zoe@example.com", "fourchette bleue");
    let form = zoe.open("/accounts/new");
    let typed = [
        ("account_name", "Sushi Express"),
        ("location_name", "Lille"),
        ("country", "FR"),
        ("timezone", "Europe/Paris"),
        ("currency", "EUR"),
    ];
    zoe.fill(&form, "/accounts/new", &typed);
    zoe.choose_location(&zoe.open("/dashboard"), None);
    let page = zoe.open("/settings/audit");
    for text in [
        "Compte créé",
        "Point de vente ajouté",
        "Permissions données",
    ] {
        page.says(text);
    }
    page.says("Zoe");
}

#[apply(each_engine!)]
fn what_was_done_to_a_client_is_on_its_page_and_has_no_secret(hub: TestHub) {
    let ana = administrator(&hub);
    let form = ana.open("/developer/clients/new");
    let made = ana.fill(&form, "/developer/clients/new", &[("name", "Borne")]);
    let secret = made.all("input[readonly]", "value").join(" ");
    let link = ana.open("/developer").all("a.row", "href");
    let path = link.first().expect("a client").clone();
    let form = ana.open(&path);
    ana.fill(&form, &path, &[("name", "Borne Lyon")]);
    let rotate = format!("{path}/rotate");
    ana.fill(&ana.open(&rotate), &rotate, &[]);
    let page = ana.open(&path);
    for text in [
        "Historique",
        "Client OAuth créé",
        "Secret du client remplacé",
        "Borne Lyon",
    ] {
        page.says(text);
    }
    page.says("back-office · 192.0.2.7");
    assert!(secret.len() > 20, "{secret}");
    let stored = documents(&hub);
    for part in secret.split(' ').filter(|part| part.len() > 20) {
        assert!(!stored.contains(part), "{part}");
    }
}

/// Every document of the log.
fn documents(hub: &TestHub) -> String {
    let all: Vec<(String,)> = hub
        .wait(hub.hub.read("test.documents", |tx| {
            tx.all("SELECT document FROM audit_entries", hub::args![])
        }))
        .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    all.into_iter().map(|(text,)| text).collect()
}

#[apply(each_engine!)]
fn entries_are_kept_for_as_long_as_is_set(engine: Engine) {
    let hub = engine.start_with(&[("audit.retention_days", "10")]);
    let ana = administrator(&hub);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    let role = [("role", "technical_partner")];
    ana.forge(&format!("/settings/permissions/{bob}"), &role);
    let due = || hub.wait(hub::chores::run_due(&hub.hub)).expect("chores");
    hub.pass(Duration::from_secs(9 * 86_400));
    due();
    assert_eq!(entries(&hub, AuditFilter::default()).len(), 1);
    hub.pass(Duration::from_secs(2 * 86_400));
    due();
    assert!(entries(&hub, AuditFilter::default()).is_empty());
}
