//! What limits have refused.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// What a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// API calls of a connection.
    Calls,
    /// Guesses at secrets.
    Guesses,
    /// Connections of callers.
    Connections,
}

impl Limit {
    const ALL: [Self; 3] = [Self::Calls, Self::Guesses, Self::Connections];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Guesses => "guesses",
            Self::Connections => "connections",
        }
    }
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct LimitLabels {
    limit: &'static str,
}

/// What limits have refused. Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Refusals(pub(crate) Family<LimitLabels, Counter>);

impl Default for Refusals {
    fn default() -> Self {
        let refusals = Self(Family::default());
        // What has not happened yet is a zero, so that its first time is seen as a rise.
        Limit::ALL
            .into_iter()
            .for_each(|limit| drop(refusals.of(limit)));
        refusals
    }
}

impl Refusals {
    fn of(&self, limit: Limit) -> Counter {
        let limit = limit.as_str();
        self.0.get_or_create_owned(&LimitLabels { limit })
    }

    /// A limit has refused something.
    pub(crate) fn count(&self, limit: Limit) {
        self.of(limit).inc();
    }
}
