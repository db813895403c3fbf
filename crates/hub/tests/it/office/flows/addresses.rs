//! Whose an address is: nobody's before its mailbox has said so.

use std::time::Duration;

use hub::args;
use hub::db;
use hub::users::permissions::{Permissions, Role};

use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, token_in};

const PASSWORD: &str = "fourchette bleue";

fn signed_up(hub: &TestHub, name: &str, email: &str) -> Browser {
    let browser = Browser::new(hub);
    hub.sign_up(&browser, name, email, PASSWORD);
    browser
}

/// Asks on one's own page for another address.
fn wish(browser: &Browser, email: &str) -> Page {
    let page = browser.open("/profile");
    let typed = [("email", email), ("confirm", PASSWORD)];
    browser.fill(&page, "/profile", &typed)
}

/// The address in the form of one's own page.
fn shown(browser: &Browser) -> String {
    browser.open("/profile").all("#email", "value")[0].clone()
}

fn log_in(hub: &TestHub, email: &str) -> Page {
    let browser = Browser::new(hub);
    let form = browser.open("/login");
    browser.fill(&form, "/login", &[("email", email), ("password", PASSWORD)])
}

/// The names of the users with this address.
fn holders(hub: &TestHub, email: &str) -> Vec<String> {
    let email = email.to_owned();
    let found: Vec<(String,)> = hub
        .wait(hub.hub.read("test.holders", move |tx| {
            tx.all("SELECT name FROM users WHERE email = $1", args![&email])
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    found.into_iter().map(|(name,)| name).collect()
}

/// The path of the link in the mail that a wished address was sent.
fn link(hub: &TestHub, email: &str) -> String {
    let mail = &hub.mails(email, 1)[0];
    format!("/profile/email/{}", token_in(mail, "/profile/email/"))
}

#[apply(each_engine!)]
fn another_address_waits_until_the_link_sent_there_is_used(hub: TestHub) {
    let browser = signed_up(&hub, "Ana", "ana@example.com");
    wish(&browser, "Ana.B@example.com")
        .says("Ouvrez le lien qui vient d'être envoyé à ana.b@example.com");
    assert_eq!(shown(&browser), "ana@example.com");
    assert_eq!(log_in(&hub, "ana.b@example.com").status(), 422);
    let mails = hub.mails("ana@example.com", 2);
    assert!(
        mails.iter().any(|mail| mail.contains("ana.b@example.com")),
        "{mails:?}"
    );
    let link = link(&hub, "ana.b@example.com");
    let form = browser.open(&link);
    form.says("ana.b@example.com");
    assert_eq!(shown(&browser), "ana@example.com", "a look is not enough");
    let page = browser.fill(&form, &link, &[]);
    page.says("Votre adresse est maintenant ana.b@example.com");
    assert_eq!(shown(&browser), "ana.b@example.com");
    assert_eq!(log_in(&hub, "ana.b@example.com").path, "/accounts/new");
    assert_eq!(log_in(&hub, "ana@example.com").status(), 422);
    assert_eq!(hub.mails("ana@example.com", 3).len(), 3, "told of the end");
    assert_eq!(browser.open(&link).status(), 404, "a link works once");
}

#[apply(each_engine!)]
fn nobody_gets_the_rights_of_an_address_that_is_not_theirs(hub: TestHub) {
    let eve = signed_up(&hub, "Eve", "eve@example.com");
    wish(&eve, "bob@example.com");
    let ana = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let page = ana.open("/settings");
    let typed = [("email", "bob@example.com"), ("role", "technical_partner")];
    ana.fill(&page, "/settings/permissions", &typed);
    assert_eq!(eve.open("/connections").path, "/accounts/new");
    assert_eq!(holders(&hub, "bob@example.com"), Vec::<String>::new());
}

#[test]
fn a_link_to_another_address_is_only_for_who_asked_for_it() {
    let hub = TestHub::start();
    let ana = signed_up(&hub, "Ana", "ana@example.com");
    wish(&ana, "other@example.com");
    let link = link(&hub, "other@example.com");
    // The reader of a mistyped address gets no access to the profile.
    let stranger = Browser::new(&hub);
    assert!(stranger.open(&link).path.starts_with("/login?back="));
    let bob = hub.user("Bob", Permissions::NONE, None);
    assert_eq!(bob.open(&link).status(), 404);
    assert_eq!(bob.forge(&link, &[]).status(), 404);
    hub.pass(Duration::from_secs(24 * 3_600 + 1));
    assert_eq!(ana.open(&link).status(), 404, "it grows old");
    assert_eq!(shown(&ana), "ana@example.com");
}

#[test]
fn asking_for_an_address_does_not_tell_whose_it_is() {
    let hub = TestHub::start();
    let ana = signed_up(&hub, "Ana", "ana@example.com");
    hub.user("Bob", Permissions::NONE, None);
    let ask = |email: &str| {
        let page = wish(&ana, email);
        (page.status(), page.text().replace(email, "…"))
    };
    assert_eq!(ask("bob@example.com"), ask("nobody@example.com"));
    let mail = &hub.mails("bob@example.com", 1)[0];
    assert!(!mail.contains("/profile/email/"), "{mail}");
}

/// The paths of the back office that take forms, as its router has them.
fn forms() -> Vec<String> {
    let router = include_str!("../../../../src/office/mod.rs").replace(".placed(", ".route(");
    let mut paths = Vec::new();
    for route in router.split(".route(").skip(1) {
        let end = route.find(".route(").unwrap_or(route.len());
        let path = route.split('"').nth(1).unwrap_or_default();
        // Whoever has left sends nothing more.
        let leaves = path.contains("logout") || path.contains("log_out");
        if route[..end].contains("post(") && path.starts_with('/') && !leaves {
            paths.push(path.to_owned());
        }
    }
    assert!(paths.len() > 25, "{paths:?}");
    paths
}

#[test]
fn whatever_form_is_sent_an_address_is_nobodys_before_its_link_is_used() {
    let hub = TestHub::start();
    let victim = "victim@example.com";
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let eve = signed_up(&hub, "Eve", "eve@example.com");
    for path in forms() {
        let path = path.replace("{id}", hub.account.as_str());
        let path = path.replace("{token}", "0123456789abcdef");
        for role in ["", "full_administrator"] {
            let typed = [
                ("email", victim),
                ("name", "Impostor"),
                ("password", PASSWORD),
                ("confirm", PASSWORD),
                ("current", PASSWORD),
                ("again", PASSWORD),
                ("locale", "fr-FR"),
                ("role", role),
                ("permission", "manage_entity"),
            ];
            for who in [&browser, &eve, &Browser::new(&hub)] {
                who.forge(&path, &typed);
                assert!(holders(&hub, victim).is_empty(), "{path} gave it away");
            }
        }
    }
}

fn ask_reset(browser: &Browser, email: &str) {
    let form = browser.open("/reset_password/new");
    browser.fill(&form, "/reset_password/new", &[("email", email)]);
}

/// The path of the link for a new password in one of so many mails.
fn reset_link(hub: &TestHub, email: &str, count: usize) -> String {
    let mails = hub.mails(email, count);
    let tokens = mails
        .iter()
        .find(|mail| mail.contains("/reset_password/") && !mail.contains("/reset_password/new"));
    let token = token_in(tokens.expect("a link"), "/reset_password/");
    format!("/reset_password/{token}")
}

#[apply(each_engine!)]
fn a_link_for_a_new_password_ends_when_the_password_changes(hub: TestHub) {
    let browser = signed_up(&hub, "Ana", "ana@example.com");
    ask_reset(&browser, "ana@example.com");
    let link = reset_link(&hub, "ana@example.com", 2);
    wish(&browser, "other@example.com");
    let page = browser.open("/profile");
    let new = "cuillère verte";
    let typed = [("current", PASSWORD), ("password", new), ("again", new)];
    browser.fill(&page, "/profile/password", &typed);
    assert_eq!(Browser::new(&hub).open(&link).status(), 404);
    let mails = hub.mails("ana@example.com", 4);
    assert!(
        mails
            .iter()
            .any(|mail| mail.contains("Le mot de passe de votre profil")),
        "{mails:?}"
    );
    let wished = self::link(&hub, "other@example.com");
    assert_eq!(browser.open(&wished).status(), 404, "so does a wish");
}

#[apply(each_engine!)]
fn a_link_for_a_new_password_ends_when_the_address_changes(hub: TestHub) {
    let browser = signed_up(&hub, "Ana", "ana@example.com");
    let other = Browser::new(&hub);
    let form = other.open("/login");
    let typed = [("email", "ana@example.com"), ("password", PASSWORD)];
    other.fill(&form, "/login", &typed);
    ask_reset(&browser, "ana@example.com");
    let old = reset_link(&hub, "ana@example.com", 2);
    wish(&browser, "ana.b@example.com");
    let link = link(&hub, "ana.b@example.com");
    let form = browser.open(&link);
    browser.fill(&form, &link, &[]);
    assert_eq!(Browser::new(&hub).open(&old).status(), 404);
    assert_eq!(other.open("/profile").path, "/login?back=%2Fprofile");
    assert_eq!(browser.open("/profile").status(), 200);
}

#[test]
fn a_link_for_a_new_password_is_sent_to_the_address_that_is_known() {
    let hub = TestHub::start();
    signed_up(&hub, "Kim", "kim@kiosk.example");
    // A Kelvin sign in front, which is a small k when it is folded.
    ask_reset(&Browser::new(&hub), "\u{212A}im@kiosk.example");
    assert_eq!(hub.mails("kim@kiosk.example", 2).len(), 2);
}
