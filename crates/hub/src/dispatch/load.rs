//! What was claimed, read and rendered for those who receive it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, EventId};

use super::attempt::{DispatchKey, Job};
use super::schedule::parse_waits;
use super::signing::SigningKeys;
use super::store::{self, Claim, ClaimedLane, Destination};
use crate::db::batch::BATCH;
use crate::db::{self, Tx};
use crate::events::envelope::{StoredEvent, Subscriber};
use crate::secret::MasterKey;

/// What became of claims.
#[derive(Default)]
pub(super) struct Loaded {
    pub jobs: Vec<Job>,
    /// There is nowhere to send these.
    pub undeliverable: Vec<Claim>,
}

/// A receiver of one account, and where it is.
struct Receiver<'a> {
    claim: &'a Claim,
    destination: Destination,
    url: Arc<str>,
    signing: Option<SigningKeys>,
    retry_seconds: Option<Arc<[u32]>>,
}

/// Reads what was claimed. An event that many are sent is read once.
pub(super) fn load(tx: &mut Tx<'_>, key: &MasterKey, claims: &[Claim]) -> db::Result<Loaded> {
    let mut by_account: BTreeMap<&AccountId, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        by_account.entry(&claim.account).or_default().push(claim);
    }
    let mut loaded = Loaded::default();
    for (account, claims) in by_account {
        load_account(tx, key, account, &claims, &mut loaded)?;
    }
    Ok(loaded)
}

fn load_account(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    account: &AccountId,
    claims: &[&Claim],
    loaded: &mut Loaded,
) -> db::Result<()> {
    let connections: Vec<&ConnectionId> = claims.iter().map(|claim| &claim.connection).collect();
    let mut destinations = store::find_destinations(tx, account, &connections)?;
    let mut receivers = Vec::with_capacity(claims.len());
    for claim in claims {
        match destinations.remove(&claim.connection) {
            Some(destination) => {
                receivers.push(Receiver::new(claim, destination, key, tx.now()));
            }
            None => loaded.undeliverable.push((*claim).clone()),
        }
    }
    let mut wanted: BTreeMap<&EventId, Vec<(&Receiver<'_>, &ClaimedLane)>> = BTreeMap::new();
    for receiver in &receivers {
        for lane in &receiver.claim.lanes {
            wanted
                .entry(&lane.event)
                .or_default()
                .push((receiver, lane));
        }
    }
    let ids: Vec<&EventId> = wanted.keys().copied().collect();
    for some in ids.chunks(BATCH) {
        for event in store::find_events(tx, account, some)? {
            for (receiver, lane) in wanted.get(&event.id).into_iter().flatten() {
                loaded.jobs.push(receiver.job(tx, lane, &event)?);
            }
        }
    }
    Ok(())
}

impl<'a> Receiver<'a> {
    fn new(claim: &'a Claim, destination: Destination, key: &MasterKey, now: Timestamp) -> Self {
        let retry_seconds = destination.retry_seconds.as_deref();
        Self {
            claim,
            url: Arc::from(destination.url.as_str()),
            signing: SigningKeys::open(key, &destination, now).ok().flatten(),
            retry_seconds: retry_seconds.map(parse_waits),
            destination,
        }
    }

    fn job(&self, tx: &mut Tx<'_>, lane: &ClaimedLane, event: &StoredEvent) -> db::Result<Job> {
        let claim = self.claim;
        Ok(Job {
            key: DispatchKey {
                connection: claim.connection.clone(),
                event: event.id.clone(),
                account: claim.account.clone(),
            },
            location: self.destination.location.clone(),
            resource: event.resource,
            lease: claim.lease,
            subject: lane.subject.clone(),
            sequence: lane.sequence,
            tries: lane.attempts,
            uncounted: lane.uncounted,
            is_replay: lane.is_replay,
            url: Arc::clone(&self.url),
            signing: self.signing.clone(),
            retry_seconds: self.retry_seconds.clone(),
            is_strict: self.destination.is_strict,
            body: self.render(tx, event)?.map(Bytes::from),
        })
    }

    /// None when the event cannot be rendered: it must not keep the others from being sent.
    fn render(&self, tx: &mut Tx<'_>, event: &StoredEvent) -> db::Result<Option<String>> {
        let to = Subscriber {
            client: &self.destination.client,
            connection: &self.claim.connection,
        };
        if self.destination.has_refs {
            event.full_or_none(tx, to)
        } else {
            event.without_refs_or_none(to)
        }
    }
}
