//! A suspended account: what its people see, and what they cannot do.

use hub::accounts::store as accounts;
use hub::users::permissions::Role;

use crate::engine::{Engine, apply};
use crate::support::{Browser, TestHub};

fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

fn suspend(hub: &TestHub, suspended: bool) {
    let account = hub.account.clone();
    hub.wait(hub.hub.write("test.suspend", move |tx| match suspended {
        true => accounts::suspend(tx, &account),
        false => accounts::resume(tx, &account),
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
}

#[apply(each_engine!)]
fn a_suspended_account_says_so_and_who_to_contact(engine: Engine) {
    let hub = engine.start_with(&[("support", "aide@hub.test")]);
    let browser = administrator(&hub);
    suspend(&hub, true);
    let page = browser.open("/");
    assert_eq!((page.path.as_str(), page.status()), ("/suspended", 200));
    page.says(&format!(
        "Pizzeria Lumière ({}) est suspendu depuis le 07/03/2026",
        hub.account
    ));
    page.says("écrivez au support de Passeplat : aide@hub.test");
    page.says("Ana · ana@example.com");
    assert!(
        page.all("a", "href")
            .contains(&"mailto:aide@hub.test".to_owned())
    );
    suspend(&hub, false);
    assert_eq!(browser.open("/suspended").path, "/dashboard");
}

#[apply(each_engine!)]
fn its_data_can_be_seen_but_nothing_changed(hub: TestHub) {
    let till = hub.client("till");
    let browser = administrator(&hub);
    let before = browser.open("/connections");
    suspend(&hub, true);
    for path in ["/connections", "/orders", "/settings"] {
        let page = browser.get(path);
        assert_eq!(page.status(), 200, "{path}");
        page.says("Ce compte est suspendu : rien ne peut y être modifié.");
    }
    let block = format!("/connections/{}/block", till.connection);
    assert_eq!(browser.fill(&before, &block, &[]).path, "/suspended");
    suspend(&hub, false);
    till.get("/location").ok();
    browser.open("/connections").does_not_say("suspendu");
}

#[test]
fn no_app_can_be_let_in_while_it_lasts() {
    let hub = TestHub::start();
    hub.client("till");
    let browser = administrator(&hub);
    let ask = "/oauth2/v1/authorize?client_id=till.clients.test&scope=location[orders.read]\
        &redirect_uri=https://till.example/back";
    let before = browser.open(ask);
    suspend(&hub, true);
    let page = browser.open(ask);
    page.says("Le compte est suspendu : aucune application ne peut y être autorisée");
    page.does_not_say("Créer un nouveau point de vente");
    let typed = [("step", "allow"), ("target", hub.location.as_str())];
    let answer = browser.send_form(&before, "/oauth2/v1/authorize", &typed);
    assert_eq!(answer.location(), None);
    answer.says("compte suspendu");
}

#[test]
fn another_account_of_the_same_person_is_not_touched() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let form = browser.open("/accounts/new");
    let typed = [("account_name", "Chez Ana"), ("location_name", "Lille")];
    browser.fill(&form, "/accounts/new", &typed);
    suspend(&hub, true);
    let page = browser.open("/");
    assert_eq!(page.path, "/dashboard");
    let there = browser.choose_account(&page, &hub.account);
    assert_eq!(there.path, "/suspended");
}
