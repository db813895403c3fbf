//! Anonymising: personal data goes from everything that was stored before (`docs/privacy.md`).
//!
//! The change that anonymises a customer clears it in its list, tells of it without what is being
//! erased, and leaves a row that says what is still to be done. The rest goes a little at a time, so
//! that nobody waits for a customer of ten thousand orders, and goes on after a crash:
//! 1. events about it, and what receivers answered to them;
//! 2. its orders, each told as `order.update`, and the events about each;
//! 3. answers that are kept for those who ask again ([`crate::http::idempotency`]);
//! 4. the journal ([`crate::journal`]), as soon as what was asked at that moment is in it.
//!
//! No step leaves something behind it: orders and customers are locked while they are cleared, and
//! what is made afterwards is made of what is left.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::customer::{CustomerLoyaltyCard, OrderCustomer, erase_customers};
use wire::id::{AccountId, ClientId, CustomerId, OrderId};

use crate::customers::search::SearchKeys;
use crate::customers::{Customer, store};
use crate::db::page::{Cursor, Page};
use crate::db::{self, Columns, FromRow, Json, Scalar, Tx, json};
use crate::events::{Actor, redact};
use crate::http::caller::AtAccount;
use crate::http::idempotency;
use crate::hub::Hub;
use crate::journal::erase::ErasureTargets;
use crate::{args, orders, row, statements};

statements! {
    BEGIN = "INSERT INTO erasures (account_id, customer_id, step, after_key, after_id, searched,
            client_id, request_id, requested_at)
        VALUES ($1, $2, 'events', '', '', $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    LOCK = formatcp!("SELECT {} FROM erasures WHERE account_id = $1 AND customer_id = $2",
        ErasureRow::COLUMNS);
    GO_ON = "UPDATE erasures SET step = $3, after_key = $4, after_id = $5
        WHERE account_id = $1 AND customer_id = $2";
    END = "DELETE FROM erasures WHERE account_id = $1 AND customer_id = $2";
    ORDERS = "SELECT created_at, id FROM orders
        WHERE account_id = $1 AND customer_id = $2 AND (created_at, id) > ($3, $4)
        ORDER BY created_at, id LIMIT $5";
    UNFINISHED = "SELECT account_id, customer_id FROM erasures
        WHERE step <> 'journal' AND (account_id, customer_id) > ($1, $2)
        ORDER BY account_id, customer_id LIMIT $3";
    /// The journal of one account at a time, and what was begun before what has not been.
    IN_JOURNAL = "SELECT account_id, after_id FROM erasures
        WHERE step = 'journal' AND requested_at <= $1 AND account_id > $2
        ORDER BY account_id, after_id DESC LIMIT 1";
    TOGETHER = "SELECT customer_id, searched FROM erasures
        WHERE account_id = $1 AND step = 'journal' AND after_id = $2 AND requested_at <= $3
        ORDER BY customer_id LIMIT $4";
}

/// Events per change.
const EVENTS: u32 = 50;
/// Orders per change: each is rewritten, told, and has events of its own.
const ORDERS_AT_A_TIME: u32 = 10;
/// Kept answers per change: most are looked into and left as they are.
const ANSWERS: u32 = 200;
/// Customers that are looked for in the journal together.
const CUSTOMERS: u32 = 1_000;
/// How long what was asked before a customer was anonymised may take to be in the journal.
const SETTLED: SignedDuration = SignedDuration::from_secs(10);

/// Where personal data is being looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ErasurePhase {
    Events,
    Orders,
    Answers,
    Journal,
}

impl ErasurePhase {
    const ALL: [ErasurePhase; 4] = [
        ErasurePhase::Events,
        ErasurePhase::Orders,
        ErasurePhase::Answers,
        ErasurePhase::Journal,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Orders => "orders",
            Self::Answers => "answers",
            Self::Journal => "journal",
        }
    }
}

impl Scalar for ErasurePhase {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        let step = Self::ALL.into_iter().find(|step| step.as_str() == word);
        step.ok_or_else(|| "not a step".to_owned())
    }
}

row! {
    struct ErasureRow {
        step: ErasurePhase = "step",
        after_key: String = "after_key",
        after_id: String = "after_id",
        client: Option<ClientId> = "client_id",
        request: Option<String> = "request_id",
    }
}

/// What is still to be done for a customer.
struct Erasure {
    step: ErasurePhase,
    after: Cursor,
    by: Actor,
}

impl FromRow for Erasure {
    fn from_columns(columns: &mut Columns<'_>) -> db::Result<Self> {
        let row = ErasureRow::from_columns(columns)?;
        let (key, id, client) = (row.after_key, row.after_id, row.client);
        Ok(Self {
            step: row.step,
            after: Cursor { key, id },
            by: Actor {
                client,
                request: row.request.map(Into::into),
            },
        })
    }
}

/// Clears a customer who is locked, tells everybody, and keeps in mind what is still to be done.
/// Answers it as it is then; a second time, nothing happens.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    before: &Customer,
    cards: Vec<CustomerLoyaltyCard>,
    by: &Actor,
) -> db::Result<Customer> {
    if before.person.anonymised {
        return Ok(before.clone());
    }
    let searched = SearchKeys::of(&before.person).into_texts();
    let searched = json::text(&searched)?;
    let mut after = before.clone();
    after.person.anonymise();
    after.version = tx.version_after(after.version);
    store::update(tx, &at.account, (before, &after))?;
    let new = after.event_view(at.currency, cards);
    // The event lives longer than the data may: the state before is told without it.
    let old = OrderCustomer {
        anonymised: false,
        ..new.clone()
    };
    store::record_update(tx, &at.account, &after, (&old, &new), by)?;
    let (client, request, now) = (by.client.as_ref(), by.request.as_deref(), tx.now());
    tx.write(
        BEGIN,
        args![&at.account, &before.id, searched, client, request, now],
    )?;
    Ok(after)
}

