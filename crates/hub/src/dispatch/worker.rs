//! The worker: rounds of *settle what ended, claim what is due, send it*.
//!
//! A round writes once, however many callbacks ended and began. Sending happens beside the rounds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use wire::id::{AccountId, ConnectionId};

use super::attempt::{self, AttemptResult, DispatchKey, Job};
use super::load;
use super::log;
use super::outcomes;
use super::receivers::Receivers;
use super::schedule::{self, RetrySchedule};
use super::store::{self, Claim, ClaimRequest, HeldLane};
use super::waits;
use crate::db;
use crate::hub::Hub;

/// Connections that a round claims for at most; the next round goes on after them.
const MAX_CONNECTIONS_PER_ROUND: usize = 64;

/// Waits for another attempt that are ended at once when a receiver answers again. More of them follow
/// in the next rounds, so that orders are not kept waiting.
const MAX_RESUMED_PER_ROUND: u32 = 500;

/// How long nothing is sent after this machine lacked something for it.
const SHORTAGE_PAUSE: Duration = Duration::from_secs(2);

/// A callback under way.
struct Sending {
    task: AbortHandle,
    subject: String,
    began: Instant,
    /// Until when it is held.
    lease: Timestamp,
}

impl Sending {
    fn held(self, key: DispatchKey) -> HeldLane {
        HeldLane {
            key,
            subject: self.subject,
            lease: self.lease,
        }
    }
}

/// Claims and sends. Dropping it breaks off what is under way; the leases then run out.
pub(super) struct Worker {
    hub: Hub,
    sending: JoinSet<AttemptResult>,
    under_way: BTreeMap<DispatchKey, Sending>,
    receivers: Receivers,
    /// Connections that answer again.
    resumed: BTreeSet<ConnectionId>,
    /// What ended and is not written down yet.
    ended: Vec<Arc<AttemptResult>>,
    /// What was claimed and is not on its way yet. Only a round that ended early leaves something.
    claims: Vec<Claim>,
    /// The jumps of the clock after which waits were last looked at.
    jumps: Option<u64>,
    /// What could not be sent because this machine lacked something.
    unsent: Vec<HeldLane>,
    /// Until when nothing is claimed, since it could not be sent.
    pause_until: Option<Instant>,
    /// Where the last round stopped.
    last: Option<ConnectionId>,
}

impl Worker {
    pub(super) fn new(hub: Hub) -> Self {
        Self {
            receivers: Receivers::new(hub.config().events.max_in_flight),
            resumed: BTreeSet::new(),
            hub,
            sending: JoinSet::new(),
            under_way: BTreeMap::new(),
            ended: Vec::new(),
            claims: Vec::new(),
            jumps: None,
            unsent: Vec::new(),
            pause_until: None,
            last: None,
        }
    }

    /// Writes down what ended, claims what is due and sends it on its way. Says whether there may
    /// be more to do at once.
    pub(super) async fn round(&mut self) -> db::Result<bool> {
        while let Some(joined) = self.sending.try_join_next() {
            self.end(joined);
        }
        self.shorten_waits().await?;
        let requests = self.claim_requests().await?;
        let settled = !self.ended.is_empty() || !self.unsent.is_empty() || !self.resumed.is_empty();
        if requests.is_empty() && !settled && self.claims.is_empty() {
            return Ok(false);
        }
        self.settle_and_claim(requests).await?;
        let claimed = !self.claims.is_empty();
        if claimed {
            self.send().await?;
        }
        Ok(settled || claimed)
    }

    /// At first, and after each jump of the clock: nothing waits for longer than it should.
    async fn shorten_waits(&mut self) -> db::Result<()> {
        let jumps = self.hub.clock().jumps();
        if self.jumps != Some(jumps) {
            waits::shorten(&self.hub, self.hub.clock().now()).await?;
            self.jumps = Some(jumps);
        }
        Ok(())
    }

