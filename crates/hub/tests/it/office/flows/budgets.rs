//! How many mails what people do may cause in a day.

use std::time::Duration;

use hub::args;
use hub::db::{self, QueryBuilder};
use hub::users::permissions::{Permissions, Role};

use crate::engine::{Engine, apply};
use crate::support::{Browser, TestHub};

const A_DAY: Duration = Duration::from_secs(86_400);

/// Waits until so many mails of a kind were asked for today; some leave apart from the answer.
fn counted(hub: &TestHub, kind: &'static str, count: i64) {
    hub.wait(async {
        loop {
            let look = hub.hub.read("test.counts", move |tx| {
                let pattern = format!("mail:{kind} to %");
                tx.first(
                    "SELECT taken FROM counts WHERE name LIKE $1",
                    args![pattern],
                )
            });
            let found: Option<(i64,)> = look
                .await
                .unwrap_or_else(|error: db::Error| panic!("{error}"));
            if found == Some((count,)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    });
}

/// How many links there are.
fn links(hub: &TestHub, table: &'static str) -> i64 {
    let look = hub.hub.read("test.links", move |tx| {
        QueryBuilder::new(&format!("SELECT COUNT(*) FROM {table}"), &[]).first(tx)
    });
    let found: Option<(i64,)> = hub
        .wait(look)
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    found.map_or(0, |(count,)| count)
}

fn invite(browser: &Browser, email: &str) -> u16 {
    let typed = [("email", email), ("role", "back_office_viewer")];
    let page = browser.forge("/settings/permissions", &typed);
    if page.status() == 422 {
        page.says("Trop de messages ont été envoyés aujourd'hui.");
    }
    page.status()
}

#[apply(each_engine!)]
fn a_user_invites_so_many_in_a_day_and_no_more(engine: Engine) {
    let hub = engine.start_with(&[("mail.per_user", "3")]);
    let ana = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    for number in 0..3 {
        assert_eq!(invite(&ana, &format!("a{number}@example.com")), 303);
    }
    assert_eq!(invite(&ana, "one-more@example.com"), 422);
    ana.open("/settings").does_not_say("one-more@example.com");
    hub.pass(A_DAY);
    hub.confirm_identity("Ana");
    assert_eq!(invite(&ana, "one-more@example.com"), 303);
}

#[apply(each_engine!)]
fn an_account_invites_so_many_in_a_day_and_no_more(engine: Engine) {
    let hub = engine.start_with(&[("mail.per_account", "3")]);
    let held = Role::FullAdministrator.permissions(true);
    let (ana, bob) = (hub.user("Ana", held, None), hub.user("Bob", held, None));
    assert_eq!(invite(&ana, "a1@example.com"), 303);
    assert_eq!(invite(&ana, "a2@example.com"), 303);
    assert_eq!(invite(&bob, "b1@example.com"), 303);
    assert_eq!(invite(&bob, "b2@example.com"), 422);
}

#[apply(each_engine!)]
fn one_address_gets_so_many_of_a_kind_in_a_day_and_no_more(engine: Engine) {
    let hub = engine.start_with(&[("mail.per_recipient", "2")]);
    let ana = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
    assert_eq!(invite(&ana, "x@example.com"), 303);
    let page = ana.open("/settings");
    let resend = page.all("form[action$='/resend']", "action")[0].clone();
    assert_eq!(ana.forge(&resend, &[]).status(), 303);
    assert_eq!(ana.forge(&resend, &[]).status(), 422);
    hub.mails("x@example.com", 2);
    // A new password, asked for three times: the page says the same, two mails leave.
    let ask = || {
        let browser = Browser::new(&hub);
        let form = browser.open("/reset_password/new");
        let typed = [("email", "bob@example.com")];
        browser.fill(&form, "/reset_password/new", &typed).text()
    };
    hub.user("Bob", Permissions::NONE, None);
    let first = ask();
    assert_eq!((ask(), ask()), (first.clone(), first));
    counted(&hub, "reset", 3);
    assert_eq!(links(&hub, "password_resets"), 2);
    hub.pass(A_DAY);
    ask();
    hub.mails("bob@example.com", 3);
}

#[apply(each_engine!)]
fn what_is_beyond_the_budget_of_an_address_is_held_back_without_a_word(engine: Engine) {
    let hub = engine.start_with(&[("mail.per_recipient", "1")]);
    let ask = || {
        let browser = Browser::new(&hub);
        let form = browser.open("/signup");
        let typed = [
            ("name", "Ana"),
            ("email", "ana@example.com"),
            ("password", "fourchette bleue"),
        ];
        browser.fill(&form, "/signup", &typed).text()
    };
    assert_eq!(ask(), ask());
    counted(&hub, "sign-up", 2);
    assert_eq!(links(&hub, "sign_ups"), 1);
    hub.pass(A_DAY);
    ask();
    hub.mails("ana@example.com", 2);
}
