//! What is measured of requests: how many, how they were answered, how long it took.
//!
//! A request is named by the template of its route, never by its path, and only by methods that are
//! known: what callers make up must not become a time series each. What an endpoint of the API is
//! counted by is made once ([`Route`]).

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

/// Seconds of a request.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// The classes of status codes, by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The route of requests that no route takes.
const NO_ROUTE: &str = "none";

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct RouteLabels {
    method: &'static str,
    route: Cow<'static, str>,
}

#[derive(Clone, Debug, EncodeLabelSet, Hash, PartialEq, Eq)]
pub(crate) struct AnswerLabels {
    method: &'static str,
    route: Cow<'static, str>,
    status: &'static str,
}

/// All requests. Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    /// How many responses there were, by endpoint and status.
    pub(crate) answers: Family<AnswerLabels, Counter>,
    /// How long requests took, in seconds, by endpoint.
    pub(crate) durations: Family<RouteLabels, Histogram>,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            answers: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        }
    }
}

/// The requests of one route with one method.
#[derive(Debug)]
pub(crate) struct Route {
    of: Requests,
    labels: RouteLabels,
    answers: [OnceLock<Counter>; CLASSES.len()],
    durations: OnceLock<Histogram>,
}

impl Route {
    /// The route of that template.
    pub(crate) fn new(of: &Requests, method: &Method, route: impl Into<Cow<'static, str>>) -> Self {
        Self {
            of: of.clone(),
            labels: RouteLabels {
                method: method_name(method),
                route: route.into(),
            },
            answers: [const { OnceLock::new() }; CLASSES.len()],
            durations: OnceLock::new(),
        }
    }

    /// What no route takes.
    pub(crate) fn none(of: &Requests, method: &Method) -> Self {
        Self::new(of, method, NO_ROUTE)
    }

    /// Its template.
    pub(crate) fn template(&self) -> &str {
        &self.labels.route
    }

    /// Its method, or `other`.
    pub(crate) fn method(&self) -> &'static str {
        self.labels.method
    }

    /// A request was answered with that status.
    pub(crate) fn count(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        if let (Some(answers), Some(status)) = (self.answers.get(class), CLASSES.get(class)) {
            let made = || {
                self.of.answers.get_or_create_owned(&AnswerLabels {
                    method: self.labels.method,
                    route: self.labels.route.clone(),
                    status,
                })
            };
            answers.get_or_init(made).inc();
        }
        let made = || self.of.durations.get_or_create_owned(&self.labels);
        self.durations.get_or_init(made).observe(took.as_secs_f64());
    }
}

/// One of the methods that are known.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
