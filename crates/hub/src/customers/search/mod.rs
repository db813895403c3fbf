//! Finding customers in a list by private ref, e-mail address and phone number (API, chapter Customer
//! lists, customers, loyalty).
//!
//! In the last two a `*` stands for anything; capitals and small letters are the same. What is
//! searched is kept folded in columns of its own, each with an index in which the order of the list
//! is, too, and cut into [`pieces`]:
//! - `ada@clients.example` and `ada*` are looked up in the index;
//! - `*martin*`, `*@clients.example` and `a*@clients.*` are found by the pieces of the longest part;
//! - what many match is found by looking at the next customers of the list;
//! - where that fails, too (`*q*`, or many matches that are all elsewhere in the list), the index is
//!   walked from end to end, but no customer is read.
//!
//! Only the customers of one page are then read.

mod pattern;
mod pieces;

use wire::customer::OrderCustomer;
use wire::id::{AccountId, ClientId, CustomerListId};
use wire::problem::Problems;

use self::pattern::{Pattern, folded};
pub use self::pieces::ALL as PIECES;
use self::pieces::PieceRanges;
pub(crate) use self::pieces::Pieces;
use super::Customer;
use super::store::customer_columns;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, FromRow, Row, Tx, Value, pad_in_list, placeholders};
use crate::http::paging::Query;
use crate::http::problem::ApiError;
use crate::{args, statements};

statements! {
    /// The customers of a list in its order; [`page`] adds filters and the end.
    PAGE = concat!("SELECT ", customer_columns!("$1", "$3"), " FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $3 AND (c.created_at, c.id) > ($4, $5)");
    /// The few whom a client calls so. A cross join is made in this order.
    PAGE_BY_PRIVATE_REF = concat!("SELECT ", customer_columns!("$1", "$3"), "
        FROM private_refs r CROSS JOIN customers c
        WHERE r.account_id = $1 AND r.client_id = $2 AND r.value = $6
            AND c.account_id = $1 AND c.id = r.object_id AND c.customer_list_id = $3
            AND (c.created_at, c.id) > ($4, $5)");
    /// The one behind so many of the next customers.
    ANOTHER = "SELECT c.id FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $2 AND (c.created_at, c.id) > ($3, $4)
        ORDER BY c.created_at, c.id LIMIT 1 OFFSET $5";
}

/// The customers of a page that was found by [`LOOKED_AT`] or [`IN_INDEX`], with [`FOUND_END`] behind
/// the filters.
const FOUND: &str = concat!("SELECT ", customer_columns!("$1", "$3"), " FROM (");
const FOUND_END: &str = ") f CROSS JOIN customers c WHERE c.account_id = $1 AND c.id = f.id
    ORDER BY c.created_at, c.id";
/// The next customers of the list, and none behind them.
const LOOKED_AT: &str = "SELECT s.id FROM (
        SELECT c.id, c.created_at, c.email, c.phone FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $3 AND (c.created_at, c.id) > ($4, $5)
        ORDER BY c.created_at, c.id LIMIT $6) s
    WHERE s.id IS NOT NULL";
/// All in the list.
const IN_INDEX: &str = "SELECT s.id FROM customers s
    WHERE s.account_id = $1 AND s.customer_list_id = $3";
/// Behind the page before. COALESCE keeps planners from the index of the list, which they would walk
/// through, reading every customer.
const BEHIND: &str = " AND (COALESCE(s.created_at, ''), s.id) > ($4, $5)";

/// Some of the list. It is not named again, or planners would walk through it.
const OF_THESE: &str = concat!(
    "SELECT ",
    customer_columns!("$1", "$3"),
    " FROM customers c WHERE c.account_id = $1"
);

/// Customers that are looked at in the order of the list before an index is asked.
const FIRST_LOOK: u32 = 1_000;
/// Customers that are read at a time of those who may match.
const AT_A_TIME: usize = 200;

