//! Keyset paging: a page ends with a cursor that names the last row's place, and the next page
//! begins after it, however many rows came meanwhile (API, chapter Protocol, pagination).

use std::fmt;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use wire::id::AccountId;

/// Results per page when the client does not say, and at the most.
pub const MAX_PAGE_ROWS: u32 = 100;

/// The place of a row in a list sorted by a stored text and then by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key, such as a stored time.
    pub key: String,
    /// The row's id, which settles equal keys.
    pub id: String,
}

impl Cursor {
    /// The place of a row in a list that is sorted by a time.
    pub(crate) fn of(at: Timestamp, id: impl fmt::Display) -> Self {
        Self {
            key: wire::time::stored(at),
            id: id.to_string(),
        }
    }

    /// Before every row.
    pub fn start() -> Self {
        Self::default()
    }

    /// The cursor for lists that begin with the newest row: instead of the start, it is behind
    /// every row.
    pub fn or_newest(&self) -> Self {
        if self.key.is_empty() {
            // Stored times begin with a digit of the year.
            Self {
                key: "9".to_owned(),
                id: "0".to_owned(),
            }
        } else {
            self.clone()
        }
    }

    /// The opaque text that a client sends back.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {}", self.key, self.id))
    }

    /// Reads a token of ours; anything else is none.
    pub fn parse(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (key, id) = text.split_once(' ')?;
        let plain = |part: &str| part.len() <= 64 && part.bytes().all(|b| b.is_ascii_graphic());
        (!id.is_empty() && plain(key) && plain(id)).then(|| Self {
            key: key.to_owned(),
            id: id.to_owned(),
        })
    }
}

/// What a list was asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Results per page, 1 to [`MAX_PAGE_ROWS`].
    pub count: u32,
    /// Where to begin.
    pub after: Cursor,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Replaces each row by what `change` makes of it.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }

    /// Makes a page of `rows` that were asked for with `LIMIT count + 1`: the extra row only tells
    /// that another page exists.
    pub fn cut(mut rows: Vec<(Cursor, T)>, count: u32) -> Self {
        let count = count as usize;
        let more = rows.len() > count;
        rows.truncate(count);
        let next = if more {
            rows.last().map(|(cursor, _)| cursor.clone())
        } else {
            None
        };
        Self {
            items: rows.into_iter().map(|(_, item)| item).collect(),
            next,
        }
    }
}

/// Where the next round of a chore goes on.
#[derive(Debug, Default)]
pub(crate) struct ResumePoint(Mutex<Cursor>);

impl ResumePoint {
    /// Behind the last row that a round has looked at.
    pub(crate) fn get(&self) -> Cursor {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set(&self, next: Cursor) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Goes behind the last one of a round of at most `most`; at the beginning again when those were
    /// fewer.
    pub(crate) fn go_behind<T: AsRef<str>>(&self, round: &[(AccountId, T)], most: u32) {
        let full = round.last().filter(|_| round.len() >= most as usize);
        self.set(full.map_or_else(Cursor::start, |(account, id)| Cursor {
            key: account.to_string(),
            id: id.as_ref().to_owned(),
        }));
    }
}
