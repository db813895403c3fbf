//! What this process knows of the receivers, and how many callbacks each may have in flight.
//!
//! - A receiver begins with a small window, which grows with each acknowledgement and shrinks with each
//!   failure. One that only fails is probed by one callback at a time, less and less often: its circuit
//!   breaker is open. It is never given up.
//! - Receivers that have not proven themselves share half of the slots, so that the others always find
//!   some. A callback that has gone without an answer for a while no longer takes one.
//! - A host that only fails gets few callbacks, however many receivers it has.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wire::id::ConnectionId;

use super::attempt::AttemptResult;
use super::log::ReceiverLog;
use super::schedule::RetrySchedule;
use crate::outbound::Outcome;

/// Callbacks that are waited for at most, not counting the slow ones.
pub(super) const MAX_IN_FLIGHT: usize = 512;

/// Slow callbacks that take no slot, so that there are always files left to open.
const MAX_SLOW: usize = 512;

/// How long a callback goes without an answer until it is slow.
const SLOW_AFTER: Duration = Duration::from_secs(2);

/// Slots for receivers that have not acknowledged anything yet, or whose last callback failed.
const MAX_UNPROVEN_IN_FLIGHT: usize = MAX_IN_FLIGHT / 2;

/// The window of a receiver about which nothing is known.
const FIRST_WINDOW: usize = 2;

/// Failures in a row after which a receiver or a host is only probed.
const CIRCUIT_BREAKER_FAILURES: u32 = 5;

/// Callbacks in flight to one host: as long as it answers, and when it only fails.
const MAX_PER_HOST: usize = 256;
const MAX_PER_FAILING_HOST: usize = 4;

/// How long after a failed probe the next one is sent: at first, and at most.
const FIRST_PROBE_DELAY: Duration = Duration::from_millis(250);
const MAX_PROBE_DELAY: Duration = Duration::from_secs(5);

/// How often what waits for a receiver is sent before its time at most, because it answers again.
const MIN_RESUME_INTERVAL: Duration = Duration::from_secs(60);

/// Receivers that are remembered, if nothing is in flight to them.
const MAX_REMEMBERED: usize = 10_000;

/// Whether something answers.
#[derive(Debug, Default)]
struct Health {
    in_flight: usize,
    /// In a row.
    failures: u32,
}

impl Health {
    fn is_failing(&self) -> bool {
        self.failures >= CIRCUIT_BREAKER_FAILURES
    }

    fn record(&mut self, acknowledged: bool) {
        self.failures = match acknowledged {
            true => 0,
            false => self.failures.saturating_add(1),
        };
    }
}

#[derive(Debug)]
struct Receiver {
    health: Health,
    /// Callbacks that may be in flight at a time.
    window: usize,
    /// The last callback was acknowledged.
    is_proven: bool,
    /// It does not answer, or nothing is known of it: not merely an event that it cannot take.
    is_down: bool,
    /// When what waited for another attempt was last sent before its time.
    resumed_at: Option<Duration>,
    /// By what had passed on the clock.
    next_probe_at: Duration,
    host: Option<Arc<str>>,
    log: ReceiverLog,
}

impl Receiver {
    fn new() -> Self {
        Self {
            health: Health::default(),
            window: FIRST_WINDOW,
            is_proven: false,
            is_down: true,
            resumed_at: None,
            next_probe_at: Duration::ZERO,
            host: None,
            log: ReceiverLog::default(),
        }
    }

    fn free_slots(&self, max_window: usize, passed: Duration) -> usize {
        if !self.health.is_failing() {
            return self
                .window
                .min(max_window)
                .saturating_sub(self.health.in_flight);
        }
        let may_probe = self.health.in_flight == 0 && passed >= self.next_probe_at;
        usize::from(may_probe)
    }

    /// Whether what waits for another attempt goes now that it answers. Not too often: an event that takes
    /// the receiver down would do so again and again.
    fn resumes(&mut self, passed: Duration) -> bool {
        let is_soon = |at: Duration| passed.saturating_sub(at) < MIN_RESUME_INTERVAL;
        let resumes = self.is_down && !self.resumed_at.is_some_and(is_soon);
        if resumes {
            self.resumed_at = Some(passed);
        }
        resumes
    }

    fn record(&mut self, acknowledged: bool, passed: Duration) {
        self.health.record(acknowledged);
        self.is_proven = acknowledged;
        self.window = match acknowledged {
            true => self.window.saturating_add(1),
            false => (self.window / 2).max(1),
        };
        if self.health.is_failing() {
            let doublings = (self.health.failures - CIRCUIT_BREAKER_FAILURES).min(16);
            let delay = FIRST_PROBE_DELAY.saturating_mul(1 << doublings);
            self.next_probe_at = passed + delay.min(MAX_PROBE_DELAY);
        }
    }
}

/// All receivers, and the hosts on which they are.
#[derive(Debug)]
pub(super) struct Receivers {
    receivers: BTreeMap<ConnectionId, Receiver>,
    hosts: BTreeMap<Arc<str>, Health>,
    max_window: usize,
}

/// What a round may send, while it is handed out.
pub(super) struct Slots {
    free: usize,
    free_for_unproven: usize,
    /// Slots that were taken, by host.
    taken_of_host: BTreeMap<Arc<str>, usize>,
    /// By what has passed on the clock.
    passed: Duration,
}

