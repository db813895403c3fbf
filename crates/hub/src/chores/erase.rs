//! Personal data that is on its way out: what a crash has left undone of an anonymised customer, his
//! traces in the journal, and the customers of deleted lists.

use std::sync::{Arc, Mutex, PoisonError};

use wire::id::AccountId;

use crate::customers::{erase, remove};
use crate::db;
use crate::db::page::Cursor;
use crate::hub::Hub;
use crate::journal::erase::walk;

/// Customers, or lists, per round; the rest comes with the next.
const MOST: u32 = 20;

/// Steps through the journal per round.
const STEPS: u32 = 100;

/// Where the next round goes on with each kind of work: behind what this one has looked at, so that
/// what cannot be done holds up nothing else, however much there is of it.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    customers: Place,
    lists: Place,
    journals: Place,
}

#[derive(Debug, Default)]
struct Place(Mutex<Cursor>);

impl Place {
    fn get(&self) -> Cursor {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, next: Cursor) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Behind the last one of a round, or at the beginning again.
    fn go_behind<T: AsRef<str>>(&self, round: &[(AccountId, T)]) {
        let full = round.last().filter(|_| round.len() == MOST as usize);
        self.set(full.map_or_else(Cursor::start, |(account, id)| Cursor {
            key: account.to_string(),
            id: id.as_ref().to_owned(),
        }));
    }
}

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    let rounds = hub.erasing_rounds();
    let after = rounds.customers.get();
    let unfinished = hub
        .read("chores.erase.unfinished", move |tx| {
            erase::unfinished(tx, &after, MOST)
        })
        .await?;
    rounds.customers.go_behind(&unfinished);
    // One who cannot be erased holds up nobody else; the first failure is told at the end.
    let mut ended = Vec::new();
    for (account, customer) in unfinished {
        ended.push(erase::go_on(hub, &account, &customer).await);
    }
    let after = rounds.lists.get();
    let deleted = hub
        .read("chores.erase.deleted", move |tx| {
            remove::deleted(tx, &after, MOST)
        })
        .await?;
    rounds.lists.go_behind(&deleted);
    for (account, list) in deleted {
        ended.push(remove::go_on(hub, &account, &list).await);
    }
    ended.push(in_journal(hub, &rounds.journals).await);
    ended.into_iter().collect()
}

/// Walks on through the journals in which somebody is looked for, but not for ever.
async fn in_journal(hub: &Hub, place: &Place) -> db::Result<()> {
    let mut steps = 0;
    while steps < STEPS {
        let after = place.get();
        let found = hub
            .read("chores.erase.in_journal", move |tx| {
                // Who has asked for it must not wait because the clock went back.
                let until = tx.latest();
                erase::in_journal(tx, until, &after)
            })
            .await?;
        let Some(found) = found else {
            place.set(Cursor::start());
            break;
        };
        place.set(Cursor {
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
            erase::walked(tx, &account, &customers, next.as_deref())
        })
        .await?;
    }
    Ok(())
}
