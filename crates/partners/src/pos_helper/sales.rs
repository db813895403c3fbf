//! What the app keeps in its store: the sales, the kinds of their channels, and what is sold.

use client::catalog::Catalog;
use client::order::{Order, OrderStatus};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::stage::Stage;
use crate::kit::order_view::order_code;
use crate::kit::outbox::{self, QueuedAction};
use crate::kit::store::{StoreError, stored_time, time_from_store};

/// Sales that are kept; the oldest that are no longer in the kitchen leave first.
const MAX_SALES: i64 = 10_000;

/// Tickets that the board can hold.
const MAX_OPEN: i64 = 300;

/// Finished tickets among which the one to recall is looked for.
const MAX_RECALLED: i64 = 50;

/// How long a finished ticket can be recalled.
const RECALL_TIME: SignedDuration = SignedDuration::from_mins(60);

/// The app's own tables.
pub(super) const TABLES: &[&str] = &["
    CREATE TABLE sales (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        connection TEXT NOT NULL,
        state TEXT NOT NULL,
        status TEXT NOT NULL,
        kind TEXT NOT NULL,
        channel TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        is_counted INTEGER NOT NULL,
        cents INTEGER NOT NULL,
        words TEXT NOT NULL,
        customer TEXT NOT NULL,
        arrived_at INTEGER NOT NULL,
        done_at INTEGER
    ) STRICT;
    CREATE INDEX sales_open ON sales (number) WHERE is_open = 1;
    CREATE INDEX sales_done ON sales (done_at) WHERE done_at IS NOT NULL;
    CREATE INDEX sales_by_channel ON sales (channel);
    CREATE TABLE channels (name TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE products (
        connection TEXT NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        reference TEXT NOT NULL,
        price TEXT NOT NULL,
        PRIMARY KEY (connection, position)
    ) STRICT, WITHOUT ROWID;
"];

/// Where sales come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SaleKind {
    Internet,
    Kiosk,
    Partner,
}

impl SaleKind {
    pub(super) const ALL: [SaleKind; 3] = [SaleKind::Internet, SaleKind::Kiosk, SaleKind::Partner];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            SaleKind::Internet => "internet",
            SaleKind::Kiosk => "kiosk",
            SaleKind::Partner => "partner",
        }
    }

    pub(super) fn parse(text: &str) -> Option<SaleKind> {
        SaleKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind of a channel of which nobody has said what it is: most that have a name are marketplaces.
    fn guess(channel: &str) -> SaleKind {
        let channel = channel.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| channel.contains(word));
        if has(&["borne", "kiosk"]) {
            SaleKind::Kiosk
        } else if channel.is_empty() || has(&["web", "internet", "site", "click"]) {
            SaleKind::Internet
        } else {
            SaleKind::Partner
        }
    }
}

/// A sale, with what was done here and the hub does not know yet.
#[derive(Clone, Debug)]
pub(super) struct Sale {
    pub number: i64,
    pub connection: String,
    pub order: Order,
    pub arrived_at: Timestamp,
    /// Whether something about it was not sent yet.
    pub is_unsent: bool,
}

