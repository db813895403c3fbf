//! Permissions: who is added, invited, changed, removed; and who must stay.

use std::time::Duration;

use hub::users::permissions::{Permissions, Role};
use hub::users::store as users;

use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, token_in};

fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

fn add(browser: &Browser, email: &str, role: &str) -> Page {
    let page = browser.open("/settings");
    let typed = [("email", email), ("role", role)];
    browser.fill(&page, "/settings/permissions", &typed)
}

/// The address of a person's permissions in the list.
fn line(page: &Page, index: usize) -> String {
    page.all("td[data-label=Rôle] a", "href")[index].clone()
}

/// The path of the link in the mail to somebody invited.
fn link(hub: &TestHub, email: &str) -> String {
    let mail = &hub.mails(email, 1)[0];
    format!("/invitations/{}", token_in(mail, "/invitations/"))
}

/// Says yes to what somebody who is signed in is invited to at the first account.
fn accept(hub: &TestHub, browser: &Browser) -> Page {
    let path = format!("/profile/invitations/{}", hub.account);
    browser.fill(&browser.open("/profile"), &path, &[("step", "accept")])
}

#[apply(each_engine!)]
fn a_known_user_has_access_once_they_have_accepted(hub: TestHub) {
    let browser = administrator(&hub);
    let bob = hub.user("Bob", Permissions::NONE, None);
    let page = add(&browser, "BOB@example.com", "manager");
    page.says("Une invitation a été envoyée à bob@example.com.");
    page.says("bob@example.com Invitation en attente");
    page.says("Partenaire technique");
    assert_eq!(bob.open("/connections").path, "/accounts/new");
    let link = link(&hub, "bob@example.com");
    let form = bob.open(&link);
    form.says("Ana vous invite à accéder à Pizzeria Lumière.");
    form.says("Rôle : Partenaire technique");
    assert_eq!(bob.open("/connections").path, "/accounts/new");
    let page = bob.fill(&form, &link, &[("step", "accept")]);
    assert_eq!(page.path, "/dashboard");
    browser
        .open("/settings")
        .says("Bob bob@example.com Partenaire technique");
}

#[apply(each_engine!)]
fn an_invitation_is_accepted_or_declined_on_ones_own_page(hub: TestHub) {
    let browser = administrator(&hub);
    let bob = hub.user("Bob", Permissions::NONE, None);
    add(&browser, "bob@example.com", "back_office_viewer");
    bob.open("/")
        .says("Vous êtes invité à rejoindre un compte.");
    let page = bob.open("/profile");
    page.says("Pizzeria Lumière Ana, Observateur back-office");
    let path = format!("/profile/invitations/{}", hub.account);
    bob.fill(&page, &path, &[("step", "decline")])
        .says("L'invitation est refusée.");
    assert_eq!(bob.open("/connections").path, "/accounts/new");
    browser.open("/settings").does_not_say("bob@example.com");
    add(&browser, "bob@example.com", "back_office_viewer");
    assert_eq!(accept(&hub, &bob).path, "/dashboard");
    let eve = hub.user("Eve", Permissions::NONE, None);
    assert_eq!(eve.forge(&path, &[("step", "accept")]).status(), 404);
}

#[test]
fn nobody_learns_by_adding_an_address_whose_it_is() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    hub.user("Bob", Permissions::NONE, None);
    for role in ["", "back_office_viewer"] {
        let ask = |email: &str| {
            let page = add(&browser, email, role);
            let text = page.text().replace(email, "…");
            let path = page.path.split("invited-").next().unwrap().to_owned();
            (page.status(), path, text)
        };
        let known = ask("bob@example.com");
        let path = line(&browser.open("/settings"), 0);
        if !role.is_empty() {
            // Back to how it was, so that the pages can be compared.
            browser.forge(
                &format!("{}/delete", line(&browser.open("/settings"), 1)),
                &[],
            );
        }
        assert_eq!(known, ask("zed@example.com"), "{path}");
    }
    let page = add(&browser, "bob@example", "");
    assert_eq!(page.status(), 422);
    page.says("Aucun utilisateur trouvé avec cet e-mail. Cette adresse e-mail n'est pas valide.");
}

#[test]
fn adding_somebody_who_is_there_shows_the_change_first() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    let page = add(&browser, "Bob@example.com", "technical_partner");
    page.says("Bob figure déjà ici : Observateur back-office.");
    browser
        .open("/settings")
        .does_not_say("bob@example.com Partenaire technique");
    let path = format!("/settings/permissions/{bob}");
    browser
        .fill(&page, &path, &[])
        .says("Bob bob@example.com Partenaire technique");
    add(&browser, "new@example.com", "manager");
    add(&browser, "new@example.com", "full_administrator")
        .says("new@example.com figure déjà ici : Partenaire technique.");
}