impl Slots {
    pub(super) fn are_all_taken(&self) -> bool {
        self.free == 0
    }
}

impl Receivers {
    /// `max_window` is the setting `events.max_in_flight`.
    pub(super) fn new(max_window: usize) -> Self {
        Self {
            receivers: BTreeMap::new(),
            hosts: BTreeMap::new(),
            max_window: max_window.max(1),
        }
    }

    /// The slots that are free while callbacks of these ages are in flight.
    pub(super) fn slots(&self, ages: impl Iterator<Item = Duration>, passed: Duration) -> Slots {
        let (mut fast, mut slow) = (0, 0_usize);
        for age in ages {
            match age > SLOW_AFTER {
                true => slow += 1,
                false => fast += 1,
            }
        }
        let taken = fast + slow.saturating_sub(MAX_SLOW);
        let unproven = self.receivers.values().filter(|it| !it.is_proven);
        let unproven: usize = unproven.map(|it| it.health.in_flight).sum();
        let unproven = unproven.saturating_sub(slow);
        Slots {
            free: MAX_IN_FLIGHT.saturating_sub(taken),
            free_for_unproven: MAX_UNPROVEN_IN_FLIGHT.saturating_sub(unproven),
            taken_of_host: BTreeMap::new(),
            passed,
        }
    }

    /// Takes as many slots for a receiver as there are and as it may have.
    pub(super) fn take(&self, connection: &ConnectionId, slots: &mut Slots) -> usize {
        let receiver = self.receivers.get(connection);
        let own = receiver.map_or(FIRST_WINDOW.min(self.max_window), |it| {
            it.free_slots(self.max_window, slots.passed)
        });
        let host = receiver.and_then(|it| it.host.as_ref());
        let of_host = host.map_or(MAX_PER_HOST, |host| {
            let taken = slots.taken_of_host.get(host).copied().unwrap_or_default();
            self.free_slots_of_host(host).saturating_sub(taken)
        });
        let is_proven = receiver.is_some_and(|it| it.is_proven);
        let mut taken = own.min(of_host).min(slots.free);
        if !is_proven {
            taken = taken.min(slots.free_for_unproven);
            slots.free_for_unproven -= taken;
        }
        slots.free -= taken;
        if let Some(host) = host {
            *slots.taken_of_host.entry(Arc::clone(host)).or_default() += taken;
        }
        taken
    }

    fn free_slots_of_host(&self, host: &str) -> usize {
        self.hosts.get(host).map_or(MAX_PER_HOST, |host| {
            let most = match host.is_failing() {
                true => MAX_PER_FAILING_HOST,
                false => MAX_PER_HOST,
            };
            most.saturating_sub(host.in_flight)
        })
    }

    /// A callback to this URL begins.
    pub(super) fn begin(&mut self, connection: &ConnectionId, url: &str) {
        let receiver = self
            .receivers
            .entry(connection.clone())
            .or_insert_with(Receiver::new);
        receiver.health.in_flight += 1;
        let host = host(url);
        if receiver.host.as_deref() != Some(host) {
            // Those still in flight to the old host would be taken off the new one.
            if receiver.health.in_flight > 1 {
                return;
            }
            receiver.host = Some(Arc::from(host));
        }
        if let Some(host) = &receiver.host {
            self.hosts.entry(Arc::clone(host)).or_default().in_flight += 1;
        }
    }

    /// A callback is not in flight any longer, whatever became of it.
    pub(super) fn end(&mut self, connection: &ConnectionId) {
        let Some(receiver) = self.receivers.get_mut(connection) else {
            return;
        };
        receiver.health.in_flight = receiver.health.in_flight.saturating_sub(1);
        if let Some(host) = &receiver.host
            && let Some(on_host) = self.hosts.get_mut(host)
        {
            on_host.in_flight = on_host.in_flight.saturating_sub(1);
            if on_host.in_flight == 0 && on_host.failures == 0 {
                self.hosts.remove(host);
            }
        }
        if self.receivers.len() > MAX_REMEMBERED {
            self.receivers
                .retain(|_, it| it.health.in_flight > 0 || it.health.failures > 0);
        }
    }

    /// An attempt was answered or failed. Says whether the receiver answers again, or for the first time
    /// that this process knows of: what waits for another attempt need not wait any longer.
    pub(super) fn record(
        &mut self,
        tried: &AttemptResult,
        schedule: RetrySchedule<'_>,
        passed: Duration,
    ) -> bool {
        let receiver = self
            .receivers
            .entry(tried.key.connection.clone())
            .or_insert_with(Receiver::new);
        let acknowledged = tried.acknowledges();
        let has_recovered = acknowledged && receiver.resumes(passed);
        receiver.record(acknowledged, passed);
        receiver.is_down =
            !acknowledged && (receiver.health.is_failing() || is_away(&tried.outcome));
        receiver.log.tell(tried, schedule, passed);
        if let Some(host) = &receiver.host {
            let on_host = self.hosts.entry(Arc::clone(host)).or_default();
            on_host.record(acknowledged);
        }
        has_recovered
    }
}

/// Whether an outcome says that nobody is there, rather than that somebody does not take this event.
fn is_away(outcome: &Outcome) -> bool {
    outcome
        .status
        .map_or(true, |status| (502..=504).contains(&status))
}

/// The host and port of a URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest)
}