/// What of a customer can be searched, as it is stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchKeys {
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl SearchKeys {
    pub(crate) fn of(person: &OrderCustomer) -> Self {
        Self {
            email: person.email.as_deref().map(folded),
            phone: person.phone.as_deref().map(folded),
        }
    }

    /// E-mail address and phone number.
    pub(crate) fn into_words(self) -> Vec<String> {
        self.email.into_iter().chain(self.phone).collect()
    }
}

/// The filters of a request; all of them must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// The reader's own private ref on the customer.
    private_ref: Option<String>,
    email: Option<Pattern>,
    phone: Option<Pattern>,
}

impl Filter {
    /// Reads the filters, or names every one that cannot be read. Other names are ignored.
    pub(super) fn read(query: &Query) -> Result<Self, ApiError> {
        let mut problems = Problems::new();
        let mut text = |name: &str| query.text(name, &mut problems);
        let filter = Self {
            private_ref: text("private_ref"),
            email: text("email").map(|text| Pattern::read(&text)),
            phone: text("phone").map(|text| Pattern::read(&text)),
        };
        if problems.is_empty() {
            Ok(filter)
        } else {
            Err(ApiError::Invalid(problems))
        }
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        [&self.email, &self.phone].into_iter().flatten()
    }

    /// Where whoever matches has a piece, if there is more to look for than how a text begins.
    fn ranges(&self) -> Option<PieceRanges> {
        if self.patterns().any(Pattern::is_exact) {
            return None;
        }
        let ranges = self.patterns().filter_map(Pattern::ranges);
        let (_, ranges) = ranges.max_by_key(|(length, _)| *length)?;
        Some(ranges)
    }

    /// The conditions on columns, each as it is written for its name.
    fn conditions(&self, column: impl Fn(&str) -> String) -> Vec<(String, Value)> {
        let on = |pattern: &Option<Pattern>, name: &str| {
            let pattern = pattern.as_ref()?;
            Some(pattern.conditions(&column(name)))
        };
        let all = [on(&self.email, "email"), on(&self.phone, "phone")];
        all.into_iter().flatten().flatten().collect()
    }
}

/// A customer with his place in the list.
struct CustomerRow(Cursor, Customer);

impl FromRow for CustomerRow {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let cursor = Cursor {
            key: row.get(8)?,
            id: row.get(0)?,
        };
        Ok(Self(cursor, Customer::from_row(row)?))
    }
}

/// A statement that is being put together.
struct SqlText {
    sql: String,
    args: Vec<Value>,
}

impl SqlText {
    fn new(sql: impl Into<String>, args: &[Value]) -> Self {
        Self {
            sql: sql.into(),
            args: args.to_vec(),
        }
    }

    /// With one more argument, which has its number in the text already.
    fn with(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into());
        self
    }

    fn narrowed(self, filter: &Filter, table: &str) -> Self {
        self.narrowed_by(filter.conditions(|name| format!("{table}.{name}")))
    }

    fn narrowed_by(mut self, conditions: Vec<(String, Value)>) -> Self {
        for (condition, value) in conditions {
            self.args.push(value);
            let number = format!("${}", self.args.len());
            self.sql.push_str(&condition.replace('?', &number));
        }
        self
    }

    fn and(mut self, condition: &str) -> Self {
        self.sql.push_str(condition);
        self
    }

    /// The first `most` in that order, and what stands behind them in the text.
    fn ask(
        self,
        tx: &mut Tx<'_>,
        order: &str,
        most: u32,
        end: &str,
    ) -> db::Result<Vec<CustomerRow>> {
        let Self { mut sql, mut args } = self;
        args.push(Value::from(most));
        let number = args.len();
        sql.push_str(&format!(" ORDER BY {order} LIMIT ${number}{end}"));
        tx.all(&sql, &args)
    }
}

