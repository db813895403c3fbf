//! Who may open and do what, and that nobody sees another account.

use hub::users::permissions::{Permissions, Role};
use hub::users::store as users;

use crate::support::{Browser, TestHub};

const PAGES: [&str; 11] = [
    "/dashboard",
    "/dashboard/products",
    "/search",
    "/connections",
    "/apps",
    "/customers",
    "/catalogs",
    "/inventory",
    "/settings",
    "/settings/accounts",
    "/developer",
];

#[test]
fn whoever_may_view_opens_every_page_and_nobody_else() {
    let hub = TestHub::start();
    for (index, role) in Role::ALL.into_iter().enumerate() {
        let held = role.permissions(true);
        let browser = hub.user(&format!("User{index}"), held, None);
        let status = if held.has(Permissions::VIEW) {
            200
        } else {
            403
        };
        for page in PAGES {
            assert_eq!(browser.get(page).status(), status, "{role:?} {page}");
        }
        assert_eq!(browser.get("/profile").status(), 200, "{role:?}");
    }
}

#[test]
fn what_a_role_may_not_do_is_neither_offered_nor_done() {
    let hub = TestHub::start();
    for (index, role) in Role::ALL.into_iter().enumerate() {
        let held = role.permissions(true);
        let may = held.has(Permissions::CONNECTIONS);
        let till = hub.client(&format!("till{index}"));
        let browser = hub.user(&format!("User{index}"), held, None);
        let page = browser.open("/connections");
        let block = format!("/connections/{}/block", till.connection);
        assert_eq!(
            page.has(&format!("form[action='{block}']")),
            may,
            "{role:?}"
        );
        let expected = if may {
            303
        } else if held.has(Permissions::VIEW) {
            403
        } else {
            404
        };
        for action in ["block", "unblock", "disconnect"] {
            let path = format!("/connections/{}/{action}", till.connection);
            assert_eq!(
                browser.forge(&path, &[]).status(),
                expected,
                "{role:?} {action}"
            );
        }
        assert_eq!(till.get("/location").status == 401, may, "{role:?}");
    }
}

#[test]
fn the_token_is_for_those_who_manage_connections() {
    let hub = TestHub::start();
    let till = hub.client("till");
    let path = format!("/connections/{}/logs", till.connection);
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    let page = viewer.open(&path);
    assert_eq!(page.status(), 200);
    assert!(!page.has("button[name=token]"));
    let page = viewer.forge(&path, &[("token", "show")]);
    assert_eq!(page.status(), 403);
    page.says("Droit manquant : « Gérer les connexions et ressources ».");
    assert!(!page.answer.text.contains(&till.token));
}

#[test]
fn only_those_who_manage_the_entity_touch_permissions() {
    let hub = TestHub::start();
    let (victim, _) = {
        let held = Role::FullAdministrator.permissions(true);
        hub.user_of(&hub.account, "Ana", held, None)
    };
    for (index, role) in Role::ALL.into_iter().enumerate().skip(2) {
        let browser = hub.user(&format!("User{index}"), role.permissions(true), None);
        let add = [("email", "x@example.com"), ("role", "manager")];
        assert_eq!(
            browser.forge("/settings/permissions", &add).status(),
            403,
            "{role:?}"
        );
        for action in ["", "/delete"] {
            let path = format!("/settings/permissions/{victim}{action}");
            assert_eq!(browser.forge(&path, &add).status(), 403, "{role:?} {path}");
        }
        let form = browser.get("/locations/new");
        assert_eq!(form.status(), 403, "{role:?}");
    }
}

#[test]
fn another_accounts_things_do_not_exist() {
    let hub = TestHub::start();
    let other = hub.another_account();
    let scope = "location[orders.write]";
    let foreign = hub.connect_in(&other.account, "foreign", scope, Some(&other.location));
    let held = Role::FullAdministrator.permissions(true);
    let (stranger, _) = hub.user_of(&other.account, "Zoe", held, None);
    let browser = hub.user("Ana", held, None);
    for action in ["logs", "activity", "disconnect"] {
        let path = format!("/connections/{}/{action}", foreign.connection);
        let page = browser.get(&path);
        assert_eq!(page.status(), 404, "{path}");
        page.says("Cette page n'existe pas");
    }
    for action in ["block", "unblock", "disconnect", "logs"] {
        let path = format!("/connections/{}/{action}", foreign.connection);
        assert_eq!(
            browser.forge(&path, &[("token", "show")]).status(),
            404,
            "{path}"
        );
    }
    let path = format!("/settings/permissions/{stranger}");
    assert_eq!(browser.get(&path).status(), 404);
    assert_eq!(browser.forge(&format!("{path}/delete"), &[]).status(), 404);
    foreign.get("/location").ok();
}

#[test]
fn a_place_that_is_not_ones_own_cannot_be_chosen() {
    let hub = TestHub::start();
    let other = hub.another_account();
    let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    for selection in [
        other.account.to_string(),
        format!("{}/{}", other.account, other.location),
        format!("{}/{}", hub.account, other.location),
    ] {
        browser.keep("passeplat_place", &selection);
        let page = browser.open("/settings");
        page.says("Pizzeria Lumière");
        page.does_not_say("Chez l'autre");
    }
}

#[test]
fn who_may_see_one_location_sees_nothing_of_the_others() {
    let hub = TestHub::start();
    let held = Role::FullAdministrator.permissions(false);
    let browser = hub.user("Luc", held, Some(&hub.second_location));
    let own = hub.connect(
        "screen",
        "location[orders.write]",
        Some(&hub.second_location),
    );
    let next_door = hub.client("till");
    let whole = hub.connect("menu", "account[catalog.write]", None);
    let page = browser.open("/connections");
    page.says("screen");
    page.does_not_say("till");
    page.does_not_say("menu");
    for (caller, status) in [(&own, 200), (&next_door, 404), (&whole, 404)] {
        let path = format!("/connections/{}/logs", caller.connection);
        assert_eq!(browser.get(&path).status(), status, "{}", caller.client);
    }
    assert!(
        !browser
            .open("/dashboard")
            .answer
            .text
            .contains("Lyon Bellecour")
    );
}

#[test]
fn who_is_not_signed_in_is_sent_to_the_log_in_page() {
    let hub = TestHub::start();
    let browser = Browser::new(&hub);
    for page in PAGES.iter().chain(&["/profile", "/accounts/new"]) {
        let answer = browser.get(page);
        assert!(
            answer.location().unwrap().starts_with("/login?back="),
            "{page}"
        );
    }
}

#[test]
fn who_may_only_use_an_application_begins_on_the_portal() {
    let hub = TestHub::start();
    let browser = hub.user("Lou", Permissions::ORDER_LINE, None);
    assert_eq!(browser.open("/").path, "/portal");
    let browser = hub.user("Eve", Permissions::VIEW, None);
    assert_eq!(browser.open("/").path, "/dashboard");
}

#[test]
fn choosing_another_account_leads_to_the_same_section_there() {
    let hub = TestHub::start();
    let other = hub.another_account();
    let held = Role::FullAdministrator.permissions(true);
    let (ana, browser) = hub.user_of(&hub.account, "Ana", held, None);
    let account = other.account.clone();
    hub.wait(hub.hub.write("test.both", move |tx| {
        let now = tx.now();
        users::grant(tx, &account, None, &ana, held, now)
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let till = hub.client("till");
    let page = browser.open(&format!("/connections/{}/logs", till.connection));
    let page = browser.choose_account(&page, &other.account);
    assert_eq!((page.path.as_str(), page.status()), ("/connections", 200));
    page.does_not_say("till");
}
