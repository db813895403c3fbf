//! A form is about the place for which its page was opened, whatever another tab has chosen since.

use hub::users::permissions::Permissions;

use super::walk::{Walk, administrator, roles, route};
use crate::engine::apply;
use crate::support::TestHub;

/// What is about the browser, on every page.
const EVERYWHERE: [&str; 3] = ["/language", "/logout", "/selection"];

/// What is about no place.
const FOR_STRANGERS: [&str; 6] = [
    "/login",
    "/signup",
    "/signup/{token}",
    "/reset_password/new",
    "/reset_password/{token}",
    "/invitations/{token}",
];

#[test]
fn a_form_of_one_place_does_nothing_at_another() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    // So that there are invitations and links, too.
    walk.everybody();
    let (mut refused, mut elsewhere) = (0, 0);
    for (name, role) in roles() {
        for location in [None, Some(&hub.location)] {
            if location.is_some() && role.permissions(false) == Permissions::NONE {
                continue;
            }
            let name = format!("{name}{}", location.map_or("", |_| "there"));
            let browser = walk.user(&name, role, location);
            for form in walk.forms(&browser) {
                if EVERYWHERE.contains(&form.action.as_str()) {
                    elsewhere += 1;
                    continue;
                }
                walk.stand_elsewhere(&browser);
                let about = format!("{role:?} {} on {}", form.action, form.page);
                // Forms for strangers are about no place.
                if form.get("place").is_empty() {
                    assert!(FOR_STRANGERS.contains(&route(&form.action)), "{about}");
                } else {
                    let answer = form.send(&browser);
                    assert_eq!(answer.status(), 409, "{about}: {}", answer.text());
                    answer.says("Ce formulaire a été ouvert pour Pizzeria Lumière");
                    answer.says("Chez l'autre");
                    answer.says("Rien n'a été modifié.");
                    refused += 1;
                }
                walk.stand(&browser, location);
            }
        }
    }
    eprintln!("{refused} forms refused at another place, {elsewhere} that are about the browser");
    assert!(refused > 150, "{refused}");
}

#[apply(each_engine!)]
fn nobody_is_added_to_the_account_of_the_other_tab(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let form = browser.open("/settings");
    walk.stand_elsewhere(&browser);
    let typed = [("email", "eve@example.com"), ("role", "full_administrator")];
    let refused = browser.send_form(&form, "/settings/permissions", &typed);
    assert_eq!(refused.status(), 409);
    browser.open("/settings").does_not_say("eve@example.com");
    // The way back leads to the page where the form was, at its place.
    let page = browser.fill(&refused, "/selection", &[]);
    assert_eq!((page.path.as_str(), page.status()), ("/settings", 200));
    page.says("Pizzeria Lumière");
    page.does_not_say("eve@example.com");
    let done = browser.fill(&page, "/settings/permissions", &typed);
    done.says("eve@example.com");
}

#[test]
fn what_was_opened_at_a_location_is_not_done_to_the_account() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    walk.stand(&browser, Some(&hub.location));
    let form = browser.open("/settings");
    walk.stand(&browser, None);
    let typed = [("email", "eve@example.com"), ("role", "technical_partner")];
    let refused = browser.send_form(&form, "/settings/permissions", &typed);
    assert_eq!(refused.status(), 409);
    refused.says("Lyon Bellecour");
    browser.open("/settings").does_not_say("eve@example.com");
}

#[test]
fn a_form_that_does_not_say_its_place_is_refused() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let forms = walk.forms(&browser);
    let form = forms
        .iter()
        .find(|form| form.action == "/developer/clients/new")
        .expect("the form");
    let fields = form.fields.iter().filter(|(name, _)| name != "place");
    let fields: Vec<(&str, &str)> = fields.map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(browser.post(&form.action, &fields).status(), 403);
}

#[test]
fn a_location_is_chosen_in_the_account_of_the_page() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let page = browser.open("/orders");
    walk.stand_elsewhere(&browser);
    let typed = [("location", hub.second_location.as_str())];
    let page = browser.fill(&page, "/selection", &typed);
    assert_eq!(page.path, "/orders");
    assert!(
        page.answer.text.contains("<b><bdi>Lyon Part-Dieu"),
        "the place"
    );
}

#[test]
fn the_refusal_is_told_in_english_too() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let page = browser.open("/settings");
    let page = browser.fill(&page, "/language", &[("locale", "en-GB")]);
    walk.stand_elsewhere(&browser);
    let typed = [("email", "eve@example.com"), ("role", "technical_partner")];
    let refused = browser.send_form(&page, "/settings/permissions", &typed);
    refused.says("You have moved to another account or location");
    refused.says("In the meantime Chez l'autre");
}
