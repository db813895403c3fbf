//! Signing up, in and out; lost passwords; the form token; languages.

use std::time::Duration;

use hub::users::permissions::Role;

use crate::engine::{Engine, apply};
use crate::support::{Browser, Page, TestHub, token_in};

const PASSWORD: &str = "fourchette bleue";

fn sign_up(hub: &TestHub, email: &str) -> (Browser, Page) {
    let browser = Browser::new(hub);
    let page = hub.sign_up(&browser, "Ana Lima", email, PASSWORD);
    (browser, page)
}

fn log_in(browser: &Browser, email: &str, password: &str) -> Page {
    let form = browser.open("/login");
    browser.fill(&form, "/login", &[("email", email), ("password", password)])
}

#[test]
fn who_signs_up_makes_an_account_and_lands_on_the_dashboard() {
    let hub = TestHub::start();
    let (browser, form) = sign_up(&hub, "Ana@Example.com");
    assert_eq!(form.path, "/accounts/new");
    let typed = [("account_name", "Chez Ana"), ("location_name", "Lille")];
    let page = browser.fill(&form, "/accounts/new", &typed);
    assert_eq!((page.path.as_str(), page.status()), ("/dashboard", 200));
    page.says("Bienvenue, Ana Lima");
    assert!(page.answer.text.contains("Chez Ana"));
    assert!(page.answer.text.contains("Lille"));
}

#[test]
fn a_form_that_is_not_filled_in_names_the_fields() {
    let hub = TestHub::start();
    let browser = Browser::new(&hub);
    let form = browser.open("/signup");
    let page = browser.fill(&form, "/signup", &[("email", "ana"), ("password", "court")]);
    assert_eq!(page.status(), 422);
    page.says("Ce champ est obligatoire.");
    page.says("Cette adresse e-mail n'est pas valide.");
    page.says("Ce mot de passe est trop court");
    assert!(
        !page.answer.text.contains("court\""),
        "a password is never repeated"
    );
}

#[test]
fn the_right_password_lets_in_and_a_wrong_one_does_not() {
    let hub = TestHub::start();
    sign_up(&hub, "ana@example.com");
    let browser = Browser::new(&hub);
    let page = log_in(&browser, "ana@example.com", "fourchette rouge");
    assert_eq!(page.status(), 422);
    page.says("E-mail ou mot de passe incorrect.");
    let unknown = log_in(&browser, "bob@example.com", PASSWORD);
    assert_eq!(unknown.status(), 422);
    unknown.says("E-mail ou mot de passe incorrect.");
    let page = log_in(&browser, " ANA@example.com", PASSWORD);
    assert_eq!(page.path, "/accounts/new");
}

#[test]
fn who_logs_out_has_to_log_in_again() {
    let hub = TestHub::start();
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let page = browser.open("/dashboard");
    browser.fill(&page, "/logout", &[]);
    let page = browser.get("/connections?x=1");
    assert_eq!(page.location(), Some("/login?back=%2Fconnections%3Fx%3D1"));
}

#[test]
fn after_logging_in_one_goes_on_to_where_one_was_going_but_never_elsewhere() {
    let hub = TestHub::start();
    sign_up(&hub, "ana@example.com");
    for (back, goes) in [
        ("%2Fprofile%3Fx%3D1", "/profile?x=1"),
        ("%2F%2Fevil.example", "/"),
        ("https%3A%2F%2Fevil.example", "/"),
    ] {
        let browser = Browser::new(&hub);
        let form = browser.open(&format!("/login?back={back}"));
        let typed = [("email", "ana@example.com"), ("password", PASSWORD)];
        let answer = browser.send_form(&form, "/login", &typed);
        assert_eq!(answer.location(), Some(goes), "{back}");
    }
}

#[test]
fn a_lost_password_tells_nobody_who_is_known() {
    let hub = TestHub::start();
    sign_up(&hub, "ana@example.com");
    let ask = |email: &str| {
        let browser = Browser::new(&hub);
        let form = browser.open("/reset_password/new");
        let page = browser.fill(&form, "/reset_password/new", &[("email", email)]);
        (page.status(), page.text().replace(email, "…"))
    };
    assert_eq!(ask("ana@example.com"), ask("bob@example.com"));
    assert_eq!(hub.mails("ana@example.com", 2).len(), 2);
}