    /// Waits until a callback under way ends; false when there is none.
    pub(super) async fn wait(&mut self) -> bool {
        match self.sending.join_next().await {
            Some(joined) => {
                self.end(joined);
                true
            }
            None => false,
        }
    }

    /// Aborts what is in flight, writes down what ended, and releases the leases of the rest.
    pub(super) async fn abort_and_release_all(&mut self) -> db::Result<()> {
        self.sending.abort_all();
        self.settle_and_claim(Vec::new()).await?;
        let under_way = std::mem::take(&mut self.under_way).into_iter();
        let held: Vec<HeldLane> = under_way.map(|(key, it)| it.held(key)).collect();
        self.hub
            .write("dispatch.release_all", move |tx| {
                held.iter()
                    .try_for_each(|held| store::release_one(tx, held))
            })
            .await
    }

    fn end(&mut self, joined: Result<AttemptResult, JoinError>) {
        let tried = match joined {
            Ok(tried) => tried,
            Err(error) => return self.lose(&error),
        };
        let sending = self.free_slot(&tried.key);
        if tried.outcome.is_shortage() {
            return self.put_off(tried.key, sending);
        }
        let schedule = RetrySchedule::of(&self.hub.config().events, &tried);
        let passed = self.hub.clock().passed();
        if self.receivers.record(&tried, schedule, passed) {
            self.resumed.insert(tried.key.connection.clone());
        }
        self.note_presence(&tried);
        let outcome = &tried.outcome;
        let callbacks = &self.hub.metrics().callbacks;
        callbacks.attempted(tried.outcome_name(), outcome.duration);
        self.ended.push(Arc::new(tried));
    }

    /// Notes whether the receiver has answered.
    fn note_presence(&self, tried: &AttemptResult) {
        let DispatchKey {
            account,
            connection,
            ..
        } = &tried.key;
        let (presence, now) = (self.hub.presence(), self.hub.clock().now());
        if tried.acknowledges() {
            presence.acknowledge(account, connection, now);
        } else {
            presence.fail(account, connection, now);
        }
    }

    /// Says how many callbacks are under way.
    fn measure(&self) {
        let under_way = i64::try_from(self.under_way.len()).unwrap_or(i64::MAX);
        self.hub.metrics().callbacks.in_flight.set(under_way);
    }

    /// What could not be sent for a reason of our own is no attempt: it is due again, and tried when
    /// what is lacking may be there.
    fn put_off(&mut self, key: DispatchKey, sending: Option<Sending>) {
        tracing::error!("callbacks cannot be sent, out of files or memory, or no name server");
        self.pause_until = Some(Instant::now() + SHORTAGE_PAUSE);
        self.unsent.extend(sending.map(|sending| sending.held(key)));
    }

    /// A task that panicked: what it had in hand is taken up again when the lease ends.
    fn lose(&mut self, error: &JoinError) {
        tracing::error!(%error, "callback attempt panicked, will be repeated");
        let mut under_way = self.under_way.iter();
        let lost = under_way.find(|(_, sending)| sending.task.id() == error.id());
        if let Some(key) = lost.map(|(key, _)| key.clone()) {
            self.free_slot(&key);
        }
    }

    fn free_slot(&mut self, key: &DispatchKey) -> Option<Sending> {
        let sending = self.under_way.remove(key);
        self.receivers.end(&key.connection);
        self.measure();
        sending
    }

