//! How many connections there are, whose they are, and which one goes when there is no room.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::ConnectionLimits;
use super::connected::ConnectionState;

/// How many connections may be on their way out, with their files, before the next is let in.
const MAX_ENDING_CONNECTIONS: usize = 16;

/// All connections.
pub(super) struct ConnectionSlots {
    limits: ConnectionLimits,
    held: Mutex<SlotTable>,
    /// One that was given away has ended, and its file with it.
    ended: Notify,
    /// Each place has a receiver.
    released: watch::Sender<()>,
}

#[derive(Default)]
struct SlotTable {
    all: BTreeMap<u64, (Option<IpAddr>, Arc<ConnectionState>)>,
    of_one: BTreeMap<IpAddr, usize>,
    next: u64,
    /// How many were given away and have not ended.
    ending: usize,
}

/// Whether there was a place.
pub(super) enum SlotOutcome {
    Yes(ConnectionSlot),
    No,
}

/// The place of one connection, given back when it is dropped.
pub(super) struct ConnectionSlot {
    number: u64,
    slots: Arc<ConnectionSlots>,
    _held: watch::Receiver<()>,
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut held = self.slots.lock();
        if held.remove(self.number).is_none() {
            held.ending = held.ending.saturating_sub(1);
            self.slots.ended.notify_one();
        }
    }
}

impl ConnectionSlots {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        Self {
            limits,
            held: Mutex::default(),
            ended: Notify::new(),
            released: watch::Sender::new(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, SlotTable> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a connection from there, if need be that of the one that has been idle longest:
    /// of the same address when that has too many, else of all.
    pub(super) fn acquire(
        self: &Arc<Self>,
        from: IpAddr,
        connected: &Arc<ConnectionState>,
    ) -> SlotOutcome {
        let address = self.caller_network(from);
        let mut held = self.lock();
        let of_caller = address.and_then(|it| held.of_one.get(&it).copied());
        if of_caller.unwrap_or_default() >= self.limits.of_one {
            let peer = from;
            tracing::warn!(
                %peer,
                "too many connections from one address: if it is a proxy, name it in \
                 server.trusted_proxies"
            );
            if !held.close_idlest(address) {
                return SlotOutcome::No;
            }
        }
        if held.all.len() >= self.limits.in_all && !held.close_idlest(None) {
            return SlotOutcome::No;
        }
        let number = held.next;
        held.next += 1;
        held.all.insert(number, (address, Arc::clone(connected)));
        if let Some(address) = address {
            *held.of_one.entry(address).or_default() += 1;
        }
        SlotOutcome::Yes(ConnectionSlot {
            number,
            slots: Arc::clone(self),
            _held: self.released.subscribe(),
        })
    }

    /// Until few of those that were given away still hold a file, or for so long.
    pub(super) async fn wait_until_few_end(&self, longest: Duration) {
        while self.lock().ending >= MAX_ENDING_CONNECTIONS {
            if timeout(longest, self.ended.notified()).await.is_err() {
                return;
            }
        }
    }

    /// Has the connection end that has been idle longest, unless one ends already; says whether one has
    /// ended before so long has passed.
    pub(super) async fn end_one(&self, longest: Duration) -> bool {
        let is_ending = {
            let mut held = self.lock();
            held.ending > 0 || held.close_idlest(None)
        };
        is_ending && timeout(longest, self.ended.notified()).await.is_ok()
    }

    /// Has those look at the time whose time has come.
    pub(super) fn check_deadlines(&self, passed: Duration) {
        for (_, connected) in self.lock().all.values() {
            connected.check_deadlines(passed);
        }
    }

    /// Ends every connection as soon as nothing is under way over it.
    pub(super) fn stop(&self) {
        for (_, connected) in self.lock().all.values() {
            connected.stop();
        }
    }

    /// Until every place was given back.
    pub(super) async fn wait_until_all_released(&self) {
        self.released.closed().await;
    }

    /// What counts as one caller: an address, or the smallest network that providers give away. None
    /// for a proxy, through which many come.
    fn caller_network(&self, from: IpAddr) -> Option<IpAddr> {
        let from = from.to_canonical();
        let is_proxy = self.limits.proxies.iter().any(|net| net.contains(&from));
        let network = match from {
            IpAddr::V4(_) => from,
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        };
        (!is_proxy).then_some(network)
    }
}

impl SlotTable {
    /// Gives the place of the connection away that has been idle longest, of an address or of all.
    fn close_idlest(&mut self, of: Option<IpAddr>) -> bool {
        let candidates = self
            .all
            .iter()
            .filter(|(_, (address, _))| of.is_none() || *address == of);
        let idlest = candidates
            .filter_map(|(number, (_, connected))| Some((connected.idle_since()?, *number)))
            .min();
        let Some((_, number)) = idlest else {
            return false;
        };
        if let Some(connected) = self.remove(number) {
            self.ending += 1;
            connected.close();
        }
        true
    }

    fn remove(&mut self, number: u64) -> Option<Arc<ConnectionState>> {
        let (address, connected) = self.all.remove(&number)?;
        if let Some(address) = address
            && let Some(count) = self.of_one.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                self.of_one.remove(&address);
            }
        }
        Some(connected)
    }
}