/// A page of the customers of a list, oldest first, as a client sees them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    list: &CustomerListId,
    filter: &Filter,
    wanted: &PageRequest,
) -> db::Result<Page<Customer>> {
    if filter.patterns().any(Pattern::is_hopeless) {
        return Ok(Page::cut(Vec::new(), wanted.count));
    }
    let search = Search {
        account,
        client,
        list,
        filter,
        most: wanted.count + 1,
    };
    let rows = search.page(tx, &wanted.after)?;
    let rows = rows.into_iter().map(|CustomerRow(cursor, it)| (cursor, it));
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// Who of which list is looked for by whom, and how many at the most.
#[derive(Clone, Copy)]
struct Search<'a> {
    account: &'a AccountId,
    client: &'a ClientId,
    list: &'a CustomerListId,
    filter: &'a Filter,
    most: u32,
}

impl Search<'_> {
    fn question(&self, sql: impl Into<String>, after: &Cursor) -> SqlText {
        let (key, id) = (after.key.as_str(), after.id.as_str());
        SqlText::new(sql, args![self.account, self.client, self.list, key, id])
    }

    fn page(&self, tx: &mut Tx<'_>, after: &Cursor) -> db::Result<Vec<CustomerRow>> {
        const ORDER: &str = "c.created_at, c.id";
        if let Some(value) = &self.filter.private_ref {
            return self
                .question(PAGE_BY_PRIVATE_REF, after)
                .with(value)
                .narrowed(self.filter, "c")
                .ask(tx, ORDER, self.most, "");
        }
        if self.filter.patterns().next().is_none() {
            return self.question(PAGE, after).ask(tx, ORDER, self.most, "");
        }
        if let Some(ranges) = self.filter.ranges()
            && ranges.are_few(tx, self.account, self.list)?
        {
            return self.by_pieces(tx, &ranges, after);
        }
        if let Some(found) = self.at_first_look(tx, after)? {
            return Ok(found);
        }
        self.question(format!("{FOUND}{IN_INDEX}"), after)
            .narrowed(self.filter, "s")
            .and(BEHIND)
            .ask(tx, "COALESCE(s.created_at, ''), s.id", self.most, FOUND_END)
    }

    /// The page, if the next customers of the list fill it or are the last; who matches one text alone
    /// is not looked for so.
    fn at_first_look(
        &self,
        tx: &mut Tx<'_>,
        after: &Cursor,
    ) -> db::Result<Option<Vec<CustomerRow>>> {
        if self.filter.patterns().any(Pattern::is_exact) {
            return Ok(None);
        }
        let found = self
            .question(format!("{FOUND}{LOOKED_AT}"), after)
            .with(FIRST_LOOK)
            .narrowed(self.filter, "s")
            .ask(tx, "s.created_at, s.id", self.most, FOUND_END)?;
        let (key, id) = (after.key.as_str(), after.id.as_str());
        let behind = args![self.account, self.list, key, id, FIRST_LOOK];
        let is_whole =
            found.len() == self.most as usize || tx.first::<(String,)>(ANOTHER, behind)?.is_none();
        Ok(is_whole.then_some(found))
    }

    /// The page, of those who have a piece in one of the ranges.
    fn by_pieces(
        &self,
        tx: &mut Tx<'_>,
        ranges: &PieceRanges,
        after: &Cursor,
    ) -> db::Result<Vec<CustomerRow>> {
        // No index has such a column: the customers are read by their ids.
        let conditions = self.filter.conditions(|name| format!("(c.{name} || '')"));
        let holders = ranges.holders(tx, self.account, self.list, after)?;
        let mut found = Vec::new();
        for some in holders.chunks(AT_A_TIME) {
            let ids: Vec<&str> = some.iter().map(String::as_str).collect();
            let named = pad_in_list(&ids, &[10, AT_A_TIME]);
            let sql = format!("{OF_THESE} AND c.id IN ({})", placeholders(4, named.len()));
            let args = [args![self.account, self.client, self.list].to_vec(), named].concat();
            let most = self.most - found.len() as u32;
            found.extend(
                SqlText::new(sql, &args)
                    .narrowed_by(conditions.clone())
                    .ask(tx, "c.created_at, c.id", most, "")?,
            );
            if found.len() >= self.most as usize {
                break;
            }
        }
        Ok(found)
    }
}
