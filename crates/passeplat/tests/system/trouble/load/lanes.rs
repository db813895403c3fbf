//! The senders: orders at a steady rate over many lanes. A lane that waits for an answer sends
//! nothing else meanwhile.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::books::{Books, OrderKey, STATUSES};
use super::sender::{Addresses, Sender};
use crate::random::SeededRandom;

const LANES: usize = 32;

/// Of so many lanes one sends without keys, and does not repeat.
const LANES_PER_UNKEYED: usize = 8;

/// The lanes that send, until they are told to stop.
pub struct Lanes {
    lanes: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Lanes {
    /// Begins to send so many orders per second.
    pub fn start(addresses: &Addresses, token: &str, books: &Books, seed: u64, rate: u32) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut lanes = JoinSet::new();
        let gap = Duration::from_secs(1) / rate.max(1);
        let start = Instant::now();
        for number in 0..LANES {
            let random = || SeededRandom::from_seed(seed ^ ((number as u64 + 1) << 32));
            let lane = Lane {
                number,
                sender: Sender::new(addresses, token, books, random()),
                random: random(),
                again: VecDeque::new(),
            };
            let first = start + gap * number as u32;
            lanes.spawn(lane.run(first, gap * LANES as u32, stopped.clone()));
        }
        Self { lanes, stop }
    }

    /// Sends nothing new; what is under way goes on.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Until everything that had begun is answered.
    pub async fn done(&mut self) {
        while let Some(ended) = self.lanes.join_next().await {
            ended.expect("a lane does not panic");
        }
    }
}

struct Lane {
    number: usize,
    sender: Sender,
    random: SeededRandom,
    /// What is sent again later: when, which order, its id.
    again: VecDeque<(Instant, OrderKey, String)>,
}

impl Lane {
    async fn run(mut self, first: Instant, gap: Duration, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval_at(first, gap);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let is_keyed = !self.number.is_multiple_of(LANES_PER_UNKEYED);
        for number in 1.. {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                _ = ticks.tick() => {}
            }
            self.run_order((self.number, number), is_keyed).await;
        }
        while let Some((_, key, id)) = self.again.pop_front() {
            self.sender.place_again(key, &id).await;
        }
    }

    async fn run_order(&mut self, key: OrderKey, is_keyed: bool) {
        if self
            .again
            .front()
            .is_some_and(|(due, ..)| *due < Instant::now())
            && let Some((_, key, id)) = self.again.pop_front()
        {
            self.sender.place_again(key, &id).await;
        }
        let Some(id) = self.sender.place_order(key, is_keyed).await else {
            return;
        };
        if !is_keyed {
            return;
        }
        if self.random.percent(10) {
            let later = Duration::from_secs(1 + self.random.below(20));
            self.again
                .push_back((Instant::now() + later, key, id.clone()));
        }
        if self.random.percent(25) {
            for status in 1..STATUSES.len() {
                if self.random.percent(50) {
                    self.sender.change(key, &id, status).await;
                }
            }
        }
    }
}
