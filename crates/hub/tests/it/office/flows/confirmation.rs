//! Whoever has not shown lately who they are is asked again before what concerns security.

use std::collections::BTreeSet;
use std::time::Duration;

use hub::office::confirmation::{CONFIRMED_FORMS, CONFIRMED_PAGES};
use hub::users::permissions::Role;

use super::forms::walk::{Walk, route};
use crate::engine::apply;
use crate::support::{Browser, Page, TestHub};

const ANA: &str = "ana@example.com";
const PASSWORD: &str = "fourchette bleue";
const QUESTION: &str = "Confirmez que c'est vous";

/// Forms that show secrets or make them, make tokens, change permissions.
const FORMS: [&str; 7] = [
    "/connections/{id}/logs",
    "/developer/clients/new",
    "/developer/clients/{id}/rotate",
    "/oauth2/v1/authorize",
    "/settings/permissions",
    "/settings/permissions/{id}",
    "/settings/permissions/{id}/delete",
];

/// Forms that end the session, or begin another: they would end the trial.
const ENDING: [&str; 7] = [
    "/logout",
    "/profile/email/{token}",
    "/profile/log_out_everywhere",
    "/profile/log_out_others",
    "/profile/sessions/{id}",
    "/reset_password/{token}",
    "/signup/{token}",
];

/// Ana, who has an account.
fn ana(hub: &TestHub) -> Browser {
    let browser = Browser::new(hub);
    hub.sign_up(&browser, "Ana", ANA, PASSWORD);
    let form = browser.open("/accounts/new");
    let typed = [
        ("account_name", "Chez Ana"),
        ("location_name", "Lille"),
        ("country", "FR"),
        ("timezone", "Europe/Paris"),
        ("currency", "EUR"),
    ];
    browser.fill(&form, "/accounts/new", &typed);
    browser
}

fn quarter_of_an_hour(hub: &TestHub) {
    hub.pass(Duration::from_secs(15 * 60));
}

fn is_question(page: &Page) -> bool {
    page.has("#present_password")
}

#[apply(each_engine!)]
fn a_form_is_carried_out_after_the_password_with_all_its_fields(hub: TestHub) {
    let browser = ana(&hub);
    let page = browser.open("/settings");
    quarter_of_an_hour(&hub);
    let typed = [("email", "bob@example.com"), ("role", "technical_partner")];
    let asked = browser.send_form(&page, "/settings/permissions", &typed);
    assert_eq!(asked.status(), 403);
    asked.says(QUESTION);
    asked.says("Rien n'est perdu");
    let wrong = [("present_password", "faux")];
    let again = browser.send_form(&asked, "/settings/permissions", &wrong);
    assert_eq!(again.status(), 422);
    again.says("Le mot de passe actuel est faux.");
    let right = [("present_password", PASSWORD)];
    let page = browser.fill(&again, "/settings/permissions", &right);
    page.says("bob@example.com");
    hub.mails("bob@example.com", 1);
}

#[apply(each_engine!)]
fn a_form_that_waited_for_the_password_is_carried_out_once(hub: TestHub) {
    let browser = ana(&hub);
    let page = browser.open("/developer/clients/new");
    quarter_of_an_hour(&hub);
    let typed = [("name", "Ma caisse")];
    let asked = browser.send_form(&page, "/developer/clients/new", &typed);
    assert!(is_question(&asked));
    let right = [("present_password", PASSWORD)];
    let made = browser.send_form(&asked, "/developer/clients/new", &right);
    let twice = browser.send_form(&asked, "/developer/clients/new", &right);
    let back = browser.send_form(&page, "/developer/clients/new", &typed);
    assert_eq!(made.text(), twice.text());
    assert_eq!(made.text(), back.text());
    let list = browser.open("/developer");
    assert_eq!(list.text().matches("Ma caisse").count(), 1);
}

#[apply(each_engine!)]
fn a_page_is_opened_after_the_password(hub: TestHub) {
    let browser = ana(&hub);
    quarter_of_an_hour(&hub);
    let asked = browser.open("/developer/clients/new");
    assert_eq!(asked.path, "/confirm?back=%2Fdeveloper%2Fclients%2Fnew");
    asked.says(QUESTION);
    let empty = browser.send_form(&asked, "/confirm", &[]);
    assert_eq!(empty.status(), 422);
    let wrong = [("present_password", "faux")];
    let again = browser.send_form(&asked, "/confirm", &wrong);
    assert_eq!(again.status(), 422);
    let right = [("present_password", PASSWORD)];
    let page = browser.fill(&again, "/confirm", &right);
    assert_eq!(page.path, "/developer/clients/new");
    page.says("Créer");
}

