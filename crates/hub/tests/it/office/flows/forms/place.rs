//! The place of a page is in its address: a form does something there and nowhere else, whatever another
//! tab does, and a link leads everybody to the same place.

use std::collections::{BTreeMap, BTreeSet};

use hub::args;
use hub::db;
use hub::office::place::Place;
use hub::users::permissions::{Permissions, Role};
use wire::id::AccountId;

use super::walk::{Form, Walk, administrator, roles, route};
use crate::engine::apply;
use crate::support::{Browser, Page, TestHub};

/// What is about no place: a person, an app that asks for something, or nobody in particular.
const WITHOUT_PLACE: [&str; 15] = [
    "/",
    "/accounts/new",
    "/assets",
    "/confirm",
    "/design",
    "/developer",
    "/docs",
    "/invitations",
    "/language",
    "/locations/new",
    "/login",
    "/logout",
    "/oauth2",
    "/profile",
    "/reset_password",
];

fn is_without_place(path: &str) -> bool {
    let is_below = |root: &&str| {
        let rest = path.strip_prefix(root);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    path == "/" || path.starts_with("/signup") || WITHOUT_PLACE[1..].iter().any(is_below)
}

/// What an account has, row by row, as text: whatever a form could change.
fn account_rows(hub: &TestHub, account: &AccountId) -> BTreeMap<&'static str, Vec<String>> {
    let queries = [
        (
            "accounts",
            "SELECT name FROM accounts WHERE id = $1 ORDER BY 1",
        ),
        (
            "locations",
            "SELECT id FROM locations WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "memberships",
            "SELECT user_id || ' ' || CAST(permissions AS TEXT) FROM memberships
                WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "invitations",
            "SELECT email || ' ' || CAST(permissions AS TEXT) FROM invitations
                WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "connections",
            "SELECT id || CASE WHEN blocked_at IS NULL THEN '' ELSE ' blocked' END
                || CASE WHEN revoked_at IS NULL THEN '' ELSE ' ended' END
                FROM connections WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "catalogs",
            "SELECT id || ' ' || name FROM catalogs WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "customer lists",
            "SELECT id || ' ' || name FROM customer_lists WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "alarms",
            "SELECT id FROM alarms WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "settings of alarms",
            "SELECT account_id FROM alarm_settings WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "dispatches",
            "SELECT event_id || connection_id FROM dispatches WHERE account_id = $1 ORDER BY 1",
        ),
        (
            "the audit log",
            "SELECT id FROM audit_entries WHERE account_id = $1 ORDER BY 1",
        ),
    ];
    let account = account.clone();
    hub.wait(hub.hub.read("test.rows", move |tx| {
        let mut rows = BTreeMap::new();
        for (name, sql) in queries {
            let found: Vec<(String,)> = tx.all(sql, args![&account])?;
            rows.insert(name, found.into_iter().map(|(text,)| text).collect());
        }
        Ok(rows)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

/// Every form of every role is opened in one account, sent after another tab has gone to another
/// account where the user has the same role and more, and leaves that account as it is.
#[test]
fn a_form_of_one_place_does_nothing_at_another() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    walk.everybody();
    let (mut sent, mut done) = (0, 0);
    for (name, role) in roles() {
        for location in [None, Some(&hub.location)] {
            if location.is_some() && role.permissions(false) == Permissions::NONE {
                continue;
            }
            let name = format!("{name}{}", location.map_or("", |_| "there"));
            let browser = walk.user(&name, role, location);
            let before = account_rows(&hub, &walk.other);
            for form in walk.forms(&browser) {
                // What is left is not at a place; its object says which it is about.
                if Place::split(&form.address).0.is_none() {
                    assert!(is_without_place(&form.action), "{}", form.address);
                    continue;
                }
                walk.stand_elsewhere(&browser);
                let answer = form.send(&browser);
                let about = format!("{role:?} {} on {}", form.address, form.page);
                assert!(answer.status() < 500, "{about}: {}", answer.status());
                assert_eq!(account_rows(&hub, &walk.other), before, "{about}");
                sent += 1;
                done += i32::from(answer.target().is_some());
                // Whoever has taken their own right away goes on somewhere else.
                if let Some((Some(place), _)) = answer.target().map(Place::split) {
                    assert_eq!(Some(place), Place::split(&form.address).0, "{about}");
                }
            }
        }
    }
    eprintln!("{sent} forms sent while another tab is elsewhere, {done} of them done");
    assert!(sent > 60 && done > 20, "{sent} {done}");
}

#[apply(each_engine!)]
fn somebody_is_added_where_the_page_was_opened(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let form = browser.open("/settings");
    walk.stand_elsewhere(&browser);
    let typed = [("email", "eve@example.com"), ("role", "full_administrator")];
    let page = browser.fill(&form, "/settings/permissions", &typed);
    page.says("eve@example.com");
    assert_eq!(page.place(), Some(Place::whole(&hub.account)));
    let there = browser.open(&Place::whole(&walk.other).to("/settings"));
    assert_eq!(there.status(), 200);
    there.does_not_say("eve@example.com");
}

#[test]
fn what_was_opened_at_a_location_is_done_at_the_location() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let location = Place::of(&hub.account, Some(&hub.location));
    let form = browser.open(&location.to("/settings"));
    browser.open(&Place::whole(&hub.account).to("/settings"));
    let typed = [("email", "eve@example.com"), ("role", "technical_partner")];
    let page = browser.fill(&form, "/settings/permissions", &typed);
    page.says("eve@example.com");
    assert_eq!(page.place(), Some(location));
    let account = browser.open(&Place::whole(&hub.account).to("/settings"));
    account.does_not_say("eve@example.com");
}

#[apply(each_engine!)]
fn a_form_without_a_place_is_refused_and_says_what_to_do(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let page = browser.open("/settings");
    let form = super::walk::forms(&page);
    let form = form.iter().find(|it| it.action == "/settings/permissions");
    let old = Form {
        address: "/settings/permissions".to_owned(),
        ..form.expect("the form").clone()
    };
    let typed = [("email", "eve@example.com"), ("role", "technical_partner")];
    let refused = old.send_with(&browser, &typed);
    assert_eq!(refused.status(), 409);
    refused.says("Ce formulaire ne dit pas pour quel point de vente");
    refused.says("Rien n'a été modifié.");
    browser.open("/settings").does_not_say("eve@example.com");
    let again = refused.all("a.primary", "href");
    assert_eq!(browser.open(&again[0]).status(), 200);
}

#[test]
fn every_link_and_form_of_a_page_stays_at_its_place() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    walk.everybody();
    let placed: BTreeSet<&str> = hub::office::placed_paths().into_iter().collect();
    let browser = walk.user("Zita", Role::FullAdministrator, None);
    for place in [
        Place::whole(&hub.account),
        Place::of(&hub.account, Some(&hub.location)),
    ] {
        walk.stand(&browser, place.location.as_ref());
        let (mut links, mut seen) = (0, BTreeSet::new());
        let forms = walk.walk(&browser, |page: &Page| {
            if page.place().is_some() {
                seen.insert(route(
                    page.path.split(['?', '#']).next().unwrap_or_default(),
                ));
            }
            for link in page.links() {
                links += 1;
                let (at, path) = Place::split(&link);
                let about = format!("{link} on {}", page.address);
                assert!(at.is_some() || is_without_place(path), "{about}");
            }
        });
        for form in forms {
            let (at, path) = Place::split(&form.address);
            let is_here = at.as_ref() == Some(&place);
            assert!(is_here || is_without_place(path), "{}", form.address);
        }
        eprintln!(
            "{links} links of {} kinds of pages at {}",
            seen.len(),
            place.text()
        );
        assert!(seen.is_subset(&placed) && seen.len() > 20, "{seen:?}");
    }
}

/// Tries every address that somebody at a place can open, as somebody else.
fn shared_links(walk: &Walk<'_>, browser: &Browser) -> Vec<String> {
    let mut addresses = Vec::new();
    walk.walk(browser, |page| {
        if page.place().is_some() && page.status() == 200 {
            addresses.push(page.address.clone());
        }
    });
    addresses
}

#[test]
fn a_shared_link_opens_the_same_place_for_a_colleague_and_nothing_for_others() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let ana = administrator(&walk);
    let colleague = walk.user("Bob", Role::FullAdministrator, None);
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&walk.other, "Eve", held, None);
    let addresses = shared_links(&walk, &ana);
    assert!(addresses.len() > 30, "{addresses:?}");
    for address in &addresses {
        walk.stand_elsewhere(&colleague);
        let page = colleague.get(address);
        assert_eq!((page.status(), &page.address), (200, address));
        assert_eq!(stranger.get(address).status(), 404, "{address}");
    }
}

