//! Signing up, in and out; lost passwords; the form token; languages.

use std::time::Duration;

use hub::users::permissions::Role;

use crate::support::{Browser, Page, TestHub, token_in};

const PASSWORD: &str = "fourchette bleue";

fn sign_up(browser: &Browser, email: &str) -> Page {
    let form = browser.open("/signup");
    let typed = [
        ("name", "Ana Lima"),
        ("email", email),
        ("password", PASSWORD),
    ];
    browser.fill(&form, "/signup", &typed)
}

fn log_in(browser: &Browser, email: &str, password: &str) -> Page {
    let form = browser.open("/login");
    browser.fill(&form, "/login", &[("email", email), ("password", password)])
}

#[test]
fn who_signs_up_makes_an_account_and_lands_on_the_dashboard() {
    let hub = TestHub::start();
    let browser = Browser::new(&hub);
    let form = sign_up(&browser, "Ana@Example.com");
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
    sign_up(&Browser::new(&hub), "ana@example.com");
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
    sign_up(&Browser::new(&hub), "ana@example.com");
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
    sign_up(&Browser::new(&hub), "ana@example.com");
    let ask = |email: &str| {
        let browser = Browser::new(&hub);
        let form = browser.open("/reset_password/new");
        let page = browser.fill(&form, "/reset_password/new", &[("email", email)]);
        (page.status(), page.text().replace(email, "…"))
    };
    assert_eq!(ask("ana@example.com"), ask("bob@example.com"));
    assert_eq!(hub.mails("ana@example.com", 1).len(), 1);
    // Nor does signing up with an address that is taken.
    let page = sign_up(&Browser::new(&hub), "ana@example.com");
    page.says("Si un profil existe pour ana@example.com");
    hub.mails("ana@example.com", 2);
}

#[test]
fn the_link_of_a_mail_sets_a_new_password_once() {
    let hub = TestHub::start();
    sign_up(&Browser::new(&hub), "ana@example.com");
    let browser = Browser::new(&hub);
    let form = browser.open("/reset_password/new");
    browser.fill(
        &form,
        "/reset_password/new",
        &[("email", "ana@example.com")],
    );
    let mails = hub.mails("ana@example.com", 1);
    let link = format!(
        "/reset_password/{}",
        token_in(&mails[0], "/reset_password/")
    );
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
    sign_up(&Browser::new(&hub), "ana@example.com");
    let browser = Browser::new(&hub);
    let form = browser.open("/reset_password/new");
    browser.fill(
        &form,
        "/reset_password/new",
        &[("email", "ana@example.com")],
    );
    let mails = hub.mails("ana@example.com", 1);
    hub.pass(Duration::from_secs(2 * 3_600 + 1));
    let link = format!(
        "/reset_password/{}",
        token_in(&mails[0], "/reset_password/")
    );
    browser.open(&link).says("Ce lien n'est plus valable");
}

#[test]
fn too_many_wrong_passwords_make_one_wait() {
    let hub = TestHub::start_with(&[("limits.logins_per_minute", "2")]);
    sign_up(&Browser::new(&hub), "ana@example.com");
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
    let of_bob = bob.open("/profile").all("input[name=csrf]", "value");
    for fields in [
        vec![],
        vec![("csrf", "")],
        vec![("csrf", of_bob[0].as_str())],
    ] {
        let page = ana.post(&block, &fields);
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