    /// Who has something due and room for it, beginning after those of the last round.
    async fn claim_requests(&mut self) -> db::Result<Vec<ClaimRequest>> {
        let ages = self.under_way.values().map(|it| it.began.elapsed());
        let mut slots = self.receivers.slots(ages, self.hub.clock().passed());
        let pauses = self.pause_until.is_some_and(|until| Instant::now() < until);
        if slots.are_all_taken() || pauses {
            return Ok(Vec::new());
        }
        let mut due: Vec<(AccountId, ConnectionId)> =
            self.hub.read("dispatch.due", store::due).await?;
        if let Some(last) = &self.last {
            let start = due.partition_point(|(_, connection)| connection <= last);
            due.rotate_left(start);
        }
        let mut requests = Vec::new();
        for (account, connection) in due {
            let room = self.receivers.take(&connection, &mut slots);
            if room == 0 {
                continue;
            }
            requests.push(ClaimRequest {
                account,
                connection,
                room: u32::try_from(room).unwrap_or(u32::MAX),
            });
            if requests.len() == MAX_CONNECTIONS_PER_ROUND || slots.are_all_taken() {
                break;
            }
        }
        self.last = requests.last().map(|request| request.connection.clone());
        Ok(requests)
    }

    async fn settle_and_claim(&mut self, requests: Vec<ClaimRequest>) -> db::Result<()> {
        let (hub, attempts, left) = (self.hub.clone(), self.ended.clone(), self.claims.clone());
        let (unsent, resumed) = (self.unsent.clone(), self.resumed.clone());
        let (claims, resumed) = self
            .hub
            .db()
            .write_alone("dispatch.round", move |tx| -> db::Result<_> {
                let events = &hub.config().events;
                outcomes::record(tx, &attempts, events)?;
                left.iter()
                    .try_for_each(|claim| store::release_all(tx, claim))?;
                unsent
                    .iter()
                    .try_for_each(|held| store::release_one(tx, held))?;
                // Those of which there may be more.
                let mut resuming = BTreeSet::new();
                for connection in &resumed {
                    let most = MAX_RESUMED_PER_ROUND;
                    if store::resume(tx, connection, most)? == u64::from(most) {
                        resuming.insert(connection.clone());
                    }
                }
                let lease = schedule::lease(hub.outbound().deadline(), tx.now());
                let claims = requests
                    .iter()
                    .map(|request| store::claim(tx, request, lease));
                Ok((claims.collect::<db::Result<Vec<_>>>()?, resuming))
            })
            .await?;
        // Had it failed, the next round would write them down.
        self.tell_of_ended();
        self.ended.clear();
        self.unsent.clear();
        self.resumed = resumed;
        self.claims = claims;
        self.claims.retain(|claim| !claim.lanes.is_empty());
        Ok(())
    }

    /// Counts what was given up, and tells of it in the log.
    fn tell_of_ended(&self) {
        for tried in &self.ended {
            let schedule = RetrySchedule::of(&self.hub.config().events, tried);
            if schedule.is_last(tried.counted) && !tried.acknowledges() {
                self.hub.metrics().callbacks.given_up.inc();
                log::tell_of_end(tried);
            }
        }
    }

    async fn send(&mut self) -> db::Result<()> {
        let (key, claims) = (self.hub.key().clone(), self.claims.clone());
        let loaded = self
            .hub
            .read("dispatch.load", move |tx| load::load(tx, &key, &claims))
            .await?;
        let undeliverable = loaded.undeliverable;
        if !undeliverable.is_empty() {
            self.hub
                .write("dispatch.release_undeliverable", move |tx| {
                    undeliverable
                        .iter()
                        .try_for_each(|claim| store::release_all(tx, claim))
                })
                .await?;
        }
        self.claims.clear();
        for job in loaded.jobs {
            self.begin(job);
        }
        Ok(())
    }

    fn begin(&mut self, job: Job) {
        let (key, lease, subject) = (job.key.clone(), job.lease, job.subject.clone());
        // When the clock goes forward a lease may end while the callback is under way: that goes on.
        if let Some(sending) = self.under_way.get_mut(&key) {
            sending.lease = lease;
            return;
        }
        self.receivers.begin(&key.connection, &job.url);
        let task = self.sending.spawn(attempt::run(self.hub.clone(), job));
        let sending = Sending {
            task,
            subject,
            began: Instant::now(),
            lease,
        };
        self.under_way.insert(key, sending);
        self.measure();
    }
}
