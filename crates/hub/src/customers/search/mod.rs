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

use const_format::formatcp;
use wire::customer::OrderCustomer;
use wire::id::{AccountId, ClientId, CustomerListId};
use wire::problem::Problems;

use self::pattern::{Pattern, fold};
pub use self::pieces::ALL as PIECES;
use self::pieces::PieceRanges;
pub(crate) use self::pieces::Pieces;
use super::Customer;
use super::store::COLUMNS_OF_LIST as COLUMNS;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, QueryBuilder, Tx};
use crate::http::paging::Query;
use crate::http::problem::ApiError;
use crate::{args, statements};

statements! {
    /// The customers of a list in its order; [`page`] adds filters and the end.
    PAGE = formatcp!("SELECT {COLUMNS} FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $3 AND (c.created_at, c.id) > ($4, $5)");
    /// The few whom a client calls so. A cross join is made in this order.
    PAGE_BY_PRIVATE_REF = formatcp!("SELECT {COLUMNS} FROM private_refs r CROSS JOIN customers c
        WHERE r.account_id = $1 AND r.client_id = $2 AND r.value = $6
            AND c.account_id = $1 AND c.id = r.object_id AND c.customer_list_id = $3
            AND (c.created_at, c.id) > ($4, $5)");
    /// The one behind so many of the next customers.
    ANOTHER = "SELECT c.id FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $2 AND (c.created_at, c.id) > ($3, $4)
        ORDER BY c.created_at, c.id LIMIT 1 OFFSET $5";
}

/// The order of a list, and so many of it.
const FIRST: &str = " ORDER BY c.created_at, c.id LIMIT ?";

/// The next customers of the list, and none behind them; filters follow, and [`FOUND_END`].
const LOOKED_AT: &str = formatcp!(
    "SELECT {COLUMNS} FROM (SELECT s.id FROM (
        SELECT c.id, c.created_at, c.email, c.phone FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $3 AND (c.created_at, c.id) > ($4, $5)
        ORDER BY c.created_at, c.id LIMIT $6) s
    WHERE s.id IS NOT NULL"
);
/// All in the list; filters follow, [`BEHIND`] and [`FOUND_END`].
const IN_INDEX: &str = formatcp!(
    "SELECT {COLUMNS} FROM (SELECT s.id FROM customers s
    WHERE s.account_id = $1 AND s.customer_list_id = $3"
);
/// Behind the page before, and so many. COALESCE keeps planners from the index of the list, which they
/// would walk through, reading every customer.
const BEHIND: &str = " AND (COALESCE(s.created_at, ''), s.id) > ($4, $5)
    ORDER BY COALESCE(s.created_at, ''), s.id LIMIT ?";
/// The customers who were found so.
const FOUND_END: &str = ") f CROSS JOIN customers c WHERE c.account_id = $1 AND c.id = f.id
    ORDER BY c.created_at, c.id";

/// Some of the list. It is not named again, or planners would walk through it.
const OF_THESE: &str = formatcp!("SELECT {COLUMNS} FROM customers c WHERE c.account_id = $1");

/// Customers that are looked at in the order of the list before an index is asked.
const FIRST_LOOK: u32 = 1_000;
/// Numbers of customers that are read at a time of those who may match.
const SIZES: [usize; 2] = [10, 200];

/// What of a customer can be searched, as it is stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchKeys {
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl SearchKeys {
    pub(crate) fn of(person: &OrderCustomer) -> Self {
        Self {
            email: person.email.as_deref().map(fold),
            phone: person.phone.as_deref().map(fold),
        }
    }

    /// E-mail address and phone number.
    pub(crate) fn into_texts(self) -> Vec<String> {
        self.email.into_iter().chain(self.phone).collect()
    }
}

/// The filters of a request; all of them must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct SearchFilter {
    /// The reader's own private ref on the customer.
    private_ref: Option<String>,
    email: Option<Pattern>,
    phone: Option<Pattern>,
}

impl SearchFilter {
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

    /// What people mean by a text of which they do not say what it is: a part of a phone number, if it
    /// could be one, else of an e-mail address. Whoever writes a `*` says themselves where the rest is.
    pub(super) fn of_text(text: &str) -> Self {
        let text = text.trim();
        let is_phone = text.contains(|it: char| it.is_ascii_digit())
            && text
                .chars()
                .all(|it| it.is_ascii_digit() || it.is_whitespace() || "+-./()*".contains(it));
        let pattern = |text: &str| match text.contains('*') {
            true => Some(Pattern::read(text)),
            false => Some(Pattern::read(&format!("*{text}*"))),
        };
        if !is_phone {
            let email = pattern(text);
            return Self {
                email,
                ..Self::default()
            };
        }
        let digits: String = text
            .chars()
            .filter(|it| it.is_ascii_digit() || "+*".contains(*it))
            .collect();
        // A number at home begins with a zero where the same number abroad has the country's.
        let number = digits.strip_prefix('0').unwrap_or(&digits);
        Self {
            phone: pattern(number),
            ..Self::default()
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

    /// Adds the conditions on columns, each as it is written for its name.
    fn narrow(&self, query: &mut QueryBuilder, column: impl Fn(&str) -> String) {
        let patterns = [(&self.email, "email"), (&self.phone, "phone")];
        for (pattern, name) in patterns {
            if let Some(pattern) = pattern {
                pattern.narrow(query, &column(name));
            }
        }
    }
}

/// A page of the customers of a list, oldest first, as a client sees them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    list: &CustomerListId,
    filter: &SearchFilter,
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
    let rows = rows
        .into_iter()
        .map(|it| (Cursor::of(it.created_at, &it.id), it));
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// Who of which list is looked for by whom, and how many at the most.
#[derive(Clone, Copy)]
struct Search<'a> {
    account: &'a AccountId,
    client: &'a ClientId,
    list: &'a CustomerListId,
    filter: &'a SearchFilter,
    most: u32,
}

impl Search<'_> {
    fn page(&self, tx: &mut Tx<'_>, after: &Cursor) -> db::Result<Vec<Customer>> {
        if let Some(value) = &self.filter.private_ref {
            return self.by_private_ref(value, after).all(tx);
        }
        if self.filter.patterns().next().is_none() {
            return self.unfiltered(after).all(tx);
        }
        if let Some(ranges) = self.filter.ranges()
            && ranges.are_few(tx, self.account, self.list)?
        {
            return self.page_by_pieces(tx, &ranges, after);
        }
        if let Some(found) = self.page_at_first_look(tx, after)? {
            return Ok(found);
        }
        self.in_index(after).all(tx)
    }

