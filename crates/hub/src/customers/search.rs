//! Finding customers in a list by private ref, e-mail address and phone number (API, chapter Customer
//! lists, customers, loyalty).
//!
//! In the last two a `*` stands for anything; capitals and small letters are the same. What is
//! searched is kept folded in columns of its own, once forwards and once backwards, and each of them
//! has an index in which the order of the list is, too:
//! - `ada*` and `ada*@clients.example` walk what begins with `ada`;
//! - `*@clients.example` walks what ends so, by the text written backwards;
//! - `*martin*` walks the index of the list from end to end, but no customer.
//!
//! Only the customers of one page are then read. What so many match that the next customers of the
//! list fill a page is not looked for in an index at all.

use wire::customer::OrderCustomer;
use wire::id::{AccountId, ClientId, CustomerListId};
use wire::problem::Problems;

use super::Customer;
use super::store::customer_columns;
use crate::db::page::{Cursor, Page, Wanted};
use crate::db::{self, FromRow, Row, Tx, Value};
use crate::http::paging::Query;
use crate::http::problem::Problem;
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
        SELECT c.id, c.created_at, c.email, c.email_backwards, c.phone, c.phone_backwards
        FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $3 AND (c.created_at, c.id) > ($4, $5)
        ORDER BY c.created_at, c.id LIMIT $6) s
    WHERE s.id IS NOT NULL";
/// All in the list.
const IN_INDEX: &str = "SELECT s.id FROM customers s
    WHERE s.account_id = $1 AND s.customer_list_id = $3";
/// Behind the page before. COALESCE keeps planners from the index of the list, which they would walk
/// through, reading every customer.
const BEHIND: &str = " AND (COALESCE(s.created_at, ''), s.id) > ($4, $5)";

/// Customers that are looked at in the order of the list before an index is asked.
const FIRST_LOOK: u32 = 1_000;

/// Characters that a folded text may have at most: folding makes some letters longer.
const LONGEST: usize = 3 * wire::customer::LONGEST_SEARCHED;

/// A text as it is compared: capitals and small letters are the same.
fn folded(text: &str) -> String {
    text.to_lowercase()
}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

/// What of a customer can be searched, as it is stored.
#[derive(Debug, Default)]
pub(super) struct Searched {
    pub email: Option<String>,
    pub email_backwards: Option<String>,
    pub phone: Option<String>,
    pub phone_backwards: Option<String>,
}

impl Searched {
    pub(super) fn of(person: &OrderCustomer) -> Self {
        let email = person.email.as_deref().map(folded);
        let phone = person.phone.as_deref().map(folded);
        Self {
            email_backwards: email.as_deref().map(backwards),
            phone_backwards: phone.as_deref().map(backwards),
            email,
            phone,
        }
    }

    /// E-mail address and phone number.
    pub(super) fn into_words(self) -> Vec<String> {
        self.email.into_iter().chain(self.phone).collect()
    }
}

/// What a text must look like: these parts in this order, with anything between them.
#[derive(Clone, Debug)]
struct Pattern(Vec<String>);

impl Pattern {
    fn read(text: &str) -> Self {
        let mut parts: Vec<String> = folded(text).split('*').map(str::to_owned).collect();
        // Several stars in a row are one.
        let last = parts.len() - 1;
        let mut index = 0;
        parts.retain(|part| {
            index += 1;
            index == 1 || index > last || !part.is_empty()
        });
        Self(parts)
    }

    /// Whether one text alone looks so.
    fn is_exact(&self) -> bool {
        self.0.len() < 2
    }

    /// Longer than any text that is kept.
    fn is_hopeless(&self) -> bool {
        self.0
            .iter()
            .map(|part| part.chars().count())
            .sum::<usize>()
            > LONGEST
    }