#[apply(each_engine!)]
fn an_address_without_a_place_leads_to_where_its_object_is(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let links = browser.open("/orders").all("a[href^='/orders/']", "href");
    let order = links.first().expect("an order").clone();
    walk.stand_elsewhere(&browser);
    let page = browser.open(&order);
    assert_eq!(page.status(), 200);
    assert_eq!(
        page.place(),
        Some(Place::of(&hub.account, Some(&hub.location)))
    );
    walk.stand_elsewhere(&browser);
    let list = browser.get("/orders?status=new");
    assert_eq!(
        list.address,
        Place::whole(&walk.other).to("/orders?status=new")
    );
    // Who may not see it is led to where they were, and finds nothing there.
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&walk.other, "Eve", held, None);
    assert_eq!(stranger.open(&order).status(), 404);
}

#[test]
fn an_object_is_at_its_own_location() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let links = browser.open("/orders").all("a[href^='/orders/']", "href");
    let order = links.first().expect("an order");
    let next_door = Place::of(&hub.account, Some(&hub.second_location));
    let own = Place::of(&hub.account, Some(&hub.location));
    assert_eq!(browser.open(&next_door.to(order)).address, own.to(order));
    for list in ["/connections", "/orders"] {
        browser.open(&next_door.to(list)).does_not_say("LUM-1");
    }
}

