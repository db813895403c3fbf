//! What the kitchens have heard of each order agrees with how it ended.

use client::OrderFilter;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::chain::bill::Edit;
use crate::chain::plan::{BRANCHES, Day};
use crate::chain::responses::WithId;
use crate::chain::setup::Chain;

/// Each kitchen has heard once of each order's placing and of each change that it can see, and the
/// last it heard is the order as the kitchen finds it in its list.
pub async fn check_kitchen_events(chain: &Chain, day: &Day, ids: &[String]) {
    for branch in 0..BRANCHES {
        let kitchen = &chain.branches[branch].kitchen;
        let mut heard = chain.kitchens.events(branch);
        let here = day.orders.iter().filter(|it| it.branch == branch);
        for order in here {
            let of = heard.get(&ids[order.number]).map_or(0, |of| of.times);
            let changes = order
                .edits
                .iter()
                .filter(|edit| Edit::is_visible_to_others(edit));
            assert_eq!(of, 1 + changes.count(), "events of {}", order.reference());
        }
        let mut pages = kitchen.orders::<Box<RawValue>>(OrderFilter::default());
        while let Some(page) = pages.next().await.unwrap() {
            for order in page {
                let WithId { id } = serde_json::from_str(order.get()).unwrap();
                let last = heard.remove(&id).unwrap_or_default().last;
                // The same text is the same order; else it may still be another spelling of it.
                if last != order.get() {
                    let [last, order] = [&last, order.get()].map(serde_json::from_str::<Value>);
                    assert_eq!(last.unwrap(), order.unwrap(), "the last event of {id}");
                }
            }
        }
        assert!(
            heard.is_empty(),
            "events of orders that are not there: {heard:?}"
        );
    }
}
