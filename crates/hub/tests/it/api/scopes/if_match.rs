//! `If-Match`, asked of every endpoint that changes something: what the contract says of it is so.

use crate::engine::{Engine, apply};
use std::collections::BTreeSet;

use super::calls::calls;
use super::rules::{HeldScope, Level, Whose};
use super::table::{plain, rows};
use super::things::Things;

/// No thing has this tag.
const STALE: &str = "\"00000000000000000000000000000000\"";

/// Methods and paths for which the contract has the header.
fn offered() -> BTreeSet<(String, String)> {
    let mut offered = BTreeSet::new();
    let paths = hub::contract::openapi()["paths"].as_object();
    for (path, operations) in paths.expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            if operation["parameters"].to_string().contains("/IfMatch") {
                let path = path.trim_start_matches("/v1");
                offered.insert((method.to_uppercase(), plain(path)));
            }
        }
    }
    offered
}

#[apply(each_engine!)]
fn if_match_is_held_to_where_the_contract_offers_it_and_refused_elsewhere(engine: Engine) {
    let offered = offered();
    let hub = engine.start();
    let mut things = Things::make(hub);
    let is_mighty = |held: &HeldScope| {
        held.level == Some(Level::Location)
            && held.permissions.len() > 1
            && held.has("orders.write")
    };
    let held = HeldScope::every().into_iter().find(is_mighty);
    let caller = things.caller(0, &held.expect("somebody who may write everything"));
    things.happen();
    let events = caller.get("/callback/events").ok();
    let event = events[0]["id"].as_str().expect("an event").to_owned();
    let mut asked = 0;
    for row in rows() {
        for path in row.paths {
            let endpoint = (row.method.to_owned(), path.to_owned());
            // What creates has no state that could have been seen.
            let creates = row.method == "POST" && !offered.contains(&endpoint);
            let is_missing = row.done == 404;
            if row.method == "GET" || creates || is_missing {
                continue;
            }
            // The first way to call it: everything in it is the caller's own.
            let call = calls(path).into_iter().next().expect("a way to call it");
            let target = call.with(|kind, whose| match (kind, whose) {
                ("events", Whose::Own) => event.clone(),
                _ => things.id(kind, whose),
            });
            let (kind, body) = things.body(row.body, call.thing);
            let headers = [("Content-Type", kind), ("If-Match", STALE)];
            let answer = caller.send(row.method, &target, &headers, body);
            let expected = if offered.contains(&endpoint) {
                412
            } else {
                400
            };
            assert_eq!(answer.status, expected, "{endpoint:?}: {answer:?}");
            asked += 1;
        }
    }
    assert!(
        asked > offered.len(),
        "{asked} asked, {} offered",
        offered.len()
    );
}