/// Clears events and orders of a customer, in as many changes as it takes.
pub(crate) async fn resume(
    hub: &Hub,
    account: &AccountId,
    customer: &CustomerId,
) -> db::Result<()> {
    loop {
        let (account, customer) = (account.clone(), customer.clone());
        // A change of its own, whatever the conditions of the request were.
        let is_done = hub
            .db()
            .write("customers.erase", move |tx| {
                erase_batch(tx, &account, &customer)
            })
            .await?;
        if is_done {
            return Ok(());
        }
    }
}

/// Does a little of what is to be done, and says whether that was the last of it but for the journal.
fn erase_batch(tx: &mut Tx<'_>, account: &AccountId, customer: &CustomerId) -> db::Result<bool> {
    let Some(erasure) = tx.first_locked::<Erasure>(LOCK, args![account, customer])? else {
        return Ok(true);
    };
    let is_wanted = |id: &str| id == customer.as_str();
    let change = |document: &mut serde_json::Value| erase_customers(document, &is_wanted);
    let after = &erasure.after;
    let (next, following) = match erasure.step {
        ErasurePhase::Events => {
            let next = redact::of_customer(tx, account, customer, after, EVENTS, &change)?;
            (next, ErasurePhase::Orders)
        }
        ErasurePhase::Orders => {
            let page = orders(tx, account, customer, after)?;
            for order in &page.items {
                orders::store::anonymise(tx, account, order, &erasure.by)?;
                redact::of_order(tx, account, order, &change)?;
            }
            (page.next, ErasurePhase::Answers)
        }
        ErasurePhase::Answers => {
            let change = |answer: &[u8]| clear_response(answer, &is_wanted);
            let next = idempotency::redact(tx, account, after, ANSWERS, &change)?;
            (next, ErasurePhase::Journal)
        }
        ErasurePhase::Journal => return Ok(true),
    };
    let (step, after) = match next {
        Some(next) => (erasure.step, next),
        None => (following, Cursor::start()),
    };
    tx.write(
        GO_ON,
        args![account, customer, step.as_str(), &after.key, &after.id],
    )?;
    Ok(step == ErasurePhase::Journal)
}

/// A response without the customer's data; none if it has no such data.
fn clear_response(answer: &[u8], is_wanted: &impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    let mut value: serde_json::Value = serde_json::from_slice(answer).ok()?;
    if !erase_customers(&mut value, is_wanted) {
        return None;
    }
    serde_json::to_vec(&value).ok()
}

fn orders(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
    after: &Cursor,
) -> db::Result<Page<OrderId>> {
    let rows: Vec<(String, OrderId)> = tx.all(
        ORDERS,
        args![
            account,
            customer,
            &after.key,
            &after.id,
            ORDERS_AT_A_TIME + 1
        ],
    )?;
    let rows = rows.into_iter().map(|(key, order)| {
        let id = order.to_string();
        (Cursor { key, id }, order)
    });
    Ok(Page::cut(rows.collect(), ORDERS_AT_A_TIME))
}

/// The next customers whose events and orders are not cleared yet.
pub(crate) fn list_unfinished(
    tx: &mut Tx<'_>,
    after: &Cursor,
    most: u32,
) -> db::Result<Vec<(AccountId, CustomerId)>> {
    tx.all(UNFINISHED, args![&after.key, &after.id, most])
}

/// Customers of one account who are to be looked for in its journal behind one request.
#[derive(Clone, Debug)]
pub(crate) struct JournalErasure {
    pub account: AccountId,
    /// The request behind which to go on.
    pub after: String,
    pub customers: Vec<CustomerId>,
    pub wanted: ErasureTargets,
}

/// Those of the next account behind `after`, if there are any. A walk through a journal that has begun
/// is ended first; those who have come meanwhile then share the next.
pub(crate) fn in_journal(
    tx: &mut Tx<'_>,
    now: Timestamp,
    after: &Cursor,
) -> db::Result<Option<JournalErasure>> {
    let until = now - SETTLED;
    let found: Option<(AccountId, String)> = tx.first(IN_JOURNAL, args![until, &after.key])?;
    let Some((account, after)) = found else {
        return Ok(None);
    };
    let rows: Vec<(CustomerId, Json<Vec<String>>)> =
        tx.all(TOGETHER, args![&account, &after, until, CUSTOMERS])?;
    let mut wanted = ErasureTargets::default();
    let mut customers = Vec::with_capacity(rows.len());
    for (customer, Json(words)) in rows {
        wanted.add(customer.as_str(), words);
        customers.push(customer);
    }
    Ok(Some(JournalErasure {
        account,
        after,
        customers,
        wanted,
    }))
}

/// Keeps how far a journal was walked through; at its end, nothing is left to be done.
pub(crate) fn save_progress(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customers: &[CustomerId],
    next: Option<&str>,
) -> db::Result<()> {
    customers.iter().try_for_each(|customer| match next {
        Some(next) => {
            let step = ErasurePhase::Journal.as_str();
            tx.write(GO_ON, args![account, customer, step, "", next])
        }
        None => tx.write(END, args![account, customer]),
    })
}
