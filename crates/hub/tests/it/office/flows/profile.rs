//! A user's own page.

use hub::users::permissions::{Permissions, Role};

use crate::support::{Browser, TestHub};

/// What everybody here signs in with.
const PASSWORD: &str = "fourchette bleue";

fn signed_up(hub: &TestHub, name: &str, email: &str) -> Browser {
    let browser = Browser::new(hub);
    hub.sign_up(&browser, name, email, PASSWORD);
    browser
}

#[test]
fn the_page_says_what_one_may_do_where() {
    let hub = TestHub::start();
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    browser.open("/profile").says("Administrateur complet");
}

#[test]
fn name_and_language_can_be_changed() {
    let hub = TestHub::start();
    let browser = signed_up(&hub, "Ana", "ana@example.com");
    let page = browser.open("/profile");
    let typed = [("name", "Ana B."), ("locale", "en-GB")];
    let page = browser.fill(&page, "/profile", &typed);
    page.says("Your profile is saved.");
    assert_eq!(page.all("#name", "value"), ["Ana B."]);
}

#[test]
fn another_address_takes_the_present_password_and_another_name_does_not() {
    let hub = TestHub::start();
    let browser = signed_up(&hub, "Ana", "ana@example.com");
    let page = browser.open("/profile");
    let page = browser.fill(&page, "/profile", &[("email", "thief@example.com")]);
    assert_eq!(page.status(), 422);
    page.says("Le mot de passe actuel est faux.");
    let page = browser.open("/profile");
    assert_eq!(page.all("#email", "value"), ["ana@example.com"]);
    let page = browser.fill(&page, "/profile", &[("name", "Anne")]);
    assert_eq!(page.all("#name", "value"), ["Anne"]);
}

#[test]
fn a_new_password_needs_the_present_one_and_ends_other_sessions() {
    let hub = TestHub::start();
    let (first, second) = (Browser::new(&hub), Browser::new(&hub));
    hub.sign_up(&first, "Ana", "ana@example.com", "fourchette bleue");
    let form = second.open("/login");
    let typed = [
        ("email", "ana@example.com"),
        ("password", "fourchette bleue"),
    ];
    second.fill(&form, "/login", &typed);

    let page = first.open("/profile");
    let new = "cuillère verte";
    let typed = [("current", "faux"), ("password", new), ("again", new)];
    let page = first.fill(&page, "/profile/password", &typed);
    page.says("Le mot de passe actuel est faux.");
    let typed = [
        ("current", "fourchette bleue"),
        ("password", new),
        ("again", "autre"),
    ];
    let page = first.fill(&page, "/profile/password", &typed);
    page.says("Les deux mots de passe sont différents.");
    let typed = [
        ("current", "fourchette bleue"),
        ("password", new),
        ("again", new),
    ];
    let page = first.fill(&page, "/profile/password", &typed);
    page.says("Votre mot de passe est changé.");
    assert_eq!(second.open("/profile").path, "/login?back=%2Fprofile");
}

#[test]
fn logging_out_everywhere_ends_every_session() {
    let hub = TestHub::start();
    let browser = hub.user("Ana", Permissions::NONE, None);
    let other = Browser::new(&hub);
    other.keep("passeplat_session", "session-of-Ana");
    let path = "/profile/log_out_everywhere";
    let asked = browser.open(path);
    asked.says("Se déconnecter de tous les appareils ?");
    assert_eq!(browser.fill(&asked, path, &[]).path, "/login");
    assert_eq!(other.open("/profile").path, "/login?back=%2Fprofile");
}

#[test]
fn a_place_where_one_has_no_access_cannot_be_left() {
    let hub = TestHub::start();
    let browser = hub.user("Ana", Permissions::NONE, None);
    let path = format!("/profile/permissions/{}/delete", hub.account);
    assert_eq!(browser.open(&path).status(), 404);
    assert_eq!(browser.forge(&path, &[]).status(), 404);
}
