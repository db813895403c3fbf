//! Orders as the back office looks at them: newest first, whoever sent them.

use jiff::Timestamp;
use wire::id::{AccountId, LocationId, OrderId};
use wire::order::OrderStatus;

use crate::db::page::{Cursor, Page};
use crate::db::{self, FromRow, Row, Tx, Value};
use crate::{args, statements};

statements! {
    /// What a list begins with; [`newest`] adds the conditions and the end.
    NEWEST = "SELECT o.created_at, o.id, o.location_id, o.status, o.ref, o.created_by, o.document
        FROM orders o
        WHERE o.account_id = $1 AND (o.created_at, o.id) < ($2, $3)";
    /// The same for the few orders with this id or ref, with the blanks around it or without. A cross
    /// join is made in this order. Of a longer ref the index has the first 255 characters.
    NEWEST_OF_NAME = "SELECT o.created_at, o.id, o.location_id, o.status, o.ref, o.created_by,
            o.document
        FROM (SELECT i.id FROM orders i WHERE i.account_id = $1 AND i.id = $5
            UNION SELECT r.id FROM orders r WHERE r.account_id = $1 AND r.ref IS NOT NULL
                AND substr(r.ref, 1, 255) IN ($4, $5)) f
        CROSS JOIN orders o
        WHERE o.account_id = $1 AND o.id = f.id AND (o.created_at, o.id) < ($2, $3)";
    /// What [`NEWEST`] and [`NEWEST_OF_NAME`] are for orders that came later than a place.
    NEWER = "SELECT o.created_at, o.id, o.location_id, o.status, o.ref, o.created_by, o.document
        FROM orders o
        WHERE o.account_id = $1 AND (o.created_at, o.id) > ($2, $3)";
    NEWER_OF_NAME = "SELECT o.created_at, o.id, o.location_id, o.status, o.ref, o.created_by,
            o.document
        FROM (SELECT i.id FROM orders i WHERE i.account_id = $1 AND i.id = $5
            UNION SELECT r.id FROM orders r WHERE r.account_id = $1 AND r.ref IS NOT NULL
                AND substr(r.ref, 1, 255) IN ($4, $5)) f
        CROSS JOIN orders o
        WHERE o.account_id = $1 AND o.id = f.id AND (o.created_at, o.id) > ($2, $3)";
    FIND = "SELECT location_id, document FROM orders WHERE account_id = $1 AND id = $2";
}

/// Which orders are wanted; what is none does not narrow them down.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfficeOrderFilter {
    /// The locations of the account; none means all of them, and an empty list none of them.
    pub locations: Option<Vec<LocationId>>,
    pub status: Option<OrderStatus>,
    /// An id, or the first 255 characters of the sender's ref.
    pub name: Option<String>,
    /// Created then or later.
    pub after: Option<Timestamp>,
    /// Created before then.
    pub before: Option<Timestamp>,
}

/// An order in the list.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub created_at: Timestamp,
    pub id: OrderId,
    pub location: LocationId,
    pub status: String,
    pub reference: Option<String>,
    pub created_by: String,
    pub document: String,
}

impl Line {
    /// Its place in the list.
    pub(crate) fn place(&self) -> Cursor {
        Cursor {
            key: wire::time::stored(self.created_at),
            id: self.id.to_string(),
        }
    }
}

/// A line with its place in the list.
struct PlacedLine(Cursor, Line);

impl FromRow for PlacedLine {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let cursor = Cursor {
            key: row.get(0)?,
            id: row.get(1)?,
        };
        let line = Line {
            created_at: row.get(0)?,
            id: row.get(1)?,
            location: row.get(2)?,
            status: row.get(3)?,
            reference: row.get(4)?,
            created_by: row.get(5)?,
            document: row.get(6)?,
        };
        Ok(Self(cursor, line))
    }
}

/// The place before the newest order: after every time that there is.
pub(crate) fn beginning() -> Cursor {
    Cursor {
        key: "9".to_owned(),
        id: "0".to_owned(),
    }
}

/// A page of orders of an account that lie behind `from`, newest first.
///
/// Each location is looked at through its own index and no further than the page reaches, so that
/// neither ten million orders nor those of locations that are not asked for are walked through.
pub(crate) fn newest(
    tx: &mut Tx<'_>,
    account: &AccountId,
    which: &OfficeOrderFilter,
    from: &Cursor,
    count: u32,
) -> db::Result<Page<Line>> {
    Ok(Page::cut(
        page(tx, account, which, from, count, Direction::Older)?,
        count,
    ))
}

