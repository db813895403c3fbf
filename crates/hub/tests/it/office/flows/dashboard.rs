use std::time::Duration;

use jiff::Timestamp;

use super::connections::administrator;
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn the_dashboard_counts_and_warns(hub: TestHub) {
    let till = hub.client("till");
    hub.client("screen");
    till.post(
        "/location/orders",
        json!({"status": "new", "ref": "A17", "items": [
                {"product_name": "Reine", "price": "9.80 EUR", "quantity": "1"}]}),
    )
    .ok();
    let browser = administrator(&hub);
    let page = browser.open("/dashboard");
    page.says("1 Commande aujourd'hui");
    page.says("Ventes 9,80 € Commandes 1 Panier moyen 9,80 € Nouveaux clients 0");
    page.says("2 Connexions actives");
    page.says("A17");
    page.says("9,80 €");
    page.says("Tout va bien");
    let page = browser.open("/connections");
    browser.fill(
        &page,
        &format!("/connections/{}/block", till.connection),
        &[],
    );
    let page = browser.open("/dashboard");
    page.says("till est bloquée");
    page.says("1 Connexion active");
}

#[apply(each_engine!)]
fn the_dashboard_names_an_app_that_leaves_events_waiting(hub: TestHub) {
    let (till, shop) = (hub.client("till"), hub.client("shop"));
    till.post("/callback", json!({"events": {"order": ["create"]}}))
        .ok();
    shop.post(
        "/location/orders",
        json!({"status": "new", "items": [
                {"product_name": "Reine", "price": "9.80 EUR", "quantity": "1"}]}),
    )
    .ok();
    let browser = administrator(&hub);
    let page = browser.open("/dashboard");
    page.says("1 Envoi en attente");
    page.says("Tout va bien");
    hub.pass(Duration::from_secs(601));
    browser
        .open("/dashboard")
        .says("till n'a pas répondu depuis 07/03/2026 19:41. 1 événement attend.");
}

#[test]
fn the_average_basket_is_rounded_to_the_nearest_cent() {
    let hub = TestHub::start();
    let till = hub.client("till");
    for price in ["36.65", "36.66", "36.67", "36.66", "36.66"] {
        let price = format!("{price} EUR");
        let body = json!({"status": "new", "items": [
            {"product_name": "Reine", "price": price, "quantity": "1"}]});
        till.post("/location/orders", body).ok();
    }
    let body = json!({"status": "new", "items": [
        {"product_name": "Reine", "price": "36.65 EUR", "quantity": "1"}]});
    till.post("/location/orders", body).ok();
    // 219.95 in six: 36.6583….
    administrator(&hub)
        .open("/dashboard")
        .says("Panier moyen 36,66 €");
}

#[test]
fn thirty_days_are_days_of_the_calendar_when_the_clocks_change_among_them() {
    let hub = TestHub::start();
    let at = |moment: &str| {
        let wait = moment.parse::<Timestamp>().unwrap() - hub.hub.clock().now();
        hub.pass(wait.try_into().unwrap());
    };
    let till = hub.client("till");
    let order = |price: &str| {
        let body = json!({"status": "new", "items": [
            {"product_name": "Reine", "price": price, "quantity": "1"}]});
        till.post("/location/orders", body).ok();
    };
    // The clocks in Lyon go back on 25 October: the first of the thirty days begins at 22:00 UTC.
    at("2026-09-27T21:30:00Z");
    order("5.00 EUR");
    at("2026-09-27T22:30:00Z");
    order("9.80 EUR");
    at("2026-10-27T11:00:00Z");
    administrator(&hub)
        .open("/dashboard")
        .says("Ventes 9,80 € Commandes 1");
}