#[apply(each_engine!)]
fn signing_up_with_a_taken_address_looks_like_signing_up(hub: TestHub) {
    sign_up(&hub, "ana@example.com");
    let ask = |email: &str| {
        let browser = Browser::new(&hub);
        let form = browser.open("/signup");
        let typed = [
            ("name", "Eve"),
            ("email", email),
            ("password", "fourchette rouge"),
        ];
        let page = browser.send_form(&form, "/signup", &typed);
        let cookies = page.answer.headers.get_all("set-cookie").iter().count();
        (page.status(), page.text().replace(email, "…"), cookies)
    };
    assert_eq!(ask("ana@example.com"), ask("bob@example.com"));
    let mails = hub.mails("ana@example.com", 2);
    let known = mails
        .iter()
        .find(|mail| !mail.contains("/signup/"))
        .unwrap();
    assert!(known.contains("http://hub.test/login\r\n"), "{known}");
    assert_eq!(hub.mails("bob@example.com", 1).len(), 1);
    log_in(&Browser::new(&hub), "ana@example.com", "fourchette rouge")
        .says("E-mail ou mot de passe incorrect.");
}

#[apply(each_engine!)]
fn nobody_is_signed_up_before_the_link_and_the_password(hub: TestHub) {
    let browser = Browser::new(&hub);
    let form = browser.open("/signup");
    let email = "ana@example.com";
    let typed = [("name", "Ana"), ("email", email), ("password", PASSWORD)];
    browser.fill(&form, "/signup", &typed);
    let link = hub.sign_up_link(email);
    assert_eq!(log_in(&Browser::new(&hub), email, PASSWORD).status(), 422);
    // Whoever follows the link without having signed up does not know the password.
    let other = Browser::new(&hub);
    let form = other.open(&link);
    let page = other.fill(&form, &link, &[("password", "cuillère verte")]);
    assert_eq!(page.status(), 422);
    page.says("Ce n'est pas le mot de passe choisi à l'inscription.");
    let page = other.fill(&form, &link, &[("password", PASSWORD)]);
    assert_eq!(page.path, "/accounts/new");
    let again = Browser::new(&hub).open(&link);
    assert_eq!(again.status(), 404, "a link works once");
    again.says("Connectez-vous, ou inscrivez-vous à nouveau.");
}

#[test]
fn a_link_to_finish_signing_up_grows_old() {
    let hub = TestHub::start();
    let browser = Browser::new(&hub);
    let form = browser.open("/signup");
    let email = "ana@example.com";
    let typed = [("name", "Ana"), ("email", email), ("password", PASSWORD)];
    browser.fill(&form, "/signup", &typed);
    let link = hub.sign_up_link(email);
    hub.pass(Duration::from_secs(24 * 3_600 + 1));
    assert_eq!(browser.open(&link).status(), 404);
}

/// The path of the link that came after the one of the sign-up.
fn reset_link(hub: &TestHub) -> String {
    let mails = hub.mails("ana@example.com", 2);
    let mail = mails.iter().find(|mail| mail.contains("/reset_password/"));
    format!(
        "/reset_password/{}",
        token_in(mail.unwrap(), "/reset_password/")
    )
}

#[test]
fn the_link_of_a_mail_sets_a_new_password_once() {
    let hub = TestHub::start();
    sign_up(&hub, "ana@example.com");
    let browser = Browser::new(&hub);
    let form = browser.open("/reset_password/new");
    browser.fill(
        &form,
        "/reset_password/new",
        &[("email", "ana@example.com")],
    );
    let link = reset_link(&hub);
    let form = browser.open(&link);
    let typed = [("password", "cuillère verte"), ("again", "cuillère verte")];
    assert_eq!(browser.fill(&form, &link, &typed).path, "/accounts/new");
    assert_eq!(Browser::new(&hub).open(&link).status(), 404);
    let page = log_in(&Browser::new(&hub), "ana@example.com", PASSWORD);
    assert_eq!(page.status(), 422, "the old one is gone");
}

#[test]
fn a_link_for_a_new_password_grows_old() {
    let hub = TestHub::start();
    sign_up(&hub, "ana@example.com");
    let browser = Browser::new(&hub);
    let form = browser.open("/reset_password/new");
    browser.fill(
        &form,
        "/reset_password/new",
        &[("email", "ana@example.com")],
    );
    let link = reset_link(&hub);
    hub.pass(Duration::from_secs(2 * 3_600 + 1));
    browser.open(&link).says("Ce lien n'est plus valable");
}

#[test]
fn too_many_wrong_passwords_make_one_wait() {
    let hub = TestHub::start_with(&[("limits.logins_per_minute", "2")]);
    sign_up(&hub, "ana@example.com");
    let browser = Browser::new(&hub);
    for _ in 0..2 {
        log_in(&browser, "ana@example.com", "faux");
    }
    log_in(&browser, "ana@example.com", PASSWORD).says("Trop d'essais.");
    hub.pass(Duration::from_secs(61));
    assert_eq!(
        log_in(&browser, "ana@example.com", PASSWORD).path,
        "/accounts/new"
    );
}

