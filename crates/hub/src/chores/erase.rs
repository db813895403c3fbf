//! Personal data that is on its way out: what a crash has left undone of an anonymised customer,
//! the traces in the journal, and the customers of deleted lists.

use std::sync::Arc;

use crate::db;
use crate::db::page::{Cursor, ResumePoint};
use crate::hub::Hub;
use crate::journal::erase::walk;
use crate::privacy::{anonymise, delete_list};

/// Customers, or lists, per round; the rest comes with the next.
const MAX_ERASURES_PER_ROUND: u32 = 20;

/// Steps through the journal per round.
const STEPS: u32 = 100;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let resume_points = hub.erasure_resume_points();
    let after = resume_points.customers.get();
    let list_unfinished = hub
        .read("chores.erase.unfinished", move |tx| {
            anonymise::list_unfinished(tx, &after, MAX_ERASURES_PER_ROUND)
        })
        .await?;
    resume_points
        .customers
        .go_behind(&list_unfinished, MAX_ERASURES_PER_ROUND);
    // One who cannot be erased holds up nobody else; the first failure is told at the end.
    let mut ended = Vec::new();
    for (account, customer) in list_unfinished {
        ended.push(anonymise::resume(hub, &account, &customer).await);
    }
    let after = resume_points.lists.get();
    let deleted = hub
        .read("chores.erase.deleted", move |tx| {
            delete_list::deleted(tx, &after, MAX_ERASURES_PER_ROUND)
        })
        .await?;
    resume_points
        .lists
        .go_behind(&deleted, MAX_ERASURES_PER_ROUND);
    for (account, list) in deleted {
        ended.push(delete_list::resume(hub, &account, &list).await);
    }
    ended.push(in_journal(hub, &resume_points.journals).await);
    ended.into_iter().collect()
}

/// Walks on through the journals in which somebody is looked for, but not for ever.
async fn in_journal(hub: &Hub, resume_point: &ResumePoint) -> db::Result<()> {
    let mut steps = 0;
    while steps < STEPS {
        let after = resume_point.get();
        let found = hub
            .read("chores.erase.in_journal", move |tx| {
                // Who has asked for it must not wait because the clock went back.
                let until = tx.latest();
                anonymise::in_journal(tx, until, &after)
            })
            .await?;
        let Some(found) = found else {
            resume_point.set(Cursor::start());
            break;
        };
        resume_point.set(Cursor {
            key: found.account.to_string(),
            id: String::new(),
        });
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
            anonymise::save_progress(tx, &account, &customers, next.as_deref())
        })
        .await?;
    }
    Ok(())
}