/// The page just before `from`, newest first; none when there is no whole page before it, and the
/// list is better shown from its beginning.
pub(crate) fn newer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    which: &OfficeOrderFilter,
    from: &Cursor,
    count: u32,
) -> db::Result<Option<Vec<Line>>> {
    let mut rows = page(tx, account, which, from, count, Direction::Newer)?;
    if rows.len() <= count as usize {
        return Ok(None);
    }
    rows.truncate(count as usize);
    rows.reverse();
    Ok(Some(rows.into_iter().map(|(_, line)| line).collect()))
}

/// In which direction a list is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Older,
    Newer,
}

/// Up to `count + 1` orders beyond `from`, the nearest first.
fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    which: &OfficeOrderFilter,
    from: &Cursor,
    count: u32,
    way: Direction,
) -> db::Result<Vec<(Cursor, Line)>> {
    // Where the time ends is where the list begins, so that the engine begins there, too.
    let end = which.before.map(wire::time::stored);
    let (key, id) = match &end {
        Some(end) if way == Direction::Older && *end < from.key => (end.as_str(), ""),
        _ => (from.key.as_str(), from.id.as_str()),
    };
    let (all, of_name, order) = match way {
        Direction::Older => (NEWEST, NEWEST_OF_NAME, "DESC"),
        Direction::Newer => (NEWER, NEWER_OF_NAME, "ASC"),
    };
    let mut args = args![account, key, id].to_vec();
    let mut sql = match &which.name {
        None => all.to_owned(),
        Some(name) => {
            // SQL trims spaces only; what is copied from a page may have others.
            args.extend([name.as_str(), name.trim()].map(Value::from));
            of_name.to_owned()
        }
    };
    let mut condition = |text: &str, value: Value| {
        args.push(value);
        sql.push_str(&text.replace('?', &format!("${}", args.len())));
    };
    if let Some(status) = which.status {
        condition(" AND o.status = ?", status.as_str().into());
    }
    if let Some(after) = which.after {
        condition(" AND o.created_at >= ?", after.into());
    }
    if let (Direction::Newer, Some(before)) = (way, which.before) {
        condition(" AND o.created_at < ?", before.into());
    }
    // A rare status is found through its own index, from which COALESCE keeps the engine to stray.
    let own_index = which.status.is_none() && which.name.is_none();
    let column = if own_index {
        "o.location_id"
    } else {
        "COALESCE(o.location_id, '')"
    };
    let some: Vec<Vec<&LocationId>> = match &which.locations {
        None => vec![Vec::new()],
        // SQLite joins 500 selects at most.
        Some(locations) => locations
            .chunks(100)
            .map(|some| some.iter().collect())
            .collect(),
    };
    let mut rows: Vec<PlacedLine> = Vec::new();
    for locations in some {
        let mut args = args.clone();
        args.push(Value::from(count + 1));
        let end = format!("LIMIT ${}", args.len());
        let mut parts = Vec::new();
        for location in &locations {
            args.push(Value::from(*location));
            parts.push(format!("{sql} AND {column} = ${}", args.len()));
        }
        if locations.is_empty() {
            parts.push(sql.clone());
        }
        let each: Vec<String> = parts
            .iter()
            .map(|part| {
                format!(
                    "SELECT * FROM ({part} ORDER BY o.created_at {order}, o.id {order} {end}) p"
                )
            })
            .collect();
        let each = each.join(" UNION ALL ");
        let all = format!("{each} ORDER BY 1 {order}, 2 {order} {end}");
        rows.extend(tx.all::<PlacedLine>(&all, &args)?);
    }
    rows.sort_by(|PlacedLine(one, _), PlacedLine(other, _)| {
        let nearest = (&other.key, &other.id).cmp(&(&one.key, &one.id));
        match way {
            Direction::Older => nearest,
            Direction::Newer => nearest.reverse(),
        }
    });
    let rows = rows
        .into_iter()
        .map(|PlacedLine(cursor, line)| (cursor, line));
    Ok(rows.collect())
}

/// One order of an account: where it is, and its document.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    order: &OrderId,
) -> db::Result<Option<(LocationId, String)>> {
    tx.first(FIND, args![account, order])
}