#[test]
fn a_form_without_the_token_of_this_browser_is_refused() {
    let hub = TestHub::start();
    let held = Role::FullAdministrator.permissions(true);
    let (ana, bob) = (hub.user("Ana", held, None), hub.user("Bob", held, None));
    let till = hub.client("till");
    let block = format!("/connections/{}/block", till.connection);
    let here = ana.last_place().expect("a place");
    let of_bob = bob.open("/profile").all("input[name=csrf]", "value");
    for fields in [
        vec![],
        vec![("csrf", "")],
        vec![("csrf", of_bob[0].as_str())],
    ] {
        let page = ana.post(&here.to(&block), &fields);
        assert_eq!(page.status(), 403);
        page.says("Ce formulaire a expiré");
    }
    till.get("/location").ok();
}

#[test]
fn a_session_lives_as_long_as_it_is_used_and_six_months_longer() {
    let hub = TestHub::start();
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let months = |count: u64| Duration::from_secs(count * 30 * 86_400);
    for _ in 0..3 {
        hub.pass(months(4));
        assert_eq!(browser.get("/dashboard").status(), 200);
    }
    hub.pass(months(7));
    assert_eq!(
        browser.get("/dashboard").location(),
        Some("/login?back=%2Fdashboard")
    );
}

#[test]
fn pages_speak_the_readers_language() {
    let hub = TestHub::start();
    Browser::speaking(&hub, "de,en;q=0.5")
        .open("/login")
        .says("Already registered?");
    let browser = Browser::new(&hub);
    let page = browser.open("/login");
    page.says("Déjà inscrit");
    let page = browser.fill(&page, "/language", &[("locale", "en-GB")]);
    page.says("Already registered?");
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let page = browser.open("/connections");
    page.says("Connexions");
    let page = browser.fill(&page, "/language", &[("locale", "en-GB")]);
    page.says("No application is connected.");
    let again = Browser::new(&hub);
    again.keep("passeplat_session", "session-of-Ana");
    again
        .open("/connections")
        .says("No application is connected.");
}

#[test]
fn a_new_location_belongs_to_the_account_it_was_made_for() {
    let hub = TestHub::start();
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let form = browser.open("/locations/new");
    let page = browser.fill(
        &form,
        "/locations/new",
        &[("location_name", "Lyon Gerland")],
    );
    assert_eq!(page.path, "/dashboard");
    assert!(page.answer.text.contains("Lyon Gerland"));
}

/// A wrong password for a user from an address: whether it was looked at.
fn guessed(hub: &TestHub, email: &str, address: &str) -> bool {
    let browser = Browser::new(hub).from(address);
    let page = log_in(&browser, email, "faux");
    assert_eq!(page.status(), 422);
    page.text().contains("E-mail ou mot de passe incorrect.")
}

#[apply(each_engine!)]
fn guesses_at_one_user_from_everywhere_are_slowed_down_and_bounded(engine: Engine) {
    let hub = engine.start_with(&[("limits.logins_per_minute", "8")]);
    let (known, _) = sign_up(&hub, "ana@example.com");
    hub.pass(Duration::from_secs(60));
    let before = hub.hub.clock().now();
    let mut looked_at = 0;
    for address in 1..=15 {
        for _ in 0..2 {
            let address = format!("198.51.100.{address}");
            looked_at += usize::from(guessed(&hub, "ana@example.com", &address));
        }
    }
    assert_eq!(looked_at, 8 + 5);
    let waited = hub.hub.clock().now().duration_since(before);
    assert_eq!(waited.as_secs(), 2 + 4 + 6 + 8 + 10);
    assert!(guessed(&hub, "bob@example.com", "198.51.100.1"), "another");
    let page = log_in(&Browser::new(&hub), "ana@example.com", PASSWORD);
    page.says("Trop d'essais.");
    // Where Ana has signed in before, nobody else's guesses count.
    known.fill(&known.open("/profile"), "/logout", &[]);
    let page = log_in(&known, "ana@example.com", PASSWORD);
    assert_eq!(page.path, "/accounts/new");
    hub.pass(Duration::from_secs(60));
    let page = log_in(&Browser::new(&hub), "ana@example.com", PASSWORD);
    assert_eq!(page.path, "/accounts/new");
}

#[test]
fn a_browser_is_known_for_the_password_that_one_still_has() {
    let hub = TestHub::start_with(&[("limits.logins_per_minute", "1")]);
    let (known, _) = sign_up(&hub, "ana@example.com");
    let other = Browser::new(&hub).from("203.0.113.1");
    hub.pass(Duration::from_secs(60));
    log_in(&other, "ana@example.com", PASSWORD);
    let page = other.open("/profile");
    let new = "cuillère verte";
    let typed = [("current", PASSWORD), ("password", new), ("again", new)];
    other.fill(&page, "/profile/password", &typed);
    for address in 1..=7 {
        guessed(&hub, "ana@example.com", &format!("198.51.100.{address}"));
    }
    log_in(&known, "ana@example.com", new).says("Trop d'essais.");
}
