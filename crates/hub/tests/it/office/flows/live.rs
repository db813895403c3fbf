//! What the script of an open page is told: that something has happened, and to whom it is told.

use hub::office::place::Place;
use hub::users::permissions::{Permissions, Role};
use tokio::net::TcpListener;
use wire::id::{LocationId, OrderId};

use crate::engine::{Engine, apply};
use crate::support::{Browser, Caller, EventStream, TestHub, Value, json, on_postgres_with};

const SCOPE: &str = "location[orders.write]";

fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

/// The stream of a page of the whole account that was drawn just now.
fn stream(hub: &TestHub, browser: &Browser) -> EventStream {
    let path = Place::whole(&hub.account).to("/live?age=0");
    browser.stream(&path)
}

/// Waits until a stream goes on with what happens.
fn connected(stream: &mut EventStream) {
    let first = stream.next_block().expect("something");
    assert_eq!(first, ": connected");
}

/// A program that sends orders to a location, or to the first one.
fn shop(hub: &TestHub, name: &str, location: Option<&LocationId>) -> Caller {
    hub.connect(name, SCOPE, location.or(Some(&hub.location)))
}

fn place_order(shop: &Caller) -> String {
    let order = shop.post("/location/orders", json!({ "status": "new" }));
    order.ok()["id"].as_str().expect("an id").to_owned()
}

/// What the next message says of orders.
fn orders(stream: &mut EventStream) -> Value {
    let message = stream.next().expect("a message");
    assert_eq!(message.name, "orders");
    message.data["orders"].clone()
}

#[apply(each_engine!)]
fn a_page_is_told_of_an_order_and_of_its_changes(hub: TestHub) {
    let (shop, browser) = (shop(&hub, "shop", None), administrator(&hub));
    let mut stream = stream(&hub, &browser);
    connected(&mut stream);
    let id = place_order(&shop);
    let created = json!([{ "id": id, "change": "create", "status": "new" }]);
    assert_eq!(orders(&mut stream), created);
    let path = format!("/location/orders/{id}");
    shop.patch(&path, json!({ "status": "accepted" })).ok();
    let changed = json!([{ "id": id, "change": "update", "status": "accepted" }]);
    assert_eq!(orders(&mut stream), changed);
}

#[test]
fn a_page_of_one_hub_is_told_what_another_has_done() {
    on_postgres_with(&[], |hub| {
        let browser = administrator(&hub);
        let mut stream = stream(&hub, &browser);
        connected(&mut stream);
        let other = hub.another_hub();
        let id = place_order(&shop(&hub, "shop", None).at(&other));
        assert_eq!(orders(&mut stream)[0]["id"], id.as_str());
    });
}

#[apply(each_engine!)]
fn a_page_that_was_drawn_before_an_order_came_is_told_to_look_again(hub: TestHub) {
    let (shop, browser) = (shop(&hub, "shop", None), administrator(&hub));
    place_order(&shop);
    hub.pass(std::time::Duration::from_secs(60));
    let at = Place::whole(&hub.account);
    for (path, name) in [
        ("/live?age=61000", "refresh"),
        ("/live", "refresh"),
        ("/live?age=x", "refresh"),
        ("/live?age=50000", ""),
    ] {
        let mut stream = browser.stream(&at.to(path));
        let first = stream.next_block().expect("something");
        let expected = match name {
            "" => ": connected".to_owned(),
            name => format!("event: {name}\ndata: {{}}"),
        };
        assert_eq!(first, expected, "{path}");
    }
}

#[apply(each_engine!)]
fn an_event_with_an_earlier_time_is_told_too(hub: TestHub) {
    let (shop, browser) = (shop(&hub, "shop", None), administrator(&hub));
    place_order(&shop);
    hub.pass(std::time::Duration::from_secs(7_200));
    let mut stream = stream(&hub, &browser);
    connected(&mut stream);
    hub.turn_back(std::time::Duration::from_secs(3_600));
    let id = place_order(&shop);
    assert_eq!(orders(&mut stream)[0]["id"], id.as_str());
}

#[apply(each_engine!)]
fn a_reader_of_one_location_is_not_told_of_another(hub: TestHub) {
    let here = shop(&hub, "here", None);
    let there = shop(&hub, "there", Some(&hub.second_location.clone()));
    let browser = hub.user("Eve", Permissions::VIEW, Some(&hub.location));
    let place = Place::of(&hub.account, Some(&hub.location));
    let mut stream = browser.stream(&place.to("/live?age=0"));
    connected(&mut stream);
    place_order(&there);
    let id = place_order(&here);
    let expected = json!([{ "id": id, "change": "create", "status": "new" }]);
    assert_eq!(orders(&mut stream), expected);
}