    /// The conditions on a column, such as `c.email`, each with its argument in place of the question
    /// mark.
    fn conditions(&self, column: &str) -> Vec<(String, Value)> {
        let begins = |column: String, start: &str| {
            let after_all = format!("{start}{}", char::MAX);
            [
                (format!(" AND {column} >= ?"), Value::from(start)),
                (format!(" AND {column} < ?"), Value::from(after_all)),
            ]
        };
        let (head, tail, middle) = match self.0.as_slice() {
            [head, middle @ .., tail] => (head, tail, middle),
            [whole] => return vec![(format!(" AND {column} = ?"), Value::from(whole))],
            [] => return Vec::new(),
        };
        let mut conditions = Vec::new();
        if !head.is_empty() {
            conditions.extend(begins(column.to_owned(), head));
        } else if !tail.is_empty() {
            conditions.extend(begins(format!("{column}_backwards"), &backwards(tail)));
        } else {
            // Without a place to begin, planners do not see that the index has it all.
            conditions.push((format!(" AND {column} >= ?"), Value::from("")));
        }
        let is_told = middle.is_empty() && (head.is_empty() || tail.is_empty());
        if !is_told {
            let like: Vec<String> = self.0.iter().map(|part| escaped(part)).collect();
            let like = Value::from(like.join("%"));
            conditions.push((format!(" AND {column} LIKE ? ESCAPE '!'"), like));
        }
        conditions
    }
}

/// A text in which `LIKE` sees no wildcard.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(c);
    }
    escaped
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
    pub(super) fn read(query: &Query) -> Result<Self, Problem> {
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
            Err(Problem::Invalid(problems))
        }
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        [&self.email, &self.phone].into_iter().flatten()
    }

    /// The conditions on the columns of a table.
    fn conditions(&self, table: &str) -> Vec<(String, Value)> {
        let on = |pattern: &Option<Pattern>, name: &str| {
            let column = format!("{table}.{name}");
            pattern.as_ref().map(|it| it.conditions(&column))
        };
        let all = [on(&self.email, "email"), on(&self.phone, "phone")];
        all.into_iter().flatten().flatten().collect()
    }
}

/// A customer with his place in the list.
struct Placed(Cursor, Customer);

impl FromRow for Placed {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let cursor = Cursor {
            key: row.get(8)?,
            id: row.get(0)?,
        };
        Ok(Self(cursor, Customer::from_row(row)?))
    }
}

/// A statement that is being put together.
struct Question {
    sql: String,
    args: Vec<Value>,
}

impl Question {
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

    fn narrowed(mut self, filter: &Filter, table: &str) -> Self {
        for (condition, value) in filter.conditions(table) {
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
    fn ask(self, tx: &mut Tx<'_>, order: &str, most: u32, end: &str) -> db::Result<Vec<Placed>> {
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
    wanted: &Wanted,
) -> db::Result<Page<Customer>> {
    if filter.patterns().any(Pattern::is_hopeless) {
        return Ok(Page::cut(Vec::new(), wanted.count));
    }
    let (key, id) = (wanted.after.key.as_str(), wanted.after.id.as_str());
    let (args, most) = (args![account, client, list, key, id], wanted.count + 1);
    let rows = if let Some(value) = &filter.private_ref {
        Question::new(PAGE_BY_PRIVATE_REF, args)
            .with(value)
            .narrowed(filter, "c")
            .ask(tx, "c.created_at, c.id", most, "")?
    } else if filter.patterns().next().is_none() {
        Question::new(PAGE, args).ask(tx, "c.created_at, c.id", most, "")?
    } else {
        let behind = args![account, list, key, id, FIRST_LOOK];
        search(tx, filter, args, behind, most)?
    };
    let rows = rows.into_iter().map(|Placed(cursor, it)| (cursor, it));
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// The customers that match; `behind` are the arguments of [`ANOTHER`].
fn search(
    tx: &mut Tx<'_>,
    filter: &Filter,
    args: &[Value],
    behind: &[Value],
    most: u32,
) -> db::Result<Vec<Placed>> {
    if !filter.patterns().any(Pattern::is_exact) {
        let found = Question::new(format!("{FOUND}{LOOKED_AT}"), args)
            .with(FIRST_LOOK)
            .narrowed(filter, "s")
            .ask(tx, "s.created_at, s.id", most, FOUND_END)?;
        let is_whole = found.len() == most as usize;
        // Where the list ends within the first look, nobody else can match.
        if is_whole || tx.first::<(String,)>(ANOTHER, behind)?.is_none() {
            return Ok(found);
        }
    }
    Question::new(format!("{FOUND}{IN_INDEX}"), args)
        .narrowed(filter, "s")
        .and(BEHIND)
        .ask(tx, "COALESCE(s.created_at, ''), s.id", most, FOUND_END)
}
