//! Where people land who only use apps.

use hub::db;
use hub::oauth::clients;
use hub::users::permissions::Role;

use crate::engine::apply;
use crate::support::{Browser, Caller, TestHub};

fn describe(hub: &TestHub, app: &Caller, category: &'static str) {
    let id = app.client.clone();
    hub.wait(hub.hub.write("test.describe", move |tx| {
        let mut client = clients::find(tx, &id)?.unwrap();
        client.app.category = Some(category.to_owned());
        client.app.open_url = Some("https://app.example/open".to_owned());
        clients::update(tx, &client)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
}

fn apps(hub: &TestHub) -> (Caller, Caller) {
    let here = hub.connect("OrderLine", "location[orders.write]", Some(&hub.location));
    describe(hub, &here, "order_management");
    let there = Some(&hub.second_location);
    hub.connect("OrderLine", "location[orders.write]", there);
    let menu = hub.connect("CatalogManager", "account[all_catalogs.write]", None);
    describe(hub, &menu, "catalog_management");
    hub.client("till");
    (here, menu)
}

fn operator(hub: &TestHub, name: &str) -> Browser {
    let held = Role::OrderLineOperator.permissions(false);
    hub.user(name, held, Some(&hub.location))
}

#[apply(each_engine!)]
fn an_operator_finds_their_app_and_nothing_else(hub: TestHub) {
    let (screen, _) = apps(&hub);
    let browser = operator(&hub, "Ana");
    let page = browser.open("/");
    assert_eq!((page.path.as_str(), page.status()), ("/portal", 200));
    page.says(&format!("OrderLine Lyon Bellecour {} Ouvrir", hub.location));
    for other in ["Part-Dieu", "CatalogManager", "till"] {
        page.does_not_say(other);
    }
    let open = format!(
        "https://app.example/open?app_instance_id={}",
        screen.connection
    );
    assert_eq!(page.all("main a", "href"), [open]);
    assert_eq!(page.all("nav.side a.entry", "href"), ["/portal"]);
    assert_eq!(browser.get("/dashboard").status(), 403);
}

#[test]
fn a_catalog_manager_opens_the_app_of_the_account() {
    let hub = TestHub::start();
    apps(&hub);
    let browser = hub.user("Ana", Role::CatalogManager.permissions(true), None);
    let page = browser.open("/");
    page.says("CatalogManager Pizzeria Lumière Ouvrir");
    page.does_not_say("OrderLine");
}

#[test]
fn before_anything_is_connected_the_portal_says_who_can() {
    let hub = TestHub::start();
    operator(&hub, "Ana")
        .open("/")
        .says("Aucune application n'est encore connectée ici.");
}

#[test]
fn whoever_sees_the_back_office_has_no_portal() {
    let hub = TestHub::start();
    let viewer = hub.user("Ana", Role::BackOfficeViewer.permissions(true), None);
    assert_eq!(viewer.open("/portal").path, "/dashboard");
}

#[test]
fn changing_to_an_account_where_one_only_uses_apps_leads_to_its_portal() {
    let hub = TestHub::start();
    apps(&hub);
    let browser = operator(&hub, "Ana");
    let form = browser.open("/accounts/new");
    let typed = [("account_name", "Chez Ana"), ("location_name", "Lille")];
    let page = browser.fill(&form, "/accounts/new", &typed);
    assert_eq!(page.path, "/dashboard");
    let there = browser.choose_account(&page, &hub.account);
    assert_eq!(there.path, "/portal");
}