#[apply(each_engine!)]
fn one_opens_on_the_place_that_was_used_last_else_on_the_oldest(hub: TestHub) {
    let ana = administrator(&hub);
    let held = Role::FullAdministrator.permissions(true);
    let other = hub.another_account();
    let (_, zoe) = hub.user_of(&other.account, "Zoe", held, None);
    // `Chez l'autre` comes before `Pizzeria Lumière`.
    add(&zoe, "ana@example.com", "back_office_viewer");
    let path = format!("/profile/invitations/{}", other.account);
    ana.forge(&path, &[("step", "decline")]);
    hub.wait(hub.hub.write("test.grant", {
        let account = other.account.clone();
        move |tx| {
            let ana = users::find_by_email(tx, "ana@example.com")?.expect("Ana");
            let now = tx.now() + jiff::SignedDuration::from_secs(1);
            users::grant(tx, &account, None, &ana.id, Permissions::VIEW, now)
        }
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let fresh = || {
        let browser = Browser::new(&hub);
        browser.keep("passeplat_session", "session-of-Ana");
        browser.open("/settings")
    };
    fresh().says("Pizzeria Lumière");
    let page = ana.open("/settings");
    ana.choose_account(&page, &other.account);
    fresh().says("Chez l'autre");
}

#[test]
fn permissions_can_be_ticked_one_by_one() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let bob = hub.user("Bob", Permissions::NONE, None);
    let page = add(&browser, "bob@example.com", "");
    page.says("Permissions de bob@example.com");
    page.says("Une invitation lui sera envoyée.");
    let typed = [("permission", "manage_connections")];
    browser.fill(&page, "/settings/permissions", &typed);
    accept(&hub, &bob);
    let page = browser.open("/settings");
    // What follows from it is given along.
    page.says("Voir le back-office, Gérer les connexions et ressources");
    assert_eq!(bob.open("/connections").status(), 200);
    bob.open("/settings")
        .says("Seules les personnes qui ont le droit « Gérer l'entité »");
}

#[test]
fn nothing_ticked_is_asked_for_again() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    hub.user("Bob", Permissions::VIEW, None);
    let path = line(&browser.open("/settings"), 1);
    let page = browser.open(&path);
    let typed = [("role", "custom"), ("permission", "")];
    let page = browser.fill(&page, &path, &typed);
    assert_eq!(page.status(), 422);
    page.says("Choisissez un rôle");
}

#[apply(each_engine!)]
fn an_unknown_user_is_invited_and_signs_up(hub: TestHub) {
    let browser = administrator(&hub);
    let page = add(&browser, "New@Example.com", "");
    page.says("Une invitation lui sera envoyée.");
    let typed = [("role", "back_office_viewer")];
    let page = browser.fill(&page, "/settings/permissions", &typed);
    page.says("Une invitation a été envoyée à new@example.com.");
    page.says("Invitation en attente valable jusqu'au 14/03/2026 · invité par Ana");
    let mail = &hub.mails("new@example.com", 1)[0];
    assert!(mail.contains("http://hub.test/invitations/"), "{mail}");
    let link = format!("/invitations/{}", token_in(mail, "/invitations/"));
    let guest = Browser::new(&hub);
    let form = guest.open(&link);
    form.says("Ana vous invite à accéder à Pizzeria Lumière");
    let short = guest.fill(&form, &link, &[("name", "Nina"), ("password", "court")]);
    assert_eq!(short.status(), 422);
    let typed = [("name", "Nina"), ("password", "fourchette bleue")];
    let page = guest.fill(&form, &link, &typed);
    assert_eq!(page.path, "/dashboard");
    page.says("Bienvenue, Nina");
    assert_eq!(guest.open(&link).status(), 404, "a link works once");
    let page = browser.open("/settings");
    page.says("Nina new@example.com Observateur back-office");
    page.does_not_say("Invitation en attente");
}

#[test]
fn an_invitation_that_is_sent_again_makes_the_older_one_void() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let page = add(&browser, "new@example.com", "technical_partner");
    let first = hub.mails("new@example.com", 1);
    let resend = page.all("form[action$='/resend']", "action")[0].clone();
    browser
        .fill(&page, &resend, &[])
        .says("Une invitation a été envoyée");
    let both = hub.mails("new@example.com", 2);
    let second = both.iter().find(|mail| **mail != first[0]).unwrap();
    let status = |mail: &str| {
        let link = format!("/invitations/{}", token_in(mail, "/invitations/"));
        Browser::new(&hub).open(&link).status()
    };
    assert_eq!((status(&first[0]), status(second)), (404, 200));
    hub.pass(Duration::from_secs(7 * 86_400 + 1));
    assert_eq!(status(second), 404);
}

