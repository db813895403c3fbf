//! What happened to loyalty cards, in the database.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::decimal::Decimal;
use wire::id::{AccountId, CustomerId, LocationId, LoyaltyCardId, LoyaltyOperationId, OrderId};
use wire::loyalty::LoyaltyOperation;
use wire::order::OrderLoyaltyOperation;
use wire::time::Time;

use super::rules::AppliedOperations;
use super::store;
use crate::customers::Customer;
use crate::customers::cards::Card;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, FromRow, Row, Tx};
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO loyalty_operations (account_id, id, loyalty_card_id, customer_id,
            order_id, order_location_id, reason, delta, new_balance, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND = "SELECT id, customer_id, order_id, order_location_id, reason, delta, new_balance,
            created_at
        FROM loyalty_operations
        WHERE account_id = $1 AND id = $2 AND COALESCE(loyalty_card_id, '') = $3";
    OF_CARD = "SELECT id, customer_id, order_id, order_location_id, reason, delta, new_balance,
            created_at
        FROM loyalty_operations
        WHERE account_id = $1 AND loyalty_card_id = $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5";
    LAST = "SELECT created_at FROM loyalty_operations
        WHERE account_id = $1 AND loyalty_card_id = $2
        ORDER BY created_at DESC, id DESC LIMIT 1";
}

/// An operation as stored.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub id: LoyaltyOperationId,
    pub customer: CustomerId,
    /// The order it belongs to, and where that was placed.
    pub order: Option<(OrderId, LocationId)>,
    pub reason: Option<String>,
    /// Thousandths of a point.
    pub delta: i64,
    /// Thousandths of a point on the card afterwards.
    pub new_balance: i64,
    pub created_at: Timestamp,
}

impl FromRow for Operation {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let (order, location): (Option<OrderId>, Option<LocationId>) = (row.get(2)?, row.get(3)?);
        Ok(Self {
            id: row.get(0)?,
            customer: row.get(1)?,
            order: order.zip(location),
            reason: row.get(4)?,
            delta: row.get(5)?,
            new_balance: row.get(6)?,
            created_at: row.get(7)?,
        })
    }
}

impl Operation {
    /// The operation as the API shows it, with times in `zone`.
    pub(super) fn shown(&self, zone: &TimeZone) -> LoyaltyOperation {
        let points = |thousandths| Decimal::from_thousandths(thousandths).unwrap_or(Decimal::ZERO);
        let (order_id, order_location_id) = self.order.clone().unzip();
        LoyaltyOperation {
            id: self.id.clone(),
            customer_id: self.customer.clone(),
            order_id,
            order_location_id,
            reason: self.reason.clone(),
            delta: points(self.delta),
            new_balance: points(self.new_balance),
            created_at: Time::new(self.created_at, zone),
        }
    }
}

/// When an operation that is added to a card now happens: after the last one in any case, even if the
/// change that made that one began later and came first.
pub(super) fn moment(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
) -> db::Result<Timestamp> {
    let now = tx.now();
    let last: Option<(Timestamp,)> = tx.first(LAST, args![account, card])?;
    let after = last.and_then(|(last,)| last.checked_add(SignedDuration::from_micros(1)).ok());
    Ok(after.map_or(now, |after| after.max(now)))
}

/// Adds an operation to a card.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
    operation: &Operation,
) -> db::Result<()> {
    let (order, location) = operation
        .order
        .as_ref()
        .map(|(order, location)| (order, location))
        .unzip();
    tx.write(
        INSERT,
        args![
            account,
            &operation.id,
            card,
            &operation.customer,
            order,
            location,
            operation.reason.as_deref(),
            operation.delta,
            operation.new_balance,
            operation.created_at
        ],
    )
}

/// One operation of a card.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
    operation: &LoyaltyOperationId,
) -> db::Result<Option<Operation>> {
    tx.first(FIND, args![account, operation, card])
}

/// A page of the operations of a card, newest first.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
    wanted: &PageRequest,
) -> db::Result<Page<Operation>> {
    let from = wanted.after.or_end();
    let rows: Vec<Operation> = tx.all(
        OF_CARD,
        args![account, card, &from.key, &from.id, wanted.count + 1],
    )?;
    let rows = rows.into_iter().map(|operation| {
        let cursor = Cursor {
            key: wire::time::stored(operation.created_at),
            id: operation.id.to_string(),
        };
        (cursor, operation)
    });
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// Keeps what the operations of an order did: the cards that changed or are new, and a row for each
/// operation.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    (order, location): (&OrderId, &LocationId),
    before: &[Card],
    operated: &AppliedOperations,
    operations: &[OrderLoyaltyOperation],
) -> db::Result<()> {
    for (index, card) in operated.cards.iter().enumerate() {
        match before.get(index) {
            Some(old) if old == card => {}
            Some(_) => store::update(tx, account, card)?,
            None => store::insert(tx, account, customer, card)?,
        }
    }
    for (operation, (card, new_balance)) in operations.iter().zip(&operated.steps) {
        let Some(card) = operated.cards.get(*card) else {
            continue;
        };
        let created_at = moment(tx, account, &card.id)?;
        let id = LoyaltyOperationId::from_generated(tx.fresh_id()?);
        let kept = Operation {
            id,
            customer: customer.id.clone(),
            order: Some((order.clone(), location.clone())),
            reason: operation.reason.clone(),
            delta: operation.delta.to_thousandths(),
            new_balance: *new_balance,
            created_at,
        };
        insert(tx, account, &card.id, &kept)?;
    }
    Ok(())
}
