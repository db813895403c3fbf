//! The program as people use it: started, asked, killed and looked at, from the outside only.
//!
//! `cli` runs the commands, `apps` the apps beside a real hub, `backup` those of the README, `bench` the benchmark, `chain` replays the day
//! of a chain of restaurants, `crash` kills the hub under load, `trouble` does to it whatever else happens
//! on operators' machines, `browser` walks through the demo in Chromium. Servers listen on free loopback
//! ports; every process that a test starts dies with it.

/// The benchmark's own tools serve here too: a hub in a process of its own, a small HTTP client,
/// an order, and counting afterwards.
#[path = "../../src/bench"]
#[expect(dead_code, reason = "the benchmark uses the rest")]
mod tools {
    pub mod counting;
    pub mod http;
    pub mod hub_process;
    pub mod order;
}

/// The log's parts, which are tested by themselves where a whole program would not come to it.
#[path = "../../src/log/mod.rs"]
mod log;

#[cfg(test)]
mod apps;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod postgres_files;
#[cfg(test)]
mod random;
#[cfg(test)]
mod trouble;

/// The program that is tested.
const PROGRAM: &str = env!("CARGO_BIN_EXE_passeplat");
