//! What is measured of the databases.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use super::Error;

/// Seconds of a transaction, from when somebody began to wait for it.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Transactions of a group: powers of two up to the largest group that the settings may want.
const SIZES: [f64; 13] = [
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0, 2_048.0, 4_096.0,
];

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// What it changed is on disk; what it read was answered.
    Committed,
    /// It ended without leaving a trace, as it wanted: the request was not good, for example.
    Refused,
    /// The database did not do it, or nobody knows whether it did.
    Failed,
}

impl Ending {
    /// How it ended, if this is what the engine says of it and whether the transaction was content.
    pub(super) fn of(committed: &Result<(), Error>, is_content: bool) -> Self {
        match (committed, is_content) {
            (Err(_), _) => Self::Failed,
            (Ok(()), true) => Self::Committed,
            (Ok(()), false) => Self::Refused,
        }
    }

    /// The word for it in metrics and in the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct TransactionLabels {
    database: &'static str,
    name: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct DatabaseLabels {
    pub database: &'static str,
}

/// What is measured of all databases of a hub. Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Seconds of each transaction.
    pub(crate) transactions: Family<TransactionLabels, Histogram>,
    /// Transactions of each commit that may hold several.
    pub(crate) groups: Family<DatabaseLabels, Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            transactions: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            groups: Family::new_with_constructor(|| Histogram::new(SIZES)),
        }
    }
}

impl Metrics {
    /// The metrics of one database.
    pub(super) fn of(&self, database: &'static str) -> Measured {
        Measured {
            database,
            transactions: self.transactions.clone(),
            groups: self
                .groups
                .get_or_create_owned(&DatabaseLabels { database }),
        }
    }
}

/// What is measured of one database.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub database: &'static str,
    transactions: Family<TransactionLabels, Histogram>,
    groups: Histogram,
}

impl Measured {
    /// A transaction ended, so long after somebody began to wait for it.
    pub(super) fn transaction(&self, name: &'static str, ending: Ending, waited: Duration) {
        let labels = TransactionLabels {
            database: self.database,
            name,
            outcome: ending.as_str(),
        };
        let transactions = self.transactions.get_or_create(&labels);
        transactions.observe(waited.as_secs_f64());
    }

    /// So many transactions were committed together.
    pub(super) fn group(&self, transactions: usize) {
        // No group is so large that a float could not tell its size.
        let size = u32::try_from(transactions).unwrap_or(u32::MAX);
        self.groups.observe(f64::from(size));
    }
}
