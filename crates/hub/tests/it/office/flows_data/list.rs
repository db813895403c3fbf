use std::time::Duration;

use hub::office::place::Place;
use hub::users::permissions::Role;

use super::order;
use crate::engine::apply;
use crate::support::{TestHub, json};

/// The refs in a page, in its order.
fn refs(page: &str) -> Vec<String> {
    page.split("<bdi class=\"ref\">")
        .skip(1)
        .map(|rest| rest.split("</bdi>").next().unwrap().to_owned())
        .collect()
}

/// Where a page's link to older orders leads.
fn older(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("rel=\"next\" href=\"")?;
    Some(rest.split('"').next()?.replace("&#38;", "&"))
}

const TILL: &str = "location[orders.write]";

#[apply(each_engine!)]
fn the_newest_order_comes_first_with_the_local_time_in_the_head(hub: TestHub) {
    let site = hub.client("SiteLumiere");
    order(&site, "UN", json!({}));
    hub.pass(Duration::from_secs(60));
    let customer = json!({ "customer": { "first_name": "Ada", "last_name": "Lovelace" } });
    order(&site, "DEUX", customer);
    let page = hub.reader(Role::BackOfficeViewer, None).page("/orders");
    assert_eq!(refs(&page), ["DEUX", "UN"]);
    for shown in [
        "DATE (UTC+01:00)",
        "07/03/2026 19:42",
        "Ada Lovelace",
        "5,00\u{a0}€",
        "Nouvelle",
        "SiteLumiere",
        "Lyon Bellecour",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn data_leads_to_the_orders() {
    let hub = TestHub::start();
    let answer = hub.reader(Role::FullAdministrator, None).get("/data");
    let orders = Place::whole(&hub.account).to("/orders");
    assert_eq!(answer.header("location"), Some(orders.as_str()));
}

#[apply(each_engine!)]
fn a_chosen_location_hides_the_others(hub: TestHub) {
    order(
        &hub.connect("a", TILL, Some(&hub.location)),
        "ICI",
        json!({}),
    );
    order(
        &hub.connect("b", TILL, Some(&hub.second_location)),
        "AILLEURS",
        json!({}),
    );
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let page = reader
        .at(&hub.account, &hub.second_location)
        .page("/orders");
    assert_eq!(refs(&page), ["AILLEURS"]);
    assert!(!page.contains("POINT DE VENTE</th>"));
}

#[apply(each_engine!)]
fn whoever_may_see_one_location_sees_its_orders_only(hub: TestHub) {
    order(
        &hub.connect("a", TILL, Some(&hub.location)),
        "ICI",
        json!({}),
    );
    order(
        &hub.connect("b", TILL, Some(&hub.second_location)),
        "AILLEURS",
        json!({}),
    );
    let page = hub
        .reader(Role::BackOfficeViewer, Some(&hub.location))
        .page("/orders");
    assert_eq!(refs(&page), ["ICI"]);
}

#[test]
fn without_the_right_to_view_there_is_no_list() {
    let hub = TestHub::start();
    let operator = hub.reader(Role::OrderLineOperator, Some(&hub.location));
    let answer = operator.get("/orders");
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("Voir le back-office"));
}

#[apply(each_engine!)]
fn dates_are_days_of_the_location(hub: TestHub) {
    let site = hub.client("site");
    // 23:31:08 in Paris, then 00:01:08 of the next day.
    hub.pass(Duration::from_secs(3 * 3_600 + 50 * 60));
    order(&site, "SAMEDI", json!({}));
    hub.pass(Duration::from_secs(30 * 60));
    order(&site, "DIMANCHE", json!({}));
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let refs_of = |query: &str| refs(&reader.page(&format!("/orders?{query}")));
    assert_eq!(refs_of("from=2026-03-07&to=2026-03-07"), ["SAMEDI"]);
    assert_eq!(refs_of("from=2026-03-08"), ["DIMANCHE"]);
    assert_eq!(refs_of("to=2026-03-08"), ["DIMANCHE", "SAMEDI"]);
    let reversed = refs_of("from=2026-03-08&to=2026-03-07");
    assert_eq!(reversed, ["DIMANCHE", "SAMEDI"], "put right");
    assert_eq!(refs_of("from=soon"), ["DIMANCHE", "SAMEDI"], "not a date");
}

#[apply(each_engine!)]
fn a_status_and_a_ref_and_an_id_find_their_orders(hub: TestHub) {
    let site = hub.client("site");
    let id = order(&site, "UN", json!({}));
    order(&site, "DEUX", json!({ "status": "rejected" }));
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let refs_of = |query: &str| refs(&reader.page(&format!("/orders?{query}")));
    assert_eq!(refs_of("status=rejected"), ["DEUX"]);
    assert_eq!(refs_of("search=DEUX"), ["DEUX"]);
    assert_eq!(refs_of(&format!("search=+{id}+")), ["UN"]);
    assert_eq!(refs_of(&format!("search=%C2%A0{id}%C2%A0")), ["UN"]);
    assert_eq!(refs_of("search=UN&status=rejected"), [""; 0]);
    let here = reader.at(&hub.account, &hub.location);
    let page = here.page("/orders?search=UN&status=new");
    assert_eq!(refs(&page), ["UN"]);
}

#[apply(each_engine!)]
fn a_ref_that_is_longer_than_a_search_is_found_by_its_beginning(hub: TestHub) {
    let site = hub.client("site");
    let reference = format!("{}A", "é".repeat(300));
    order(&site, &reference, json!({}));
    order(&site, &"é".repeat(254), json!({}));
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let page = reader.page(&format!("/orders?search={}A", "%C3%A9".repeat(300)));
    assert_eq!(refs(&page), [reference]);
}

#[apply(each_engine!)]
fn a_ref_with_blanks_around_it_is_found_as_it_is(hub: TestHub) {
    let site = hub.client("site");
    order(&site, "  lead", json!({}));
    order(&site, "trail ", json!({}));
    order(&site, "LUM 1", json!({}));
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let refs_of = |query: &str| refs(&reader.page(&format!("/orders?search={query}")));
    assert_eq!(refs_of("++lead"), ["  lead"]);
    assert_eq!(refs_of("trail+"), ["trail "]);
    assert_eq!(refs_of("+LUM+1++"), ["LUM 1"]);
    assert_eq!(
        refs_of("%C2%A0LUM+1%E2%80%83"),
        ["LUM 1"],
        "as pages are copied"
    );
    assert_eq!(refs_of("+++").len(), 3, "nothing is asked for");
}

#[test]
fn a_search_without_result_offers_a_way_back() {
    let hub = TestHub::start();
    let reader = hub.reader(Role::BackOfficeViewer, None);
    assert!(reader.page("/orders").contains("Aucune commande pour"));
    let page = reader.page("/orders?search=%3Cb%3E");
    assert!(page.contains("Aucune commande ne correspond"));
    assert!(page.contains("&#60;b&#62;"));
}

#[apply(each_engine!)]
fn pages_follow_one_another_to_the_oldest_and_keep_the_filter(hub: TestHub) {
    let (one, two) = (
        hub.connect("a", TILL, Some(&hub.location)),
        hub.connect("b", TILL, Some(&hub.second_location)),
    );
    for n in 0..56 {
        hub.pass(Duration::from_secs(1));
        order(
            if n % 2 == 0 { &one } else { &two },
            &format!("R{n}"),
            json!({}),
        );
    }
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let first = reader.page("/orders?status=new");
    let next = older(&first).unwrap();
    assert!(next.contains("status=new&cursor="), "{next}");
    let second = reader.page(&next);
    let all: Vec<String> = [refs(&first), refs(&second)].concat();
    let expected: Vec<String> = (0..56).rev().map(|n| format!("R{n}")).collect();
    assert_eq!(all, expected);
    assert_eq!(older(&second), None);
    assert!(second.contains("/orders?status=new\""));
}

/// Where a page's link to newer orders leads.
fn newer(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("rel=\"prev\" href=\"")?;
    Some(rest.split('"').next()?.replace("&#38;", "&"))
}

#[apply(each_engine!)]
fn one_goes_back_a_page_as_one_came(hub: TestHub) {
    let till = hub.client("till");
    for number in 0..120 {
        hub.pass(Duration::from_secs(1));
        order(&till, &format!("N{number}"), json!({}));
    }
    let reader = hub.reader(Role::BackOfficeViewer, None);
    let first = reader.page("/orders");
    let second = reader.page(&older(&first).unwrap());
    let third = reader.page(&older(&second).unwrap());
    assert_eq!((newer(&first), older(&third)), (None, None));
    let back = reader.page(&newer(&third).unwrap());
    assert_eq!(refs(&back), refs(&second));
    assert_eq!(refs(&reader.page(&older(&back).unwrap())), refs(&third));
    let start = reader.page(&newer(&back).unwrap());
    assert_eq!(refs(&start), refs(&first));
    assert_eq!(newer(&start), None);
    // A page that would be a part of the first one only is the first one, whole.
    order(&till, "LAST", json!({}));
    let moved = refs(&reader.page(&newer(&second).unwrap()));
    assert_eq!((moved.len(), moved[0].as_str()), (50, "N119"));
}
