//! Alarms: what goes wrong at a location so that a person must act, from its beginning to its end.
//!
//! - A chore looks every half a minute for what has just become due. What it reads are the orders, connections
//!   and settings of the moment in question, so that its cost does not follow what is stored.
//! - An alarm is a row from its beginning until the end of its retention. It holds ids and no personal data.
//! - What is to be told is written in the transaction in which the alarm begins or ends, as a notice per
//!   channel ([`notices`]). Whoever tells it claims it first: two hubs do not tell it twice.

pub(crate) mod endings;
pub mod looks;
pub mod notices;
pub mod settings;
mod store;

pub use endings::ALL as ENDINGS;
pub use looks::ALL as LOOKS;
pub use notices::ALL as NOTICES;
pub use settings::ALL as SETTINGS;
pub use store::ALL as STATEMENTS;
pub use store::{Alarm, AlarmPosition};
pub(crate) use store::{
    NamedAlarm, count_open, count_open_by_kind, delete_ended, find, list_open, list_past,
};

use crate::db::Scalar;

/// What an alarm is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmKind {
    /// Nobody has acknowledged an order.
    OrderUnreached,
    /// An order was acknowledged, and its status is still `new`.
    OrderNew,
    /// The callbacks of a connection fail.
    ConnectionFailing,
    /// A connection that fetches its events is not heard of any longer.
    ConnectionSilent,
    /// Somebody wanted to see what an alarm is like.
    Test,
}

impl AlarmKind {
    /// Those that can be chosen.
    pub const ALL: [Self; 4] = [
        Self::OrderUnreached,
        Self::OrderNew,
        Self::ConnectionFailing,
        Self::ConnectionSilent,
    ];

    /// The word that is stored, sent and counted by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderUnreached => "order_unreached",
            Self::OrderNew => "order_new",
            Self::ConnectionFailing => "connection_failing",
            Self::ConnectionSilent => "connection_silent",
            Self::Test => "test",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        let all = Self::ALL.into_iter().chain([Self::Test]);
        all.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is about an order; else it is about a connection, or is a test.
    pub const fn is_of_order(self) -> bool {
        matches!(self, Self::OrderUnreached | Self::OrderNew)
    }

    const fn bit(self) -> i64 {
        match self {
            Self::OrderUnreached => 1,
            Self::OrderNew => 2,
            Self::ConnectionFailing => 4,
            Self::ConnectionSilent => 8,
            Self::Test => 0,
        }
    }
}

impl Scalar for AlarmKind {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        Self::parse(word).ok_or_else(|| "not a kind of alarms".to_owned())
    }
}

/// The kinds of alarms that a location wants. Stored as a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmKinds(i64);

impl AlarmKinds {
    /// All kinds.
    pub const ALL: Self = Self(15);

    /// Those that a list names.
    pub fn of(kinds: impl IntoIterator<Item = AlarmKind>) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | kind.bit()))
    }

    /// Whether a kind is one of them. Tests always are.
    pub const fn has(self, kind: AlarmKind) -> bool {
        self.0 & kind.bit() == kind.bit()
    }

    const fn bits(self) -> i64 {
        self.0
    }
}

impl Scalar for AlarmKinds {
    type Stored<'r> = i64;

    fn from_stored(bits: i64) -> Result<Self, String> {
        Ok(Self(bits & Self::ALL.0))
    }
}

/// What has happened to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmChange {
    /// It began.
    Begin,
    /// It ended.
    End,
}

impl AlarmChange {
    /// The word that is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::End => "end",
        }
    }
}

impl Scalar for AlarmChange {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        match word {
            "begin" => Ok(Self::Begin),
            "end" => Ok(Self::End),
            _ => Err("not a change of alarms".to_owned()),
        }
    }
}
