//! A form is sent by whoever may, and by nobody else: what is not offered is refused when it is sent
//! all the same.

use std::collections::BTreeSet;

use hub::args;
use hub::db;
use hub::users::permissions::{Permissions, Role};
use wire::id::LocationId;

use super::walk::{Form, Walk, route};
use crate::support::{Browser, Page, TestHub};

/// What it takes to send a form.
#[derive(Clone, Copy, Debug)]
enum Needs {
    /// A browser, or the link of a mail.
    Nothing,
    /// A user.
    SigningIn,
    /// The user whose it is.
    Being,
    /// To be a member of the place that it is about.
    Belonging,
    /// A permission at the place that it is about.
    Holding(Permissions),
    /// A permission at the location that its address names.
    HoldingThere(Permissions),
    /// A permission in the whole account.
    HoldingInAll(Permissions),
}

/// Written from what the permissions mean, form by form.
fn needs(route: &str) -> Needs {
    match route {
        "/language"
        | "/login"
        | "/login/code"
        | "/signup"
        | "/signup/{token}"
        | "/reset_password/new"
        | "/reset_password/{token}"
        | "/logout"
        | "/invitations/{token}" => Needs::Nothing,
        // What is let in by the last one is tried by itself.
        "/accounts/new"
        | "/profile"
        | "/confirm"
        | "/profile/password"
        | "/profile/second_factor"
        | "/profile/second_factor/new"
        | "/profile/second_factor/recovery_codes"
        | "/profile/second_factor/delete"
        | "/profile/log_out_everywhere"
        | "/profile/log_out_others"
        | "/oauth2/v1/authorize" => Needs::SigningIn,
        "/profile/email/{token}"
        | "/profile/invitations/{id}"
        | "/profile/sessions/{id}"
        | "/developer/clients/{id}"
        | "/developer/clients/{id}/rotate"
        | "/developer/clients/{id}/end_rotation"
        | "/developer/clients/{id}/delete" => Needs::Being,
        "/profile/permissions/{id}/delete" => Needs::Belonging,
        "/developer/clients/new" => Needs::Holding(Permissions::VIEW),
        "/alarms/settings"
        | "/alarms/test"
        | "/connections/{id}/block"
        | "/connections/{id}/unblock"
        | "/connections/{id}/disconnect"
        | "/connections/{id}/logs"
        | "/connections/{id}/repeats"
        | "/connections/{id}/sending"
        | "/orders/{id}/callbacks/{dispatch}/fire"
        | "/connections/{id}/resend"
        | "/connections/{id}/resend/{job}/stop"
        | "/orders/{id}/callbacks/{dispatch}/delete"
        | "/orders/{id}/callbacks/{dispatch}/resend" => Needs::Holding(Permissions::CONNECTIONS),
        "/settings/catalogs/new" | "/settings/customer_lists/new" => {
            Needs::Holding(Permissions::CONNECTIONS)
        }
        // Those of the administrator belong to the account.
        "/settings/catalogs/{id}"
        | "/settings/catalogs/{id}/delete"
        | "/settings/customer_lists/{id}"
        | "/settings/customer_lists/{id}/delete" => Needs::HoldingInAll(Permissions::CONNECTIONS),
        "/settings/permissions" => Needs::Holding(Permissions::ENTITY),
        "/settings/locations/{id}" | "/settings/locations/{id}/hours" => {
            Needs::HoldingThere(Permissions::ENTITY)
        }
        "/locations/new"
        | "/settings/account"
        | "/settings/permissions/{id}"
        | "/settings/permissions/{id}/delete"
        | "/settings/permissions/{id}/resend" => Needs::HoldingInAll(Permissions::ENTITY),
        other => panic!("what does {other} need?"),
    }
}

/// Somebody who tries every form of the administrator's.
struct Person {
    name: String,
    browser: Browser,
    is_user: bool,
    /// The account or location of which they are a member.
    selection: String,
    /// What they may do there.
    held: Permissions,
    is_in_all: bool,
    /// Whether that is the first account or its first location, of which the forms are.
    is_here: bool,
}