#[apply(each_engine!)]
fn the_stream_is_there_for_those_who_may_see_orders_at_its_place(hub: TestHub) {
    let at = Place::whole(&hub.account).to("/live");
    let stranger = hub.user("Bob", Permissions::NONE, None);
    assert_eq!(stranger.ask("GET", &at).status(), 404);
    let other = hub.another_account();
    let (_, neighbour) = hub.user_of(&other.account, "Nora", Permissions::VIEW, None);
    assert_eq!(neighbour.ask("GET", &at).status(), 404);
    let seller = hub.user("Sam", Permissions::ORDER_LINE, None);
    assert_eq!(seller.ask("GET", &at).status(), 403);
    let nobody = Browser::new(&hub).ask("GET", &at);
    let target = nobody.target().expect("a redirection");
    assert!(target.starts_with("/login?back="), "{target}");
    let viewer = hub.user("Eve", Permissions::VIEW, None);
    let page = viewer.ask("GET", &at);
    assert_eq!(
        page.location(),
        Some("/orders"),
        "nobody asked for a stream"
    );
}

#[apply(each_engine!)]
fn a_stream_ends_with_the_session_of_its_reader(hub: TestHub) {
    let (shop, browser) = (shop(&hub, "shop", None), administrator(&hub));
    let mut stream = stream(&hub, &browser);
    connected(&mut stream);
    assert_eq!(browser.forge("/logout", &[]).status(), 303);
    place_order(&shop);
    assert_eq!(stream.next(), None);
}

#[apply(each_engine!)]
fn a_stream_ends_when_the_right_of_its_reader_is_withdrawn(hub: TestHub) {
    let (shop, browser) = (shop(&hub, "shop", None), administrator(&hub));
    let (id, reader) = hub.user_of(&hub.account, "Eve", Permissions::VIEW, None);
    let mut stream = stream(&hub, &reader);
    connected(&mut stream);
    let path = format!("/settings/permissions/{id}/delete");
    assert_eq!(browser.forge(&path, &[]).status(), 303);
    place_order(&shop);
    assert_eq!(stream.next(), None);
}

#[apply(each_engine!)]
fn a_hub_that_stops_ends_the_streams_of_pages(hub: TestHub) {
    let browser = administrator(&hub);
    let mut stream = stream(&hub, &browser);
    connected(&mut stream);
    hub.wait(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        hub::serve(hub.hub.clone(), listener, std::future::ready(())).await;
    });
    assert_eq!(stream.next(), None);
}

#[apply(each_engine!)]
fn the_page_that_was_opened_last_has_the_stream_of_the_first(hub: TestHub) {
    let browser = administrator(&hub);
    let mut streams: Vec<EventStream> = Vec::new();
    for _ in 0..5 {
        let mut stream = stream(&hub, &browser);
        connected(&mut stream);
        streams.push(stream);
    }
    let message = streams[0].next().expect("a message");
    assert_eq!(message.name, "replaced");
    assert_eq!(streams[0].next(), None);
    let shop = shop(&hub, "shop", None);
    let id = place_order(&shop);
    for stream in &mut streams[1..] {
        assert_eq!(orders(stream)[0]["id"], id.as_str());
    }
}

#[apply(each_engine!)]
fn a_hub_has_so_many_streams_and_no_more(engine: Engine) {
    let hub = engine.start_with(&[("server.connections", "16")]);
    let (ana, eve) = (
        administrator(&hub),
        hub.user("Eve", Permissions::VIEW, None),
    );
    let mut of_ana: Vec<EventStream> = (0..4).map(|_| stream(&hub, &ana)).collect();
    let refused = eve.refused_stream(&Place::whole(&hub.account).to("/live"));
    assert_eq!(refused.status, 503);
    of_ana.pop();
    stream(&hub, &eve);
}

#[apply(each_engine!)]
fn a_page_of_logs_is_told_that_there_are_requests(hub: TestHub) {
    let (till, browser) = (hub.client("till"), administrator(&hub));
    let place = Place::of(&hub.account, Some(&hub.location));
    let mut stream = browser.stream(&place.to("/live?age=0&requests=1"));
    connected(&mut stream);
    till.get("/location").ok();
    hub.wait(hub.hub.journal().flush()).expect("a journal");
    let message = stream.next().expect("a message");
    assert_eq!(
        (message.name.as_str(), message.data),
        ("requests", json!({}))
    );
}

#[test]
fn a_stream_of_another_tab_does_not_change_where_the_reader_was_last() {
    let hub = TestHub::start();
    let browser = administrator(&hub);
    let here = Place::of(&hub.account, Some(&hub.location));
    browser.open(&here.to("/orders"));
    stream(&hub, &browser);
    // Another browser knows of it by what is stored of the user.
    let other = Browser::new(&hub);
    let session = browser.cookie("passeplat_session").expect("a session");
    other.keep("passeplat_session", &session);
    assert_eq!(other.last_place(), Some(here));
}

#[apply(each_engine!)]
fn pages_without_a_script_say_nothing_of_it(hub: TestHub) {
    let (shop, browser) = (shop(&hub, "shop", None), administrator(&hub));
    let id = place_order(&shop);
    OrderId::parse(&id).expect("an id");
    let page = browser.open("/orders");
    assert!(page.has("script[src^='/assets/live.js']"));
    assert!(page.has("#live[data-live=orders][data-stream='/live'][hidden]"));
    assert!(page.has("button[data-sound][hidden]"));
    assert!(page.has(&format!("#orders tr#order-{id}")));
    page.does_not_say("Hors ligne");
}
