//! An event on its way to an app, as pages show it: how far it got, in plain words, every attempt,
//! and the JSON one click away. The journey of an order and the logs of a connection share it.

mod phrasing;

use super::exchange::BodyView;
use super::translations::Translations;
use super::widgets::{Badge, Severity};

pub(crate) use phrasing::{MAX_PAGE_BODY_BYTES, Phrasing, outcome};

/// An event on its way to one app.
#[derive(Clone, Debug)]
pub struct DispatchView {
    /// The app.
    pub app: String,
    /// How far it got.
    pub badge: Badge,
    /// How it went, in plain words.
    pub text: String,
    /// `Prochain essai à 19:43:20`.
    pub next: Option<String>,
    /// Every attempt; empty for an app that fetches its events.
    pub attempts: Vec<AttemptView>,
    /// What was, or will be, sent.
    pub event: BodyView,
    /// Where a waiting dispatch can be thrown away, by those who may.
    pub discard: Option<String>,
    /// Where it can be sent once more.
    pub resend: Option<String>,
    /// Where one that is held back can be sent now.
    pub fire: Option<String>,
}

impl DispatchView {
    /// Whether it may change at any moment.
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        self.next.is_some() || self.badge.severity == Severity::Fresh
    }
}

/// One attempt to reach an app.
#[derive(Clone, Debug)]
pub struct AttemptView {
    /// `Essai 1`.
    pub number: String,
    /// When, to the second.
    pub time: String,
    /// How long it took.
    pub took: String,
    /// The status code, or a dash.
    pub badge: Badge,
    /// How it went, in plain words.
    pub text: String,
    /// What the app answered.
    pub answer: BodyView,
}

/// How an attempt ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AttemptOutcome {
    /// The app answered with that status code.
    Answered(u16),
    /// It took too long.
    TimedOut,
    /// The connection was refused, or could not be made.
    Unreachable,
    /// The connection broke before an answer came.
    BrokeOff,
    /// What came back is not HTTP.
    NotHttp,
    /// Its address cannot be called.
    BadAddress,
    /// For a reason of the hub's own.
    Internal,
    /// Its host's name is unknown; the name.
    UnknownHost(String),
    /// Its certificate cannot be trusted.
    BadCertificate,
    /// Its address is one that this hub does not call.
    Guarded,
}

impl AttemptOutcome {
    /// In plain words.
    #[must_use]
    pub fn in_words(&self, words: &Translations, app: &str) -> String {
        let journey = &words.journey;
        match self {
            AttemptOutcome::Answered(200..400) => journey.accepted_by(app),
            AttemptOutcome::Answered(code @ 400..500) => journey.said_error(app, *code),
            AttemptOutcome::Answered(code) => journey.failed(app, *code),
            AttemptOutcome::TimedOut => journey.timed_out(app),
            AttemptOutcome::Unreachable => journey.unreachable(app),
            AttemptOutcome::BrokeOff => journey.broke_off(app),
            AttemptOutcome::NotHttp => journey.not_http(app),
            AttemptOutcome::BadAddress => journey.bad_address(app),
            AttemptOutcome::Internal => journey.hub_error.to_owned(),
            AttemptOutcome::UnknownHost(host) => journey.unknown_host(app, host),
            AttemptOutcome::BadCertificate => journey.bad_certificate(app),
            AttemptOutcome::Guarded => journey.guarded(app),
        }
    }

    /// From what the dispatcher wrote down: the status code, else the failure in its plain words.
    #[must_use]
    pub fn of(status: Option<i64>, failure: Option<&str>, url: &str) -> AttemptOutcome {
        if let Some(code) = status.and_then(|code| u16::try_from(code).ok()) {
            return AttemptOutcome::Answered(code);
        }
        match failure.unwrap_or_default() {
            "timeout" => AttemptOutcome::TimedOut,
            "connection refused" | "not connected" => AttemptOutcome::Unreachable,
            "connection lost" => AttemptOutcome::BrokeOff,
            "dns" => AttemptOutcome::UnknownHost(host(url).to_owned()),
            "tls" => AttemptOutcome::BadCertificate,
            "blocked address" => AttemptOutcome::Guarded,
            "not http" => AttemptOutcome::NotHttp,
            "not a url" => AttemptOutcome::BadAddress,
            _ => AttemptOutcome::Internal,
        }
    }

    /// The status code, or a dash.
    #[must_use]
    pub fn badge(&self) -> Badge {
        match self {
            AttemptOutcome::Answered(code) => {
                Badge::new(code.to_string(), Severity::of_http_status(*code))
            }
            _ => Badge::new("–", Severity::Bad),
        }
    }
}

/// How far a dispatch got.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DispatchProgress {
    /// Not tried yet, or not fetched yet.
    Waiting,
    /// Tried in vain, to be tried again.
    Retrying,
    /// Received.
    Acknowledged,
    /// Received, with a status of 400 to 499.
    AcknowledgedAnyway,
    /// Given up.
    Expired,
    /// Thrown away by somebody.
    Discarded,
    /// The connection is blocked.
    Blocked,
    /// Held back until the order is to be prepared.
    Held,
    /// A newer update was sent in its place.
    Superseded,
}

impl DispatchProgress {
    /// As a badge.
    #[must_use]
    pub fn badge(self, words: &Translations) -> Badge {
        let journey = &words.journey;
        match self {
            DispatchProgress::Waiting => Badge::new(journey.waiting, Severity::Fresh),
            DispatchProgress::Retrying => Badge::new(journey.retrying, Severity::Warn),
            DispatchProgress::Acknowledged => Badge::new(journey.acknowledged, Severity::Good),
            DispatchProgress::AcknowledgedAnyway => {
                Badge::new(journey.acknowledged_anyway, Severity::Warn)
            }
            DispatchProgress::Expired => Badge::new(journey.expired, Severity::Bad),
            DispatchProgress::Discarded => Badge::new(journey.discarded, Severity::Plain),
            DispatchProgress::Blocked => Badge::new(journey.blocked, Severity::Warn),
            DispatchProgress::Held => Badge::new(journey.held, Severity::Fresh),
            DispatchProgress::Superseded => Badge::new(journey.superseded, Severity::Plain),
        }
    }
}

/// The host of a web address.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or(rest)
}
