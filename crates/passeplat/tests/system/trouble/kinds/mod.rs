//! The troubles: each begins, lasts some seconds and ends. What the hub does about it is its affair.

mod database;
mod file;
mod hub;
mod receivers;

use std::time::Duration;

use tokio::time::sleep;

use super::load::receiver::Health;
use super::plan::Engine;
use super::site::Site;
use crate::random::SeededRandom;

/// What can go wrong on an operator's machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The hub is killed (SIGKILL).
    HubKilled,
    /// The hub is stopped (SIGTERM) and started again.
    HubStopped,
    /// Who reads the hub's log goes away, and there is something to log.
    LogClosed,
    /// Who reads the hub's log does not read, and there is something to log.
    LogStuck,
    /// The wall clock goes 32 days fast.
    ClockMonthAhead,
    /// The wall clock goes 25 hours fast.
    ClockDayAhead,
    /// The wall clock goes an hour slow.
    ClockHourBack,
    /// The wall clock is put back by an hour, and stays so.
    ClockPutBack,
    /// A receiver takes callbacks and says nothing.
    ReceiverHangs,
    /// A receiver takes no connections.
    ReceiverRefuses,
    /// A receiver answers 500.
    ReceiverFails,
    /// The hub may open no more files.
    FilesShort,
    /// The disk with the data is full.
    DiskFull,
    /// Another program holds SQLite's write lock.
    WriteLocked,
    /// The postmaster is killed (SIGKILL).
    ServerKilled,
    /// The server is stopped fast, and started again.
    ServerStopped,
    /// All sessions of the hub are terminated.
    SessionsTerminated,
    /// What all sessions of the hub do is cancelled.
    SessionsCancelled,
    /// Somebody holds the table of events longer than statements may last.
    TableLocked,
    /// The server is read-only.
    ReadOnly,
    /// Connections to the server are reset.
    ConnectionsReset,
    /// Packets to and from the server are lost.
    PacketsLost,
    /// A second hub serves the same database, and one of the two is killed.
    TwoHubs,
}

use Trouble::*;

impl Trouble {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 23] = [
        (HubKilled, "hub-killed"),
        (HubStopped, "hub-stopped"),
        (LogClosed, "log-closed"),
        (LogStuck, "log-stuck"),
        (ClockMonthAhead, "clock+32d"),
        (ClockDayAhead, "clock+25h"),
        (ClockHourBack, "clock-1h"),
        (ClockPutBack, "clock-put-back"),
        (ReceiverHangs, "receiver-hangs"),
        (ReceiverRefuses, "receiver-refuses"),
        (ReceiverFails, "receiver-fails"),
        (FilesShort, "files-short"),
        (DiskFull, "disk-full"),
        (WriteLocked, "write-locked"),
        (ServerKilled, "server-killed"),
        (ServerStopped, "server-stopped"),
        (SessionsTerminated, "sessions-terminated"),
        (SessionsCancelled, "sessions-cancelled"),
        (TableLocked, "table-locked"),
        (ReadOnly, "read-only"),
        (ConnectionsReset, "connections-reset"),
        (PacketsLost, "packets-lost"),
        (TwoHubs, "two-hubs"),
    ];

    /// A short name.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(trouble, _)| *trouble == self)
            .map_or("", |(_, name)| name)
    }

    /// Whether it can be made there.
    pub fn is_possible(self, engine: Engine, site: &Site) -> bool {
        match self {
            ClockMonthAhead | ClockDayAhead | ClockHourBack | ClockPutBack => site.clock.is_some(),
            DiskFull => site.disk.is_some(),
            WriteLocked => engine == Engine::Sqlite,
            ConnectionsReset | PacketsLost => site.network.is_some(),
            ServerKilled | ServerStopped | SessionsTerminated | SessionsCancelled | TableLocked
            | ReadOnly | TwoHubs => engine == Engine::Postgres,
            HubKilled | HubStopped | LogClosed | LogStuck | ReceiverHangs | ReceiverRefuses
            | ReceiverFails | FilesShort => true,
        }
    }

    /// What it spoils: two troubles of one part do not come together.
    fn part(self) -> &'static str {
        match self {
            HubKilled | HubStopped | TwoHubs | FilesShort => "hub",
            LogClosed | LogStuck => "log",
            ClockMonthAhead | ClockDayAhead | ClockHourBack | ClockPutBack => "clock",
            ReceiverHangs | ReceiverRefuses | ReceiverFails => "receiver",
            DiskFull | WriteLocked | ServerKilled | ServerStopped | SessionsTerminated
            | SessionsCancelled | TableLocked | ReadOnly => "database",
            ConnectionsReset | PacketsLost => "network",
        }
    }

    /// Whether it may come together with another one.
    pub fn goes_with(self, other: Self) -> bool {
        // A log without a reader is given something to say by the database and by the hub's files;
        // when the clock jumps a receiver fails.
        let part = |it: Self| match it.part() {
            "network" => "database",
            "receiver" => "clock",
            part => part,
        };
        let (one, two) = (part(self), part(other));
        let is_log = one == "log" || two == "log";
        one != two && !(is_log && [one, two].iter().any(|it| ["database", "hub"].contains(it)))
    }

    /// Makes it, and ends it. The error says what of it did not go as it ought to.
    pub async fn strike(self, site: &Site, random: &mut SeededRandom) -> Result<(), String> {
        match self {
            ClockMonthAhead => hub::clock(site, 32 * 24, random_duration(random, 4, 8)).await,
            ClockDayAhead => hub::clock(site, 25, random_duration(random, 4, 8)).await,
            ClockHourBack => hub::clock(site, -1, random_duration(random, 4, 8)).await,
            ClockPutBack => hub::clock_put_back(site).await,
            HubKilled => hub::kill(site).await,
            HubStopped => hub::stop(site).await,
            LogClosed => hub::log_closed(site).await,
            LogStuck => hub::log_stuck(site).await,
            FilesShort => hub::files_short(site, random_duration(random, 3, 7)).await,
            ReceiverHangs => receivers::make_ill(site, Health::Hangs, random).await,
            ReceiverRefuses => receivers::make_ill(site, Health::Refuses, random).await,
            ReceiverFails => receivers::make_ill(site, Health::Fails, random).await,
            DiskFull => file::disk_full(site, random_duration(random, 4, 9)).await,
            WriteLocked => file::write_locked(site, random_duration(random, 3, 12)).await,
            ServerKilled => database::kill(site, random_duration(random, 0, 4)).await,
            ServerStopped => database::stop(site, random_duration(random, 2, 6)).await,
            SessionsTerminated => database::each_session(site, "pg_terminate_backend").await,
            SessionsCancelled => database::each_session(site, "pg_cancel_backend").await,
            TableLocked => database::table_locked(site).await,
            ReadOnly => database::read_only(site, random_duration(random, 3, 8)).await,
            ConnectionsReset => {
                database::connections_reset(site, random_duration(random, 1, 4)).await
            }
            PacketsLost => database::packets_lost(site, random_duration(random, 13, 27)).await,
            TwoHubs => database::two_hubs(site, random).await,
        }
    }
}

/// A length in seconds, from `least` to just below `limit`.
fn random_duration(random: &mut SeededRandom, least: u64, limit: u64) -> Duration {
    Duration::from_millis(least * 1000 + random.below((limit - least) * 1000))
}

/// A trouble lasts so long.
async fn last(length: Duration) {
    sleep(length).await;
}
