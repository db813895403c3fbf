//! What is measured of callbacks.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// Seconds of an attempt; a receiver has twenty as a rule.
const SECONDS: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct OutcomeLabels {
    outcome: &'static str,
}

/// All callbacks. Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Callbacks {
    /// Seconds of each attempt.
    pub(crate) attempts: Family<OutcomeLabels, Histogram>,
    /// Deliveries that will not be tried again.
    pub(crate) given_up: Counter,
    /// Attempts that are being made.
    pub(crate) in_flight: Gauge<i64, AtomicI64>,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self {
            attempts: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            given_up: Counter::default(),
            in_flight: Gauge::default(),
        }
    }
}

impl Callbacks {
    /// An attempt was made, and this became of it.
    pub(crate) fn attempted(&self, outcome: &'static str, duration: Duration) {
        let attempts = self.attempts.get_or_create(&OutcomeLabels { outcome });
        attempts.observe(duration.as_secs_f64());
    }
}