/// Keeps an order that arrived now, or the new state of one that is known; says whether it is new.
pub(super) fn save(
    tx: &Transaction<'_>,
    connection: &str,
    order: &Order,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id = order.id.as_str();
    let is_known = tx
        .prepare_cached("SELECT 1 FROM sales WHERE id = ?1")?
        .exists([id])?;
    let channel = order.channel.clone().unwrap_or_default();
    let kind = channel_kind(tx, &channel)?;
    let customer = customer_name(order);
    let words = format!("{} {id} {customer} {channel}", order_code(order)).to_lowercase();
    let counts = !matches!(order.status, OrderStatus::Rejected | OrderStatus::Cancelled);
    tx.prepare_cached(
        "INSERT INTO sales (id, connection, state, status, kind, channel, is_open, is_counted,
                            cents, words, customer, arrived_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, status = excluded.status,
            kind = excluded.kind, channel = excluded.channel, is_open = excluded.is_open,
            is_counted = excluded.is_counted, cents = excluded.cents, words = excluded.words,
            customer = excluded.customer",
    )?
    .execute(params![
        id,
        connection,
        serde_json::to_string(order)?,
        order.status.to_string(),
        kind.as_str(),
        channel,
        Stage::of(order.status).is_some(),
        counts,
        order.total.cents(),
        words,
        customer,
        stored_time(now),
    ])?;
    if !is_known {
        tx.prepare_cached(
            "DELETE FROM sales WHERE is_open = 0 AND number <= (
                 SELECT number FROM sales ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([MAX_SALES])?;
    }
    Ok(!is_known)
}

fn customer_name(order: &Order) -> String {
    let names = [&order.customer.first_name, &order.customer.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    names.join(" ").trim().to_owned()
}

/// What somebody has said that a channel is, or a guess that is kept from now on.
fn channel_kind(tx: &Transaction<'_>, channel: &str) -> Result<SaleKind, StoreError> {
    let known: Option<String> = tx
        .prepare_cached("SELECT kind FROM channels WHERE name = ?1")?
        .query_row([channel], |row| row.get(0))
        .optional()?;
    if let Some(kind) = known.as_deref().and_then(SaleKind::parse) {
        return Ok(kind);
    }
    let kind = SaleKind::guess(channel);
    tx.prepare_cached("INSERT OR REPLACE INTO channels (name, kind) VALUES (?1, ?2)")?
        .execute([channel, kind.as_str()])?;
    Ok(kind)
}

/// Says what a channel is, for its sales of yesterday and of tomorrow.
pub(super) fn set_channel_kind(
    tx: &Transaction<'_>,
    channel: &str,
    kind: SaleKind,
) -> Result<(), StoreError> {
    for sql in [
        "UPDATE channels SET kind = ?2 WHERE name = ?1",
        "UPDATE sales SET kind = ?2 WHERE channel = ?1",
    ] {
        tx.execute(sql, [channel, kind.as_str()])?;
    }
    Ok(())
}

const COLUMNS: &str = "number, connection, state, arrived_at";

/// A row before its order is read.
type RawSale = (i64, String, String, i64);

fn read(row: &Row<'_>) -> rusqlite::Result<RawSale> {
    Ok((
        row.get("number")?,
        row.get("connection")?,
        row.get("state")?,
        row.get("arrived_at")?,
    ))
}

/// The sale, with the changes that wait to be sent as if they had been made.
fn sale(row: RawSale, waiting: &Waiting) -> Result<Sale, StoreError> {
    let (number, connection, state, arrived_at) = row;
    let mut order: Order = serde_json::from_str(&state)?;
    let own = waiting.get(order.id.as_str());
    for action in own.into_iter().flatten() {
        let status = action.body["status"].as_str();
        order.status = status.and_then(OrderStatus::parse).unwrap_or(order.status);
    }
    Ok(Sale {
        number,
        connection,
        order,
        arrived_at: time_from_store(arrived_at),
        is_unsent: own.is_some(),
    })
}

/// The changes that wait, by order.
type Waiting = std::collections::BTreeMap<String, Vec<QueuedAction>>;

/// The sales of a query.
fn all(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Sale>, StoreError> {
    let waiting = outbox::waiting_by_subject(tx)?;
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|row| sale(row, &waiting)).collect()
}

/// What is in the kitchen, in the order in which it came; the first [`MAX_OPEN`] of them.
pub(super) fn open(tx: &Transaction<'_>) -> Result<Vec<Sale>, StoreError> {
    // A ticket that was recalled offline is still done at the hub.
    let sql = format!(
        "SELECT {COLUMNS} FROM sales WHERE is_open = 1 OR id IN (
             SELECT subject FROM kit_outbox WHERE refused_at IS NULL)
         ORDER BY number LIMIT ?1"
    );
    let mut sales = all(tx, &sql, [MAX_OPEN])?;
    sales.retain(|sale| Stage::of(sale.order.status).is_some());
    Ok(sales)
}

/// How many tickets in the kitchen are beyond those that the board can hold.
pub(super) fn beyond_board(tx: &Transaction<'_>) -> Result<i64, StoreError> {
    let count: i64 = tx
        .prepare_cached("SELECT count(*) FROM sales WHERE is_open = 1")?
        .query_row([], |row| row.get(0))?;
    Ok((count - MAX_OPEN).max(0))
}

/// The sale of an order.
pub(super) fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<Sale>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sales WHERE id = ?1");
    Ok(all(tx, &sql, [id])?.into_iter().next())
}

/// Notes that a ticket was finished here, or was recalled.
pub(super) fn set_done(
    tx: &Transaction<'_>,
    id: &str,
    done_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE sales SET done_at = ?2 WHERE id = ?1")?
        .execute(params![id, done_at.map(stored_time)])?;
    Ok(())
}

/// The ticket that was finished here last, for as long as it can be recalled: not once somebody else has
/// cancelled it, or the hub has refused that it is done.
pub(super) fn last_done(tx: &Transaction<'_>, now: Timestamp) -> Result<Option<Sale>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM sales WHERE done_at > ?1 ORDER BY done_at DESC LIMIT ?2");
    let sales = all(
        tx,
        &sql,
        params![stored_time(now - RECALL_TIME), MAX_RECALLED],
    )?;
    let mut done = sales
        .into_iter()
        .filter(|sale| sale.order.status == OrderStatus::Completed);
    Ok(done.next())
}

/// Which sales a list shows.
#[derive(Clone, Debug, Default)]
pub(super) struct SaleFilter {
    pub kind: Option<SaleKind>,
    /// A part of the code, the customer or the channel.
    pub words: String,
    pub status: Option<OrderStatus>,
    pub since: Option<Timestamp>,
}

impl SaleFilter {
    const SQL: &str = "(?1 = '' OR kind = ?1) AND (?2 = '' OR instr(words, ?2) > 0)
         AND (?3 = '' OR status = ?3) AND arrived_at >= ?4";

