//! What is measured of the journal.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// Why an entry was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// As many wait as may.
    Full,
    /// The database did not take it.
    Failed,
}

impl Reason {
    const ALL: [Self; 2] = [Self::Full, Self::Failed];

    const fn labels(self) -> ReasonLabels {
        let reason = match self {
            Self::Full => "full",
            Self::Failed => "failed",
        };
        ReasonLabels { reason }
    }
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct ReasonLabels {
    reason: &'static str,
}

/// Entries that were lost. Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct LostEntries(pub(crate) Family<ReasonLabels, Counter>);

impl Default for LostEntries {
    fn default() -> Self {
        let lost = Family::<ReasonLabels, Counter>::default();
        for reason in Reason::ALL {
            drop(lost.get_or_create(&reason.labels()));
        }
        Self(lost)
    }
}

impl LostEntries {
    pub(super) fn add(&self, reason: Reason, entries: usize) {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        self.0.get_or_create(&reason.labels()).inc_by(entries);
    }
}

/// What waits to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    /// How many entries wait.
    pub entries: usize,
    /// How many bytes the bodies of these entries have.
    pub bytes: usize,
    /// For how long the oldest has waited, those that are being written included.
    pub lag: Duration,
}
