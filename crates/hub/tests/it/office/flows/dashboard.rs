use std::time::Duration;

use hub::users::permissions::Role;
use jiff::Timestamp;

use super::connections::administrator;
use crate::engine::apply;
use crate::support::{Caller, Receiver, Reply, TestHub, json};

/// Places an order of one pizza; answers its id.
fn order(shop: &Caller, reference: &str, price: &str) -> String {
    let body = json!({"status": "new", "ref": reference, "items": [
        {"product_name": "Reine", "price": price, "quantity": "1"}]});
    shop.post("/location/orders", body).ok()["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

fn set_status(shop: &Caller, order: &str, status: &str) {
    let path = format!("/location/orders/{order}");
    shop.patch(&path, json!({"status": status})).ok();
}

fn follow_orders(till: &Caller) {
    let body = json!({"events": {"order": ["create"]}});
    till.post("/callback", body).ok();
}

/// Moves the clock to a moment.
fn at(hub: &TestHub, moment: &str) {
    let wait = moment.parse::<Timestamp>().unwrap() - hub.hub.clock().now();
    hub.pass(wait.try_into().unwrap());
}

#[apply(each_engine!)]
fn with_no_app_the_dashboard_says_what_to_do_first(hub: TestHub) {
    let page = administrator(&hub).open("/dashboard");
    page.says("Aucune application n'est connectée ici");
    assert!(page.has(".state.plain a.primary[href='/apps']"));
    assert!(!page.has(".state.good"));
}

#[apply(each_engine!)]
fn nothing_is_green_on_a_day_without_orders(hub: TestHub) {
    follow_orders(&hub.client("till"));
    let page = administrator(&hub).open("/dashboard");
    page.says("Aucune commande ces dernières 24 heures.");
    assert!(!page.has(".state.good"));
}

#[apply(each_engine!)]
fn all_is_well_with_the_number_of_orders_that_proves_it(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    follow_orders(&till);
    for reference in ["A1", "A2"] {
        let id = order(&shop, reference, "9.80 EUR");
        set_status(&till, &id, "received");
    }
    let page = administrator(&hub).open("/dashboard");
    page.says("2 commandes reçues et transmises ces dernières 24 heures : il n'en manque aucune.");
    assert!(page.has(".state.good"));
}

#[apply(each_engine!)]
fn an_order_on_its_way_is_neither_well_nor_in_need(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    follow_orders(&till);
    order(&shop, "A1", "9.80 EUR");
    let page = administrator(&hub).open("/dashboard");
    page.says("1 commande est en route.");
    assert!(!page.has(".state.good") && !page.has(".state.bad"));
}

#[apply(each_engine!)]
fn an_order_that_nobody_acknowledges_needs_somebody_after_two_minutes(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    follow_orders(&till);
    let id = order(&shop, "A1", "9.80 EUR");
    hub.pass(Duration::from_secs(121));
    let page = administrator(&hub).open("/dashboard");
    page.says("1 commande a besoin de vous");
    page.says("La commande A1 n'a atteint aucune caisse.");
    assert!(page.has(&format!(".state.bad a[href='/orders/{id}']")));
    assert!(!page.has(".state.good"));
}

#[apply(each_engine!)]
fn an_order_for_nobody_needs_somebody(hub: TestHub) {
    order(&hub.client("shop"), "A1", "9.80 EUR");
    hub.pass(Duration::from_secs(121));
    let page = administrator(&hub).open("/dashboard");
    page.says("La commande A1 n'est arrivée nulle part");
    page.says("Aucune application connectée ne reçoit les nouvelles commandes d'ici.");
}

#[apply(each_engine!)]
fn an_order_that_was_answered_with_an_error_needs_somebody(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    let receiver = Receiver::start(&hub);
    receiver.answers(Reply::Status(404));
    let body = json!({"url": receiver.url("/"), "events": {"order": ["create"]}});
    till.post("/callback", body).ok();
    order(&shop, "A1", "9.80 EUR");
    hub.dispatch();
    hub.pass(Duration::from_secs(121));
    let page = administrator(&hub).open("/dashboard");
    page.says("La commande A1 a été transmise, mais l'application a répondu par une erreur.");
}

#[apply(each_engine!)]
fn a_rejected_order_needs_somebody_and_says_why(hub: TestHub) {
    let till = hub.client("till");
    let id = order(&till, "A1", "9.80 EUR");
    let cause = json!({"status": "rejected", "custom_fields": {"epos": {"rejection": {
        "cause": "Le produit **Reine** n'existe pas."}}}});
    till.patch(&format!("/location/orders/{id}"), cause).ok();
    let page = administrator(&hub).open("/dashboard");
    page.says("La commande A1 a été rejetée : Le produit Reine n'existe pas.");
}

#[apply(each_engine!)]
fn an_order_needs_nobody_any_longer_after_a_day(hub: TestHub) {
    order(&hub.client("shop"), "A1", "9.80 EUR");
    hub.pass(Duration::from_secs(24 * 3_600 + 1));
    administrator(&hub)
        .open("/dashboard")
        .does_not_say("a besoin de vous");
}

#[apply(each_engine!)]
fn a_blocked_connection_is_ill_since_it_was_blocked(hub: TestHub) {
    let till = hub.client("till");
    let browser = administrator(&hub);
    let page = browser.open("/connections");
    let block = format!("/connections/{}/block", till.connection);
    browser.fill(&page, &block, &[]);
    let page = browser.open("/dashboard");
    page.says("1 connexion ne fonctionne pas");
    page.says("till est bloquée depuis le 07/03/2026 19:41");
}

#[apply(each_engine!)]
fn the_dashboard_names_an_app_that_leaves_events_waiting(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    follow_orders(&till);
    order(&shop, "A1", "9.80 EUR");
    let browser = administrator(&hub);
    browser.open("/dashboard").says("1 Envoi en attente");
    hub.pass(Duration::from_secs(601));
    browser
        .open("/dashboard")
        .says("till ne donne plus signe de vie depuis le 07/03/2026 19:41. 1 événement attend.");
}

#[apply(each_engine!)]
fn orders_and_connections_are_counted(hub: TestHub) {
    let till = hub.client("till");
    hub.client("screen");
    order(&till, "A17", "9.80 EUR");
    let page = administrator(&hub).open("/dashboard");
    page.says("1 Commande aujourd'hui");
    page.says("2 Connexions actives");
    page.says("Ventes 9,80 € Nombre de ventes 1 Panier moyen 9,80 € Nouveaux clients 0");
    page.says("A17");
    page.says("POINT DE VENTE");
}

/// A known set of orders of two days, of which one is cancelled, one is refunded in part and one is not delivered.
fn place_known_orders(hub: &TestHub) {
    let (site, counter) = (hub.client("site"), hub.client("counter"));
    order(&site, "A1", "36.65 EUR");
    let refunded = order(&site, "A2", "40.00 EUR");
    let cancelled = order(&counter, "A3", "500.00 EUR");
    set_status(&counter, &cancelled, "cancelled");
    let path = format!("/location/orders/{refunded}");
    let discount = json!({"discounts": [{"name": "Geste", "price_off": "3.34 EUR"}]});
    site.patch(&path, discount).ok();
    hub.pass(Duration::from_secs(24 * 3_600));
    order(&counter, "A4", "36.65 EUR");
}

#[apply(each_engine!)]
fn figures_are_those_of_a_known_set_of_orders(hub: TestHub) {
    place_known_orders(&hub);
    let page = administrator(&hub).open("/dashboard?period=7");
    // 36.65 + 36.66 + 36.65, and 109.96 / 3 = 36.6533….
    page.says("Ventes 109,96 € Nombre de ventes 3 Panier moyen 36,65 €");
    page.says("site 2 73,31 € 66,7 %");
    page.says("counter 1 36,65 € 33,3 %");
    page.says("1 Reine 3 113,30 €");
    page.says("08/03/2026 1 36,65 €");
}

#[apply(each_engine!)]
fn a_basket_is_rounded_to_what_can_be_paid(hub: TestHub) {
    let account = hub.account.clone();
    hub.wait(hub.hub.write("test.currency", move |tx| {
        let sql = "UPDATE accounts SET currency = 'JPY' WHERE id = $1";
        tx.write(sql, hub::args![&account])
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let shop = hub.client("shop");
    order(&shop, "A1", "100.00 JPY");
    order(&shop, "A2", "101.00 JPY");
    let page = administrator(&hub).open("/dashboard");
    page.says("Ventes 201 JPY Nombre de ventes 2 Panier moyen 101 JPY");
}

#[apply(each_engine!)]
fn a_period_is_compared_with_the_one_before_up_to_the_same_time(hub: TestHub) {
    let shop = hub.client("shop");
    order(&shop, "A1", "10.00 EUR");
    // Later on the same day: the period before ends earlier.
    hub.pass(Duration::from_secs(3_600));
    order(&shop, "A2", "99.00 EUR");
    hub.pass(Duration::from_secs(23 * 3_600 + 60));
    order(&shop, "A3", "11.25 EUR");
    let browser = administrator(&hub);
    let page = browser.open("/dashboard?period=today&compare=1");
    page.says("Ventes 11,25 € +12,5 % , avant : 10,00 €");
    page.says("Ne plus comparer");
    let page = browser.open("/dashboard?period=today");
    page.says("Comparer avec (07/03/2026)");
}

#[apply(each_engine!)]
fn dates_in_the_wrong_order_are_put_right(hub: TestHub) {
    order(&hub.client("shop"), "A1", "10.00 EUR");
    let page = administrator(&hub).open("/dashboard?from=2026-03-08&to=2026-03-01");
    page.says("01/03/2026 – 08/03/2026");
    page.says("Nombre de ventes 1");
}

#[apply(each_engine!)]
fn peak_hours_are_those_of_the_location_when_the_clocks_change(hub: TestHub) {
    let shop = hub.client("shop");
    // In Lyon 23:30 in summer and 23:30 in winter; the clocks go back on Sunday, 25 October.
    at(&hub, "2026-10-24T21:30:00Z");
    order(&shop, "A1", "10.00 EUR");
    at(&hub, "2026-10-25T22:30:00Z");
    order(&shop, "A2", "10.00 EUR");
    let page = administrator(&hub).open("/dashboard?period=7");
    page.says("Heure Lun Mar Mer Jeu Ven Sam Dim 23:00 1 1");
}

#[apply(each_engine!)]
fn thirty_days_are_days_of_the_calendar_when_the_clocks_change_among_them(hub: TestHub) {
    let till = hub.client("till");
    // The clocks in Lyon go back on 25 October: the first of the thirty days begins at 22:00 UTC.
    at(&hub, "2026-09-27T21:30:00Z");
    order(&till, "A1", "5.00 EUR");
    at(&hub, "2026-09-27T22:30:00Z");
    order(&till, "A2", "9.80 EUR");
    at(&hub, "2026-10-27T11:00:00Z");
    administrator(&hub)
        .open("/dashboard")
        .says("Ventes 9,80 € Nombre de ventes 1");
}

#[apply(each_engine!)]
fn a_day_of_twenty_five_hours_has_as_many_bars(hub: TestHub) {
    order(&hub.client("shop"), "A1", "10.00 EUR");
    at(&hub, "2026-10-25T21:30:00Z");
    order(&hub.client("screen"), "A2", "10.00 EUR");
    let page = administrator(&hub).open("/dashboard?period=today");
    assert_eq!(page.all(".bars g", "tabindex").len(), 25);
}

#[apply(each_engine!)]
fn only_sales_of_the_chosen_location_are_added_up(hub: TestHub) {
    order(&hub.client("shop"), "A1", "10.00 EUR");
    let scope = "location[orders.write]";
    let other = hub.connect("other", scope, Some(&hub.second_location));
    order(&other, "B1", "7.00 EUR");
    let browser = administrator(&hub);
    browser
        .open("/dashboard")
        .says("Ventes 17,00 € Nombre de ventes 2");
    let viewer = hub.user(
        "Bob",
        Role::BackOfficeViewer.permissions(false),
        Some(&hub.second_location),
    );
    viewer
        .open("/dashboard")
        .says("Ventes 7,00 € Nombre de ventes 1");
}

#[apply(each_engine!)]
fn all_products_are_behind_the_thirty_most_sold(hub: TestHub) {
    let shop = hub.client("shop");
    let items: Vec<_> = (1..=31)
        .map(|n| json!({"product_name": format!("Pizza {n}"), "price": "9.80 EUR", "quantity": n.to_string()}))
        .collect();
    shop.post("/location/orders", json!({"status": "new", "items": items}))
        .ok();
    let browser = administrator(&hub);
    let page = browser.open("/dashboard");
    page.says("30 Pizza 2 2 19,60 €");
    page.does_not_say("31 Pizza 1");
    page.says("Voir tout");
    let link = page.all("a[href^='/dashboard/products']", "href");
    browser.open(&link[0]).says("31 Pizza 1 1 9,80 €");
}

/// The sum of a day, as it is stored.
fn sums(hub: &TestHub) -> Vec<(String, String)> {
    hub.wait(hub.hub.read("test.sums", |tx| {
        tx.all("SELECT day, quarters FROM sales_days ORDER BY day", &[])
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("{error}"))
}

#[apply(each_engine!)]
fn a_day_with_many_sales_is_added_up_once_and_again_when_an_order_of_it_changes(hub: TestHub) {
    let shop = hub.client("shop");
    let mut last = String::new();
    for n in 0..20 {
        last = order(&shop, &format!("A{n}"), "10.00 EUR");
    }
    hub.pass(Duration::from_secs(24 * 3_600));
    let browser = administrator(&hub);
    let look = || browser.open("/dashboard?period=7");
    let all = "Ventes 200,00 € Nombre de ventes 20";
    look().says(all);
    let stored = sums(&hub);
    assert_eq!(
        stored,
        [(
            "2026-03-07".to_owned(),
            "20\t20000\t2026-03-07T18:30\n".to_owned()
        )]
    );
    let page = look();
    page.says(all);
    page.says("shop 20");
    page.says("1 Reine 20");
    page.says("19:00 20");
    set_status(&shop, &last, "cancelled");
    assert_eq!(sums(&hub), []);
    let changed = "Ventes 190,00 € Nombre de ventes 19";
    look().says(changed);
    look().says(changed);
}