    fn values(&self) -> (&'static str, String, String, i64) {
        (
            self.kind.map_or("", SaleKind::as_str),
            self.words.to_lowercase(),
            self.status.map_or_else(String::new, |it| it.to_string()),
            self.since.map_or(0, stored_time),
        )
    }
}

/// Sales of a page, and whether there are more.
pub(super) fn page(
    tx: &Transaction<'_>,
    filter: &SaleFilter,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<Sale>, bool), StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sales WHERE {} AND number < ?5 ORDER BY number DESC LIMIT ?6",
        SaleFilter::SQL
    );
    let (kind, words, status, since) = filter.values();
    let before = before.unwrap_or(i64::MAX);
    let wanted = limit as i64 + 1;
    let mut sales = all(
        tx,
        &sql,
        params![kind, words, status, since, before, wanted],
    )?;
    let has_more = sales.len() > limit;
    sales.truncate(limit);
    Ok((sales, has_more))
}

/// The sum of the sales that count, in cents. `sum` would fail on amounts that do not fit together in 64 bits, which
/// an order may name.
const SUM: &str = "CAST(total(cents * is_counted) AS INTEGER)";

/// How many sales a filter finds, and the sum in cents of those that count.
pub(super) fn totals(tx: &Transaction<'_>, filter: &SaleFilter) -> Result<(i64, i64), StoreError> {
    let sql = format!(
        "SELECT count(*), {SUM} FROM sales WHERE {}",
        SaleFilter::SQL
    );
    let (kind, words, status, since) = filter.values();
    Ok(tx
        .prepare_cached(&sql)?
        .query_row(params![kind, words, status, since], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
}

/// A name with how many sales it has, and their sum in cents.
#[derive(Debug)]
pub(super) struct NamedTotal {
    pub name: String,
    pub kind: String,
    pub count: i64,
    pub cents: i64,
}

/// The channels, each with its kind.
pub(super) fn by_channel(tx: &Transaction<'_>) -> Result<Vec<NamedTotal>, StoreError> {
    let sql = format!(
        "SELECT channels.name, channels.kind, count(sales.id),
                      {SUM}
               FROM channels LEFT JOIN sales ON sales.channel = channels.name
               WHERE channels.name <> '' GROUP BY channels.name, channels.kind
               ORDER BY 3 DESC, 1 LIMIT 200"
    );
    named_totals(tx, &sql, [])
}

/// The statuses of the sales since a moment.
pub(super) fn by_status(
    tx: &Transaction<'_>,
    since: Timestamp,
) -> Result<Vec<NamedTotal>, StoreError> {
    let sql = format!(
        "SELECT status, '', count(*), {SUM} FROM sales
               WHERE arrived_at >= ?1 GROUP BY status ORDER BY 3 DESC"
    );
    named_totals(tx, &sql, [stored_time(since)])
}

/// The customers who have ordered most.
pub(super) fn by_customer(tx: &Transaction<'_>) -> Result<Vec<NamedTotal>, StoreError> {
    let sql = format!(
        "SELECT customer, '', count(*), {SUM} FROM sales
               WHERE customer <> '' GROUP BY customer ORDER BY 3 DESC, 1 LIMIT 200"
    );
    named_totals(tx, &sql, [])
}

fn named_totals(
    tx: &Transaction<'_>,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<NamedTotal>, StoreError> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| {
        Ok(NamedTotal {
            name: row.get(0)?,
            kind: row.get(1)?,
            count: row.get(2)?,
            cents: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Something that is sold.
#[derive(Debug)]
pub(super) struct Product {
    pub name: String,
    pub reference: String,
    pub price: String,
}

/// Keeps what a catalog sells, in place of what it sold before.
pub(super) fn save_products(
    tx: &Transaction<'_>,
    connection: &str,
    catalog: &Catalog,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM products WHERE connection = ?1", [connection])?;
    let mut insert = tx.prepare_cached("INSERT INTO products VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let products = catalog.data.iter().flat_map(|data| &data.products);
    let skus = products.flat_map(|product| product.skus.iter().map(move |sku| (product, sku)));
    for (position, (product, sku)) in skus.enumerate() {
        let size = sku.name.as_deref().filter(|name| !name.is_empty());
        let name = match size {
            Some(size) => format!("{} · {size}", product.name),
            None => product.name.clone(),
        };
        insert.execute(params![
            connection,
            position as i64,
            name,
            sku.reference.clone().unwrap_or_default(),
            sku.price.to_string(),
        ])?;
    }
    Ok(())
}

/// What is sold, in the order of the catalogs.
pub(super) fn products(tx: &Transaction<'_>) -> Result<Vec<Product>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT name, reference, price FROM products ORDER BY connection, position LIMIT 1000",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Product {
            name: row.get(0)?,
            reference: row.get(1)?,
            price: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets what came of a connection.
pub(super) fn delete_connection(tx: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM sales WHERE connection = ?1",
        "DELETE FROM products WHERE connection = ?1",
    ] {
        tx.execute(sql, [id])?;
    }
    Ok(())
}
