//! Sessions and passwords: how long one is signed in, in which browser, and by what.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};

use crate::engine::{Engine, apply};
use crate::support::{Browser, Page, TestHub, token_in};

const PASSWORD: &str = "fourchette bleue";

fn log_in(browser: &Browser, email: &str) -> Page {
    let form = browser.open("/login");
    let typed = [("email", email), ("password", PASSWORD)];
    browser.fill(&form, "/login", &typed)
}

#[apply(each_engine!)]
fn signing_in_again_ends_the_browsers_former_session(hub: TestHub) {
    let browser = Browser::new(&hub);
    hub.sign_up(&browser, "Ana", "ana@example.com", PASSWORD);
    let former = browser.cookie("passeplat_session").expect("a session");
    assert_eq!(log_in(&browser, "ana@example.com").path, "/accounts/new");
    let thief = Browser::new(&hub);
    thief.keep("passeplat_session", &former);
    assert_eq!(thief.open("/profile").path, "/login?back=%2Fprofile");
    assert_eq!(browser.open("/profile").status(), 200);
}

#[apply(each_engine!)]
fn a_session_ends_at_last_however_often_it_is_used(engine: Engine) {
    let hub = engine.start_with(&[("server.session_days", "30")]);
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    for _ in 0..29 {
        hub.pass(Duration::from_secs(86_400));
        assert_eq!(browser.get("/dashboard").status(), 200);
    }
    hub.pass(Duration::from_secs(86_400));
    let page = browser.get("/dashboard");
    assert_eq!(page.location(), Some("/login?back=%2Fdashboard"));
}

/// The names of the cookies that the log-in page and a log-in set.
fn cookies(settings: &[(&str, &str)]) -> Vec<String> {
    let hub = TestHub::start_with(settings);
    let browser = Browser::new(&hub);
    hub.sign_up(&browser, "Ana", "ana@example.com", PASSWORD);
    browser.names()
}

#[test]
fn cookies_are_the_hosts_own_where_browsers_can_hold_to_it() {
    let https = ("server.public_url", "https://hub.test");
    let own = cookies(&[https]);
    assert!(own.len() > 3, "{own:?}");
    assert!(
        own.iter().all(|name| name.starts_with("__Host-")),
        "{own:?}"
    );
    let domain = ("server.cookie_domain", "hub.test");
    for settings in [vec![], vec![https, domain]] {
        let plain = cookies(&settings);
        assert!(plain.iter().all(|name| name.starts_with("passeplat_")));
    }
}

#[test]
fn a_cookie_that_another_host_could_have_planted_is_not_taken() {
    let hub = TestHub::start_with(&[("server.public_url", "https://hub.test")]);
    let browser = hub.user("Ana", Permissions::NONE, None);
    assert_eq!(browser.open("/profile").path, "/login?back=%2Fprofile");
    browser.keep("__Host-passeplat_session", "session-of-Ana");
    assert_eq!(browser.open("/profile").status(), 200);
}

#[test]
fn every_answer_says_what_it_is_and_https_only_where_the_hub_is_reached_so() {
    for (url, expected) in [
        ("http://hub.test", None),
        ("https://hub.test", Some("max-age=31536000")),
    ] {
        let hub = TestHub::start_with(&[("server.public_url", url)]);
        for path in [
            "/v1/location",
            "/v1/nothing",
            "/oauth2/v1/token",
            "/openapi.json",
            "/login",
            "/nothing",
            "/assets/office.css",
        ] {
            let answer = hub.anybody().send("GET", path, &[], "");
            let sniff = answer.header("x-content-type-options");
            assert_eq!(sniff, Some("nosniff"), "{path}");
            let https = answer.header("strict-transport-security");
            assert_eq!(https, expected, "{path}");
        }
    }
}

const GUESSABLE: [&str; 20] = [
    "motdepasse",
    "MotDePasse2024!",
    "P@ssw0rd123",
    "azertyuiop",
    "1234567890",
    "0987654321",
    "aaaaaaaaaaaa",
    "abababababab",
    "password1234",
    "soleilsoleil",
    "jetaime2023",
    "marseille13",
    "1q2w3e4r5t",
    "06 12 34 56 78",
    "bonjour12345",
    "passeplat1",
    "Passeplat-2026",
    "anabelle.d",
    "anabelle.d@pizzeria.example",
    "pizzeria2025",
];

#[test]
fn passwords_that_everybody_tries_first_are_refused() {
    let hub = TestHub::start();
    for password in GUESSABLE {
        let browser = Browser::new(&hub);
        let form = browser.open("/signup");
        let typed = [
            ("name", "Ana"),
            ("email", "anabelle.d@pizzeria.example"),
            ("password", password),
        ];
        let page = browser.fill(&form, "/signup", &typed);
        assert_eq!(page.status(), 422, "{password}");
        page.says("Ce mot de passe est trop facile à deviner.");
        hub.pass(Duration::from_secs(60));
    }
}

#[test]
fn passwords_that_are_not_among_them_are_taken() {
    let good = [
        "fourchette bleue",
        "cuillère verte",
        "correct horse battery staple",
        "k7#mQ9!vLx",
        "le soleil brille sur Lyon",
        "trois pizzas par jour",
    ];
    for password in good {
        let found = hub::users::passwords::weakness(password, "ana@example.com", "Passeplat");
        assert_eq!(found, None, "{password}");
    }
}

#[test]
fn wherever_a_password_is_chosen_it_must_not_be_a_common_one() {
    let hub = TestHub::start();
    let common = "motdepasse123";
    let message = "Ce mot de passe est trop facile à deviner.";
    let browser = Browser::new(&hub);
    hub.sign_up(&browser, "Ana", "ana@example.com", PASSWORD);
    let page = browser.open("/profile");
    let typed = [
        ("current", PASSWORD),
        ("password", common),
        ("again", common),
    ];
    browser
        .fill(&page, "/profile/password", &typed)
        .says(message);

    let form = browser.open("/reset_password/new");
    let typed = [("email", "ana@example.com")];
    browser.fill(&form, "/reset_password/new", &typed);
    let mails = hub.mails("ana@example.com", 2);
    let mail = mails.iter().find(|mail| mail.contains("/reset_password/"));
    let link = format!(
        "/reset_password/{}",
        token_in(mail.unwrap(), "/reset_password/")
    );
    let form = browser.open(&link);
    let typed = [("password", common), ("again", common)];
    browser.fill(&form, &link, &typed).says(message);

    let zoe = hub.user("Zoe", Role::FullAdministrator.permissions(true), None);
    let typed = [("email", "new@example.com"), ("role", "manager")];
    zoe.forge("/settings/permissions", &typed);
    let mail = &hub.mails("new@example.com", 1)[0];
    let link = format!("/invitations/{}", token_in(mail, "/invitations/"));
    let guest = Browser::new(&hub);
    let form = guest.open(&link);
    let typed = [("name", "Nina"), ("password", common)];
    guest.fill(&form, &link, &typed).says(message);
}
