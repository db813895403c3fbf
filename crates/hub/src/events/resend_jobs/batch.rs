//! One part of a job, in one transaction.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use wire::callback::ResendState;
use wire::event::EventResource;
use wire::id::{AccountId, ConnectionId, EventId, ResendJobId};

use super::candidates::{self, Candidate};
use super::store::{self, BatchResult};
use super::{MAX_BATCH_EVENTS, ResendFilter, ResendJob};
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::events::store::lanes::{self, LaneKey};
use crate::events::store::{DispatchState, PendingKey, enqueue};
use crate::{args, statements};

statements! {
    /// Unless somebody else had it sent again meanwhile.
    REOPEN = "UPDATE dispatches SET state = 'pending', settled_at = NULL, resent_at = $4
        WHERE account_id = $1 AND connection_id = $2 AND event_id = $3 AND state = $5";
    INSERT_MISSED = "INSERT INTO dispatches (account_id, connection_id, event_id, subject_id, turn,
            state, attempts, created_at, settled_at, resent_at)
        VALUES ($1, $2, $3, $4, $5, 'pending', 0, $6, NULL, $7)
        ON CONFLICT DO NOTHING";
}

/// How long a job waits for a callback in flight before it looks again, and how often: longer than a lease
/// lasts.
const FLIGHT_WAIT: SignedDuration = SignedDuration::from_secs(1);
const MAX_FLIGHT_WAITS: u32 = 60;

/// Newer events of one thing that are looked at.
const MAX_NEWER: u32 = 250;

/// Newer events of an inventory that are sent once more after an older one.
const MAX_REPEATED: usize = 50;

/// Goes on with the job that has waited for longest, if there is one that no other hub works at.
pub fn work(tx: &mut Tx<'_>) -> db::Result<bool> {
    let Some((account, connection, id)) = store::take_next(tx)? else {
        return Ok(false);
    };
    work_on(tx, &account, &connection, &id)?;
    Ok(true)
}

/// Goes on with a job, if it runs and is not waiting, and says how far it is; none when it is gone.
pub fn work_on(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connection: &ConnectionId,
    id: &ResendJobId,
) -> db::Result<Option<ResendJob>> {
    let Some(job) = store::lock(tx, account, connection, id)? else {
        return Ok(None);
    };
    if job.state == ResendState::Running {
        Batch::new(account, &job).run(tx)?;
    }
    store::find(tx, account, connection, id)
}

/// What one event of a batch came to.
enum Step {
    Passed,
    Sent,
    Skipped,
    /// A newer event of the same thing is in flight: later.
    Waits,
}

struct Batch<'a> {
    account: &'a AccountId,
    job: &'a ResendJob,
    filter: ResendFilter,
    result: BatchResult,
    /// What newer events there are of each thing of which this batch sends something, newest first.
    newer: BTreeMap<(EventResource, String), Newer>,
}

/// What happened to one thing after an event of this batch.
struct Newer {
    events: Vec<Candidate>,
    /// Until which sequence this batch has sent events; none: not one.
    sent_until: Option<i64>,
}

impl<'a> Batch<'a> {
    fn new(account: &'a AccountId, job: &'a ResendJob) -> Self {
        let cursor = Cursor {
            key: job.cursor_at.clone(),
            id: job.cursor_id.clone(),
        };
        Self {
            account,
            job,
            filter: job.filter(),
            result: BatchResult {
                cursor,
                ..BatchResult::default()
            },
            newer: BTreeMap::new(),
        }
    }

    fn run(mut self, tx: &mut Tx<'_>) -> db::Result<()> {
        if !store::has_callback(tx, self.account, &self.job.connection)? {
            return self.end(tx, ResendState::Stopped);
        }
        let most = MAX_BATCH_EVENTS;
        let candidates = candidates::after(
            tx,
            self.account,
            &self.job.connection,
            &self.filter,
            &self.result.cursor,
            most,
        )?;
        let is_last = candidates.len() < most as usize;
        let mut is_whole = true;
        for candidate in &candidates {
            if !self.has_room(candidate) {
                is_whole = false;
                break;
            }
            match self.step(tx, candidate)? {
                Step::Passed => {}
                Step::Sent => self.result.done += 1,
                Step::Skipped => self.result.skipped += 1,
                Step::Waits => {
                    self.result.waits = self.job.waits + 1;
                    is_whole = false;
                    break;
                }
            }
            self.result.cursor = candidate.cursor();
        }
        self.repeat_newer(tx)?;
        if is_last && is_whole {
            return self.end(tx, ResendState::Finished);
        }
        let wait = match self.result.waits {
            0 => SignedDuration::ZERO,
            _ => FLIGHT_WAIT,
        };
        let next = (ResendState::Running, Some(tx.now() + wait));
        store::advance(tx, self.account, self.job, &self.result, next)
    }

    fn end(self, tx: &mut Tx<'_>, state: ResendState) -> db::Result<()> {
        store::advance(tx, self.account, self.job, &self.result, (state, None))
    }

    /// Whether there is room for one more event, and for those that may have to follow it.
    fn has_room(&self, candidate: &Candidate) -> bool {
        let room = |resource: EventResource| match resource {
            EventResource::Inventory => MAX_REPEATED,
            _ => 1,
        };
        let thing = (candidate.resource, candidate.subject.clone());
        let own = match self.newer.contains_key(&thing) {
            true => 0,
            false => room(candidate.resource),
        };
        let reserved: usize = self.newer.keys().map(|(resource, _)| room(*resource)).sum();
        self.result.done as usize + 1 + own + reserved <= MAX_BATCH_EVENTS as usize
    }

