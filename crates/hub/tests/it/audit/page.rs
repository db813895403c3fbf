//! **JOURNAL D'AUDIT**: who may open it, what it shows, and how it is narrowed.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};

use super::administrator;
use crate::engine::apply;
use crate::support::{Browser, TestHub};

const PATH: &str = "/settings/audit";

fn set_role(browser: &Browser, user: &str, role: &str) {
    browser.forge(&format!("/settings/permissions/{user}"), &[("role", role)]);
}

#[test]
fn it_is_for_those_who_manage_the_place() {
    let hub = TestHub::start();
    let ana = administrator(&hub);
    assert!(
        ana.open("/dashboard")
            .all("nav a", "href")
            .contains(&PATH.to_owned())
    );
    ana.open(PATH).says("Rien n'a encore été enregistré ici.");
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    assert_eq!(viewer.open(PATH).status(), 403);
    assert!(
        !viewer
            .open("/dashboard")
            .all("nav a", "href")
            .contains(&PATH.to_owned())
    );
    let billing = hub.user("Paul", Role::BillingManager.permissions(true), None);
    assert_eq!(billing.open(PATH).status(), 403);
}

#[apply(each_engine!)]
fn it_says_what_was_done_by_whom_from_where_and_what_differs(hub: TestHub) {
    let ana = administrator(&hub);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    set_role(&ana, bob.as_str(), "technical_partner");
    let page = ana.open(PATH);
    page.says("Permissions modifiées");
    page.says("Bob (bob@example.com)");
    page.says("back-office · 192.0.2.7");
    page.says("Observateur back-office → Partenaire technique");
    page.says("07/03/2026");
    page.says("Les entrées sont conservées 365 jours.");
}

#[test]
fn it_speaks_the_language_of_its_reader() {
    let hub = TestHub::start();
    let ana = administrator(&hub);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    set_role(&ana, bob.as_str(), "technical_partner");
    ana.fill(&ana.open(PATH), "/language", &[("locale", "en-GB")]);
    let page = ana.open(PATH);
    page.says("Audit log");
    page.says("Permissions changed");
    page.says("Back Office Viewer → Technical Partner");
}

#[apply(each_engine!)]
fn it_is_narrowed_by_person_object_and_day(hub: TestHub) {
    let ana = administrator(&hub);
    let held = Role::FullAdministrator.permissions(true);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    let (eva, _) = hub.user_of(&hub.account, "Eva", Permissions::VIEW, None);
    set_role(&ana, bob.as_str(), "technical_partner");
    hub.pass(Duration::from_secs(2 * 86_400));
    let (max, maxs) = hub.user_of(&hub.account, "Max", held, None);
    set_role(&maxs, eva.as_str(), "billing_manager");
    let both = ana.open(PATH);
    both.says("Bob (bob@example.com)");
    both.says("Eva (eva@example.com)");
    for (query, shown, hidden) in [
        (format!("who={max}"), "Eva (", "Bob ("),
        (format!("object={bob}"), "Bob (", "Eva ("),
        ("to=2026-03-07".to_owned(), "Bob (", "Eva ("),
        ("from=2026-03-08".to_owned(), "Eva (", "Bob ("),
        ("from=2026-03-07&to=2026-03-01".to_owned(), "Bob (", "Eva ("),
    ] {
        let page = ana.open(&format!("{PATH}?{query}"));
        page.says(shown);
        page.does_not_say(hidden);
    }
    let none = ana.open(&format!("{PATH}?object={bob}&who={max}"));
    none.says("Aucune entrée ne correspond au filtre.");
    let strange = ana.open(&format!(
        "{PATH}?from=x&to=&who=%00&object=%E2%80%AE&cursor=1"
    ));
    assert_eq!(strange.status(), 200);
}

#[apply(each_engine!)]
fn a_long_log_comes_in_pages_without_a_gap_and_without_a_double(hub: TestHub) {
    let ana = administrator(&hub);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    for number in 0..60 {
        let roles = ["technical_partner", "back_office_viewer"];
        set_role(&ana, bob.as_str(), roles[number % 2]);
        hub.pass(Duration::from_secs(1));
    }
    let first = ana.open(PATH);
    let times = |page: &crate::support::Page| page.all("table.audit time", "datetime");
    let next = first.all("a[rel=next]", "href");
    let second = ana.open(&next[0]);
    let mut all = times(&first);
    assert_eq!(all.len(), 50);
    all.extend(times(&second));
    assert_eq!(all.len(), 60);
    all.dedup();
    assert_eq!(all.len(), 60);
    assert!(second.all("a[rel=next]", "href").is_empty());
}

#[apply(each_engine!)]
fn whoever_manages_one_location_sees_what_was_done_there(hub: TestHub) {
    let ana = administrator(&hub);
    let till = hub.client("till");
    let screen = hub.connect(
        "screen",
        "location[orders.write]",
        Some(&hub.second_location),
    );
    for app in [&till, &screen] {
        ana.forge(&format!("/connections/{}/block", app.connection), &[]);
    }
    let held = Role::TechnicalPartner.permissions(false);
    let max = hub.user("Max", held, Some(&hub.second_location));
    let page = max.open(PATH);
    page.says("screen");
    page.does_not_say("till");
    let asked = max.open(&format!("{PATH}?object={}", till.connection));
    asked.does_not_say("Connexion bloquée");
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, zoe) = hub.user_of(&other, "Zoe", held, None);
    zoe.open(&format!("{PATH}?object={}", till.connection))
        .does_not_say("Connexion bloquée");
}
