//! How large a backlog is, and what the apps do for which it waits.

use anyhow::ensure;

use crate::bench::load::LoadDuration;
use crate::bench::receivers::ReceiverKind;

/// Options of `passeplat bench` for a backlog.
#[derive(Clone, clap::Args)]
pub struct BacklogOptions {
    /// Measure a backlog instead: so many callbacks wait, then they are worked off
    #[arg(long, value_name = "EVENTS", group = "receivers-of", conflicts_with_all = ["url", "lists"],
        value_parser = clap::value_parser!(u32).range(1..))]
    pub backlog: Option<u32>,

    /// Measure receivers at many locations instead, three at each: all healthy first, then with dead and hanging ones
    #[arg(long, value_name = "RECEIVERS", group = "receivers-of", conflicts_with_all = ["url", "lists", "backlog"],
        value_parser = clap::value_parser!(u32).range(3..=3_000))]
    pub spread: Option<u32>,

    /// Apps that want the callbacks
    #[arg(long, requires = "backlog", default_value_t = 5,
        value_parser = clap::value_parser!(u32).range(1..=500))]
    receivers: u32,

    /// Percent of the apps whose server answers 500 at once
    #[arg(long, value_name = "PERCENT", requires = "receivers-of", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..100))]
    dead: u32,

    /// Percent of the apps whose server accepts connections and never answers
    #[arg(long, value_name = "PERCENT", requires = "receivers-of", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..100))]
    hanging: u32,
}

impl BacklogOptions {
    /// What the servers of so many receivers do.
    pub fn kinds(&self, receivers: u32) -> anyhow::Result<Vec<ReceiverKind>> {
        kinds(receivers, (self.dead, self.hanging))
    }

    /// The plan for so many events.
    pub fn plan(&self, events: u32, duration: LoadDuration) -> anyhow::Result<BacklogPlan> {
        let shares = (self.dead, self.hanging);
        BacklogPlan::new((events, self.receivers), shares, duration)
    }
}

/// How large the backlog is, and whose it is.
#[derive(Clone, Debug)]
pub struct BacklogPlan {
    /// Events that wait before anything is sent.
    pub events: u32,
    /// What each app's server does.
    pub kinds: Vec<ReceiverKind>,
    /// How long each step lasts that has no end of its own.
    pub duration: LoadDuration,
}

impl BacklogPlan {
    /// A plan with shares in percent. It is an error if no healthy app is left.
    pub fn new(
        (events, receivers): (u32, u32),
        (dead, hanging): (u32, u32),
        duration: LoadDuration,
    ) -> anyhow::Result<Self> {
        let kinds = kinds(receivers, (dead, hanging))?;
        Ok(Self {
            events,
            kinds,
            duration,
        })
    }

    /// Orders whose creation makes the backlog.
    pub fn orders(&self) -> u32 {
        let receivers = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        (self.events / receivers.max(1)).max(1)
    }

    /// How many apps are of a kind.
    pub fn count(&self, kind: ReceiverKind) -> usize {
        self.kinds.iter().filter(|it| **it == kind).count()
    }
}

/// What the servers of so many receivers do: first the dead ones, then those that hang, by percent.
fn kinds(receivers: u32, (dead, hanging): (u32, u32)) -> anyhow::Result<Vec<ReceiverKind>> {
    let share = |percent: u32| (receivers * percent).div_ceil(100) as usize;
    let (dead, hanging, all) = (share(dead), share(hanging), receivers as usize);
    ensure!(
        dead + hanging < all,
        "--dead and --hanging leave no healthy receiver of {all}: lower them"
    );
    let mut kinds = vec![ReceiverKind::Dead; dead];
    kinds.resize(dead + hanging, ReceiverKind::Hanging);
    kinds.resize(all, ReceiverKind::Healthy);
    Ok(kinds)
}