    fn step(&mut self, tx: &mut Tx<'_>, candidate: &Candidate) -> db::Result<Step> {
        if !self.filter.selects(candidate) {
            return Ok(Step::Passed);
        }
        if !candidate.is_permitted()? {
            // What others were sent was not missed.
            return Ok(match candidate.state {
                None => Step::Passed,
                Some(_) => Step::Skipped,
            });
        }
        let thing = (candidate.resource, candidate.subject.clone());
        if !self.newer.contains_key(&thing) {
            let connection = &self.job.connection;
            let events = candidates::newer(tx, self.account, connection, candidate, MAX_NEWER)?;
            let sent_until = None;
            self.newer
                .insert(thing.clone(), Newer { events, sent_until });
        }
        if candidate.resource == EventResource::Inventory
            && self.has_too_many_newer(&thing, candidate)?
        {
            return Ok(Step::Skipped);
        }
        let step = self.send(tx, candidate)?;
        if let (Step::Sent, Some(newer)) = (&step, self.newer.get_mut(&thing)) {
            newer.sent_until = newer.sent_until.max(Some(candidate.sequence));
        }
        Ok(step)
    }

    /// Makes one event pending, before newer ones of its subject that wait.
    fn send(&self, tx: &mut Tx<'_>, candidate: &Candidate) -> db::Result<Step> {
        let (account, connection) = (self.account, &self.job.connection);
        let (event, subject) = (&candidate.event, candidate.subject.as_str());
        let lane = LaneKey {
            account,
            connection,
            subject,
        };
        let head = lanes::lock_head(tx, lane)?;
        let after = head.filter(|head| head.is_after(candidate.sequence, event));
        let is_in_flight = after.as_ref().is_some_and(|it| it.is_in_flight(tx));
        if is_in_flight && self.job.waits < MAX_FLIGHT_WAITS {
            return Ok(Step::Waits);
        }
        if !self.open(tx, candidate)? {
            return Ok(Step::Skipped);
        }
        let sequence = candidate.sequence;
        let key = PendingKey {
            lane,
            event,
            sequence,
        };
        enqueue(tx, key, candidate.attempts)?;
        if let Some(head) = after
            && !is_in_flight
        {
            lanes::rewind(tx, lane, &head)?;
        }
        Ok(Step::Sent)
    }

    /// The dispatch is pending: a new one, or one that had ended. False when it is pending already.
    fn open(&self, tx: &mut Tx<'_>, candidate: &Candidate) -> db::Result<bool> {
        let (account, connection) = (self.account, &self.job.connection);
        let (event, subject): (&EventId, &str) = (&candidate.event, &candidate.subject);
        let now = tx.now();
        let opened = match candidate.state {
            None => {
                let (sequence, created_at) = (candidate.sequence, candidate.created_at);
                let values = args![
                    account, connection, event, subject, sequence, created_at, now
                ];
                tx.execute(INSERT_MISSED, values)?
            }
            Some(state) => {
                let values = args![account, connection, event, now, state.as_str()];
                tx.execute(REOPEN, values)?
            }
        };
        Ok(opened > 0)
    }

    /// Has newer events sent once more that had arrived before older ones of this batch; unless newer ones
    /// come anyway, with this job or because they wait.
    fn repeat_newer(&mut self, tx: &mut Tx<'_>) -> db::Result<()> {
        for ((resource, _), newer) in std::mem::take(&mut self.newer) {
            let Some(sent_until) = newer.sent_until else {
                continue;
            };
            let later = newer.events.iter().filter(|it| it.sequence > sent_until);
            let later: Vec<&Candidate> = later.collect();
            let is_partial = resource == EventResource::Inventory;
            let mut repeated = Vec::new();
            for it in later {
                let comes = it.state == Some(DispatchState::Pending) || self.comes_to(it)?;
                if comes && !is_partial {
                    break;
                }
                if !comes && it.state == Some(DispatchState::Acknowledged) && it.is_permitted()? {
                    repeated.push(it);
                    if !is_partial {
                        break;
                    }
                }
            }
            for it in repeated.into_iter().rev().take(MAX_REPEATED) {
                let is_sent = matches!(self.send(tx, it)?, Step::Sent);
                self.result.repeated += u32::from(is_sent);
            }
        }
        Ok(())
    }

    /// Whether this job will send an event later.
    fn comes_to(&self, candidate: &Candidate) -> db::Result<bool> {
        let (at, own) = (&self.result.cursor, candidate.cursor());
        let is_ahead = (&own.key, &own.id) > (&at.key, &at.id);
        Ok(is_ahead && self.filter.selects(candidate) && candidate.is_permitted()?)
    }

    /// Whether more newer events of an inventory have arrived than can be sent once more.
    fn has_too_many_newer(
        &self,
        thing: &(EventResource, String),
        than: &Candidate,
    ) -> db::Result<bool> {
        let Some(newer) = self.newer.get(thing) else {
            return Ok(false);
        };
        let mut arrived = 0;
        for it in newer.events.iter().filter(|it| it.sequence > than.sequence) {
            let has_arrived = it.state == Some(DispatchState::Acknowledged);
            arrived += usize::from(has_arrived && !self.comes_to(it)?);
        }
        let is_cut = newer.events.len() >= MAX_NEWER as usize;
        Ok(arrived > MAX_REPEATED || (is_cut && arrived > 0))
    }
}