#[apply(each_engine!)]
fn an_answer_counts_for_a_quarter_of_an_hour_in_its_session_only(hub: TestHub) {
    let browser = ana(&hub);
    hub.pass(Duration::from_secs(14 * 60));
    assert!(!is_question(&browser.open("/developer/clients/new")));
    hub.pass(Duration::from_secs(60));
    let asked = browser.open("/developer/clients/new");
    browser.fill(&asked, "/confirm", &[("present_password", PASSWORD)]);
    hub.pass(Duration::from_secs(14 * 60));
    let other = Browser::new(&hub);
    let form = other.open("/login");
    other.fill(&form, "/login", &[("email", ANA), ("password", PASSWORD)]);
    hub.pass(Duration::from_secs(30));
    assert!(!is_question(&browser.open("/developer/clients/new")));
    hub.pass(Duration::from_secs(60));
    assert!(is_question(&browser.open("/developer/clients/new")));
    assert!(!is_question(&other.open("/developer/clients/new")));
}

#[test]
fn to_deny_an_app_needs_no_confirmation_and_to_allow_it_does() {
    let hub = TestHub::start();
    let _walk = Walk::new(&hub);
    let browser = ana(&hub);
    let consent = "/oauth2/v1/authorize?client_id=shop.clients.test\
        &redirect_uri=https://app.example/back&scope=profile";
    let page = browser.open(consent);
    quarter_of_an_hour(&hub);
    let send = |step: &str| browser.send_form(&page, "/oauth2/v1/authorize", &[("step", step)]);
    assert!(is_question(&send("allow")));
    let denied = send("deny");
    assert!(denied.location().unwrap().contains("error=access_denied"));
    let asked = send("allow");
    let right = [("present_password", PASSWORD)];
    let allowed = browser.send_form(&asked, "/oauth2/v1/authorize", &right);
    assert!(allowed.location().unwrap().contains("code="));
}

#[test]
fn guesses_at_the_password_are_limited() {
    let hub = TestHub::start();
    let browser = ana(&hub);
    quarter_of_an_hour(&hub);
    let asked = browser.open("/developer/clients/new");
    let wrong = [("present_password", "faux")];
    for _ in 0..20 {
        browser.send_form(&asked, "/confirm", &wrong);
    }
    let refused = browser.send_form(&asked, "/confirm", &wrong);
    refused.says("Trop d'essais");
}

#[test]
fn exactly_the_forms_that_concern_security_ask_once_the_answer_is_old() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let everybody = walk.everybody();
    quarter_of_an_hour(&hub);
    let mut asking = BTreeSet::new();
    for (sender, forms) in &everybody {
        for form in forms {
            let name = route(&form.action);
            if ENDING.contains(&name) || name == "/confirm" {
                continue;
            }
            let is_deny = form.get("step") == "deny";
            let answer = form.send(sender);
            let needs = FORMS.contains(&name) && !is_deny;
            assert_eq!(
                is_question(&answer),
                needs,
                "{} {}",
                form.action,
                answer.status()
            );
            if needs {
                asking.insert(name);
            }
        }
    }
    assert_eq!(asking, BTreeSet::from(FORMS));
}

#[test]
fn the_lists_name_pages_and_forms_that_are_there_and_stale_pages_ask() {
    let hub = TestHub::start();
    let all: BTreeSet<&str> = hub::office::paths().into_iter().collect();
    let listed = CONFIRMED_FORMS.iter().chain(CONFIRMED_PAGES);
    assert!(listed.into_iter().all(|path| all.contains(path)));
    assert_eq!(CONFIRMED_FORMS, FORMS);
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    quarter_of_an_hour(&hub);
    for path in all.iter().filter(|path| !path.starts_with("/oauth2")) {
        let page = browser.open(&path.replace("{id}", "x"));
        let needs = CONFIRMED_PAGES.contains(path) || *path == "/confirm";
        assert_eq!(is_question(&page), needs, "{path}");
    }
}