#[test]
fn the_selector_keeps_the_page_and_its_filter_but_no_object() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let orders = browser.open("/orders?from=2026-03-01&status=new&cursor=abc");
    let there = browser.choose_location(&orders, Some(&hub.second_location));
    assert_eq!(there.path, "/orders?from=2026-03-01&status=new");
    let there = browser.choose_account(&there, &walk.other);
    assert_eq!(there.path, "/orders?from=2026-03-01&status=new");
    let links = browser.open(&Place::whole(&hub.account).to("/orders"));
    let order = browser.open(&links.all("a[href^='/orders/']", "href")[0]);
    assert_eq!(browser.choose_account(&order, &walk.other).path, "/orders");
    assert_eq!(browser.choose_location(&order, None).path, "/orders");
}

#[test]
fn whoever_sees_one_location_is_led_there_from_the_account() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let held = Role::BackOfficeViewer.permissions(false);
    let browser = hub.user("Luc", held, Some(&hub.location));
    let page = browser.open(&Place::whole(&hub.account).to("/orders?status=new"));
    let own = Place::of(&hub.account, Some(&hub.location));
    assert_eq!(page.address, own.to("/orders?status=new"));
    let next_door = Place::of(&hub.account, Some(&hub.second_location));
    for place in [next_door, Place::whole(&walk.other)] {
        assert_eq!(browser.get(&place.to("/orders")).status(), 404);
    }
}

#[test]
fn what_looks_like_a_place_and_is_none_leads_nowhere() {
    let hub = TestHub::start();
    let browser = administrator(&Walk::new(&hub));
    let (account, other) = (&hub.account, &hub.another_account());
    for address in [
        "/accounts//orders".to_owned(),
        "/accounts/%00/orders".to_owned(),
        format!("/accounts/{account}/locations/{}/orders", other.location),
        format!("/accounts/{account}/locations/{account}/orders"),
        format!("/accounts/{account}/locations//orders"),
        format!("/accounts/{}/orders", other.account),
    ] {
        assert_eq!(browser.get(&address).status(), 404, "{address}");
    }
}
