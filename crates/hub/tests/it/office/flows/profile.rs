//! A user's own page.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};

use crate::engine::apply;
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

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/// Ana in two browsers, which she says who they are.
fn in_two_browsers(hub: &TestHub) -> (Browser, Browser) {
    let desk = Browser::new(hub).called(FIREFOX).from("192.0.2.7");
    hub.sign_up(&desk, "Ana", "ana@example.com", PASSWORD);
    let phone = Browser::new(hub).called(SAFARI).from("192.0.2.99");
    let typed = [("email", "ana@example.com"), ("password", PASSWORD)];
    phone.fill(&phone.open("/login"), "/login", &typed);
    (desk, phone)
}

#[apply(each_engine!)]
fn the_page_lists_the_sessions_with_browser_address_and_time(hub: TestHub) {
    let (desk, _) = in_two_browsers(&hub);
    let page = desk.open("/profile");
    page.says("Firefox, Linux Ce navigateur 192.0.2.7 Connecté depuis le 07/03/2026");
    page.says("Safari, iPhone 192.0.2.99 Utilisé pour la dernière fois le 07/03/2026");
}

#[test]
fn when_a_session_was_used_last_is_known_to_some_minutes() {
    let hub = TestHub::start();
    let (desk, phone) = in_two_browsers(&hub);
    hub.pass(Duration::from_secs(3 * 86_400));
    phone.open("/profile");
    let page = desk.open("/profile");
    page.says("Utilisé pour la dernière fois le 10/03/2026");
}

#[apply(each_engine!)]
fn one_session_is_ended_by_its_user_and_by_nobody_else(hub: TestHub) {
    let (desk, phone) = in_two_browsers(&hub);
    let forms = desk.open("/profile").all("form", "action");
    let path = forms
        .iter()
        .find(|action| action.starts_with("/profile/sessions/"))
        .expect("a form");
    let stranger = hub.user("Max", Permissions::NONE, None);
    assert_eq!(stranger.forge(path, &[]).status(), 404);
    assert_eq!(phone.open("/profile").status(), 200);
    let page = desk.fill(&desk.open("/profile"), path, &[]);
    page.says("Cette session est terminée.");
    page.does_not_say("Safari, iPhone");
    assert_eq!(phone.open("/profile").path, "/login?back=%2Fprofile");
    assert_eq!(desk.open("/profile").status(), 200);
}

#[apply(each_engine!)]
fn logging_out_everywhere_else_leaves_this_browser_and_other_users_alone(hub: TestHub) {
    let (desk, phone) = in_two_browsers(&hub);
    let max = hub.user("Max", Permissions::NONE, None);
    let path = "/profile/log_out_others";
    let page = desk.fill(&desk.open("/profile"), path, &[]);
    page.says("Vos autres sessions sont terminées.");
    assert!(!page.has("form[action='/profile/log_out_others']"));
    assert_eq!(phone.open("/profile").path, "/login?back=%2Fprofile");
    assert_eq!(desk.open("/profile").status(), 200);
    assert_eq!(max.open("/profile").status(), 200);
}

#[test]
fn what_a_browser_says_of_itself_is_bounded_and_never_markup() {
    let hub = TestHub::start();
    let strange = Browser::new(&hub).called("<script>Firefox/1</script>");
    hub.sign_up(&strange, "Ana", "ana@example.com", PASSWORD);
    let page = strange.open("/profile");
    page.says("Firefox Ce navigateur");
    assert!(!page.answer.text.contains("<script>Firefox"));
}