impl Person {
    fn may(&self, needs: Needs, form: &Form, walk: &Walk<'_>) -> bool {
        // What belongs to the whole account is not for whoever has a right at one location.
        let is_whole = form.action.contains(walk.maker.connection.as_str());
        // What names nothing is about the place where one stands.
        let is_here = self.is_here || !route(&form.action).contains('{');
        match needs {
            Needs::Nothing => true,
            Needs::SigningIn => self.is_user,
            Needs::Being => false,
            Needs::Belonging => {
                let own = format!("/profile/permissions/{}/delete", self.selection);
                form.action == own
            }
            Needs::Holding(wanted) => {
                is_here && self.held.has(wanted) && (self.is_in_all || !is_whole)
            }
            Needs::HoldingThere(wanted) => {
                let mut parts = form.action.split('/');
                let is_named = parts.any(|part| part == self.selection);
                self.held.has(wanted) && (is_named || (self.is_here && self.is_in_all))
            }
            Needs::HoldingInAll(wanted) => is_here && self.held.has(wanted) && self.is_in_all,
        }
    }

    /// Sends somebody else's form as their own, where they are themselves.
    fn forge(&self, form: &Form, typed: &[(&str, &str)]) -> Page {
        match self.browser.last_place() {
            Some(place) => self.forge_as_it_is(&form.at(&place), typed),
            None => self.forge_as_it_is(form, typed),
        }
    }

    /// Sends somebody else's form as their own, where the form is.
    fn forge_as_it_is(&self, form: &Form, typed: &[(&str, &str)]) -> Page {
        let own = match self.is_user {
            true => self.browser.open("/profile"),
            false => self.browser.open("/login"),
        };
        let carried = |name: &str| own.all(&format!("input[name={name}]"), "value")[0].clone();
        let common = ["csrf", "number"].map(|name| (name, carried(name)));
        let common = common.each_ref().map(|(key, value)| (*key, value.as_str()));
        form.send_with(&self.browser, &[&common, typed].concat())
    }
}

/// Who manages another location of the first account.
const NEXT_DOOR: &str = "Next-door";

/// Who manages an account of their own.
const NEIGHBOUR: &str = "Neighbour";

const STRANGER: &str = "a stranger";

/// Every role and every single permission, in the account and at a location; and who has none.
fn persons(walk: &Walk<'_>) -> Vec<Person> {
    let hub = walk.hub;
    let mut all = Vec::new();
    let mut add = |name: &str, held: Permissions, location: Option<&LocationId>| {
        let is_in_all = location.is_none();
        let held = held.with_implied(is_in_all);
        let suffix = if is_in_all { "everywhere" } else { "there" };
        let name = format!("{name}-{suffix}");
        if held != Permissions::NONE {
            all.push(Person {
                browser: hub.user(&name, held, location),
                name,
                is_user: true,
                selection: location.map_or(hub.account.to_string(), ToString::to_string),
                held,
                is_in_all,
                is_here: true,
            });
        }
    };
    for location in [None, Some(&hub.location)] {
        for role in Role::ALL {
            add(
                &format!("{role:?}"),
                role.permissions(location.is_none()),
                location,
            );
        }
        let every = Permissions::from_bits(i64::MAX).each();
        for (number, alone) in every.enumerate() {
            add(&format!("alone{number}"), alone, location);
        }
    }
    let elsewhere = |name: &str, browser: Browser, held: Permissions, selection: &str| Person {
        name: name.to_owned(),
        browser,
        is_user: name != STRANGER,
        selection: selection.to_owned(),
        held,
        is_in_all: name == NEIGHBOUR,
        is_here: false,
    };
    let nobody = hub.user("Nobody", Permissions::NONE, None);
    all.push(elsewhere("Nobody", nobody, Permissions::NONE, ""));
    let held = Role::FullAdministrator.permissions(true);
    let other = hub.another_account().account;
    let (_, neighbour) = hub.user_of(&other, NEIGHBOUR, held, None);
    all.push(elsewhere(NEIGHBOUR, neighbour, held, other.as_str()));
    let held = Role::FullAdministrator.permissions(false);
    let location = &hub.second_location;
    let next_door = hub.user(NEXT_DOOR, held, Some(location));
    all.push(elsewhere(NEXT_DOOR, next_door, held, location.as_str()));
    let stranger = Browser::new(hub);
    all.push(elsewhere(STRANGER, stranger, Permissions::NONE, ""));
    all
}