    /// The page, if the next customers of the list fill it or are the last; who matches one text alone
    /// is not looked for so.
    fn page_at_first_look(
        &self,
        tx: &mut Tx<'_>,
        after: &Cursor,
    ) -> db::Result<Option<Vec<Customer>>> {
        if self.filter.patterns().any(Pattern::is_exact) {
            return Ok(None);
        }
        let found: Vec<Customer> = self.first_look_query(after).all(tx)?;
        let (key, id) = (after.key.as_str(), after.id.as_str());
        let behind = args![self.account, self.list, key, id, FIRST_LOOK];
        let is_whole =
            found.len() == self.most as usize || tx.first::<(String,)>(ANOTHER, behind)?.is_none();
        Ok(is_whole.then_some(found))
    }

    /// The page, of those who have a piece in one of the ranges.
    fn page_by_pieces(
        &self,
        tx: &mut Tx<'_>,
        ranges: &PieceRanges,
        after: &Cursor,
    ) -> db::Result<Vec<Customer>> {
        let holders = ranges.holders(tx, self.account, self.list, after)?;
        let holders: Vec<&str> = holders.iter().map(String::as_str).collect();
        let mut found = Vec::new();
        for some in holders.chunks(SIZES[1]) {
            let most = self.most - found.len() as u32;
            found.extend(self.customers_query(some, most).all::<Customer>(tx)?);
            if found.len() >= self.most as usize {
                break;
            }
        }
        Ok(found)
    }

    fn query(&self, sql: &str, after: &Cursor) -> QueryBuilder {
        let (key, id) = (after.key.as_str(), after.id.as_str());
        QueryBuilder::new(sql, args![self.account, self.client, self.list, key, id])
    }

    fn by_private_ref(&self, value: &str, after: &Cursor) -> QueryBuilder {
        let mut query = self.query(PAGE_BY_PRIVATE_REF, after);
        query.argument(value);
        self.filter.narrow(&mut query, |name| format!("c.{name}"));
        query.bind(FIRST, self.most);
        query
    }

    fn unfiltered(&self, after: &Cursor) -> QueryBuilder {
        let mut query = self.query(PAGE, after);
        query.bind(FIRST, self.most);
        query
    }

    fn first_look_query(&self, after: &Cursor) -> QueryBuilder {
        let mut query = self.query(LOOKED_AT, after);
        query.argument(FIRST_LOOK);
        self.filter.narrow(&mut query, |name| format!("s.{name}"));
        query
            .bind(" ORDER BY s.created_at, s.id LIMIT ?", self.most)
            .push(FOUND_END);
        query
    }

    fn in_index(&self, after: &Cursor) -> QueryBuilder {
        let mut query = self.query(IN_INDEX, after);
        self.filter.narrow(&mut query, |name| format!("s.{name}"));
        query.bind(BEHIND, self.most).push(FOUND_END);
        query
    }

    fn customers_query(&self, customers: &[&str], most: u32) -> QueryBuilder {
        let mut query = QueryBuilder::new(OF_THESE, args![self.account, self.client, self.list]);
        query.bind_list(" AND c.id IN (?)", customers, &SIZES);
        // No index has such a column: the customers are read by their ids.
        self.filter
            .narrow(&mut query, |name| format!("(c.{name} || '')"));
        query.bind(FIRST, most);
        query
    }
}

/// A query for every text that [`page`] can ask.
pub(crate) fn every_query() -> Vec<QueryBuilder> {
    let account = AccountId::from_generated("a".to_owned());
    let client = ClientId::from_generated("c".to_owned());
    let list = CustomerListId::from_generated("l".to_owned());
    let patterns = || {
        let some = ["a", "a*", "*a", "a*a", "*"];
        std::iter::once(None).chain(some.map(|text| Some(Pattern::read(text))))
    };
    let mut queries = Vec::new();
    for email in patterns() {
        for phone in patterns() {
            let filter = SearchFilter {
                private_ref: None,
                email: email.clone(),
                phone,
            };
            let search = Search {
                account: &account,
                client: &client,
                list: &list,
                filter: &filter,
                most: 1,
            };
            let start = Cursor::start();
            queries.push(search.by_private_ref("r", &start));
            if filter.patterns().next().is_none() {
                queries.push(search.unfiltered(&start));
                continue;
            }
            queries.push(search.first_look_query(&start));
            queries.push(search.in_index(&start));
            queries.extend(SIZES.map(|size| search.customers_query(&vec!["c"; size], 1)));
        }
    }
    queries
}
