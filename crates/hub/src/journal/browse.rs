//! The requests of an account, newest first, whatever connections made them: read from several sources, each
//! sorted, so that a page needs little more of any than it shows.

use std::cmp::Reverse;

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, ConnectionId, LocationId};

use super::store::{Request, SELECT};
use crate::db::batch::{BATCH, two_batches};
use crate::db::page::Cursor;
use crate::db::{self, Tx, Value};
use crate::{args, row, statements};

statements! {
    OF_RESOURCE = formatcp!("SELECT {} FROM requests
        WHERE account_id = $1 AND resource = $2 AND at >= $3 AND (at, id) < ($4, $5)
        ORDER BY at DESC, id DESC LIMIT $6", RequestPosition::COLUMNS);
    OF_SOURCE_CONNECTION = formatcp!("SELECT {} FROM requests
        WHERE account_id = $1 AND connection_id = $2 AND at >= $3 AND (at, id) < ($4, $5)
        ORDER BY at DESC, id DESC LIMIT $6", RequestPosition::COLUMNS);
    FIND_SOME = formatcp!("{SELECT} WHERE account_id = $1
        AND id IN ($2, $3, $4, $5, $6, $7, $8, $9)
        AND at IN ($10, $11, $12, $13, $14, $15, $16, $17)");
}

/// Rows that are read of a source at once.
const CHUNK_ROWS: u32 = 100;

/// Rows of a source that are looked at for one page, whether they match or not.
const MAX_SCANNED_ROWS: u32 = 500;

row! {
    /// Where a request stands in the list, and what it is told from others by.
    #[derive(Clone, Debug)]
    struct RequestPosition {
        id: String = "id",
        at: Timestamp = "at",
        resource: String = "resource",
        method: String = "method",
        url: String = "url",
    }
}

impl RequestPosition {
    fn cursor(&self) -> Cursor {
        Cursor::of(self.at, &self.id)
    }
}

/// Where requests are read from.
#[derive(Clone, Debug)]
pub(crate) enum RequestSource {
    /// All that are about a resource, such as `order`.
    Resource(&'static str),
    /// All of a connection.
    Connection(ConnectionId),
    /// Those of a connection whose address names one of these locations.
    AtLocations(ConnectionId, Vec<LocationId>),
}

/// Which requests are wanted.
#[derive(Clone, Debug)]
pub(crate) struct RequestFilter {
    /// Where they are read from; none of them in two sources.
    pub sources: Vec<RequestSource>,
    /// About which resources; empty for all.
    pub resources: Vec<&'static str>,
    /// With which methods; empty for all.
    pub methods: Vec<&'static str>,
    /// Since when.
    pub since: Option<Timestamp>,
}

impl RequestSource {
    fn has(&self, row: &RequestPosition) -> bool {
        let Self::AtLocations(_, locations) = self else {
            return true;
        };
        let path = row.url.split('?').next().unwrap_or_default();
        path.split('/')
            .any(|part| locations.iter().any(|it| it.as_str() == part))
    }
}

impl RequestFilter {
    fn matches(&self, row: &RequestPosition) -> bool {
        let has = |wanted: &[&str], word: &str| wanted.is_empty() || wanted.contains(&word);
        has(&self.methods, &row.method) && has(&self.resources, &row.resource)
    }
}

/// A page of requests.
#[derive(Clone, Debug)]
pub(crate) struct RequestPage {
    /// Newest first.
    pub requests: Vec<Request>,
    /// Where the next page begins. A page may have few requests, or none, and another behind it.
    pub next: Option<Cursor>,
}

/// Up to `most` requests before a cursor.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    filter: &RequestFilter,
    before: &Cursor,
    most: usize,
) -> db::Result<RequestPage> {
    let mut found: Vec<RequestPosition> = Vec::new();
    // Before this, a source may have more than was read of it.
    let mut bound: Option<Cursor> = None;
    for source in &filter.sources {
        let (rows, end) = read_source(tx, account, (filter, source), before, most)?;
        found.extend(rows);
        bound = later(bound, end);
    }
    if let Some(bound) = &bound {
        found.retain(|row| place(&row.cursor()) >= place(bound));
    }
    found.sort_by_key(|row| Reverse(place(&row.cursor())));
    let next = match found.len() > most {
        true => found
            .get(most.saturating_sub(1))
            .map(RequestPosition::cursor),
        false => bound,
    };
    found.truncate(most);
    let mut requests = Vec::with_capacity(found.len());
    for rows in found.chunks(BATCH) {
        let ids = rows.iter().map(|row| Value::from(row.id.as_str()));
        let moments = rows.iter().map(|row| Value::from(row.at));
        let values = two_batches(args![account], ids, moments);
        // One may be deleted between the two.
        requests.extend(tx.all::<Request>(FIND_SOME, &values)?);
    }
    requests.sort_by_key(|request| Reverse(place(&Cursor::of(request.at, &request.id))));
    Ok(RequestPage { requests, next })
}

fn place(cursor: &Cursor) -> (String, String) {
    (cursor.key.clone(), cursor.id.clone())
}

/// The newer of two bounds.
fn later(one: Option<Cursor>, other: Option<Cursor>) -> Option<Cursor> {
    match (one, other) {
        (Some(one), Some(other)) if place(&one) < place(&other) => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

/// What matches in a source, and down to where it was read; none if to its end.
fn read_source(
    tx: &mut Tx<'_>,
    account: &AccountId,
    (filter, source): (&RequestFilter, &RequestSource),
    before: &Cursor,
    most: usize,
) -> db::Result<(Vec<RequestPosition>, Option<Cursor>)> {
    let since = filter.since.map(wire::time::stored).unwrap_or_default();
    let (mut found, mut from, mut count) = (Vec::new(), before.clone(), 0);
    loop {
        let (sql, name) = match source {
            RequestSource::Resource(name) => (OF_RESOURCE, *name),
            RequestSource::Connection(id) | RequestSource::AtLocations(id, _) => {
                (OF_SOURCE_CONNECTION, id.as_str())
            }
        };
        let (at, id) = (from.key.as_str(), from.id.as_str());
        let rows: Vec<RequestPosition> = tx.all(
            sql,
            args![account, name, since.as_str(), at, id, CHUNK_ROWS],
        )?;
        let is_end = rows.len() < CHUNK_ROWS as usize;
        count += CHUNK_ROWS;
        if let Some(last) = rows.last() {
            from = last.cursor();
        }
        let wanted = |row: &RequestPosition| filter.matches(row) && source.has(row);
        found.extend(rows.into_iter().filter(wanted));
        if is_end {
            return Ok((found, None));
        }
        if found.len() > most || count >= MAX_SCANNED_ROWS {
            return Ok((found, Some(from)));
        }
    }
}
