//! A form is spent once: the second sending gets what came of the first.

use hub::users::permissions::Role;

use super::walk::{Form, Walk, administrator, count, forms};
use crate::engine::apply;
use crate::support::{Anybody, Browser, Page, TestHub, on_postgres_with};

fn form(page: &Page, action: &str) -> Form {
    let all = forms(page);
    let found = all.into_iter().find(|form| form.action == action);
    found.unwrap_or_else(|| panic!("no form for {action}: {}", page.text()))
}

/// What a browser gets.
fn page_parts(page: &Page) -> (u16, Option<String>, Vec<String>, String) {
    let cookies = page.answer.headers.get_all("set-cookie").iter();
    let cookies = cookies.map(|it| it.to_str().unwrap_or_default().to_owned());
    (
        page.status(),
        page.location().map(str::to_owned),
        cookies.collect(),
        page.answer.text.clone(),
    )
}

#[apply(each_engine!)]
fn what_makes_something_makes_it_once(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    for (path, table, typed) in [
        (
            "/accounts/new",
            "accounts",
            [("account_name", "Chez Ana"), ("location_name", "Lille")],
        ),
        (
            "/locations/new",
            "locations",
            [("location_name", "Lille"), ("city", "Lille")],
        ),
        (
            "/developer/clients/new",
            "clients",
            [("name", "Ma boutique"), ("other", "")],
        ),
    ] {
        let form = form(&browser.open(path), path);
        let before = count(&hub, table);
        let first = page_parts(&form.send_with(&browser, &typed));
        let second = page_parts(&form.send_with(&browser, &typed));
        assert!(first.0 == 303 || first.0 == 200, "{path}: {}", first.3);
        assert_eq!(first, second, "{path}");
        assert_eq!(count(&hub, table), before + 1, "{path}");
    }
}

fn at_once(hub: &TestHub, others: impl Fn(&Browser) -> Vec<Anybody>) {
    let walk = Walk::new(hub);
    let browser = administrator(&walk);
    for round in 0..5 {
        walk.stand(&browser, None);
        let form = form(&browser.open("/locations/new"), "/locations/new");
        let before = count(hub, "locations");
        let name = format!("Lille {round}");
        let fields = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        let fields = fields.filter(|(key, _)| *key != "location_name");
        let fields: Vec<(&str, &str)> = fields.chain([("location_name", name.as_str())]).collect();
        let answers = browser.post_at_once(&others(&browser), "/locations/new", &fields);
        assert_eq!(count(hub, "locations"), before + 1);
        let made = |status: u16| answers.iter().filter(|it| it.status == status).count();
        // Who asks another hub while the first one has not yet kept its answer is told that it was sent.
        assert!(made(303) >= 1, "{answers:?}");
        assert_eq!(made(303) + made(409), answers.len(), "{answers:?}");
    }
}

#[apply(each_engine!)]
fn of_two_presses_at_once_the_second_waits_for_the_first(hub: TestHub) {
    at_once(&hub, |browser| vec![browser.anybody().clone()]);
}

#[test]
fn two_hubs_make_one_location_of_one_form() {
    on_postgres_with(&[], |hub| {
        let other = hub.another_hub();
        at_once(&hub, |browser| vec![browser.anybody().at(&other)]);
    });
}

#[apply(each_engine!)]
fn a_form_stays_spent_when_the_hub_has_started_again(mut hub: TestHub) {
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, browser) = hub.user_of(&other, "Ana", held, None);
    let form = form(&browser.open("/locations/new"), "/locations/new");
    let typed = [("location_name", "Lille")];
    let before = count(&hub, "locations");
    let first = page_parts(&form.send_with(&browser, &typed));
    assert_eq!(first.0, 303);
    hub.restart();
    let browser = browser.to(&hub.hub);
    assert_eq!(page_parts(&form.send_with(&browser, &typed)), first);
    assert_eq!(count(&hub, "locations"), before + 1);
}

