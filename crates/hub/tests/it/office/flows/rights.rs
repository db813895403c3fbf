//! What one may give, change and take: what one holds, and no more.

use hub::users::permissions::{Permissions, Role};
use wire::id::LocationId;

use crate::engine::apply;
use crate::support::{Browser, TestHub, token_in};

/// Everybody who manages people: by role, or with that permission alone.
fn managers(is_account: bool) -> Vec<(String, Permissions)> {
    let mut all: Vec<_> = Role::ALL
        .into_iter()
        .map(|role| (format!("{role:?}"), role.permissions(is_account)))
        .collect();
    let alone = Permissions::ENTITY.with_implied(is_account);
    all.push(("Entity".to_owned(), alone));
    all.retain(|(_, held)| held.has(Permissions::ENTITY));
    all
}

fn roles(is_account: bool) -> Vec<Role> {
    let mut all = Role::ALL.to_vec();
    all.retain(|role| is_account || *role != Role::CatalogManager);
    all
}

/// Tries every change of every role by everybody who manages people at a place.
fn try_all(hub: &TestHub, location: Option<&LocationId>) {
    let is_account = location.is_none();
    let mut count = 0;
    for (name, held) in managers(is_account) {
        let browser = hub.user(&name, held, location);
        for old in roles(is_account) {
            for new in roles(is_account).into_iter().map(Some).chain([None]) {
                count += 1;
                let old_held = old.permissions(is_account);
                let victim = format!("v{count}");
                let (id, _) = hub.user_of(&hub.account, &victim, old_held, location);
                let (path, role) = match new {
                    Some(new) => (format!("/settings/permissions/{id}"), new.as_str()),
                    None => (format!("/settings/permissions/{id}/delete"), ""),
                };
                let touched = new.map_or(Permissions::NONE, |it| it.permissions(is_account));
                let may = held.has(old_held.and(touched));
                let status = browser.forge(&path, &[("role", role)]).status();
                let what = format!("{name}: {old:?} to {new:?}");
                assert_eq!(status, if may { 303 } else { 403 }, "{what}");
            }
        }
        for new in roles(is_account) {
            let email = format!("{name}{new:?}@invited.example");
            let typed = [("email", email.as_str()), ("role", new.as_str())];
            let status = browser.forge("/settings/permissions", &typed).status();
            let may = held.has(new.permissions(is_account));
            let what = format!("{name} invites {new:?}");
            assert_eq!(status, if may { 303 } else { 403 }, "{what}");
        }
    }
    assert!(count > 80, "{count}");
}

#[test]
fn nobody_gives_changes_or_takes_what_they_do_not_hold_at_the_account() {
    let hub = TestHub::start();
    hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    try_all(&hub, None);
}

#[test]
fn nobody_gives_changes_or_takes_what_they_do_not_hold_at_a_location() {
    let hub = TestHub::start();
    hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    try_all(&hub, Some(&hub.location));
}

fn partner(hub: &TestHub) -> Browser {
    hub.user("Tom", Role::TechnicalPartner.permissions(true), None)
}

#[apply(each_engine!)]
fn a_technical_partner_neither_rises_nor_removes_the_owner(hub: TestHub) {
    let held = Role::FullAdministrator.permissions(true);
    let (ana, owner) = hub.user_of(&hub.account, "Ana", held, None);
    let held = Role::TechnicalPartner.permissions(true);
    let (tom, partner) = hub.user_of(&hub.account, "Tom", held, None);
    let full = [("role", "full_administrator")];
    let page = partner.forge(&format!("/settings/permissions/{tom}"), &full);
    assert_eq!(page.status(), 403);
    page.says("Droit manquant : « Gérer la facturation »");
    for path in ["", "/delete"] {
        let path = format!("/settings/permissions/{ana}{path}");
        let page = partner.forge(&path, &[("role", "back_office_viewer")]);
        assert_eq!(page.status(), 403, "{path}");
        assert_eq!(partner.get(&path).status(), 403, "{path}");
    }
    let page = partner.open("/settings");
    page.says("Ana ana@example.com Administrateur complet");
    assert!(!page.has(&format!("a[href='/settings/permissions/{ana}']")));
    assert!(!page.has("option[value=full_administrator]"), "not offered");
    assert!(page.has("option[value=manager]"));
    owner
        .open("/settings")
        .says("Tom tom@example.com Partenaire technique");
}

#[test]
fn what_somebody_was_invited_to_is_not_changed_by_who_holds_less() {
    let hub = TestHub::start();
    let ana = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let tom = partner(&hub);
    let typed = [("email", "new@example.com"), ("role", "full_administrator")];
    ana.forge("/settings/permissions", &typed);
    let page = ana.open("/settings");
    let resend = page.all("form[action$='/resend']", "action")[0].clone();
    let path = resend.replace("/resend", "");
    let viewer = [("role", "back_office_viewer")];
    for path in [resend, path.clone(), format!("{path}/delete")] {
        assert_eq!(tom.forge(&path, &viewer).status(), 403, "{path}");
    }
    let typed = [("email", "new@example.com"), ("role", "back_office_viewer")];
    assert_eq!(tom.forge("/settings/permissions", &typed).status(), 403);
}

#[apply(each_engine!)]
fn an_invitation_ends_with_the_rights_of_who_sent_it(hub: TestHub) {
    let ana = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let held = Role::TechnicalPartner.permissions(true);
    let (tom, partner) = hub.user_of(&hub.account, "Tom", held, None);
    let typed = [("email", "bob@example.com"), ("role", "technical_partner")];
    partner.forge("/settings/permissions", &typed);
    let mail = &hub.mails("bob@example.com", 1)[0];
    let link = format!("/invitations/{}", token_in(mail, "/invitations/"));
    ana.forge(&format!("/settings/permissions/{tom}/delete"), &[]);
    let bob = hub.user("Bob", Permissions::NONE, None);
    let form = bob.open(&link);
    let page = bob.fill(&form, &link, &[("step", "accept")]);
    assert_eq!(page.status(), 404);
    assert_eq!(bob.open("/connections").path, "/accounts/new");
}

#[apply(each_engine!)]
fn those_who_manage_the_place_are_told_by_mail(hub: TestHub) {
    let ana = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    let (bob, _) = hub.user_of(&hub.account, "Bob", Permissions::VIEW, None);
    let path = format!("/settings/permissions/{bob}");
    ana.forge(&path, &[("role", "technical_partner")]);
    let mail = &hub.mails("ana@example.com", 1)[0];
    for part in [
        "Bob (bob@example.com)",
        "Maintenant=C2=A0: Partenaire technique",
        "Par=C2=A0: Ana",
    ] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    ana.forge(&format!("{path}/delete"), &[]);
    hub.mails("ana@example.com", 2);
    // Whoever managed the place before hears of it, too.
    let mail = &hub.mails("bob@example.com", 1)[0];
    assert!(mail.contains("Maintenant=C2=A0: aucun"), "{mail}");
}