#[test]
fn an_invitation_can_be_taken_back() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let page = add(&browser, "new@example.com", "technical_partner");
    let mail = &hub.mails("new@example.com", 1)[0];
    let path = format!("{}/delete", line(&page, 1));
    let asked = browser.open(&path);
    asked.says("Retirer l'accès de new@example.com ?");
    browser
        .fill(&asked, &path, &[])
        .does_not_say("new@example.com");
    let link = format!("/invitations/{}", token_in(mail, "/invitations/"));
    assert_eq!(Browser::new(&hub).open(&link).status(), 404);
}

#[test]
fn who_signs_up_before_accepting_only_has_to_sign_in() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    add(&browser, "bob@example.com", "technical_partner");
    let link = {
        let mail = &hub.mails("bob@example.com", 1)[0];
        format!("/invitations/{}", token_in(mail, "/invitations/"))
    };
    let bob = hub.user("Bob", Permissions::NONE, None);
    let eve = hub.user("Eve", Permissions::NONE, None);
    assert!(
        eve.get(&link)
            .location()
            .unwrap()
            .starts_with("/login?back=")
    );
    let page = bob.open(&link);
    assert_eq!(
        bob.fill(&page, &link, &[("step", "accept")]).path,
        "/dashboard"
    );
}

#[apply(each_engine!)]
fn the_last_who_manages_the_account_stays(hub: TestHub) {
    let browser = administrator(&hub);
    let page = browser.open("/settings");
    let path = line(&page, 0);
    let asked = browser.open(&format!("{path}/delete"));
    let page = browser.fill(&asked, &format!("{path}/delete"), &[]);
    assert_eq!(page.status(), 422);
    page.says("Au moins une personne doit garder le droit « Gérer l'entité » sur le compte.");
    let form = browser.open(&path);
    let page = browser.fill(&form, &path, &[("role", "back_office_viewer")]);
    page.says("Au moins une personne doit garder");
    let page = add(&browser, "ana@example.com", "back_office_viewer");
    page.says("Ana figure déjà ici : Administrateur complet.");
    browser
        .fill(&page, &path, &[])
        .says("Au moins une personne doit garder");
    let leave = format!("/profile/permissions/{}/delete", hub.account);
    let asked = browser.open(&leave);
    browser
        .fill(&asked, &leave, &[])
        .says("Au moins une personne doit garder");
    assert_eq!(browser.open("/settings").status(), 200);
}

#[test]
fn once_somebody_else_manages_the_account_one_may_go() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let bob = hub.user("Bob", Permissions::NONE, None);
    add(&browser, "bob@example.com", "technical_partner");
    accept(&hub, &bob);
    let path = line(&browser.open("/settings"), 0);
    let form = browser.open(&path);
    browser
        .fill(&form, &path, &[("role", "back_office_viewer")])
        .says("Au moins une personne doit rester administrateur complet du compte.");
    let of_bob = line(&browser.open("/settings"), 1);
    let page = browser.open(&of_bob);
    browser.fill(&page, &of_bob, &[("role", "full_administrator")]);
    let page = browser.fill(&form, &path, &[("role", "back_office_viewer")]);
    page.says("Les permissions sont définies.");
    page.says("Seules les personnes qui ont le droit « Gérer l'entité »");
    let leave = format!("/profile/permissions/{}/delete", hub.account);
    let asked = browser.open(&leave);
    asked.says("Quitter Pizzeria Lumière ?");
    let page = browser.fill(&asked, &leave, &[]);
    page.says("Vous n'avez encore accès à aucun compte.");
}

#[test]
fn at_a_location_only_its_own_people_are_managed() {
    let hub = TestHub::start();
    administrator(&hub);
    let entity = Role::TechnicalPartner.permissions(false);
    let browser = hub.user("Luc", entity, Some(&hub.location));
    let page = add(&browser, "bob@example.com", "back_office_viewer");
    page.says("bob@example.com Invitation en attente");
    page.does_not_say("ana@example.com");
    page.does_not_say("Gestionnaire catalogue");
    let page = hub
        .user("Zoe", Role::FullAdministrator.permissions(true), None)
        .open("/settings");
    page.says("ana@example.com");
    page.does_not_say("bob@example.com");
}

#[test]
fn a_removed_user_has_no_access_any_more() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let bob = hub.user("Bob", Permissions::VIEW, None);
    let path = format!("{}/delete", line(&browser.open("/settings"), 1));
    let asked = browser.open(&path);
    asked.says("Retirer l'accès de Bob ?");
    browser.fill(&asked, &path, &[]).says("L'accès est retiré.");
    assert_eq!(bob.open("/connections").path, "/accounts/new");
}

#[test]
fn the_settings_show_the_account_or_the_location() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let page = browser.open("/settings");
    page.says("Devise EUR");
    page.says("Lyon Part-Dieu");
    let page = browser.choose_location(&page, Some(&hub.second_location));
    page.says("4 place des Frères, 69002 Lyon");
    page.does_not_say("Devise");
    browser
        .open("/settings/accounts")
        .says("Administrateur complet");
}