#[test]
fn another_text_in_the_same_form_is_another_form() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let form = form(&browser.open("/locations/new"), "/locations/new");
    let before = count(&hub, "locations");
    for name in ["Lille", "Nantes", "Lille"] {
        // Each stands at the location that was made before.
        walk.stand(&browser, None);
        form.send_with(&browser, &[("location_name", name)]);
    }
    assert_eq!(count(&hub, "locations"), before + 2);
}

#[test]
fn a_form_that_was_refused_can_be_sent_again() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let form = form(&browser.open("/locations/new"), "/locations/new");
    let empty = [("location_name", "")];
    assert_eq!(form.send_with(&browser, &empty).status(), 422);
    assert_eq!(form.send_with(&browser, &empty).status(), 422);
    let typed = [("location_name", "Lille")];
    assert_eq!(form.send_with(&browser, &typed).status(), 303);
}

#[apply(each_engine!)]
fn one_invitation_and_one_mail_for_two_presses(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let form = form(&browser.open("/settings"), "/settings/permissions");
    let typed = [("email", "new@example.com"), ("role", "technical_partner")];
    let first = page_parts(&form.send_with(&browser, &typed));
    let second = page_parts(&form.send_with(&browser, &typed));
    assert_eq!(first, second);
    assert_eq!(count(&hub, "invitations"), 1);
    // A third mail, to be sure that there was no second.
    let form = self::form(&browser.open("/settings"), "/settings/permissions");
    form.send_with(&browser, &[("email", "last@example.com"), typed[1]]);
    hub.mails("last@example.com", 1);
    assert_eq!(hub.mails("new@example.com", 1).len(), 1);
}

#[apply(each_engine!)]
fn who_signs_up_with_two_presses_gets_one_mail(hub: TestHub) {
    let browser = Browser::new(&hub);
    let form = form(&browser.open("/signup"), "/signup");
    let typed = [
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("password", "fourchette bleue"),
    ];
    for _ in 0..2 {
        form.send_with(&browser, &typed)
            .says("Un message vient d'être envoyé");
    }
    let link = hub.sign_up_link("ana@example.com");
    assert_eq!(count(&hub, "sign_ups"), 1);
    // The link is followed with two presses as well, and both enter.
    let form = self::form(&browser.open(&link), &link);
    let typed = [("password", "fourchette bleue")];
    let fields = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    let fields: Vec<(&str, &str)> = fields
        .filter(|(name, _)| *name != "password")
        .chain(typed)
        .collect();
    let twin = browser.clone();
    let first = page_parts(&browser.post(&link, &fields));
    // The browser has hung up and knows no cookie of the first answer.
    let second = page_parts(&twin.post(&link, &fields));
    assert_eq!(first.0, 303);
    assert_eq!(first, second);
    assert_eq!(count(&hub, "sessions"), 1);
    assert_eq!(twin.open("/profile").status(), 200);
}

#[test]
fn a_secret_is_renewed_once_and_shown_twice() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let list = browser.open("/developer");
    let client = list.all("a.row", "href")[0].clone();
    let rotate = format!("{client}/rotate");
    let form = form(&browser.open(&rotate), &rotate);
    let shown = |page: &Page| page.all("#client_secret", "value");
    let first = shown(&form.send(&browser));
    assert_eq!(first.len(), 1);
    assert_eq!(shown(&form.send(&browser)), first);
}

#[apply(each_engine!)]
fn what_is_kept_is_sealed_and_bounded(hub: TestHub) {
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    for round in 0..60 {
        let page = browser.open("/profile");
        let name = format!("Ana {round}");
        browser.send_form(&page, "/profile", &[("name", &name)]);
        hub.pass(std::time::Duration::from_secs(1));
    }
    // The one that is being claimed, and the fifty before it.
    assert_eq!(count(&hub, "kept"), 51);
    hub.pass(std::time::Duration::from_secs(25 * 3_600));
    hub.wait(hub::chores::run_due(&hub.hub))
        .expect("the chores");
    assert_eq!(count(&hub, "kept"), 0);
}
