//! Personal data that is on its way out: what a crash has left undone of an anonymised customer, his
//! traces in the journal, and the customers of deleted lists.

use std::sync::Arc;

use crate::customers::{erase, remove};
use crate::db;
use crate::hub::Hub;
use crate::journal::erase::walk;

/// Customers, or lists, per round; the rest comes with the next.
const MOST: u32 = 20;

/// Steps through the journal per round.
const STEPS: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let unfinished = hub
        .read("chores.erase.unfinished", |tx| erase::unfinished(tx, MOST))
        .await?;
    // One who cannot be erased holds up nobody else; the first failure is told at the end.
    let mut ended = Vec::new();
    for (account, customer) in unfinished {
        ended.push(erase::go_on(hub, &account, &customer).await);
    }
    let deleted = hub
        .read("chores.erase.deleted", |tx| remove::deleted(tx, MOST))
        .await?;
    for (account, list) in deleted {
        ended.push(remove::go_on(hub, &account, &list).await);
    }
    ended.push(in_journal(hub).await);
    ended.into_iter().collect()
}

/// Walks on through the journals in which somebody is looked for, but not for ever.
async fn in_journal(hub: &Hub) -> db::Result<()> {
    let mut steps = 0;
    while steps < STEPS {
        let found = hub
            .read("chores.erase.in_journal", |tx| {
                // Who has asked for it must not wait because the clock went back.
                let until = tx.latest();
                erase::in_journal(tx, until)
            })
            .await?;
        let Some(found) = found else { break };
        // What was asked before they were anonymised is in the journal now.
        hub.journal().flush().await?;
        let wanted = Arc::new(found.wanted);
        let mut next = Some(found.after);
        while let Some(after) = next.take_if(|_| steps < STEPS) {
            next = walk(hub.journal(), &found.account, &wanted, &after).await?;
            steps += 1;
        }
        let (account, customers) = (found.account, found.customers);
        hub.write("chores.erase.walked", move |tx| {
            erase::walked(tx, &account, &customers, next.as_deref())
        })
        .await?;
    }
    Ok(())
}
