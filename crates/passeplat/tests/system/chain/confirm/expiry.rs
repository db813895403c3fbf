//! What went by itself is told to everybody who follows the inventory: to the till that set the time,
//! since the going is not its doing, to the account, and to the board on the wall (API, chapters
//! Inventory and Callbacks and events).
//!
//! What had to go is worked out from what the tills said, and when. Only at which moments the hub
//! came to it is the hub's own: at each, one event tells of everything at the location whose time
//! had come.

use std::collections::{BTreeMap, BTreeSet};

use client::{Connection, Event};

use crate::chain::plan::BRANCHES;
use crate::chain::plan::sold_out::{self, Thing};
use crate::chain::responses::StockLevel;
use crate::chain::setup::Chain;
use crate::chain::stock_changes::{Moment, StockReport, moment};

/// What an event told: these things went.
#[derive(Debug, PartialEq, Eq)]
struct ExpiryEvent {
    at: Moment,
    things: BTreeSet<Name>,
}

/// What kind of ref, and the ref.
type Name = (&'static str, String);

/// What became of the times that were set.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    went: usize,
    /// Something else was said in time.
    stayed: usize,
    /// Something else was said so late that both are right.
    either: usize,
}

/// Waits until the last thing has gone everywhere. Then each follower has heard of each thing that
/// went, once, together with everything else that went at that moment; and of nothing that was
/// renewed or put back before.
pub async fn check_events(chain: &Chain, reports: &[Vec<StockReport>]) {
    let mut boards = BTreeMap::new();
    for branch in (0..BRANCHES).filter(|branch| sold_out::has_sold_out_items(*branch)) {
        let end = end(&reports[branch]);
        let is_last = |event: &Event| is_expiry(event) && at(event) >= end;
        boards.insert(branch, chain.boards.events(branch, is_last).await);
    }
    let mut account: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in pending(&chain.tills).await {
        let location = event.head.location_id.clone().unwrap();
        account.entry(location).or_default().push(event);
    }
    let (mut tally, mut events) = (Tally::default(), 0);
    for (branch, mut board) in boards {
        let here = &chain.branches[branch];
        board.retain(is_expiry);
        let of_account = account.remove(&here.location).unwrap_or_default();
        let followers = [
            ("the account", of_account),
            ("the till", pending(&here.till).await),
            ("the board", board),
        ];
        events += followers[0].1.len();
        for (number, (who, events)) in followers.iter().enumerate() {
            let heard = expiry_events(events, &here.location);
            let mut of_this = Tally::default();
            let promised = expected_events(&reports[branch], &heard, &mut of_this);
            assert_eq!(
                heard, promised,
                "what {who} of location {branch} heard, and what was promised"
            );
            if number == 0 {
                tally.went += of_this.went;
                tally.stayed += of_this.stayed;
                tally.either += of_this.either;
            }
        }
    }
    assert!(account.is_empty(), "nothing goes by itself in {account:?}");
    println!("by themselves, in {events} events: {tally:?}");
}

/// Nobody's doing is told without a catalog.
fn is_expiry(event: &Event) -> bool {
    !event.extra.contains_key("catalog_id")
}

fn at(event: &Event) -> Moment {
    moment(event.head.created_at.as_ref().unwrap())
}

/// When the last thing goes: at this moment a till speaks no longer.
fn end(reports: &[StockReport]) -> Moment {
    reports.last().and_then(|last| last.until).unwrap()
}

/// Every event that waits for a follower who acknowledges none.
async fn pending(follower: &Connection) -> Vec<Event> {
    let mut events = Vec::new();
    for head in follower.events().all().await.unwrap() {
        events.push(follower.event(&head.id).await.unwrap());
    }
    events
}

/// What events told that tell only of what went, in the order of their moments.
fn expiry_events(events: &[Event], location: &str) -> Vec<ExpiryEvent> {
    let went = events.iter().map(|event| {
        let head = &event.head;
        let kind = (head.resource_type.as_str(), head.event_type.as_str());
        assert_eq!(kind, ("inventory", "patch"), "{event:?}");
        assert_eq!(head.location_id.as_deref(), Some(location), "{event:?}");
        assert!(is_expiry(event), "the till's own doing: {event:?}");
        ExpiryEvent {
            at: at(event),
            things: things(event),
        }
    });
    let mut heard: Vec<_> = went.collect();
    heard.sort_by_key(|went| went.at);
    // Events and times are on full seconds, and a time is said some seconds ahead.
    let is_apart = heard.is_sorted_by(|a, b| a.at < b.at);
    assert!(is_apart, "what went together was told apart: {heard:#?}");
    heard
}

fn things(event: &Event) -> BTreeSet<Name> {
    let changes = event.state_change.clone().unwrap();
    let changes: Vec<StockLevel> = serde_json::from_value(changes).unwrap();
    let mut things = BTreeSet::new();
    for left in changes {
        let is_deleted = left.stock.is_none() && left.expires_at.is_none();
        let name = match (left.sku_ref, left.option_ref) {
            (Some(sku), None) => ("sku_ref", sku),
            (None, Some(option)) => ("option_ref", option),
            _ => panic!("neither sku nor option: {event:?}"),
        };
        assert!(is_deleted && things.insert(name), "{event:?}");
    }
    things
}

fn name(thing: &Thing) -> Name {
    let (kind, reference) = thing.named();
    (kind, reference.to_owned())
}

/// What had to be told at the moments at which something was told.
fn expected_events(
    reports: &[StockReport],
    heard: &[ExpiryEvent],
    tally: &mut Tally,
) -> Vec<ExpiryEvent> {
    let at_moment = |went: &ExpiryEvent| ExpiryEvent {
        at: went.at,
        things: BTreeSet::new(),
    };
    let mut promised: Vec<_> = heard.iter().map(at_moment).collect();
    let end = end(reports);
    for (index, this) in reports.iter().enumerate() {
        // What goes later than the last is still there.
        let Some(until) = this.until.filter(|until| *until <= end) else {
            continue;
        };
        let later = &reports[index + 1..];
        let next = later.iter().find(|next| next.thing == this.thing);
        if next.is_some_and(|next| next.answered < until) {
            tally.stayed += 1;
            continue;
        }
        // It goes at the first moment from then on, and before anything else is said of it.
        let round = heard
            .iter()
            .position(|went| went.at >= until && next.is_none_or(|next| went.at <= next.answered));
        if next.is_some_and(|next| next.sent < until) {
            tally.either += 1;
            if !round.is_some_and(|round| heard[round].things.contains(&name(&this.thing))) {
                continue;
            }
        } else {
            tally.went += 1;
        }
        let round = round.unwrap_or_else(|| panic!("nobody was told of {this:?}: {heard:#?}"));
        promised[round].things.insert(name(&this.thing));
    }
    promised
}