/// What forms could have changed.
fn state(hub: &TestHub) -> Vec<i64> {
    let counts = [
        "SELECT COUNT(*) FROM accounts",
        "SELECT COUNT(*) FROM locations",
        "SELECT CAST(SUM(LENGTH(name)) AS BIGINT) FROM accounts",
        "SELECT CAST(SUM(version) AS BIGINT) FROM locations",
        "SELECT COUNT(*) FROM memberships",
        "SELECT CAST(SUM(permissions) AS BIGINT) FROM memberships",
        "SELECT COUNT(*) FROM invitations",
        "SELECT COUNT(*) FROM clients",
        "SELECT COUNT(*) FROM connections WHERE blocked_at IS NOT NULL",
        "SELECT COUNT(*) FROM connections WHERE revoked_at IS NULL",
        "SELECT COUNT(*) FROM codes",
        "SELECT COUNT(*) FROM dispatches",
        "SELECT COUNT(*) FROM alarm_settings",
        "SELECT COUNT(*) FROM alarms",
        "SELECT COUNT(*) FROM catalogs",
        "SELECT CAST(SUM(LENGTH(name)) AS BIGINT) FROM catalogs",
        "SELECT COUNT(*) FROM customer_lists",
        "SELECT CAST(SUM(LENGTH(name)) AS BIGINT) FROM customer_lists",
    ];
    hub.wait(hub.hub.read("test.state", move |tx| {
        let one = |sql: &'static str| Ok(tx.first::<(i64,)>(sql, args![])?.map_or(0, |it| it.0));
        counts
            .into_iter()
            .map(one)
            .collect::<db::Result<Vec<i64>>>()
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

fn is_refused(answer: &Page) -> bool {
    let away = ["/login?back=", "/accounts/new"];
    match answer.location() {
        Some(path) => away.iter().any(|start| path.starts_with(start)),
        None => [403, 404].contains(&answer.status()),
    }
}

#[test]
fn every_form_is_refused_to_whoever_may_not_send_it() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let everybody = walk.everybody();
    let forms: Vec<&Form> = everybody.iter().flat_map(|(_, forms)| forms).collect();
    let persons = persons(&walk);
    let (mut refused, mut offered) = (0, 0);
    for person in &persons {
        let own = walk.forms(&person.browser);
        let own: BTreeSet<&str> = own.iter().map(|form| form.action.as_str()).collect();
        let before = state(&hub);
        // The same form stands on many pages.
        let mut tried = BTreeSet::new();
        for form in &forms {
            let name = route(&form.action);
            let about = format!("{} as {}", form.action, person.name);
            if name == "/oauth2/v1/authorize" || !tried.insert(form.key()) {
                continue;
            }
            let needs = needs(name);
            if person.may(needs, form, &walk) {
                let is_on_a_page = matches!(
                    needs,
                    Needs::Holding(_) | Needs::HoldingThere(_) | Needs::HoldingInAll(_)
                );
                if is_on_a_page && !name.starts_with("/settings/permissions/{id}") {
                    assert!(own.contains(form.action.as_str()), "{about} is not offered");
                    offered += 1;
                }
                continue;
            }
            assert!(!own.contains(form.action.as_str()), "{about} is offered");
            for answer in [person.forge(form, &[]), person.forge_as_it_is(form, &[])] {
                let (status, text) = (answer.status(), answer.text());
                assert!(is_refused(&answer), "{about}: {status} {text}");
            }
            refused += 1;
        }
        assert_eq!(state(&hub), before, "{}", person.name);
    }
    eprintln!(
        "{} people: {refused} forms refused, {offered} offered",
        persons.len()
    );
    assert!(refused > 300 && offered > 50, "{refused} {offered}");
}

/// What it takes to open a page: mostly what it takes to send its form, else to view the place.
fn page_needs(route: &str) -> Needs {
    match route {
        "/connections/{id}/logs" => Needs::Holding(Permissions::VIEW),
        "/settings/audit" => Needs::Holding(Permissions::ENTITY),
        "/dashboard"
        | "/dashboard/products"
        | "/search"
        | "/connections"
        | "/connections/ended"
        | "/connections/{id}/activity"
        | "/apps"
        | "/apps/{id}"
        | "/orders"
        | "/orders/{id}"
        | "/orders/{id}/ticket"
        | "/customers"
        | "/customers/{id}"
        | "/catalogs"
        | "/catalogs/{id}"
        | "/inventory"
        | "/data/logs"
        | "/alarms"
        | "/alarms/settings"
        | "/settings"
        | "/settings/accounts"
        | "/developer" => Needs::Holding(Permissions::VIEW),
        other => needs(other),
    }
}

/// Pages that are for everybody, or lead everybody to what is theirs.
const OPEN_PAGES: [&str; 5] = [
    "/",
    "/design",
    "/portal",
    "/suspended",
    "/oauth2/v1/authorize",
];

#[test]
fn every_page_is_closed_to_whoever_may_not_open_it() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    walk.everybody();
    let ana = walk.user("Zita", Role::FullAdministrator, None);
    let mut addresses = std::collections::BTreeMap::new();
    for location in [None, Some(&hub.location)] {
        walk.stand(&ana, location);
        walk.walk(&ana, |page: &Page| {
            let path = page.path.split(['?', '#']).next().unwrap_or_default();
            let address = page.address.split(['?', '#']).next().unwrap_or_default();
            let is_page = page.status() == 200 && !OPEN_PAGES.contains(&path);
            if is_page && !path.starts_with("/docs") {
                addresses.insert(address.to_owned(), route(path));
            }
        });
    }
    let (mut refused, mut opened) = (0, 0);
    for person in &persons(&walk) {
        for (address, route) in &addresses {
            let about = format!("{address} as {}", person.name);
            let form = Form::at_address(address);
            let answer = person.browser.get(address);
            let needs = page_needs(route);
            if !person.may(needs, &form, &walk) {
                let is_elsewhere = answer.location().is_some();
                assert!(is_refused(&answer) || is_elsewhere, "{about} is opened");
                refused += 1;
            } else if person.is_here && person.is_in_all && matches!(needs, Needs::Holding(_)) {
                assert_eq!(answer.status(), 200, "{about}");
                opened += 1;
            }
        }
    }
    eprintln!(
        "{} pages: {refused} refused, {opened} opened",
        addresses.len()
    );
    assert!(refused > 500 && opened > 200, "{refused} {opened}");
}

#[test]
fn nobody_authorizes_an_app_without_permission() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let everybody = walk.everybody();
    let asking = everybody.iter().flat_map(|(_, forms)| forms);
    let asking = asking.filter(|form| form.action == "/oauth2/v1/authorize");
    // What an app asks of a person is that person's to give.
    let asking: Vec<&Form> = asking
        .filter(|form| !form.page.ends_with("profile"))
        .collect();
    let persons = persons(&walk);
    let before = state(&hub);
    let (mut refused, mut count) = (0, 0);
    for person in persons {
        if person.is_here && person.held.has(Permissions::CONNECTIONS) {
            continue;
        }
        for form in &asking {
            for target in [&hub.location, &hub.second_location] {
                let catalog = hub.catalog.to_string();
                let typed = [
                    ("step", "allow"),
                    ("target", target.as_str()),
                    ("catalog", &catalog),
                ];
                if person.name == NEXT_DOOR && *target == hub.second_location {
                    continue;
                }
                let answer = person.forge(form, &typed);
                let went = answer.location().unwrap_or_default();
                assert!(!went.contains("code="), "{} got {went}", person.name);
                count += 1;
                refused += i32::from(went.is_empty());
            }
        }
    }
    assert_eq!(state(&hub), before);
    eprintln!("{count} times nobody was let in, {refused} times the page came again");
    assert!(count > 50, "{count}");
}
